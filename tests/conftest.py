"""The small clean library that every test may use: tests/library, two modules, one country, one school."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

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
# Each makes its own once, and looks at it in many tests; the first that fits counts.
TOGETHER = ("tests/finished/test_imprint.py", "tests/finished/test_every_country.py", "tests/finished/", "tests/test_watch.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests that look at the same files run in one process, which makes them once; every other test runs wherever there is room.

    Marks cannot say it: with them, xdist 3.8 writes what pytest 9.2 no longer reads, and every process makes every file.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByEdition(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
        def _split_scope(self, nodeid: str) -> str:
            return next((one for one in TOGETHER if nodeid.startswith(one)), nodeid)

    return ByEdition(config, log)


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
