"""What is drawn in code or by hand: plates, the row of mini plates, icons, and drawings in the colours of a tier."""

import difflib
import re
import urllib.parse
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from signpost.model import Lesson, Part, Tier
from signpost.problem import Place, Problem

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
PRINT_INK = "#000000"
SCREEN_INK = "#17212E"
SUN = "#FFC94A"
WHITE = "#FFFFFF"
COLOURS = {"t1": "#3F7A1F", "t2": "#00756A", "t3": "#0A6AA6", "t4": "#3D4FA8", "t5": "#7A3A90", "t6": "#44505E"}
TINTS = {"t1": "#CFE0C4", "t2": "#BFE0DB", "t3": "#C2DDEE", "t4": "#CDD3EC", "t5": "#E2CFE8", "t6": "#D3D8DE"}
ICON_IN_TEXT = re.compile(r"(?m)^\s*(?:[-*]|\d+\.)\s+\{([a-z]+)\}")
MASTER = ("#3D4FA8", "#CDD3EC")


def colour(tier: Tier | str) -> str:
    """The tier's colour, which carries white words."""
    return COLOURS[tier if isinstance(tier, str) else tier.id]


def uri(svg: str) -> str:
    """An SVG as a `data:` address that may stand in CSS between double quotes."""
    return "data:image/svg+xml," + urllib.parse.quote(re.sub(r"\s+", " ", svg), safe="/:=' ,()-.;+")


def background(svg: str) -> str:
    """A CSS background that fills its box with a drawing."""
    return f'url("{uri(svg)}") 0 0/100% 100% no-repeat'


@lru_cache(maxsize=1024)
def plate(
    width: float, height: float, fill: str = WHITE, line: str = PRINT_INK, weight: float = 0.5, point: float = 0.0, left: bool = False
) -> str:
    """A rectangle with one pointed end, width and height in mm, the point `point` mm long (or 0.42 of the height)."""
    tip, edge = point or height * 0.42, weight / 2
    path = (
        f"M{width - edge:.2f} {edge:.2f}H{tip:.2f}L{edge:.2f} {height / 2:.2f}L{tip:.2f} {height - edge:.2f}H{width - edge:.2f}z"
        if left
        else f"M{edge:.2f} {edge:.2f}H{width - tip:.2f}L{width - edge:.2f} {height / 2:.2f}"
        f"L{width - tip:.2f} {height - edge:.2f}H{edge:.2f}z"
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:g} {height:g}' preserveAspectRatio='none'>"
        f"<path d='{path}' fill='{fill}' stroke='{line}' stroke-width='{weight:g}' stroke-linejoin='miter'/></svg>"
    )


@cache
def mini_plates(number: int, ink: str = WHITE) -> str:
    """Six mini plates, `number` of them filled: the tier without colour."""
    paths = "".join(
        f"<path d='M{1 + at * 10} 1.5h4.5l3 4.5-3 4.5h-4.5z' fill='{ink if at < number else 'none'}' stroke='{ink}' stroke-width='1.2'/>"
        for at in range(6)
    )
    return f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 60 12'>{paths}</svg>"


@cache
def icons() -> dict[str, tuple[str, str]]:
    """Every icon: name -> (title, shapes on a 24 grid)."""
    sprite = (TEMPLATES / "art" / "icons.svg").read_text(encoding="utf-8")
    found = re.findall(r'<symbol id="i-([a-z]+)"[^>]*><title>([^<]*)</title>(.*?)</symbol>', sprite, flags=re.DOTALL)
    return {name: (title, body) for name, title, body in found}


@lru_cache(maxsize=1024)
def icon(name: str, ink: str = PRINT_INK, weight: float = 2) -> str:
    """An icon as a drawing without a title: it always stands beside a word."""
    body = icons()[name][1].replace('"', "'")
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' width='24' height='24' fill='none' stroke='{ink}' "
        f"stroke-width='{weight:g}' stroke-linecap='round' stroke-linejoin='round'>{body}</svg>"
    )


@cache
def drawings() -> tuple[str, ...]:
    """The names that `art:` knows."""
    return tuple(
        sorted(path.stem for path in (TEMPLATES / "art").glob("*.svg") if not path.stem.startswith(("icons", "symbol", "wordmark")))
    )


@lru_cache(maxsize=1024)
def art(name: str, tier: str, mono: bool = False) -> str:
    """A drawing in a tier's colours, or in black and white."""
    svg = (TEMPLATES / "art" / f"{name}.svg").read_text(encoding="utf-8")
    strong, tint = (WHITE, WHITE) if mono else (COLOURS[tier], TINTS[tier])
    svg = svg.replace(MASTER[0], strong).replace(MASTER[1], tint)
    return svg.replace(SUN, WHITE) if mono else svg


def missing(lesson: Lesson) -> Iterator[Problem]:
    """Every drawing and icon that a lesson asks for and that there is not."""
    for section in lesson.sections:
        yield from _unknown(section.place, dict(section.options).get("icon", ""), "icon", tuple(icons()))
        for part in section.all():
            for name, line in _drawn(part):
                place = Place(part.place.path, part.place.line + line)
                yield from _unknown(place, name.removeprefix("art:"), "drawing", drawings())
            named = [(part.option("icon"), 0), *((m[1], part.text[: m.start()].count("\n")) for m in ICON_IN_TEXT.finditer(part.text))]
            for name, line in named:
                yield from _unknown(Place(part.place.path, part.place.line + line), name, "icon", tuple(icons()))


def _drawn(part: Part) -> Iterator[tuple[str, int]]:
    """The drawings a part names, with the line of its text where it does."""
    for match in re.finditer(r"\((art:[^)\s]+)\)", part.text):
        yield match[1], part.text[: match.start()].count("\n")
    if part.option("picture") and not part.option("picture").startswith("pictures/"):
        yield part.option("picture"), 0


def _unknown(place: Place, name: str, noun: str, known: tuple[str, ...]) -> Iterator[Problem]:
    if name and name not in known:
        written = f"art:{name}" if noun == "drawing" else name
        close = difflib.get_close_matches(name, known, n=1)
        fix = f"Did you mean '{close[0]}'?" if close else f"Use one of: {', '.join(sorted(known))}."
        yield Problem(place, "picture-missing", f"There is no {noun} '{written}'.", fix)


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours like '#3D4FA8': 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(written: str) -> float:
    channels = (int(written[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
