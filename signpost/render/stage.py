"""The boards as HTML needs them: each thing with its place as CSS numbers, and the few classes that say how it looks.

PDF and HTML deck share the markup; `--u` is a centimetre of the slide and `--pt` a point: fixed in the PDF, as large as the window
allows on a screen.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from signpost.model import Deck, Slide
from signpost.render import boards, draw, qr, slides
from signpost.render.boards import Filled, Paragraph
from signpost.render.slides import Box, Mark, Paint, Slot

Palette = dict[Paint, str]
LIGHT: Palette = {"ink": draw.SCREEN_INK, "paper": draw.WHITE, "sun": draw.SUN, "grey": "#4A5665", "warm": draw.SCREEN_INK}
DARK: Palette = {"ink": "#FFFFFF", "paper": "#000000", "tier": "#FFFFFF", "sun": draw.SUN, "grey": "#FFFFFF", "warm": draw.SCREEN_INK}


@dataclass(frozen=True, slots=True)
class Thing:
    """One box on a slide: a mark without words, a picture, or paragraphs."""

    name: str
    style: str
    looks: str = ""
    paragraphs: tuple[Paragraph, ...] = ()
    bullets: tuple[bool, ...] = ()
    source: str = ""
    alt: str = ""
    data: str = ""

    @property
    def blocks(self) -> Iterator[tuple[bool, tuple[Paragraph, ...]]]:
        """Paragraphs in a row that are items of one list, or each paragraph on its own."""
        run: list[Paragraph] = []
        for paragraph in self.paragraphs:
            if self.bullets[paragraph.level]:
                run.append(paragraph)
                continue
            if run:
                yield True, tuple(run)
                run = []
            yield False, (paragraph,)
        if run:
            yield True, tuple(run)


@dataclass(frozen=True, slots=True)
class Scene:
    """One slide with everything on it, in the order in which it is painted and read."""

    slide: Slide
    behind: tuple[Thing, ...]
    things: tuple[Thing, ...]
    before: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """The slides of a deck, and the style sheet of their looks; `dark` is the same in white on black."""

    scenes: tuple[Scene, ...]
    css: str
    dark: str


def staged(deck: Deck) -> Stage:
    """The deck as the templates of PDF and HTML show it."""
    return _Director(deck).stage()


def palette(tier: str) -> Palette:
    """The paints of an age band."""
    return LIGHT | {"tier": draw.COLOURS[tier], "tint": draw.TINTS[tier]}


class _Director:
    """Hands out one class for each different look, in the order in which they appear."""

    def __init__(self, deck: Deck) -> None:
        self.deck = deck
        self.tier = deck.frame.tier.id
        self.light = palette(self.tier)
        self.looks: dict[tuple[str, str], str] = {}
        self.types: dict[str, str] = {}

    def stage(self) -> Stage:
        scenes = tuple(self._scene(board) for board in boards.boards(self.deck))
        css = [f".{name}{{{rule}}}" for (rule, _), name in self.looks.items()]
        css += [line.replace("&", f".{name}") for line, name in self.types.items()]
        dark = [f".dark .{name}{{{rule}}}" for (_, rule), name in self.looks.items()]
        for sheet, before, paints in ((css, "", self.light), (dark, ".dark ", DARK)):
            sheet.append(f"{before}.bubble::after{{{_svg(tail(paints['paper'], paints['ink']))}}}")
        return Stage(scenes, "\n".join(css), "\n".join(dark))

    def _scene(self, board: boards.Board) -> Scene:
        filled = list(board.filled)
        if board.slide.layout not in {"title", "help"}:
            filled.append(boards.help_line(self.deck))
        stamp = boards.specimen(self.deck, cover=board.slide.layout == "title")
        if stamp:
            filled.append(stamp)
        return Scene(
            slide=board.slide,
            behind=tuple(self._mark(mark) for mark in board.behind),
            things=tuple(self._thing(one) for one in filled),
            before=tuple(self._mark(mark) for mark in board.before),
        )

    def _mark(self, mark: Mark) -> Thing:
        light, dark = (_marked(mark, paints, self.tier) for paints in (self.light, DARK))
        return Thing(name=mark.kind, style=_place(mark.box), looks=self._look(light, dark))

    def _thing(self, one: Filled) -> Thing:
        slot = one.slot
        if one.picture:
            side = f"at-{slot.align}" if slot.align else ""
            return Thing(name=slot.name, style=_place(slot.box), looks=side, source=self._source(one.picture), alt=one.alt, data=one.data)
        looks = [self._type(slot), f"in-{slot.words}"]
        if slot.shape not in {"text", "picture"}:
            light, dark = (_shaped(slot, paints) for paints in (self.light, DARK))
            looks.insert(0, self._look(light, dark))
        also = {slot.anchor: slot.anchor != "top", f"at-{slot.align}": bool(slot.align), "bubble": slot.shape == "bubble"}
        looks += [word for word, so in also.items() if so]
        return Thing(
            name=slot.name, style=_place(slot.box), looks=" ".join(looks), paragraphs=one.paragraphs, data=one.data,
            bullets=tuple(level.bullet for level in slot.levels),
        )

    def _look(self, light: str, dark: str) -> str:
        return self.looks.setdefault((light, dark), f"b{len(self.looks) + 1}")

    def _type(self, slot: Slot) -> str:
        rule = "\n".join(_typed(slot))
        return self.types.setdefault(rule, f"k{len(self.types) + 1}")

    def _source(self, name: str) -> str:
        if name == "logo":
            return _address(self.deck.frame.imprint.logo)
        if name.startswith("qr:"):
            return _address(qr.qr(name.removeprefix("qr:")))
        own = next((one for one in self.deck.frame.pictures if one.name == name.removeprefix("pictures/")), None)
        if own:
            return f"data:{own.media_type};base64,{base64.b64encode(own.content).decode()}"
        return _address(boards.drawing(name, self.tier)[0])


def _address(svg: str) -> str:
    """A drawing as an address without spaces, as it must be outside a style sheet."""
    return draw.uri(svg).replace(" ", "%20")


def _place(box: Box) -> str:
    return f"--x:{box.x:.4g};--y:{box.y:.4g};--w:{box.w:.5g};--h:{box.h:.4g}"


def _u(centimetres: float) -> str:
    return f"calc({centimetres:.4g}*var(--u))" if centimetres else "0"


def _pt(points: float) -> str:
    return f"calc({points:.4g}*var(--pt))" if points else "0"


def _typed(slot: Slot) -> Iterator[str]:
    """Padding and type of a slot; '&' is its class."""
    top, right, bottom, left = slot.pad
    slack = (slot.box.w - right - left) * slides.SLACK
    before = {"right": slack, "center": slack / 2}.get(slot.align, 0)
    sides = (top, right + slack - before, bottom, left + before)
    yield f"& .cell{{padding:{' '.join(_u(side) for side in sides)}}}"
    for at, level in enumerate(slot.levels):
        face = "Lexend" if level.lexend else "Atkinson Hyperlegible"
        weight = (600 if level.lexend else 700) if level.bold else 400
        margin = f"0 0 0 {_u(0 if level.bullet else level.left)}"
        spacing = "letter-spacing:-.012em;" if level.lexend and level.bold else ""
        font = f'{weight} {_pt(level.size)}/{_pt(level.line)} "{face}","Noto Sans",sans-serif'
        yield f"& .l{at}{{font:{font};{spacing}margin:{margin};text-indent:{_u(-level.hang)}}}"
        if level.before:  # but not before the first paragraph, as in PowerPoint
            later = ("p.l{}:not(:first-child)", "li.l{}:not(:first-child)", "ul:not(:first-child) > li.l{}")
            yield f"{','.join('& ' + one.format(at) for one in later)}{{margin-top:{_pt(level.before)}}}"
        if level.hang:
            yield f"& .n{{width:{_u(level.hang)}}}"


def _svg(svg: str) -> str:
    return f'background-image:url("{draw.uri(svg)}")'


def _shaped(slot: Slot, paints: Palette) -> str:
    """The background of a slot that looks like a plate, a bubble or a box."""
    fill, ink = paints[slot.fill], paints["ink"]
    wide, high, weight = slot.box.w * 10, slot.box.h * 10, slot.outline * 10
    if slot.shape == "box":
        return f"background-color:{fill};border:{_u(slot.outline)} solid {ink}"
    if slot.shape == "bubble":
        return f"background-color:{fill};border:{_u(slot.outline)} solid {ink};border-radius:{_u(0.2)}"
    return _svg(draw.plate(wide, high, fill, ink if weight else fill, weight or 0.1, slot.point * 10, left=slot.shape == "back"))


def _marked(mark: Mark, paints: Palette, tier: str) -> str:
    fill, ink = paints[mark.fill], paints["ink"]
    if mark.kind == "rectangle":
        return f"background-color:{fill}"
    if mark.kind in {"plate", "back"}:
        line, weight = (ink, mark.outline * 10) if mark.outline else (fill, 0.1)
        return _svg(draw.plate(mark.box.w * 10, mark.box.h * 10, fill, line, weight, mark.point * 10, left=mark.kind == "back"))
    if mark.kind == "arrow":
        return _svg(arrow(fill, ink))
    if mark.kind == "icon":
        return _svg(draw.icon(mark.name, fill))
    if mark.kind == "hills":
        return _svg(draw.art("hills", tier))
    name = "wordmark" if paints is not DARK else "wordmark-white"
    return _svg((draw.TEMPLATES / "art" / f"{name}.svg").read_text(encoding="utf-8"))


def arrow(fill: str, ink: str) -> str:
    """The warm arrow of a way out, pointing down."""
    path = f"<path d='M4 .5h6v14h3.4L7 23.5.6 14.5H4z' fill='{fill}' stroke='{ink}' stroke-width='.9'/>"
    return f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 14 24' preserveAspectRatio='none'>{path}</svg>"


def tail(fill: str, ink: str) -> str:
    """The tail of a speech bubble, hanging down from its foot."""
    path = f"<path d='M.8 0V11L13 0' fill='{fill}' stroke='{ink}' stroke-width='1' stroke-linejoin='round'/>"
    return f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 14 12' preserveAspectRatio='none'>{path}</svg>"
