"""A build that stays: after every change of what an author writes it makes what that change reaches, and nothing else.

It looks at names, sizes and time stamps some times a second, which costs a few thousandths of one for the whole project; a stamp only
says where to look again. Whether anything has changed is told by the bytes, and what has to be made by the pages, as in every build.
"""

import gc
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from signpost.folder import PRINTS
from signpost.memory import Memory
from signpost.pipeline import TOOLS_ROOT, Order, Progress, Result, blank, build, edition, school_folders, targets_of
from signpost.problem import CannotRead, Place, Problem, stopping
from signpost.render import press
from signpost.store import SKIPPED, TOOLS, of_tools

LOOK_EVERY = 0.3
# Nothing was written for so long: an editor has finished, and whatever is written from now on has another stamp, however coarse the clock.
QUIET = 0.1
WAIT_FOR_OTHERS = 1.0
# What a build itself writes into a school's folder.
OUR_OWN = (*SKIPPED, "texts", PRINTS)

Stamps = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One build of a watch: what came of it, in how many seconds, and whether it was the first."""

    result: Result
    seconds: float
    first: bool


def watch(order: Callable[[], Order], progress: Progress, tell: Callable[[Round], None]) -> tuple[str, ...]:
    """Build now and after every change; ends when templates or code have changed, with their files: the process must start anew.

    What is loaded belongs to the templates and the code that were there at the start, so their digest is taken once.
    """
    memory = Memory()
    gc.disable()  # rings are looked for when the pages are there, and nobody waits
    eyes = _Eyes(memory.call(of_tools, TOOLS_ROOT))
    eyes.settle(order())
    last: tuple[Problem, ...] | None = None
    warming: Iterator[None] | None = None
    while True:
        begin = time.monotonic()
        memory.next_round()
        memory.call(of_tools, TOOLS_ROOT)  # asked in every round, or it would be forgotten
        result = build(order(), progress, memory)
        occupied = any(problem.rule == "output" for problem in result.problems)
        if not eyes.tools_changed() and not (occupied and result.problems == last):
            tell(Round(result=result, seconds=time.monotonic() - begin, first=last is None))
        last = result.problems
        _tidy()
        if warming is None and not stopping(last):
            warming = warm(order(), memory)
        begin = time.monotonic()
        while not eyes.something(order()) and not (occupied and time.monotonic() - begin > WAIT_FOR_OTHERS):
            if warming is None or next(warming, "warm") == "warm":
                time.sleep(LOOK_EVERY)
        while eyes.tools_changed():
            broken = tuple(_broken_code())
            if not broken:
                return eyes.tools_touched
            tell(Round(result=Result(problems=broken), seconds=0, first=False))
            while not eyes.something(order()):
                time.sleep(LOOK_EVERY)


def _tidy() -> None:
    gc.collect()
    gc.freeze()


def _broken_code() -> Iterator[Problem]:
    """Code that Python cannot read, for which it is no use to start anew."""
    for path in sorted(Path(TOOLS_ROOT, "signpost").rglob("*.py")):
        try:
            compile(path.read_bytes(), str(path), "exec")
        except (SyntaxError, ValueError) as error:
            place = Place(path.relative_to(TOOLS_ROOT).as_posix(), getattr(error, "lineno", None) or 1)
            yield Problem(place, "code", f"Python cannot read this: {error}.", "Correct it; everything starts anew then.")


class _Eyes:
    """What was seen of the inputs before the last build, and what they held."""

    def __init__(self, tools: str) -> None:
        self.tools = tools
        self.tools_touched: tuple[str, ...] = ()
        self.stamps: Stamps = {}
        self.held: dict[str, bytes] = {}

    def tools_changed(self) -> bool:
        """Templates, code or libraries are not those with which this process began."""
        return of_tools(TOOLS_ROOT) != self.tools

    def something(self, order: Order) -> bool:
        """Something that a build may read holds other bytes than before, and is not being written just now."""
        return look(order) != self.stamps and self.settle(order)

    def settle(self, order: Order) -> bool:
        """Wait until nothing is written, and say whether anything holds other bytes than when this was asked last."""
        stamps: Stamps = {}
        while stamps != (now := look(order)) or not now:
            stamps = now
            time.sleep(QUIET)
        touched = {path for path in {*stamps, *self.stamps} if stamps.get(path) != self.stamps.get(path)}
        held = {path: self.held.get(path, b"") if path not in touched else _digest(path) for path in stamps}
        changed = {path for path in touched if held.get(path) != self.held.get(path)}
        self.stamps, self.held = stamps, held
        roots = tuple(f"{Path(TOOLS_ROOT, name)}{os.sep}" for name in TOOLS)
        self.tools_touched = tuple(sorted(os.path.relpath(path, TOOLS_ROOT) for path in changed if path.startswith(roots)))
        return bool(changed)


def _digest(path: str) -> bytes:
    try:
        return hashlib.blake2b(Path(path).read_bytes(), digest_size=16).digest()
    except OSError:
        return b""


def look(order: Order) -> Stamps:
    """The stamp of every file that a build of this order may read."""
    found: Stamps = {}
    for folder in {str(order.root / "content"), *(str(Path(TOOLS_ROOT, name)) for name in TOOLS), *school_folders(order)}:
        _look_below(folder, found)
    return found


def _look_below(folder: str, found: Stamps) -> None:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name in OUR_OWN or _passing(entry.name):
            continue
        with suppress(OSError):  # it may be gone again
            if entry.is_dir(follow_symlinks=False):
                _look_below(entry.path, found)
            else:
                state = entry.stat()
                found[entry.path] = (state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino)


def _passing(name: str) -> bool:
    """It is what an editor keeps beside a file while it is open."""
    return name.endswith("~") or (name.startswith(".") and not name.endswith((".md", ".yaml")))


def warm(order: Order, memory: Memory) -> Iterator[None]:
    """Make a file of each kind and throw it away, one at each step, so that fonts, style sheets, hyphenation and templates are there.

    The guide comes first: it needs the most.
    """
    with suppress(CannotRead):
        ready = edition(order, memory)
        targets = () if stopping(ready.problems) else targets_of(ready, order, memory)
        kinds = {(type(target.page), PurePosixPath(target.path).suffix, target.page.frame.variant): target for target in targets}
        project = memory.call(of_tools, TOOLS_ROOT)
        for target in sorted(kinds.values(), key=lambda target: target.page.name != "guide"):
            with suppress(CannotRead, OSError):
                press.make(target, partial(blank, store=order.plate_store, project=project))
            yield
    _tidy()
