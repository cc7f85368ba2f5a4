"""A target's suffix chooses how it is made; the result is its bytes and what a reader finds in them."""

import base64
import html as entities
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import Any

from signpost.model import Deck, Guide, Imprint, Index, Letter, Page, Profile, Report, Target, Worksheet, digest, neutral
from signpost.problem import Place
from signpost.render import deck, docx, fonts, html, large, look, pdf, plates, pptx, slots
from signpost.render.splice import Unfit

THUMB_WIDTH = 360  # pixels: 240 to the inch as a guide prints them
# What a school's own templates and style sheet may touch: pages for pupils and families. What staff need to protect a child is ours.
OWN_TEMPLATES = tuple(f"{name}.html" for name in ("worksheet", "cards", "check", "help-card", "poster", "letter", "certificate"))
PICTURE_WIDTH = 360


@dataclass(frozen=True, slots=True)
class Print:
    """A finished file: its bytes, the text of its pages as a reader finds it, and what the index shows of it."""

    content: bytes
    pages: tuple[str, ...]
    ink: tuple[float, ...] = ()
    picture: bytes = b""
    seen: tuple[str, ...] = ()


def suffix(target: Target) -> str:
    """'.pdf', '.pptx', '.html' or '.docx'."""
    return PurePosixPath(target.path).suffix


@cache
def tools() -> tuple[tuple[str, str], ...]:
    """The versions of everything that decides bytes."""
    names = (
        "jinja2",
        "markdown",
        "python-docx",
        "segno",
        "pillow",
        "pydyf",
        "uharfbuzz",
        "fonttools",
        "brotli",
        "fontpkg-lexend",
        "fontpkg-atkinson-hyperlegible",
    )
    return (*pdf.versions().items(), ("zlib", zlib.ZLIB_RUNTIME_VERSION), *((name, version(name)) for name in names))


def warm() -> None:
    """Load once what every page needs, before a process is forked: WeasyPrint, fonts, style sheets, and a first page's tables."""
    tools()
    for style in ("paper", "slides"):
        page = '<!DOCTYPE html><html lang="en-GB"><head><title>Warm</title></head><body><h1>Warm</h1><p>Words.</p></body></html>'
        pdf.pdf(page, style, Place("templates"), "page")


def plate_key(target: Target, project: str) -> str:
    """The digest of everything that every school's copy of the file shares; empty where a file is made whole for each school.

    A profile is one school's from its first line to its last, and a school's own templates may put its words anywhere.
    """
    if isinstance(target.page, Profile) or target.page.frame.templates:
        return ""
    return digest([project, tools(), suffix(target), type(target.page).__name__, neutral(target.page)])


def key(target: Target, plate: str, project: str) -> str:
    """The digest of everything that may go into the file: its plate and what its school says; or its page and how it is made."""
    frame = target.page.frame
    if plate:
        return digest([plate, _digest(frame.imprint), frame.routes_code])
    return digest([project, tools(), suffix(target), type(target.page).__name__, target.page])


@lru_cache(maxsize=128)
def _digest(own: Imprint) -> str:
    return digest(own)


def make(target: Target, blank: Callable[[Target], bytes]) -> Print:
    """The finished file, made whole; CannotRead with every problem. `blank` gives another target's file with empty slots."""
    match suffix(target):
        case ".pdf":
            return _pdf(target, blank)
        case ".pptx" if isinstance(target.page, Deck):
            content = pptx.pptx(target.page)
        case ".docx" if isinstance(target.page, Letter):
            content = docx.docx(target.page)
        case ".html" if isinstance(target.page, Deck):
            content = deck.deck(target.page)
        case _:
            raise LookupError(f"nothing makes {target.path}")
    return Print(content, texts(target, content))


def make_plate(target: Target, blank: Callable[[Target], bytes]) -> tuple[plates.Plate, Print]:
    """What every school's copy of the file shares, and the file with empty slots; CannotRead with every problem, Unfit without a plate."""
    page = neutral(target.page)
    if suffix(target) != ".pdf":
        made = plates.plate(suffix(target), page)
        if made is None:
            raise Unfit(f"nothing makes a plate of {target.path}")
        return made, Print(b"", ())
    page, style, place, more = _set_out(page, target, blank)
    made = slots.page_plate(page, style, place, **more)
    content = made.plate.content
    return made, Print(content, look.texts(content), look.ink(content), first_page(content))


def first_page(content: bytes) -> bytes:
    """The picture of a PDF's first page that the index shows."""
    return look.picture(content, 0, PICTURE_WIDTH)


def texts(target: Target, content: bytes) -> tuple[str, ...]:
    """The words of a finished file's pages, as a reader finds them."""
    match suffix(target):
        case ".pdf":
            return look.texts(content)
        case ".pptx":
            return pptx.texts(content)
        case ".docx":
            return docx.texts(content)
        case _:
            return slide_texts(content.decode())


def _set_out(page: Page, target: Target, blank: Callable[[Target], bytes]) -> tuple[Page, str, Place, dict[str, Any]]:
    """The page as its template shows it, its style sheet, its place, and what the template needs besides."""
    if isinstance(page, Worksheet) and page.frame.variant == "large":
        page = large.split(page)
    more = {"thumbs": _thumbs(page, target, blank)} if isinstance(page, Guide) else {}
    place = page.place if page.place.line else Place(f"templates/{page.name}.html")
    return page, "slides" if isinstance(page, Deck) else "paper", place, more


def _pdf(target: Target, blank: Callable[[Target], bytes]) -> Print:
    page, style, place, more = _set_out(target.page, target, blank)
    made_here = dict(page.frame.templates) if f"{page.name}.html" in OWN_TEMPLATES else {}
    text = html.render(page, f"{page.name}.html", **more)
    finished = pdf.pdf(text, style, place, page.frame.kind.lower(), made_here.get("school.css", ""))
    return Print(
        finished.content,
        look.texts(finished.content),
        look.ink(finished.content),
        first_page(finished.content),
        look.seen(finished.content) if made_here and page.for_pupils else (),
    )


def _thumbs(page: Guide, target: Target, blank: Callable[[Target], bytes]) -> dict[int, str]:
    """A picture of each slide, so that the guide shows what the class sees; no school's own words are on it."""
    slides = blank(Target(path=f"{PurePosixPath(target.path).parent}/slides.pdf", page=page.deck))
    pictures = ((slide.number, look.picture(slides, slide.number - 1, THUMB_WIDTH)) for slide in page.deck.slides)
    return {number: f"data:image/png;base64,{base64.b64encode(picture).decode()}" for number, picture in pictures}


def slide_texts(text: str) -> tuple[str, ...]:
    """The words of each slide of an HTML deck."""
    return tuple(words(part) for part in re.findall(r"<section\b.*?</section>", text, flags=re.DOTALL)) or (words(text),)


def words(text: str) -> str:
    """HTML as a reader finds it: no tags, scripts or styles."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return " ".join(entities.unescape(re.sub(r"<[^>]+>", " ", bare)).replace("\u00a0", " ").split())


def report(page: Report) -> bytes:
    """The report as one HTML file."""
    return fonts.whole(html.render(page, "report.html")).encode()


def index(page: Index) -> bytes:
    """The index as one HTML file."""
    return fonts.whole(html.render(page, "index.html")).encode()
