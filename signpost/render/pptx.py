"""A deck becomes a PowerPoint file that a teacher can edit: every word in a placeholder of its layout, from which it takes its look.

The file is a plate, made once for all schools, and what is one school's own: theme, master, the first and the last slide. The same
deck gives the same bytes.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from signpost import markdown
from signpost.model import Deck, Picture, Slide
from signpost.render import boards, draw, look, master, package, qr, raster, shapes, slides
from signpost.render.boards import Board, Filled, Paragraph, Run
from signpost.render.package import Member, relations, value
from signpost.render.shapes import NAMESPACES, TREE
from signpost.render.slides import Box, Level, Slot

SVG = "image/svg+xml"
ENDS = {"image/png": "png", "image/jpeg": "jpg"}
SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
SVG_BLIP = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
PIXELS_PER_CM = 60
NOTES = Slot(name="notes", box=Box(0, 0, 1, 1), levels=(Level(12, 16),))


@dataclass(frozen=True, slots=True)
class Plate:
    """What every school's file of a deck has: its members, compressed."""

    members: tuple[Member, ...]


def pptx(deck: Deck) -> bytes:
    """The deck as a PowerPoint file: slides with notes, alt text and languages, on its own slide master."""
    return imprint(plate(deck), deck)


def plate(deck: Deck) -> Plate:
    """What the deck's file is for every school; CannotRead where slides have more than their layouts hold."""
    count = len(deck.slides)
    links = (*master.LINKS, *(("slide", f"slides/slide{at}.xml") for at in range(1, count + 1)))
    parts = {
        "[Content_Types].xml": master.content_types(count),
        "ppt/presentation.xml": master.presentation(count, _sections(deck)),
        "ppt/_rels/presentation.xml.rels": relations(links),
    }
    for at, slide in enumerate(deck.slides, 1):
        parts[f"ppt/notesSlides/notesSlide{at}.xml"] = _notes(deck, slide)
        parts[f"ppt/notesSlides/_rels/notesSlide{at}.xml.rels"] = relations(
            (("notesMaster", "../notesMasters/notesMaster1.xml"), ("slide", f"../slides/slide{at}.xml"))
        )
    made = (package.member(name, text) for name, text in parts.items())
    held = (*made, *master.shared(deck.frame.tier.id, _prompts(deck)), *_slides(deck, boards.shared(deck)))
    return Plate(tuple({one.name: one for one in held}.values()))


def imprint(made: Plate, deck: Deck) -> bytes:
    """The file of one school from the plate of its deck."""
    frame, prompts = deck.frame, _prompts(deck)
    stamp, cover = boards.specimen(deck), boards.specimen(deck, cover=True)
    own = (
        master.theme(frame.tier.id, frame.imprint.colour),
        master.slide_master(frame.tier.id, prompts, boards.help_line(deck), stamp, frame.language),
        master.own_layout("title", frame.tier.id, prompts, cover, frame.language),
        master.own_layout("help", frame.tier.id, prompts, stamp, frame.language),
        _about(deck),
        *_slides(deck, boards.own(deck)),
    )
    return package.packed({one.name: one for one in (*made.members, *own)}.values())


def texts(content: bytes) -> tuple[str, ...]:
    """The words of each slide as a reader finds them: its own, those of its master that show on it, and its notes."""
    parts = package.parts(content)
    count = sum(bool(re.fullmatch(r"ppt/slides/slide\d+\.xml", name)) for name in parts)
    on_master, _ = _read(parts["ppt/slideMasters/slideMaster1.xml"], bare=True)
    found = []
    for number in range(1, count + 1):
        links = parts[f"ppt/slides/_rels/slide{number}.xml.rels"]
        own, _ = _read(parts[f"ppt/slides/slide{number}.xml"])
        on_layout, whole = _read(parts[_target(links, "slideLayout")], bare=True)
        notes, _ = _read(parts[_target(links, "notesSlide")])
        said = (own, on_layout, on_master if whole else "", notes)
        found.append("\n".join(word for word in said if word).replace(markdown.NBSP, " "))
    return tuple(found)


@lru_cache(maxsize=4096)
def _target(links: bytes, kind: str) -> str:
    target = re.search(rf'<Relationship [^>]*Target="\.\./({kind}s/[^"]+)"', package.text(links))
    if target is None:
        raise LookupError(f"a slide without its {kind}")
    return f"ppt/{target[1]}"


@lru_cache(maxsize=4096)
def _read(part: bytes, bare: bool = False) -> tuple[str, bool]:
    """The words of a part, `bare` without those of placeholders, and whether the master shows on it; most parts are in many files."""
    xml = package.text(part)
    shown = [shape for shape in re.findall(r"<p:sp>.*?</p:sp>", xml, flags=re.DOTALL) if "<p:ph" not in shape] if bare else [xml]
    return "\n".join(filter(None, map(_words, shown))), 'showMasterSp="0"' not in xml


def _words(xml: str) -> str:
    broken = re.sub(r"<a:br>.*?</a:br>", "<a:t> </a:t>", xml)
    lines = ("".join(re.findall(r"<a:t>([^<]*)</a:t>", one)) for one in re.findall(r"<a:p>(.*?)</a:p>", broken, flags=re.DOTALL))
    return "\n".join(filter(None, (unescape(line).replace("\t", " ").strip() for line in lines)))


def _prompts(deck: Deck) -> master.Prompts:
    return tuple(pair for pair in deck.frame.phrases if pair[0].startswith("slide-slot-"))


# --- slides -------------------------------------------------------------------------------------------------


def _slides(deck: Deck, some: tuple[Board, ...]) -> list[Member]:
    """The parts of some slides: each slide, its relationships and its pictures, each picture once and as large as it is shown first."""
    made: list[Member] = []
    shown: dict[str, tuple[float, tuple[Member, ...]]] = {}
    for board in some:
        page, number = _Page(deck, board, shown), board.slide.number
        text = page.xml()
        made.append(package.member(f"ppt/slides/slide{number}.xml", text))
        links = (*page.links, ("notesSlide", f"../notesSlides/notesSlide{number}.xml"))
        made.append(package.member(f"ppt/slides/_rels/slide{number}.xml.rels", relations(links)))
        made += page.media
    return made


@dataclass(slots=True)
class _Page:
    """A slide in the making: what it shows so far, and what that needs besides."""

    deck: Deck
    board: Board
    shown: dict[str, tuple[float, tuple[Member, ...]]]
    links: list[tuple[str, str]] = field(default_factory=list)
    media: list[Member] = field(default_factory=list)

    def xml(self) -> str:
        slide, tier = self.board.slide, self.deck.frame.tier.number
        known = slides.layout(slide.layout, tier)
        self.links.append(("slideLayout", f"../slideLayouts/{master.layout_part(slide.layout)}"))
        ids = shapes.counter()
        tree = [self._placeholder(one, known[one.slot.name], next(ids)) for one in self.board.filled]
        rail = slides.rail(slide.number, slide.of) if slide.layout != "title" else ()
        tree += [shapes.mark(one, ids) for one in (*rail, *self.board.before)]
        return (
            f"<p:sld {NAMESPACES}><p:cSld><p:spTree>{TREE}{''.join(tree)}</p:spTree></p:cSld>"
            "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
        )

    def _placeholder(self, one: Filled, base: Slot, id: int) -> str:
        kind = master.shapes_as(self.board.slide.layout, base)
        if one.picture:
            return self._picture(one, kind, id)
        slot = one.slot
        place = shapes.frame(slot.box, flip=slot.shape == "back") if slot.box != base.box else ""
        if place and (slot.box.w, slot.box.h) != (base.box.w, base.box.h) and slot.shape not in {"text", "box"}:
            place += shapes.geometry(slot)
        body = shapes.body(slot) if slot.anchor != base.anchor else "<a:bodyPr/>"
        paragraphs = "".join(shapes.paragraph(paragraph, slot, base, self.deck.frame.language) for paragraph in one.paragraphs)
        about = (
            f'<p:nvSpPr><p:cNvPr id="{id}" name="{master.label(slot)}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
            f"<p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr>"
        )
        return f"<p:sp>{about}<p:spPr>{place}</p:spPr><p:txBody>{body}<a:lstStyle/>{paragraphs}</p:txBody></p:sp>"

    def _picture(self, one: Filled, kind: str, id: int) -> str:
        if one.picture not in self.shown:
            self.shown[one.picture] = _files(self.deck, one.picture, one.slot.box)
        ratio, files = self.shown[one.picture]
        place = _within(one.slot.box, ratio, one.slot.align)
        sharp = ""
        if len(files) > 1:
            space = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
            drawn = f'<asvg:svgBlip xmlns:asvg="{space}" r:embed="{self._link(files[1])}"/>'
            sharp = f'<a:extLst><a:ext uri="{SVG_BLIP}">{drawn}</a:ext></a:extLst>'
        about = (
            f'<p:nvPicPr><p:cNvPr id="{id}" name="{master.label(one.slot)}" descr="{value(one.alt)}"/><p:cNvPicPr>'
            f'<a:picLocks noGrp="1" noChangeAspect="1"/></p:cNvPicPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvPicPr>'
        )
        image = f'<a:blip r:embed="{self._link(files[0])}">{sharp}</a:blip>'
        fill = f"<p:blipFill>{image}<a:stretch><a:fillRect/></a:stretch></p:blipFill>"
        return f"<p:pic>{about}{fill}<p:spPr>{shapes.frame(place)}</p:spPr></p:pic>"

    def _link(self, file: Member) -> str:
        """The relationship by which the slide has a picture; one for each file, however often it is shown."""
        link = ("image", f"../media/{file.name.removeprefix('ppt/media/')}")
        if link not in self.links:
            self.links.append(link)
            self.media.append(file)
        return f"rId{self.links.index(link) + 1}"


def _within(box: Box, ratio: float, align: str) -> Box:
    """The largest place of these proportions in a box, as `object-fit: contain` finds it."""
    width = min(box.w, box.h * ratio)
    height = width / ratio
    left = {"left": 0.0, "right": box.w - width}.get(align, (box.w - width) / 2)
    return Box(box.x + left, box.y + (box.h - height) / 2, width, height)


# --- pictures -----------------------------------------------------------------------------------------------


def _files(deck: Deck, name: str, box: Box) -> tuple[float, tuple[Member, ...]]:
    """A picture's width to its height, and its files: what any program shows and, of a drawing, the drawing itself.

    A file's name says what it shows, and not which picture of the deck it is: a school without a logo changes no other name.
    """
    frame = deck.frame
    if name == "logo":
        return _logo(frame.imprint.logo)
    if name.startswith("qr:"):
        return _drawing("qr", qr.qr(name.removeprefix("qr:")), box)
    for at, own in enumerate(frame.pictures, 1):
        if own.name == name.removeprefix("pictures/"):
            return _drawing(f"picture{at}", own.content.decode(), box) if own.media_type == SVG else _photograph(f"picture{at}", own)
    art = name.removeprefix("art:")
    return _drawing(f"art-{art}", draw.art(art, frame.tier.id), box)


@lru_cache(maxsize=512)
def _drawing(name: str, svg: str, box: Box) -> tuple[float, tuple[Member, ...]]:
    across, down = raster.size(svg)
    pixels = round(min(box.w, box.h * across / down) * PIXELS_PER_CM)
    png = package.member(f"ppt/media/{name}-{pixels}.png", raster.png(svg, pixels))
    return across / down, (png, package.member(f"ppt/media/{name}.svg", svg.encode()))


@lru_cache(maxsize=16)
def _logo(svg: str) -> tuple[float, tuple[Member, ...]]:
    across, down = raster.size(svg)
    pixels, png = raster.logo(svg)
    return across / down, (package.member(f"ppt/media/logo-{pixels}.png", png), package.member("ppt/media/logo.svg", svg.encode()))


@lru_cache(maxsize=64)
def _photograph(name: str, own: Picture) -> tuple[float, tuple[Member, ...]]:
    across, down = look.size(own.content)
    return across / down, (package.member(f"ppt/media/{name}.{ENDS[own.media_type]}", own.content),)


# --- notes, sections, properties ----------------------------------------------------------------------------


def _notes(deck: Deck, slide: Slide) -> str:
    lines = []
    for kind, text in slide.notes:
        for at, line in enumerate(text.split("\n")):
            start = (Run(f"{boards.phrase(deck, f'note-{kind}')}: ", bold=True),) if at == 0 else ()
            lines.append(Paragraph((*start, Run(line))))
    said = "".join(shapes.paragraph(line, NOTES, NOTES, deck.frame.language) for line in lines or [Paragraph(())])
    picture = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/></p:cNvSpPr>'
        '<p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp>'
    )
    notes = (
        '<p:sp><p:nvSpPr><p:cNvPr id="3" name="Notes"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
        '<p:ph type="body" sz="quarter" idx="3"/></p:nvPr></p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr/><a:lstStyle/>{said}</p:txBody></p:sp>"
    )
    return (
        f"<p:notes {NAMESPACES}><p:cSld><p:spTree>{TREE}{picture}{notes}</p:spTree></p:cSld>"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>"
    )


def _sections(deck: Deck) -> str:
    """Slides under the titles of the lesson's sections, as PowerPoint's list of slides shows them."""
    groups: list[tuple[str, list[int]]] = []
    for at, slide in enumerate(deck.slides):
        name = deck.frame.title if slide.layout == "title" else slide.title if slide.layout == "help" else slide.section
        if not groups or groups[-1][0] != name:
            groups.append((name, []))
        groups[-1][1].append(256 + at)
    made = []
    for at, (name, some) in enumerate(groups):
        listed = "".join(f'<p14:sldId id="{id}"/>' for id in some)
        key = shapes.guid(f"{at} {name}")
        made.append(f'<p14:section name="{value(name)}" id="{key}"><p14:sldIdLst>{listed}</p14:sldIdLst></p14:section>')
    space = "http://schemas.microsoft.com/office/powerpoint/2010/main"
    sections = f'<p14:sectionLst xmlns:p14="{space}">{"".join(made)}</p14:sectionLst>'
    return f'<p:extLst><p:ext uri="{SECTIONS}">{sections}</p:ext></p:extLst>'


def _about(deck: Deck) -> Member:
    frame = deck.frame
    said = (
        ("dc:title", frame.title),
        ("dc:subject", deck.summary),
        ("dc:description", frame.status),
        ("cp:keywords", f"{frame.module} {frame.made_from} {frame.code} CC BY 4.0"),
        ("cp:category", f"{frame.topic.name}, {frame.ages}"),
        ("dc:language", frame.language),
        ("cp:version", frame.made_from),
        ("cp:contentStatus", frame.states[:255]),
        ("dc:identifier", f"{deck.name} {frame.code}"),
    )
    return package.core(said, frame.updated)
