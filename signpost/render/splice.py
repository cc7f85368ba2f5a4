"""A PDF that is made once with a mark in each slot, and each school's filling added to it: a plate and its imprints.

A plate is a whole PDF as WeasyPrint wrote it, with room kept: the content of a page is cut where a slot's mark stood, and a stream,
structure elements and numbers of marked content are set aside there. An imprint is the plate's bytes, unchanged, and behind them what
PDF calls an incremental update: the streams and elements of this school's slots, its letters as small fonts, and what the file says of
itself. So text, tags, reading order and pictures are those of the page as if it had been made whole, and nothing of the plate is read,
let alone laid out, again.

Only what `pydyf` documents is asked of it: the list of objects, dictionaries, arrays, strings and the operators of a stream.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

import pydyf

# A slot's mark is one letter in a colour that nothing else has: red 1, then the number of the slot.
MARK = re.compile(rb"0\.003922 (\d(?:\.\d+)?) (\d(?:\.\d+)?) rg$")
REFERENCE = re.compile(rb"(?<![\d.])(\d+) 0 R\b")
SPARE = 24  # pieces of marked content that one slot may have: a letterhead of six lines needs twelve
NAMED = (b" Tf", b" Do", b" sh", b" scn", b" SCN")  # operators that name something of the page's resources


class Unfit(Exception):
    """This page cannot be a plate, or this filling has no room in it: the page is made whole instead."""


def mark(number: int) -> str:
    """The colour of the mark in the slot of this number."""
    return f"#01{number >> 8:02x}{number & 255:02x}"


@dataclass(frozen=True, slots=True)
class Hole:
    """Where a filling goes: the number of its slot, what was set aside for it, and where the mark stood (CSS pixels from the top left)."""

    slot: int
    stream: int
    element: int
    about: bytes
    page: bytes
    first: int
    spare: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Plate:
    """A finished PDF with empty slots, and what an imprint has to know of it.

    `resources` and `fonts` are (number, entries); `info` what the file says of itself, `xmp` the same in XML with its number.
    """

    content: bytes
    pages: int
    holes: tuple[Hole, ...]
    resources: tuple[int, tuple[tuple[str, bytes], ...]]
    fonts: tuple[int, bytes]
    info: tuple[tuple[str, str], ...]
    xmp: tuple[int, bytes]
    size: int
    before: int
    root: int
    about: int


@dataclass(frozen=True, slots=True)
class Element:
    """A structure element of a filling: its kind and attributes; its kids are elements or numbers of marked content."""

    about: bytes
    kids: tuple["Element | int", ...]
    box: tuple[float, ...] = ()


Use = tuple[str, str]  # the kind and the name of a resource
# Operators, or what each imprint puts between them: a number of marked content, a place, the begin or end of a drawing.
Piece = bytes | int | tuple[float, float] | str


@dataclass(frozen=True, slots=True)
class Filling:
    """What a school says in one slot: its operators, its elements, what it uses.

    `x` and `y` are where the first letter stands, for comparing with a mark.
    """

    pieces: tuple[Piece, ...]
    elements: tuple[Element, ...]
    uses: frozenset[Use]
    x: float = 0.0
    y: float = 0.0


# An object as bytes around the places of others in the same cast.
Body = tuple[bytes | int, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """Fillings that were laid out together, and the objects of their fonts and pictures; `needs` are those of each use, itself first."""

    fillings: tuple[Filling, ...]
    objects: tuple[Body, ...]
    needs: Mapping[Use, tuple[int, ...]]


# --- making a plate -----------------------------------------------------------------------------------------


def perforate(pdf: Any) -> tuple[tuple[Hole, ...], dict[str, Any]]:
    """Cut every mark out of the pages of a PDF that is about to be written; its holes, and what imprints need besides."""
    known = {one.reference: one for one in pdf.objects}
    tree = known[known[pdf.catalog["StructTreeRoot"]]["ParentTree"]]["Nums"]
    parents = dict(zip(tree[::2], tree[1::2], strict=True))
    holes: list[Hole] = []
    for reference in pdf.page_references:
        page = known[reference]
        holes.extend(_cut(pdf, page, reference, parents[page["StructParents"]], known))
    resources = known[known[pdf.page_references[0]]["Resources"]]
    fonts = known[resources["Font"]]
    xmp = known[pdf.catalog["Metadata"]]
    kept = {
        "resources": (resources.number, tuple((key, _bytes(value)) for key, value in resources.items())),
        "fonts": (fonts.number, fonts.data[2:-2]),
        "info": tuple((key, value.string) for key, value in pdf.info.items()),
        "xmp": (xmp.number, b"".join(map(_bytes, xmp.stream))),
        "pages": len(pdf.page_references),
    }
    return tuple(holes), kept


def _cut(pdf: Any, page: Any, reference: bytes, parents: Any, known: Mapping[bytes, Any]) -> Iterator[Hole]:
    stream = known[page["Contents"]]
    ops = stream.stream
    marks = [(at, found) for at, op in enumerate(ops) if isinstance(op, bytes) and (found := MARK.match(op))]
    if not marks:
        return
    contents: list[bytes] = []
    begin = 0
    for at, found in marks:
        start = next(back for back in range(at, -1, -1) if ops[back] == b"BDC") - 2
        end = next(on for on in range(at, len(ops)) if ops[on] == b"EMC") + 1
        number = ops[start + 1]["MCID"]
        kid = known[parents[number]]
        element = known[kid["P"]]
        if list(element["K"]) != [kid.reference]:
            raise Unfit("a slot holds more than its mark")
        element["K"].clear()
        parents[number] = b"null"  # nothing on the page has this number any more
        x, y = next(map(float, op.split()[4:6]) for op in ops[start:end] if isinstance(op, bytes) and op.endswith(b" Tm"))
        states = [op for op in ops[start:end] if isinstance(op, bytes) and op.endswith(b" gs")]
        before, slot = pydyf.Stream([*ops[begin:start], *states], compress=True), pydyf.Stream([b""])
        for one in (before, slot):
            pdf.add_object(one)
            contents.append(one.reference)
        first = len(parents)
        spare = [pydyf.Dictionary({"Type": "/StructElem", "S": "/Span", "P": element.reference, "Pg": reference}) for _ in range(SPARE)]
        for one in spare:
            pdf.add_object(one)
            parents.append(one.reference)
        green, blue = (round(float(part) * 255) for part in found.groups())
        about = b"".join(b"/" + _bytes(key) + b" " + _bytes(value) for key, value in element.items() if key != "K")
        yield Hole(green * 256 + blue, slot.number, element.number, about, reference, first, spare[0].number, x, y)
        begin = end
    stream.stream = ops[begin:]
    page["Contents"] = b"[" + b" ".join([*contents, stream.reference]) + b"]"


def plate(content: bytes, holes: tuple[Hole, ...], kept: dict[str, Any]) -> Plate:
    """The plate of a PDF whose marks were cut out before it was written."""
    before = int(content[content.rindex(b"startxref") :].split()[1])
    head = content[before : content.index(b"stream", before)]
    size, root, about = (int(_found(rb"/%s (\d+)" % key, head)) for key in (b"Size", b"Root", b"Info"))
    return Plate(content=content, holes=holes, size=size, before=before, root=root, about=about, **kept)


def _found(pattern: bytes, text: bytes) -> bytes:
    match = re.search(pattern, text)
    if match is None:
        raise Unfit("the file has another form than plates are made of")
    return match[1]


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    data = getattr(value, "data", None)
    return data if isinstance(data, bytes) else _number(value) if isinstance(value, float) else str(value).encode("ascii")


def _number(value: float) -> bytes:
    return (f"{value:.6f}".rstrip("0").rstrip(".") or "0").encode()


# --- taking fillings out of the PDF in which they were laid out ----------------------------------------------


def castings(pdf: Any, depths: Sequence[int]) -> Cast:
    """The filling on each page of a PDF that is about to be written; `depths` say how many elements are around each slot."""
    known = {one.reference: one for one in pdf.objects}
    tops = known[known[pdf.catalog["StructTreeRoot"]]["K"][0]]["K"]
    if len(tops) != len(depths) or len(pdf.page_references) != len(depths):
        raise Unfit("a filling takes more than its page")
    pages = [known[reference] for reference in pdf.page_references]
    pool = _Pool(known, known[pages[0]["Resources"]])
    found = []
    for page, top, depth in zip(pages, tops, depths, strict=True):
        slot = known[top]
        for _ in range(depth):
            slot = known[slot["K"][0]]
        found.append(_filling(known[page["Contents"]].stream, slot, pool))
    return Cast(tuple(found), tuple(pool.bodies), pool.needs)


def _filling(ops: list[Any], slot: Any, pool: "_Pool") -> Filling:
    inside = ops[next(at for at, op in enumerate(ops) if op == b"0.75 0 0 0.75 0 0 cm") + 1 : -1]
    pieces: list[Piece] = []
    uses: set[Use] = set()
    marked: dict[int, int] = {}
    text: tuple[float, float] | None = None
    drawn = inmost = 0  # how deep in marked content, and where a drawing of its own began
    for at, op in enumerate(inside):
        if isinstance(op, dict):
            marked[op["MCID"]] = len(marked)
            pieces += [b"<</MCID ", marked[op["MCID"]], b">>\n"]
            continue
        said = _bytes(op)
        if said in (b"BMC", b"BDC"):
            drawn += 1
            inmost = drawn if b"BT" not in inside[at + 1 : at + 4] else 0
            pieces += [said + b"\n", *(["in"] if inmost else [])]
        elif said == b"EMC":
            pieces += [*(["out"] if inmost == drawn else []), b"EMC\n"]
            drawn, inmost = drawn - 1, 0
        elif not inmost and said.endswith((b" Tm", b" re")):
            numbers = said.split()
            first = 4 if said.endswith(b" Tm") else 0
            place = (float(numbers[first]), float(numbers[first + 1]))
            text = text or (place if first else None)
            pieces += [b" ".join([*numbers[:first], b""]), place, b" " + b" ".join(numbers[first + 2 :]) + b"\n"]
        else:
            if said.endswith(NAMED) and b"/" in said:
                said, use = pool.renamed(said)
                uses.add(use)
            pieces.append(said + b"\n")
    elements = tuple(_element(pool.known[kid] if isinstance(kid, bytes) else kid, marked, pool.known) for kid in slot["K"])
    if len(marked) > SPARE or not all(isinstance(one, Element) for one in elements):
        raise Unfit("a filling has more pieces than a slot has room for")
    return Filling(joined(pieces), tuple(one for one in elements if isinstance(one, Element)), frozenset(uses), *(text or (0.0, 0.0)))


def widen_gradients(pdf: Any) -> None:
    """Let every gradient reach over all of its shape, and stand there once.

    WeasyPrint writes it as a tile as large as the shape: a turned one leaves corners to its copies, which Poppler lays over one another.
    """
    streams = [one for one in pdf.objects if isinstance(one, pydyf.Stream) and "BBox" in one.extra]
    # What is repeated on purpose is marked as decoration.
    tiles = [one.extra for one in streams if one.extra.get("PatternType") == 1 and b"BMC" not in one.stream]
    boxes = {tuple(tile["BBox"]) for tile in tiles}
    for tile in tiles:
        tile["XStep"], tile["YStep"] = 4 * tile["XStep"], 4 * tile["YStep"]
    for one in streams:
        if (box := tuple(one.extra["BBox"])) in boxes:  # the tile, and the groups in it
            left, top, right, bottom = box
            across, down = right - left, bottom - top
            one.extra["BBox"] = pydyf.Array([left - across, top - down, right + across, bottom + down])


def form(pdf: Any, across: float, down: float) -> Cast:
    """The only picture of a PDF that is about to be written, in CSS pixels from the top left of its page, as a drawing for other pages.

    It keeps the coordinates of its page, since gradients do not move with what they fill.
    """
    known = {one.reference: one for one in pdf.objects}
    page = known[pdf.page_references[0]]
    ops = known[page["Contents"]].stream
    base = ops.index(b"0.75 0 0 0.75 0 0 cm") + 1
    start = next(at for at, op in enumerate(ops) if op in (b"BDC", b"BMC")) + 1
    end = next(at for at in range(len(ops) - 1, start, -1) if ops[at] == b"EMC")
    most = 3 * max(across, down)  # nothing is cut here: a shape may reach out of its view box as far as its slot
    about = {
        "Type": "/XObject",
        "Subtype": "/Form",
        "BBox": pydyf.Array([-most, -most, most, most]),
        "Matrix": pydyf.Array([4 / 3, 0, 0, -4 / 3, 0, page["MediaBox"][3] * 4 / 3]),
        "Resources": pydyf.Dictionary(known[page["Resources"]]),
    }
    drawing = pydyf.Stream([*ops[:base], *ops[start:end], b"Q"], about, compress=True)
    pdf.add_object(drawing)
    pool = _Pool(known | {drawing.reference: drawing}, about["Resources"])
    pool.take("XObject", drawing.reference)
    return Cast((), tuple(pool.bodies), pool.needs)


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Bytes in a row are one piece."""
    whole: list[Piece] = []
    for same, some in groupby(pieces, key=lambda piece: isinstance(piece, bytes)):
        run = list(some)
        whole.extend([b"".join(piece for piece in run if isinstance(piece, bytes))] if same else run)
    return tuple(whole)


def _kind(op: bytes) -> str:
    return {b"Tf": "Font", b"Do": "XObject", b"sh": "Shading"}.get(op.split()[-1], "Pattern")


def _element(one: Any, marked: Mapping[int, int], known: Mapping[bytes, Any]) -> "Element | int":
    if isinstance(one, int):
        return marked[one]
    about = b"".join(b"/" + _bytes(key) + b" " + _bytes(value) for key, value in one.items() if key not in ("K", "P", "Pg", "A"))
    box = tuple(float(_bytes(edge)) for edge in one["A"]["BBox"]) if "A" in one else ()
    return Element(about, tuple(_element(known[kid] if isinstance(kid, bytes) else kid, marked, known) for kid in one["K"]), box)


class _Pool:
    """Objects of a PDF that is thrown away, each kept once; a resource is named after what it is, so that casts can stand side by side."""

    def __init__(self, known: Mapping[bytes, Any], resources: Any) -> None:
        self.known = known
        self.resources = resources
        self.places: dict[bytes, int] = {}
        self.bodies: list[Body] = []
        self.needs: dict[Use, tuple[int, ...]] = {}
        self.names: dict[tuple[str, bytes], str] = {}

    def renamed(self, op: bytes) -> tuple[bytes, Use]:
        """An operator with the new name of the resource that it names, and that resource."""
        kind, old = _kind(op), _found(rb"/(\S+)", op)
        if (kind, old) not in self.names:
            named = self.known[self.resources["Font"]] if kind == "Font" else self.resources[kind]
            self.names[kind, old] = self.take(kind, named[old.decode()])
        name = self.names[kind, old]
        return op.replace(b"/" + old, b"/" + name.encode(), 1), (kind, name)

    def take(self, kind: str, reference: bytes) -> str:
        """The name of a resource that is now in the pool, with all that it needs."""
        needed = [self._place(reference)]
        for at in needed:
            needed.extend(inner for inner in self.bodies[at] if isinstance(inner, int) and inner not in needed)
        place = {at: nth for nth, at in enumerate(needed)}
        whole = b"".join(b"%d" % place[piece] if isinstance(piece, int) else piece for at in needed for piece in self.bodies[at])
        name = f"o{hashlib.blake2b(whole, digest_size=6).hexdigest()}"
        self.needs[kind, name] = tuple(needed)
        return name

    def _place(self, reference: bytes) -> int:
        if reference not in self.places:
            at = self.places[reference] = len(self.bodies)
            self.bodies.append(())
            head, stream, rest = self.known[reference].data.partition(b"\nstream\n")
            if b" Tf" not in rest and b"/Subtype /Form" in head:
                head = re.sub(rb"/Font \d+ 0 R", b"", head)  # a drawing without letters needs no fonts
            pieces = REFERENCE.split(head)
            pieces[-1] += stream + rest
            self.bodies[at] = tuple(self._place(piece + b" 0 R") if nth % 2 else _own_name(piece) for nth, piece in enumerate(pieces))
        return self.places[reference]


def _own_name(piece: bytes) -> bytes:
    """Two subsets of one font in a file have different names."""
    return re.sub(rb"(/(?:BaseFont|FontName) /)[A-Z]([A-Z]{5}\+)", rb"\1O\2", piece)


# --- the imprint --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Placed:
    """A filling for a slot of a plate, and how far it moves from where it was laid out."""

    filling: Filling
    dx: float
    dy: float


def imprint(plate: Plate, fillings: Sequence[Placed], casts: Sequence[Cast], words: Mapping[str, str]) -> bytes:
    """The plate with a filling in each hole, in the order of its holes.

    `casts` have the fonts and pictures that the fillings use; `words` are a school's for their marks in what the file says of itself.
    """
    update = _Update(plate)
    names = update.share({use for placed in fillings for use in placed.filling.uses}, casts)
    for hole, placed in zip(plate.holes, fillings, strict=True):
        update.fill(hole, placed)
    update.resources(names)
    update.put(plate.about, b"<<" + b"".join(b"/" + key.encode() + b" " + string(_said(text, words)) for key, text in plate.info) + b">>")
    number, xml = plate.xmp
    text = _said(xml.decode(), {name: escape(word) for name, word in words.items()})
    update.put(number, _stream(b"/Type /Metadata/Subtype /XML", text.encode()))
    return plate.content + update.written()


def _said(text: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(name, word)
    return text


def string(text: str) -> bytes:
    """A text as PDF writes it."""
    try:
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", text.encode("ascii")) + b")"
    except UnicodeEncodeError:
        return b"<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode() + b">"


def _stream(about: bytes, content: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (about, len(content), content)


class _Update:
    """What is written behind a plate: objects by number, then where each of them stands."""

    def __init__(self, plate: Plate) -> None:
        self.plate = plate
        self.next = plate.size
        self.objects: list[tuple[int, bytes]] = []

    def put(self, number: int, body: bytes) -> None:
        self.objects.append((number, body))

    def share(self, uses: set[Use], casts: Sequence[Cast]) -> list[tuple[Use, int]]:
        """Write each font and picture once; under which names they are found."""
        names: dict[Use, int] = {}
        for cast in casts:
            here = sorted(uses & cast.needs.keys() - names.keys())
            needed = sorted({at for use in here for at in cast.needs[use]})
            numbers = {at: self.next + nth for nth, at in enumerate(needed)}
            self.next += len(needed)
            for at, number in numbers.items():
                self.put(number, b"".join(b"%d 0 R" % numbers[piece] if isinstance(piece, int) else piece for piece in cast.objects[at]))
            names |= {use: numbers[cast.needs[use][0]] for use in here}
        if uses - names.keys():
            raise Unfit("a filling uses what no cast has")
        return sorted(names.items())

    def fill(self, hole: Hole, placed: Placed) -> None:
        filling, dx, dy = placed.filling, placed.dx, placed.dy
        parts = [b"q\n"]
        for piece in filling.pieces:
            if isinstance(piece, bytes):
                parts.append(piece)
            elif isinstance(piece, int):
                parts.append(b"%d" % (hole.first + piece))
            elif isinstance(piece, str):
                parts.append(b"q 1 0 0 1 %s %s cm\n" % (_number(dx), _number(dy)) if piece == "in" else b"Q\n")
            else:
                parts.append(b"%s %s" % (_number(piece[0] + dx), _number(piece[1] + dy)))
        self.put(hole.stream, _stream(b"", b"".join([*parts, b"Q"])))
        kids = [self._element(one, b"%d 0 R" % hole.element, hole, placed) for one in filling.elements]
        self.put(hole.element, b"<<" + hole.about + b"/K [" + b" ".join(kids) + b"]>>")

    def _element(self, one: Element, parent: bytes, hole: Hole, placed: Placed) -> bytes:
        own = next((kid for kid in one.kids if isinstance(kid, int)), None)
        if own is None:
            number = self.next
            self.next += 1
        else:
            number = hole.spare + own
        reference = b"%d 0 R" % number
        kids = [b"%d" % (hole.first + kid) if isinstance(kid, int) else self._element(kid, reference, hole, placed) for kid in one.kids]
        where = b""
        if one.box:
            moved = (edge + by for edge, by in zip(one.box, (placed.dx, placed.dy) * 2, strict=True))
            where = b"/A <</O /Layout/BBox [" + b" ".join(map(_number, moved)) + b"]>>"
        self.put(number, b"<<" + one.about + where + b"/P " + parent + b"/Pg " + hole.page + b"/K [" + b" ".join(kids) + b"]>>")
        return reference

    def resources(self, names: list[tuple[Use, int]]) -> None:
        fonts = b"".join(b"/%s %d 0 R" % (name.encode(), number) for (kind, name), number in names if kind == "Font")
        number, known = self.plate.fonts
        self.put(number, b"<<" + known + fonts + b">>")
        others = [(kind, name, number) for (kind, name), number in names if kind != "Font"]
        if others:
            number, entries = self.plate.resources
            more = {kind: b"".join(b"/%s %d 0 R" % (name.encode(), at) for of, name, at in others if of == kind) for kind, _, _ in others}
            body = b"".join(
                b"/" + key.encode() + b" " + (value[:-2] + more[key] + b">>" if key in more else value) for key, value in entries
            )
            self.put(number, b"<<" + body + b">>")

    def written(self) -> bytes:
        own = self.next
        out: list[bytes] = [b"\n"]
        at = len(self.plate.content) + 1
        places: list[tuple[int, int]] = []
        for number, body in sorted(self.objects):
            whole = b"%d 0 obj\n%s\nendobj\n" % (number, body)
            places.append((number, at))
            out.append(whole)
            at += len(whole)
        places.append((own, at))
        table = zlib.compress(b"".join(struct.pack(">BIH", 1, place, 0) for _, place in places), 6)
        about = b"/Type /XRef/Size %d/Index [%s]/W [1 4 2]/Root %d 0 R/Info %d 0 R/Prev %d/Filter /FlateDecode" % (
            own + 1,
            b" ".join(b"%d %d" % run for run in _runs([number for number, _ in places])),
            self.plate.root,
            self.plate.about,
            self.plate.before,
        )
        out.append(b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (own, _stream(about, table), at))
        return b"".join(out)


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Numbers in a row, as (first, how many)."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last - first + 1
            first = number
        last = number
    yield first, last - first + 1
