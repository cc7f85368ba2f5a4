"""The one door to uharfbuzz: a line of a school's words as glyphs, set just as WeasyPrint sets it, and the small fonts they need.

WeasyPrint asks Pango, and Pango asks HarfBuzz, for the same glyphs at the same size; only its whole layout is left out. Sizes and
advances are whole units of 1/1024 pixel, as Pango counts them, so that both ways give the same operators.
"""

import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import uharfbuzz as hb

from signpost.render import fonts

UNITS = 1024  # of Pango, in a pixel
DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")


@dataclass(frozen=True, slots=True)
class Line:
    """Words as a PDF shows them (`[...] TJ`), how wide they are in pixels, and which letters each glyph stands for."""

    shown: bytes
    width: float
    letters: tuple[tuple[int, str], ...]


class Face:
    """One of our fonts in one weight."""

    def __init__(self, family: str, weight: str) -> None:
        path = fonts.files().get((family, weight)) or fonts.files()[family, ""]
        self.data = path.read_bytes() if (family, weight) in fonts.files() else fonts.static(path, weight)
        self.face = hb.Face(self.data)
        self.per_em: int = self.face.upem
        self._sized: dict[int, hb.Font] = {}
        self._advances: dict[tuple[int, int], int] = {}
        self._letters: dict[int, str] = {}

    def _font(self, scale: int) -> hb.Font:
        if scale not in self._sized:
            font = self._sized[scale] = hb.Font(self.face)
            font.scale = (scale, scale)
        return self._sized[scale]

    def _advance(self, scale: int, glyph: int) -> int:
        key = scale, glyph
        if key not in self._advances:
            self._advances[key] = self._font(scale).get_glyph_h_advance(glyph)
        return self._advances[key]

    def _has(self, text: str) -> bool:
        """Pango takes another font for a letter that this one has only in two pieces, which HarfBuzz would put together."""
        font = self._font(self.per_em)
        return all(font.get_nominal_glyph(ord(letter)) and unicodedata.category(letter)[0] != "C" for letter in set(text))

    def _known(self) -> dict[int, str]:
        """What each glyph stands for by itself: a letter that is set in two pieces says so of the last alone."""
        if not self._letters:
            self._letters = self.glyphs(map(chr, sorted(self.face.unicodes, reverse=True)))
        return self._letters

    def line(self, text: str, size: float, spacing: float = 0.0) -> Line | None:
        """The text in one line, size and letter-spacing in pixels; nothing where the font lacks a letter or it runs from right to left."""
        if not self._has(text):
            return None
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        if buffer.direction != "ltr":
            return None
        scale = round(size * UNITS)
        size = scale / UNITS
        hb.shape(self._font(scale), buffer, {"liga": False, "clig": False} if spacing else {})
        extra = int(spacing * UNITS)
        left = int(extra / 2)
        right = extra - left
        infos, places = buffer.glyph_infos, buffer.glyph_positions
        last = len(infos) - 1
        shown: list[str] = ["<"]
        letters: list[tuple[int, str]] = []
        whole = 0
        for at, (info, place) in enumerate(zip(infos, places, strict=True)):
            if info.codepoint == 0 or place.y_offset or place.x_offset:
                return None
            end = infos[at + 1].cluster if at < last else len(text)
            letters.append((info.codepoint, text[info.cluster : end] or self._known().get(info.codepoint, "")))
            before = left if at else 0
            wide = place.x_advance + before + (right if at < last else 0)
            own = self.width(info.codepoint)
            offset = before / size
            if offset:
                shown.append(f">{-offset}<")
            shown.append(f"{info.codepoint:04x}")
            kerning = own + offset - wide * 1000 / UNITS / size
            if kerning:
                shown.append(f">{int(kerning)}<")
            whole += wide
        made = "".join(shown)
        made = made[:-1] if made.endswith("<") else made + ">"
        return Line(f"[{made}] TJ".encode(), whole / UNITS, tuple(letters))

    def width(self, glyph: int) -> int:
        """How wide a glyph is, in thousandths of the size."""
        advance: float = self._advance(self.per_em, glyph)
        return round(advance * 1000 / self.per_em)

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """The font with these glyphs alone, which keep their numbers."""
        asked = hb.SubsetInput()
        flags = hb.SubsetFlags
        asked.flags = flags.RETAIN_GIDS | flags.DESUBROUTINIZE | flags.NO_HINTING | flags.NO_LAYOUT_CLOSURE
        asked.glyph_set.update(glyphs)
        asked.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in DROPPED)
        return bytes(hb.subset(self.face, asked).blob.data)

    def glyphs(self, letters: Iterable[str]) -> dict[int, str]:
        """The glyphs of these letters, as far as this font has them."""
        font = self._font(self.per_em)
        return {glyph: letter for letter in letters if (glyph := font.get_nominal_glyph(ord(letter)))}

    def objects(self, letters: Mapping[int, str], name: str) -> tuple[tuple[bytes | int, ...], ...]:
        """The PDF objects of a font with these glyphs and what they stand for, bytes around each other's places; first the font itself."""
        font = self.subset(letters)
        extents = self._font(self.per_em).get_font_extents("ltr")
        up, down = (round(edge * 1000 / self.per_em) for edge in (extents.ascender, extents.descender))
        widest = max((self.width(glyph) for glyph in letters), default=0)
        listed = sorted(letters)
        widths = b" ".join(b"%d [%d]" % (glyph, self.width(glyph)) for glyph in listed)
        # CMap operators take at most a hundred pairs at a time.
        pairs = [b"<%04x> <%s>" % (glyph, letters[glyph].encode("utf-16-be").hex().encode()) for glyph in listed]
        blocks = (pairs[at : at + 100] for at in range(0, len(pairs), 100))
        known = b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(some), b"\n".join(some)) for some in blocks)
        base = b"/" + name.encode()
        about = b"/FontBBox [0 %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d" % (down, widest, up, up, down)
        about += b"/CapHeight %d/StemV 80/StemH 80" % up
        return (
            (b"<</Type /Font/Subtype /Type0/BaseFont " + base + b"/Encoding /Identity-H/ToUnicode ", 3, b"/DescendantFonts [", 1, b"]>>"),
            (
                b"<</Type /Font/Subtype /CIDFontType2/BaseFont " + base + b"/CIDSystemInfo <</Registry (Adobe)/Ordering (Identity)"
                b"/Supplement 0>>/CIDToGIDMap /Identity/W [" + widths + b"]/FontDescriptor ",
                2,
                b">>",
            ),
            (b"<</Type /FontDescriptor/FontName " + base + b"/Flags 4" + about + b"/FontFile2 ", 4, b">>"),
            (_packed(b"", CMAP % known),),
            (_packed(b"/Length1 %d" % len(font), font),),
        )


CMAP = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
%s
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def _packed(about: bytes, content: bytes) -> bytes:
    small = zlib.compress(content, 6)
    return b"<<%s/Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream" % (about, len(small), small)


@lru_cache(maxsize=64)
def font(family: str, weight: str, letters: frozenset[tuple[int, str]]) -> tuple[tuple[bytes | int, ...], ...]:
    """The PDF objects of one of our fonts with these glyphs; schools with the same letters share them."""
    tag = "SIGN" + {"400": "R", "600": "S", "700": "B"}[weight] + family[0]
    return face(family, weight).objects(dict(sorted(letters)), f"{tag}+{family.replace(' ', '-')}-{weight}")


@cache
def face(family: str, weight: str) -> Face:
    """One of our fonts, opened once a process."""
    return Face(family, weight)
