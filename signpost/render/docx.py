"""The one door to python-docx: the letter home as a Word file that the school can edit; the same content gives the same bytes."""

import html as entities
import io
import re
import zipfile
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from signpost import markdown
from signpost.model import Imprint, Letter
from signpost.render import raster

TIMELESS = (1980, 1, 1, 0, 0, 0)
LEFTOVERS = ("docProps/thumbnail.jpeg", "word/stylesWithEffects.xml")  # of the template that python-docx begins with
BLACK = RGBColor(0, 0, 0)


def docx(page: Letter) -> bytes:
    """The letter: letterhead, heading, text, conversation starter, what helps and what makes it harder, and where to get help."""
    document = Document()
    words = dict(page.frame.phrases)
    own = page.frame.imprint
    _styles(document, page)
    _letterhead(document, own, words)
    document.add_paragraph(page.heading, style="Heading 1")
    for part in page.opening:
        _prose(document, part.text)
    _starter(document, words["letter-starter"], markdown.plain(page.starter))
    document.add_paragraph(words["letter-if-told"], style="Heading 2")
    _two_columns(document, (words["letter-helps"], page.helps), (words["letter-harder"], page.harder))
    for part in page.closing:
        _prose(document, part.text)
    _signature(document, own, words)
    _help(document, own, words)
    _foot(document, page)
    return _timeless(document)


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


def _styles(document: Any, page: Letter) -> None:
    frame = page.frame
    letter = frame.paper == "Letter"
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(215.9), Mm(279.4)) if letter else (Mm(210), Mm(297))
    section.left_margin = section.right_margin = Mm(21 if letter else 18)
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
    core = document.core_properties
    core.title, core.author, core.language = f"{page.heading} ({frame.title})", "Signpost", frame.language
    core.subject = dict(frame.phrases)["letter"]
    core.keywords = f"{frame.module} {frame.made_from} {frame.code}"
    core.content_status, core.identifier = frame.states[:255], f"{page.name} {frame.code}"
    core.comments = "Licence: CC BY 4.0"
    core.last_modified_by = "Signpost"
    core.created = core.modified = datetime.fromisoformat(frame.updated)
    core.revision = 1


def _fonts(element: Any, name: str) -> None:
    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(theme), None)


def _language(styles: Any, language: str) -> None:
    for tag in styles.iter(qn("w:lang")):
        tag.set(qn("w:val"), language)


def _letterhead(document: Any, own: Imprint, words: dict[str, str]) -> None:
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = table.rows[0].cells
    name = left.paragraphs[0]
    if own.logo:
        across, down = raster.size(own.logo)
        run = name.add_run()
        run.add_picture(io.BytesIO(raster.png(own.logo, 360)), height=Mm(min(15.0, 28 * down / across)))
        run._r.find(".//" + qn("wp:docPr")).set("descr", words["letter-logo"].format(school=own.school))
        name.add_run("  ")
    run = name.add_run(own.school)
    run.bold, run.font.size, run.font.name = True, Pt(15), "Lexend"
    if own.specimen:
        name.add_run(f"   [{words['specimen']}]").bold = True
    lines = [*own.address, own.phone, own.email, own.web]
    address = right.paragraphs[0]
    address.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    address.paragraph_format.space_after = Pt(0)
    run = address.add_run("\n".join(line for line in lines if line))
    run.font.size = Pt(9.5)
    _border(table, own.colour)


def _border(table: Any, colour: str) -> None:
    borders = OxmlElement("w:tblBorders")
    line = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "18"), ("space", "0"), ("color", colour.lstrip("#"))):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    properties = table._tbl.tblPr
    layout = properties.find(qn("w:tblLayout"))
    before = layout if layout is not None else properties.find(qn("w:tblLook"))
    if before is not None:
        before.addprevious(borders)
    else:
        properties.append(borders)


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


def _signature(document: Any, own: Imprint, words: dict[str, str]) -> None:
    paragraph = document.add_paragraph(words["letter-regards"] + "\n")
    paragraph.add_run(own.lead.name).bold = True
    paragraph.add_run(f"\n{own.lead.role}, {own.lead.room}")


def _help(document: Any, own: Imprint, words: dict[str, str]) -> None:
    table = document.add_table(rows=1, cols=2, style="Table Grid")
    school, outside = table.rows[0].cells
    _route(school, words["letter-at-school"], own.lead.name, " · ".join(line for line in (own.lead.phone, own.email) if line))
    if own.outside:
        first = own.outside[0]
        label = words["outside-free" if first.free else "outside-school"]
        _route(
            outside, label, first.phone or first.name, " · ".join(line for line in (first.name if first.phone else "", first.web) if line)
        )


def _route(cell: Any, label: str, name: str, under: str) -> None:
    cell.paragraphs[0].add_run(label).bold = True
    run = cell.add_paragraph().add_run(name)
    run.bold, run.font.size, run.font.name = True, Pt(13), "Lexend"
    cell.add_paragraph(under)


def _foot(document: Any, page: Letter) -> None:
    frame = page.frame
    words = dict(frame.phrases)
    pieces = [
        f"{frame.module} {frame.made_from}",
        frame.code,
        frame.imprint.school,
        words["routes-confirmed" if frame.imprint.routes_confirmed else "routes-seen"].format(date=_day(words, frame.imprint.routes_dated)),
    ]
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.add_run(" · ".join([*pieces, *([words["specimen"]] if frame.imprint.specimen else [])])).font.size = Pt(8)


def _day(words: dict[str, str], written: str) -> str:
    """'22 Nov 2026', as the printed pages have it."""
    if not written:
        return ""
    year, month, day = (int(piece) for piece in written.split("-"))
    return words["date"].format(day=day, month=words["months"].split()[month - 1], year=year)


def _timeless(document: Any) -> bytes:
    made, out = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            if name not in LEFTOVERS:
                target.writestr(
                    zipfile.ZipInfo(name, date_time=TIMELESS), _without_leftovers(name, source.read(name)), zipfile.ZIP_DEFLATED
                )
    return out.getvalue()


def _without_leftovers(name: str, content: bytes) -> bytes:
    if name.endswith(".rels"):
        return re.sub(rb'<Relationship [^>]*Target="[^"]*(?:thumbnail\.jpeg|stylesWithEffects\.xml)"[^>]*/>', b"", content)
    if name == "[Content_Types].xml":
        return re.sub(rb'<Override [^>]*stylesWithEffects\.xml"[^>]*/>', b"", content)
    return content
