"""Every rule has a page in tests/rules that says what it holds and shows what it finds; here the pages are run as written."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from signpost.load import load, load_school
from signpost.model import Checked, Words
from signpost.plan import plan
from signpost.problem import Problem, report
from signpost.resolve import resolve
from signpost.rules import EDITION, FINISHED, LESSON, Edition, Finished, Rule, by_name

from .conftest import LIBRARY, TODAY

PAGES = Path(__file__).parent / "rules"
RULES = (*LESSON, *EDITION, *FINISHED)
SMALL_JPEG = bytes.fromhex("ffd8ffc0001108000100010301220002110103110100ffd9")
BLOCK = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


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
    """Every case of every page."""
    for path in sorted(PAGES.glob("*.md")):
        for part in path.read_text(encoding="utf-8").split("\n## ")[1:]:
            title, _, text = part.partition("\n")
            yield Case(path.stem, title, tuple((match["info"], match["text"]) for match in BLOCK.finditer(text)))


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
    ((told, expected),) = case.of("report")
    rule = by_name(case.rule)
    assert rule is not None
    assert report(_found(rule, case, root, words, date.fromisoformat(told[0]) if told else TODAY)) == expected


def _found(rule: Rule, case: Case, root: Path, words: Words, today: date) -> Iterator[Problem]:
    library, _ = load(root)
    own = any(name == "content/words.yaml" for (name,), _ in case.of("old"))
    library, school = library if own else replace(library, words=words), load_school(root, "small-school")
    lessons = [resolve(module, library, library.countries[0])[0] for module in library.modules]
    pages = case.of("page")
    planned = plan([Checked(one) for one in lessons], school, library.countries[0], library.services) if pages else ()
    for about in pages[:1]:
        target = next(target for target in planned if target.path == about[0][0])
        ink = tuple(float(word.removeprefix("ink=")) for info, _ in pages for word in info[1:])
        yield from _problems(rule, Finished(target=target, pages=tuple(text for _, text in pages), ink=ink))
    for lesson in lessons if not pages else ():
        edition = Edition(lesson=lesson, school=school, services=library.services, today=today)
        yield from _problems(rule, edition if rule in EDITION else lesson)


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
