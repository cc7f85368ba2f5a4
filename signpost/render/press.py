"""A target's suffix chooses how it is made; the result is its bytes and what a reader finds in them."""

import base64
import html as entities
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import PurePosixPath

from signpost.model import Deck, Guide, Index, Letter, Report, Target, Worksheet, digest
from signpost.problem import Place
from signpost.render import deck, docx, fonts, html, large, look, pdf, pptx

THUMB_WIDTH = 440
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
        "fonttools",
        "brotli",
        "fontpkg-lexend",
        "fontpkg-atkinson-hyperlegible",
    )
    return (*pdf.versions().items(), ("zlib", zlib.ZLIB_RUNTIME_VERSION), *((name, version(name)) for name in names))


def key(target: Target, project: str) -> str:
    """The digest of everything that may go into the file: its page, how it is made, templates, code and tools."""
    return digest([project, tools(), suffix(target), type(target.page).__name__, target.page])


def make(target: Target, made: Callable[[Target], bytes]) -> Print:
    """The finished file; CannotRead with every problem. `made` gives the bytes of another target that this one shows."""
    match suffix(target):
        case ".pdf":
            return _pdf(target, made)
        case ".pptx" if isinstance(target.page, Deck):
            content = pptx.pptx(target.page)
            return Print(content, pptx.texts(content))
        case ".docx" if isinstance(target.page, Letter):
            content = docx.docx(target.page)
            return Print(content, docx.texts(content))
        case ".html" if isinstance(target.page, Deck):
            content = deck.deck(target.page)
            return Print(content, slide_texts(content.decode()))
    raise LookupError(f"nothing makes {target.path}")


def _pdf(target: Target, made: Callable[[Target], bytes]) -> Print:
    page = target.page
    if isinstance(page, Worksheet) and page.frame.variant == "large":
        page = large.split(page)
    more = {"thumbs": _thumbs(page, target, made)} if isinstance(page, Guide) else {}
    style = "slides" if isinstance(page, Deck) else "paper"
    place = page.place if page.place.line else Place(f"templates/{page.name}.html")
    made_here = dict(page.frame.templates) if f"{page.name}.html" in OWN_TEMPLATES else {}
    text = html.render(page, f"{page.name}.html", **more)
    finished = pdf.pdf(text, style, place, page.frame.kind.lower(), made_here.get("school.css", ""))
    return Print(
        finished.content,
        look.texts(finished.content),
        look.ink(finished.content),
        look.picture(finished.content, 0, PICTURE_WIDTH),
        look.seen(finished.content) if made_here and page.for_pupils else (),
    )


def _thumbs(page: Guide, target: Target, made: Callable[[Target], bytes]) -> dict[int, str]:
    """A picture of each slide, so that the guide shows what the class sees."""
    slides = made(Target(path=f"{PurePosixPath(target.path).parent}/slides.pdf", page=page.deck))
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
