"""The one door to python-docx: the letter home as a Word file that the school can edit; the same content gives the same bytes.

python-docx makes the letter once for all schools, and leaves places for letterhead, signature, help and footer, which are written here.
"""

import html as entities
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from signpost import markdown
from signpost.model import Imprint, Letter
from signpost.render import package, raster
from signpost.render.package import Member, value

LEFTOVERS = ("docProps/thumbnail.jpeg", "word/stylesWithEffects.xml", package.CORE)  # of the template that python-docx begins with
BLACK = RGBColor(0, 0, 0)
DOCUMENT, FOOT, LINKS, LOGO = "word/document.xml", "word/footer1.xml", "word/_rels/document.xml.rels", "word/media/logo.png"
PLACE = re.compile(rb"<w:(letterhead|signature|help|foot|logo)/>")  # elements that Word does not know: each is replaced
LINK = f'<Relationship Id="logo" Type="{package.RELATION}/image" Target="media/logo.png"/>'
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
EMU = 36_000  # in a millimetre


@dataclass(frozen=True, slots=True)
class Plate:
    """What every school's letter has: its members, compressed, and those parts that have places for a school's words, by name.

    A part's pieces are its text and, between two of them, the name of what stands there.
    """

    members: tuple[Member, ...]
    parts: tuple[tuple[str, tuple[bytes, ...]], ...]


def docx(page: Letter) -> bytes:
    """The letter: letterhead, heading, text, conversation starter, what helps and what makes it harder, and where to get help."""
    return imprint(plate(page), page)


def plate(page: Letter) -> Plate:
    """What the letter is for every school."""
    document = Document()
    words = dict(page.frame.phrases)
    _styles(document, page)
    _place(document, "letterhead")
    document.add_paragraph(page.heading, style="Heading 1")
    for part in page.opening:
        _prose(document, part.text)
    _starter(document, words["letter-starter"], markdown.plain(page.starter))
    document.add_paragraph(words["letter-if-told"], style="Heading 2")
    _two_columns(document, (words["letter-helps"], page.helps), (words["letter-harder"], page.harder))
    for part in page.closing:
        _prose(document, part.text)
    _place(document, "signature")
    _place(document, "help")
    document.sections[0].footer.paragraphs[0]._p.append(OxmlElement("w:foot"))
    return _split(document)


def imprint(made: Plate, page: Letter) -> bytes:
    """The letter of one school from its plate."""
    own, words = page.frame.imprint, dict(page.frame.phrases)
    column = _width(page) // 2
    said = {
        "letterhead": _letterhead(own, words, column),
        "signature": _signature(own, words),
        "help": _help(own, words, column),
        "foot": _foot(page, words),
        "logo": LINK if own.logo else "",
    }
    parts = (package.member(name, _filled(pieces, said)) for name, pieces in made.parts)
    logo = (_picture(own.logo),) if own.logo else ()
    return package.packed((*made.members, *parts, *logo, _about(page, words)))


def _place(document: Any, name: str) -> None:
    """A place at the end of the text so far."""
    document.element.body.sectPr.addprevious(OxmlElement(f"w:{name}"))


def _split(document: Any) -> Plate:
    made = io.BytesIO()
    document.save(made)
    members, parts = [], []
    with zipfile.ZipFile(made) as source:
        for name in source.namelist():
            if name in LEFTOVERS:
                continue
            content = _without_leftovers(name, source.read(name))
            if name in (DOCUMENT, FOOT, LINKS):
                parts.append((name, tuple(PLACE.split(content))))
            else:
                members.append(package.member(name, content))
    return Plate(tuple(members), tuple(parts))


def _filled(pieces: tuple[bytes, ...], said: Mapping[str, str]) -> bytes:
    return b"".join(said[piece.decode()].encode() if at % 2 else piece for at, piece in enumerate(pieces))


def texts(content: bytes) -> tuple[str, ...]:
    """All words of a finished Word file, header and footer included, as one text; lines and paragraphs as they break."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in sorted(archive.namelist()):
            if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name):
                xml = archive.read(name).decode()
                broken = re.sub(r"</w:p>|<w:br ?/>", "<w:t>\n</w:t>", xml)
                found.append(" ".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", broken)))
    lines = (" ".join(line.replace("\u00a0", " ").split()) for line in "\n".join(found).split("\n"))
    return ("\n".join(line for line in lines if line).replace("&amp;", "&"),)


def _paper(page: Letter) -> tuple[float, float, float]:
    """Width and height of the paper, and the margin at its sides, in millimetres."""
    return (215.9, 279.4, 21) if page.frame.paper == "Letter" else (210, 297, 18)


def _width(page: Letter) -> int:
    """How wide the text is, as Word counts: in twentieths of a point."""
    wide, _, margin = _paper(page)
    return round(wide * 1440 / 25.4) - 2 * round(margin * 1440 / 25.4)


def _styles(document: Any, page: Letter) -> None:
    frame = page.frame
    section = document.sections[0]
    wide, high, margin = _paper(page)
    section.page_width, section.page_height = Mm(wide), Mm(high)
    section.left_margin = section.right_margin = Mm(margin)
    section.top_margin, section.bottom_margin = Mm(14), Mm(14)
    words = sum(len(text) for text in (*(part.text for part in (*page.opening, *page.closing)), page.helps, page.harder))
    body = 11 if words < 1000 else 10.5 if words < 1300 else 10  # as the PDF does: a letter is one page, always
    for name, size, bold in (("Normal", body, False), ("Heading 1", 16, True), ("Heading 2", 12.5, True)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.color.rgb = "Atkinson Hyperlegible", Pt(size), bold, BLACK
        if name != "Normal":
            style.font.name = "Lexend"
        _fonts(style.element, style.font.name)
        style.paragraph_format.space_before = Pt(0 if name == "Normal" else 6)
        style.paragraph_format.space_after = Pt(5)
        style.paragraph_format.keep_with_next = name != "Normal"
    _language(document.styles.element, frame.language)


def _about(page: Letter, words: Mapping[str, str]) -> Member:
    frame = page.frame
    said = (
        ("dc:title", f"{page.heading} ({frame.title})"),
        ("dc:subject", words["letter"]),
        ("dc:description", "Licence: CC BY 4.0"),
        ("cp:keywords", f"{frame.module} {frame.made_from} {frame.code}"),
        ("dc:language", frame.language),
        ("cp:contentStatus", frame.states[:255]),
        ("dc:identifier", f"{page.name} {frame.code}"),
    )
    return package.core(said, frame.updated)


def _fonts(element: Any, name: str) -> None:
    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(theme), None)


def _language(styles: Any, language: str) -> None:
    for tag in styles.iter(qn("w:lang")):
        tag.set(qn("w:val"), language)


def _runs(paragraph: Any, made: str) -> None:
    for at, piece in enumerate(re.split(r"</?strong>", re.sub(r"<br ?/?>", "\n", made))):
        text = entities.unescape(re.sub(r"<[^>]+>", "", piece))
        if text:
            paragraph.add_run(text).bold = bool(at % 2) or None


def _prose(document: Any, text: str) -> None:
    for tag, body in re.findall(r"<(p|li)>(.*?)</\1>", markdown.html(text), flags=re.DOTALL):
        _runs(document.add_paragraph(style="List Bullet" if tag == "li" else None), body)


def _starter(document: Any, label: str, words: str) -> None:
    table = document.add_table(rows=1, cols=1, style="Table Grid")
    cell = table.rows[0].cells[0]
    cell.paragraphs[0].add_run(label).bold = True
    run = cell.add_paragraph().add_run(words)
    run.bold, run.font.size, run.font.name = True, Pt(13), "Lexend"
    _gap(document)


def _two_columns(document: Any, *columns: tuple[str, str]) -> None:
    table = document.add_table(rows=2, cols=2)
    _first_row_is_head(table)
    for at, (label, text) in enumerate(columns):
        table.rows[0].cells[at].paragraphs[0].add_run(label).bold = True
        cell = table.rows[1].cells[at]
        cell._element.remove(cell.paragraphs[0]._element)
        for item in markdown.items(text):
            paragraph = cell.add_paragraph(style="List Bullet")
            paragraph.paragraph_format.space_after = Pt(2)
            _runs(paragraph, item.html)
    _gap(document)


def _gap(document: Any) -> None:
    """Two tables that touch become one: a line of 4 points keeps them apart."""
    between = document.add_paragraph()
    between.paragraph_format.space_after = Pt(0)
    between.add_run(markdown.NBSP).font.size = Pt(4)


def _first_row_is_head(table: Any) -> None:
    row = table.rows[0]._tr.get_or_add_trPr()
    row.append(OxmlElement("w:tblHeader"))


def _day(words: Mapping[str, str], written: str) -> str:
    """'22 Nov 2026', as the printed pages have it."""
    if not written:
        return ""
    year, month, day = (int(piece) for piece in written.split("-"))
    return words["date"].format(day=day, month=words["months"].split()[month - 1], year=year)


def _without_leftovers(name: str, content: bytes) -> bytes:
    if name.endswith(".rels"):
        kept = re.sub(rb'<Relationship [^>]*Target="[^"]*(?:thumbnail\.jpeg|stylesWithEffects\.xml)"[^>]*/>', b"", content)
        return kept.replace(b"</Relationships>", b"<w:logo/></Relationships>") if name == LINKS else kept
    if name == "[Content_Types].xml":
        kept = re.sub(rb'<Override [^>]*stylesWithEffects\.xml"[^>]*/>', b"", content)
        return re.sub(rb"(<Types [^>]*>)", rb'\1<Default Extension="png" ContentType="image/png"/>', kept, count=1)
    return content


# --- what differs from school to school ---------------------------------------------------------------------


def _letterhead(own: Imprint, words: Mapping[str, str], column: int) -> str:
    border = f'<w:tblBorders><w:bottom w:val="single" w:sz="18" w:space="0" w:color="{value(own.colour.lstrip("#"))}"/></w:tblBorders>'
    logo = f"<w:r>{_drawing(own, words)}</w:r>{_run('  ')}" if own.logo else ""
    stamp = _run(f"   [{words['specimen']}]", "<w:b/>") if own.specimen else ""
    name = f"<w:p>{logo}{_run(own.school, _lexend(30))}{stamp}</w:p>"
    lines = "\n".join(line for line in (*own.address, own.phone, own.email, own.web) if line)
    right = '<w:pPr><w:spacing w:after="0"/><w:jc w:val="right"/></w:pPr>'
    address = f"<w:p>{right}{_run(lines, _size(19))}</w:p>"
    return _table("", f'<w:jc w:val="center"/>{border}', column, name, address)


def _signature(own: Imprint, words: Mapping[str, str]) -> str:
    regards = _run(words["letter-regards"] + "\n")
    return f"<w:p>{regards}{_run(own.lead.name, '<w:b/>')}{_run(chr(10) + f'{own.lead.role}, {own.lead.room}')}</w:p>"


def _help(own: Imprint, words: Mapping[str, str], column: int) -> str:
    in_school = _route(words["letter-at-school"], own.lead.name, (own.lead.phone, own.email))
    outside = "<w:p/>"
    if own.outside:
        first = own.outside[0]
        label = words["outside-free" if first.free else "outside-school"]
        outside = _route(label, first.phone or first.name, (first.name if first.phone else "", first.web))
    return _table('<w:tblStyle w:val="TableGrid"/>', "", column, in_school, outside)


def _route(label: str, name: str, under: tuple[str, ...]) -> str:
    said = (_run(label, "<w:b/>"), _run(name, _lexend(26)), _run(" · ".join(filter(None, under))))
    return "".join(f"<w:p>{run}</w:p>" for run in said)


def _foot(page: Letter, words: Mapping[str, str]) -> str:
    frame, own = page.frame, page.frame.imprint
    checked = words["routes-confirmed" if own.routes_confirmed else "routes-seen"].format(date=_day(words, own.routes_dated))
    pieces = (f"{frame.module} {frame.made_from}", frame.code, own.school, checked, *((words["specimen"],) if own.specimen else ()))
    return _run(" · ".join(pieces), _size(16))


def _table(style: str, look: str, column: int, *cells: str) -> str:
    """A table of one row."""
    marks = 'w:firstColumn="1" w:firstRow="1" w:lastColumn="0" w:lastRow="0" w:noHBand="0" w:noVBand="1" w:val="04A0"'
    about = f'<w:tblPr>{style}<w:tblW w:type="auto" w:w="0"/>{look}<w:tblLook {marks}/></w:tblPr>'
    grid = f'<w:gridCol w:w="{column}"/>' * len(cells)
    row = "".join(f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{column}"/></w:tcPr>{cell}</w:tc>' for cell in cells)
    return f"<w:tbl>{about}<w:tblGrid>{grid}</w:tblGrid><w:tr>{row}</w:tr></w:tbl>"


def _run(text: str, look: str = "") -> str:
    """Words set alike; a new line stays one."""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{package.words(line)}</w:t>' if line else "" for line in text.split("\n"))
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{lines}</w:r>"


def _lexend(half_points: int) -> str:
    return f'<w:rFonts w:ascii="Lexend" w:hAnsi="Lexend"/><w:b/>{_size(half_points)}'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/>'


@lru_cache(maxsize=16)
def _picture(logo: str) -> Member:
    return package.member(LOGO, raster.logo(logo)[1])


def _drawing(own: Imprint, words: Mapping[str, str]) -> str:
    across, down = raster.size(own.logo)
    high = min(raster.LOGO[1], raster.LOGO[0] * down / across)
    extent = f'cx="{round(high * across / down * EMU)}" cy="{round(high * EMU)}"'
    told = value(words["letter-logo"].format(school=own.school))
    picture = (
        f'<pic:pic xmlns:pic="{DRAWING}/picture"><pic:nvPicPr><pic:cNvPr id="0" name="logo.png"/><pic:cNvPicPr/></pic:nvPicPr>'
        '<pic:blipFill><a:blip r:embed="logo"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic>'
    )
    return (
        f'<w:drawing><wp:inline xmlns:a="{DRAWING}/main"><wp:extent {extent}/><wp:docPr id="1" name="Logo" descr="{told}"/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{DRAWING}/picture">{picture}</a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
