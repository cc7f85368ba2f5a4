"""Texts for adults become their pages: slides, script and hand-out of a session, or one sheet; and the schemes of work."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from signpost import markdown
from signpost.model import (
    AdultText,
    Checked,
    Country,
    Deck,
    Frame,
    Framework,
    FrameworkItem,
    Imprint,
    Inside,
    MapRow,
    Outside,
    Own,
    Page,
    ProgressionPage,
    PupilSheet,
    Scheme,
    SchemePage,
    SchemeRow,
    Script,
    Section,
    Service,
    Sheet,
    Slide,
    Target,
    Topic,
)

SlidesOf = Callable[[Section, tuple[tuple[str, str], ...]], Iterator[Slide]]


def filling(own: Imprint, audience: str, services: tuple[Service, ...], country: Country, outside: Callable[[Service], Outside]) -> Imprint:
    """Who a reader of this kind goes to: staff to the lead and the professionals' helpline, families to the lead and their own."""
    ids = country.routes.professionals if audience == "staff" else country.routes.parents if audience == "families" else ()
    known = {service.id: service for service in services}
    theirs = tuple(outside(known[id]) for id in ids if id in known)
    adults = [adult for adult in (own.lead, own.deputy) if adult]
    inside = tuple(Inside(name=adult.name, where=adult.room) for adult in adults) if audience != "pupils" else own.inside
    return replace(own, inside=inside, outside=(*theirs, *own.outside) if audience != "pupils" else own.outside)


def session(text: AdultText, frame: Frame, own: Own, slides_of: SlidesOf) -> Iterator[Target]:
    """Every file of one text for adults."""
    front = text.front
    folder = {"staff": "staff", "families": "families", "pupils": "staff"}[front.for_]
    named = dict(frame.phrases)
    words = named.get(f"for-{front.for_}", front.for_)
    adult = replace(
        frame,
        title=front.title,
        module=front.id,
        version=front.version,
        updated=front.updated.isoformat(),
        status=front.status,
        tier=own.tiers[-1].model_copy(update={"years": words}),
        topic=Topic(id=front.id, name=named.get(f"adult-{front.id}", front.title), icon="adult"),
    )
    parts = text.of_kind("part")
    if parts:
        deck = _deck(text, replace(adult, kind="Slides"), slides_of)
        yield Target(path=f"{folder}/{front.id}-slides.pptx", page=deck)
        yield Target(path=f"{folder}/{front.id}-slides.pdf", page=deck)
        yield Target(path=f"{folder}/{front.id}-slides.html", page=deck)
        quoted = {part.title for section in text.sections for part in section.all() if part.kind == "fact"}
        script = Script(
            frame=replace(adult, kind="Script"),
            summary=front.summary,
            minutes=front.minutes,
            audience=front.for_,
            sections=text.sections,
            deck=deck,
            facts=tuple(fact for fact in own.facts if fact.id in quoted),
            place=text.place,
        )
        yield Target(path=f"{folder}/{front.id}-script.pdf", page=script)
    for kind, name in (("hand-out", f"{front.id}-hand-out"), ("sheet", front.id)):
        for section in text.of_kind(kind):
            page = PupilSheet if front.for_ == "pupils" else Sheet
            sheet = page(frame=replace(adult, kind="Sheet"), audience=front.for_, section=section, place=section.place)
            yield Target(path=f"{folder}/{name}.pdf", page=sheet)


def _deck(text: AdultText, frame: Frame, slides_of: SlidesOf) -> Deck:
    front, phrases = text.front, dict(frame.phrases)
    body = [slide for section in text.of_kind("part") for slide in slides_of(section, frame.phrases)]
    note = next(iter(text.of_kind("content note")), None)
    opening = (("time", phrases["note-minutes"].format(minutes=front.minutes)), *((("do", markdown.plain(note.prose)),) if note else ()))
    first = Slide(number=1, of=0, layout="title", label=phrases["slide-label-title"], title=front.title, notes=opening, place=text.place)
    last = Slide(number=0, of=0, layout="help", label=phrases["slide-label-help"], title=phrases["help-title"], place=text.place)
    slides = tuple(replace(slide, number=at, of=len(body) + 2) for at, slide in enumerate((first, *body, last), 1))
    return Deck(
        frame=frame,
        summary=front.summary,
        promise=front.promise or phrases["adult-promise"],
        minutes=front.minutes,
        safe_steps=(),
        law=(),
        slides=slides,
        place=text.place,
    )


# --- schemes of work ---------------------------------------------------------------------------------------------


def schemes(lessons: tuple[Checked, ...], frame: Frame, own: Own, country: Country) -> Iterator[Target]:
    """A scheme of work for every tier of which something is taught, and the progression across all."""
    taught = {lesson.front.id: lesson for lesson in lessons}
    for scheme in own.schemes:
        mine = tuple(lesson for lesson in lessons if lesson.tier.id == scheme.id)
        if mine:
            page = _scheme(
                scheme, mine, taught, replace(frame, kind="Scheme of work", module=f"scheme-{scheme.id}", tier=mine[0].tier), own
            )
            yield Target(path=f"schemes/{scheme.id}.pdf", page=page)
    if own.progression and lessons:
        yield Target(path="schemes/progression.pdf", page=_progression(lessons, frame, own, country))


def _scheme(scheme: Scheme, mine: tuple[Checked, ...], taught: dict[str, Checked], frame: Frame, own: Own) -> SchemePage:
    rows = tuple(
        SchemeRow(
            term=term.term,
            planned=planned,
            title=taught[planned.module].front.title,
            topic=taught[planned.module].topic.name,
            minutes=taught[planned.module].front.minutes,
            builds_on=tuple(taught[id].front.title for id in planned.builds_on if id in taught),
        )
        for term in scheme.terms
        for planned in term.lessons
        if planned.module in taught
    )
    named = {lesson.front.id: lesson.topic.name for lesson in mine}
    found: dict[tuple[str, str], MapRow] = {}
    for lesson in mine:
        for row in lesson.curriculum:
            key = (row.framework, row.code)
            known = found.get(key) or MapRow(framework=row.framework, code=row.code, asks=row.asks, verified=row.verified, full=(), part=())
            if row.covered == "full":
                known = replace(known, full=(*known.full, named[lesson.front.id]))
            elif row.covered == "part":
                known = replace(known, part=(*known.part, named[lesson.front.id]))
            found[key] = known
    order = {(framework.short or framework.title, item.code): at for at, (framework, item) in enumerate(_items(own.frameworks))}
    return SchemePage(
        frame=replace(frame, title=_title(frame)),
        scheme=scheme,
        rows=rows,
        pauses=tuple((term.term, term.pause) for term in scheme.terms if term.pause),
        map=tuple(sorted(found.values(), key=lambda row: order.get((row.framework, row.code), 9999))),
        gaps=tuple(dict.fromkeys(gap for lesson in mine for gap in lesson.gaps)),
        place=scheme.place,
    )


def _title(frame: Frame) -> str:
    return dict(frame.phrases).get("scheme-title", "Scheme of work")


def _items(frameworks: tuple[Framework, ...]) -> Iterator[tuple[Framework, FrameworkItem]]:
    for framework in frameworks:
        yield from ((framework, item) for item in framework.items)


def _progression(lessons: tuple[Checked, ...], frame: Frame, own: Own, country: Country) -> Page:
    rows = {topic: dict(cells) for topic, cells in own.progression}
    covered = {(row.framework, row.code) for lesson in lessons for row in lesson.curriculum if row.covered != "none"}
    ours = [framework for id in country.frameworks for framework in own.frameworks if framework.id == id]
    missing = tuple(
        (
            framework.short or framework.title,
            tuple(item for item in framework.items if (framework.short or framework.title, item.code) not in covered),
        )
        for framework in ours
    )
    return ProgressionPage(
        frame=replace(
            frame,
            title=dict(frame.phrases).get("progression-title", "Progression"),
            kind="Progression",
            module="progression",
            version=lessons[0].front.version,
        ),
        tiers=own.tiers,
        rows=tuple((topic.name, tuple(rows.get(topic.id, {}).get(tier.id, "") for tier in own.tiers)) for topic in own.topics),
        missing=tuple((name, items) for name, items in missing if items),
        gaps=tuple(framework.gap for framework in ours if framework.gap),
    )
