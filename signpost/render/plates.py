"""One more school in milliseconds: a file is made once as a plate, and each school's own words are printed into it.

A plate follows from a page without its imprint and the code of its help routes, whichever school's page it was made from. What comes
out is what `press` makes of the school's page, byte for byte: the makers themselves work through plates.
"""

import marshal
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from typing import Any

from signpost.model import Deck, Letter, Page
from signpost.render import deck, docx, pptx, slots, splice
from signpost.render.package import Member
from signpost.render.splice import Hole

Plate = pptx.Plate | docx.Plate | deck.Plate | slots.PagePlate
FORMAT = 2  # of `marshal`: the last in which the same values give the same bytes
SUM = 16  # bytes of the digest that a kept plate begins with


class Damaged(Exception):
    """These bytes are not as they were kept."""


def plate(suffix: str, page: Page) -> Plate | None:
    """What a file of this kind is for every school, from any school's page; None where a file is made whole."""
    match suffix, page:
        case ".pptx", Deck():
            return pptx.plate(page)
        case ".html", Deck():
            return deck.plate(page)
        case ".docx", Letter():
            return docx.plate(page)
    return None


def imprint(made: Plate, page: Page) -> bytes:
    """The file of the school whose page it is; LookupError where the plate is not of such a page."""
    match made, page:
        case slots.PagePlate(), Page():
            return slots.imprint(made, page)
        case pptx.Plate(), Deck():
            return pptx.imprint(made, page)
        case deck.Plate(), Deck():
            return deck.imprint(made, page)
        case docx.Plate(), Letter():
            return docx.imprint(made, page)
    raise LookupError(f"a plate of another kind of page than {type(page).__name__}")


def kept(made: Plate) -> bytes:
    """The plate as bytes for a folder; the same plate gives the same bytes, and other tools (`press.tools`) give another plate."""
    parts = marshal.dumps((type(made).__module__.rpartition(".")[2], _plain(made)), FORMAT)
    return _sum(parts) + parts


def opened(content: bytes) -> Plate:
    """The plate that was kept; Damaged where a byte is another, before anything is read: `marshal` would end the process."""
    if not whole(content):
        raise Damaged
    kind, parts = marshal.loads(memoryview(content)[SUM:])
    if kind == "deck":
        return deck.Plate(*parts)
    if kind == "slots":
        (pdf, declared, places) = parts
        holes = tuple(Hole(*hole) for hole in pdf[2])
        return slots.PagePlate(splice.Plate(pdf[0], pdf[1], holes, *pdf[3:]), tuple(slots.Slot(*slot) for slot in declared), places)
    members = tuple(Member(*one) for one in parts[0])
    return pptx.Plate(members) if kind == "pptx" else docx.Plate(members, *parts[1:])


def whole(content: bytes) -> bool:
    """The bytes of a kept plate are as they were written."""
    return content[:SUM] == _sum(memoryview(content)[SUM:])


def _sum(parts: bytes | memoryview) -> bytes:
    return blake2b(parts, digest_size=SUM).digest()


def _plain(value: Any) -> Any:
    """Records as tuples of their fields, however deep."""
    if is_dataclass(value):
        return tuple(_plain(getattr(value, field.name)) for field in fields(value))
    return tuple(_plain(one) for one in value) if isinstance(value, tuple) else value
