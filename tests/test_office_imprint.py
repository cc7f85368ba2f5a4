"""One more school in milliseconds: from a plate that another school's page gave, each file is what making it whole gives."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signpost import pipeline
from signpost.model import Adult, Imprint, Inside, Page, Target
from signpost.problem import report
from signpost.render import fonts, package, plates, press

from .test_deck import EVERY, OUTSIDE, a_deck

ROOT = Path(__file__).resolve().parent.parent
MADE = ("slides.pptx", "slides.html", "letter.docx")
WIDE = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 900 60'><path d='M0 0h900v60H0z' fill='#7A2E3B'/><!-- a & b --></svg>"
OSEI = Inside(name="Ms Amara Osei", where="Room 12")
WELSH = "Ysgol Gynradd Gymraeg Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch a’r Tŷ Ŵyl"


def _adult(name: str, **own: str) -> Adult:
    return replace(Adult(name=name, short=name, role="Designated lead", room="Room 1", phone="01632 960999", email=""), **own)


def _named(name: str, where: str = "Room 1, by the hall", **own: Any) -> Callable[[Imprint], Imprint]:
    """A school in which this person helps; `own` is what else it has."""
    return lambda other: replace(other, lead=_adult(name), inside=(Inside(name=name, where=where),), **own)


AWKWARD: dict[str, Callable[[Imprint], Imprint]] = {
    "a very long Welsh name": _named("Mrs Angharad Myfanwy Llewelyn-Ŵynne", school=WELSH, web="ysgol-gynradd-llanfair.example/cymorth"),
    "Greek": _named("Κυρία Ελένη Παπαδοπούλου", "Αίθουσα 12", school="Δημοτικό Σχολείο Αγίου Νικολάου", address=("Οδός Ερμού 1",)),
    "Arabic": _named("أستاذة ليلى حسن", "الغرفة ١٢", school="مدرسة النور الابتدائية"),
    "no logo": _named("Ms Vale", logo="", colour="#7A2E3B"),
    "a wide logo": _named("Ms Vale", logo=WIDE),
    "two people in school": lambda other: replace(other, inside=(OSEI, replace(OSEI, name="Mr Tom Field")), deputy=_adult("Mr Field")),
    "no phone number": lambda other: replace(
        other, phone="", email="", web="", lead=_adult("Ms Vale", phone=""), outside=(replace(OUTSIDE, phone="", free=False),)
    ),
    "nobody outside": lambda other: replace(other, outside=(), removal=(), parents=()),
    "another specimen": lambda other: replace(other, specimen=not other.specimen, routes_confirmed=True, routes_dated=""),
    "signs that XML and HTML keep": _named("O’Neill & “Sons” <b>", "Room \"A\" & 'B'", school='St Mary\'s & All <School> "A" ]]> &amp;'),
    "hyphenated names": _named("Ms Anne-Marie Featherstonehaugh-Cholmondeley-Smith", "Head-of-year room, upper-school", school="A-B-C"),
    "signs that cannot be seen": _named("Ms\u200bVale\x0b", school="Elm\x00 Bank\x1f \ufffe School"),
}


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    """The real pages of two lessons, by path."""
    order = pipeline.Order(root=ROOT, today=date(2026, 11, 25), only=("t1/pressure", "t4/pressure"))
    edition = pipeline.edition(order)
    assert edition.lessons, report(edition.problems)
    found = {target.path: target.page for target in pipeline.targets_of(edition, order)}
    return {path: page for path, page in found.items() if path.endswith(MADE)}


@pytest.fixture(scope="module")
def made(pages: dict[str, Page]) -> dict[str, plates.Plate]:
    """A plate of each, from the page of the school that the project shows."""
    found = {path: plates.plate(PurePosixPath(path).suffix, page) for path, page in pages.items()}
    assert len(found) == 6
    return {path: one for path, one in found.items() if one}


def _of(page: Page, school: Callable[[Imprint], Imprint]) -> Page:
    return replace(page, frame=replace(page.frame, routes_code="beef", imprint=school(page.frame.imprint)))


def _whole(path: str, page: Page) -> bytes:
    def none(target: Target) -> bytes:
        raise LookupError(target.path)

    return press.make(Target(path=path, page=page), none).content


@pytest.mark.parametrize("name", AWKWARD)
def test_a_school_s_files_from_another_school_s_plates_are_what_making_them_whole_gives(
    name: str, pages: dict[str, Page], made: dict[str, plates.Plate]
) -> None:
    for path, page in pages.items():
        theirs = _of(page, AWKWARD[name])

        printed = plates.imprint(made[path], theirs)

        assert printed == _whole(path, theirs), path
        assert printed != _whole(path, page), path


@pytest.mark.parametrize("name", AWKWARD)
def test_a_plate_is_the_same_whichever_school_s_page_it_was_made_from(
    name: str, pages: dict[str, Page], made: dict[str, plates.Plate]
) -> None:
    for path, page in pages.items():
        assert plates.plate(PurePosixPath(path).suffix, _of(page, AWKWARD[name])) == made[path], path


def test_a_plate_says_nothing_of_the_school_that_gave_its_page(made: dict[str, plates.Plate]) -> None:
    for path, one in made.items():
        for said in (*(member.held for member in getattr(one, "members", ())), plates.kept(one)):
            assert b"Elm Bank" not in said, path
            assert b"Osei" not in said, path


@pytest.mark.parametrize("tier", ["t1", "t4"])
@pytest.mark.parametrize("suffix", [".pptx", ".html"])
def test_a_deck_with_every_layout_and_one_without_slides_of_its_own_are_no_exceptions(suffix: str, tier: str) -> None:
    for slides in (EVERY, (EVERY[0], EVERY[-1])):
        one = plates.plate(suffix, a_deck(tier, slides))
        other = a_deck(tier, slides, school="Other School", specimen=False, outside=(), logo=WIDE)
        assert one

        assert plates.imprint(one, other) == _whole(f"slides{suffix}", other)


def test_a_plate_that_was_kept_is_the_same_plate(made: dict[str, plates.Plate]) -> None:
    for one in made.values():
        assert plates.opened(plates.kept(one)) == one
        assert plates.kept(plates.opened(plates.kept(one))) == plates.kept(one)


def test_a_file_that_is_made_whole_has_no_plate_and_a_plate_serves_its_own_kind_of_page_alone(
    pages: dict[str, Page], made: dict[str, plates.Plate]
) -> None:
    assert plates.plate(".pdf", pages["t4/pressure/slides.pptx"]) is None
    with pytest.raises(LookupError):
        plates.imprint(made["t4/pressure/letter.docx"], pages["t4/pressure/slides.pptx"])


@pytest.mark.parametrize("name", AWKWARD)
def test_every_part_is_whole_xml_and_the_zip_is_the_one_that_python_writes(
    name: str, pages: dict[str, Page], made: dict[str, plates.Plate]
) -> None:
    for path, one in made.items():
        if path.endswith(".html"):
            continue
        printed = plates.imprint(one, _of(pages[path], AWKWARD[name]))
        again = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(printed)) as archive, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as copy:
            for part in archive.namelist():
                content = archive.read(part)
                if part.endswith((".xml", ".rels")):
                    ElementTree.fromstring(content)
                about = zipfile.ZipInfo(part, date_time=(1980, 1, 1, 0, 0, 0))
                copy.writestr(about, content, zipfile.ZIP_STORED if part.endswith(package.STORED) else zipfile.ZIP_DEFLATED)

        assert again.getvalue() == printed, path


def test_a_letter_that_only_one_school_has_comes_with_the_fonts_and_one_that_no_font_has_costs_nothing(
    pages: dict[str, Page], made: dict[str, plates.Plate]
) -> None:
    path = "t4/pressure/slides.html"
    welsh, arabic = (plates.imprint(made[path], _of(pages[path], AWKWARD[name])).decode() for name in ("a very long Welsh name", "Arabic"))

    assert fonts.letters(f"{WELSH}, &amp; مدرسة") == "Ŵŷ"
    assert fonts.rules("Ŵŷ") in welsh
    assert fonts.rules("") in arabic
    assert "مدرسة النور" in arabic


# Other letters of our fonts make a font of their own, half a second for each set: the school above has some.
PRINTABLE = st.characters(exclude_categories=("Cs", "Cn", "Co"), exclude_characters=fonts.shown() - fonts.COMMON)
NAMES = st.text(PRINTABLE, min_size=1, max_size=60)
SCHOOLS = st.builds(
    lambda person, where, **own: _named(person, where, address=(where, person), **own),
    NAMES,
    NAMES,
    school=NAMES,
    phone=NAMES,
    colour=st.integers(0, 0xFFFFFF).map("#{:06X}".format),
    specimen=st.booleans(),
    logo=st.sampled_from(["", WIDE]),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(school=SCHOOLS)
def test_whatever_a_school_is_called_its_files_are_what_making_them_whole_gives(
    pages: dict[str, Page], made: dict[str, plates.Plate], school: Callable[[Imprint], Imprint]
) -> None:
    for path in ("t4/pressure/slides.pptx", "t1/pressure/slides.html", "t4/pressure/letter.docx"):
        theirs = _of(pages[path], school)

        assert plates.imprint(made[path], theirs) == _whole(path, theirs), path
