"""What the letters and lines of our own files measure: how long a line of type is, and a drawing's outlines as curves.

Slides need both before anything is rendered: a title's size depends on its length, and PowerPoint draws icons from curves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import SVGPath
from fontTools.ttLib import TTFont

from signpost.render import fonts

SVG = "http://www.w3.org/2000/svg"
WIDEST = 0.7  # of the type size: for letters that our fonts do not have


@cache
def _advances(family: str, weight: int) -> tuple[dict[int, str], dict[str, float], float]:
    files = {key: path for key, path in fonts.files().items() if key[0] == family}
    path = files.get((family, str(weight))) or next(iter(files.values()))
    with TTFont(path, lazy=True) as font:
        glyphs = font.getGlyphSet(location={"wght": weight}) if "fvar" in font else font.getGlyphSet()
        names = font.getBestCmap()
        return names, {name: glyphs[name].width for name in set(names.values())}, font["head"].unitsPerEm


def width(text: str, size: float, family: str, weight: int = 400) -> float:
    """How long a line of type is in points, kerning left out."""
    names, advances, per_em = _advances(family, weight)
    return sum(advances[names[ord(letter)]] / per_em if ord(letter) in names else WIDEST for letter in text) * size


Curve = tuple[str, tuple[tuple[float, float], ...]]


@dataclass(frozen=True, slots=True)
class Outline:
    """One shape of a drawing: its curves ('moveTo', 'lineTo', 'curveTo', 'closePath'), and the paint as it is written."""

    curves: tuple[Curve, ...]
    fill: str
    stroke: str
    weight: float
    opacity: float


@cache
def outlines(svg: str) -> tuple[tuple[float, float], tuple[Outline, ...]]:
    """Width and height of a drawing's view box, and its shapes from back to front."""
    root = ElementTree.fromstring(svg)
    _, _, across, down = (float(part) for part in re.split(r"[\s,]+", root.attrib["viewBox"].strip()))
    return (across, down), tuple(_shapes(root, {}))


def _shapes(element: ElementTree.Element, paint: dict[str, str]) -> Iterator[Outline]:
    own = paint | {key: element.attrib[key] for key in ("fill", "stroke", "stroke-width", "fill-opacity") if key in element.attrib}
    for child in element:
        if len(child):
            yield from _shapes(child, own)
            continue
        alone = ElementTree.Element(f"{{{SVG}}}svg")
        alone.append(child)
        pen = RecordingPen()
        SVGPath.fromstring(ElementTree.tostring(alone)).draw(pen)
        if pen.value:
            yield _outline(pen, own | child.attrib)


def _outline(pen: RecordingPen, paint: dict[str, str]) -> Outline:
    curves: list[Curve] = []
    for verb, points in pen.value:
        if verb == "qCurveTo":  # one control point: the same curve with two
            start, (control, end) = curves[-1][1][-1], points
            first, second = (((a[0] + 2 * control[0]) / 3, (a[1] + 2 * control[1]) / 3) for a in (start, end))
            curves.append(("curveTo", (first, second, end)))
        elif verb != "endPath":
            curves.append((verb, tuple(points)))
    return Outline(
        curves=tuple(curves),
        fill=paint.get("fill", "#000000"),
        stroke=paint.get("stroke", "none"),
        weight=float(paint.get("stroke-width", "1")),
        opacity=float(paint.get("fill-opacity", "1")),
    )
