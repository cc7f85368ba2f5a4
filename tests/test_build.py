"""What `build.py` promises a person who starts it: on a bare computer, the second time, and where something is wrong.

Each test starts the real file in a small copy of the tree. That a bare computer gets a whole environment from the network is
shown by CI, which starts there.
"""

import ast
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import sysconfig
import time
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from signpost import doctor, store

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(getattr(sys, "_base_executable", sys.executable))
TOLD_APT = "apt-get update && {0}apt-get install --no-install-recommends -y libharfbuzz-subset0"
Done = subprocess.CompletedProcess[str]

on_debian = pytest.mark.skipif(doctor.system() not in {"debian", "ubuntu"}, reason="says what to type on Debian and Ubuntu")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="hides a library as only Linux allows")


class Tree:
    """A copy of what `build.py` needs, and a package to hand over to that says what it was handed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "tree"
        self.home = folder / "home"
        self.home.mkdir()
        (self.folder / "signpost").mkdir(parents=True)
        for name in ("build.py", "package.json", "package-lock.json"):
            shutil.copy(ROOT / name, self.folder)
        shutil.copytree(ROOT / "requirements", self.folder / "requirements")
        for name in ("__init__.py", "doctor.py", "store.py"):
            shutil.copy(ROOT / "signpost" / name, self.folder / "signpost")
        (self.folder / "signpost" / "__main__.py").write_text(
            "import sys, yaml\nprint('handed over:', *sys.argv[1:])\nsys.exit(7)\n", encoding="utf-8"
        )
        self.settings = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": os.devnull}

    def start(self, *arguments: str, before: tuple[str, ...] = (), cwd: Path | None = None, **settings: str) -> Done:
        """Start `build.py` as a person does."""
        return self.python(str(self.folder / "build.py"), *arguments, before=before, cwd=cwd, **settings)

    def ask(self, expression: str) -> str:
        """The value of an expression in which `build` is the file of this tree."""
        return self.python("-c", f"import build; print({expression})", cwd=self.folder).stdout.strip()

    def python(self, *arguments: str, before: tuple[str, ...] = (), cwd: Path | None = None, **settings: str) -> Done:
        """Start Python in an empty home with nothing but the settings named."""
        command, everything = [*before, PYTHON, *arguments], {**self.settings, **settings}
        nothing = subprocess.DEVNULL
        return subprocess.run(command, cwd=cwd or self.home, env=everything, stdin=nothing, capture_output=True, text=True, check=False)

    def environment_as_if_installed(self) -> None:
        """A real environment in which the packages of this very one are found, and the marker that the setup writes."""
        venv.create(self.folder / ".venv", with_pip=False, symlinks=os.name != "nt")
        packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(self.folder / ".venv")}))
        (packages / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        self.ask("build.finish(False)")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    tree = Tree(tmp_path_factory.mktemp("made"))
    tree.environment_as_if_installed()
    return tree


@pytest.fixture
def remade(made: Tree) -> Iterator[Tree]:
    """The tree with its environment, put right again after a test that changes it."""
    requirements, marker = made.folder / "requirements" / "run.txt", made.folder / ".venv" / ".signpost"
    before = requirements.read_bytes(), marker.read_bytes()
    yield made
    requirements.write_bytes(before[0])
    marker.write_bytes(before[1])


def processor_seconds(*command: str) -> float:
    """What the cheapest of some runs costs, however busy the computer is."""
    costs = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(costs)


def hidden_library(folder: Path) -> str:
    """A folder for LD_LIBRARY_PATH in which HarfBuzz's subset library is broken, which is as good as missing."""
    folder.mkdir()
    (folder / "libharfbuzz-subset.so.0").touch()
    return str(folder)


# An old Python


def test_every_line_parses_on_python_3_6() -> None:
    ast.parse((ROOT / "build.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("newer", ["", "python3.12"])
def test_an_old_python_is_refused_in_a_sentence_that_names_a_newer_one_where_there_is_one(tree: Tree, newer: str) -> None:
    if newer:
        (tree.home / newer).touch()
    as_old = "import sys, runpy; sys.version_info = (3, 8, 1); runpy.run_path(sys.argv[1], run_name='__main__')"
    done = tree.python("-c", as_old, str(tree.folder / "build.py"), PATH=str(tree.home))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.8." in done.stderr
    assert (f"Type: {newer} build.py" if newer else "python.org") in done.stderr
    assert "Traceback" not in done.stderr


# A bare computer


@on_debian
@on_linux
def test_who_may_not_install_is_told_the_exact_command(tree: Tree, tmp_path: Path) -> None:
    done = tree.start("x", LD_LIBRARY_PATH=hidden_library(tmp_path / "lib"), PATH=str(tree.home))
    sudo = "" if os.geteuid() == 0 else "sudo "
    assert done.returncode == 1
    assert f"Type this, then start again:\n{sudo}{TOLD_APT.format(sudo)}" in done.stderr
    assert not (tree.folder / ".venv").exists()


@on_debian
@on_linux
def test_nothing_is_installed_for_a_person_without_sudo(tree: Tree, tmp_path: Path) -> None:
    as_nobody = ("unshare", "--user") if os.geteuid() == 0 else ()
    if as_nobody and subprocess.run([*as_nobody, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this computer does not let the administrator become somebody else")
    (tree.home / "apt-get").symlink_to("/usr/bin/apt-get")
    library = hidden_library(tmp_path / "lib")
    done = tree.start("x", before=(*as_nobody, "env", f"PATH={tree.home}"), LD_LIBRARY_PATH=library)
    assert done.returncode == 1
    assert "sudo " + TOLD_APT.format("sudo ") in done.stderr


def test_without_a_network_the_command_that_failed_is_named_and_the_next_start_begins_again(tree: Tree) -> None:
    done = tree.start("x", PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="0", PIP_NO_CACHE_DIR="1")
    assert done.returncode == 1
    assert "Setting up: 1 of 3" in done.stdout
    assert re.search(r"This command failed \(1\):\n.* --require-hashes .*run\.txt", done.stderr)
    assert "HTTPS_PROXY" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tree.folder / ".venv").is_dir()
    assert tree.ask("build.is_whole(False)") == "False"
    assert tree.ask("len(build.steps_missing(False))") == "3"


def test_a_package_that_is_missing_after_all_leaves_no_environment_that_is_taken_for_whole(tree: Tree) -> None:
    venv.create(tree.folder / ".venv", with_pip=False, symlinks=os.name != "nt")
    assert "ModuleNotFoundError" in tree.python("-c", "import build; build.finish(False)", cwd=tree.folder).stderr
    assert tree.ask("build.is_whole(False)") == "False"


# The second start


def test_a_second_start_sets_nothing_up_and_hands_over_arguments_and_exit_code(made: Tree) -> None:
    done = made.start("check", "--school", "elm bank")
    assert (done.stdout, done.returncode) == ("handed over: check --school elm bank\n", 7), done.stderr


def test_files_where_one_happens_to_stand_are_not_taken_for_libraries(made: Tree, tmp_path: Path) -> None:
    (tmp_path / "yaml.py").write_text("raise SystemExit('the wrong yaml')", encoding="utf-8")
    (tmp_path / "signpost.py").write_text("raise SystemExit('the wrong signpost')", encoding="utf-8")
    assert made.start("check", cwd=tmp_path).stdout == "handed over: check\n"


def test_a_second_start_adds_less_than_a_tenth_of_a_second(made: Tree) -> None:
    direct = processor_seconds(str(made.folder / ".venv" / "bin" / "python"), "-P", "-m", "signpost", "x")
    assert processor_seconds(PYTHON, str(made.folder / "build.py"), "x") - direct < 0.1


def test_setup_alone_ends_well(made: Tree) -> None:
    done = made.start("setup")
    assert (done.stdout, done.returncode) == ("Everything is set up.\n", 0)


def test_other_requirements_make_the_environment_anew(remade: Tree) -> None:
    with (remade.folder / "requirements" / "run.txt").open("a", encoding="utf-8") as file:
        file.write("# one more line\n")
    assert remade.ask("build.is_whole(False)") == "False"
    assert "an environment" in remade.ask("build.steps_missing(False)[0][0]")


def test_another_version_of_a_library_only_asks_for_another_try(remade: Tree) -> None:
    marker = remade.folder / ".venv" / ".signpost"
    marker.write_text(marker.read_text(encoding="utf-8").replace("Pango ", "Pango 0."), encoding="utf-8")
    assert remade.ask("[title for title, _ in build.steps_missing(False)]") == "['a first try']"
    assert remade.start("x").stdout == "Setting up: 1 of 1  a first try\nhanded over: x\n"


def test_an_environment_without_its_marker_is_made_anew(remade: Tree) -> None:
    marker = remade.folder / ".venv" / ".signpost"
    marker.write_text("", encoding="utf-8")
    assert remade.ask("build.is_whole(False)") == "False"
    assert remade.ask("len(build.steps_missing(False))") == "3"


def test_the_tests_need_more_than_a_build(made: Tree) -> None:
    titles = made.ask("[title for title, _ in build.steps_missing(True)]")
    assert "Python packages" in titles
    assert "validators" in titles
    assert "an environment" not in titles


def test_fleets_on_many_machines_need_one_thing_more_than_a_build(made: Tree) -> None:
    assert made.ask("[title for title, _ in build.steps_missing(False, True)]") == "['Dask, for fleets on many machines', 'a first try']"
    made.ask("build.finish(False, True)")
    assert made.start("setup", "dask").stdout == "Everything is set up.\n"


# A build with nothing to do


def test_nothing_to_do_is_said_without_any_environment(tree: Tree) -> None:
    remember_a_build(tree)
    done = tree.start()
    assert (done.stdout, done.returncode) == ("All is as it was.\n", 0), done.stderr
    assert not (tree.folder / ".venv").exists()


def test_nothing_to_do_costs_less_than_three_times_an_empty_python(tree: Tree) -> None:
    remember_a_build(tree)
    assert processor_seconds(PYTHON, str(tree.folder / "build.py")) < 3 * processor_seconds(PYTHON, "-c", "pass")


def test_nothing_to_do_loads_nothing_that_only_a_setup_needs(tree: Tree) -> None:
    remember_a_build(tree)
    done = tree.python("-S", "-X", "importtime", str(tree.folder / "build.py"))
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "signpost.store" in loaded
    slow = {"argparse", "ctypes", "dataclasses", "hashlib", "json", "re", "signpost.doctor", "subprocess", "tempfile", "typing"}
    assert not loaded & slow


def remember_a_build(tree: Tree) -> None:
    """Let the store record a finished build of this tree."""
    (tree.folder / "school").mkdir()
    (tree.folder / "page.pdf").write_bytes(b"%PDF")
    here, today = str(tree.folder), time.strftime("%Y-%m-%d")
    store.remember(here, [], [f"{here}/school"], [f"{here}/page.pdf"], "All is as it was.", today)


def test_what_was_saved_while_a_build_was_at_work_is_not_taken_for_built(tree: Tree) -> None:
    here, today, text = str(tree.folder), time.strftime("%Y-%m-%d"), tree.folder / "content" / "a.md"
    text.parent.mkdir()
    text.write_text("As the build read it.", encoding="utf-8")
    read = store.of_inputs(here, [])
    text.write_text("As it was saved then.", encoding="utf-8")
    store.remember(here, [], [], [], "All is as it was.", today, read=read)
    assert store.nothing_to_do(here, [], today) is None


def test_a_build_that_was_asked_for_from_another_folder_is_another_build(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember_a_build(tree)
    here, today, own = str(tree.folder), time.strftime("%Y-%m-%d"), ["--school", "mine"]
    store.remember(here, own, [f"{here}/school"], [f"{here}/page.pdf"], "Open page.pdf", today, str(Path.cwd()))
    assert store.nothing_to_do(here, own, today) == "Open page.pdf"
    monkeypatch.chdir(tmp_path)
    assert store.nothing_to_do(here, own, today) is None


# The doctor


def test_the_doctor_needs_no_environment_and_changes_nothing(tree: Tree) -> None:
    before = sorted(tree.folder.iterdir())
    done = tree.start("doctor")
    assert done.returncode == (0 if "A build can run" in done.stdout else 1), done.stderr
    assert all(f" {library.name} " in done.stdout for library in doctor.LIBRARIES)
    assert all(f" {tool.name}" in done.stdout for tool in doctor.TOOLS)
    assert sorted(tree.folder.iterdir()) == before


@on_debian
@on_linux
def test_the_doctor_says_what_to_type_and_that_a_build_cannot_run(tree: Tree, tmp_path: Path) -> None:
    done = tree.start("doctor", LD_LIBRARY_PATH=hidden_library(tmp_path / "lib"))
    assert done.returncode == 1
    assert "missing  HarfBuzz subset" in done.stdout
    assert TOLD_APT.format("" if os.geteuid() == 0 else "sudo ") in done.stdout
    assert "A build cannot run yet" in done.stdout


@pytest.mark.parametrize(
    ("release", "kind"),
    [
        ("ID=debian\nNAME='Debian GNU/Linux'\n", "debian"),
        ("NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\n", "ubuntu"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', "ubuntu"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "fedora"),
        ("ID=arch\n", "other"),
    ],
)
def test_a_linux_is_known_by_its_family(tmp_path: Path, release: str, kind: str) -> None:
    (tmp_path / "os-release").write_text(release, encoding="utf-8")
    assert doctor.system("linux", tmp_path / "os-release") == kind


def test_a_system_without_a_family_is_still_told_what_it_lacks(tmp_path: Path) -> None:
    assert doctor.system("linux", tmp_path / "none") == "other"
    assert doctor.how_to_install("other", ["Pango", "QPDF"]).endswith("install: Pango, QPDF")


@pytest.mark.parametrize("kind", ["debian", "ubuntu", "fedora", "macos", "windows"])
def test_each_system_has_something_to_type_for_every_library_and_tool(kind: str) -> None:
    for item in (*doctor.LIBRARIES, *doctor.TOOLS):
        package = item.packages.get(kind, item.name)
        typed = doctor.how_to_install(kind, [package])
        assert package.removeprefix(doctor.CASK) in typed or kind == "windows"
        assert re.search(r"apt-get install|dnf install|brew install|wsl --install", typed)


def test_homebrew_is_called_once_for_packages_and_once_for_applications() -> None:
    packages = ["pango", "pango", doctor.CASK + "temurin", "qpdf"]
    assert doctor.install_commands("macos", packages) == (("brew", "install", "pango", "qpdf"), ("brew", "install", "--cask", "temurin"))


def test_what_only_the_tests_lack_does_not_stop_a_build() -> None:
    found = (doctor.Finding("Pango", True, "1.50"), doctor.Finding("ZBar", False, "", "zbar-tools", only_tests=True))
    assert doctor.can_build(found)
    report = doctor.report(found, "debian")
    assert "missing  ZBar" in report
    assert "-y zbar-tools" in report
    assert report.endswith("A build can run: python3 build.py")


def test_an_old_python_or_too_little_room_stops_a_build() -> None:
    assert not doctor.can_build([doctor.python_finding((3, 10, 4), "debian")])
    assert doctor.can_build([doctor.python_finding((3, 11, 0), "debian")])


# What is installed


def lines_of(name: str) -> list[str]:
    """The requirements of a file, without comments."""
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r"))]


def pins_of(name: str) -> set[str]:
    """The pinned packages of a file."""
    return {line.rstrip(" \\") for line in lines_of(name) if not line.startswith(" ")}


def test_pyproject_names_the_same_packages_as_the_requirements() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["dependencies"] == lines_of("run.in")
    assert project["optional-dependencies"]["dask"] == lines_of("dask.in")
    assert project["optional-dependencies"]["dev"] == lines_of("dev.in")


@pytest.mark.parametrize("name", ["run", "dask", "dev"])
def test_every_package_is_pinned_and_proved_by_digests_and_no_source_is_named(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"https?:|index|find-links", text.replace("--no-emit-index-url", ""))
    for pin, following in re.findall(r"^(\S.*?) \\\n(.*)$", text, flags=re.MULTILINE):
        assert re.match(r"[a-z0-9.-]+==", pin)
        assert "--hash=sha256:" in following
    wanted = {re.split(r"[=<>]", line)[0] for line in lines_of(f"{name}.in")}
    assert wanted <= {pin.split("==")[0] for pin in pins_of(f"{name}.txt")}


def test_the_tests_run_on_the_very_packages_that_a_build_uses() -> None:
    assert pins_of("run.txt") <= pins_of("dask.txt") <= pins_of("dev.txt")


def test_the_validators_are_exact_and_name_no_source() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert all(re.fullmatch(r"[0-9.]+", version) for version in package["devDependencies"].values())
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') == len(json.loads(lock)["packages"]) - 1


def test_ci_does_what_a_contributor_does() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines == ["#!/usr/bin/env bash", "set -e", 'cd "$(dirname "$0")/.."', "python3 build.py test"]


def test_the_container_copies_only_what_is_there() -> None:
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    sources = [source for line in lines if line.startswith("COPY ") for source in line.split()[1:-1]]
    assert "build.py" in sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
