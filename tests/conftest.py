"""The small clean library that every test may use: tests/library, two modules, one country, one school."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from signpost import data
from signpost.check import check
from signpost.load import load, load_school
from signpost.model import Checked, Country, Lesson, Library, School, Words
from signpost.problem import report
from signpost.resolve import resolve

HERE = Path(__file__).parent
LIBRARY = HERE / "library"
TODAY = date(2026, 11, 22)


def clean(root: Path) -> Library:
    """A library in which nothing could not be read."""
    library, problems = load(root)
    assert not problems, report(problems)
    return library


@pytest.fixture(scope="session")
def words() -> Words:
    """The wording data of the project itself."""
    return data.read(Words, HERE.parent / "content" / "words.yaml", "content/words.yaml")


@pytest.fixture(scope="session")
def library() -> Library:
    """The small library, with its own few words."""
    return clean(LIBRARY)


@pytest.fixture(scope="session")
def country(library: Library) -> Country:
    """The only country of the small library."""
    return library.countries[0]


@pytest.fixture(scope="session")
def school() -> School:
    """The only school of the small library."""
    return load_school(LIBRARY, "small-school")


@pytest.fixture(scope="session")
def lessons(library: Library, country: Country, words: Words) -> dict[str, Lesson]:
    """Its lessons by module, read with the words of the whole project."""
    found = {}
    for module in library.modules:
        lesson, problems = resolve(module, replace(library, words=words), country)
        assert not problems, report(problems)
        found[module.front.id] = lesson
    return found


@pytest.fixture(scope="session")
def checked(lessons: dict[str, Lesson], library: Library, school: School) -> tuple[Checked, ...]:
    """Its lessons, in which no rule finds anything."""
    done = []
    for lesson in lessons.values():
        found, problems = check(lesson, school, library.services, TODAY)
        assert not problems, report(problems)
        assert found is not None
        done.append(found)
    return tuple(done)
