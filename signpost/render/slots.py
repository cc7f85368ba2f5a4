"""What stands in the slots of a page: which slots a template has, and what one school says in them, laid out by itself.

A slot is laid out with the same template, style sheet and fonts as its page, within empty elements that stand for what is around it.
Where it stands on its page is known from its mark; so a school's words are laid out once, whatever they are printed on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from signpost.model import CODE_MARK, NOWHERE, SCHOOL_MARK, Deck, Imprint, Page, plain
from signpost.problem import CannotRead, Place
from signpost.render import html, moulds, pdf, splice, stage
from signpost.render.splice import Placed, Plate, Unfit


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
        """The colour of the mark of the next slot."""
        frame = self.page.frame
        looks = " ".join(word for word in ("us" if frame.paper == "Letter" else "", "large" if frame.variant == "large" else "") if word)
        first, _, rest = within.partition("/")
        root = first.removeprefix("html.") if first.startswith("html.") else ""
        texts = (name, rest if root else within, tag, look, str(arg), marks, looks, root, self.sheet)
        self.slots.append(Slot(*map(str, texts)))  # a template's strings are marked as HTML, and these are not
        return splice.mark(len(self.slots) - 1)


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


def page_plate(page: Page, style: str, place: Place, **more: Any) -> PagePlate:
    """The plate of a neutral page; CannotRead with its problems, Unfit where a school's words stand outside its slots."""
    marks = Marks(page, style)
    text = html.render(page, f"{page.name}.html", slot_mark=marks, **more)
    body = text.partition("</head>")[2]
    if SCHOOL_MARK in body or CODE_MARK in body:
        raise Unfit("a school's words stand outside the slots")
    made = pdf.made_plate(text, style, place, page.frame.kind.lower())
    return PagePlate(made, tuple(marks.slots), tuple(_place(slot, page.frame.language) for slot in marks.slots))


def imprint(made: PagePlate, page: Page) -> bytes:
    """The file of the school whose page it is; CannotRead where something does not fit its slot. It follows from plate and page alone."""
    words = {SCHOOL_MARK: page.frame.imprint.school, CODE_MARK: page.frame.routes_code}
    what = f"{page.frame.kind.lower()} of {page.frame.imprint.school}"  # a fleet has many schools, and one of them must change a name
    each = [laid(one, page.frame.language, page.place, what) for one in said(page, made.slots)]
    moved = ((each[hole.slot].filling, hole, made.places[hole.slot]) for hole in made.plate.holes)
    placed = [Placed(filling, hole.x - x, hole.y - y) for filling, hole, (x, y) in moved]
    casts = {id(cast): cast for one in each for cast in one.casts}
    return splice.imprint(made.plate, placed, (moulds.fonts(each, letters(page)), *casts.values()), words)


def said(page: Page, slots: Sequence[Slot]) -> tuple[Said, ...]:
    """What a school's page says in each of these slots."""
    if isinstance(page, Deck):
        own = stage.owned(page)
        words = {name: Said(slots[0], html.macro("parts/slide.html", "own_words", thing), css) for name, (thing, css) in own.items()}
        return tuple(replace(words.get(slot.name, Said(slot, "")), slot=slot) for slot in slots)
    say = html.filler(page)
    return tuple(Said(slot, say(slot.name, slot.arg)) for slot in slots)


def letters(page: Page) -> frozenset[str]:
    """Every letter that this school may say in a slot of a page for these readers."""
    return _letters(page.frame.imprint, page.frame.routes_code)


@lru_cache(maxsize=64)
def _letters(own: Imprint, code: str) -> frozenset[str]:
    return frozenset(" ·,:" + code + "".join(_words(plain(own))))


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value if len(value) < 400 else ""  # a logo is no text
    elif isinstance(value, dict):
        yield from (word for inner in value.values() for word in _words(inner))
    elif isinstance(value, list | tuple):
        yield from (word for inner in value for word in _words(inner))


# --- laying out ---------------------------------------------------------------------------------------------


def laid(one: Said, language: str, place: Place, what: str) -> moulds.Set:
    """What a school says in a slot, laid out: set into its mould where its words take one line each, else by WeasyPrint.

    CannotRead where it does not fit its slot.
    """
    try:
        return _laid(one, language)
    except CannotRead:
        return _by_itself(one, language, place, what)[0]  # says the same of this page


@lru_cache(maxsize=512)  # some schools' words: a school comes once, and one has about sixty fillings in a library
def _laid(one: Said, language: str) -> moulds.Set:
    parts = moulds.taken_apart(one.html)
    mould = _mould(one.slot, parts.bare, one.css, language) if parts.shared else None
    return (mould.filled(parts) if mould else None) or _by_itself(one, language)[0]


@lru_cache(maxsize=4096)
def _mould(slot: Slot, parts: moulds.Parts, css: str, language: str) -> moulds.Mould | None:
    """The mould of a slot whose HTML has these tags; nothing where it cannot be one."""
    made, page = _by_itself(Said(slot, parts.html, css), language)
    return moulds.mould(parts, made.filling, page, *made.casts)


@lru_cache(maxsize=4096)
def _place(slot: Slot, language: str) -> tuple[float, float]:
    """Where the mark of a slot stands when it is laid out by itself."""
    filling = _by_itself(Said(slot, "x"), language)[0].filling
    return filling.x, filling.y


def _by_itself(one: Said, language: str, place: Place = NOWHERE, what: str = "slot") -> tuple[moulds.Set, pdf.Laid]:
    """A slot laid out by WeasyPrint on a page of its own, so that what comes out follows from it alone."""
    slot = one.slot
    text = html.filled("slots.html", slots=(one,), root=slot.root, language=language, css=one.css)
    cast, laid = pdf.cast(text, slot.sheet, [len(slot.around) + 1], place, what)
    return moulds.Set(cast.fillings[0], (cast,)), laid[0]
