"""Slides as PowerPoint: real placeholders with names, notes and languages, colours of the theme alone, and the same bytes every time."""

import io
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from openxml_audit import validate_pptx
from PIL import Image
from pptx import Presentation

from signpost.model import Inside, Picture
from signpost.render import boards, draw, master, pptx, raster, shapes, slides

from .test_deck import AGES, EVERY, a_deck, as_pdf, slide, text

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@pytest.fixture(scope="module")
def content() -> bytes:
    return pptx.pptx(a_deck())


@pytest.fixture(scope="module")
def opened(content: bytes) -> Any:
    return Presentation(io.BytesIO(content))


def parts(content: bytes, pattern: str) -> Iterator[tuple[str, str]]:
    """The parts of a package whose names match."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield from ((name, archive.read(name).decode()) for name in archive.namelist() if re.fullmatch(pattern, name))


def words_of(page: Any) -> str:
    """All words of a slide."""
    return "\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)


# --- slides and their placeholders ---


def test_each_slide_has_its_named_layout_and_a_title_of_its_own(opened: Any) -> None:
    made = a_deck()
    titles = [page.shapes.title.text_frame.text.replace("\u00a0", " ") for page in opened.slides]

    assert [page.slide_layout.name for page in opened.slides] == [slides.LAYOUTS[one.layout] for one in made.slides]
    assert titles == [one.title for one in made.slides]
    assert Counter(titles).most_common(1)[0][1] == 1
    assert {layout.name for layout in opened.slide_layouts} == set(slides.LAYOUTS.values())
    assert len(opened.slide_masters) == 1
    assert (opened.slide_width, opened.slide_height) == (12_192_000, 6_858_000)
    assert words_of(opened.slides[-1]).startswith("Where to get")


def test_every_word_and_picture_stands_in_a_placeholder_of_its_layout_and_the_rest_is_marked_as_decoration(opened: Any) -> None:
    for page in opened.slides:
        known = {one.placeholder_format.idx: one.placeholder_format.type for one in page.slide_layout.placeholders}
        for shape in page.shapes:
            if shape.is_placeholder:
                assert known[shape.placeholder_format.idx] == shape.placeholder_format.type, (page.slide_layout.name, shape.name)
                assert shape.shape_type is not None
            else:
                assert "decorative" in ElementTree.tostring(ElementTree.fromstring(shapes_xml(shape))).decode(), shape.name
                assert not (shape.has_text_frame and shape.text_frame.text)


def shapes_xml(shape: Any) -> str:
    """A shape as XML."""
    from lxml import etree

    return str(etree.tostring(shape._element, encoding="unicode"))


def test_the_title_is_read_first_then_the_body_then_footer_and_place(opened: Any) -> None:
    for page in list(opened.slides)[1:]:
        names = [shape.name for shape in page.shapes if shape.is_placeholder]

        assert names[0] == "Title"
        assert names[-2:] == ["Footer", "Label"]


def test_every_picture_says_what_it_shows_and_is_sharp(content: bytes, opened: Any) -> None:
    shown = [shape for page in opened.slides for shape in page.shapes if shape._element.tag == f"{P}pic"]
    assert len(shown) >= 8
    for shape in shown:
        told = shape._element.nvPicPr.cNvPr.get("descr")
        assert len(told) > 5
        assert not re.search(r"\.(png|svg)$", told)
        link = shape._element.find(".//{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip").get(f"{R}embed")
        drawn = shape.part.related_part(link)
        assert drawn.content_type == "image/svg+xml"
        across, down = raster.size(drawn.blob.decode())
        assert shape.width / shape.height == pytest.approx(across / down, rel=0.01)
        assert shape.image.size[0] / shape.image.size[1] == pytest.approx(across / down, rel=0.02)
    kinds = dict(parts(content, r"\[Content_Types\]\.xml"))["[Content_Types].xml"]
    assert '<Default Extension="svg" ContentType="image/svg+xml"/>' in kinds
    assert "drawing1.svg" not in kinds


@pytest.mark.parametrize("sides", ["", "width='10' height='10'", "width='90'"])
def test_a_logo_is_a_picture_of_its_view_box_whatever_sides_it_says(sides: str) -> None:
    shapes = "<path d='M0 0h20v20H0z' fill='#FF0000'/><path d='M20 0h20v20H20z' fill='#0000FF'/>"
    width, png = raster.logo(f"<svg xmlns='http://www.w3.org/2000/svg' {sides} viewBox='0 0 40 20'>{shapes}</svg>")
    with Image.open(io.BytesIO(png)) as found:
        picture = found.convert("RGB")

    assert picture.size == (width, round(width / 2))
    assert [picture.getpixel((at, y)) for at in (2, width - 3) for y in (2, width // 2 - 3)] == [(255, 0, 0)] * 2 + [(0, 0, 255)] * 2



def test_the_qr_code_holds_the_address_of_the_help_route(opened: Any) -> None:
    last = list(opened.slides)[-1]
    code = next(shape for shape in last.shapes if shape.name == "Qr")
    link = code._element.find(".//{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip").get(f"{R}embed")

    from signpost.render.qr import qr

    assert code.part.related_part(link).blob.decode() == qr("https://help.example/talk")
    assert "0800 000 0000" in words_of(last)
    assert "Ms Amara Osei" in words_of(last)


def test_progress_shows_which_of_how_many_and_the_current_plate_says_its_word(opened: Any) -> None:
    count = len(EVERY)
    for number, page in enumerate(opened.slides, 1):
        rail = [shape for shape in page.shapes if shape.name == "Progress"]
        label = [shape.text_frame.text for shape in page.shapes if shape.name == "Label"]
        done = [shape for shape in rail if shape._element.find(f"{P}spPr/{A}solidFill/{A}schemeClr").get("val") == "tx1"]
        if number == 1:
            assert not rail
            continue
        assert label == [a_deck().slides[number - 1].label]
        assert len(rail) == count - 1
        assert len(done) == number - 1
        footer = next(shape for shape in page.shapes if shape.name == "Footer")
        assert footer.text_frame.text == f"Pressure · ages 11–14 · slide {number} of {count}"
        assert footer._element.find(f".//{A}fld").get("type") == "slidenum"


# --- notes and languages ---


def test_notes_hold_script_and_minutes_with_labels(opened: Any) -> None:
    for page in opened.slides:
        notes = page.notes_slide.notes_text_frame.text

        assert notes.startswith("Time: Talk: 5 minutes\nSay: Hello.\nGoodbye.\nAsk: Why? (Any.)")


def test_every_run_has_its_language(content: bytes) -> None:
    for name, xml in parts(content, r"ppt/(slides|notesSlides)/[^/]+\.xml"):
        root = ElementTree.fromstring(xml)
        runs = [run for tag in ("r", "fld", "br") for run in root.iter(f"{A}{tag}")]
        assert runs, name
        for run in runs:
            about = run.find(f"{A}rPr")
            assert about is not None, name
            assert about.get("lang") == "en-GB", name


# --- look: all from the theme ---


def test_no_part_but_the_theme_names_a_colour_or_a_font(content: bytes) -> None:
    for name, xml in parts(content, r"ppt/(slides|slideLayouts|slideMasters|notesSlides|notesMasters)/[^/]+\.xml"):
        assert "srgbClr" not in xml, name
        assert "sysClr" not in xml, name
        assert not set(re.findall(r'<a:(?:latin|ea|cs) typeface="([^"]*)"', xml)) - {
            f"+{kind}-{face}" for kind in ("mj", "mn") for face in ("lt", "ea", "cs")
        }
        for banned in ("<p:style", "<p:timing", "<p:transition", "<a:effectLst><", "<a:effectDag"):
            assert banned not in xml, name


@pytest.mark.parametrize("tier", AGES)
def test_the_theme_has_the_colours_of_the_age_and_of_the_school(tier: str) -> None:
    theme = dict(parts(pptx.pptx(a_deck(tier, colour="#7A2E3B")), r"ppt/theme/theme1\.xml"))["ppt/theme/theme1.xml"]
    colours = dict(re.findall(r'<a:(\w+)><a:srgbClr val="(\w{6})"/>', theme))

    assert f"#{colours['dk1']}" == draw.SCREEN_INK
    assert colours["lt1"] == "FFFFFF"
    assert f"#{colours['accent1']}" == draw.COLOURS[tier]
    assert f"#{colours['accent2']}" == draw.SUN
    assert colours["accent3"] == "4A5665"
    assert colours["accent4"] == "7A2E3B"
    assert re.findall(r'<a:latin typeface="([^"]+)"', theme) == ["Lexend", "Lexend" if tier in {"t1", "t2"} else "Atkinson Hyperlegible"]


def test_a_line_has_twelve_per_cent_more_room_in_powerpoint_than_where_it_was_measured() -> None:
    for tier in (1, 4):
        for name in slides.LAYOUTS:
            for slot in slides.layout(name, tier).values():
                if not slot.levels:
                    continue
                sides = dict(re.findall(r'(lIns|rIns)="(\d+)"', shapes.body(slot)))
                inside = slot.point / 2 if slot.shape in {"plate", "back"} else 0  # a plate's point keeps words out by itself
                hang = max(level.hang for level in slot.levels)
                room = slot.box.w - inside - hang - (int(sides["lIns"]) + int(sides["rIns"])) / 360_000
                measured = (slot.box.w - slot.pad[1] - slot.pad[3]) * (1 - slides.SLACK)

                assert room * (1 - slides.SLACK) == pytest.approx(measured, abs=0.01) or room * (1 - slides.SLACK) > measured, (
                    name,
                    slot.name,
                )


def test_positions_are_those_of_the_table_on_layouts_and_slides(opened: Any) -> None:
    boards_of = boards.boards(a_deck())
    for board, page in zip(boards_of, opened.slides, strict=True):
        places = {shape.name: shape for shape in page.shapes if shape.is_placeholder}
        for one in board.filled:
            shape = places[master.label(one.slot)]
            if one.picture:
                assert shape.left >= shapes.emu(one.slot.box.x) - 1
                assert shape.top + shape.height <= shapes.emu(one.slot.box.y + one.slot.box.h) + 2
                continue
            box = tuple(shapes.emu(side) for side in (one.slot.box.x, one.slot.box.y, one.slot.box.w, one.slot.box.h))
            assert (shape.left, shape.top, shape.width, shape.height) == box, (board.slide.title, shape.name)


# --- the school's own words stand once ---


def test_help_line_and_specimen_stand_on_the_master_and_nowhere_else(content: bytes) -> None:
    line = "Ms Amara Osei, Room 12"
    holders = [name for name, xml in parts(content, r"ppt/.*\.xml") if line in xml]
    stamps = [name for name, xml in parts(content, r"ppt/.*\.xml") if "<a:t>Specimen</a:t>" in xml]

    assert holders == ["ppt/slideMasters/slideMaster1.xml"]
    assert sorted(stamps) == ["ppt/slideLayouts/slideLayout1.xml", "ppt/slideLayouts/slideLayout9.xml", "ppt/slideMasters/slideMaster1.xml"]


def test_another_school_changes_few_parts_and_no_slide_between_the_first_and_the_last(content: bytes) -> None:
    other = pptx.pptx(
        a_deck(school="Other School", inside=(Inside(name="Mr Field", where="Office"),), specimen=False, colour="#7A2E3B", logo="")
    )
    mine, theirs = dict(parts(content, r"ppt/.*\.xml")), dict(parts(other, r"ppt/.*\.xml"))
    changed = {name for name in mine if mine[name] != theirs.get(name)}

    assert changed == {
        "ppt/slideMasters/slideMaster1.xml",
        "ppt/slideLayouts/slideLayout1.xml",
        "ppt/slideLayouts/slideLayout9.xml",
        "ppt/theme/theme1.xml",
        "ppt/slides/slide1.xml",
        f"ppt/slides/slide{len(EVERY)}.xml",
    }
    assert "Specimen" not in "".join(theirs.values())
    assert any("Mr Field, Office" in page for page in pptx.texts(other))


def test_the_words_of_a_slide_are_found_with_those_of_its_master_and_notes(content: bytes) -> None:
    found = pptx.texts(content)

    assert len(found) == len(EVERY)
    assert "Elm Bank School" in found[0]
    assert "Help: Ms Amara Osei, Room 12 · 0800 000 0000 · help.example" in found[1]
    assert "Help: " not in found[-1]
    assert all("Specimen" in page and "Say: Hello." in page for page in found)


# --- the file ---


def test_the_same_deck_gives_the_same_bytes_and_every_member_is_without_a_time(content: bytes) -> None:
    assert pptx.pptx(a_deck()) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert names == sorted(names, key=lambda name: (name != "[Content_Types].xml", name))
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in names if re.search(r"printerSettings|thumbnail|\.bin$", name)]


def test_what_the_file_says_about_itself(opened: Any) -> None:
    about = opened.core_properties

    assert (about.title, about.author, about.last_modified_by) == ("When a request becomes a demand", "Signpost", "Signpost")
    assert about.language == "en-GB"
    assert about.keywords == "t4-pressure 1.2.0 3f9a-2c41-88d1-07be CC BY 4.0"
    assert about.created.replace(tzinfo=None) == about.modified.replace(tzinfo=None) == datetime.fromisoformat("2026-11-22")


@pytest.mark.parametrize("tier", AGES)
def test_a_checker_that_did_not_make_it_finds_nothing(tier: str, tmp_path: Any) -> None:
    file = tmp_path / "slides.pptx"
    file.write_bytes(pptx.pptx(a_deck(tier)))

    result = validate_pptx(str(file))

    assert [str(error) for error in result.errors] == []


def test_what_an_author_types_stays_text() -> None:
    typed = 'Say "no" & <b>mean</b> it'
    made = a_deck(made=(EVERY[0], slide("idea", typed, text("a < b && c > d \u201cq\u201d {{ x }}")), EVERY[-1]))
    page = Presentation(io.BytesIO(pptx.pptx(made))).slides[1]

    assert page.shapes.title.text_frame.text.replace("\u00a0", " ") == typed
    assert "a < b && c > d" in words_of(page).replace("\u00a0", " ")


def test_a_school_s_own_picture_is_shown_whole() -> None:
    from signpost.render import look

    png = look.picture(as_pdf(a_deck(made=(EVERY[0], EVERY[-1]))).content, 0, 64)
    made = a_deck(made=(EVERY[0], slide("idea", "Our hall", text("It is here."), picture="pictures/hall.png"), EVERY[-1]))
    made = replace(made, frame=replace(made.frame, pictures=(Picture(name="hall.png", media_type="image/png", content=png),)))
    shown = next(shape for shape in Presentation(io.BytesIO(pptx.pptx(made))).slides[1].shapes if shape.name == "Picture")

    assert shown.image.blob == png
    assert shown.width / shown.height == pytest.approx(64 / 36, rel=0.02)


def test_a_deck_is_made_in_a_moment_once_its_pictures_are_known() -> None:
    made = a_deck()
    pptx.pptx(made)
    taken = []
    for _ in range(5):
        begun = time.process_time()
        pptx.pptx(made)
        taken.append(time.process_time() - begun)

    assert min(taken) < 0.15
