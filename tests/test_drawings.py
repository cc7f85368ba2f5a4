"""The drawings are of one hand: same line, same colours, a title that says what they show, and a place in the list."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from signpost.render import draw

ROOT = Path(__file__).resolve().parent.parent
ART = ROOT / "templates" / "art"
COLOURS = {*draw.MASTER, draw.SUN, draw.PRINT_INK, draw.WHITE, "none"}
SHAPES = {"svg", "title", "g", "path", "circle", "rect"}
BACKDROPS = {"hills"}
# Whoever helps, and the plate that points to help.
WARM = {"bo", "group", "next", "tell", "way"}
# The hand is drawn larger, to be written in.
LINES = {"hand": 3}


@pytest.mark.parametrize("name", draw.drawings())
def test_a_drawing_keeps_to_the_hand(name: str) -> None:
    written = (ART / f"{name}.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(written)
    elements = list(root.iter())
    title = root.find("{http://www.w3.org/2000/svg}title")
    painted = {one.attrib[key] for one in elements for key in ("fill", "stroke") if key in one.attrib}

    assert title is not None
    assert len(title.text or "") >= 10
    assert re.fullmatch(r"0 0 \d+ \d+", root.attrib["viewBox"])
    assert {one.tag.rpartition("}")[2] for one in elements} <= SHAPES
    assert not any("id" in one.attrib or "style" in one.attrib or "class" in one.attrib for one in elements)
    assert painted <= COLOURS
    assert (draw.SUN in painted) == (name in WARM)


@pytest.mark.parametrize("name", sorted(set(draw.drawings()) - BACKDROPS))
def test_a_drawing_is_understood_without_colour(name: str) -> None:
    mono = draw.art(name, "t4", mono=True)

    assert f'stroke="#000000" stroke-width="{LINES.get(name, 2.4)}"' in mono
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", mono)) <= {draw.PRINT_INK, draw.WHITE}


def test_every_drawing_is_in_the_list_and_the_list_names_no_other() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", (ART / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert tuple(listed) == draw.drawings()


def test_every_drawing_that_a_lesson_asks_for_is_there() -> None:
    asked = {
        name
        for path in (ROOT / "content" / "modules").rglob("*.md")
        for name in re.findall(r"(?:art:|picture=)([a-z-]+)", path.read_text(encoding="utf-8"))
    }

    assert asked <= set(draw.drawings())


def test_every_icon_is_drawn_on_the_same_grid_with_the_same_line() -> None:
    symbols = re.findall(r"<symbol ([^>]*)>", (ART / "icons.svg").read_text(encoding="utf-8"))

    assert len(symbols) == len(draw.icons())
    assert all('viewBox="0 0 24 24"' in one and 'stroke-width="2"' in one and 'fill="none"' in one for one in symbols)
