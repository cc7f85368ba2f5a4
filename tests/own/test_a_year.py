"""A school's year, as it happens: twelve edits of all kinds, three updates of the library, an interruption and a restored backup.

At the end every text can be got back, every protection is in the printed pages, and the lead's guide tells the story.
"""

import shutil
from datetime import date
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from signpost import pipeline
from signpost.folder import Folder, body_of
from signpost.model import text_digest
from signpost.pipeline import Order, customise, verify
from signpost.problem import Problem, report

from .conftest import World

NOAH = "Noah is 12. He met someone in a game. Now they want money tonight."
STEPS = "- {hand} Anyone may pass."


def words(path: Path) -> str:
    """All the words of a PDF, with single spaces."""
    with pdfium.PdfDocument(path) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)


class Year(World):
    """The world with a memory of every text that the lead wrote or was shown."""

    def __init__(self, world: World) -> None:
        super().__init__(world.root, world.school, world.today)
        self.texts: set[str] = set()

    def build(self) -> tuple[Path, tuple[Problem, ...]]:
        """Build the whole edition; its folder and what was said."""
        for path in (self.school / "edits").rglob("*.md"):
            self.texts.add(body_of(path.read_text(encoding="utf-8")))
        order = Order(root=self.root, school=str(self.school), today=self.today, out=self.root / "output", only=("t4/pressure",), jobs=2)
        result = pipeline.build(order)
        return (result.open.parent if result.open else Path(), result.problems)

    def look(self, part: str, module: str = "t4-pressure") -> None:
        """The lead looks at an edit in review: all three texts are shown."""
        shown = customise.show(self.state(part, module))
        customise.keep_shown(customise.desk(self.order), shown.state)
        self.texts |= {text for text in (shown.old, shown.mine, shown.new) if text}


PROTECTED = ("It is not your fault.", "You will not be in trouble for asking for help.", "Ms Joy Okoro", "01632 960 111")
STEPS_PRINTED = ("Stop replying.", "Don’t pay.", "Don’t send more.", "Keep the evidence.", "Tell an adult you trust.", "Report it.")


def protections(folder: Path) -> None:
    """Every protected block is on the finished pages."""
    for name in ("worksheet", "cards", "check", "help-card", "poster-a4", "slides"):
        text = words(folder / "t4/pressure" / f"{name}.pdf")
        assert all(one in text for one in (PROTECTED[0], *PROTECTED[2:])), name
    assert PROTECTED[1] in words(folder / "t4/pressure/worksheet.pdf")
    sheet = words(folder / "t4/pressure/slides.pdf")
    assert [sheet.index(step) for step in STEPS_PRINTED] == sorted(sheet.index(step) for step in STEPS_PRINTED)
    guide = words(folder / "t4/pressure/guide.pdf")
    for text in ("Somebody in the room may have been harmed", "Anyone may pass", "Do not promise to keep it secret", "Write it down"):
        assert text in guide, text
    assert "Do not look at, copy or forward a picture" in words(folder / "staff/disclosure-guide.pdf")


NOAH_MERGED = """\
!!! scenario stranger "Noah’s evening" {#noah}
    Noah is 12 and plays the horn. He met someone in a game. Now they want money at once.
    “Pay or everyone sees it,” they write. Noah feels sick.

    !!! ask "What could help Noah right now?"

    !!! answer
        The safe steps. He stops replying and tells an adult tonight."""
MORE = """\
words: {safeguarding lead: designated safeguarding lead}
year-names: {t4: Years 7 to 9}
sign-off: {roles: [Safeguarding lead, Headteacher]}
"""


def power_cut(*_: object) -> None:
    """What happens between a decision and the change."""
    raise KeyboardInterrupt


@pytest.mark.slow
def test_a_year(  # noqa: PLR0915 - a year is long
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = Year(world)
    (year.school / "school.yaml").write_text((year.school / "school.yaml").read_text() + MORE)

    # November: twelve edits of all kinds.
    noah = year.edit("noah")
    year.change(noah, "Noah is 12.", "Noah is 12 and plays the horn.")
    year.change(year.edit("front-summary"), "a way out at each one", "a way out at every one")
    item = year.edit("item-fault")
    year.change(item, "Ask who chose to make the threat.", "Ask who decided to make the threat.")
    untouched = year.edit("item-late")
    converging = year.edit("item-pay")
    year.change(converging, "Go back to the safe steps.", "Go back to the six safe steps.")
    year.edit("slide-noah", "before", text="!!! say\n    Our music room is quiet. You can go there.")
    year.edit("noah", "after", text="!!! note\n    The library is open at lunch.")
    year.edit("noah-evening", "note", text="Ms Okoro is next door in Room 3.")
    year.edit("noah-evening-say-1", "hide")
    year.edit("", "order")
    rules = year.edit("ground-rules-text-1", module="ground-rules")
    year.change(rules, STEPS, "- {hand} Anyone may pass, at any time at all.")
    listen = year.edit("write", module="disclosure")
    year.change(listen, "Their words, the time, the place.", "Their words, the time, the place. Use the form in Room 3.")
    assert len(list((year.school / "edits").rglob("*.md"))) == 12
    folder, said = year.build()
    assert not [problem for problem in said if not problem.reminder], report(said)
    protections(folder)
    for name, role in (("Ms Joy Okoro", "Safeguarding lead"), ("Mrs Hale", "Headteacher")):
        customise.sign(year.order, "t4-pressure", name, role)
    assert year.edition().own.abouts["t4-pressure"].signed.state == "signed"
    first = verify.verify(year.order, str(folder / "t4/pressure/cards.pdf"))
    assert first.current

    # January: the library changes four of the same parts, one of them as the school did.
    year.today = date(2027, 1, 10)
    year.update(
        "1.1.0",
        (NOAH, NOAH.replace("money tonight", "money at once")),
        ("Ask who chose to make the threat.", "Ask who made the threat."),
        ("Say it again.", "Say it once more."),
        ("Go back to the safe steps.", "Go back to the six safe steps."),
    )
    states = {state.edit.front.part: state.state for state in customise.desk(year.order).states}
    assert [states[part] for part in ("noah", "item-fault", "item-late", "item-pay")] == ["review", "conflict", "untouched", "converged"]
    folder, _ = year.build()
    assert "plays the horn" in words(folder / "t4/pressure/cards.pdf"), "the school's text is printed until somebody decides"
    guide = words(folder / "staff/lead-guide.pdf")
    assert "a copy of the old text" in guide.lower()
    for part in ("noah", "item-fault", "item-late", "item-pay"):
        year.look(part)

    # A review that is interrupted in the middle: the power goes.
    with monkeypatch.context() as power:
        power.setattr(Folder, "_carry_out", power_cut)
        with pytest.raises(KeyboardInterrupt):
            year.decide("noah", "merge", NOAH_MERGED)
    assert "money tonight" in noah.read_text()
    backup = tmp_path / "backup"
    shutil.copytree(year.school, backup)
    assert len(customise.desk(year.order).folder.finish()) == 1
    assert "money at once" in noah.read_text()
    year.decide("item-fault", "keep")
    year.decide("item-late", "new")
    year.decide("item-pay", "new")
    assert not untouched.exists()
    assert not converging.exists()
    assert year.edition().own.abouts["t4-pressure"].signed.state == "changed"

    # March: the disk breaks; the backup of the night of the power cut comes back, with one decision open and three not taken.
    after = {path.name: path.read_bytes() for path in (year.school / "record" / "texts").glob("*.md")}
    shutil.rmtree(year.school)
    shutil.copytree(backup, year.school)
    year.today = date(2027, 3, 1)
    reminders = {problem.what for problem in year.reminders() if problem.rule == "record"}
    assert any("was interrupted before it was done" in what for what in reminders)
    assert len(customise.desk(year.order).folder.finish()) == 1
    assert "money at once" in noah.read_text()
    for part, choice in (("item-fault", "keep"), ("item-late", "new"), ("item-pay", "new")):
        year.decide(part, choice)  # type: ignore[arg-type]  # one of the choices
    assert set(after) <= {path.name for path in (year.school / "record" / "texts").glob("*.md")}

    # May: a change that matters for safety, in a part that the school has changed.
    year.today = date(2027, 5, 4)
    good = {path.name: path.read_bytes() for path in folder.rglob("*.pdf")}
    year.update(
        "1.2.0",
        ("Noah feels sick.", "Noah can stop here."),
        critical="noah",
    )
    assert year.state("noah").state == "blocked"
    _, said = year.build()
    stops = [problem for problem in said if not problem.reminder]
    assert {(problem.rule, Path(problem.place.path).name) for problem in stops} == {
        ("edit-blocked", "noah.md"),
        ("edit-blocked", "noah.after.md"),
    }
    assert {path.name: path.read_bytes() for path in folder.rglob("*.pdf")} == good, "the last good pack stays as it is"
    year.look("noah")
    year.decide("noah", "merge", year.state("noah").suggestion)
    year.decide("noah.after", "keep")
    folder, said = year.build()
    assert not [problem for problem in said if not problem.reminder], report(said)
    assert "Noah can stop here" in words(folder / "t4/pressure/cards.pdf")

    # September: the library drops a part that the school had added to, and renames nothing.
    year.today = date(2027, 9, 2)
    confirmed = year.school / "school.yaml"
    confirmed.write_text(confirmed.read_text().replace("2026-11-10", "2027-09-01"))
    text = (year.root / "content/modules/t4/pressure.md").read_text()
    slide = text[text.index('!!! slide scenario "Noah’s evening"') : text.index('!!! scenario stranger "Noah’s evening"')]
    year.update(
        "2.0.0", (slide, '!!! slide idea "Noah’s evening" {#slide-evening}\n    Listen to the story of Noah.\n\n    Who could help?\n\n')
    )
    assert year.state("slide-noah").state == "orphan"
    year.look("slide-noah")
    year.decide("slide-noah", "move", to="slide-evening")
    for name, role in (("Ms Joy Okoro", "Safeguarding lead"), ("Mrs Hale", "Headteacher")):
        customise.sign(year.order, "t4-pressure", name, role)
    folder, said = year.build()
    assert not [problem for problem in said if not problem.reminder], report(said)

    # The end: every text, every protection, and the story as the lead's guide tells it.
    protections(folder)
    kept = Folder(year.school, "green").texts
    assert {text_digest(text) for text in year.texts if text.strip()} <= set(kept) | {
        text_digest(body_of(path.read_text())) for path in (year.school / "edits").rglob("*.md")
    }
    choices = [(one["part"], one["choice"]) for one in Folder(year.school, "green").decisions()]
    assert choices == [
        ("noah", "merge"),
        ("item-fault", "keep"),
        ("item-late", "new"),
        ("item-pay", "new"),
        ("noah", "merge"),
        ("noah", "keep"),
        ("slide-noah", "move"),
    ]
    guide = words(folder / "staff/lead-guide.pdf")
    assert "Signed off." in guide
    assert "Mrs Hale, Headteacher, 2 Sep 2027" in guide
    for told in (
        "Noah is 12 and plays the horn",
        "Anyone may pass, at any time at all",
        "Use the form in Room 3",
        "Left out:",
        "Our music room is quiet",
    ):
        assert told in guide, told
    assert "Review it" not in guide
    assert "help routes confirmed 1 Sep 2027" in guide
    seen = words(folder / "parents/t4-pressure.pdf")
    assert "Changed by the school" in seen
    assert "That is the sign." in seen, "what the school left out is shown to parents as left out"
    lesson = next(lesson for lesson in year.edition().lessons if lesson.front.id == "t4-pressure")
    notes = {inner for section in lesson.sections for one in section.all() if one.kind == "note" and one.layer for inner in one.all()}
    taught = [one for section in lesson.sections for one in section.all() if one not in notes]
    assert "The library is open at lunch" not in seen, "a note for staff may name pupils"
    for one in (one for one in taught if one.kind in ("text", "slide", "scenario", "item", "ask")):
        for line in (one.title, *one.text.split("\n")):
            bare = " ".join(line.strip(" -*_|>0123456789.").replace("**", "").split("}")[-1].split())
            if len(bare) > 20 and "|" not in bare and "](" not in bare:
                assert bare[:40] in seen.replace("\u00ad", ""), bare
    old = verify.verify(year.order, first.code)
    assert old.text is False
    assert "matters for safety" in old.advice
