"""What a screen reader finds in a PDF: its tags in reading order with the words in them, by other means than those that made it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Object

TOLD = ("/Alt", "/ActualText", "/E", "/Lang", "/T")
SHOWS = ("Tj", "TJ", "'", '"')
PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>")
BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tag:
    """A structure element: its kind, what it says of itself, and its kids in reading order, words of one piece of content each."""

    kind: str
    about: tuple[tuple[str, str], ...]
    kids: tuple["Tag | str", ...]

    @property
    def words(self) -> str:
        """All words in it, in reading order."""
        return "".join(kid if isinstance(kid, str) else kid.words for kid in self.kids)


@dataclass(slots=True)
class Sheet:
    """One page: the words of each piece of marked content, the words that are only decoration, and words that are neither."""

    marked: dict[int, str] = field(default_factory=dict)
    artifacts: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    fonts: set[str] = field(default_factory=set)


class Read:
    """A PDF that was opened and read: its tags, and what is wrong with them."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self.fonts: dict[tuple[int, int], dict[int, str]] = {}
        self.sheets = [self._sheet(page) for page in pdf.pages]
        self.numbers = {page.obj.objgen: at for at, page in enumerate(pdf.pages)}
        self.problems: list[str] = []
        self.heads: dict[bytes, int] = {}
        self.seen: list[set[int]] = [set() for _ in self.sheets]
        root = pdf.Root.StructTreeRoot
        self.parents = _numbers(root.ParentTree)
        self.tags = tuple(self._tag(kid, root, -1) for kid in _many(root.K))
        # WeasyPrint gives what stands in a page's margin tags, and leaves these out of the tree.
        self.untold = [
            [text for number, text in sheet.marked.items() if number not in self.seen[at]] for at, sheet in enumerate(self.sheets)
        ]
        for at, sheet in enumerate(self.sheets):
            if any(text.strip() for text in sheet.loose):
                self.problems.append(f"page {at + 1}: words outside marked content: {sheet.loose}")

    # --- words ---

    def _sheet(self, page: pikepdf.Page) -> Sheet:
        sheet = Sheet()
        resources = page.obj.Resources
        within: list[int | str] = []
        font: dict[int, str] = {}
        for one in pikepdf.parse_content_stream(page):
            operands, said = list(one.operands), str(one.operator)
            if said in ("BMC", "BDC"):
                about = operands[1] if said == "BDC" else None
                number = about.get("/MCID") if isinstance(about, Dictionary) else None
                within.append(int(number) if number is not None else str(operands[0]))
                if number is not None:
                    sheet.marked.setdefault(int(number), "")
            elif said == "EMC":
                within.pop()
            elif said == "Tf":
                font = self._font(resources.Font[str(operands[0])])
                sheet.fonts.add(str(operands[0]))
            elif said in SHOWS:
                self._put(sheet, within, _decoded(operands[-1], font))
            elif said == "Do" and resources.XObject[str(operands[0])].get("/Subtype") == "/Image":
                self._put(sheet, within, "\ufffc")
        if within:
            raise ValueError("marked content without an end")
        return sheet

    @staticmethod
    def _put(sheet: Sheet, within: list[int | str], text: str) -> None:
        if "/Artifact" in within:
            sheet.artifacts.append(text)
            return
        number = next((one for one in reversed(within) if isinstance(one, int)), None)
        if number is None:
            sheet.loose.append(text)
        else:
            sheet.marked[number] += text

    def _font(self, font: Object) -> dict[int, str]:
        if font.objgen not in self.fonts:
            self.fonts[font.objgen] = dict(_known(font.ToUnicode.read_bytes())) if "/ToUnicode" in font else {}
        return self.fonts[font.objgen]

    # --- tags ---

    def _tag(self, one: Object, parent: Object, page: int) -> Tag:
        if one.P.objgen != parent.objgen:
            self.problems.append(f"{one.S}: its parent is another")
        page = self.numbers[one.Pg.objgen] if "/Pg" in one else page
        kids: list[Tag | str] = []
        for kid in _many(one.get("/K")):
            if isinstance(kid, int | Decimal):
                kids.append(self._content(int(kid), one, page))
            elif kid.get("/Type") == "/MCR":
                kids.append(self._content(int(kid.MCID), one, self.numbers[kid.Pg.objgen] if "/Pg" in kid else page))
            elif kid.get("/Type") == "/OBJR":
                kids.append(self._object(kid.Obj, one))
            else:
                kids.append(self._tag(kid, one, page))
        return Tag(str(one.S), tuple(self._about(one)), tuple(kids))

    def _content(self, number: int, element: Object, page: int) -> str:
        self.seen[page].add(number)
        known = self.parents[int(self.pdf.pages[page].obj.StructParents)]
        if len(known) <= number or known[number].objgen != element.objgen:
            self.problems.append(f"page {page + 1}: content {number} does not know its element")
        if number not in self.sheets[page].marked:
            self.problems.append(f"page {page + 1}: there is no content {number}")
        return self.sheets[page].marked.get(number, "")

    def _object(self, one: Object, element: Object) -> str:
        if self.parents[int(one.StructParent)].objgen != element.objgen:
            self.problems.append("a link does not know its element")
        return f"[{one.Subtype} {one.A.get('/URI', '') if '/A' in one else one.get('/Dest', '')} {one.get('/Contents', '')}]"

    def _about(self, one: Object) -> Iterator[tuple[str, str]]:
        for key in TOLD:
            if key in one:
                yield key, str(one[key])
        if "/ID" in one:  # it holds the number of an object: which of the heads it is says the same
            yield "/ID", str(self.heads.setdefault(bytes(one.ID), len(self.heads)))
        for about in _many(one.get("/A")):
            for key, value in sorted(about.items()):
                yield key, ",".join(self._value(key, each) for each in _many(value))

    def _value(self, key: str, value: Any) -> str:
        if key == "/Headers":
            return str(self.heads.setdefault(bytes(value), len(self.heads)))
        if isinstance(value, int | Decimal | float):
            return str(round(float(value), 2))
        return str(value)


def _many(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, pikepdf.Array | list) else [value]


def _numbers(tree: Object) -> dict[int, Any]:
    flat = _many(tree.get("/Nums"))
    found = {int(number): value for number, value in zip(flat[::2], flat[1::2], strict=True)}
    for kid in _many(tree.get("/Kids")):
        found |= _numbers(kid)
    return found


def _known(cmap: bytes) -> Iterator[tuple[int, str]]:
    """Which letters each glyph stands for, as a font's Unicode map says."""
    for block in BLOCK.finditer(cmap):
        if block[1] == b"range":
            raise ValueError("our fonts map letter by letter")
        for glyph, text in PAIR.findall(block[2]):
            yield int(glyph, 16), bytes.fromhex(text.decode()).decode("utf-16-be")


def _decoded(shown: Any, font: dict[int, str]) -> str:
    strings = [bytes(one) for one in shown if isinstance(one, pikepdf.String)] if isinstance(shown, pikepdf.Array) else [bytes(shown)]
    codes = (string[at : at + 2] for string in strings for at in range(0, len(string), 2))
    return "".join(font.get(int.from_bytes(code, "big"), "\ufffd") for code in codes)


def unembedded(pdf: pikepdf.Pdf) -> list[str]:
    """Every font in a file that is not in the file whole, or that does not say which letters it shows."""
    found = []
    for one in pdf.objects:
        if isinstance(one, Dictionary) and one.get("/Type") == Name.Font and one.get("/Subtype") == Name.Type0:
            about = one.DescendantFonts[0].FontDescriptor
            if not any(f"/FontFile{kind}" in about for kind in ("", "2", "3")) or "/ToUnicode" not in one:
                found.append(str(one.BaseFont))
    return found
