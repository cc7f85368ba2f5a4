"""The one door to WeasyPrint: HTML becomes a tagged PDF/UA-1, what it logs becomes problems, and what does not fit is measured.

One press per process keeps fonts, style sheets and pictures, so that a warm page costs a tenth of a cold one. Whatever
WeasyPrint wants to load goes through one fetcher that opens our own fonts and `data:` addresses and nothing else.
"""

import base64
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from signpost.problem import SHORTEN, CannotRead, Place, Problem
from signpost.render import draw, fonts, splice

# The weights of the variable font that our style sheets use; cutting them once a process saves a third of a small page.
WEIGHTS = ("400", "600")
MM = 96 / 25.4
SLACK = 0.6
NO_GLYPH = re.compile(r"\.notdef glyph rendered for Unicode string unsupported by fonts: \"(.+?)\"", re.DOTALL)
DRAWING = re.compile(r"(data:[^,\s]{0,40},)\S.*?(?=['\"]?(?::\s|$))", re.DOTALL)  # a message quotes a whole picture
FIXES = {
    "sheet": "Put a task on its own sheet ('.sheet' after its id), take away a writing line, or shorten the text.",
    "slide": "Shorten the text, or make two slides of it.",
    "card": "Shorten the card: 32 words are the most.",
    "slot": SHORTEN,
    "letter": "Shorten the letter: it is one page, always.",
    "page": "Shorten the text: this page is one page, always.",
}


class _OurFilesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint publishes no types
    def __init__(self, roots: tuple[Path, ...]) -> None:
        super().__init__(allowed_protocols=("data", "file"), allow_redirects=False, fail_on_errors=True)
        self._roots = roots

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        path = Path(url2pathname(url.removeprefix("file://"))) if url.startswith("file://") else None
        if path is None or not any(path.resolve().is_relative_to(root) for root in self._roots):
            raise FatalURLFetchingError(f"{url[:80]} is not a file of ours")
        return super().fetch(url, headers)


@cache
def _fetcher() -> _OurFilesOnly:
    return _OurFilesOnly((draw.TEMPLATES.resolve(), *{path.resolve().parent for path in fonts.files().values()}))


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


def generated_css(ink: str) -> str:
    """Fonts, icons in black and white, and a class for each tier; `ink` is the colour of icons beside words."""
    rules = []
    for (family, weight), path in fonts.files().items():
        for cut in [weight] if weight else WEIGHTS:
            source = path.resolve().as_uri() if weight else f"data:font/ttf;base64,{base64.b64encode(fonts.static(path, cut)).decode()}"
            rules.append(f'@font-face{{font-family:"{family}";src:url("{source}");font-weight:{cut}}}')
    for name in draw.icons():
        rules.append(f'.i-{name}{{background-image:url("{draw.uri(draw.icon(name, ink))}")}}')
        rules.append(f'.w.i-{name}{{background-image:url("{draw.uri(draw.icon(name, draw.WHITE))}")}}')
    for tier, colour in draw.COLOURS.items():
        rules.append(f".{tier}{{--tier:{colour};--tint:{draw.TINTS[tier]}}}")
    return "\n".join(rules)


def settled(css: str) -> str:
    """The style sheet with every custom property that is set just once put in its places: WeasyPrint looks up each one for each element."""
    set_to: dict[str, list[str]] = {}
    for name, value in re.findall(r"(?<![\w(])(--[a-z0-9-]+)\s*:\s*([^;}]+)", css):
        set_to.setdefault(name, []).append(value.strip())
    for name, values in set_to.items():
        if len(values) == 1 and "var(" not in values[0]:
            css = css.replace(f"var({name})", values[0])
    return css


@cache
def _sheet(name: str) -> weasyprint.CSS:
    ink = draw.SCREEN_INK if name == "slides" else draw.PRINT_INK
    text = generated_css(ink) + settled((draw.TEMPLATES / "css" / f"{name}.css").read_text(encoding="utf-8"))
    return weasyprint.CSS(string=text, font_config=_fonts(), url_fetcher=_fetcher(), base_url=draw.TEMPLATES.as_uri() + "/")


@cache
def _own_sheet(text: str) -> weasyprint.CSS:
    return weasyprint.CSS(string=text, font_config=_fonts(), url_fetcher=_fetcher(), base_url="about:blank")


MOST_PICTURES = 1_500_000  # letters of their addresses, in which each stands whole; our drawings are a tenth of it


@cache
def _pictures() -> dict[Any, Any]:
    return {}


def _forget_pictures() -> None:
    """Keep our drawings, which every page has; photographs and thumbnails are of one document."""
    kept = _pictures()
    for name in [name for name in kept if not str(name).startswith("data:image/svg+xml")]:
        del kept[name]


def _few_pictures() -> dict[Any, Any]:
    """The pictures that were read, without those of too many schools: a process that prints thousands does not grow by their logos."""
    known = _pictures()
    if sum(len(str(key)) for key in known) > MOST_PICTURES:
        known.clear()  # only between two documents: a picture's bytes are asked for again when it is written
    return known


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@dataclass(frozen=True, slots=True)
class Made:
    """A finished PDF: its bytes and how many pages it has."""

    content: bytes
    pages: int


def pdf(html: str, style: str, place: Place, what: str, own_css: str = "") -> Made:
    """A PDF/UA-1 of the HTML with the style sheet `templates/css/<style>.css`; CannotRead when anything was logged or does not fit.

    A school's own style sheet (`own_css`) lies over ours.
    """
    document, content = _written(html, style, place, what, _finish, own_css)
    return Made(content, len(document.pages))


def made_plate(html: str, style: str, place: Place, what: str) -> splice.Plate:
    """The plate of the HTML, which has a mark in each slot; CannotRead as `pdf` does, Unfit where it can be no plate."""
    taken: list[Any] = []

    def finish(document: Any, file: Any) -> None:
        _finish(document, file)
        taken.append(splice.perforate(file))

    document, content = _written(html, style, place, what, finish)
    holes, kept = taken[0]
    exact = _exact(run for page in document.pages for run in _runs(page._page_box))
    return splice.plate(content, tuple(_exactly(hole, exact) for hole in holes), kept)


@dataclass(frozen=True, slots=True)
class Run:
    """Letters in one line as they were laid out, in pixels: where they begin, their letter-spacing; their line, its room and its side."""

    text: str
    x: float
    y: float
    spacing: float
    line: int
    room: float
    side: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a picture is fitted, in pixels, and how much of the room that it leaves is to its left and above it: 0 to 1."""

    x: float
    y: float
    width: float
    height: float
    left: float
    above: float


@dataclass(frozen=True, slots=True)
class Laid:
    """What is known of a page with a filling as it was laid out: its letters in reading order, and its pictures."""

    runs: tuple[Run, ...]
    frames: tuple[Frame, ...]


def cast(html: str, style: str, depths: Sequence[int], place: Place, what: str) -> tuple[splice.Cast, tuple[Laid, ...]]:
    """The fillings that stand on the pages of the HTML, one on each, so many elements deep, and how each was laid out.

    CannotRead where one does not fit its slot.
    """
    taken: list[splice.Cast] = []
    document, _ = _written(html, style, place, what, lambda _document, file: taken.append(splice.castings(file, depths)), by_itself=True)
    laid = tuple(Laid(tuple(_runs(page._page_box)), tuple(_frames(page._page_box))) for page in document.pages)
    fillings = tuple(_sharp(filling, _exact(some.runs)) for filling, some in zip(taken[0].fillings, laid, strict=True))
    return replace(taken[0], fillings=fillings), laid


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing as a page, how wide and high it is in pixels, and the same as a form that stands in other pages."""

    content: bytes
    across: float
    down: float
    form: splice.Cast


def drawing(html: str, place: Place, what: str) -> Drawing:
    """The drawing that is alone on the page of the HTML; CannotRead where WeasyPrint cannot draw it."""
    taken: list[tuple[float, float, splice.Cast]] = []

    def finish(document: Any, file: Any) -> None:
        sizes = [(frame.width, frame.height) for frame in _frames(document.pages[0]._page_box) if min(frame.width, frame.height) > 0]
        taken.extend((*size, splice.form(file, *size)) for size in sizes)

    _, content = _written(html, "bare", place, what, finish)
    if not taken:
        raise CannotRead(Problem(place, "render", f"WeasyPrint cannot draw the {what}.", "Save it as plain SVG with a viewBox."))
    return Drawing(content, *taken[0])


Exact = dict[tuple[float, float], tuple[float, float]]


def _exact(runs: Iterable[Run]) -> Exact:
    """Where letters begin, by the six places behind the point that a PDF has: a millionth of a pixel too far can be another pixel."""
    return {(float(f"{run.x:f}"), float(f"{run.y:f}")): (run.x, run.y) for run in runs}


def _exactly(hole: splice.Hole, exact: Exact) -> splice.Hole:
    x, y = exact.get((hole.x, hole.y), (hole.x, hole.y))
    return replace(hole, x=x, y=y)


def _sharp(filling: splice.Filling, exact: Exact) -> splice.Filling:
    pieces = tuple(exact.get(piece, piece) if isinstance(piece, tuple) else piece for piece in filling.pieces)
    x, y = exact.get((filling.x, filling.y), (filling.x, filling.y))
    return replace(filling, pieces=pieces, x=x, y=y)


def _runs(page: Any) -> Iterator[Run]:
    lines = 0
    for block in _boxes(page):
        for line in getattr(block, "children", ()):
            if type(line).__name__ != "LineBox":
                continue
            style = block.style
            sides = {"center": "center", "right": "right", "end": "right"}
            side = sides.get(style["text_align_all"], "left")
            room = block.width - line.width
            inside = tuple(_in_line(line))
            if side != "left" and not all(hasattr(box, "text") for box in inside):
                side = "mixed"  # an icon would have to move with the words
            for box in inside:
                if hasattr(box, "text"):
                    spacing = box.style["letter_spacing"]
                    loose = 0.0 if spacing == "normal" else float(spacing)
                    yield Run(box.text, box.position_x, box.position_y + box.baseline, loose, lines, room, side)
            lines += 1


def _frames(page: Any) -> Iterator[Frame]:
    for box in _boxes(page):
        if hasattr(box, "replacement"):
            from_x, x, from_y, y = box.style["object_position"][0]
            parts = (part.value / 100 for part in (x, y))  # our style sheets say it in per cent
            left, above = (1 - part if side in ("right", "bottom") else part for part, side in zip(parts, (from_x, from_y), strict=True))
            yield Frame(box.content_box_x(), box.content_box_y(), box.width, box.height, left, above)


def _in_line(box: Any) -> Iterator[Any]:
    """The letters and other things that stand in a line, but not what stands in those."""
    for inner in box.children:
        if type(inner).__name__ == "InlineBox":
            yield from _in_line(inner)
        else:
            yield inner


def _written(
    html: str, style: str, place: Place, what: str, finish: Callable[[Any, Any], None], own_css: str = "", by_itself: bool = False
) -> tuple[Any, bytes]:
    # What is drawn by itself may be one school's, and a process may print for thousands: it is not kept.
    pictures = dict(_pictures()) if style == "bare" or by_itself else _few_pictures()

    def finisher(document: Any, file: Any) -> None:
        splice.widen_gradients(file)
        finish(document, file)

    heard = _Heard()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(heard)
    logger.propagate = False
    try:
        document = weasyprint.HTML(string=html, base_url="about:blank", url_fetcher=_fetcher()).render(
            stylesheets=[_sheet(style), *([_own_sheet(own_css)] if own_css else [])],
            font_config=_fonts(),
            cache=pictures,
            pdf_variant="pdf/ua-1",
            pdf_tags=True,
            custom_metadata=True,
        )
        problems = [*_overflowing(document, place, what)]
        content = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True, custom_metadata=True, finisher=finisher, cache=pictures)
    except FatalURLFetchingError as error:  # a BaseException on purpose: WeasyPrint must not swallow it
        raise CannotRead(_foreign(error, place, what)) from None
    finally:
        logger.removeHandler(heard)
        _forget_pictures()
    problems.extend(_told(heard.said, place, what))
    if problems:
        raise CannotRead(*problems)
    return document, content


def _foreign(error: BaseException, place: Place, what: str) -> Problem:
    return Problem(place, "own-files", f"The {what} asks for {error}.", "Remove the reference: pages hold all they show.")


def heights(html: str, style: str, place: Place, what: str) -> dict[str, float]:
    """How high each element marked `data-measure` is with this style sheet, in mm; nothing is written."""
    try:
        document = weasyprint.HTML(string=html, base_url="about:blank", url_fetcher=_fetcher()).render(
            stylesheets=[_sheet(style)], font_config=_fonts(), cache=_pictures()
        )
    except FatalURLFetchingError as error:
        raise CannotRead(_foreign(error, place, what)) from None
    boxes = (box for page in document.pages for box in _boxes(page._page_box))
    return {
        _marks(box)["data-measure"]: box.border_height() / MM
        for box in boxes
        if _marks(box).get("data-measure") and getattr(box, "element_tag", "") == getattr(box.element, "tag", "")
    }


def _told(said: list[str], place: Place, what: str) -> Iterator[Problem]:
    """What WeasyPrint logged, in our words; letters that no font has are one problem, not one a letter."""
    letters = dict.fromkeys(match[1] for line in said if (match := NO_GLYPH.search(line)))
    if letters:
        fix = "Install fonts for them ('apt-get install fonts-noto-core' on Debian and Ubuntu), or write the name in Latin letters too."
        yield Problem(place, "letters", f"No font on this computer has the letters '{''.join(letters)}' in the {what}.", fix)
    for line in dict.fromkeys(DRAWING.sub(r"\1…", line) for line in said if not NO_GLYPH.search(line)):
        yield Problem(place, "render", f"WeasyPrint says of the {what}: {line.rstrip('.')}.", "Correct the template or its style sheet.")


def _finish(_document: Any, file: Any) -> None:
    """Say which way a table's heads point; screen readers and checkers ask for it."""
    for one in file.objects:
        if isinstance(one, dict) and one.get("S") == "/TH" and isinstance(one.get("A"), dict):
            one["A"].setdefault("Scope", "/Column")


# --- what does not fit --------------------------------------------------------------------------------------


def _overflowing(document: Any, place: Place, what: str) -> Iterator[Problem]:
    """Every element marked `data-fit` whose content is longer or wider than itself, and every page too many."""
    root = next((box for page in document.pages[:1] for box in _boxes(page._page_box) if _marks(box).get("data-pages")), None)
    wanted = int(_marks(root)["data-pages"]) if root is not None else 0
    if wanted and len(document.pages) != wanted:
        pages = f"{len(document.pages)} pages instead of {wanted}" if wanted > 1 else f"{len(document.pages)} pages instead of one"
        yield Problem(_place(root, place), "overflow", f"The {what} takes {pages}.", FIXES["letter" if what == "letter home" else "page"])
    for number, page in enumerate(document.pages, 1):
        for box in _boxes(page._page_box):
            kind = _marks(box).get("data-fit")
            if kind and getattr(box, "element_tag", "") == getattr(box.element, "tag", ""):
                yield from _beyond(box, kind, place, what, number)


def _beyond(box: Any, kind: str, place: Place, what: str, number: int) -> Iterator[Problem]:
    bottom, right = box.border_box_y() + box.border_height(), box.border_box_x() + box.border_width()
    left = box.border_box_x()
    low, wide, last = bottom, right, ""
    for inner in _boxes(box):
        if inner is box or not (hasattr(inner, "text") or hasattr(inner, "replacement") or _marks(inner).get("data-solid")):
            continue
        words = hasattr(inner, "text")
        end = inner.position_y + inner.height if words else inner.border_box_y() + inner.border_height()
        if end > low + SLACK:
            low, last = end, getattr(inner, "text", last)
        side = inner.position_x + inner.width if words else inner.border_box_x() + inner.border_width()
        before = left - (inner.position_x if words else inner.border_box_x())  # words at the right edge that are too long begin too early
        if max(side, right + before) > wide + SLACK:
            wide, last = max(side, right + before), getattr(inner, "text", last)
    named = _marks(box).get("data-name", kind)
    near = f", near '{' '.join(last.split()[-6:])}'" if last.strip() else ""
    fix = FIXES.get(kind, FIXES["page"])
    where = _place(box, place)
    if low > bottom + SLACK:
        yield Problem(where, "overflow", f"The {named} on page {number} of the {what} is {(low - bottom) / MM:.0f} mm too long{near}.", fix)
    if wide > right + SLACK:
        yield Problem(where, "overflow", f"The {named} on page {number} of the {what} is {(wide - right) / MM:.0f} mm too wide{near}.", fix)


def _boxes(box: Any) -> Iterator[Any]:
    box = getattr(box, "_box", box)
    yield box
    for inner in getattr(box, "children", ()):
        yield from _boxes(inner)


def _marks(box: Any) -> Any:
    return getattr(getattr(box, "element", None), "attrib", {})


def _place(box: Any, otherwise: Place) -> Place:
    path, _, line = _marks(box).get("data-place", "").rpartition(":")
    return Place(path, int(line)) if path and line.isdigit() else otherwise


def versions() -> dict[str, str]:
    """The versions of all that decides a PDF's bytes."""
    from weasyprint.text.ffi import pango

    return {"weasyprint": weasyprint.__version__, "pango": str(pango.pango_version())}
