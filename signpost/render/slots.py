"""What stands in the slots of a page: which slots a template has, and what one school says in them, laid out by itself.

A slot is laid out with the same template, style sheet and fonts as its page, within empty elements that stand for what is around it.
Where it stands on its page is known from its mark; so a school's words are laid out once, whatever they are printed on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from signpost.model import CODE_MARK, SCHOOL_MARK, Deck, Page
from signpost.problem import Place
from signpost.render import html, moulds, pdf, plate, stage
from signpost.render.plate import Cast, Filling, Placed, Plate, Unfit


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot as its template declares it, and the classes that its sheet and tier give it."""

    name: str
    within: str
    tag: str
    look: str
    arg: str
    marks: str
    looks: str
    root: str = ""
    sheet: str = "paper"

    @property
    def around(self) -> tuple[tuple[str, str], ...]:
        """The elements around it from the outside: (tag, classes)."""
        levels = (level for level in self.within.split("/") if level)
        return tuple((level.split(".", 1) if "." in level else ("div", level)) for level in levels)  # type: ignore[misc]  # two each


@dataclass(slots=True)
class Marks:
    """Given to a template as `slot_mark`: hands out a mark for each slot, and keeps which slots there were."""

    page: Page
    sheet: str
    slots: list[Slot] = field(default_factory=list)

    def __call__(self, name: str, within: str, tag: str, look: str, arg: object, marks: str) -> str:
        frame = self.page.frame
        looks = " ".join(word for word in ("us" if frame.paper == "Letter" else "", "large" if frame.variant == "large" else "") if word)
        first, _, rest = within.partition("/")
        root = first.removeprefix("html.") if first.startswith("html.") else ""
        self.slots.append(Slot(name, rest if root else within, tag, look, str(arg), marks, looks, root, self.sheet))
        return plate.mark(len(self.slots) - 1)


@dataclass(frozen=True, slots=True)
class PagePlate:
    """A page made once for every school: its plate, its slots, and where a mark stands in each when it is laid out by itself."""

    plate: Plate
    slots: tuple[Slot, ...]
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A slot with a school's words in it as HTML, or with a mark, and the style sheet of its looks where they are its own."""

    slot: Slot
    html: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """What each slot says, laid out, and the casts that hold its fonts and pictures."""

    fillings: Mapping[Said, Filling]
    casts: tuple[Cast, ...]


def page_plate(page: Page, style: str, place: Place, **more: Any) -> PagePlate:
    """The plate of a neutral page; CannotRead with its problems, Unfit where a school's words stand outside its slots."""
    marks = Marks(page, style)
    text = html.render(page, f"{page.name}.html", slot_mark=marks, **more)
    body = text.partition("</head>")[2]
    if SCHOOL_MARK in body or CODE_MARK in body:
        raise Unfit("a school's words stand outside the slots")
    what = page.frame.kind.lower()
    made = pdf.made_plate(text, style, place, what)
    slots = tuple(marks.slots)
    marked = [Said(slot, "x") for slot in slots]
    where = {one: filling for _, each in _apart(marked, page.frame.language, place, what) for one, filling, _ in each}
    return PagePlate(made, slots, tuple((where[one].x, where[one].y) for one in marked))


def said(page: Page, slots: Sequence[Slot]) -> tuple[Said, ...]:
    """What a school's page says in each of these slots."""
    if isinstance(page, Deck):
        own = stage.owned(page)
        words = {name: Said(slots[0], html.macro("parts/slide.html", "own_words", thing), css) for name, (thing, css) in own.items()}
        return tuple(replace(words.get(slot.name, Said(slot, "")), slot=slot) for slot in slots)
    say = html.filler(page)
    return tuple(Said(slot, say(slot.name, slot.arg)) for slot in slots)


def imprint(made: PagePlate, page: Page, laid: Laid) -> bytes:
    """The finished file of a school: the plate with what its page says in each slot."""
    words = {SCHOOL_MARK: page.frame.imprint.school, CODE_MARK: page.frame.routes_code}
    each = [laid.fillings[one] for one in said(page, made.slots)]
    moved = ((each[hole.slot], hole, made.places[hole.slot]) for hole in made.plate.holes)
    placed = [Placed(filling, hole.x - x, hole.y - y) for filling, hole, (x, y) in moved]
    return plate.imprint(made.plate, placed, laid.casts, words)


# --- laying out ---------------------------------------------------------------------------------------------


Apart = tuple[Cast, tuple[tuple[Said, Filling, tuple[pdf.Run, ...]], ...]]


def _apart(some: Iterable[Said], language: str, place: Place, what: str) -> Iterator[Apart]:
    """Each of them laid out by WeasyPrint, what is alike once; CannotRead where one does not fit its slot."""
    order = sorted(set(some), key=lambda one: (one.slot.sheet, one.slot.root, repr(one)))
    for (sheet, root), group in groupby(order, key=lambda one: (one.slot.sheet, one.slot.root)):
        these = tuple(group)
        css = "\n".join(dict.fromkeys(one.css for one in these))
        text = html.filled("slots.html", slots=these, root=root, language=language, css=css)
        cast, runs = pdf.cast(text, sheet, [len(one.slot.around) + 1 for one in these], place, what)
        yield cast, tuple(zip(these, cast.fillings, runs, strict=True))


def lay(some: Iterable[Said], language: str, place: Place, what: str) -> Laid:
    """What a school says in its slots, laid out: set into moulds where its words take one line each, else by WeasyPrint.

    CannotRead where something does not fit its slot.
    """
    wanted = sorted(set(some), key=repr)
    case = moulds.Case()
    taken = [(one, moulds.taken_apart(one.html)) for one in wanted]
    _cast_moulds(((one, parts) for one, parts in taken), language, place, what)
    fillings: dict[Said, Filling] = {}
    casts: list[Cast] = []
    for one, parts in taken:
        mould = MOULDS.get((one.slot, parts.tags, language))
        filling = mould and mould.filled(parts, case)
        if filling:
            fillings[one] = filling
    for cast, each in _apart((one for one in wanted if one not in fillings), language, place, what):
        casts.append(cast)
        fillings |= {one: filling for one, filling, _ in each}
    used = {id(mould.cast): mould.cast for one, parts in taken if (mould := MOULDS.get((one.slot, parts.tags, language)))}
    return Laid(fillings, (case.cast(), *casts, *used.values()))


MOULDS: dict[tuple[Slot, tuple[str, ...], str], "moulds.Mould | None"] = {}


def _cast_moulds(taken: Iterable[tuple[Said, "moulds.Parts"]], language: str, place: Place, what: str) -> None:
    """Make the moulds that are missing: each slot once with a letter for every text in it."""
    missing = {}
    for one, parts in taken:
        key = one.slot, parts.tags, language
        if key not in MOULDS and parts.shared:
            missing[Said(one.slot, parts.with_letters, one.css)] = key, parts
    for cast, each in _apart(missing, language, place, what):
        for one, filling, runs in each:
            key, parts = missing[one]
            MOULDS[key] = moulds.mould(parts, filling, runs, cast)
