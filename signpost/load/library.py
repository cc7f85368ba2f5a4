"""content/ becomes a Library, with every problem of its form."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TypeVar

from signpost import data
from signpost.load.pictures import pictures, shows_files
from signpost.memory import NONE, Memory
from signpost.model import (
    AdultFront,
    AdultText,
    Country,
    Data,
    Fact,
    Framework,
    FrontMatter,
    Library,
    Module,
    Reading,
    Scheme,
    Service,
    SharedFront,
    SharedText,
    Tier,
    Topic,
    Words,
)
from signpost.problem import CannotRead, Place, Problem
from signpost.structure import read_sections

Value = TypeVar("Value")
Record = TypeVar("Record", bound=Data)
# A reader makes a value of a file: of its path, the name by which problems call it, and its text, which is read once. What it finds
# besides goes into the list.
Reader = Callable[[list[Problem], Path, str, str], Value]


def recalled(memory: Memory, read: "Reader[Value]", path: Path, name: str, *kind: object) -> tuple[Value | None, tuple[Problem, ...]]:
    """What a reader makes of a file, and its problems; made anew only when the text is another.

    A text that shows pictures of its own is read anew each time: they may change while it does not.
    """
    try:
        text = data.text_of(path, name)
    except CannotRead as finding:
        return None, finding.problems

    def made() -> tuple[Value | None, tuple[Problem, ...]]:
        problems: list[Problem] = []
        try:
            return read(problems, path, name, text), tuple(problems)
        except CannotRead as finding:
            return None, (*problems, *finding.problems)

    return made() if shows_files(text) else memory.once(made, *kind, path, name, text)


def load(root: Path, memory: Memory = NONE) -> tuple[Library, tuple[Problem, ...]]:
    """Everything under `root/content`; what cannot be read is absent and is a problem."""
    content = root / "content"
    problems: list[Problem] = []

    def attempt(read: Reader[Value], path: Path, *kind: object) -> Value | None:
        value, found = recalled(memory, read, path, path.relative_to(root).as_posix(), *kind)
        problems.extend(found)
        return value

    def each(folder: str, pattern: str, read: Reader[Value], *kind: object) -> tuple[Value, ...]:
        paths = (path for path in sorted((content / folder).glob(pattern)) if path.is_file() and not path.is_symlink())
        found = (attempt(read, path, *kind) for path in paths)
        return tuple(one for one in found if one is not None)

    def records(kind: type[Record], key: str, name: str) -> tuple[Record, ...]:
        return attempt(lambda _, __, name, text: data.read_all(kind, key, text, name, named=True), content / name, kind) or ()

    def record(kind: type[Record]) -> Reader[Record]:
        return lambda _, __, name, text: data.read_text(kind, text, name)

    def services(_: list[Problem], __: Path, name: str, text: str) -> tuple[Service, ...]:
        return data.read_all(Service, "services", text, name)

    readings = {bound.id: bound.reading for bound in records(_Bound, "documents", "tiers.yaml")}
    easy = memory.once(lambda: Reading(words=99, grade=99, lix=99), Reading)
    library = Library(
        tiers=records(Tier, "tiers", "tiers.yaml"),
        topics=records(Topic, "topics", "topics.yaml"),
        modules=each("modules", "*/*.md", module, Module),
        shared=each("shared", "*.md", _shared, SharedText),
        countries=each("countries", "*.yaml", record(Country), Country),
        services=tuple(one for some in each("countries/services", "*.yaml", services, Service) for one in some),
        frameworks=each("frameworks", "*.yaml", record(Framework), Framework),
        words=attempt(_words, content / "words.yaml", Words) or memory.once(Words, Words),
        facts=records(Fact, "facts", "facts.yaml") if (content / "facts.yaml").is_file() else (),
        adults=each("adults", "*.md", _adults, AdultText),
        schemes=records(Scheme, "schemes", "schemes.yaml") if (content / "schemes.yaml").is_file() else (),
        progression=(attempt(_progression, content / "schemes.yaml", "progression") or ()) if (content / "schemes.yaml").is_file() else (),
        phrases=attempt(_phrases, content / "languages" / "en.yaml", "phrases") or (),
        staff_reading=readings.get("staff", easy),
        letter_reading=readings.get("letter", easy),
    )
    problems.extend(_same_names(library))
    return library, tuple(problems)


class _Bound(Data):
    id: str
    reading: Reading


def _words(problems: list[Problem], _: Path, name: str, text: str) -> Words:
    words = data.read_text(Words, text, name)
    before = len(problems)
    for pattern, place in _patterns(words):
        try:
            re.compile(pattern.replace(" ", r"\s+"))
        except re.error as error:
            what = f"'{pattern}' cannot be read as a pattern: {error.msg}."
            problems.append(
                Problem(place, "fields", what, "Close every bracket, and write '\\.' for a full stop and '\\?' for a question mark.")
            )
    if len(problems) > before:
        raise CannotRead
    return words


def _patterns(words: Words) -> Iterator[tuple[str, Place]]:
    for field in ("terms", "blame", "alarm", "promises", "how_to", "own_experience", "graphic"):
        yield from ((wording.pattern, wording.at("pattern")) for wording in getattr(words, field))
    yield from ((brand, words.at("brands", at)) for at, brand in enumerate(words.brands))
    yield from ((real, words.at("real-names", at)) for at, real in enumerate(words.real_names))
    for tier, above in words.ceilings.items():
        yield from ((word, words.at("ceilings", tier, at)) for at, word in enumerate(above))


def _progression(_: list[Problem], __: Path, name: str, text: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """What is new in each topic at each tier, from the file of schemes."""
    value, _places = data.parse(text, name)
    rows = value.get("progression") or {} if isinstance(value, dict) else {}
    if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
        what = "The progression is not lines of 'topic:' with tiers under them."
        raise CannotRead(Problem(Place(name), "fields", what, "Write t1: … under it."))
    return tuple((topic, tuple((tier, str(text or "")) for tier, text in row.items())) for topic, row in rows.items())


def _phrases(_: list[Problem], __: Path, name: str, text: str) -> tuple[tuple[str, str], ...]:
    value, _places = data.parse(text, name)
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise CannotRead(
            Problem(Place(name), "fields", "The phrases are not lines of 'key: text'.", "Write each phrase on a line, in quotes.")
        )
    return tuple(value.items())


def front_and_body(text: str, name: str) -> tuple[str, int, tuple[tuple[Place, str], ...]]:
    """The front matter of a text (empty without one), the line on which it ends, and the lines that follow."""
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0) if lines[0].rstrip() == "---" else 0
    body = tuple((Place(name, at + 1), line.rstrip()) for at, line in enumerate(lines) if at > end or not end)
    return "\n".join(lines[1:end]), end, body


def module(problems: list[Problem], path: Path, name: str, text: str) -> Module:
    """One module from its file's text; CannotRead where its front matter cannot be read."""
    front_text, end, body = front_and_body(text, name)
    if not end:
        raise CannotRead(
            Problem(
                Place(name), "front-matter", "The file does not begin with front matter.", "Begin it with '---', the fields, and '---'."
            )
        )
    preface, sections, found = read_sections(body)
    problems.extend(found)
    problems.extend(
        Problem(
            part.place,
            "heading",
            "Text stands before the first section, where nothing prints it.",
            "Move it below a heading, like '## Ground rules: We look after each other (3 minutes) {#ground-rules}'.",
        )
        for part in preface
    )
    value, places = data.parse(front_text, name, first_line=2)
    front = data.as_record(FrontMatter, value, places, name)
    shown = tuple(pictures(path, body, problems))
    return Module(front=front, sections=sections, pictures=shown, lines=body, place=Place(name, 1))


def _adults(problems: list[Problem], path: Path, name: str, text: str) -> AdultText:
    front_text, _, body = front_and_body(text, name)
    parts, sections, found = read_sections(body, path.stem)
    problems.extend(found)
    problems.extend(
        Problem(part.place, "heading", "Text stands before the first section, where nothing prints it.", "Move it below a heading.")
        for part in parts
    )
    front = data.as_record(AdultFront, *data.parse(front_text, name, first_line=2), name)
    if front.id != path.stem:
        problems.append(Problem(front.at("id"), "fields", f"The id '{front.id}' does not follow from the file.", f"Write id: {path.stem}."))
    return AdultText(front=front, sections=sections, place=Place(name, 1))


def _shared(problems: list[Problem], path: Path, name: str, text: str) -> SharedText:
    front_text, end, body = front_and_body(text, name)
    parts, sections, found = read_sections(body, path.stem)
    problems.extend(found)
    front = data.as_record(SharedFront, *data.parse(front_text, name, first_line=2), name) if end else SharedFront()
    return SharedText(
        name=path.stem,
        title=front.title or path.stem,
        summary=front.summary,
        sections=sections,
        parts=parts,
        version=front.version,
        critical=tuple(front.critical.items()),
        lines=body,
        place=Place(name, 1),
    )


def _same_names(library: Library) -> Iterator[Problem]:
    tiers, topics = {tier.id for tier in library.tiers}, {topic.id for topic in library.topics}
    first: dict[str, Module] = {}
    for module in library.modules:
        front = module.front
        path = PurePosixPath(module.place.path)
        expected = f"{path.parent.name}-{path.stem}"
        if front.tier not in tiers:
            yield Problem(front.at("tier"), "fields", f"'{front.tier}' is not a tier.", data.nearest(front.tier, tiers))
        if front.topic not in topics:
            yield Problem(front.at("topic"), "fields", f"'{front.topic}' is not a topic.", data.nearest(front.topic, topics))
        if front.id in first:
            yield Problem(
                front.at("id"), "duplicate-id", f"The id '{front.id}' is taken by {first[front.id].place.path}.", f"Write id: {expected}."
            )
        elif front.id != expected:
            yield Problem(front.at("id"), "fields", f"The id '{front.id}' does not follow from the file's place.", f"Write id: {expected}.")
        first.setdefault(front.id, module)
    yield from _once("service", ((service.id, service.place) for service in library.services))
    yield from _once("country", ((country.code, country.place) for country in library.countries))
    yield from _planned(library, tiers)
    services, frameworks = {service.id for service in library.services}, {one.id for one in library.frameworks}
    for country in library.countries:
        for purpose in type(country.routes).model_fields:
            for id in getattr(country.routes, purpose):
                if id not in services:
                    yield Problem(country.routes.place, "fields", f"'{id}' is not a service.", data.nearest(id, services))
        for id in country.frameworks:
            if id not in frameworks:
                yield Problem(country.at("frameworks"), "fields", f"'{id}' is not a framework.", data.nearest(id, frameworks))


def _planned(library: Library, tiers: set[str]) -> Iterator[Problem]:
    """Schemes of work plan what there is, and every lesson of their tier once."""
    known = {module.front.id: module for module in library.modules}
    for scheme in library.schemes:
        if scheme.id not in tiers:
            yield Problem(scheme.place, "fields", f"'{scheme.id}' is not a tier.", data.nearest(scheme.id, tiers))
        planned = [one for term in scheme.terms for one in term.lessons]
        for one in planned:
            for id in (one.module, *one.builds_on):
                if id not in known:
                    yield Problem(one.place, "fields", f"'{id}' is not a module.", data.nearest(id, known))
        names = [one.module for one in planned]
        for module in known.values():
            if module.front.tier == scheme.id and names.count(module.front.id) != 1:
                what = f"'{module.front.id}' is planned {names.count(module.front.id)} times in the scheme of {scheme.id}."
                yield Problem(scheme.place, "fields", what, "Plan each lesson of the tier once.")


def _once(noun: str, named: Iterable[tuple[str, Place]]) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for id, place in named:
        if id in first:
            yield Problem(place, "duplicate-id", f"The {noun} '{id}' is defined already, in {first[id]}.", "Keep one of the two.")
        first.setdefault(id, place)
