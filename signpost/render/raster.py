"""A drawing of ours as a picture, for formats that cannot be trusted with SVG alone."""

import re
from functools import lru_cache

from signpost.problem import Place
from signpost.render import draw, look, pdf


@lru_cache(maxsize=256)
def png(svg: str, width: int) -> bytes:
    """The SVG as a PNG so many pixels wide, its proportions kept."""
    return look.picture(_drawn(svg), 0, width)


@lru_cache(maxsize=32)
def _drawn(svg: str) -> bytes:
    """The SVG as a page of its size: a school's logo is asked for in several widths."""
    across, down = size(svg)
    shape = f"width:{across:g}px;height:{down:g}px;background:{draw.background(svg)}"
    style = f"@page{{size:{across:g}px {down:g}px;margin:0}}body{{margin:0}}div{{{shape}}}"
    page = f"<!DOCTYPE html><html lang='en'><head><title>Drawing</title><style>{style}</style></head><body><div></div></body></html>"
    return pdf.pdf(page, "bare", Place("templates/art"), "drawing").content


def size(svg: str) -> tuple[float, float]:
    """Width and height of an SVG's view box."""
    match = re.search(r"viewBox=[\"']\s*[\d.-]+[\s,]+[\d.-]+[\s,]+([\d.]+)[\s,]+([\d.]+)", svg)
    return (float(match[1]), float(match[2])) if match else (100.0, 100.0)
