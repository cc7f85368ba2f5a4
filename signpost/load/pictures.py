"""Pictures and logos that somebody put into a folder: small enough to print, and nothing but a drawing."""

import re
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from signpost import data
from signpost.model import Picture
from signpost.problem import CannotRead, Place, Problem

MOST_PICTURE_BYTES = 5_000_000
MOST_PIXELS = 20_000_000
LOGO_ELEMENTS = {
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "title",
    "desc",
    "defs",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
}
MOST_LOGO_ELEMENTS = 3_000
MOST_LOGO_BYTES = 300_000  # it stands in every file of the edition, and takes a second to draw
MOST_NESTED = 50
LEAST_SIDE, MOST_SIDE = 0.1, 100_000.0
MOST_LONGER = 50  # times as long as high, or as high as long
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
SIDE = re.compile(rf"({NUMBER.pattern})(px|pt|pc|mm|cm|in|em|ex|rem|%)?")
FITTED = re.compile(r"none|xM(in|id|ax)YM(in|id|ax)( (meet|slice))?")
ON_SHAPES = {"transform", "clip-path", "opacity", "mask", "filter"}  # set on the whole drawing, programs disagree what is meant
PICTURE_IN_TEXT = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<name>[^)\s]+)\)")


def shows_files(text: str) -> bool:
    """The text shows a picture that is a file of its own."""
    return any(not match["name"].startswith("art:") for match in PICTURE_IN_TEXT.finditer(text))


def pictures(module: Path, body: Iterable[tuple[Place, str]], problems: list[Problem]) -> Iterator[Picture]:
    """The pictures that a text shows from the folder `pictures` beside its file, each once."""
    folder = module.parent / "pictures"
    seen: set[str] = set()
    for place, text in body:
        for match in PICTURE_IN_TEXT.finditer(text):
            if not match["alt"].strip():
                problems.append(
                    Problem(
                        place,
                        "picture-description",
                        f"The picture '{match['name']}' has no description.",
                        "Write what it shows between the square brackets: ![A pupil and a phone](art:phone).",
                    )
                )
            if match["name"].startswith("art:") or match["name"] in seen:
                continue
            seen.add(match["name"])
            try:
                yield picture(folder, match["name"].removeprefix("pictures/"), place)
            except CannotRead as finding:
                problems.extend(finding.problems)


def picture(folder: Path, name: str, place: Place) -> Picture:
    """A PNG, JPEG or SVG from one folder; CannotRead for anything else, or for what is too large to print safely."""
    path = folder / name
    if PurePosixPath(name).name != name or path.is_symlink() or not path.is_file():
        there = [one.name for one in folder.glob("*") if one.is_file()] if folder.is_dir() else []
        fix = (
            data.nearest(name, there)
            if there
            else f"Put the file into the folder '{folder.name}' beside the module, or use a drawing of ours: (art:phone)."
        )
        raise CannotRead(Problem(place, "picture-missing", f"There is no picture '{name}'.", fix))
    size = path.stat().st_size
    content = path.read_bytes() if size <= MOST_PICTURE_BYTES else b""
    if size > MOST_PICTURE_BYTES:
        raise CannotRead(
            Problem(
                place,
                "picture-size",
                f"'{name}' has {size / 1e6:.1f} MB; pictures end at 5 MB.",
                "Save it smaller: 2,000 pixels are plenty on A4.",
            )
        )
    if name.lower().endswith(".svg"):
        return Picture(name=name, media_type="image/svg+xml", content=safe_svg(content, name, place).encode())
    kind, width, height = _size(content)
    if not kind:
        raise CannotRead(Problem(place, "picture-kind", f"'{name}' is not a PNG, JPEG or SVG picture.", "Save it as PNG, JPEG or SVG."))
    if width * height > MOST_PIXELS:
        raise CannotRead(
            Problem(
                place,
                "picture-size",
                f"'{name}' has {width} × {height} pixels; 20 million are the most.",
                "Save it smaller: 2,000 pixels across are plenty on A4.",
            )
        )
    return Picture(name=name, media_type=kind, content=content)


def _size(content: bytes) -> tuple[str, int, int]:
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) > 24:
        width, height = struct.unpack(">II", content[16:24])
        return "image/png", width, height
    if content[:2] == b"\xff\xd8":
        at = 2
        while at + 9 < len(content) and content[at] == 0xFF:
            marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
            if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
                height, width = struct.unpack(">HH", content[at + 5 : at + 9])
                return "image/jpeg", width, height
            at += 2 + length
    return "", 0, 0


def safe_svg(content: bytes, name: str, place: Place) -> str:
    """An SVG that holds nothing but drawing: no scripts, no styles, no references outside itself, no text, no entities."""

    def refuse(what: str, fix: str) -> CannotRead:
        return CannotRead(Problem(place, "safe-svg", f"'{name}' {what}.", fix))

    if len(content) > MOST_LOGO_BYTES:
        raise refuse(f"has {len(content):,} bytes; drawings end at {MOST_LOGO_BYTES:,}", "Simplify it: fewer points, fewer shapes.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("is not UTF-8 text", "Save it again as plain SVG.") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise refuse("has a DOCTYPE or entities", "Save it as plain SVG, without a document type.")
    try:
        drawing = ElementTree.fromstring(content)  # entities are refused above, so nothing can expand
    except (ElementTree.ParseError, RecursionError, LookupError, ValueError) as error:  # the last two: an encoding that it says
        raise refuse(f"is not well-formed SVG ({error})", "Open it in a drawing program and save it as plain SVG.") from None
    elements = list(drawing.iter())
    if len(elements) > MOST_LOGO_ELEMENTS:
        raise refuse(f"has {len(elements):,} shapes", "Simplify it: a logo needs fewer than 3,000.")
    found = _foreign(drawing, elements) or _unfit(drawing, elements)
    if found:
        raise refuse(*found)
    return text


def _foreign(drawing: ElementTree.Element, elements: list[ElementTree.Element]) -> tuple[str, str] | None:
    """What is no drawing, or reaches outside it; and what to do."""
    for element in elements:
        tag = element.tag.split("}")[-1]
        if (tag == "svg" and element is not drawing) or tag not in LOGO_ELEMENTS:
            return f"holds <{tag}>", "Keep only shapes: convert text to paths, remove scripts, styles and embedded pictures."
        for key, value in element.attrib.items():
            bare = key.split("}")[-1].lower()
            outside = re.search(r"url\(\s*+['\"]?+(?!#)", value, re.IGNORECASE) or "//" in value.replace("http://www.w3.org/", "")
            if bare.startswith("on") or bare == "href" or outside or "javascript:" in value.lower():
                return f"has '{bare}' that reaches outside the drawing", "Remove scripts, links and outside references."
    return None


def _unfit(drawing: ElementTree.Element, elements: list[ElementTree.Element]) -> tuple[str, str] | None:
    """What would be too much to draw, or has no size; and what to do."""
    box = drawing.get("viewBox", "")
    if not drawing.tag.endswith("svg") or not box:
        return "has no viewBox", "Save it as plain SVG with a viewBox."
    if _nested(drawing) > MOST_NESTED:
        return f"has shapes in more than {MOST_NESTED} groups within each other", "Ungroup its shapes, and save it as plain SVG."
    if any(one.get("clip-path") for outer in elements if outer.tag.endswith("clipPath") for one in outer.iter()):
        return "cuts what it cuts with", "Let one outline cut a shape, and save it as plain SVG."
    across, down = _sides(box)
    if not min(across, down) >= LEAST_SIDE or not max(across, down) <= MOST_SIDE:
        return f"has the viewBox '{data.said(box)}'", 'Save it with four numbers there, such as viewBox="0 0 100 50".'
    return _thin(across, down) or _unclear(drawing)


def _thin(across: float, down: float) -> tuple[str, str] | None:
    if max(across, down) <= MOST_LONGER * min(across, down):
        return None
    return f"is {across:g} wide and {down:g} high", f"Crop it: no side is more than {MOST_LONGER} times the other."


def _unclear(drawing: ElementTree.Element) -> tuple[str, str] | None:
    """What the drawing says of itself as a whole that programs draw in different ways; and what to do."""
    sides = {key: SIDE.fullmatch(drawing.get(key, "1").strip()) for key in ("width", "height")}
    for key, side in sides.items():
        if drawing.get(key) is not None and (side is None or float(side[1]) <= 0):
            fix = "Remove width and height from its first element: the viewBox is enough."
            return f"has the {key} '{data.said(drawing.get(key, ''))}'", fix
    lengths = [float(side[1]) for key, side in sides.items() if side and drawing.get(key) and side[2] != "%"]
    if len(lengths) > 1 and (thin := _thin(*lengths)):
        return thin
    styled = set(re.findall(r"([\w-]+)\s*:", drawing.get("style", "")))
    zero = {key: NUMBER.match(drawing.get(key, "0").strip()) for key in ("x", "y")}
    moved = [key for key, number in zero.items() if number is None or float(number[0]) != 0]
    if odd := [*moved, *sorted(ON_SHAPES & (styled | set(drawing.keys())))]:
        return f"has '{odd[0]}' for the drawing as a whole", "Put its shapes into a group, set it there, and save it as plain SVG."
    fitted = drawing.get("preserveAspectRatio")
    if fitted is not None and not FITTED.fullmatch(fitted.strip()):
        return f"has the preserveAspectRatio '{data.said(fitted)}'", "Remove it, and save it as plain SVG."
    return None


def _sides(box: str) -> tuple[float, float]:
    """How wide and high a viewBox is; nothing where it is not four numbers."""
    numbers = box.replace(",", " ").split()
    good = len(numbers) == len("xywh") and all(map(NUMBER.fullmatch, numbers))
    return (float(numbers[2]), float(numbers[3])) if good else (0.0, 0.0)


def _nested(element: ElementTree.Element) -> int:
    """How many elements stand within each other."""
    depth, level = 0, [element]
    while level:
        depth, level = depth + 1, [inner for outer in level for inner in outer]
    return depth
