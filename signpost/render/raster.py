"""A drawing of ours as a picture, for formats that cannot be trusted with SVG alone."""

import re
from functools import lru_cache
from html import escape
from math import isclose
from urllib.parse import unquote

from signpost.problem import Place
from signpost.render import draw, look, pdf

LOGO = (28.0, 15.0)  # millimetres: the place of a logo at the head of a letter; on a cover it is as high
SHARP = 300  # dots to the inch
DRAWINGS = Place("templates/art")


@lru_cache(maxsize=256)
def png(svg: str, width: int) -> bytes:
    """The SVG as a PNG so many pixels wide, its proportions kept."""
    return look.picture(_drawn(svg), 0, width)


@lru_cache(maxsize=16)
def logo(svg: str) -> tuple[int, bytes]:
    """A school's logo as every letter and deck of it shows it, and how many pixels it is wide: one picture for all of them."""
    across, down = size(svg)
    width = round(min(LOGO[0], LOGO[1] * across / down) / 25.4 * SHARP)
    drawn = drawing(draw.uri(svg))
    content = drawn.content if isclose(drawn.down, down, rel_tol=0.001) else _drawn(svg)  # its sides may be other than its view box's
    return width, look.picture(content, 0, width)


@lru_cache(maxsize=16)
def drawing(address: str) -> pdf.Drawing:
    """A school's logo, drawn once for all that shows it; `address` is `draw.uri` of it. CannotRead where WeasyPrint cannot draw it."""
    across, down = size(unquote(address))
    style = f"img{{display:block;width:{across:g}px;height:auto}}"
    return pdf.drawing(_page(across, down, style, f'<img alt="Logo" src="{escape(address)}">'), DRAWINGS, "logo")


def _drawn(svg: str) -> bytes:
    """The SVG as a page of its size."""
    across, down = size(svg)
    style = f"div{{width:{across:g}px;height:{down:g}px;background:{draw.background(svg)}}}"
    return pdf.pdf(_page(across, down, style, "<div></div>"), "bare", DRAWINGS, "drawing").content


def _page(across: float, down: float, style: str, shown: str) -> str:
    style = f"@page{{size:{across:g}px {down:g}px;margin:0}}body{{margin:0}}{style}"
    return f"<!DOCTYPE html><html lang='en'><head><title>Drawing</title><style>{style}</style></head><body>{shown}</body></html>"


def size(svg: str) -> tuple[float, float]:
    """Width and height of an SVG's view box."""
    match = re.search(r"viewBox=[\"']\s*[\d.-]+[\s,]+[\d.-]+[\s,]+([\d.]+)[\s,]+([\d.]+)", svg)
    return (float(match[1]), float(match[2])) if match else (100.0, 100.0)
