"""A module, a country, the shared texts and a school's edits become a Lesson: includes expanded, law and curriculum of that country."""

from dataclasses import replace
from pathlib import PurePosixPath

from signpost import markdown
from signpost.data import nearest
from signpost.model import (
    TIMED,
    AdultText,
    Country,
    CurriculumRow,
    LawSentence,
    Lesson,
    LessonPath,
    Library,
    Module,
    Part,
    Section,
    Service,
)
from signpost.problem import Problem
from signpost.resolve.edits import Layered, lay

__all__ = ["Layered", "lay", "on_path", "resolve", "routed", "services_of", "told"]


def resolve(module: Module, library: Library, country: Country) -> tuple[Lesson, tuple[Problem, ...]]:
    """The module as it will be taught in this country, and what does not fit together.

    The library may be one with a school's edits on it (`lay`); the lesson is then that school's.
    """
    problems: list[Problem] = []
    front = module.front
    scenarios = {part.id: part for section in module.sections for part in section.all() if part.kind == "scenario"}
    sections = tuple(
        replace(section, parts=tuple(one for part in section.parts for one in _expanded(part, library, scenarios, problems)))
        for section in module.sections
    )
    disclosure = library.text("disclosure")
    steps = library.text("safe-steps")
    assert disclosure, "pipeline refuses a library without it"
    assert steps, "pipeline refuses a library without them"
    rows, gaps = _curriculum(module, library, country, problems)
    lesson = Lesson(
        front=front,
        tier=library.tier(front.tier),
        topic=library.topic(front.topic),
        sections=sections,
        pictures=module.pictures,
        safe_steps=tuple((item.icon, item.html) for part in steps.parts for item in markdown.items(part.text)),
        disclosure=disclosure,
        country=country,
        services=routed(library, country),
        law=_law(country, front.topic, front.tier),
        curriculum=rows,
        gaps=gaps,
        phrases=library.phrases,
        words=library.words,
        staff_reading=library.staff_reading,
        letter_reading=library.letter_reading,
        place=module.place,
    )
    return lesson, tuple(problems)


def told(text: AdultText, library: Library) -> tuple[AdultText, tuple[Problem, ...]]:
    """A text for adults with the ledger's sentences in their places, and what is not in the ledger."""
    problems: list[Problem] = []
    sections = tuple(
        replace(section, parts=tuple(one for part in section.parts for one in _expanded(part, library, {}, problems)))
        for section in text.sections
    )
    return replace(text, sections=sections), tuple(problems)


def _fact(part: Part, library: Library, on_slide: bool, problems: list[Problem]) -> tuple[Part, ...]:
    fact = next((one for one in library.facts if one.id == part.title), None)
    if fact is None:
        fix = nearest(part.title, (one.id for one in library.facts)) if library.facts else "Add it to content/facts.yaml."
        problems.append(Problem(part.place, "fact", f"There is no fact '{part.title}' in the ledger.", fix))
        return ()
    words = (on_slide and fact.short) or fact.text
    line = f"{words.rstrip()} ({fact.cited})"
    return (replace(part, parts=(Part(kind="text", id=f"{part.id}-text-1", text=line, place=part.place),)),)


def on_path(lesson: Lesson, path: LessonPath) -> Lesson:
    """The lesson as a school teaches it: whole, without its optional sections ('core'), or in 15 minutes ('short')."""
    if path == "whole":
        return lesson

    def taught(section: Section) -> bool:
        return section.kind not in TIMED or (section.short if path == "short" else not section.optional)

    sections = tuple(section for section in lesson.sections if taught(section))
    minutes = sum(section.minutes for section in sections if section.kind in TIMED)
    return replace(lesson, sections=sections, front=lesson.front.model_copy(update={"minutes": minutes}))


def routed(library: Library, country: Country) -> tuple[Service, ...]:
    """The services that a country's routes name, in their order, each once."""
    ids = [id for purpose in type(country.routes).model_fields for id in getattr(country.routes, purpose)]
    known = {service.id: service for service in library.services}
    return tuple(known[id] for id in dict.fromkeys(ids) if id in known)


def services_of(library: Library, country: Country) -> tuple[Service, ...]:
    """Every service a school in this country can choose from: those its routes name, then the others of the areas it includes."""
    first = routed(library, country)
    areas = {*country.includes, country.code}
    return (*first, *(one for one in library.services if one not in first and PurePosixPath(one.place.path).stem in areas))


def _expanded(
    part: Part, library: Library, scenarios: dict[str, Part], problems: list[Problem], on_slide: bool = False
) -> tuple[Part, ...]:
    if part.kind == "fact":
        return _fact(part, library, on_slide, problems)
    if part.kind == "include":
        text = library.text(part.title)
        if not text:
            names = ", ".join(sorted(one.name for one in library.shared))
            problems.append(Problem(part.place, "include", f"There is no shared text '{part.title}'.", f"Use one of: {names}."))
            return ()
        return (replace(part, parts=text.parts),)
    taken = part.option("from")
    if part.kind == "slide" and taken:
        source = scenarios.get(taken)
        if not source:
            problems.append(
                Problem(
                    part.place,
                    "include",
                    f"There is no scenario '{taken}'.",
                    f"Use one of: {', '.join(sorted(scenarios)) or 'none is written yet'}.",
                )
            )
            return (part,)
        return (replace(part, parts=(*source.some("text"), *part.parts)),)
    slide = on_slide or part.kind == "slide"
    return (replace(part, parts=tuple(one for inner in part.parts for one in _expanded(inner, library, scenarios, problems, slide))),)


def _law(country: Country, topic: str, tier: str) -> tuple[LawSentence, ...]:
    return tuple(sentence for sentence in country.law if topic in sentence.topics and tier in sentence.tiers)


def _curriculum(
    module: Module, library: Library, country: Country, problems: list[Problem]
) -> tuple[tuple[CurriculumRow, ...], tuple[str, ...]]:
    front = module.front
    known = {framework.id: framework for framework in library.frameworks}
    for id, codes in front.curriculum.items():
        if id not in known:
            names = ", ".join(sorted(known))
            problems.append(Problem(front.at("curriculum", id), "curriculum", f"'{id}' is not a framework.", f"Use one of: {names}."))
            continue
        codes_known = {item.code for item in known[id].items}
        for code in codes:
            if code not in codes_known:
                what = f"'{code}' is not an item of {known[id].title}."
                problems.append(Problem(front.at("curriculum", id, code), "curriculum", what, f"See content/frameworks/{id}.yaml."))
    rows = tuple(
        CurriculumRow(
            framework=known[id].short or known[id].title,
            code=item.code,
            asks=item.asks,
            covered=front.curriculum[id][item.code],
            verified=item.verified,
        )
        for id in country.frameworks
        if id in front.curriculum and id in known
        for item in known[id].items
        if item.code in front.curriculum[id]
    )
    gaps = [known[id].gap or "" for id in country.frameworks if id in known and known[id].gap]
    return rows, tuple(gap for gap in (country.curriculum_gap, *gaps) if gap)
