"""What stands in the slots of a page: which slots a template has, and what one school says in them, laid out by itself.

A slot is laid out with the same template, style sheet and fonts as its page, within empty elements that stand for what is around it.
Where it stands on its page is known from its mark; so a school's words are laid out once, whatever they are printed on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from signpost.model import CODE_MARK, SCHOOL_MARK, Page
from signpost.problem import Place
from signpost.render import html, pdf, plate
from signpost.render.plate import Cast, Placed, Plate, Unfit


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

    @property
    def around(self) -> tuple[tuple[str, str], ...]:
        """The elements around it from the outside: (tag, classes)."""
        levels = (level for level in self.within.split("/") if level)
        return tuple((level.split(".", 1) if "." in level else ("div", level)) for level in levels)  # type: ignore[misc]  # two each


@dataclass(slots=True)
class Marks:
    """Given to a template as `hole`: hands out a mark for each slot, and keeps which slots there were."""

    page: Page
    slots: list[Slot] = field(default_factory=list)

    def __call__(self, name: str, within: str, tag: str, look: str, arg: object, marks: str) -> str:
        frame = self.page.frame
        looks = " ".join(word for word in ("us" if frame.paper == "Letter" else "", "large" if frame.variant == "large" else "") if word)
        first, _, rest = within.partition("/")
        root = first.removeprefix("html.") if first.startswith("html.") else ""
        self.slots.append(Slot(name, rest if root else within, tag, look, str(arg), marks, looks, root))
        return plate.mark(len(self.slots) - 1)


@dataclass(frozen=True, slots=True)
class PagePlate:
    """A page made once for every school: its plate, its slots, and where a mark stands in each when it is laid out by itself."""

    plate: Plate
    slots: tuple[Slot, ...]
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A slot with a school's words in it as HTML, or with a mark."""

    slot: Slot
    html: str
    colour: str = ""


Laid = Mapping[Said, tuple[Cast, int]]


def page_plate(page: Page, style: str, place: Place, **more: Any) -> PagePlate:
    """The plate of a neutral page; CannotRead with its problems, Unfit where a school's words stand outside its slots."""
    marks = Marks(page)
    text = html.render(page, f"{page.name}.html", hole=marks, **more)
    body = text.partition("</head>")[2]
    if SCHOOL_MARK in body or CODE_MARK in body:
        raise Unfit("a school's words stand outside the slots")
    what = page.frame.kind.lower()
    made = pdf.made_plate(text, style, place, what)
    slots = tuple(marks.slots)
    marked = [Said(slot, "x", plate.mark(0)) for slot in slots]
    where = lay(marked, page.frame.language, place, what)
    found = (where[one][0].fillings[where[one][1]] for one in marked)
    return PagePlate(made, slots, tuple((one.x, one.y) for one in found))


def said(page: Page, slots: Iterable[Slot]) -> tuple[Said, ...]:
    """What a school's page says in each of these slots."""
    say = html.filler(page)
    return tuple(Said(slot, say(slot.name, slot.arg)) for slot in slots)


def lay(some: Iterable[Said], language: str, place: Place, what: str) -> Laid:
    """Each of them laid out, what is alike once; CannotRead where one does not fit its slot."""
    made: dict[Said, tuple[Cast, int]] = {}
    for root, group in groupby(sorted(set(some), key=lambda one: (one.slot.root, repr(one))), key=lambda one: one.slot.root):
        these = tuple(group)
        text = html.filled("slots.html", slots=these, root=root, language=language, css="")
        cast = pdf.cast(text, "paper", [len(one.slot.around) + 1 for one in these], place, what)
        made |= {one: (cast, at) for at, one in enumerate(these)}
    return made


def imprint(made: PagePlate, page: Page, laid: Laid) -> bytes:
    """The finished file of a school: the plate with what its page says in each slot."""
    words = {SCHOOL_MARK: page.frame.imprint.school, CODE_MARK: page.frame.routes_code}
    fillings = []
    each = said(page, made.slots)
    for hole in made.plate.holes:
        cast, at = laid[each[hole.slot]]
        x, y = made.places[hole.slot]
        fillings.append(Placed(cast.fillings[at], cast, hole.x - x, hole.y - y))
    return plate.imprint(made.plate, fillings, words)
