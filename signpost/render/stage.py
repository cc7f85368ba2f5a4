"""The boards as HTML needs them: each thing with its place as CSS numbers, and the few classes that say how it looks.

PDF and HTML deck share the markup; `--u` is a centimetre of the slide and `--pt` a point: fixed in the PDF, as large as the window
allows on a screen.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

from signpost.model import Deck, Slide
from signpost.render import boards, draw, qr, slides
from signpost.render.boards import Filled, Paragraph
from signpost.render.slides import Box, Mark, Paint, Slot

OWN = ("school", "logo", "inside", "help-line")
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
    def own(self) -> bool:
        """A school's own words or logo stand in it."""
        return self.name in OWN

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
class Look:
    """A class and its rules, for a light slide and for a dark one."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One slide with everything on it, in the order in which it is painted and read."""

    slide: Slide
    behind: tuple[Thing, ...]
    things: tuple[Thing, ...]
    before: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Slides of a deck, and the style sheet of their looks; `dark` is the same in white on black, `looks` the classes of both.

    `foot` is what a school says at the foot of every slide but the first and the last.
    """

    scenes: tuple[Scene, ...]
    css: str
    dark: str
    looks: frozenset[str]
    foot: tuple[Thing, ...] = ()


def staged(deck: Deck) -> Stage:
    """The deck as the template of the PDF shows it."""
    director = _Director(deck)
    foot = director.foot()
    scenes = (director.scene(board, () if boards.is_own(board.slide) else foot) for board in boards.boards(deck))
    return director.stage(tuple(_with_room_for_logo(scene, deck) for scene in scenes))


def _with_room_for_logo(scene: Scene, deck: Deck) -> Scene:
    """The cover has a slot for a logo whether there is one or not."""
    if scene.slide.layout != "title" or deck.frame.imprint.logo:
        return scene
    room = Thing(name="logo", style=_place(slides.layout("title", deck.frame.tier.number)["logo"].box), data="logo")
    after = next(at for at, thing in enumerate(scene.things, 1) if thing.name == "school")
    return replace(scene, things=(*scene.things[:after], room, *scene.things[after:]))


def owned(deck: Deck) -> dict[str, tuple[Thing, str]]:
    """What this school says in the slots of its slides, by their names, each with the style sheet of its looks."""
    director = _Director(deck)
    things = [thing for board in boards.own(deck) for thing in director.scene(board).things if thing.own] + [*director.foot()[:1]]
    known = director.looks
    return {one.name: (one, "\n".join(known[name].light for name in one.looks.split() if name in known)) for one in things}


def shared(deck: Deck) -> Stage:
    """The slides that are the same for every school, without their foot."""
    director = _Director(deck)
    return director.stage(tuple(director.scene(board) for board in boards.shared(deck)))


def own(deck: Deck, known: frozenset[str]) -> Stage:
    """The slides of one school and the foot of all others; the style sheet has only the looks that are not known yet."""
    director = _Director(deck)
    scenes = tuple(director.scene(board) for board in boards.own(deck))
    return director.stage(scenes, director.foot(), known)


def palette(tier: str) -> Palette:
    """The paints of an age band."""
    return LIGHT | {"tier": draw.COLOURS[tier], "tint": draw.TINTS[tier]}


class _Director:
    """Finds how each thing looks; a look's class is named after its rule, and so is the same in every deck."""

    def __init__(self, deck: Deck) -> None:
        self.deck = deck
        self.tier = deck.frame.tier.id
        self.looks: dict[str, Look] = {}

    def stage(self, scenes: tuple[Scene, ...], foot: tuple[Thing, ...] = (), known: frozenset[str] | None = None) -> Stage:
        new = [look for look in self.looks.values() if look.name not in (known or ())]
        css, dark = [look.light for look in new], [look.dark for look in new if look.dark]
        if known is None:  # the tails of speech bubbles
            css.append(f".bubble::after{{{_svg(tail(draw.WHITE, LIGHT['ink']))}}}")
            dark.append(f".dark .bubble::after{{{_svg(tail(DARK['paper'], DARK['ink']))}}}")
        return Stage(scenes, "\n".join(css), "\n".join(dark), frozenset(self.looks), foot)

    def scene(self, board: boards.Board, foot: tuple[Thing, ...] = ()) -> Scene:
        stamp = boards.specimen(self.deck, cover=board.slide.layout == "title") if boards.is_own(board.slide) else None
        filled = (*board.filled, *((stamp,) if stamp else ()))
        return Scene(
            slide=board.slide,
            behind=tuple(self._mark(mark) for mark in board.behind),
            things=(*(self._thing(one) for one in filled), *foot),
            before=tuple(self._mark(mark) for mark in board.before),
        )

    def foot(self) -> tuple[Thing, ...]:
        stamp = boards.specimen(self.deck)
        return tuple(self._thing(one) for one in (boards.help_line(self.deck), *((stamp,) if stamp else ())))

    def _mark(self, mark: Mark) -> Thing:
        return Thing(name=mark.kind, style=_place(mark.box), looks=self._look(_mark_look(mark, self.tier)))

    def _thing(self, one: Filled) -> Thing:
        slot = one.slot
        if one.picture:
            side = f"at-{slot.align}" if slot.align else ""
            return Thing(name=slot.name, style=_place(slot.box), looks=side, source=self._source(one.picture), alt=one.alt, data=one.data)
        looks = [self._look(_type_look(slot)), f"in-{slot.words}"]
        if slot.shape not in {"text", "picture"}:
            looks.insert(0, self._look(_slot_look(slot, self.tier)))
        also = {slot.anchor: slot.anchor != "top", f"at-{slot.align}": bool(slot.align), "bubble": slot.shape == "bubble"}
        looks += [word for word, so in also.items() if so]
        return Thing(
            name=slot.name, style=_place(slot.box), looks=" ".join(looks), paragraphs=one.paragraphs, data=one.data,
            bullets=tuple(level.bullet for level in slot.levels),
        )

    def _look(self, look: Look) -> str:
        self.looks[look.name] = look
        return look.name

    def _source(self, name: str) -> str:
        if name == "logo":
            return _address(self.deck.frame.imprint.logo)
        if name.startswith("qr:"):
            return _address(qr.qr(name.removeprefix("qr:")))
        own = next((one for one in self.deck.frame.pictures if one.name == name.removeprefix("pictures/")), None)
        if own:
            return f"data:{own.media_type};base64,{base64.b64encode(own.content).decode()}"
        return _address(boards.drawing(name, self.tier)[0])


@lru_cache(maxsize=512)
def _address(svg: str) -> str:
    """A drawing as an address without spaces, as it must be outside a style sheet."""
    return draw.uri(svg).replace(" ", "%20")


def _place(box: Box) -> str:
    return f"--x:{box.x:.4g};--y:{box.y:.4g};--w:{box.w:.5g};--h:{box.h:.4g}"


def _u(centimetres: float) -> str:
    return f"calc({centimetres:.4g}*var(--u))" if centimetres else "0"


def _pt(points: float) -> str:
    return f"calc({points:.4g}*var(--pt))" if points else "0"


@lru_cache(maxsize=4096)
def _mark_look(mark: Mark, tier: str) -> Look:
    return _painted(*(_marked(mark, paints, tier) for paints in (palette(tier), DARK)))


@lru_cache(maxsize=4096)
def _slot_look(slot: Slot, tier: str) -> Look:
    return _painted(*(_shaped(slot, paints) for paints in (palette(tier), DARK)))


def _painted(light: str, dark: str) -> Look:
    name = _named("b", light + dark)
    return Look(name, f".{name}{{{light}}}", f".dark .{name}{{{dark}}}")


@lru_cache(maxsize=4096)
def _type_look(slot: Slot) -> Look:
    rules = "\n".join(_typed(slot))
    name = _named("k", rules)
    return Look(name, rules.replace("&", f".{name}"), "")


def _named(kind: str, rules: str) -> str:
    return kind + blake2b(rules.encode(), digest_size=5).hexdigest()


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
