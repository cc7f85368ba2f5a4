"""The one door to python-pptx, with the slide master: a deck becomes a PowerPoint file that a teacher can edit.

Every word stands in a placeholder of its layout and takes its look from there; the file is written anew without times, so that the
same deck gives the same bytes.
"""

import io
import re
import uuid
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from html import escape, unescape
from typing import Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml

from signpost import markdown
from signpost.model import Deck, Slide
from signpost.render import boards, draw, master, qr, raster, shapes, slides
from signpost.render.boards import Board, Filled, Paragraph, Run
from signpost.render.slides import Box, Level, Slot

SVG = "image/svg+xml"
SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
SVG_BLIP = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
PIXELS_PER_CM = 60
NAMES = uuid.UUID("5f3b1a52-7c3e-5d0b-9a44-2f6f6a1e0c11")  # sections have ids; ours follow from their names


def pptx(deck: Deck) -> bytes:
    """The deck as a PowerPoint file: slides with notes, alt text and languages, on its own slide master."""
    return _Maker(deck).file()


def texts(content: bytes) -> tuple[str, ...]:
    """The words of each slide as a reader finds them: its own, those of its master that show on it, and its notes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        count = sum(bool(re.fullmatch(r"ppt/slides/slide\d+\.xml", name)) for name in names)
        on_master = _static_words(archive.read("ppt/slideMasters/slideMaster1.xml").decode())
        found = []
        for number in range(1, count + 1):
            links = archive.read(f"ppt/slides/_rels/slide{number}.xml.rels").decode()
            layout = archive.read(_target(links, "slideLayout")).decode()
            words = [_words(archive.read(f"ppt/slides/slide{number}.xml").decode()), _static_words(layout)]
            words += [] if 'showMasterSp="0"' in layout else [on_master]
            words.append(_words(archive.read(_target(links, "notesSlide")).decode()))
            found.append("\n".join(word for word in words if word).replace(markdown.NBSP, " "))
    return tuple(found)


def _target(links: str, kind: str) -> str:
    target = re.search(rf'<Relationship [^>]*Target="\.\./({kind}s/[^"]+)"', links)
    if target is None:
        raise LookupError(f"a slide without its {kind}")
    return f"ppt/{target[1]}"


def _words(xml: str) -> str:
    broken = re.sub(r"<a:br>.*?</a:br>", "<a:t> </a:t>", xml)
    lines = ("".join(re.findall(r"<a:t>([^<]*)</a:t>", one)) for one in re.findall(r"<a:p>(.*?)</a:p>", broken, flags=re.DOTALL))
    return "\n".join(filter(None, (unescape(line).replace("\t", " ").strip() for line in lines)))


def _static_words(xml: str) -> str:
    shown = [shape for shape in re.findall(r"<p:sp>.*?</p:sp>", xml, flags=re.DOTALL) if "<p:ph" not in shape]
    return "\n".join(filter(None, map(_words, shown)))


@dataclass(slots=True)
class _Maker:
    deck: Deck
    drawings: dict[str, Part] = field(default_factory=dict)
    pictures: dict[str, tuple[Any, float]] = field(default_factory=dict)
    presentation: Any = None

    def file(self) -> bytes:
        frame = self.deck.frame
        prompts = tuple(pair for pair in frame.phrases if pair[0].startswith("slide-slot-"))
        self.presentation = Presentation(io.BytesIO(master.master(frame.tier.id, frame.imprint.colour, prompts)))
        layouts = {layout.name: layout for layout in self.presentation.slide_layouts}
        self._fill_master()
        for board in boards.boards(self.deck):
            self._slide(board, layouts[slides.LAYOUTS[board.slide.layout]])
        self._sections()
        self._about()
        return self._written()

    # --- what differs from school to school and stands once ---

    def _fill_master(self) -> None:
        """A school's own words stand on the master and two layouts, each once."""
        said = {master.HELP_LINE: boards.help_line(self.deck), master.SPECIMEN: boards.specimen(self.deck)}
        self._fill_static(self.presentation.slide_master, said)
        for layout in self.presentation.slide_layouts:
            cover = layout.name == slides.LAYOUTS["title"]
            self._fill_static(layout, {master.SPECIMEN: boards.specimen(self.deck, cover=cover)})

    def _fill_static(self, page: Any, said: dict[str, Filled | None]) -> None:
        for shape in list(page.shapes):
            if shape.is_placeholder or shape.name not in said:
                continue
            words = said[shape.name]
            if words is None:
                shape._element.getparent().remove(shape._element)
                continue
            shape.left, shape.top = shapes.emu(words.slot.box.x), shapes.emu(words.slot.box.y)
            body = shape.text_frame._txBody
            body.remove(body.p_lst[0])
            for paragraph in words.paragraphs:
                body.append(_parsed(self._paragraph(paragraph, words.slot, words.slot)))

    # --- a slide ---

    def _slide(self, board: Board, layout: Any) -> None:
        slide = self.presentation.slides.add_slide(layout)
        known = slides.layout(board.slide.layout, self.deck.frame.tier.number)
        ids = shapes.counter()
        tree = [self._placeholder(one, known[one.slot.name], board.slide, next(ids), slide) for one in board.filled]
        rail = slides.rail(board.slide.number, board.slide.of) if board.slide.layout != "title" else ()
        tree += [shapes.mark(one, ids) for one in (*rail, *board.before)]
        whole = _parsed(f"<p:spTree {shapes.NAMESPACES}>{shapes.TREE}{''.join(tree)}</p:spTree>", bare=True)
        held = slide._element.cSld
        held.replace(held.spTree, whole)
        self._notes(slide, board.slide)

    def _placeholder(self, one: Filled, base: Slot, slide: Slide, id: int, page: Any) -> str:
        kind = master.shapes_as(slide.layout, base)
        if one.picture:
            return self._picture(one, kind, id, page)
        slot = one.slot
        place = shapes.frame(slot.box, flip=slot.shape == "back") if slot.box != base.box else ""
        if place and (slot.box.w, slot.box.h) != (base.box.w, base.box.h) and slot.shape not in {"text", "box"}:
            place += shapes.geometry(slot)
        body = shapes.body(slot) if slot.anchor != base.anchor else "<a:bodyPr/>"
        paragraphs = "".join(self._paragraph(paragraph, slot, base) for paragraph in one.paragraphs)
        about = (
            f'<p:nvSpPr><p:cNvPr id="{id}" name="{master.label(slot)}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
            f"<p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr>"
        )
        return f"<p:sp>{about}<p:spPr>{place}</p:spPr><p:txBody>{body}<a:lstStyle/>{paragraphs}</p:txBody></p:sp>"

    def _paragraph(self, paragraph: Paragraph, slot: Slot, base: Slot) -> str:
        level, usual = slot.levels[paragraph.level], base.levels[paragraph.level]
        spaced = f'<a:lnSpc><a:spcPts val="{round(level.line * 100)}"/></a:lnSpc>' if level.line != usual.line else ""
        at = f' lvl="{paragraph.level}"' if paragraph.level else ""
        size = f' sz="{round(level.size * 100)}"' if level.size != usual.size else ""
        about = f"<a:pPr{at}>{spaced}</a:pPr>" if at or spaced else ""
        return f"<a:p>{about}{''.join(self._run(run, level, size) for run in paragraph.runs)}</a:p>"

    def _run(self, run: Run, level: Level, size: str) -> str:
        bold = ' b="1"' if run.bold and not level.bold else ""
        face = '<a:latin typeface="+mj-lt"/>' if run.lexend and not level.lexend else ""
        said = f'<a:rPr lang="{self.deck.frame.language}"{size}{bold}>{face}</a:rPr>'
        if run.number:
            return f'<a:fld id="{_guid("number")}" type="slidenum">{said}<a:t>{run.text}</a:t></a:fld>'
        pieces = (f"<a:r>{said}<a:t>{escape(piece, quote=False)}</a:t></a:r>" for piece in run.text.split("\n"))
        return f"<a:br>{said}</a:br>".join(pieces)

    # --- pictures ---

    def _picture(self, one: Filled, kind: str, id: int, page: Any) -> str:
        box, name = one.slot.box, one.picture
        image, ratio = self._image(name, box)
        place = _within(box, ratio, one.slot.align)
        sharp = ""
        if name in self.drawings:
            link = page.part.relate_to(self.drawings[name], RELATIONSHIP_TYPE.IMAGE)
            space = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
            sharp = f'<a:extLst><a:ext uri="{SVG_BLIP}"><asvg:svgBlip xmlns:asvg="{space}" r:embed="{link}"/></a:ext></a:extLst>'
        link = page.part.relate_to(image, RELATIONSHIP_TYPE.IMAGE)
        about = (
            f'<p:nvPicPr><p:cNvPr id="{id}" name="{master.label(one.slot)}" descr="{escape(one.alt)}"/><p:cNvPicPr>'
            f'<a:picLocks noGrp="1" noChangeAspect="1"/></p:cNvPicPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvPicPr>'
        )
        fill = f'<p:blipFill><a:blip r:embed="{link}">{sharp}</a:blip><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
        return f"<p:pic>{about}{fill}<p:spPr>{shapes.frame(place)}</p:spPr></p:pic>"

    def _image(self, name: str, box: Box) -> tuple[Any, float]:
        """The part that holds a picture, made once, and its width to its height."""
        if name not in self.pictures:
            package = self.presentation.part.package
            own = next((one for one in self.deck.frame.pictures if one.name == name.removeprefix("pictures/")), None)
            if own and own.media_type != SVG:
                image = package.get_or_add_image_part(io.BytesIO(own.content))
                width, height = image.image.size
                self.pictures[name] = image, width / height
            else:
                svg = own.content.decode() if own else self._svg(name)
                across, down = raster.size(svg)
                width = min(box.w, box.h * across / down)
                image = package.get_or_add_image_part(io.BytesIO(raster.png(svg, round(width * PIXELS_PER_CM))))
                where = PackURI(f"/ppt/media/drawing{len(self.drawings) + 1}.svg")
                self.drawings[name] = Part(where, SVG, package, svg.encode())
                self.pictures[name] = image, across / down
        return self.pictures[name]

    def _svg(self, name: str) -> str:
        if name == "logo":
            return self.deck.frame.imprint.logo
        if name.startswith("qr:"):
            return qr.qr(name.removeprefix("qr:"))
        return draw.art(name.removeprefix("art:"), self.deck.frame.tier.id)

    # --- notes, sections, properties ---

    def _notes(self, page: Any, slide: Slide) -> None:
        lines = []
        for kind, text in slide.notes:
            for at, line in enumerate(text.split("\n")):
                start = (Run(f"{boards.phrase(self.deck, f'note-{kind}')}: ", bold=True),) if at == 0 else ()
                lines.append(Paragraph((*start, Run(line))))
        slot = Slot(name="notes", box=Box(0, 0, 1, 1), levels=(Level(12, 16),))
        body = page.notes_slide.notes_text_frame._txBody
        for old in body.p_lst:
            body.remove(old)
        for paragraph in lines or [Paragraph(())]:
            body.append(_parsed(self._paragraph(paragraph, slot, slot)))

    def _sections(self) -> None:
        """Slides under the titles of the lesson's sections, as PowerPoint's list of slides shows them."""
        ids = [one.get("id") for one in self.presentation.slides._sldIdLst]
        groups: list[tuple[str, list[str]]] = []
        for slide, id in zip(self.deck.slides, ids, strict=True):
            name = self.deck.frame.title if slide.layout == "title" else slide.title if slide.layout == "help" else slide.section
            if not groups or groups[-1][0] != name:
                groups.append((name, []))
            groups[-1][1].append(id)
        made = []
        for at, (name, some) in enumerate(groups):
            listed = "".join(f'<p14:sldId id="{id}"/>' for id in some)
            key = _guid(f"{at} {name}")
            made.append(f'<p14:section name="{escape(name)}" id="{key}"><p14:sldIdLst>{listed}</p14:sldIdLst></p14:section>')
        space = "http://schemas.microsoft.com/office/powerpoint/2010/main"
        sections = f'<p14:sectionLst xmlns:p14="{space}">{"".join(made)}</p14:sectionLst>'
        self.presentation.part._element.append(_parsed(f'<p:extLst><p:ext uri="{SECTIONS}">{sections}</p:ext></p:extLst>'))

    def _about(self) -> None:
        frame, about = self.deck.frame, self.presentation.core_properties
        when = datetime.fromisoformat(frame.updated)
        about.title, about.author, about.last_modified_by = frame.title, "Signpost", "Signpost"
        about.subject, about.comments = self.deck.summary, frame.status
        about.keywords = f"{frame.module} {frame.made_from} {frame.code} CC BY 4.0"
        about.category, about.language, about.version = f"{frame.topic.name}, {frame.ages}", frame.language, frame.made_from
        about.content_status, about.identifier = frame.states[:255], f"{self.deck.name} {frame.code}"
        about.created, about.modified, about.revision = when, when, 1

    def _written(self) -> bytes:
        made = io.BytesIO()
        self.presentation.save(made)
        with zipfile.ZipFile(made) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        kinds = re.sub(rb'<Override [^>]*ContentType="image/svg\+xml"[^>]*/>', b"", parts["[Content_Types].xml"])
        svg = b'<Default Extension="svg" ContentType="image/svg+xml"/>'
        parts["[Content_Types].xml"] = re.sub(rb"(<Types [^>]*>)", lambda types: types[1] + svg, kinds, count=1)
        return master.zipped(parts)


def _guid(name: str) -> str:
    return f"{{{str(uuid.uuid5(NAMES, name)).upper()}}}"


def _within(box: Box, ratio: float, align: str) -> Box:
    """The largest place of these proportions in a box, as `object-fit: contain` finds it."""
    width = min(box.w, box.h * ratio)
    height = width / ratio
    left = {"left": 0.0, "right": box.w - width}.get(align, (box.w - width) / 2)
    return Box(box.x + left, box.y + (box.h - height) / 2, width, height)


def _parsed(xml: str, bare: bool = False) -> Any:
    """An element of the text; `bare` where it names its own namespaces."""
    return parse_xml(xml if bare else re.sub(r"^<([\w:]+)", rf"<\1 {shapes.NAMESPACES}", xml, count=1))


