"""Checked lessons and a school become Targets: a path and a page. Pure and printable; nothing is made here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Literal, NamedTuple

from signpost import markdown
from signpost.memory import NONE, Memory
from signpost.model import (
    STAFF_PARTS,
    About,
    Adult,
    AdultText,
    AnyPage,
    Cards,
    Certificate,
    Check,
    Checked,
    Country,
    Deck,
    DisclosureGuide,
    Frame,
    Guide,
    HelpCard,
    Imprint,
    Inside,
    Lesson,
    LessonPath,
    Letter,
    Outside,
    Own,
    Page,
    ParentsCopy,
    Part,
    Person,
    Poster,
    Reads,
    School,
    Script,
    Section,
    Service,
    Signed,
    Slide,
    Target,
    Tier,
    Worksheet,
    digest,
    short_digest,
)
from signpost.plan.adults import change_of, lead_guide, parents_copy, profile, profile_of
from signpost.plan.own_words import phrases, spoken, spoken_text, unfit, year_named
from signpost.plan.sessions import filling, schemes, session
from signpost.problem import CannotRead, Place, Problem

__all__ = ["CHOSEN", "change_of", "dresser", "imprint", "phrases", "plan", "profile_of", "spoken", "stamped", "unfit", "year_named"]

Paper = Literal["A4", "Letter"]
Variant = Literal["", "lowink", "large"]


CHOSEN = (Guide, Deck, Worksheet, Cards, Check, HelpCard, Poster, Letter, Certificate)
ALWAYS = ("guide", "parents-copy", "lead-guide", "profile", "disclosure")


def plan(
    lessons: Iterable[Checked],
    school: School,
    country: Country,
    services: tuple[Service, ...],
    paper: Paper = "A4",
    own: Own | None = None,
    memory: Memory = NONE,
) -> tuple[Target, ...]:
    """Every file of a school's edition but the index and the zip, which are made from these.

    A school may choose documents; the guide, the parents' copy and the staff's pages are always made, so that nothing that protects is
    lost. Where it demands signatures, a lesson without them has no pages for pupils.
    """
    targets: list[Target] = []
    checked = tuple(lessons)
    own = own or Own()
    known = {lesson.front.id: own.abouts.get(lesson.front.id) or _unsigned(lesson) for lesson in checked}
    for lesson in checked:
        about = known[lesson.front.id]
        for target in memory.call(_lesson_alone, lesson, school, country, services, paper, about):
            page = target.page
            wanted = not school.documents or page.name in school.documents
            held_back = school.sign_off.required == "yes" and about.signed.state != "signed" and page.for_pupils
            if page.name in ALWAYS or (wanted and not held_back):
                targets.append(target)
    if checked:
        staff = imprint(school, country, services, None)
        whole: list[Target] = [_disclosure(checked[0], staff, paper, known)]
        documents = {id: tuple(dict.fromkeys(target.page.name for target in targets if target.page.frame.module == id)) for id in known}
        ledger = memory.once(lambda: Own(facts=own.facts, tiers=own.tiers), Own, own.facts, own.tiers)
        sessions = [memory.call(_session_alone, text, checked[0], school, country, services, paper, ledger) for text in own.adults]
        adults = replace(_frame(checked[0], staff, paper), reads="adults")
        whole.extend(schemes(checked, replace(adults, law_code="0000"), own, country))
        whole.append(lead_guide(checked, adults, known, school, own, documents))
        whole.append(profile(adults, school))
        first, *others = _stamped(whole, dresser(school, country, services))
        targets.extend((first, *(target for some in sessions for target in some), *others))
    return tuple(targets)


def _lesson_alone(
    lesson: Checked, school: School, country: Country, services: tuple[Service, ...], paper: Paper, about: About
) -> tuple[Target, ...]:
    """Every file that one lesson may become; nothing but these decides them."""
    own = imprint(school, country, services, lesson.tier)
    return _stamped(_of_lesson(lesson, own, paper, about, school), dresser(school, country, services))


def _session_alone(
    text: AdultText, lesson: Checked, school: School, country: Country, services: tuple[Service, ...], paper: Paper, own: Own
) -> tuple[Target, ...]:
    """Every file of one text for adults; nothing but these decides them."""
    frame = replace(_frame(lesson, imprint(school, country, services, None), paper), reads=text.front.for_)
    return _stamped(session(spoken_text(text, school), frame, own, _slides_of), dresser(school, country, services))


def _stamped(targets: Iterable[Target], dressed: Callable[[Page], Page]) -> tuple[Target, ...]:
    """The targets with their digests and the school that prints them; a page that becomes several files is read once."""
    known: dict[int, Page] = {}
    some = tuple(targets)
    for target in some:
        if id(target.page) not in known:
            known[id(target.page)] = dressed(stamped(target.page))
    return tuple(replace(target, page=known[id(target.page)]) for target in some)


def dresser(school: School, country: Country, services: tuple[Service, ...]) -> Callable[[AnyPage], AnyPage]:
    """Puts a school into pages: who helps their readers, and the code of these routes. Whose they were before makes no difference."""

    @cache
    def wears(reads: Reads, tier: str, number: int) -> tuple[Imprint, str]:
        readers = Readers(id=tier, number=number) if reads in ("lesson", "pupils") else None
        own = imprint(school, country, services, readers)
        own = own if reads in ("lesson", "adults") else filling(own, reads, services, country, _outside)
        routes = (own.inside, own.outside, own.removal, own.parents, own.lead, own.deputy, own.emergency, country.routes)
        return own, digest(routes)[:4]

    def dressed(page: AnyPage) -> AnyPage:
        own, code = wears(page.frame.reads, page.frame.tier.id, page.frame.tier.number)
        worn = replace(page, frame=replace(page.frame, imprint=own, routes_code=code))
        return replace(worn, deck=dressed(worn.deck)) if isinstance(worn, Guide | Script) else worn

    return dressed


class Readers(NamedTuple):
    """As much of a tier as decides who helps its pupils."""

    id: str
    number: int


def _unsigned(lesson: Checked) -> About:
    return About(signed=Signed(module=lesson.front.id, state="unsigned", digest=""))


NO_SCHOOL = Imprint(
    school="",
    specimen=False,
    inside=(),
    outside=(),
    removal=(),
    parents=(),
    lead=Adult(name="", short="", role="", room="", phone="", email=""),
    deputy=None,
    emergency="",
    address=(),
    phone="",
    email="",
    web="",
    colour="",
    logo="",
    routes_dated="",
    routes_confirmed=False,
)


def stamped(page: AnyPage) -> AnyPage:
    """The page with its content digest: of what this document says, whichever school prints it.

    It is not the module's digest, so a changed sentence remakes only the documents that show it. Law has a code of its own, as the help
    routes have, so that a print can be asked which of the three has changed since.
    """
    if isinstance(page, DisclosureGuide):  # it is one page for the whole school, whichever lesson comes first
        return replace(page, frame=replace(page.frame, digest=short_digest([page.text, page.frame.phrases, page.frame.language])))
    bare = _bare(page)
    if isinstance(bare, Guide | Script) and isinstance(page, Guide | Script):
        whole = replace(page, deck=stamped(page.deck))
        return replace(whole, frame=replace(page.frame, digest=short_digest(replace(bare, deck=_bare(page.deck)))))
    return replace(page, frame=replace(page.frame, digest=short_digest(bare)))


def _bare(page: AnyPage) -> AnyPage:
    frame = replace(page.frame, imprint=NO_SCHOOL, digest="", law_code="", routes_code="", edits=(), unsigned="")
    bare = replace(page, frame=frame)
    without_law: dict[str, Any] = {"law": ()} if isinstance(page, Deck | Guide | ParentsCopy | Worksheet) else {}
    return replace(bare, **without_law)


# --- the school's filling of the slots -----------------------------------------------------------------------


def imprint(school: School, country: Country, services: tuple[Service, ...], tier: Tier | Readers | None) -> Imprint:
    """What this school prints in the slots of a page for this tier (or for staff, without one)."""
    known = {service.id: service for service in services}
    for_pupils = ("child", "young-person", "anyone", "under-18-images")
    chosen = [*school.outside, *country.routes.child]
    readers: tuple[str, ...] = for_pupils
    if tier and tier.number == 1:  # a sheet for the youngest is read at home, by the grown-up it names
        by_phone = [id for id in country.routes.parents if id in known and known[id].phone]
        chosen, readers = [*by_phone, *chosen], (*for_pupils, "parent")
    outside = tuple(_outside(known[id]) for id in dict.fromkeys(chosen) if id in known and known[id].audience in readers)
    removal = tuple(_outside(known[id]) for id in country.routes.image_removal if id in known and known[id].audience in for_pupils)
    parents = tuple(_outside(known[id]) for id in country.routes.parents if id in known)
    own = tuple(route for route in school.routes if tier and tier.id in route.tiers)
    general = tuple(route for route in school.routes if not route.tiers)
    emergency = next((known[id].phone or "" for id in country.routes.emergency if id in known and known[id].phone), "")
    days = [known[one.id].dated for one in (*outside, *removal) if one.id in known]
    day = school.confirmed.on if school.confirmed else min(days, default=None)
    return Imprint(
        school=school.name,
        specimen=school.specimen,
        inside=tuple(Inside(name=route.name, where=route.where) for route in (own or general or school.routes)),
        outside=outside,
        removal=removal,
        parents=parents,
        lead=_adult(school.lead),
        deputy=_adult(school.deputy) if school.deputy else None,
        emergency=emergency,
        address=school.address,
        phone=school.phone or "",
        email=school.email or "",
        web=school.web or "",
        colour=school.colour,
        logo=school.logo_svg,
        routes_dated=day.isoformat() if day else "",
        routes_confirmed=school.confirmed is not None,
    )


def _adult(person: Person) -> Adult:
    return Adult(
        name=person.name,
        short=person.short or person.name,
        role=person.role,
        room=person.room,
        phone=person.phone or "",
        email=person.email or "",
    )


def _outside(service: Service) -> Outside:
    return Outside(
        id=service.id,
        name=service.short or service.name,
        phone=service.phone or "",
        web=service.web or "",
        url=service.url or "",
        free=service.cost_free == "true",
        hours=service.hours or "",
    )


# --- one lesson ---------------------------------------------------------------------------------------------


def _frame(lesson: Checked, own: Imprint, paper: Paper) -> Frame:
    front = lesson.front
    return Frame(
        title=front.title,
        kind="",
        tier=lesson.tier,
        topic=lesson.topic,
        module=front.id,
        version=front.version,
        updated=front.updated.isoformat(),
        digest="",
        status=front.status,
        country=lesson.country.code,
        country_name=lesson.country.name,
        imprint=own,
        phrases=lesson.phrases,
        paper=paper,
        law_code=digest([sentence.text for sentence in lesson.law])[:4],
    )


UNSIGNED = {"unsigned": "unsigned", "partly": "unsigned-partly", "changed": "unsigned-changed", "due": "unsigned-due"}


def _of_lesson(lesson: Checked, own: Imprint, paper: Paper, about: About, school: School) -> Iterator[Target]:
    front = lesson.front
    folder = front.folder
    frame = replace(
        _frame(lesson, own, paper),
        pictures=lesson.pictures,
        edits=tuple((change.part or change.module, change.state) for change in about.changes),
        unsigned="" if own.specimen else UNSIGNED.get(about.signed.state, ""),
        templates=school.templates,
    )

    def named(kind: str) -> Frame:
        return replace(frame, kind=kind)

    pupil_law = tuple(sentence.text for sentence in lesson.law if sentence.for_ == "pupil")
    tasks = lesson.parts("task")
    items = tuple(part for section in lesson.of_kind("before check") for part in section.some("item"))
    slides = deck(lesson, named("Slides"), pupil_law)
    yield Target(path=f"{folder}/slides.pptx", page=slides)
    yield Target(path=f"{folder}/slides.pdf", page=slides)
    yield Target(path=f"{folder}/slides.html", page=slides)
    yield Target(path=f"{folder}/guide.pdf", page=_guide(lesson, named("Teacher guide"), slides, tasks, items, about.path))
    worksheet = Worksheet(frame=named("Worksheet"), sheets=_sheets(tasks), safe_steps=lesson.safe_steps, law=pupil_law, place=lesson.place)
    if tasks:
        yield Target(path=f"{folder}/worksheet.pdf", page=worksheet)
        yield Target(path=f"{folder}/worksheet-low-ink.pdf", page=replace(worksheet, frame=replace(worksheet.frame, variant="lowink")))
        yield Target(path=f"{folder}/worksheet-large-print.pdf", page=_large_print(worksheet, tasks))
    cards = Cards(
        frame=named("Cards"),
        scenarios=tuple(_card(part) for part in lesson.parts("scenario")),
        sorting=tuple(_card(part) for part in lesson.parts("card")),
        sort_labels=_sort_labels(lesson),
        place=lesson.place,
    )
    if cards.scenarios or cards.sorting:
        yield Target(path=f"{folder}/cards.pdf", page=cards)
    if items:
        check = Check(frame=named("Before and after check"), items=tuple(replace(i, parts=()) for i in items), place=lesson.place)
        yield Target(path=f"{folder}/check.pdf", page=check)
    yield Target(
        path=f"{folder}/help-card.pdf",
        page=HelpCard(frame=named("Help card"), safe_steps=lesson.safe_steps if lesson.tier.number >= 4 else (), place=lesson.place),
    )
    poster = _poster(lesson, named("Poster"))
    yield Target(path=f"{folder}/poster-a4.pdf", page=poster)
    yield Target(path=f"{folder}/poster-a3.pdf", page=replace(poster, size="A3"))
    letter = _letter(lesson, named("Letter home"))
    yield Target(path=f"{folder}/letter.pdf", page=letter)
    yield Target(path=f"{folder}/letter.docx", page=letter)
    yield Target(path=f"parents/{front.id}.pdf", page=parents_copy(lesson, named("Parents’ copy"), about, school))
    yield Target(
        path=f"{folder}/certificate.pdf", page=Certificate(frame=named("Certificate"), objectives=front.objectives, place=lesson.place)
    )


def _guide(lesson: Checked, frame: Frame, slides: Deck, tasks: tuple[Part, ...], items: tuple[Part, ...], path: LessonPath) -> Guide:
    timed = lesson.timed()
    return Guide(
        frame=frame,
        front=lesson.front,
        minutes=lesson.front.minutes,
        short_path=tuple(section for section in timed if section.short) if path != "short" else (),
        core_path=tuple(section for section in timed if not section.optional),
        sections=timed,
        notes=tuple(section for section in lesson.sections if section not in timed and section.kind not in {"poster", "letter home"}),
        items=items,
        cards=(*lesson.parts("scenario"), *lesson.parts("card")),
        tasks=tasks,
        deck=slides,
        law=lesson.law,
        law_gap=lesson.country.law_gap or "",
        curriculum=lesson.curriculum,
        curriculum_gaps=lesson.gaps,
        disclosure=lesson.disclosure,
        mandatory_reporting=lesson.country.mandatory_reporting or "",
        services=lesson.services,
        place=lesson.place,
    )


def _sheets(tasks: tuple[Part, ...]) -> tuple[tuple[Part, ...], ...]:
    """Tasks by sheet of paper: `.sheet` begins a new one. Staff's parts are left out."""
    sheets: list[list[Part]] = []
    for task in tasks:
        if not sheets or "sheet" in task.flags:
            sheets.append([])
        sheets[-1].append(for_pupils(task))
    return tuple(tuple(sheet) for sheet in sheets)


def _large_print(worksheet: Worksheet, tasks: tuple[Part, ...]) -> Worksheet:
    """The same tasks, one to a sheet. Where one is too long for its sheet is known only when it has been measured."""
    return replace(worksheet, frame=replace(worksheet.frame, variant="large"), sheets=tuple((for_pupils(task),) for task in tasks))


def for_pupils(part: Part) -> Part:
    """The part without what only staff may see, however deep it stands."""
    return replace(part, parts=tuple(for_pupils(inner) for inner in part.parts if inner.kind not in STAFF_PARTS))


def _card(part: Part) -> Part:
    """A card as a pupil holds it: its text and its question, never its answer."""
    asks = tuple(replace(inner, parts=()) for inner in part.parts if inner.kind == "ask")
    return replace(part, parts=(*(inner for inner in part.parts if inner.kind == "text"), *asks))


def _sort_labels(lesson: Lesson) -> tuple[str, ...]:
    return next((tuple(s.option("sort").split("|")) for s in lesson.sections if s.option("sort")), ())


def _poster(lesson: Checked, frame: Frame) -> Poster:
    section = next(iter(lesson.of_kind("poster")))
    return Poster(
        frame=frame, question=section.title, line=markdown.plain(section.prose), plates=section.some("stop", "tell"), place=section.place
    )


def _letter(lesson: Checked, frame: Frame) -> Letter:
    section = next(iter(lesson.of_kind("letter home")))
    at = next((at for at, part in enumerate(section.parts) if part.kind != "text"), len(section.parts))

    def prose(kind: str) -> str:
        part = section.one(kind)
        return part.prose if part else ""

    return Letter(
        frame=frame,
        heading=section.title,
        opening=section.parts[:at],
        starter=prose("starter"),
        helps=prose("helps"),
        harder=prose("harder"),
        closing=tuple(part for part in section.parts[at:] if part.kind == "text"),
        place=section.place,
    )


def _disclosure(lesson: Checked, own: Imprint, paper: Paper, abouts: Mapping[str, About]) -> Target:
    text = lesson.disclosure
    edits = {(one.part or one.module, one.state) for about in abouts.values() for one in about.changes if one.module == "disclosure"}
    frame = replace(
        _frame(lesson, own, paper),
        title=text.title,
        kind="Disclosure guide",
        module="disclosure",
        version=text.version,
        edits=tuple(sorted(edits)),
        law_code=digest(lesson.country.mandatory_reporting)[:4],
        reads="adults",
    )
    page = DisclosureGuide(frame=frame, text=text, mandatory_reporting=lesson.country.mandatory_reporting or "", place=text.place)
    return Target(path="staff/disclosure-guide.pdf", page=page)


# --- slides -------------------------------------------------------------------------------------------------


def deck(lesson: Lesson, frame: Frame, law: tuple[str, ...]) -> Deck:
    """The slides of a lesson: a title, the author's slides in order, and Help at the end."""
    front = lesson.front
    own: list[Slide] = []
    for section in lesson.timed():
        own.extend(_slides_of(section, lesson.phrases))
    first = Slide(
        number=1,
        of=0,
        layout="title",
        label=phrase(lesson.phrases, "slide-label-title"),
        title=front.title,
        notes=_opening_notes(lesson),
        section=lesson.timed()[0].title if lesson.timed() else "",
        place=lesson.place,
    )
    last = Slide(
        number=0,
        of=0,
        layout="help",
        label=phrase(lesson.phrases, "slide-label-help"),
        title=phrase(lesson.phrases, "help-title"),
        notes=_closing_notes(lesson),
        place=lesson.place,
    )
    slides = tuple(replace(slide, number=at, of=len(own) + 2) for at, slide in enumerate((first, *own, last), 1))
    return Deck(
        frame=frame,
        summary=front.summary,
        promise=front.promise,
        minutes=front.minutes,
        safe_steps=lesson.safe_steps,
        law=law,
        slides=slides,
        place=lesson.place,
    )


def phrase(phrases: tuple[tuple[str, str], ...], key: str) -> str:
    """A fixed phrase of the edition's language; CannotRead where the language's file lacks it."""
    found = dict(phrases).get(key)
    if found is None:
        place = Place("content/languages/en.yaml")
        raise CannotRead(Problem(place, "phrases", f"The phrase '{key}' is missing.", f"Add a line '{key}: …'."))
    return found


def _slides_of(section: Section, phrases: tuple[tuple[str, str], ...]) -> Iterator[Slide]:
    """The slides of one section; each slide's notes are what the teacher says and asks until the next one."""
    at = [number for number, part in enumerate(section.parts) if part.kind == "slide"]
    for nth, begin in enumerate(at):
        part = section.parts[begin]
        end = at[nth + 1] if nth + 1 < len(at) else len(section.parts)
        before = section.parts[:begin] if nth == 0 else ()
        notes = (
            ("time", f"{section.title}: " + phrase(phrases, "note-minutes").format(minutes=section.minutes)),
            *_notes((*before, *section.parts[begin + 1 : end])),
        )
        pictures = [found for inner in part.parts if inner.kind == "text" for found in markdown.pictures(inner.text)]
        yield Slide(
            number=0,
            of=0,
            layout=part.word,
            label=dict(phrases).get(f"slide-label-{part.word}", ""),
            title=part.title,
            parts=tuple(_unpictured(for_pupils(part))),
            picture=part.option("picture") or (pictures[0][0] if pictures else ""),
            picture_alt=pictures[0][1] if pictures else "",
            minutes=section.minutes if nth == 0 else 0,
            notes=notes,
            section=section.title,
            place=part.place,
        )


def _unpictured(part: Part) -> Iterator[Part]:
    for inner in part.parts:
        text = markdown.without_pictures(inner.text) if inner.kind == "text" else ""
        if inner.kind != "text":
            yield inner
        elif text:
            yield replace(inner, text=text)


def _notes(parts: Iterable[Part]) -> Iterator[tuple[str, str]]:
    for part in parts:
        if part.kind == "say":
            yield "say", markdown.plain(part.prose)
        elif part.kind == "ask":
            expected = markdown.plain(part.prose)
            yield "ask", part.title + (f" ({expected})" if expected else "")
        elif part.kind == "text":
            yield "do", markdown.plain(markdown.without_pictures(part.text))


def _opening_notes(lesson: Lesson) -> tuple[tuple[str, str], ...]:
    note = next(iter(lesson.of_kind("content note")), None)
    return (
        ("time", phrase(lesson.phrases, "note-minutes").format(minutes=lesson.front.minutes)),
        ("do", phrase(lesson.phrases, "note-before")),
        *((("do", markdown.plain(note.prose)),) if note else ()),
    )


def _closing_notes(lesson: Lesson) -> tuple[tuple[str, str], ...]:
    closing = next(iter(lesson.of_kind("closing")), None)
    return (
        ("do", phrase(lesson.phrases, "note-leave")),
        *(_notes(closing.parts) if closing else ()),
    )
