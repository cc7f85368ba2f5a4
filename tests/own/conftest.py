"""A small library that may be updated, and a school's folder that may be edited: real files, as a school has them."""

import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from signpost import pipeline
from signpost.model import EditKind, EditState
from signpost.pipeline import Edition, Order, customise
from signpost.problem import CannotRead, Problem

from ..conftest import HERE, LIBRARY, TODAY

PRESSURE = "content/modules/t4/pressure.md"
PROFILE = """\
name: Greenfield School
country: EX
lead: {name: Ms Joy Okoro, role: Safeguarding lead, room: Room 3, phone: 01632 960 555}
routes:
  - {name: Ms Joy Okoro, where: Room 3}
address: [Green Lane 1]
phone: 01632 960 500
email: office@green.example
confirmed: {on: 2026-11-10, by: Ms Joy Okoro}
"""


@dataclass
class World:
    """A library and a school's folder on disk."""

    root: Path
    school: Path
    today: date = field(default=TODAY)

    @property
    def order(self) -> Order:
        """What is asked for: this school, today."""
        return Order(root=self.root, school=str(self.school), today=self.today, out=self.root / "output", jobs=2)

    def edition(self) -> Edition:
        """The edition as it is today."""
        return pipeline.edition(self.order)

    def problems(self) -> tuple[Problem, ...]:
        """What stops it."""
        try:
            found = self.edition().problems
        except CannotRead as finding:
            found = finding.problems
        return tuple(problem for problem in found if not problem.reminder)

    def reminders(self) -> tuple[Problem, ...]:
        """What it is reminded of, but for the dates of the small library's facts."""
        return tuple(problem for problem in self.edition().problems if problem.reminder)

    def edit(self, part: str, kind: EditKind = "replace", module: str = "t4-pressure", text: str = "", **words: str) -> Path:
        """Begin an edit, and write it: `words` replaces old by new in what the file begins with."""
        path = customise.customise(self.order, module, part, kind, by="Ms Okoro", text=text)
        for old, new in words.items():
            self.change(path, old.replace("_", " "), new)
        return path

    def change(self, path: Path | str, old: str, new: str) -> None:
        """Replace a piece of a file that stands there once."""
        path = self.root / path
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def update(self, version: str, *changes: tuple[str, str], critical: str = "", path: str = PRESSURE) -> None:
        """A new version of the library's lesson: these pieces replaced, and what is safety-critical in it."""
        text = (self.root / path).read_text(encoding="utf-8")
        old = text.split("\nversion: ", 1)[1].split("\n", 1)[0]
        self.change(path, f"version: {old}", f"version: {version}")
        if critical:
            text = (self.root / path).read_text(encoding="utf-8")
            known = text.split("critical:\n", 1)[1].split("allow:", 1)[0] if "critical:\n" in text else ""
            head = text.replace(f"critical:\n{known}", "") if known else text
            head = head.replace("allow: {}", f"critical:\n{known}  {version}: [{critical}]\nallow: {{}}", 1)
            (self.root / path).write_text(head, encoding="utf-8")
        for before, after in changes:
            self.change(path, before, after)

    def state(self, part: str, module: str = "t4-pressure") -> EditState:
        """How the edit of a part stands today."""
        return self._of(customise.desk(self.order), part, module)

    @staticmethod
    def _of(at: customise.Desk, part: str, module: str) -> EditState:
        """The edit that changes a part, or ('noah.after') the one that adds to it; where none changes it, any."""
        part, _, kind = part.partition(".")
        mine = [one for one in at.states if (one.edit.front.module, one.edit.front.part) == (module, part)]
        return next((one for one in mine if one.edit.front.edit in ((kind,) if kind else ("replace", "hide"))), mine[0])

    def decide(self, part: str, choice: customise.Choice, text: str = "", to: str = "", module: str = "t4-pressure") -> None:
        """Decide about the edit of a part."""
        at = customise.desk(self.order)
        state = self._of(at, part, module)
        customise.keep_shown(at, state)
        customise.decide(at, state, choice, "Ms Okoro", text, to)

    def section(self, id: str) -> str:
        """The text of a section as this school teaches it."""
        lesson = next(lesson for lesson in self.edition().lessons if lesson.front.id == "t4-pressure")
        return next(section for section in lesson.sections if section.id == id).source


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A fresh library with the project's own words, and a school that has changed nothing."""
    root = tmp_path / "library"
    shutil.copytree(LIBRARY, root)
    for name in ("words.yaml", "languages/en.yaml"):
        shutil.copy(HERE.parent / "content" / name, root / "content" / name)
    school = tmp_path / "green"
    school.mkdir()
    (school / "school.yaml").write_text(PROFILE, encoding="utf-8")
    return World(root, school)
