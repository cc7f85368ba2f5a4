"""The table of measures as DrawingML: plates, bubbles, icons and text, every colour one of the theme.

Strings only: the slide master and each slide are written from the same functions, so that what a slide inherits is what it would say.
"""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import count

from signpost.render import draw, measure
from signpost.render.boards import Paragraph, Run
from signpost.render.measure import Curve, Outline
from signpost.render.package import value, words
from signpost.render.slides import Box, Level, Mark, Paint, Slot

NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
SCHEME: dict[Paint, str] = {
    "ink": "tx1", "warm": "tx1", "paper": "bg1", "tint": "bg2", "tier": "accent1", "sun": "accent2", "grey": "accent3",
}
NAMES = uuid.UUID("5f3b1a52-7c3e-5d0b-9a44-2f6f6a1e0c11")  # fields and sections have ids; ours follow from their names
ANCHORS = {"top": "t", "middle": "ctr", "bottom": "b"}
WRITTEN = {
    draw.SCREEN_INK: "tx1", draw.PRINT_INK: "tx1", draw.WHITE: "bg1", draw.SUN: "accent2", draw.MASTER[0]: "accent1", draw.MASTER[1]: "bg2",
}
DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
TREE = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)


def emu(centimetres: float) -> int:
    """English metric units, as Office counts."""
    return round(centimetres * 360_000)


def frame(box: Box, flip: bool = False) -> str:
    """Where a shape stands."""
    turned = ' flipH="1"' if flip else ""
    return f'<a:xfrm{turned}><a:off x="{emu(box.x)}" y="{emu(box.y)}"/><a:ext cx="{emu(box.w)}" cy="{emu(box.h)}"/></a:xfrm>'


def _solid(scheme: str, alpha: float = 1) -> str:
    clear = f'<a:alpha val="{round(alpha * 100_000)}"/>' if alpha < 1 else ""
    return f'<a:solidFill><a:schemeClr val="{scheme}">{clear}</a:schemeClr></a:solidFill>'


def _line(scheme: str, centimetres: float, round_: bool = False) -> str:
    if not centimetres:
        return "<a:ln><a:noFill/></a:ln>"
    join = "<a:round/>" if round_ else '<a:miter lim="800000"/>'
    cap = ' cap="rnd"' if round_ else ""
    return f'<a:ln w="{emu(centimetres)}"{cap}>{_solid(scheme)}{join}</a:ln>'


def _preset(name: str, **adjust: float) -> str:
    guides = "".join(f'<a:gd name="{key}" fmla="val {round(value * 100_000)}"/>' for key, value in adjust.items())
    return f'<a:prstGeom prst="{name}"><a:avLst>{guides}</a:avLst></a:prstGeom>'


def _free(paths: str) -> str:
    lists = "<a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
    return f'<a:custGeom>{lists}<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>{paths}</a:pathLst></a:custGeom>'


def _at(x: float, y: float) -> str:
    return f'<a:pt x="{round(x)}" y="{round(y)}"/>'


def _bubble(box: Box) -> str:
    """A speech bubble with its tail below, as the HTML draws it."""
    w, h, r = emu(box.w), emu(box.h), emu(0.2)
    left, right, tip = emu(1.66), emu(2.6), h + emu(0.82)
    corner = f'<a:arcTo wR="{r}" hR="{r}" stAng="{{}}" swAng="5400000"/>'
    path = (
        f"<a:moveTo>{_at(r, 0)}</a:moveTo><a:lnTo>{_at(w - r, 0)}</a:lnTo>{corner.format(16200000)}<a:lnTo>{_at(w, h - r)}</a:lnTo>"
        f"{corner.format(0)}<a:lnTo>{_at(right, h)}</a:lnTo><a:lnTo>{_at(left, tip)}</a:lnTo><a:lnTo>{_at(left, h)}</a:lnTo>"
        f"<a:lnTo>{_at(r, h)}</a:lnTo>{corner.format(5400000)}<a:lnTo>{_at(0, r)}</a:lnTo>{corner.format(10800000)}<a:close/>"
    )
    return _free(f'<a:path w="{w}" h="{h}">{path}</a:path>')


def geometry(slot: Slot) -> str:
    """The outline of a slot: preset plates that a teacher can pull, bubbles as a path."""
    box = slot.box
    if slot.shape in {"plate", "back"}:
        return _preset("homePlate", adj=slot.point / min(box.w, box.h))
    if slot.shape == "bubble":
        return _bubble(box)
    return _preset("rect")


def look(slot: Slot) -> str:
    """Fill and outline of a slot."""
    fill = _solid(SCHEME[slot.fill]) if slot.fill else "<a:noFill/>"
    return fill + _line("tx1", slot.outline)


# --- words --------------------------------------------------------------------------------------------------


def body(slot: Slot) -> str:
    """The margins of a slot's words; where a plate's point already keeps words away, only the rest is added."""
    top, right, bottom, left = slot.pad
    hang = max((level.hang for level in slot.levels), default=0)
    left -= hang + (slot.point / 2 if slot.shape == "back" else 0)
    right -= slot.point / 2 if slot.shape == "plate" else 0
    sides = (("lIns", left), ("tIns", top), ("rIns", right), ("bIns", bottom))
    margins = " ".join(f'{name}="{emu(max(side, 0))}"' for name, side in sides)
    fit = "<a:normAutofit/>" if slot.name == "text" else "<a:noAutofit/>"
    return f'<a:bodyPr vert="horz" wrap="square" {margins} anchor="{ANCHORS[slot.anchor]}">{fit}</a:bodyPr>'


def styles(slot: Slot) -> str:
    """The list styles of a slot: one level of text for each of its levels."""
    return "".join(_style(at, level, slot) for at, level in enumerate(slot.levels, 1))


def _style(at: int, level: Level, slot: Slot) -> str:
    left, indent = emu(level.left + level.hang), -emu(level.hang or (level.left if level.bullet else 0))
    align = {"right": "r", "center": "ctr"}.get(slot.align, "l")
    face = "+mj" if level.lexend else "+mn"
    fonts = f'<a:latin typeface="{face}-lt"/><a:ea typeface="{face}-ea"/><a:cs typeface="{face}-cs"/>'
    spacing = f' spc="{round(-1.2 * level.size)}"' if level.lexend and level.bold else ""
    mark = '<a:buFont typeface="Arial"/><a:buChar char="•"/>' if level.bullet else "<a:buNone/>"
    tabs = f'<a:tabLst><a:tab pos="{left}" algn="l"/></a:tabLst>' if level.hang else ""
    type_ = f'<a:defRPr sz="{round(level.size * 100)}" b="{int(level.bold)}" i="0"{spacing}>{_solid(SCHEME[slot.words])}{fonts}</a:defRPr>'
    return (
        f'<a:lvl{at}pPr marL="{left}" indent="{indent}" algn="{align}"><a:lnSpc><a:spcPts val="{round(level.line * 100)}"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="{round(level.before * 100)}"/></a:spcBef><a:spcAft><a:spcPts val="0"/></a:spcAft>{mark}{tabs}'
        f"{type_}</a:lvl{at}pPr>"
    )


def paragraph(one: Paragraph, slot: Slot, base: Slot, language: str) -> str:
    """A paragraph in a slot; it says only what it does not inherit from the same slot of the layout."""
    level, usual = slot.levels[one.level], base.levels[one.level]
    spaced = f'<a:lnSpc><a:spcPts val="{round(level.line * 100)}"/></a:lnSpc>' if level.line != usual.line else ""
    at = f' lvl="{one.level}"' if one.level else ""
    size = f' sz="{round(level.size * 100)}"' if level.size != usual.size else ""
    about = f"<a:pPr{at}>{spaced}</a:pPr>" if at or spaced else ""
    return f"<a:p>{about}{''.join(_run(run, level, size, language) for run in one.runs)}</a:p>"


def _run(run: Run, level: Level, size: str, language: str) -> str:
    bold = ' b="1"' if run.bold and not level.bold else ""
    face = '<a:latin typeface="+mj-lt"/>' if run.lexend and not level.lexend else ""
    said = f'<a:rPr lang="{language}"{size}{bold}>{face}</a:rPr>'
    if run.number:
        return f'<a:fld id="{guid("number")}" type="slidenum">{said}<a:t>{run.text}</a:t></a:fld>'
    return f"<a:br>{said}</a:br>".join(f"<a:r>{said}<a:t>{words(piece)}</a:t></a:r>" for piece in run.text.split("\n"))


@cache
def guid(name: str) -> str:
    """The id that follows from a name, as Office writes ids."""
    return f"{{{str(uuid.uuid5(NAMES, name)).upper()}}}"


# --- marks --------------------------------------------------------------------------------------------------


def counter() -> Iterator[int]:
    """The ids of the shapes of one part: 1 is the part's own tree."""
    return count(2)


def mark(one: Mark, ids: Iterator[int]) -> str:
    """Something drawn that no screen reader tells of."""
    if one.kind == "hills":
        return drawing(draw.art("hills", "t4"), one, ids)
    if one.kind == "wordmark":
        return drawing((draw.TEMPLATES / "art" / "wordmark.svg").read_text(encoding="utf-8"), one, ids)
    if one.kind == "icon":
        size, shapes = measure.outlines(draw.icon(one.name))
        paths = "".join(_path(shape, size) for shape in shapes)
        weight = one.box.w * shapes[0].weight / size[0]
        return _shape(f"Icon: {one.name}", one.box, _free(paths) + "<a:noFill/>" + _line(SCHEME[one.fill], weight, round_=True), ids)
    if one.kind in {"plate", "back"}:
        outline = _preset("homePlate", adj=one.point / min(one.box.w, one.box.h))
    elif one.kind == "arrow":
        outline = _preset("downArrow", adj1=6 / 14, adj2=0.61)
    else:
        outline = _preset("rect")
    return _shape(one.name, one.box, outline + _solid(SCHEME[one.fill]) + _line("tx1", one.outline), ids, flip=one.kind == "back")


def _shape(name: str, box: Box, inside: str, ids: Iterator[int], flip: bool = False) -> str:
    named = f'<p:cNvPr id="{next(ids)}" name="{value(name)}">{DECORATIVE}</p:cNvPr>'
    about = f'<p:nvSpPr>{named}<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
    return f"<p:sp>{about}<p:spPr>{frame(box, flip)}{inside}</p:spPr></p:sp>"


def drawing(svg: str, one: Mark, ids: Iterator[int]) -> str:
    """A drawing of ours as shapes in the theme's colours, so that it changes with them."""
    size, shapes = measure.outlines(svg)
    scale = one.box.w / size[0]
    made = []
    for shape in (piece for whole in shapes for piece in _pieces(whole)):
        fill = "<a:noFill/>" if shape.fill == "none" else _solid(WRITTEN[shape.fill], shape.opacity)
        line = _line(WRITTEN.get(shape.stroke, ""), 0 if shape.stroke == "none" else shape.weight * scale)
        made.append(_shape(one.name, one.box, _free(_path(shape, size)) + fill + line, ids))
    return "".join(made)


def _pieces(shape: Outline) -> list[Outline]:
    """Closed contours that lie over each other, as in a letter 't', each for itself: PowerPoint would leave a hole between them."""
    contours: list[list[Curve]] = []
    for curve in shape.curves:
        if curve[0] == "moveTo":
            contours.append([])
        contours[-1].append(curve)
    solid = [one for one in contours if _area(one) > 0]
    holes = [one for one in contours if _area(one) <= 0]
    if shape.fill == "none" or len(solid) < 2:
        return [shape]
    return [replace(shape, curves=(*(c for c in one), *(c for hole in holes if _inside(hole, one) for c in hole))) for one in solid]


def _points(contour: list[Curve]) -> list[tuple[float, float]]:
    return [points[-1] for _, points in contour if points]


def _area(contour: list[Curve]) -> float:
    points = _points(contour)
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in zip(points, [*points[1:], points[0]], strict=True))


def _inside(inner: list[Curve], outer: list[Curve]) -> bool:
    (x, y), around = _points(inner)[0], _points(outer)
    return min(p[0] for p in around) < x < max(p[0] for p in around) and min(p[1] for p in around) < y < max(p[1] for p in around)


def _path(shape: Outline, size: tuple[float, float]) -> str:
    tags = {"moveTo": "moveTo", "lineTo": "lnTo", "curveTo": "cubicBezTo"}
    parts = []
    for verb, points in shape.curves:
        inside = "".join(_at(x * 1000, y * 1000) for x, y in points)
        parts.append("<a:close/>" if verb == "closePath" else f"<a:{tags[verb]}>{inside}</a:{tags[verb]}>")
    paint = ' fill="none"' if shape.fill == "none" else ""
    return f'<a:path w="{round(size[0] * 1000)}" h="{round(size[1] * 1000)}"{paint}>{"".join(parts)}</a:path>'
