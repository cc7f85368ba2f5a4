"""The slide master: one master, a layout for each kind of slide, and a theme, as the parts of a PowerPoint file.

Every colour is one of the theme and every font one of its two, so that a school changes the whole deck with one click. The help
line and the word 'Specimen' stand on the master, each once: a school's own text is put in there and not slide by slide.
"""

from functools import lru_cache

from signpost.render import draw, package, shapes, slides
from signpost.render.boards import OWN, Filled
from signpost.render.package import Member, relations, words
from signpost.render.shapes import NAMESPACES, TREE
from signpost.render.slides import Level, Slot

OFFICE = "application/vnd.openxmlformats-officedocument"
MAP = (
    'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" '
    'accent6="accent6" hlink="hlink" folHlink="folHlink"'
)
LANGUAGE = "en-GB"
HELP_LINE, SPECIMEN = "Help line", "Specimen"
LINKS = (
    ("slideMaster", "slideMasters/slideMaster1.xml"), ("notesMaster", "notesMasters/notesMaster1.xml"), ("theme", "theme/theme1.xml"),
    ("presProps", "presProps.xml"), ("viewProps", "viewProps.xml"), ("tableStyles", "tableStyles.xml"),
)

Prompts = tuple[tuple[str, str], ...]


def layout_part(name: str) -> str:
    """The part that holds a layout: 'slideLayout1.xml'."""
    return f"slideLayout{list(slides.LAYOUTS).index(name) + 1}.xml"


@lru_cache(maxsize=64)
def shared(tier: str, prompts: Prompts) -> tuple[Member, ...]:
    """What is the same for every school of an age band: all layouts but those of the first and the last slide, notes, properties."""
    said = dict(prompts)
    names = tuple(slides.LAYOUTS)
    of_master = (*(("slideLayout", f"../slideLayouts/{layout_part(name)}") for name in names), ("theme", "../theme/theme1.xml"))
    parts = {
        "_rels/.rels": relations((("officeDocument", "ppt/presentation.xml"), ("core-properties", package.CORE))),
        "ppt/presProps.xml": f"<p:presentationPr {NAMESPACES}/>",
        "ppt/viewProps.xml": f"<p:viewPr {NAMESPACES}/>",
        "ppt/tableStyles.xml": f'<a:tblStyleLst {NAMESPACES} def="{{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}}"/>',
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations(of_master),
        "ppt/theme/theme2.xml": _theme(tier, draw.COLOURS[tier]),  # of the notes: no school's own
        "ppt/notesMasters/notesMaster1.xml": _notes_master(said),
        "ppt/notesMasters/_rels/notesMaster1.xml.rels": relations((("theme", "../theme/theme2.xml"),)),
    }
    for name in names:
        parts[f"ppt/slideLayouts/_rels/{layout_part(name)}.rels"] = relations((("slideMaster", "../slideMasters/slideMaster1.xml"),))
        if name not in OWN:
            parts[f"ppt/slideLayouts/{layout_part(name)}"] = _layout(name, int(tier[1:]), said)
    return tuple(package.member(name, text) for name, text in parts.items())


@lru_cache(maxsize=64)
def theme(tier: str, school: str) -> Member:
    """The theme with an age band's colours and a school's."""
    return package.member("ppt/theme/theme1.xml", _theme(tier, school))


@lru_cache(maxsize=64)
def slide_master(tier: str, prompts: Prompts, help_line: Filled, stamp: Filled | None, language: str) -> Member:
    """The master with a school's help line and, where the school does not exist, the word that says so."""
    static = ((HELP_LINE, help_line), *(((SPECIMEN, stamp),) if stamp else ()))
    return package.member("ppt/slideMasters/slideMaster1.xml", _slide_master(int(tier[1:]), dict(prompts), static, language))


@lru_cache(maxsize=64)
def own_layout(name: str, tier: str, prompts: Prompts, stamp: Filled | None, language: str) -> Member:
    """The layout of the first or of the last slide, on which the master does not show: with the word 'Specimen' or without."""
    return package.member(f"ppt/slideLayouts/{layout_part(name)}", _layout(name, int(tier[1:]), dict(prompts), stamp, language))


def content_types(count: int) -> str:
    """The kinds of the parts of a deck of so many slides, whatever pictures it has."""
    pml = f"{OFFICE}.presentationml"
    kinds = {
        package.CORE: package.CORE_KIND,
        "ppt/presentation.xml": f"{pml}.presentation.main+xml",
        "ppt/presProps.xml": f"{pml}.presProps+xml",
        "ppt/viewProps.xml": f"{pml}.viewProps+xml",
        "ppt/tableStyles.xml": f"{pml}.tableStyles+xml",
        "ppt/slideMasters/slideMaster1.xml": f"{pml}.slideMaster+xml",
        "ppt/notesMasters/notesMaster1.xml": f"{pml}.notesMaster+xml",
        "ppt/theme/theme1.xml": f"{OFFICE}.theme+xml",
        "ppt/theme/theme2.xml": f"{OFFICE}.theme+xml",
        **{f"ppt/slideLayouts/{layout_part(name)}": f"{pml}.slideLayout+xml" for name in slides.LAYOUTS},
        **{f"ppt/slides/slide{at}.xml": f"{pml}.slide+xml" for at in range(1, count + 1)},
        **{f"ppt/notesSlides/notesSlide{at}.xml": f"{pml}.notesSlide+xml" for at in range(1, count + 1)},
    }
    pictures = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg"}
    files = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    return package.content_types(pictures | files, kinds)


def presentation(count: int, sections: str) -> str:
    """The part that lists masters and slides; slide 1 has the id 256, and the relationship that follows those of the masters."""
    size = f'<p:sldSz cx="{12_192_000}" cy="{6_858_000}"/><p:notesSz cx="{6_858_000}" cy="{9_144_000}"/>'
    masters = '<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
    notes = '<p:notesMasterIdLst><p:notesMasterId r:id="rId2"/></p:notesMasterIdLst>'
    listed = "".join(f'<p:sldId id="{256 + at}" r:id="rId{len(LINKS) + 1 + at}"/>' for at in range(count))
    default = f'<p:defaultTextStyle><a:defPPr><a:defRPr lang="{LANGUAGE}"/></a:defPPr></p:defaultTextStyle>'
    return (
        f'<p:presentation {NAMESPACES} saveSubsetFonts="1">{masters}{notes}<p:sldIdLst>{listed}</p:sldIdLst>{size}{default}{sections}'
        "</p:presentation>"
    )


# --- theme --------------------------------------------------------------------------------------------------


def _theme(tier: str, school: str) -> str:
    young = slides.SCALES[int(tier[1:])].lexend
    colours = {
        "dk1": draw.SCREEN_INK, "lt1": draw.WHITE, "dk2": "#4A5665", "lt2": draw.TINTS[tier], "accent1": draw.COLOURS[tier],
        "accent2": draw.SUN, "accent3": "#4A5665", "accent4": school, "accent5": "#8592A0", "accent6": "#9C4300", "hlink": "#9C4300",
        "folHlink": "#4A5665",
    }
    scheme = "".join(f'<a:{name}><a:srgbClr val="{colour[1:].upper()}"/></a:{name}>' for name, colour in colours.items())
    fonts = "".join(
        f'<a:{kind}Font><a:latin typeface="{face}"/><a:ea typeface=""/><a:cs typeface=""/></a:{kind}Font>'
        for kind, face in (("major", "Lexend"), ("minor", "Lexend" if young else "Atkinson Hyperlegible"))
    )
    flat = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(f'<a:ln w="{width}">{flat}</a:ln>' for width in (9525, 19050, 38100))
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    formats = (
        f'<a:fmtScheme name="Signpost"><a:fillStyleLst>{flat * 3}</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst>'
        f"<a:effectStyleLst>{effects}</a:effectStyleLst><a:bgFillStyleLst>{flat * 3}</a:bgFillStyleLst></a:fmtScheme>"
    )
    elements = f'<a:clrScheme name="Signpost {tier}">{scheme}</a:clrScheme><a:fontScheme name="Signpost">{fonts}</a:fontScheme>{formats}'
    rest = "<a:objectDefaults/><a:extraClrSchemeLst/>"
    return f'<a:theme {NAMESPACES} name="Signpost"><a:themeElements>{elements}</a:themeElements>{rest}</a:theme>'


# --- master and layouts -------------------------------------------------------------------------------------


def _slide_master(tier: int, said: dict[str, str], static: tuple[tuple[str, Filled], ...], language: str) -> str:
    ids = shapes.counter()
    idea = slides.layout("idea", tier)
    ground = '<p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
    tree = [_placeholder(idea[name], f'type="{kind}"', next(ids), said) for name, kind in (("title", "title"), ("text", "body"))]
    tree.append(_placeholder(idea["footer"], 'type="ftr" sz="quarter" idx="3"', next(ids), said))
    tree.append(shapes.mark(slides.POST, ids))
    tree += [_static(name, one, next(ids), language) for name, one in static]
    known = "".join(f'<p:sldLayoutId id="{2147483648 + at}" r:id="rId{at}"/>' for at in range(1, len(slides.LAYOUTS) + 1))
    other = Slot(name="other", box=slides.HELP_LINE.box, levels=(Level(18, 22),))
    written = {"title": idea["title"], "body": idea["text"], "other": other}
    text = "".join(f"<p:{kind}Style>{shapes.styles(slot)}</p:{kind}Style>" for kind, slot in written.items())
    return (
        f'<p:sldMaster {NAMESPACES} preserve="1"><p:cSld name="Signpost">{ground}<p:spTree>{TREE}{"".join(tree)}</p:spTree></p:cSld>'
        f"<p:clrMap {MAP}/><p:sldLayoutIdLst>{known}</p:sldLayoutIdLst><p:txStyles>{text}</p:txStyles></p:sldMaster>"
    )


def _layout(name: str, tier: int, said: dict[str, str], stamp: Filled | None = None, language: str = "") -> str:
    ids = shapes.counter()
    own = name in OWN  # without the help line: the first slide has the school, the last has help itself
    behind = [one for one in slides.fixed(name) if own or one is not slides.POST]
    tree = [shapes.mark(one, ids) for one in behind]
    slots = slides.layout(name, tier)
    tree += [_placeholder(slot, shapes_as(name, slot), next(ids), said) for slot in slots.values()]
    if stamp:
        tree.append(_static(SPECIMEN, stamp, next(ids), language))
    shown = ' showMasterSp="0"' if own else ""
    return (
        f'<p:sldLayout {NAMESPACES}{shown} preserve="1" userDrawn="1"><p:cSld name="{slides.LAYOUTS[name]}"><p:spTree>{TREE}{"".join(tree)}'
        f"</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )


def shapes_as(name: str, slot: Slot) -> str:
    """What a slot is as a placeholder: its type and its number in the layout, the same on the layout and on each slide."""
    if slot.name == "title":
        return 'type="title"'
    if slot.name == "footer":
        return 'type="ftr" sz="quarter" idx="3"'
    number = 10 + list(slides.layout(name, 1)).index(slot.name)
    return f'type="{"pic" if slot.shape == "picture" else "body"}" sz="quarter" idx="{number}"'


def _placeholder(slot: Slot, kind: str, id: int, said: dict[str, str]) -> str:
    custom = kind if "ftr" in kind else f'{kind} hasCustomPrompt="1"'
    about = (
        f'<p:nvSpPr><p:cNvPr id="{id}" name="{label(slot)}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph {custom}/></p:nvPr></p:nvSpPr>"
    )
    place = shapes.frame(slot.box, flip=slot.shape == "back") + shapes.geometry(slot) + shapes.look(slot)
    styles = shapes.styles(slot) or '<a:lvl1pPr marL="0" indent="0"><a:buNone/><a:defRPr sz="1400"/></a:lvl1pPr>'
    empty = f'<a:p><a:r><a:rPr lang="{LANGUAGE}"/><a:t>{words(_prompt(slot, said))}</a:t></a:r></a:p>'
    return f"<p:sp>{about}<p:spPr>{place}</p:spPr><p:txBody>{shapes.body(slot)}<a:lstStyle>{styles}</a:lstStyle>{empty}</p:txBody></p:sp>"


def _prompt(slot: Slot, said: dict[str, str]) -> str:
    """What PowerPoint shows in the placeholder while it is empty: 'Option 2'."""
    name, _, number = slot.name.removeprefix("left-").removeprefix("right-").partition("-")
    return said[f"slide-slot-{name}"].format(n=number)


def label(slot: Slot) -> str:
    """What a slot is called in PowerPoint's list of things on a slide."""
    return slot.name.replace("-", " ").capitalize()


def _static(name: str, one: Filled, id: int, language: str) -> str:
    """What a school says on every slide."""
    slot = one.slot
    about = f'<p:nvSpPr><p:cNvPr id="{id}" name="{name}"/><p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr>'
    place = shapes.frame(slot.box) + shapes.geometry(slot) + shapes.look(slot)
    said = "".join(shapes.paragraph(paragraph, slot, slot, language) for paragraph in one.paragraphs)
    return (
        f"<p:sp>{about}<p:spPr>{place}</p:spPr><p:txBody>{shapes.body(slot)}<a:lstStyle>{shapes.styles(slot)}</a:lstStyle>{said}</p:txBody></p:sp>"
    )


def _notes_master(said: dict[str, str]) -> str:
    levels = (Level(12, 16, before=4), Level(12, 16, before=4))
    slot = Slot(name="notes", box=slides.Box(1.9, 12.2, 15.2, 11.4), levels=levels)
    frame = slides.Box(1.9, 1.9, 15.2, 8.55)
    picture = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr><p:spPr>{shapes.frame(frame)}'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>'
        '<a:ln w="9525"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill></a:ln></p:spPr></p:sp>'
    )
    notes = _placeholder(slot, 'type="body" sz="quarter" idx="3"', 3, said).replace(' hasCustomPrompt="1"', "")
    ground = '<p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef></p:bg>'
    return (
        f"<p:notesMaster {NAMESPACES}><p:cSld>{ground}<p:spTree>{TREE}{picture}{notes}"
        f"</p:spTree></p:cSld><p:clrMap {MAP}/><p:notesStyle>{shapes.styles(slot)}</p:notesStyle></p:notesMaster>"
    )
