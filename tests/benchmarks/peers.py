"""What others make of our words: the same text and structure as Typst and Markdown, without our looks.

A twin has a document's headings, paragraphs, list items, table rows and pictures, and breaks its pages where ours are full. It has none
of our drawings, colours, columns and boxes, so it is less work than our page; whoever reads a ratio should know.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote_to_bytes

BLOCKS = {
    "p",
    "li",
    "div",
    "section",
    "header",
    "footer",
    "td",
    "th",
    "tr",
    "table",
    "figure",
    "figcaption",
    "article",
    "aside",
    "ul",
    "ol",
}
HEADS = ("h1", "h2", "h3", "h4", "h5", "h6")
LOST = {"style", "script", "title", "svg"}
MARK = re.compile(r"~([a-z-]+)~")  # where a school's own word stands
SIZES = (10.5, 9.5, 8.5, 7.5, 6.5, 5.5)  # points: the largest in which a twin has no more pages than ours


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`h1` …), a paragraph (`p`), an item (`li`), a row of cells (`row`) or a picture (`img`, its text the address)."""

    kind: str
    text: str = ""
    cells: tuple[str, ...] = ()
    head: bool = False


@dataclass(slots=True)
class _State:
    kind: str = "p"
    words: list[str] = field(default_factory=list)
    cells: list[str] | None = None
    head: bool = False
    lost: int = 0


class _Reader(HTMLParser):
    """Reads a page's HTML into blocks; what is inside a cell is the cell's text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Block] = []
        self.at = _State()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag in LOST:
            self.at.lost += 1
        elif tag == "img" and about.get("src"):
            self._end()
            self.found.append(Block("img", "~logo~" if about.get("class") == "logo" else str(about["src"])))
        elif tag == "br":
            self.at.words.append(" ")
        elif tag == "tr":
            self._end()
            self.at.cells, self.at.head = [], False
        elif tag in HEADS or tag in BLOCKS:
            self._end()
            self.at.kind = tag if tag in HEADS or tag == "li" else "p"
            self.at.head |= tag == "th"

    def handle_endtag(self, tag: str) -> None:
        if tag in LOST:
            self.at.lost -= 1
        elif tag == "tr":
            self._end()
            if self.at.cells:
                self.found.append(Block("row", cells=tuple(self.at.cells), head=self.at.head))
            self.at.cells = None
        elif tag in HEADS or tag in BLOCKS:
            self._end()
            self.at.kind = "p"

    def handle_data(self, data: str) -> None:
        if not self.at.lost:
            self.at.words.append(data)

    def _end(self) -> None:
        text = " ".join("".join(self.at.words).split())
        self.at.words = []
        if not text:
            return
        if self.at.cells is not None:
            self.at.cells.append(text)
        else:
            self.found.append(Block(self.at.kind, text))


def blocks(html: str) -> list[Block]:
    """The blocks of a page's HTML in reading order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.handle_endtag("div")
    return reader.found


def _length(block: Block) -> int:
    return sum(map(len, block.cells)) or (40 if block.kind == "img" else len(block.text))


def paged(some: Sequence[Block], pages: Sequence[str]) -> list[list[Block]]:
    """The blocks on as many pages as ours has, each as full as ours is."""
    whole, total, on = sum(map(_length, some)) or 1, sum(map(len, pages)) or 1, 0.0
    ends = []
    for page in pages:
        on += len(page) / total * whole
        ends.append(on)
    found: list[list[Block]] = [[] for _ in pages]
    at, page_at = 0, 0
    for block in some:
        while page_at < len(pages) - 1 and at + _length(block) / 2 > ends[page_at]:
            page_at += 1
        found[page_at].append(block)
        at += _length(block)
    return [page for page in found if page]


# --- Typst ---------------------------------------------------------------------------------------------------------


def _said(text: str) -> str:
    """A text as an expression of Typst, with a school's words where their marks are."""
    pieces = MARK.split(text)
    return " + ".join(
        f"v({json.dumps(one)})" if at % 2 else json.dumps(one, ensure_ascii=False) for at, one in enumerate(pieces) if one or at
    )


def _picture(address: str, folder: Path, known: dict[str, str]) -> str:
    if address not in known:
        about, _, data = address.partition(",")
        end = "svg" if "svg" in about else "jpg" if "jpeg" in about else "png"
        name = f"picture{len(known)}.{end}"
        (folder / name).write_bytes(base64.b64decode(data) if about.endswith("base64") else unquote_to_bytes(data))
        known[address] = name
    return known[address]


def _lines(pages: Sequence[Sequence[Block]], folder: Path, known: dict[str, str]) -> Iterator[str]:
    level = 0
    for number, page in enumerate(pages):
        if number:
            yield "#pagebreak(weak: true)"
        at = 0
        while at < len(page):
            block = page[at]
            if block.kind in HEADS:
                level = min(int(block.kind[1]), level + 1)
                yield f"#heading(level: {level})[#({_said(block.text)})]"
            elif block.kind == "img" and block.text == "~logo~":
                yield '#if v("logo") != "" { image(bytes(v("logo")), format: "svg", height: 15mm, alt: "Logo") }'
            elif block.kind == "img":
                yield f'#image("{_picture(block.text, folder, known)}", width: 38mm, alt: "Picture")'
            elif block.kind == "row":
                rows = [block]
                while at + 1 < len(page) and page[at + 1].kind == "row" and len(page[at + 1].cells) == len(block.cells):
                    at += 1
                    rows.append(page[at])
                cells = [", ".join(f"[#({_said(cell)})]" for cell in row.cells) for row in rows]
                head = [f"table.header({cells[0]})"]
                yield f"#table(columns: {len(block.cells)}, {', '.join([*head, *cells[1:]])})"
            elif block.kind == "li":
                yield f"- #({_said(block.text)})"
            else:
                yield f"#par[#({_said(block.text)})]"
            at += 1


def typst_source(pages: Sequence[Sequence[Block]], folder: Path, title: str, paper: tuple[float, float], size: float, ruled: bool) -> str:
    """A document as Typst; pictures are written into `folder`. `paper` is in millimetres, `ruled` has a line in the school's colour."""
    wide, high = paper
    lines = [
        "#let v(name) = sys.inputs.at(name)",
        f"#set document(title: {json.dumps(title, ensure_ascii=False)})",
        '#set text(lang: "en", region: "GB", font: ("Atkinson Hyperlegible", "Lexend"), ' + f"size: {size}pt)",
        '#show heading: set text(font: "Lexend", weight: 600)',
        f'#set page(width: {wide}mm, height: {high}mm, margin: {min(wide, high) / 14:.1f}mm, numbering: "1")',
        "#set par(justify: false)",
        *(['#line(length: 100%, stroke: 2pt + rgb(v("colour")))'] if ruled else []),
    ]
    return "\n\n".join([*lines, *_lines(pages, folder, {})]) + "\n"


# --- Markdown ------------------------------------------------------------------------------------------------------


def markdown(pages: Sequence[Sequence[Block]], values: Mapping[str, str]) -> Iterator[str]:
    """Each page of a document as Markdown, with a school's words in it."""

    def put(text: str) -> str:
        return re.sub(r"([*_`#<>\[\]|])", r"\\\1", MARK.sub(lambda found: values.get(found[1], ""), text))

    for page in pages:
        lines = []
        for block in page:
            if block.kind in HEADS:
                lines.append(f"{'#' * int(block.kind[1])} {put(block.text)}")
            elif block.kind == "li":
                lines.append(f"- {put(block.text)}")
            elif block.kind == "row":
                lines.append(" · ".join(map(put, block.cells)))
            elif block.kind == "p":
                lines.append(put(block.text))
        yield "\n\n".join(lines)


# --- HTML ----------------------------------------------------------------------------------------------------------


def plain_html(some: Sequence[Block], title: str) -> str:
    """Blocks as a page of HTML that is nothing but structure: what pandoc can read."""
    lines = []
    for block in some:
        if block.kind == "row":
            lines.append("<table><tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in block.cells) + "</tr></table>")
        elif block.kind == "li":
            lines.append(f"<ul><li>{escape(block.text)}</li></ul>")
        elif block.kind != "img":
            lines.append(f"<{block.kind}>{escape(block.text)}</{block.kind}>")
    body = "\n".join(lines)
    return f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title></head><body>{body}</body></html>'
