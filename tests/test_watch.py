"""`build.py watch`: an author saves, and the page is there; what it leaves is what a build from nothing would make.

Each test that starts it starts the real command in a small copy of the tree, and waits for what it says.
"""

import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from signpost import pipeline
from signpost.memory import Memory
from signpost.model import Data
from signpost.problem import CannotRead
from signpost.render import press

from .conftest import LIBRARY, TODAY

ROOT = Path(__file__).resolve().parent.parent
MODULE = "content/modules/t1/warning-signs.md"
ONLY = ("--school", "small-school", "--only", "t1/warning-signs", "--jobs", "1")
PATIENCE = 120  # seconds; a busy computer is no mistake
FOR_THE_TEACHER = "Read each card twice."


def small(root: Path) -> Path:
    """The small library where a build finds it, with the phrases of the whole project and few documents."""
    shutil.copytree(LIBRARY / "content", root / "content")
    shutil.copy(ROOT / "content/languages/en.yaml", root / "content/languages/en.yaml")
    shutil.rmtree(root / "content/adults")
    with (root / "content/schools/tests/small-school/school.yaml").open("a", encoding="utf-8") as profile:
        profile.write("documents: [certificate]\n")
    return root


def put(path: Path, old: str, new: str) -> None:
    """Change a text as many editors save it: a new file takes the old one's name."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.with_name(".saving").write_text(text.replace(old, new, 1), encoding="utf-8")
    path.with_name(".saving").replace(path)


class Watcher:
    """The command at work in a tree, and the lines it has said."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "signpost", "watch", "--plain", *ONLY],
            cwd=tree,
            env=os.environ | {"PYTHONPATH": str(tree)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.said: list[str] = []
        self.listening = threading.Thread(target=self._listen, daemon=True)
        self.listening.start()

    def _listen(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self.lines.put(line.rstrip("\n"))

    def hears(self, words: str) -> str:
        """Wait for a line with these words."""
        while True:
            try:
                self.said.append(self.lines.get(timeout=PATIENCE))
            except queue.Empty:
                pytest.fail(f"'{words}' was never said, but:\n" + "\n".join(self.said))
            if words in self.said[-1]:
                return self.said[-1]

    def ends(self) -> int:
        """Stop it as a person does, and give its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE)

    @property
    def output(self) -> dict[str, bytes]:
        """Every file of the edition."""
        return bytes_below(self.tree / "output")


def bytes_below(folder: Path) -> dict[str, bytes]:
    """The files below a folder, but for the store."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".store" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with the small library in it."""
    tree = small(tmp_path_factory.mktemp("tree"))
    for name in ("signpost", "templates", "requirements"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tree


@pytest.fixture
def watcher(tree: Path) -> Iterator[Watcher]:
    """A watcher that has built once."""
    before = (tree / MODULE).read_text(encoding="utf-8")
    watcher = Watcher(tree)
    watcher.hears("Watching")
    yield watcher
    watcher.process.kill()
    watcher.process.wait()
    watcher.listening.join()
    (tree / MODULE).write_text(before, encoding="utf-8")


@pytest.mark.slow
def test_a_saved_sentence_is_seen_and_what_is_left_is_what_a_build_from_nothing_makes(watcher: Watcher, tmp_path: Path) -> None:
    before = watcher.output
    put(watcher.tree / MODULE, FOR_THE_TEACHER, "Read each card slowly.")
    watcher.hears("Made ")
    after = watcher.output
    assert before["small-school/t1/warning-signs/guide.pdf"] != after["small-school/t1/warning-signs/guide.pdf"]
    assert before["small-school/t1/warning-signs/certificate.pdf"] == after["small-school/t1/warning-signs/certificate.pdf"]

    command = [sys.executable, "-P", "-m", "signpost", "build", "--plain", *ONLY, "--out", str(tmp_path)]
    subprocess.run(command, cwd=watcher.tree, env=os.environ | {"PYTHONPATH": str(watcher.tree)}, check=True, capture_output=True)
    clean = bytes_below(tmp_path)
    assert [name for name in {*clean, *after} if clean.get(name) != after.get(name)] == []


@pytest.mark.slow
def test_a_broken_text_says_file_line_and_fix_leaves_the_last_good_pages_and_mended_it_is_made(watcher: Watcher) -> None:
    module, before = watcher.tree / MODULE, watcher.output
    line = module.read_text(encoding="utf-8").split("\n").index(FOR_THE_TEACHER) + 1
    put(module, FOR_THE_TEACHER, "!!! nonsense")
    watcher.hears(f"{MODULE}:{line}: 'nonsense' is not a kind of part.")
    watcher.hears("Fix:")
    watcher.hears("problem")
    assert watcher.output == before

    put(module, "!!! nonsense", "Read each card aloud.")
    watcher.hears("Made ")
    assert watcher.output != before


@pytest.mark.slow
def test_two_quick_saves_are_one_build_a_touch_is_none_and_an_interrupt_ends_it_cleanly(watcher: Watcher) -> None:
    module = watcher.tree / MODULE
    module.touch()
    put(module, FOR_THE_TEACHER, "Read a card.")
    put(module, "Read a card.", "Read a card to them.")
    watcher.hears("Made ")
    assert watcher.ends() == 130
    watcher.hears("Stopped.")
    assert [line for line in watcher.said if line.startswith(("Made", "Nothing"))] == [watcher.said[-3]]
    assert "Traceback" not in "\n".join(watcher.said)


@pytest.mark.slow
def test_other_code_starts_it_anew_but_not_while_python_cannot_read_it(watcher: Watcher) -> None:
    code = watcher.tree / "signpost/colour.py"
    whole = code.read_text(encoding="utf-8")
    code.write_text(whole + "\nthis is no Python\n", encoding="utf-8")
    assert watcher.hears("Python cannot read this").startswith("signpost/colour.py:")
    code.write_text(whole + "\n# Another line.\n", encoding="utf-8")
    watcher.hears("signpost/colour.py changed: starting anew")
    watcher.hears("Building")
    assert watcher.ends() == 130
    code.write_text(whole, encoding="utf-8")


def everything(value: Any) -> Any:
    """A value with all that it holds, places too, which take no part in comparisons."""
    if isinstance(value, Data):
        return type(value).__name__, everything(value.__dict__), everything(value.places), str(value.place)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, [everything(getattr(value, one.name)) for one in fields(value)]
    if isinstance(value, dict):
        return [(key, everything(one)) for key, one in value.items()]
    return [everything(one) for one in value] if isinstance(value, tuple | list) else value


def planned(root: Path, memory: Memory) -> Any:
    """Everything that is decided before pages are made: problems with their places, the report, every page with its key."""
    order = pipeline.Order(root=root, school="small-school", today=TODAY)
    try:
        ready = pipeline.edition(order, memory)
        targets = pipeline.targets_of(ready, order, memory)
    except CannotRead as finding:
        return everything(finding.problems)
    return everything((ready, targets)), [press.key(target, press.plate_key(target, ""), "") for target in targets]


def changed_somehow(root: Path, dice: random.Random) -> None:
    """One file gets a line more or less, two lines change places, or it gets back what it held before."""
    path = dice.choice(sorted((root / "content").rglob("*.[my][da]*")))
    kept = path.with_name(f".{path.name}.before")
    lines = path.read_text(encoding="utf-8").split("\n")
    at = dice.randrange(len(lines))
    match dice.choice(("more", "more", "less", "swap", "back", "word")):
        case "back" if kept.exists():
            kept.replace(path)
            return
        case "more":
            lines.insert(at, "")
        case "less":
            del lines[at]
        case "swap":
            other = dice.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = lines[at].replace(" the ", " a ", 1)
    path.replace(kept)
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("seed", range(3))
def test_what_is_planned_from_memory_is_what_is_planned_from_nothing_whatever_was_changed(tmp_path: Path, seed: int) -> None:
    root, dice, memory = small(tmp_path), random.Random(seed), Memory(rounds=3)
    for _ in range(10):
        memory.next_round()
        assert planned(root, memory) == planned(root, Memory(rounds=0))
        changed_somehow(root, dice)
        if dice.random() < 0.5:  # most libraries are whole again soon
            shutil.rmtree(root / "content")
            small(root)


def test_a_memory_tells_equal_things_apart_by_what_they_are_and_forgets_what_nobody_asks_for() -> None:
    memory, one, other = Memory(rounds=2), [1], [1]
    first = memory.once(object, one, "text")
    assert memory.once(object, one, "te" + "xt") is first
    assert memory.once(object, other, "text") is not first
    for _ in range(3):
        memory.next_round()
    assert memory.once(object, one, "text") is not first
