#!/usr/bin/env python3
"""The one command: sets up on this computer what Signpost needs, then hands over to it.

    python3 build.py            make the lesson packs (the same as: python3 build.py build)
    python3 build.py setup      only set up, so that later builds need no network
    python3 build.py setup dask set up Dask too, for fleets on many machines (docs/many-machines.md)
    python3 build.py test       set up what the tests need too, and run them
    python3 build.py doctor     say what this computer lacks and what to type; changes nothing
    python3 build.py --help     everything else

Standard library alone, and imports as late as they can be: a build with nothing to do costs little more than starting Python.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

if sys.version_info < (3, 11):
    # What stands below this block need not run on an old Python, but it must parse there, or these sentences are never read.
    folders = os.environ.get("PATH", "").split(os.pathsep)
    names = ["python3.14", "python3.13", "python3.12", "python3.11"]
    newer = [name for name in names if any(os.path.exists(os.path.join(folder, name)) for folder in folders)]
    advice = f"This computer has a newer one. Type: {newer[0]} build.py" if newer else "Install a newer one (python.org) and start with it."
    sys.exit(f"Signpost needs Python 3.11 or newer; this is Python {sys.version_info[0]}.{sys.version_info[1]}.\n{advice}")

ROOT = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")
# Written last: an environment without it is not whole. The others are for what only the tests and fleets on many machines need.
MARKER = os.path.join(VENV, ".signpost")
TESTS_MARKER = os.path.join(VENV, ".signpost-tests")
RUN = os.path.join("requirements", "run.txt")
DEV = os.path.join("requirements", "dev.txt")
DASK = os.path.join("requirements", "dask.txt")
DASK_MARKER = os.path.join(VENV, ".signpost-dask")
FIRST_TRY = "import coloraide, docx, jinja2, markdown, nh3, PIL, pydantic, pypdfium2, rich, segno, uharfbuzz, weasyprint, yaml"
DOCTOR = "Type  python3 build.py doctor  to see what is missing."
NETWORK = (
    "The setup needs the network, once; builds do not. Behind a proxy, type  export HTTPS_PROXY=http://NAME:PORT  with your proxy's\n"
    "name, and start again. Where the network stays closed, set up on a computer with the same system and Python, and copy the folder."
)


class Stop(Exception):
    """The setup cannot go on; the text says why and what to do."""


def main(argv: list[str]) -> int:
    """Set up what is missing, hand over, and give the exit code."""
    command = argv[0] if argv else "build"
    if sys.path[0] != ROOT:
        sys.path.insert(0, ROOT)
    if command == "build" or command.startswith("-"):
        sentence = nothing_to_do(argv)
        if sentence:
            print(sentence)
            return 0
    if command == "doctor":
        from signpost import doctor

        return doctor.main()
    stopped = set_up_or_say_why(command == "test", argv == ["setup", "dask"])
    if stopped:
        return stopped
    if command == "setup":
        print("Everything is set up.")
        return 0
    if command == "test":
        os.chdir(ROOT)
        return hand_over("-m", "pytest", "-n", "2", "--dist", "loadscope", *argv[1:])
    # -P: a yaml.py in the folder where somebody happens to stand must not be taken for the library.
    return hand_over("-P", "-m", "signpost", *argv)


def nothing_to_do(argv: list[str]) -> str | None:
    """The sentence that says what to open, when the last build with these arguments still holds."""
    import time

    from signpost import store

    return store.nothing_to_do(ROOT, argv, time.strftime("%Y-%m-%d"))


def hand_over(*arguments: str) -> int:
    """Become the environment's Python; on Windows, which cannot, call it and give its exit code."""
    sys.stdout.flush()
    if sys.platform == "win32":
        import subprocess

        return subprocess.call([PYTHON, *arguments], env=environment())
    return os.execve(PYTHON, [PYTHON, *arguments], environment())


def environment() -> dict[str, str]:
    """The environment variables for what we call; macOS does not look where Homebrew puts libraries unless told."""
    settings = dict(os.environ)
    if sys.platform == "darwin":
        from signpost import doctor

        folders = [settings.get("DYLD_FALLBACK_LIBRARY_PATH", ""), *doctor.macos_folders()]
        settings["DYLD_FALLBACK_LIBRARY_PATH"] = ":".join(filter(None, folders))
    return settings


def set_up_or_say_why(tests: bool, dask: bool) -> int:
    """Set up; where that cannot be, say why and what to do, and give the exit code."""
    try:
        set_up(tests, dask)
    except (Stop, OSError) as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next start does the setup again.", file=sys.stderr)
        return 130
    return 0


def set_up(tests: bool, dask: bool = False) -> None:
    """Install what is missing; where nothing is, that is seen in some hundredths of a second."""
    if is_whole(tests, dask):
        return
    with open(os.path.join(ROOT, ".venv-lock"), "w", encoding="utf-8") as lock:
        wait_for_others(lock.fileno())
        steps = [] if is_whole(tests, dask) else steps_missing(tests, dask)
        for number, (title, step) in enumerate(steps, 1):
            print(f"Setting up: {number} of {len(steps)}  {title}", flush=True)
            step()


def wait_for_others(lock: int) -> None:
    """Two setups in one folder would each take the other's half for a whole."""
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another setup is at work in this folder; waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)


def is_whole(tests: bool, dask: bool = False) -> bool:
    """Everything was set up from these very requirements, for this Python and these libraries, and is still there."""
    if not os.path.exists(PYTHON) or said_by(MARKER) != packages_line() + libraries_line():
        return False
    if dask and not dask_is_whole():
        return False
    if not tests:
        return True
    from signpost import doctor

    return tests_are_whole() and not doctor.missing_packages(doctor.system(), tests=True, environment=False)


def tests_are_whole() -> bool:
    """The packages and validators that only the tests need were installed from the files as they are."""
    return said_by(TESTS_MARKER) == tests_line() and os.path.isdir(os.path.join(ROOT, "node_modules"))


def dask_is_whole() -> bool:
    """The packages that only a fleet on many machines needs were installed from the file as it is."""
    return said_by(DASK_MARKER) == dask_line()


def packages_line() -> str:
    """What decides the environment for builds."""
    version = ".".join(map(str, sys.version_info[:3]))
    return f"python {version}\nrequirements {digest(RUN)}\n"


def libraries_line() -> str:
    """Which native libraries were found; another version of one may draw another page."""
    from signpost import doctor

    return f"libraries {doctor.libraries_line()}\n"


def tests_line() -> str:
    """What decides the rest of the environment."""
    return f"requirements {digest(DEV)}\nvalidators {digest('package-lock.json')}\n"


def dask_line() -> str:
    """What decides Dask's packages."""
    return f"requirements {digest(DASK)}\n"


def digest(name: str) -> str:
    """A digest of one of our files."""
    from hashlib import blake2b

    with open(os.path.join(ROOT, name), "rb") as file:
        return blake2b(file.read(), digest_size=16).hexdigest()


def said_by(marker: str) -> str:
    """What stands in a marker; nothing where it is missing."""
    try:
        with open(marker, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def steps_missing(tests: bool, dask: bool = False) -> "list[tuple[str, Callable[[], None]]]":
    """What is left to do, in order."""
    from shutil import which

    from signpost import doctor

    kind = doctor.system()
    made = os.path.exists(PYTHON) and said_by(MARKER).startswith(packages_line())
    packages = doctor.missing_packages(kind, tests=tests, environment=not made and not which("uv"))
    steps: list[tuple[str, Callable[[], None]]] = []
    if packages:
        steps.append(("system packages: " + ", ".join(packages), lambda: install_system_packages(kind, packages, tests)))
    if not made:
        steps.append(("an environment for Python in .venv", make_environment))
    if not made or (tests and not tests_are_whole()):
        steps.append(("Python packages; on a slow line this takes some minutes", lambda: install_packages(DEV if tests else RUN)))
    if dask and (not made or not dask_is_whole()):
        steps.append(("Dask, for fleets on many machines", lambda: install_packages(DASK)))
    if tests and not tests_are_whole():
        steps.append(("validators for the tests", install_validators))
    steps.append(("a first try", lambda: finish(tests, dask)))
    return steps


def install_system_packages(kind: str, packages: tuple[str, ...], tests: bool) -> None:
    """Install them where this person may; say what to type where not."""
    from signpost import doctor

    commands = doctor.install_commands(kind, packages)
    right = right_to_install(kind, commands)
    if right is None:
        by_hand = doctor.how_to_install(kind, packages)
        raise Stop(f"Missing on this computer: {', '.join(packages)}.\nType this, then start again:\n{by_hand}")
    for command in commands:
        # A source that does not answer need not stop us: the packages may come from another.
        run([*right, *command], NETWORK, may_fail=command[1] == "update")
    left = doctor.missing_packages(kind, tests=tests, environment=False)
    if left:
        raise Stop(f"Installed, but still not found: {', '.join(left)}.\n{DOCTOR}")


def right_to_install(kind: str, commands: tuple[tuple[str, ...], ...]) -> list[str] | None:
    """What has to stand before a command that installs; None where this person may not, or nothing here knows how."""
    from shutil import which

    from signpost import doctor

    if not commands or not which(commands[0][0]):
        return None
    if kind == "macos":
        return None if doctor.is_administrator() else []
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if doctor.is_administrator():
        return quiet
    sudo = which("sudo")
    if sudo and (answers([sudo, "-n", "true"]) or (sys.stdin and sys.stdin.isatty())):
        return [sudo, *quiet]
    return None


def answers(command: list[str]) -> bool:
    """The command ends well."""
    import subprocess

    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    """Make .venv anew, empty."""
    import shutil

    from signpost import doctor

    shutil.rmtree(VENV, ignore_errors=True)
    # The Python that an environment was made with, when we are started from inside one: perhaps from the one just removed.
    python = getattr(sys, "_base_executable", "") or sys.executable
    uv = shutil.which("uv")
    if uv:
        run([uv, "venv", "--no-project", "--python", python, VENV], "Look at the message above, or take uv off the PATH and start again.")
    elif doctor.can_make_environments():
        run([python, "-m", "venv", VENV], DOCTOR)
    else:
        raise Stop("This Python lacks its parts 'venv' and 'ensurepip'. Install them, or uv, and start again.")


def install_packages(requirements: str) -> None:
    """Install exactly the packages that the file names, each proved by its digest, none built here."""
    from shutil import which

    uv = which("uv")
    installer = [uv, "pip", "install", "--python", PYTHON] if uv else [PYTHON, "-m", "pip", "install", "--no-input"]
    run([*installer, "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", requirements], NETWORK)


def install_validators() -> None:
    """Install the validators that package-lock.json names; their own install scripts would download more, and are not run."""
    from shutil import which

    from signpost import doctor

    node, npm = which("node") or which("nodejs"), which("npm")
    if not node or not npm or doctor.node_version(node) < doctor.OLDEST_NODE:
        raise Stop(f"The tests need Node {doctor.OLDEST_NODE} or newer with npm. Install it (nodejs.org) and start again.")
    run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], NETWORK)


def finish(tests: bool, dask: bool = False) -> None:
    """Try what was installed, and only then call it whole."""
    import sysconfig

    packages = sysconfig.get_path("purelib", "venv", {"base": VENV, "platbase": VENV})
    with open(os.path.join(packages, "signpost.pth"), "w", encoding="utf-8") as path:
        path.write(os.path.relpath(ROOT, packages) + "\n")
    run([PYTHON, "-c", FIRST_TRY + (", distributed" if dask else "")], DOCTOR)
    if dask:
        write(DASK_MARKER, dask_line())
    if tests:
        write(TESTS_MARKER, tests_line())
    write(MARKER, packages_line() + libraries_line())


def write(marker: str, text: str) -> None:
    """Write a marker whole or not at all."""
    with open(marker + ".part", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(marker + ".part", marker)


def run(command: list[str], advice: str, may_fail: bool = False) -> None:
    """Run a command without a word; where it fails, tell its last words and what to do."""
    import subprocess

    # Somebody's own settings for pip must not send our packages elsewhere.
    settings = {**environment(), "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    nothing, caught, with_it = subprocess.DEVNULL, subprocess.PIPE, subprocess.STDOUT
    done = subprocess.run(command, cwd=ROOT, env=settings, stdin=nothing, stdout=caught, stderr=with_it, check=False)
    if done.returncode and not may_fail:
        last_words = "\n".join("    " + line[:160] for line in done.stdout.decode(errors="replace").strip().splitlines()[-6:])
        raise Stop(f"This command failed ({done.returncode}):\n    {' '.join(command)}\nIts last words:\n{last_words}\n{advice}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
