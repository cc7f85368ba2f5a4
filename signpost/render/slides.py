"""Where things stand on a slide, in centimetres: one table of measures for PPTX, PDF and HTML, so that the three cannot drift apart.

A slot is a place for words or a picture (a placeholder in PowerPoint, a box in HTML); a mark is drawn and never read.
Text may fill 88 % of a slot's width in PDF and HTML: where our fonts are missing, PowerPoint has the rest as slack.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Literal

WIDTH, HEIGHT = 33.867, 19.05
SLACK = 0.12
POINTS = 72 / 2.54  # in a centimetre
LAYOUTS = {
    "title": "Signpost Title", "idea": "Signpost Idea", "compare": "Signpost Compare", "scenario": "Signpost Scenario",
    "question": "Signpost Question", "path": "Signpost Path", "steps": "Signpost Steps", "words": "Signpost Words", "help": "Signpost Help",
}

Paint = Literal["", "ink", "paper", "tier", "sun", "grey", "tint", "warm"]  # warm: words on sun, dark even on dark slides
Shape = Literal["text", "plate", "back", "bubble", "box", "picture"]


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the slide in centimetres: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Level:
    """How a paragraph is set: size, line and space before it in points, Lexend or the reading face, a list's bullet.

    `left` moves it in, `hang` sets a letter or number so many centimetres before its words.
    """

    size: float
    line: float
    lexend: bool = False
    bold: bool = False
    before: float = 0
    bullet: bool = False
    left: float = 0
    hang: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place for words or a picture; `pad` is top, right, bottom, left."""

    name: str
    box: Box
    levels: tuple[Level, ...] = ()
    shape: Shape = "text"
    fill: Paint = ""
    outline: float = 0
    words: Paint = "ink"
    point: float = 0
    pad: tuple[float, float, float, float] = (0, 0, 0, 0)
    anchor: Literal["top", "middle", "bottom"] = "top"
    align: Literal["", "left", "right", "center"] = ""

    @property
    def text_width(self) -> float:
        """How many points a line may take, slack left out."""
        return (self.box.w - self.pad[1] - self.pad[3]) * (1 - SLACK) * POINTS


@dataclass(frozen=True, slots=True)
class Mark:
    """Something drawn that is never read: the post, a plate of the progress rail, an arrow, an icon, the hills."""

    kind: Literal["rectangle", "plate", "back", "arrow", "icon", "hills", "wordmark"]
    box: Box
    fill: Paint = "ink"
    outline: float = 0
    name: str = ""
    point: float = 0


# --- the table ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scale:
    """Type sizes and lines of one age band, in points."""

    body: tuple[float, float]
    story: tuple[float, float]
    head: tuple[float, float]
    option: tuple[float, float]
    prompt: tuple[float, float]
    bubble: tuple[float, float]
    key: tuple[float, float]
    few: tuple[float, float]
    lexend: bool = False


SCALES = {
    1: Scale((36, 50), (34, 48), (36, 42), (32, 38), (28, 34), (40, 48), (30, 34), (40, 54), lexend=True),
    2: Scale((30, 41), (30, 42), (33, 39), (29, 34), (26, 32), (34, 42), (29, 34), (35, 47), lexend=True),
    3: Scale((27, 36), (29, 41), (31, 37), (26, 30), (25, 31), (30, 38), (28, 33), (32, 44)),
    4: Scale((25, 33), (28, 40), (30, 36), (25, 29), (24, 30), (28, 36), (28, 33), (31, 43)),
    5: Scale((25, 33), (27, 38), (29, 35), (25, 29), (24, 30), (27, 35), (27, 32), (30, 41)),
    6: Scale((24, 32), (26, 37), (28, 34), (24, 28), (24, 29), (26, 34), (26, 31), (29, 39)),
}
TITLE = Level(36, 43, lexend=True, bold=True)
TITLE_LONG = Level(30, 34, lexend=True, bold=True)
COVER = Level(45, 56, lexend=True, bold=True)
COVER_LONG = Level(36, 44, lexend=True, bold=True)
NAMES = (Level(33, 40, lexend=True, bold=True), Level(27, 32, lexend=True, bold=True), Level(22, 26, lexend=True, bold=True))
SCHOOLS = (Level(17, 22, lexend=True), Level(14, 22, lexend=True), Level(12, 22, lexend=True))
ADDRESSES = (Level(18, 22), Level(15, 22), Level(12.5, 22))
SMALL = Level(12, 16)
FOOTERS = (SMALL, Level(SMALL.size * 0.86, SMALL.line), Level(SMALL.size * 0.74, SMALL.line))  # what a school calls its years may be long
RULE = 0.12  # above a key message
COVER_PLATE, PROMISE_PLATE = Box(4.8, 3.6, 25.2, 6.2), Box(3.4, 10.7, 19.6, 3.0)
DARKER: tuple[Paint, ...] = ("paper", "paper", "tier", "tier", "ink")  # the further along the path, the darker


@cache
def layout(name: str, tier: int) -> Mapping[str, Slot]:
    """Every slot of a layout, as the slide master has it."""
    scale = SCALES[tier]
    slots = (*_own(name, scale), *(() if name == "title" else _common()))
    return MappingProxyType({slot.name: slot for slot in slots})


def _body(scale: Scale, size: tuple[float, float]) -> tuple[Level, ...]:
    before = 15 if size[0] < 30 else 22  # 5 mm between paragraphs; 8 where the type is large
    plain = Level(*size, lexend=scale.lexend, before=before)
    return plain, replace(plain, bullet=True, before=before * 0.6, left=0.95)


def _common() -> Iterator[Slot]:
    label = Level(13, 16, lexend=True, bold=True)
    yield Slot(name="footer", box=Box(4.4, 17.65, 9.7, 0.6), levels=(SMALL,), words="grey")
    yield Slot(
        name="label", box=Box(0.6, 1.0, 2.9, 1.1), levels=(label,), shape="plate", fill="tier", words="paper", point=0.5,
        pad=(0, 0.5, 0, 0.4), anchor="middle",
    )


def _title() -> Slot:
    return Slot(name="title", box=Box(4.4, 1.7, 27.2, 2.7), levels=(TITLE,))


def _key(scale: Scale) -> Slot:
    level = Level(*scale.key, lexend=True, bold=True)
    return Slot(
        name="key", box=Box(4.4, 14.05, 27.6, 2.9), levels=(level,), pad=(0.15, 0, 0, 2.3), anchor="middle",
    )


def _own(name: str, scale: Scale) -> Iterable[Slot]:
    own: dict[str, Callable[[Scale], Iterable[Slot]]] = {
        "title": _cover, "idea": _idea, "compare": _compare, "scenario": _scenario, "question": _question, "path": _path, "steps": _steps,
        "words": _bubbles, "help": _help,
    }
    return own[name](scale)


def _cover(scale: Scale) -> Iterable[Slot]:
    promise = Level(28, 34, lexend=True, bold=True) if scale.lexend else Level(25, 31, lexend=True, bold=True)
    meta = Level(17, 22, lexend=True, bold=True)
    yield Slot(
        name="title", box=COVER_PLATE, levels=(COVER,), words="paper", pad=(0, 2.2, 0, 2.2), anchor="middle",
    )
    yield Slot(
        name="promise", box=PROMISE_PLATE, levels=(promise,), words="warm", pad=(0, 0.6, 0, 3.6), anchor="middle",
    )
    yield Slot(name="meta", box=Box(12.2, 14.5, 19.5, 0.8), levels=(meta,))
    yield Slot(name="school", box=Box(12.2, 15.3, 19.5, 0.85), levels=SCHOOLS[:1])
    yield Slot(name="logo", box=Box(28.0, 0.75, 4.0, 1.5), shape="picture", align="right")


def _idea(scale: Scale) -> Iterable[Slot]:
    yield _title()
    yield Slot(name="text", box=Box(4.4, 4.8, 27.2, 11.8), levels=_body(scale, scale.body))
    yield _key(scale)
    yield Slot(name="picture", box=beside(28, keyed=False), shape="picture")


def beside(words: int, keyed: bool) -> Box:
    """Where the picture of an idea stands: the fewer the words, the larger the picture."""
    left = 17.6 if words <= 15 else 21.4 if words <= 28 else 24.0
    return Box(left, 4.9, 32.0 - left, 8.8 if keyed else 11.4)


def _compare(scale: Scale) -> Iterable[Slot]:
    yield _title()
    for side, x in (("left", 4.4), ("right", 18.7)):
        heading = Level(*scale.head, lexend=True, bold=True)
        head, text, picture = column(x, keyed=True, pictured=True)
        yield Slot(name=f"{side}-head", box=head, levels=(heading,), anchor="middle")
        yield Slot(name=f"{side}-text", box=text, levels=_close(_body(scale, scale.body)))
        yield Slot(name=f"{side}-picture", box=picture, shape="picture", align="left")
    yield _key(scale)


def column(x: float, keyed: bool, pictured: bool) -> tuple[Box, Box, Box]:
    """Name, text and picture of one side: name beside the picture above a key message, else beneath a larger picture."""
    if not pictured:
        return Box(x, 4.9, 13.3, 1.9), Box(x, 7.1, 13.3, 6.8 if keyed else 9.4), Box(x, 4.8, 5.4, 4.4)
    if keyed:
        return Box(x + 6.0, 4.7, 7.3, 4.2), Box(x, 9.3, 13.3, 4.7), Box(x, 4.7, 5.4, 4.2)
    return Box(x, 11.5, 13.3, 1.7), Box(x, 13.3, 13.3, 3.4), Box(x, 4.7, 12.0, 6.4)


def large(tier: int) -> tuple[Level, ...]:
    """The levels of an idea that stands on its slide with few words and no picture."""
    return _body(SCALES[tier], SCALES[tier].few)


def _close(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    return tuple(replace(level, size=min(level.size, 34), line=min(level.line, 44), before=level.before / 2.5) for level in levels)


def _scenario(scale: Scale) -> Iterable[Slot]:
    yield _title()
    levels = _body(scale, scale.story)
    yield Slot(name="text", box=Box(4.4, 4.8, 17.4, 11.8), levels=levels, anchor="middle")
    yield _key(scale)
    yield Slot(name="picture", box=Box(22.2, 4.9, 9.8, 11.4), shape="picture")


def _question(scale: Scale) -> Iterable[Slot]:
    yield _title()
    option = Level(*scale.option, lexend=scale.lexend, hang=1.6)
    for at in range(4):
        yield Slot(
            name=f"option-{at + 1}", box=option_box(at, 4, pictured=True), levels=(option,), shape="plate", fill="paper", outline=0.1,
            point=1.0, pad=(0, 1.0, 0, 2.3), anchor="middle",
        )
    prompt = Level(*scale.prompt, lexend=scale.lexend)
    box = Box(4.4, 14.35, 27.6, 2.3)
    yield Slot(name="prompt", box=box, levels=(prompt,), pad=(0, 0, 0, 1.8), anchor="middle")
    yield Slot(name="picture", box=Box(23.9, 4.6, 8.1, 9.2), shape="picture")


def option_box(at: int, count: int, pictured: bool) -> Box:
    """Four options stand closer than two or three, so that the prompt keeps its place."""
    step, height = {4: (2.4, 2.1), 3: (3.2, 2.6), 2: (4.2, 3.4)}.get(count, (3.2, 2.6))
    return Box(4.4, 4.6 + step * at, 18.8 if pictured else 24.0, height)


def _path(scale: Scale) -> Iterable[Slot]:
    yield _title()
    head, below = Level(19.5, 24, lexend=True, bold=True), Level(18, 22, lexend=scale.lexend, before=3)
    for at, fill in enumerate(DARKER):
        yield Slot(
            name=f"point-{at + 1}", box=Box(4.4 + 5.5 * at, 4.6, 5.6, 4.8), levels=(head, below), shape="plate", fill=fill, outline=0.1,
            words="ink" if fill == "paper" else "paper", point=0.9, pad=(0.7, 0.6, 0, 0.5),
        )
    bar = Level(*scale.key, lexend=True, bold=True)
    yield Slot(
        name="key", box=Box(4.4, 11.9, 27.6, 3.0), levels=(bar,), shape="box", fill="sun", outline=0.12, words="warm",
        pad=(0, 0.3, 0, 2.9), anchor="middle",
    )
    yield Slot(name="note", box=Box(4.4, 15.5, 27.6, 1.5), levels=(Level(20, 26, lexend=scale.lexend),))




def _steps(scale: Scale) -> Iterable[Slot]:
    yield _title()
    size, line = min(scale.option, (25, 29))
    level = Level(size, line, lexend=scale.lexend, bold=True, hang=1.0)
    for at in range(6):
        stop = at < 3
        yield Slot(
            name=f"step-{at + 1}", box=step_box(at, keyed=False), levels=(level,), shape="back" if stop else "plate",
            fill="tier" if stop else "sun", words="paper" if stop else "warm", outline=0.1, point=1.3,
            pad=(0, 0.4 if stop else 1.0, 0, 4.3 if stop else 3.4), anchor="middle",
        )
    yield _key(scale)


def step_box(at: int, keyed: bool) -> Box:
    """Stop-plates point left and tell-plates right, on one post."""
    step, height = (3.15, 2.7) if keyed else (3.95, 3.3)
    return Box(4.4 if at < 3 else 18.45, 4.8 + step * (at % 3), 13.55, height)


def _bubbles(scale: Scale) -> Iterable[Slot]:
    yield _title()
    level = bubble_level(scale, 4)
    for at in range(4):
        yield Slot(
            name=f"words-{at + 1}", box=bubble_box(at, 4), levels=(level,), shape="bubble", fill="paper", outline=0.1, pad=(0, 0.9, 0, 0.9),
            anchor="middle",
        )
    yield _key(scale)
    note = Level(*scale.prompt, lexend=scale.lexend)
    yield Slot(name="note", box=Box(4.4, 15.3, 27.6, 1.7), levels=(note,), anchor="middle")


def bubble_level(scale: Scale, count: int) -> Level:
    """What is said by four stands smaller than what two say."""
    size, line = min(scale.bubble, (28, 36)) if count == 4 else scale.bubble
    return Level(size, line, lexend=scale.lexend)


def bubble_box(at: int, count: int) -> Box:
    """Two or three sentences answer each other down the slide; four stand two by two."""
    if count == 4:
        return Box(4.4 + 14.1 * (at % 2), 4.9 + 5.9 * (at // 2), 13.5, 4.5)
    step, height = {3: (4.0, 2.9), 2: (5.9, 4.5)}.get(count, (5.9, 4.5))
    return Box(4.4 + 5.6 * (at % 2), 4.9 + step * at, 22.0, height)


def _help(scale: Scale) -> Iterable[Slot]:
    yield _title()
    label, where = Level(17, 22, lexend=True, bold=True, left=1.1), Level(20, 25, lexend=scale.lexend)
    for name, y in (("inside", 4.4), ("outside", 9.15)):
        yield Slot(
            name=name, box=Box(4.4, y, 18.4, 4.35), levels=(label, NAMES[0], where), shape="plate", fill="sun", outline=0.12, words="warm",
            point=2.0, pad=(0.5, 1.6, 0, 0.9),
        )
    yield Slot(name="qr", box=Box(23.9, 4.45, 8.0, 8.0), shape="picture")
    yield Slot(name="web", box=Box(23.4, 12.6, 9.1, 1.0), levels=ADDRESSES[:1], align="center")
    yield Slot(name="promises", box=Box(4.4, 13.85, 27.6, 2.3), levels=(Level(24, 30, lexend=True, bold=True),))
    yield Slot(name="removal", box=Box(4.4, 16.3, 27.6, 0.9), levels=(Level(18, 22),))


HELP_LINE = Slot(name="help-line", box=Box(17.1, 17.1, 14.9, 1.15), levels=(SMALL,), anchor="bottom", align="right")
SPECIMEN = Slot(
    name="specimen", box=Box(14.2, 17.55, 2.75, 0.8), levels=(Level(12, 16, lexend=True, bold=True),), shape="box", fill="paper",
    outline=0.05, pad=(0, 0, 0, 0.27), anchor="middle",
)
COVER_SPECIMEN = replace(SPECIMEN, box=Box(24.7, 0.95, 2.95, 1.0), levels=(Level(13, 18, lexend=True, bold=True),))
POST = Mark("rectangle", Box(1.4, 0, 0.3, HEIGHT), name="Post")


def fixed(name: str) -> tuple[Mark, ...]:
    """What every slide of a layout shows behind its words."""
    if name == "title":
        return (
            Mark("hills", Box(0, 14.25, WIDTH, 4.8), name="Hills"),
            Mark("rectangle", Box(9.6, 2.2, 0.9, HEIGHT - 2.2), name="Post"),
            Mark("plate", COVER_PLATE, "tier", name="Plate", point=2.8),
            Mark("back", PROMISE_PLATE, "sun", 0.12, "Plate", 1.4),
            Mark("wordmark", Box(1.8, 0.9, 4.2, 1.01), name="Signpost"),
        )
    if name == "path":
        return (POST, *(Mark("arrow", Box(6.3 + 5.5 * at, 9.5, 1.4, 2.2), "sun", 0.09, "Way out") for at in range(5)))
    if name == "steps":
        return (POST, Mark("rectangle", Box(18.05, 4.1, 0.3, 13.0), name="Post"))
    return (POST,)


def label_top(number: int, of: int) -> float:
    """Where the current plate stands on the progress rail."""
    return 1.0 + 13.5 / max(of - 1, 1) * (number - 1)


def rail(number: int, of: int) -> tuple[Mark, ...]:
    """The plates of the progress rail: done in ink, to come in white; none where the current plate stands."""
    step = 13.5 / max(of - 1, 1)
    return tuple(
        Mark("plate", Box(1.2, 1.35 + step * (at - 1), 1.0, 0.4), "ink" if at < number else "paper", 0.06, "Progress", 0.2)
        for at in range(1, of + 1)
        if at != number
    )
