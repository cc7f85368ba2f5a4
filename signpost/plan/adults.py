"""Pages for adults about a school's own edition: everything that a lesson teaches, and what the safeguarding lead has to know."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

from signpost.model import (
    About,
    Change,
    Checked,
    Data,
    EditState,
    Frame,
    FrontMatter,
    LeadGuide,
    Own,
    ParentsCopy,
    Profile,
    School,
    Target,
    Taught,
)

CHECKED_AGAIN = timedelta(days=180)  # when a help route begins to be old, as the rules have it


def parents_copy(lesson: Checked, frame: Frame, about: About, school: School) -> ParentsCopy:
    """Everything that the lesson teaches, by construction: all its sections in their order, nothing chosen."""
    return ParentsCopy(
        frame=frame,
        front=lesson.front,
        sections=lesson.sections,
        safe_steps=lesson.safe_steps,
        law=lesson.law,
        curriculum=lesson.curriculum,
        disclosure=lesson.disclosure,
        changes=about.changes,
        words=tuple(school.words.items()),
        templates=tuple(name for name, _ in school.templates),
        own=about.layer != "",
        place=lesson.place,
    )


def change_of(state: EditState) -> Change:
    """An edit and its state as people read them."""
    front = state.edit.front
    return Change(
        module=front.module,
        part=front.part,
        title=state.title,
        kind=front.edit,
        state=state.state,
        layer=state.edit.layer,
        by=front.by,
        edited=front.edited.isoformat() if front.edited else "",
        reason=front.reason,
        base_version=front.base_version,
        version=state.version,
        before="" if front.edit in ("before", "after", "note") else state.base or state.theirs or "",
        after="" if front.edit == "hide" else state.edit.text,
        now=state.theirs or "",
    )


def lead_guide(
    lessons: tuple[Checked, ...],
    frame: Frame,
    abouts: Mapping[str, About],
    school: School,
    own: Own,
    documents: Mapping[str, tuple[str, ...]],
) -> Target:
    """The safeguarding lead's guide of this edition; `documents` are the kinds of documents made of each lesson."""
    changes = tuple(change_of(state) for state in own.states)
    edits = tuple((change.part or change.module, change.state) for change in changes)
    page = LeadGuide(
        frame=replace(frame, title=_called(frame, "lead-guide", "Lead’s guide"), kind="Lead’s guide", module="lead-guide", edits=edits),
        taught=tuple(_taught(lesson.front, lesson, abouts[lesson.front.id], documents) for lesson in lessons),
        left_out=own.left_out,
        changes=changes,
        legibility=own.legibility,
        due=tuple(sorted({*_due(lessons, own)}, key=lambda one: (one[2], one))),
        services=lessons[0].services,
        mandatory_reporting=lessons[0].country.mandatory_reporting or "",
        demanded=school.sign_off.roles,
        required=school.sign_off.required == "yes",
        sending=tuple(
            (text.front.title, section.parts) for text in own.adults if not text.of_kind("part") for section in text.of_kind("preparation")
        ),
    )
    return Target(path="staff/lead-guide.pdf", page=page)


def _called(frame: Frame, key: str, otherwise: str) -> str:
    return dict(frame.phrases).get(key, otherwise)


def profile(frame: Frame, school: School) -> Target:
    """Whose each value of a school's profile is, on a page of its own: it is all that a lead reads which no other school shares."""
    named = replace(frame, title=_called(frame, "profile", "Profile"), kind="Profile", module="profile", edits=())
    return Target(path="staff/profile.pdf", page=Profile(frame=named, values=tuple(values_of(school))))


def profile_of(page: Profile, school: School) -> Profile:
    """The profile of another school."""
    return replace(page, values=tuple(values_of(school)))


def _taught(front: FrontMatter, lesson: Checked, about: About, documents: Mapping[str, tuple[str, ...]]) -> Taught:
    return Taught(
        front=front,
        tier=lesson.tier,
        topic=lesson.topic,
        path=about.path,
        minutes=front.minutes,
        documents=documents.get(front.id, ()),
        own=about.layer != "",
        signed=about.signed,
    )


def values_of(school: School) -> Iterator[tuple[str, str, str]]:
    """Every value of the profile with the file and line in which it stands; an authority's come from the authority's."""
    yield from _values_in(school, (), school)


def _values_in(record: Data, keys: tuple[str | int, ...], school: School) -> Iterator[tuple[str, str, str]]:
    for field in type(record).model_fields:
        value, key = getattr(record, field), field.replace("_", "-")
        path = (*keys, key)
        if path not in school.places:
            continue
        if isinstance(value, Data):
            yield from _values_in(value, path, school)
        elif isinstance(value, tuple) and value and isinstance(value[0], Data):
            for at, one in enumerate(value):
                yield from _values_in(one, (*path, at), school)
        elif isinstance(value, dict):
            yield from ((_named((*path, word)), str(own), _written(school, *path, word)) for word, own in value.items())
        elif value not in (None, "", ()):
            text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            yield _named(path), text, _written(school, *path)


def _written(school: School, *path: str | int) -> str:
    """The file and line of a value: 'authority.yaml, line 12'."""
    place = school.at(*path)
    return f"{PurePosixPath(place.path).name}, line {place.line}"


def _named(path: tuple[str | int, ...]) -> str:
    return " › ".join(str(step + 1) if isinstance(step, int) else step for step in path)


def _due(lessons: tuple[Checked, ...], own: Own) -> Iterator[tuple[str, str, str]]:
    """What has to be checked again, and from which day on: help routes half a year after they were seen, law on its review day."""
    for lesson in lessons:
        for service in lesson.services:
            yield service.name, "route", (service.dated + CHECKED_AGAIN).isoformat()
        for sentence in lesson.law:
            yield sentence.text, "law", sentence.review_by.isoformat()
    quoted = {part.title for text in own.adults for section in text.sections for part in section.all() if part.kind == "fact"}
    for fact in own.facts:
        if fact.id in quoted:
            yield fact.text, "fact", fact.review_by.isoformat()
