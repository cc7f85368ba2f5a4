"""A wrong number on a help card is the worst mistake this project can make: every number is compared, digit for digit."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from signpost.model import HelpCard
from signpost.render import html as pages_html

from .conftest import ROOT, Built
from .reading import pages, words

A_DAY = re.compile(r"(?:19|20)\d\d-(?:(?:19|20)\d\d|\d\d-\d\d)")
CALLABLE = re.compile(r"(?<![\w.#/-])(?:\+|\()?\d(?:(?:[ \-.]|\) )?\d){5,}(?![\w-])")


def _spoken(built: Built) -> set[str]:
    """Every number that the data of this school and country hold, as it is to be printed."""
    school = built.edition.school
    people = [person.phone for person in (school.lead, school.deputy) if person]
    services = [text for one in built.edition.services for text in (one.phone, one.text)]
    return {number for number in (school.phone, *people, *services) if number}


def _numbers(text: str, digests: set[str]) -> Iterator[str]:
    for match in CALLABLE.finditer(text):
        if match[0] not in digests and not A_DAY.fullmatch(match[0]):
            yield match[0]


@pytest.mark.parametrize("which", ["england", "ireland"])
def test_every_number_on_every_file_is_a_number_of_the_data_digit_for_digit(which: str, request: pytest.FixtureRequest) -> None:
    built: Built = request.getfixturevalue(which)
    known = _spoken(built)
    digests = {target.page.frame.code for target in built.targets}

    strange = {
        (path.relative_to(built.folder).as_posix(), number)
        for path in built.files(".pdf", ".pptx", ".docx", ".html")
        for number in _numbers(words(path), digests)
        if not any(number in one for one in known)
    }

    assert strange == set()


def test_each_pupil_page_prints_the_outside_route_exactly_as_the_data_has_it(england: Built) -> None:
    for target in england.targets:
        if not target.page.for_pupils or not target.path.endswith(".pdf") or target.page.name == "slides":
            continue
        for number, page in enumerate(pages(england.folder / target.path), 1):
            outside = target.page.frame.imprint.outside[0].phone

            assert outside in {one.phone for one in england.edition.services}
            assert outside in page, f"{target.path}, page {number}"


def test_a_country_changes_every_number_and_no_number_is_changed_by_reading_it(england: Built) -> None:
    from signpost.plan import imprint
    from signpost.resolve import services_of

    library = england.edition.library
    card = next(target.page for target in england.targets if isinstance(target.page, HelpCard) and target.page.frame.tier.id == "t4")
    raw = {line.strip() for path in (ROOT / "content" / "countries" / "services").glob("*.yaml") for line in path.read_text().splitlines()}
    for country in library.countries:
        services = services_of(library, country)
        own = imprint(england.edition.school, country, services, card.frame.tier)
        if not own.outside or not own.outside[0].phone:
            continue
        made = pages_html.render(replace(card, frame=replace(card.frame, imprint=own)), "help-card.html").replace("\u00a0", " ")

        printed = own.outside[0].phone

        assert printed in made, country.code
        assert {f"phone: '{printed}'", f'phone: "{printed}"'} & raw, f"{country.code}: {printed} does not stand like this in the data"


def test_the_data_keep_numbers_that_yaml_would_eat() -> None:
    from signpost import data

    text = "a: 01611234567\nb: +441611234567\nc: 116123\nd: no\ne: 0x10\nf: 1_000\ng: 12:30:00\nh: 2026-11-22\n"

    value, _ = data.parse(text, "numbers.yaml")

    assert list(value.values()) == ["01611234567", "+441611234567", "116123", "no", "0x10", "1_000", "12:30:00", "2026-11-22"]
