"""What is read and drawn on each slide of a deck: its parts laid into the slots of its layout, once for PPTX, PDF and HTML."""

import html as entities
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from signpost import markdown
from signpost.model import Deck, Outside, Part, Slide
from signpost.problem import CannotRead, Problem
from signpost.render import draw, measure, slides
from signpost.render.slides import Box, Level, Mark, Slot

Slots = Mapping[str, Slot]
FEW = 24
OWN = frozenset({"title", "help"})


@dataclass(frozen=True, slots=True)
class Run:
    """Words set alike."""

    text: str
    bold: bool = False
    lexend: bool = False
    number: bool = False  # of the slide: PowerPoint counts anew where a teacher moves it
    name: bool = False  # no line ends at a hyphen in it


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; its level is a place in the slot's levels."""

    runs: tuple[Run, ...]
    level: int = 0

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A slot and what stands in it on one slide; `data` names it where a school's own text stands there."""

    slot: Slot
    paragraphs: tuple[Paragraph, ...] = ()
    picture: str = ""
    alt: str = ""
    data: str = ""

    @property
    def text(self) -> str:
        """Its words, a line for each paragraph."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One slide as it is shown: what is read, in reading order, and what is drawn behind and before it."""

    slide: Slide
    filled: tuple[Filled, ...]
    behind: tuple[Mark, ...]
    before: tuple[Mark, ...]


def boards(deck: Deck) -> tuple[Board, ...]:
    """Every slide of a deck with its slots filled; CannotRead where slides have more than their layouts hold."""
    return _all(deck, deck.slides)


def shared(deck: Deck) -> tuple[Board, ...]:
    """The slides on which nothing depends on the school, its slots filled."""
    return _all(deck, tuple(slide for slide in deck.slides if not is_own(slide)))


def own(deck: Deck) -> tuple[Board, ...]:
    """The slides that say whose school it is and who helps: the first and the last."""
    return _all(deck, tuple(slide for slide in deck.slides if is_own(slide)))


def is_own(slide: Slide) -> bool:
    """A school's own words stand on it, and not only at its foot."""
    return slide.layout in OWN


def _all(deck: Deck, some: tuple[Slide, ...]) -> tuple[Board, ...]:
    made: list[Board] = []
    problems: list[Problem] = []
    for slide in some:
        try:
            made.append(board(deck, slide))
        except CannotRead as finding:
            problems.extend(finding.problems)
    if problems:
        raise CannotRead(*problems)
    return tuple(made)


def phrase(deck: Deck, key: str) -> str:
    """A fixed phrase in the deck's language."""
    for name, said in deck.frame.phrases:
        if name == key:
            return said
    raise KeyError(key)


def board(deck: Deck, slide: Slide) -> Board:
    """One slide with its slots filled; CannotRead where it has more than its layout holds."""
    slots = slides.layout(slide.layout, deck.frame.tier.number)
    filled = [one for one in _FILL[slide.layout](deck, slide, slots) if one.paragraphs or one.picture]
    icons = tuple(_icons(deck, slide, filled))
    if slide.layout == "title":
        return Board(slide=slide, filled=tuple(filled), behind=slides.fixed("title"), before=icons)
    words = phrase(deck, "slide-footer").format(topic=deck.frame.topic.name, ages=deck.frame.ages, n="\t", of=slide.of)
    before, _, after = words.partition("\t")
    footer = Paragraph((Run(before), Run(str(slide.number), number=True), Run(after)))
    label = replace(slots["label"], box=replace(slots["label"].box, y=slides.label_top(slide.number, slide.of)))
    foot = _sized(slots["footer"], slides.FOOTERS, before + "00" + after)
    filled += [Filled(slot=foot, paragraphs=(footer,)), _line(label, slide.label)]
    behind = (*slides.fixed(slide.layout), *slides.rail(slide.number, slide.of))
    return Board(slide=slide, filled=tuple(filled), behind=behind, before=icons)


# --- from prose to paragraphs -------------------------------------------------------------------------------


def paragraphs(text: str) -> Iterator[Paragraph]:
    """Prose as paragraphs; an item of a list is at level 1."""
    runs: list[Run] = []
    bold, level = False, 0
    for found in re.finditer(r"<(?P<end>/?)(?P<tag>\w+)[^>]*>|(?P<text>[^<]+)", markdown.html(text)):
        if found["text"]:
            runs.append(Run(entities.unescape(found["text"]).replace("\n", " "), bold))
        elif found["tag"] == "strong":
            bold = not found["end"]
        elif found["tag"] in {"p", "li", "ul", "ol", "td", "th", "tr"}:
            yield from _whole(runs, level)
            runs, level = [], int(found["tag"] == "li" and not found["end"])
    yield from _whole(runs, level)


def _whole(runs: list[Run], level: int) -> Iterator[Paragraph]:
    if not "".join(run.text for run in runs).strip():
        return
    runs[0] = replace(runs[0], text=re.sub(r"^\s*(?:\{[a-z]+\}\s*)?", "", runs[0].text))
    runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    yield Paragraph(tuple(run for run in runs if run.text), level)


def _prose(deck: Deck, parts: tuple[Part, ...]) -> Iterator[Paragraph]:
    for part in parts:
        if part.kind in ("text", "fact"):
            yield from paragraphs(markdown.without_pictures(part.prose))
        elif part.kind == "include":
            yield from _prose(deck, part.parts)
        elif part.kind == "law":
            yield from (Paragraph((Run(sentence),)) for sentence in deck.law)


def _listed(deck: Deck, slide: Slide) -> tuple[tuple[Paragraph, ...], tuple[Paragraph, ...]]:
    """The items of a slide's list, and its other paragraphs."""
    prose = tuple(_prose(deck, slide.parts))
    return tuple(replace(one, level=0) for one in prose if one.level), tuple(one for one in prose if not one.level)


def _line(slot: Slot, text: str, data: str = "") -> Filled:
    return Filled(slot=slot, paragraphs=(Paragraph((Run(text),)),), data=data)


def _at(slot: Slot, **measures: float) -> Slot:
    return replace(slot, box=replace(slot.box, **measures))


def _limited(slide: Slide, found: int, least: int, most: int, noun: str) -> None:
    if not least <= found <= most:
        wanted = f"{least} to {most}" if least < most else str(most)
        what = f"The slide '{slide.title}' has {found} {noun}; its layout '{slide.layout}' holds {wanted}."
        raise CannotRead(Problem(slide.place, "slide-form", what, f"Write {wanted} {noun}, or choose another layout."))


# --- layout by layout ---------------------------------------------------------------------------------------


def _heading(slide: Slide, slots: Slots) -> Filled:
    slot = slots["title"]
    return _line(_sized(slot, (slides.TITLE, slides.TITLE_LONG), slide.title), markdown.bind(slide.title))


def _has_key(slide: Slide) -> bool:
    return any(part.kind == "key" for part in slide.parts)


def _key(slide: Slide, slots: Slots) -> Iterator[Filled]:
    slot = slots["key"]
    for part in slide.parts:
        if part.kind == "key":
            lines = _balanced(markdown.plain(part.prose).replace("\n", " "), slot.levels[0], slot.text_width)
            yield Filled(slot=slot, paragraphs=(Paragraph((Run(lines),)),))


def _balanced(text: str, level: Level, room: float) -> str:
    """A line too long for one is broken where a sentence ends, or else in the middle: never one word alone."""

    def wide(words: str) -> float:
        return _wide(words, level)

    breaks = [(text[: at.start()], text[at.end() :]) for at in re.finditer(" ", text)]
    fitting = [pair for pair in breaks if max(map(wide, pair)) <= room]
    if wide(text) <= room or not fitting:
        return text
    first, second = min(fitting, key=lambda pair: (pair[0][-1] not in ".?:", max(map(wide, pair))))
    return f"{first}\n{second}"


def _picture(slot: Slot, name: str, alt: str) -> Filled:
    """A drawing of ours says itself what it shows, where the author did not."""
    told = alt or (drawing(name, "t4")[1] if name and not name.startswith("pictures/") else "")
    return Filled(slot=slot, picture=name, alt=told)


def drawing(name: str, tier: str) -> tuple[str, str]:
    """A drawing of ours in a tier's colours, and what it shows."""
    svg = draw.art(name.removeprefix("art:"), tier)
    told = re.search(r"<title>([^<]*)</title>", svg)
    return svg, entities.unescape(told[1]) if told else ""


def _cover(deck: Deck, slide: Slide, slots: Slots) -> Iterator[Filled]:
    own, title = deck.frame.imprint, slots["title"]
    two = _lines(slide.title, slides.COVER, title.text_width) <= 2
    yield _line(title if two else replace(title, levels=(slides.COVER_LONG,)), markdown.bind(slide.title))
    yield _line(slots["promise"], deck.promise)
    cover = phrase(deck, "slide-cover").format(topic=deck.frame.topic.name, ages=deck.frame.ages, minutes=deck.minutes)
    yield _line(slots["meta"], cover)
    yield _line(_sized(slots["school"], slides.SCHOOLS, own.school), own.school, data="school")
    if own.logo:
        yield Filled(slot=slots["logo"], picture="logo", alt=phrase(deck, "letter-logo").format(school=own.school), data="logo")


KERNED = 1.01  # letters that are set apart from each other make a line up to so much longer than they are


def _lines(text: str, level: Level, room: float) -> int:
    """How many lines the words take, words kept whole."""
    lines, line = 1, ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if line and _wide(longer, level) > room:
            lines, line = lines + 1, word
        else:
            line = longer
    return lines


def _wide(text: str, level: Level) -> float:
    family, bold = ("Lexend", 600) if level.lexend else ("Atkinson Hyperlegible", 700)
    return measure.width(text, level.size, family, bold if level.bold else 400) * KERNED


def _sized(slot: Slot, levels: tuple[Level, ...], text: str) -> Slot:
    """The slot with the first of the levels at which a long name or address stays on one line, or with the last."""
    return replace(slot, levels=(next((one for one in levels if _wide(text, one) <= slot.text_width), levels[-1]),))


def _idea(deck: Deck, slide: Slide, slots: Slots) -> Iterator[Filled]:
    keyed, text = _has_key(slide), slots["text"]
    prose = tuple(_prose(deck, slide.parts))
    count = sum(len(one.text.split()) for one in prose)
    beside = slides.beside(count, keyed)
    width = beside.x - 0.8 - text.box.x if slide.picture else text.box.w
    text = replace(_at(text, w=width, h=9.2 if keyed else text.box.h), anchor="middle" if slide.picture and len(prose) <= 3 else "top")
    if count <= FEW and not slide.picture:
        text = replace(text, levels=slides.large(deck.frame.tier.number), anchor="middle")
    yield _heading(slide, slots)
    yield Filled(slot=text, paragraphs=prose)
    yield from _key(slide, slots)
    yield _picture(replace(slots["picture"], box=beside), slide.picture, slide.picture_alt)


def _compare(deck: Deck, slide: Slide, slots: Slots) -> Iterator[Filled]:
    columns = [part for part in slide.parts if part.kind == "column"]
    _limited(slide, len(columns), 2, 2, "columns")
    yield _heading(slide, slots)
    for side, column in zip(("left", "right"), columns, strict=True):
        shown = [found for inner in column.some("text") for found in markdown.pictures(inner.text)]
        name, alt = (column.option("picture"), "") if column.option("picture") else next(iter(shown), ("", ""))
        head, text, picture = (slots[f"{side}-{kind}"] for kind in ("head", "text", "picture"))
        places = slides.column(text.box.x, _has_key(slide), bool(name))
        yield _line(replace(head, box=places[0]), column.title)
        yield Filled(slot=replace(text, box=places[1]), paragraphs=tuple(_prose(deck, column.parts)))
        yield _picture(replace(picture, box=places[2]), name, alt)
    yield from _key(slide, slots)


def _scenario(deck: Deck, slide: Slide, slots: Slots) -> Iterator[Filled]:
    text, picture, keyed = slots["text"], slots["picture"], _has_key(slide)
    yield _heading(slide, slots)
    box = _at(text, w=text.box.w if slide.picture else 25.0, h=9.2 if keyed else text.box.h)
    yield Filled(slot=box, paragraphs=tuple(_prose(deck, slide.parts)))
    yield from _key(slide, slots)
    yield _picture(_at(picture, h=8.8) if keyed else picture, slide.picture, slide.picture_alt)


def _question(deck: Deck, slide: Slide, slots: Slots) -> Iterator[Filled]:
    options, prompt = _listed(deck, slide)
    _limited(slide, len(options), 2, 4, "options")
    yield _heading(slide, slots)
    for at, option in enumerate(options):
        slot = replace(slots[f"option-{at + 1}"], box=slides.option_box(at, len(options), bool(slide.picture)))
        yield Filled(slot=slot, paragraphs=(_counted("ABCD"[at], option),))
    yield Filled(slot=slots["prompt"], paragraphs=prompt)
    yield _picture(slots["picture"], slide.picture, slide.picture_alt)


def _counted(sign: str, paragraph: Paragraph) -> Paragraph:
    """A letter or number hangs before the words, a tab between."""
    return Paragraph((Run(f"{sign}\t", bold=True, lexend=True), *paragraph.runs))


def _path(deck: Deck, slide: Slide, slots: Slots) -> Iterator[Filled]:
    points, note = _listed(deck, slide)
    _limited(slide, len(points), 5, 5, "turning points")
    yield _heading(slide, slots)
    for at, point in enumerate(points):
        lead = tuple(replace(run, bold=False) for run in point.runs if run.bold)
        rest = "".join(run.text for run in point.runs if not run.bold).strip()
        both = (Paragraph(lead), Paragraph((Run(rest),), 1))
        yield Filled(slot=slots[f"point-{at + 1}"], paragraphs=tuple(one for one in both if one.text))
    yield from _key(slide, slots)
    yield Filled(slot=slots["note"], paragraphs=note)


def _steps(deck: Deck, slide: Slide, slots: Slots) -> Iterator[Filled]:
    steps = deck.safe_steps
    _limited(slide, len(steps), 6, 6, "safe steps")
    yield _heading(slide, slots)
    for at, (_, made) in enumerate(steps):
        words = entities.unescape(re.sub(r"<[^>]+>", "", made))
        slot = replace(slots[f"step-{at + 1}"], box=slides.step_box(at, _has_key(slide)))
        yield Filled(slot=slot, paragraphs=(_counted(str(at + 1), Paragraph((Run(words),))),))
    yield from _key(slide, slots)


def _words(deck: Deck, slide: Slide, slots: Slots) -> Iterator[Filled]:
    sentences, note = _listed(deck, slide)
    _limited(slide, len(sentences), 2, 4, "sentences")
    yield _heading(slide, slots)
    level = slides.bubble_level(slides.SCALES[deck.frame.tier.number], len(sentences))
    for at, sentence in enumerate(sentences):
        slot = replace(slots[f"words-{at + 1}"], box=slides.bubble_box(at, len(sentences)), levels=(level,))
        yield Filled(slot=slot, paragraphs=(sentence,))
    yield from _key(slide, slots)
    yield Filled(slot=slots["note"], paragraphs=note)


def _help(deck: Deck, slide: Slide, slots: Slots) -> Iterator[Filled]:
    tier = deck.frame.tier.number
    outside = next(iter(deck.frame.imprint.outside), None)
    yield _heading(slide, slots)
    yield _inside(deck, slots["inside"])
    if outside:
        yield _outside(deck, slots["outside"], outside)
    second = phrase(deck, "promise-young" if tier <= 2 else "promise-trouble")
    promises = (phrase(deck, "promise-fault"), *((second,) if not deck.for_adults else ()))
    yield Filled(slot=slots["promises"], paragraphs=tuple(Paragraph((Run(one),)) for one in promises))
    if outside and outside.url:
        web = outside.web or outside.url
        yield Filled(slot=slots["qr"], picture=f"qr:{outside.url}", alt=phrase(deck, "qr").format(web=web), data="strip")
        yield _line(_sized(slots["web"], slides.ADDRESSES, web), web, data="strip")
    else:
        yield _picture(slots["qr"], "art:tell", "")
    removal = next(iter(deck.frame.imprint.removal), None) if deck.frame.topic.prints_removal(deck.frame.tier) else None
    if removal:
        way = " · ".join(dict.fromkeys(part for part in (removal.name, removal.phone, removal.web) if part))
        runs = (Run(f"{phrase(deck, 'image-removal')}: ", bold=True), Run(way))
        yield Filled(slot=slots["removal"], paragraphs=(Paragraph(runs),), data="strip")


def _inside(deck: Deck, slot: Slot) -> Filled:
    first, *others = deck.frame.imprint.inside
    second = "".join(f". {phrase(deck, 'slide-help-or').capitalize()} {other.name}, {other.where}" for other in others[:1])
    label = phrase(deck, "you-can-tell" if deck.frame.tier.number == 1 else "in-school")
    return _route(slot, label, first.name, (first.where + second, first.where, _short(first.where)))


def _outside(deck: Deck, slot: Slot, route: Outside) -> Filled:
    label = "for-your-grown-up" if deck.frame.tier.number == 1 else "outside-free" if route.free else "outside-school"
    number = route.phone or route.web or route.name
    forms = ((route.name, route.web, route.hours), (route.name, route.hours), (route.name,))
    rest = tuple(" · ".join(part for part in form if part and part != number) for form in forms)
    return _route(slot, phrase(deck, label), number, rest)


def _route(slot: Slot, label: str, name: str, forms: tuple[str, ...]) -> Filled:
    """A long name or number is set smaller, never cut; of what stands below, the longest form that fits."""
    below = slot.levels[2]
    level = _sized(slot, slides.NAMES, name).levels[0]
    taken = slot.levels[0].line + _lines(name, level, slot.text_width) * level.line
    room = (slot.box.h - slot.pad[0] - slot.pad[2]) * slides.POINTS - taken
    rest = next((form for form in forms if _lines(form, below, slot.text_width) * below.line <= room), forms[-1])
    lines = (Paragraph((Run(label),)), Paragraph((Run(name, name=True),), 1), Paragraph((Run(rest),), 2))
    sized = replace(slot, levels=(slot.levels[0], level, below))
    return Filled(slot=sized, paragraphs=tuple(one for one in lines if one.text), data="strip")


_FILL: dict[str, Callable[[Deck, Slide, Slots], Iterator[Filled]]] = {
    "title": _cover, "idea": _idea, "compare": _compare, "scenario": _scenario, "question": _question, "path": _path, "steps": _steps,
    "words": _words, "help": _help,
}


# --- what every slide has -----------------------------------------------------------------------------------


def _icons(deck: Deck, slide: Slide, filled: list[Filled]) -> Iterator[Mark]:
    """The icon beside the words of a slot; every icon stands with a word."""
    inside = "adult" if deck.frame.tier.number == 1 else "school"
    for one in filled:
        name, box = one.slot.name, one.slot.box
        middle = box.y + box.h / 2
        if name == "key":
            way_out = slide.layout == "path"
            place = Box(box.x + (0.9 if way_out else 0.3), middle - 0.7 + one.slot.pad[0] / 2, 1.4, 1.4)
            yield Mark("icon", place, one.slot.words, name="adult" if way_out else "signpost")
            if not way_out:
                yield Mark("rectangle", replace(box, h=slides.RULE), name="Rule")
        elif name == "prompt":
            yield Mark("icon", Box(box.x + 0.1, middle - 0.55, 1.1, 1.1), name="clock")
        elif name in {"inside", "outside"}:
            place = Box(box.x + 0.9, box.y + one.slot.pad[0] - 0.03, 0.8, 0.8)
            yield Mark("icon", place, one.slot.words, name="call" if name == "outside" else inside)
        elif name.startswith("step-"):
            left = box.x + (0.95 if one.slot.shape == "back" else 0.6)
            yield Mark("icon", Box(left, middle - 0.8, 1.6, 1.6), one.slot.words, name=deck.safe_steps[int(name[5:]) - 1][0])


def help_line(deck: Deck) -> Filled:
    """The line at the foot of all slides but the first and the last, or two; name and number are never cut, place and address may be."""
    person, outside = deck.frame.imprint.inside[0], next(iter(deck.frame.imprint.outside), None)
    young = deck.frame.tier.number == 1
    start = Run(f"{phrase(deck, 'you-can-tell' if young else 'help')}: ", bold=True)
    number, web = (outside.phone, outside.web) if outside else ("", "")
    own = Run(f"{phrase(deck, 'for-your-grown-up')}: " if young and outside else "")
    dial = Run(number.replace(" ", markdown.NBSP), bold=True, lexend=True)
    insides = [(start, Run(f"{person.name}, {where}")) for where in (person.where, _short(person.where))]
    addresses = dict.fromkeys((web, "" if number else web))
    outsides = [(own, dial, Run(" · " if number and address else ""), Run(address)) for address in addresses]
    between = Run(" · " if outside else "")
    lines: list[tuple[tuple[Run, ...], ...]] = [((*inside, between, *beside),) for beside in outsides for inside in insides]
    lines += [(inside, beside) for beside in outsides for inside in (*insides, (start, Run(person.name)))]
    chosen = next((some for some in lines if max(map(_long, some)) <= slides.HELP_LINE.text_width), lines[-1])
    shown = (Paragraph(tuple(run for run in line if run.text)) for line in chosen)
    return Filled(slot=slides.HELP_LINE, paragraphs=tuple(one for one in shown if one.runs), data="strip")


def _long(runs: tuple[Run, ...]) -> float:
    return sum(_wide(run.text, Level(slides.SMALL.size, slides.SMALL.line, run.lexend, run.bold)) for run in runs)


def _short(where: str) -> str:
    """A place without what follows its first comma: 'Room 12' of 'Room 12, by the library'."""
    return re.split(r"\s*[,;(]", where)[0]


def specimen(deck: Deck, cover: bool = False) -> Filled | None:
    """The boxed word 'Specimen', where the school does not exist."""
    slot = slides.COVER_SPECIMEN if cover else slides.SPECIMEN
    return _line(slot, phrase(deck, "specimen"), data="stamp") if deck.frame.imprint.specimen else None
