"""Every rule has a page in tests/rules that says what it holds and shows what it finds; here the pages are run as written."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from signpost.check import check
from signpost.load import load, load_edits, load_school
from signpost.model import Checked, Lesson, Library, Words, text_digest
from signpost.plan import plan
from signpost.problem import Problem, report
from signpost.resolve import lay, resolve, told
from signpost.resolve.edits import beneath, text_of
from signpost.rules import (
    ADULT,
    EDITED,
    EDITION,
    FINISHED,
    LEDGER,
    LESSON,
    AdultCheck,
    Edited,
    Edition,
    Finished,
    Ledger,
    Rule,
    by_name,
    check_text,
    documents,
)

from .conftest import LIBRARY, TODAY

PAGES = Path(__file__).parent / "rules"
RULES = (*LESSON, *EDITED, *EDITION, *ADULT, *LEDGER, *FINISHED)
SMALL_JPEG = bytes.fromhex("ffd8ffc0001108000100010301220002110103110100ffd9")
TOKEN = re.compile(r"^## (?P<title>[^\n]+)$|^```(?P<info>[^\n`]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Case:
    """One heading of a page: the pieces that differ from the clean library, the finished pages, and the report expected."""

    rule: str
    title: str
    blocks: tuple[tuple[str, str], ...]

    def of(self, kind: str) -> tuple[tuple[list[str], str], ...]:
        """The blocks of one kind, with the words behind it."""
        return tuple((info.split()[1:], text.rstrip("\n")) for info, text in self.blocks if info.split()[0] == kind)

    def __str__(self) -> str:
        return f"{self.rule}: {self.title}"


def cases() -> Iterator[Case]:
    """Every case of every page: what stands below a heading, headings inside a piece of a module not counted."""
    for path in sorted(PAGES.glob("*.md")):
        found: list[tuple[str, list[tuple[str, str]]]] = []
        for token in TOKEN.finditer(path.read_text(encoding="utf-8")):
            if token["title"]:
                found.append((token["title"], []))
            else:
                found[-1][1].append((token["info"], token["text"]))
        yield from (Case(path.stem, title, tuple(blocks)) for title, blocks in found)


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_page(case: Case, tmp_path: Path, words: Words) -> None:
    root = shutil.copytree(LIBRARY, tmp_path / "library")
    for ((name,), old), (_, new) in zip(case.of("old"), case.of("new"), strict=True):
        text = (root / name).read_text(encoding="utf-8")
        assert text.count(f"{old}\n") == 1, f"{case}: the piece stands {text.count(old)} times in {name}:\n{old}"
        (root / name).write_text(text.replace(f"{old}\n", f"{new}\n" if new else ""), encoding="utf-8")
    for (name,), _ in case.of("photo"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(SMALL_JPEG)
    for (name,), text in case.of("edit"):
        path = root / "content/schools/tests/small-school/edits" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\n{text}\n", encoding="utf-8")
    ((told, expected),) = case.of("report")
    rule = by_name(case.rule)
    assert rule is not None
    assert report(_found(rule, case, root, words, date.fromisoformat(told[0]) if told else TODAY)) == expected


def _found(rule: Rule, case: Case, root: Path, words: Words, today: date) -> Iterator[Problem]:
    library, _ = load(root)
    own = any(name == "content/words.yaml" for (name,), _ in case.of("old"))
    library, school = library if own else replace(library, words=words), load_school(root, "small-school")
    lessons = [resolve(module, library, library.countries[0])[0] for module in library.modules]
    if rule in ADULT:
        text, _ = told(library.adults[0], library)
        reads = {"staff": library.staff_reading, "home": library.letter_reading, "tier": library.tier("t3")}
        yield from sorted(_problems(rule, AdultCheck(text=text, words=library.words, **reads)))  # type: ignore[arg-type]  # as named
        return
    if rule in LEDGER:
        yield from _problems(rule, Ledger(facts=library.facts, today=today))
        return
    if rule in EDITED:
        yield from sorted({problem for lesson in lessons for problem in _problems(rule, _edited(lesson, library, root))})
        return
    pages = case.of("page")
    planned = plan([Checked(one) for one in lessons], school, library.countries[0], library.services) if pages else ()
    for about in pages[:1]:
        target = next(target for target in planned if target.path == about[0][0])
        ink = tuple(float(word.removeprefix("ink=")) for info, _ in pages for word in info[1:])
        seen = tuple(text for _, text in case.of("seen"))
        yield from _problems(rule, Finished(target=target, pages=tuple(text for _, text in pages), ink=ink, seen=seen))
    for lesson in lessons if not pages else ():
        edition = Edition(lesson=lesson, school=school, services=library.services, today=today)
        yield from _problems(rule, edition if rule in EDITION else lesson)


def _edited(lesson: Lesson, library: Library, root: Path) -> Edited:
    """The lesson with the edits of the small school on it, each made against today's text."""
    edits, _ = load_edits(root, root / "content/schools/tests/small-school", "school")
    based = []
    for edit in edits:
        texts = (*map(text_of, library.modules), *map(text_of, library.shared))
        base = text_digest(beneath(next(one for one in texts if one.name == edit.front.module), edit) or "")
        based.append(replace(edit, front=edit.front.model_copy(update={"base": base})))
    laid = lay(library, based, {})
    assert not laid.problems
    module = next(module for module in laid.library.modules if module.front.id == lesson.front.id)
    after, _ = resolve(module, laid.library, library.countries[0])
    return Edited(before=lesson, after=after, edits=tuple(based))


def _problems(rule: Rule, checked: object) -> Iterator[Problem]:
    return (Problem(place, rule.name, what, fix, reminder=rule.reminder) for place, what, fix in rule.finds(checked))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_a_page_that_says_what_it_holds(rule: Rule) -> None:
    text = (PAGES / f"{rule.name}.md").read_text(encoding="utf-8")
    first = " ".join(rule.words.split("\n\n")[0].split())

    assert text.startswith(f"# {rule.name}\n\n{first}\n\n")
    assert all(f"({number}" in text or f" {number}" in text for number in rule.numbers)
    assert ("cannot be allowed away" in text) == rule.safeguarding
    assert ("a reminder" in text) == rule.reminder


def test_every_page_is_about_a_rule_and_shows_it_finding_something() -> None:
    named = {case.rule for case in cases() if case.of("report")[0][1]}

    assert {path.stem for path in PAGES.glob("*.md")} == {rule.name for rule in RULES}
    assert named == {rule.name for rule in RULES}


def test_no_finding_scolds_or_shouts() -> None:
    for case in cases():
        ((_, told),) = case.of("report")
        ours = re.sub(r"\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)|!!!", "", told)  # without what it repeats in the author's own words
        assert not re.search(r"\b(?:error|invalid|fail\w*|please|wrong file)\b|!(?!\[)", ours, re.IGNORECASE), told


MISTAKES = (
    ("minutes: 50", "minutes: 55"),
    ("    - Listen.\n", "    - Listen, on WhatsApp too.\n"),
    ("Noah feels sick.", "He should have known."),
    ("    Mei does not want to.", "    Mei is told that it will be deleted."),
    ('"Paying makes the threats stop."', '"Pay up and it is all over for good, so do pay, and go to bed."'),
    ("Alone, without names.", "Ask pupils if they have shared one."),
    ("We leave the story here.", "Have you ever met this?"),
    ("supervision: recommended", "supervision: suggested"),
    ("    - Keep the messages.\n", ""),
    ("You and the safeguarding lead read the slips on the same day.", "A box stands there."),
)
TOLD = """\
pressure.md:11: The sections add up to 50 minutes, and the front matter says 55. [minutes-add-up]
    Fix: Write minutes: 50, or change a section by 5.
pressure.md:13: "supervision: suggested" is too little for a lesson on pressure. [supervision]
    Fix: Write supervision: recommended.
pressure.md:39: "Ask pupils if they have shared" asks pupils about their own lives: a story keeps it at a distance. [no-own-experience]
    Fix: Ask about the person in the story.
pressure.md:47: The statement "Pay up and it is all over for good, so do pay, and go to bed." has 16 words; 14 is the most. [item-length]
    Fix: Cut 2 words.
pressure.md:77: "should have known" puts the blame on the child: nobody has to see through a trick. [no-blame]
    Fix: Write "was tricked".
pressure.md:96: "will be deleted" says what nobody can promise: it may not come true. [no-promises]
    Fix: Write "Pictures can be reported, and removed from many places."
pressure.md:121: "WhatsApp" is a brand. [no-brands]
    Fix: Say what it does, like "a group chat", "a game" or "a disappearing-message app".
pressure.md:159: "Have you ever" asks pupils about their own lives: a story keeps it at a distance. [no-own-experience]
    Fix: Write "What might people of this age have seen?"
pressure.md:186: The question box does not say who reads it, and when. [question-box]
    Fix: Write "You and the safeguarding lead read the slips on the same day."
pressure.md:205: The letter names 2 things that help; it names three. [letter-home]
    Fix: Write !!! helps and a list of three below it, four spaces in."""


def test_a_module_with_ten_mistakes_gets_ten_good_sentences(tmp_path: Path, words: Words) -> None:
    root = shutil.copytree(LIBRARY, tmp_path / "library")
    path = root / "content/modules/t4/pressure.md"
    text = path.read_text(encoding="utf-8")
    for old, new in MISTAKES:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    library, problems = load(root)
    assert not problems
    module = next(module for module in library.modules if module.front.id == "t4-pressure")
    lesson, _ = resolve(module, replace(library, words=words), library.countries[0])
    checked, found = check(lesson, load_school(root, "small-school"), library.services, TODAY)

    assert checked is None
    assert len(found) == len(MISTAKES) == 10
    assert report(found).replace("content/modules/t4/", "") == TOLD


PASTED = """She should have known better: on TikTok,
predators lurk everywhere.

Have you ever sent a nude selfie? It will
be deleted."""


def test_a_pasted_passage_is_read_for_its_wording(library: Library, words: Words) -> None:
    found = check_text(PASTED, library.tier("t4"), "pupil", words)

    assert [(rule, place.line, what.split('"')[1]) for rule, place, what, _ in found] == [
        ("no-blame", 1, "should have known better"),
        ("no-brands", 1, "TikTok"),
        ("no-alarm", 2, "lurk"),
        ("no-alarm", 2, "predators"),
        ("no-own-experience", 4, "Have you ever"),
        ("no-promises", 4, "will be deleted"),
        ("terms", 4, "nude selfie"),
    ]
    assert {place.path for _, place, _, _ in found} == {"-"}


def test_staff_may_paste_what_pupils_may_not(library: Library, words: Words) -> None:
    assert check_text('Never say "she should have known better", on TikTok or elsewhere.', library.tier("t4"), "staff", words) == ()


def test_a_pasted_passage_is_measured_by_its_reader(library: Library, words: Words) -> None:
    hard = "Notwithstanding contemporary circumstances, comprehensive participation facilitates communication. " * 5

    assert [rule for rule, *_ in check_text(hard, library.tier("t4"), "pupil", words)] == ["pupil-reading"]
    assert [rule for rule, *_ in check_text(hard, library.tier("t4"), "home", words, library.letter_reading)] == ["letter-reading"]
    assert check_text(hard, library.tier("t4"), "staff", words) == ()


def test_every_document_that_is_read_is_measured(lessons: dict[str, Lesson]) -> None:
    names = {name: reader for name, reader, text in documents(lessons["t4-pressure"]) if text.strip()}

    assert names == {
        "slides": "pupil",
        "worksheet": "pupil",
        "cards": "pupil",
        "check": "pupil",
        "poster": "pupil",
        "ground rules and key messages": "pupil",
        "key words": "pupil",
        "help card": "pupil",
        "letter home": "home",
        "teacher guide": "staff",
    }
    assert "teacher's words" in {name for name, _, _ in documents(lessons["t1-warning-signs"])}


def test_the_small_library_has_nothing_to_find(checked: tuple[Checked, ...]) -> None:
    assert len(checked) == 2


def test_text_before_the_first_section_is_not_lost_in_silence(tmp_path: Path) -> None:
    root = shutil.copytree(LIBRARY, tmp_path / "library")
    path = root / "content/modules/t4/pressure.md"
    path.write_text(path.read_text(encoding="utf-8").replace("allow: {}\n---\n", "allow: {}\n---\nRead this first.\n"), encoding="utf-8")
    _, (problem,) = load(root)

    assert (problem.place.line, problem.what) == (30, "Text stands before the first section, where nothing prints it.")


def test_a_pattern_that_cannot_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    root = shutil.copytree(LIBRARY, tmp_path / "library")
    path = root / "content/words.yaml"
    text = path.read_text(encoding="utf-8").replace("'groomers?'", "'(groomers?'").replace("- Chatty", "- 'Chatty)'")
    path.write_text(text, encoding="utf-8")
    library, problems = load(root)

    assert [(problem.place.line, problem.what.split(":")[0]) for problem in problems] == [
        (3, "'(groomers?' cannot be read as a pattern"),
        (10, "'Chatty)' cannot be read as a pattern"),
    ]
    assert library.words == Words()
