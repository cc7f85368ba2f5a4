"""content/ and a school's folder become a Library and a School, with every problem of their form."""

import re
import struct
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar
from xml.etree import ElementTree

from signpost import data
from signpost.model import (
    Country,
    Data,
    Framework,
    FrontMatter,
    Library,
    Module,
    Picture,
    Reading,
    School,
    Service,
    SharedText,
    Tier,
    Topic,
    Words,
)
from signpost.problem import CannotRead, Place, Problem
from signpost.structure import read_sections

Value = TypeVar("Value")
Record = TypeVar("Record", bound=Data)
MOST_PICTURE_BYTES = 5_000_000
MOST_PIXELS = 20_000_000
LOGO_ELEMENTS = {
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "title",
    "desc",
    "defs",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
}
MOST_LOGO_ELEMENTS = 3_000
PICTURE_IN_TEXT = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<name>[^)\s]+)\)")


def load(root: Path) -> tuple[Library, tuple[Problem, ...]]:
    """Everything under `root/content`; what cannot be read is absent and is a problem."""
    content = root / "content"
    problems: list[Problem] = []

    def attempt(read: Callable[[], Value], otherwise: Value) -> Value:
        try:
            return read()
        except CannotRead as finding:
            problems.extend(finding.problems)
            return otherwise

    def each(folder: str, pattern: str, read: Callable[[Path, str], Value]) -> tuple[Value, ...]:
        found: list[Value] = []
        for path in sorted((content / folder).glob(pattern)):
            if path.is_file() and not path.is_symlink():
                one = attempt(partial(_some, read, path, path.relative_to(root).as_posix()), None)
                if one is not None:
                    found.append(one)
        return tuple(found)

    def records(kind: type[Record], key: str, name: str) -> tuple[Record, ...]:
        none: tuple[Record, ...] = ()
        return attempt(lambda: data.read_all(kind, key, content / name, f"content/{name}", named=True), none)

    readings = {bound.id: bound.reading for bound in records(_Bound, "documents", "tiers.yaml")}
    easy = Reading(words=99, grade=99, lix=99)
    no_phrases: tuple[tuple[str, str], ...] = ()
    library = Library(
        tiers=records(Tier, "tiers", "tiers.yaml"),
        topics=records(Topic, "topics", "topics.yaml"),
        modules=each("modules", "*/*.md", partial(_module, problems)),
        shared=each("shared", "*.md", partial(_shared, problems)),
        countries=each("countries", "*.yaml", partial(data.read, Country)),
        services=tuple(one for some in each("countries/services", "*.yaml", partial(data.read_all, Service, "services")) for one in some),
        frameworks=each("frameworks", "*.yaml", partial(data.read, Framework)),
        words=attempt(lambda: _words(content / "words.yaml", "content/words.yaml"), Words()),
        phrases=attempt(lambda: _phrases(content / "languages" / "en.yaml", "content/languages/en.yaml"), no_phrases),
        staff_reading=readings.get("staff", easy),
        letter_reading=readings.get("letter", easy),
    )
    problems.extend(_same_names(library))
    return library, tuple(problems)


def _some(read: Callable[[Path, str], Value], path: Path, name: str) -> Value | None:
    return read(path, name)


class _Bound(Data):
    id: str
    reading: Reading


def _words(path: Path, name: str) -> Words:
    words = data.read(Words, path, name)
    problems = []
    for pattern, place in _patterns(words):
        try:
            re.compile(pattern.replace(" ", r"\s+"))
        except re.error as error:
            what = f"'{pattern}' cannot be read as a pattern: {error.msg}."
            problems.append(
                Problem(place, "fields", what, "Close every bracket, and write '\\.' for a full stop and '\\?' for a question mark.")
            )
    if problems:
        raise CannotRead(*problems)
    return words


def _patterns(words: Words) -> Iterator[tuple[str, Place]]:
    for field in ("terms", "blame", "alarm", "promises", "how_to", "own_experience", "graphic"):
        yield from ((wording.pattern, wording.at("pattern")) for wording in getattr(words, field))
    yield from ((brand, words.at("brands", at)) for at, brand in enumerate(words.brands))
    yield from ((real, words.at("real-names", at)) for at, real in enumerate(words.real_names))
    for tier, above in words.ceilings.items():
        yield from ((word, words.at("ceilings", tier, at)) for at, word in enumerate(above))


def _phrases(path: Path, name: str) -> tuple[tuple[str, str], ...]:
    value, _ = data.parse(data.text_of(path, name), name)
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise CannotRead(
            Problem(Place(name), "fields", "The phrases are not lines of 'key: text'.", "Write each phrase on a line, in quotes.")
        )
    return tuple(value.items())


def _front_and_body(path: Path, name: str) -> tuple[str, int, list[tuple[int, str]]]:
    lines = data.text_of(path, name).split("\n")
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0) if lines[0].rstrip() == "---" else 0
    return "\n".join(lines[1:end]), end, [(at + 1, line.rstrip()) for at, line in enumerate(lines) if at > end or not end]


def _module(problems: list[Problem], path: Path, name: str) -> Module:
    front_text, end, body = _front_and_body(path, name)
    if not end:
        raise CannotRead(
            Problem(
                Place(name), "front-matter", "The file does not begin with front matter.", "Begin it with '---', the fields, and '---'."
            )
        )
    preface, sections, found = read_sections(body, name)
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
    value, lines = data.parse(front_text, name, first_line=2)
    front = data.as_record(FrontMatter, value, lines, name)
    pictures = tuple(_pictures(path, name, body, problems))
    return Module(front=front, sections=sections, pictures=pictures, place=Place(name, 1))


def _shared(problems: list[Problem], path: Path, name: str) -> SharedText:
    front_text, end, body = _front_and_body(path, name)
    parts, sections, found = read_sections(body, name)
    problems.extend(found)
    value, _ = data.parse(front_text, name, first_line=2) if end else ({}, {})
    text = value if isinstance(value, dict) else {}
    return SharedText(
        name=path.stem,
        title=str(text.get("title") or path.stem),
        summary=str(text.get("summary") or ""),
        sections=sections,
        parts=parts,
        place=Place(name, 1),
    )


def _pictures(module: Path, name: str, body: list[tuple[int, str]], problems: list[Problem]) -> Iterator[Picture]:
    folder = module.parent / "pictures"
    seen: set[str] = set()
    for line, text in body:
        for match in PICTURE_IN_TEXT.finditer(text):
            place = Place(name, line)
            if not match["alt"].strip():
                problems.append(
                    Problem(
                        place,
                        "picture-description",
                        f"The picture '{match['name']}' has no description.",
                        "Write what it shows between the square brackets: ![A pupil and a phone](art:phone).",
                    )
                )
            if match["name"].startswith("art:") or match["name"] in seen:
                continue
            seen.add(match["name"])
            try:
                yield picture(folder, match["name"].removeprefix("pictures/"), place)
            except CannotRead as finding:
                problems.extend(finding.problems)


def picture(folder: Path, name: str, place: Place) -> Picture:
    """A PNG, JPEG or SVG from one folder; CannotRead for anything else, or for what is too large to print safely."""
    path = folder / name
    if PurePosixPath(name).name != name or path.is_symlink() or not path.is_file():
        there = [one.name for one in folder.glob("*")] if folder.is_dir() else []
        fix = (
            data.nearest(name, there)
            if there
            else f"Put the file into the folder '{folder.name}' beside the module, or use a drawing of ours: (art:phone)."
        )
        raise CannotRead(Problem(place, "picture-missing", f"There is no picture '{name}'.", fix))
    content = path.read_bytes()
    if len(content) > MOST_PICTURE_BYTES:
        raise CannotRead(
            Problem(
                place,
                "picture-size",
                f"'{name}' has {len(content) / 1e6:.1f} MB; pictures end at 5 MB.",
                "Save it smaller: 2,000 pixels are plenty on A4.",
            )
        )
    if name.lower().endswith(".svg"):
        return Picture(name=name, media_type="image/svg+xml", content=safe_svg(content, name, place).encode())
    kind, width, height = _size(content)
    if not kind:
        raise CannotRead(Problem(place, "picture-kind", f"'{name}' is not a PNG, JPEG or SVG picture.", "Save it as PNG, JPEG or SVG."))
    if width * height > MOST_PIXELS:
        raise CannotRead(
            Problem(
                place,
                "picture-size",
                f"'{name}' has {width} × {height} pixels; 20 million are the most.",
                "Save it smaller: 2,000 pixels across are plenty on A4.",
            )
        )
    return Picture(name=name, media_type=kind, content=content)


def _size(content: bytes) -> tuple[str, int, int]:
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) > 24:
        width, height = struct.unpack(">II", content[16:24])
        return "image/png", width, height
    if content[:2] == b"\xff\xd8":
        at = 2
        while at + 9 < len(content) and content[at] == 0xFF:
            marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
            if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
                height, width = struct.unpack(">HH", content[at + 5 : at + 9])
                return "image/jpeg", width, height
            at += 2 + length
    return "", 0, 0


def safe_svg(content: bytes, name: str, place: Place) -> str:
    """An SVG that holds nothing but drawing: no scripts, no styles, no references outside itself, no text, no entities."""

    def refuse(what: str, fix: str) -> CannotRead:
        return CannotRead(Problem(place, "safe-svg", f"'{name}' {what}.", fix))

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("is not UTF-8 text", "Save it again as plain SVG.") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise refuse("has a DOCTYPE or entities", "Save it as plain SVG, without a document type.")
    try:
        drawing = ElementTree.fromstring(text)  # entities are refused above, so nothing can expand
    except ElementTree.ParseError as error:
        raise refuse(f"is not well-formed SVG ({error})", "Open it in a drawing program and save it as plain SVG.") from None
    elements = list(drawing.iter())
    if len(elements) > MOST_LOGO_ELEMENTS:
        raise refuse(f"has {len(elements):,} shapes", "Simplify it: a logo needs fewer than 3,000.")
    for element in elements:
        tag = element.tag.split("}")[-1]
        if (tag == "svg" and element is not drawing) or tag not in LOGO_ELEMENTS:
            raise refuse(f"holds <{tag}>", "Keep only shapes: convert text to paths, remove scripts, styles and embedded pictures.")
        for key, value in element.attrib.items():
            bare = key.split("}")[-1].lower()
            outside = re.search(r"url\(\s*['\"]?(?!#)", value, re.IGNORECASE) or "//" in value.replace("http://www.w3.org/", "")
            if bare.startswith("on") or bare == "href" or outside or "javascript:" in value.lower():
                raise refuse(f"has '{bare}' that reaches outside the drawing", "Remove scripts, links and outside references.")
    if not drawing.tag.endswith("svg") or not drawing.get("viewBox"):
        raise refuse("has no viewBox", "Save it as plain SVG with a viewBox.")
    return text


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
    services, frameworks = {service.id for service in library.services}, {one.id for one in library.frameworks}
    for country in library.countries:
        for purpose in type(country.routes).model_fields:
            for id in getattr(country.routes, purpose):
                if id not in services:
                    yield Problem(country.routes.place, "fields", f"'{id}' is not a service.", data.nearest(id, services))
        for id in country.frameworks:
            if id not in frameworks:
                yield Problem(country.at("frameworks"), "fields", f"'{id}' is not a framework.", data.nearest(id, frameworks))


def _once(noun: str, named: Iterable[tuple[str, Place]]) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for id, place in named:
        if id in first:
            yield Problem(place, "duplicate-id", f"The {noun} '{id}' is defined already, in {first[id]}.", "Keep one of the two.")
        first.setdefault(id, place)


def schools(root: Path) -> tuple[str, ...]:
    """The ids of the schools under `content/schools`."""
    return tuple(sorted(path.parent.name for path in (root / "content" / "schools").glob("*/*/school.yaml")))


def load_school(root: Path, wanted: str) -> School:
    """A school by its id under `content/schools`, or by its folder; CannotRead with every problem of its profile."""
    inside = sorted((root / "content" / "schools").glob(f"*/{wanted}/school.yaml")) if re.fullmatch(r"[\w-]+", wanted) else []
    path = inside[0] if inside else Path(wanted) / "school.yaml"
    if not path.is_file():
        fix = f"{data.nearest(wanted, schools(root))} Or name the folder that holds the school.yaml."
        raise CannotRead(Problem(Place(str(path), 1), "school", f"There is no school '{wanted}'.", fix))
    try:
        name = path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        name = str(path)
    school = data.read(School, path, name)
    school._id = path.resolve().parent.name
    if school.logo:
        place = school.at("logo")
        if not school.logo.lower().endswith(".svg"):
            raise CannotRead(
                Problem(
                    place, "safe-svg", f"The logo '{school.logo}' is not an SVG file.", "Save it as plain SVG, or remove the line 'logo:'."
                )
            )
        school._logo_svg = picture(path.parent, school.logo, place).content.decode()
    return school
