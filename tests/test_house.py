"""The house itself: imports point one way, every library has one door, the code is typed and tidy, and nothing names a workplace."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "signpost"
NOUNS = {"signpost.model", "signpost.problem"}
TEXT = {"signpost.markdown", "signpost.reading"}
MAY_IMPORT = {
    "problem": set(),
    "model": {"signpost.problem"},
    "data": NOUNS,
    "structure": NOUNS | {"signpost.data"},
    "markdown": set(),
    "memory": set(),
    "reading": NOUNS | TEXT,
    "colour": set(),
    "check": NOUNS | {"signpost.rules", "signpost.rules.kinds"},
    "store": set(),
    "folder": NOUNS | {"signpost.store"},
    "pack": NOUNS | {"signpost.store"},
    "doctor": set(),
    "__main__": {"signpost.cli"},
    "__init__": set(),
}
DOORS = {
    "yaml": {"data.py"},
    "pydantic": {"model.py", "data.py"},
    "pydantic_core": {"data.py"},
    "markdown": {"markdown.py"},
    "nh3": {"markdown.py"},
    "coloraide": {"colour.py"},
    "jinja2": {"render/html.py"},
    "markupsafe": {"render/html.py"},
    "weasyprint": {"render/pdf.py"},
    "pptx": set(),  # we write our slides ourselves; the tests read them with it
    "docx": {"render/docx.py"},
    "pypdfium2": {"render/look.py"},
    "PIL": {"render/look.py"},
    "segno": {"render/qr.py"},
    "pydyf": {"render/splice.py"},
    "uharfbuzz": {"render/fonts.py", "render/typeset.py"},
    "fontTools": {"render/fonts.py", "render/measure.py"},
    "rich": {"cli/__init__.py"},
    "dask": {"pipeline/engines.py"},
    "distributed": {"pipeline/engines.py"},
}
READS_THE_CLOCK = {"cli/__init__.py"}


def _files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= (
                {node.module}
                if node.module != "signpost"
                else {f"signpost.{alias.name}" if alias.name != "__version__" else "signpost" for alias in node.names}
            )
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.stem)
def test_a_phase_knows_the_nouns_and_no_other_phase(path: Path) -> None:
    own = {name for name in _imports(path) if name.split(".")[0] == "signpost"}

    assert own <= MAY_IMPORT[path.stem]


PHASES = ("load", "resolve", "check", "plan", "render", "rules", "pack", "pipeline", "cli", "store", "folder", "doctor")
MAY_REACH = {"load": {"colour"}, "resolve": set(), "plan": set(), "render": set(), "rules": set(), "cli": {"pipeline", "doctor", "store"}}


@pytest.mark.parametrize("folder", sorted(MAY_REACH))
def test_a_phase_that_is_a_folder_never_reaches_another_phase(folder: str) -> None:
    others = {*PHASES, "colour"} - {folder} - MAY_REACH[folder]

    reached = {name.split(".")[1] for path in (PACKAGE / folder).glob("*.py") for name in _imports(path) if name.startswith("signpost.")}

    assert not reached & others


@pytest.mark.parametrize("library", sorted(DOORS))
def test_one_file_knows_that_a_library_exists(library: str) -> None:
    users = {path.relative_to(PACKAGE).as_posix() for path in _files() if library in {name.split(".")[0] for name in _imports(path)}}

    assert users <= DOORS[library]


def test_only_the_command_line_reads_the_clock() -> None:
    clock = re.compile(r"\b(?:date\.today|datetime\.now|datetime\.utcnow|time\.time|time\.strftime|time\.localtime)\(")

    readers = {path.relative_to(PACKAGE).as_posix() for path in _files() if clock.search(path.read_text(encoding="utf-8"))}

    assert readers <= READS_THE_CLOCK


def test_every_public_function_and_class_says_what_is_true() -> None:
    silent = []
    for path in _files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            silent.append(path.name)
        public = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"))
        silent.extend(f"{path.name}: {node.name}" for node in public if not ast.get_docstring(node))

    assert silent == []


def test_the_types_are_strict() -> None:
    said = subprocess.run([sys.executable, "-m", "mypy", "--strict", "signpost"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout


def test_the_style_is_clean() -> None:
    said = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout


def test_nothing_in_the_repository_names_the_place_where_it_was_written() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\0")
    texts = [ROOT / name for name in tracked if name and Path(name).suffix not in {".png", ".jar"}] or _files()
    own = ROOT.as_posix()
    registry = re.compile(r"https?://[^\s\"']*(?:pypi|npmjs|registry|simple)/|(?<!no-emit-)index-url|\"resolved\":")

    telling = [
        path.relative_to(ROOT).as_posix()
        for path in texts
        if path.is_file()
        and path != Path(__file__)
        and ((text := path.read_text(encoding="utf-8", errors="replace")) and (f"{own}/" in text or registry.search(text)))
    ]

    assert telling == []
