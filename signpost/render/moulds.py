"""Slots laid out once for all schools that fill them alike: where each line stands, so that other words can be set there.

WeasyPrint lays a slot out with one letter for each text. Another school's words are then set in the same lines (`render/typeset.py`)
where each still takes one line in one of our fonts; what does not is laid out by WeasyPrint as it is.
"""

import html as entities
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from signpost.render import draw, raster, typeset
from signpost.render.pdf import Drawing, Frame, Laid, Run
from signpost.render.splice import Cast, Element, Filling, Use, string

TAG = re.compile(r"(<[^>]*>)")
PICTURE = re.compile(r'(<img\b[^>]*? src=")([^"]+)(" alt=")([^"]+)(">)')
INK = re.compile(r"#[0-9a-fA-F]{6}")
SPACE = re.compile(r"[ \t\n\r\f]+")
LETTER = "x"
SAMPLE, BLANK_INK = "#fe01dc", "#fe02dc"
BLANK = "picture"
BLANK_PICTURE = draw.uri(f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><path d='M0 0h1v1' fill='{BLANK_INK}'/></svg>")
TOLD = b"/Alt " + string(BLANK)
SHOWN = re.compile(rb" Tm\n/(\S+) (\S+) Tf\n(\[[^\n]*\] TJ)\n")
FACES = {
    b"Lexend": ("Lexend", "400"),
    b"Lexend-Semi-Bold": ("Lexend", "600"),
    b"Atkinson-Hyperlegible": ("Atkinson Hyperlegible", "400"),
    b"Atkinson-Hyperlegible-Bold": ("Atkinson Hyperlegible", "700"),
}
CLOSE = 0.5  # pixels: so near to the end of its line, words are left to WeasyPrint


@dataclass(frozen=True, slots=True)
class Parts:
    """A slot's HTML as tags, its texts in order, its colour, and its pictures, each with what it shows.

    Among the tags a text is an empty string, a colour our sample, and a picture a blank one.
    """

    tags: tuple[str, ...]
    texts: tuple[str, ...]
    ink: str = ""
    pictures: tuple[tuple[str, str], ...] = ()

    @property
    def shared(self) -> bool:
        """Other schools may fill the slot alike: its tags hold no words or drawing of one school."""
        return not any(("src=" in tag or "alt=" in tag) and BLANK_PICTURE not in tag for tag in self.tags)

    @property
    def bare(self) -> "Parts":
        """What is the same for all schools that fill the slot alike."""
        return Parts(self.tags, tuple(_around(text) for text in self.texts))

    @property
    def html(self) -> str:
        """The HTML with its texts again."""
        texts = iter(self.texts)
        return "".join(tag or next(texts) for tag in self.tags)


def taken_apart(html: str) -> Parts:
    """HTML as tags and texts; white space alone belongs to the tags."""
    pieces = TAG.split(html)
    texts = tuple(piece for at, piece in enumerate(pieces) if at % 2 == 0 and piece.strip(" \n"))
    pictures = tuple((_address(found[2]), entities.unescape(found[4])) for piece in pieces if (found := PICTURE.fullmatch(piece)))
    pieces = [PICTURE.sub(rf"\g<1>{BLANK_PICTURE}\g<3>{BLANK}\g<5>", piece) for piece in pieces]
    tags = tuple("" if at % 2 == 0 and piece.strip(" \n") else INK.sub(SAMPLE, piece) for at, piece in enumerate(pieces) if piece)
    inks = {ink for at, piece in enumerate(pieces) if at % 2 and "src=" not in piece for ink in INK.findall(piece)}
    return Parts(tags, texts, inks.pop() if len(inks) == 1 else "", pictures)


def _address(written: str) -> str:
    """The address of a drawing as `draw.uri` makes it, however it was written into the HTML."""
    return entities.unescape(written).replace("%20", " ")


def _around(text: str) -> str:
    """A text without its words: what white space is around it."""
    return (" " if text[:1] in " \n" else "") + LETTER + (" " if text[-1:] in " \n" else "")


@dataclass(frozen=True, slots=True)
class Letter:
    """Where a text is set: its place among the pieces, its font and size, what follows it there, and the line in which it stands."""

    at: int
    x: float
    y: float
    family: str
    weight: str
    size: bytes
    rest: bytes
    before: str
    after: str
    run: Run

    def set(self, text: str) -> typeset.Line | None:
        """A text in this font and size."""
        return _line(self.family, self.weight, f"{self.before}{text}{self.after}", float(self.size), self.run.spacing)


@lru_cache(maxsize=2048)  # a school says the same in many slots
def _line(family: str, weight: str, text: str, size: float, spacing: float) -> typeset.Line | None:
    return typeset.face(family, weight).line(text, size, spacing)


Face = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Set:
    """A filling that was set, the casts that its drawings are in, and the glyphs that it uses of each of our fonts."""

    filling: Filling
    casts: tuple[Cast, ...]
    letters: tuple[tuple[Face, tuple[tuple[int, str], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Mould:
    """A slot's filling with one letter for each text and blank pictures, where these stand, and the cast that its drawings are in."""

    filling: Filling
    letters: tuple[Letter, ...]
    cast: Cast
    pictures: tuple[tuple[int, Frame], ...] = ()

    def filled(self, parts: Parts) -> "Set | None":
        """The filling with these texts; nothing where one needs another line, another font, or the other direction."""
        pairs: list[tuple[Letter, typeset.Line, float]] = []
        for letter, text in zip(self.letters, parts.texts, strict=True):
            line, before = letter.set(_plain(text)), letter.set(LETTER)
            if line is None or before is None:
                return None
            pairs.append((letter, line, line.width - before.width))
        grown: dict[int, float] = defaultdict(float)
        for letter, _, more in pairs:
            grown[letter.run.line] += more
        if any(grown[letter.run.line] > max(0.0, letter.run.room - CLOSE) or letter.run.side == "mixed" for letter in self.letters):
            return None
        pieces = list(self.filling.pieces)
        moved: dict[int, float] = defaultdict(float)
        used: dict[Face, dict[int, str]] = defaultdict(dict)
        for letter, line, more in pairs:
            at_line = letter.run.line
            back = {"left": 0.0, "right": grown[at_line], "center": grown[at_line] / 2}[letter.run.side]
            name = named(letter.family, letter.weight).encode()
            pieces[letter.at] = (letter.x + moved[at_line] - back, letter.y)
            pieces[letter.at + 1] = b" Tm\n/%s %s Tf\n%s\n" % (name, letter.size, line.shown) + letter.rest
            moved[at_line] += more
            used[letter.family, letter.weight].update(line.letters)
        if parts.ink:
            pieces = [piece.replace(_paint(SAMPLE), _paint(parts.ink)) if isinstance(piece, bytes) else piece for piece in pieces]
        drawings = [raster.drawing(address) for address, _ in parts.pictures]
        for (at, frame), drawing in zip(self.pictures, drawings, strict=True):
            pieces[at] = _fitted(drawing, frame)
        casts = (self.cast, *(drawing.form for drawing in drawings))
        uses = {use for use in self.filling.uses if use[0] != "Font"} | {("Font", named(*face)) for face in used}
        uses |= {use for drawing in drawings for use in drawing.form.needs}
        told = iter([what for _, what in parts.pictures])
        elements = tuple(_telling(one, told) for one in self.filling.elements) if parts.pictures else self.filling.elements
        filling = replace(self.filling, pieces=tuple(pieces), elements=elements, uses=frozenset(uses))
        return Set(filling, casts, tuple((face, tuple(glyphs.items())) for face, glyphs in used.items()))


def _fitted(drawing: Drawing, frame: Frame) -> bytes:
    """A drawing as large as its frame allows."""
    scale = min(frame.width / drawing.across, frame.height / drawing.down)
    x = frame.x + (frame.width - drawing.across * scale) * frame.left
    y = frame.y + (frame.height - drawing.down * scale) * frame.above
    (_, name) = next(iter(drawing.form.needs))
    return b"q\n%f 0 0 %f %f %f cm\n/%s Do\nQ\n" % (scale, scale, x, y, name.encode())


def _telling(one: Element, told: Iterator[str]) -> Element:
    """An element whose pictures say what they show."""
    about = one.about.replace(TOLD, b"/Alt " + string(next(told))) if TOLD in one.about else one.about
    return replace(one, about=about, kids=tuple(_telling(kid, told) if isinstance(kid, Element) else kid for kid in one.kids))


def _paint(colour: str) -> bytes:
    """A colour as a PDF sets it."""
    return b" ".join(f"{int(colour[at : at + 2], 16) / 255:f}".rstrip("0").rstrip(".").encode() for at in (1, 3, 5))


def _plain(text: str) -> str:
    """A text of HTML as it is set: white space in a row is one space."""
    return SPACE.sub(" ", entities.unescape(text)).strip(" ")


def mould(parts: Parts, filling: Filling, laid: Laid, cast: Cast) -> Mould | None:
    """The mould of a slot that was laid out with letters; nothing where a letter is not found, or has a font that is not ours."""
    runs = [run for run in laid.runs if run.text.strip(" ")]
    if len(runs) != len(parts.texts) or any(run.text.strip(" ") != LETTER for run in runs):
        return None
    letters = []
    for run in runs:
        found = next((one for one in _texts(filling) if abs(one[1] - run.x) < 0.01 and abs(one[2] - run.y) < 0.01), None)
        face = FACES.get(_face_of(cast, found[3][1].decode())) if found else None
        if found is None or face is None:
            return None
        at, x, y, shown = found
        before, after = run.text.split(LETTER)
        letters.append(Letter(at, x, y, *face, shown[2], shown.string[shown.end() :], before, after, run))
    blanks = [at for at, piece in enumerate(filling.pieces) if isinstance(piece, bytes) and _paint(BLANK_INK) in piece]
    return Mould(filling, tuple(letters), cast, tuple(zip(blanks, laid.frames, strict=True)))


def _texts(filling: Filling) -> Iterator[tuple[int, float, float, re.Match[bytes]]]:
    """Each place of letters among the pieces, and the operators that show them."""
    for at, (place, following) in enumerate(pairwise(filling.pieces)):
        if isinstance(place, tuple) and isinstance(following, bytes) and (shown := SHOWN.match(following)):
            yield at, *place, shown


def _face_of(cast: Cast, name: str) -> bytes:
    body = cast.objects[cast.needs["Font", name][0]]
    found = re.search(rb"/BaseFont /[A-Z]{6}\+([^/\s]+)", b"".join(piece for piece in body if isinstance(piece, bytes)))
    return found[1] if found else b""


def fonts(some: Iterable[Set], letters: frozenset[str]) -> Cast:
    """The fonts of all that was set for one file, each with all letters that its school may say, so that its files share them."""
    used: dict[Face, dict[int, str]] = defaultdict(dict)
    for one in some:
        for face, pairs in one.letters:
            used[face].update(pairs)
    return _fonts(tuple((face, frozenset(glyphs.items() - _known(*face, letters))) for face, glyphs in sorted(used.items())), letters)


@lru_cache(maxsize=64)
def _known(family: str, weight: str, letters: frozenset[str]) -> frozenset[tuple[int, str]]:
    """The glyphs of these letters, each with its letter: most of what a school says is among them."""
    return frozenset(typeset.face(family, weight).glyphs(letters).items())


@lru_cache(maxsize=64)
def _fonts(used: tuple[tuple[Face, frozenset[tuple[int, str]]], ...], letters: frozenset[str]) -> Cast:
    objects: list[tuple[bytes | int, ...]] = []
    needs: dict[Use, tuple[int, ...]] = {}
    for face, more in used:
        first = len(objects)
        made = typeset.font(*face, frozenset((dict(_known(*face, letters)) | dict(more)).items()))
        objects.extend(tuple(piece + first if isinstance(piece, int) else piece for piece in body) for body in made)
        needs["Font", named(*face)] = tuple(range(first, len(objects)))
    return Cast((), tuple(objects), needs)


def named(family: str, weight: str) -> str:
    """What a page calls one of our fonts in what was set."""
    return f"t{family.replace(' ', '')}{weight}"
