"""The one door to YAML: scalars stay text, every value knows its line, and pydantic's findings are retold in our words."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from signpost.model import Data
from signpost.problem import CannotRead, Place, Problem

Places = dict[tuple[str | int, ...], Place]
Record = TypeVar("Record", bound=Data)
MOST_BYTES = 2_000_000
MOST_VALUES = 60_000
MOST_DEEP = 20
MOST_QUOTED = 80  # letters of somebody's text in a problem
OPENING = re.compile(r"[\[{]|[-?:] (?=[-?])")  # what begins a value within a value on one line
# The same parser in C, which every wheel of the library has; ten times faster, and data files are most of what a start reads.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def text_of(path: Path, name: str, most: int = MOST_BYTES) -> str:
    """A file's text; CannotRead where it is missing, too large or not UTF-8."""
    try:
        if path.exists() and not path.is_file():
            raise OSError(22, "it is no file")
        size = path.stat().st_size
        raw = path.read_bytes() if size <= most else b""
    except OSError as error:
        raise CannotRead(
            Problem(Place(name), "readable", f"The file cannot be read: {error.strerror}.", "Check its name and that you may open it.")
        ) from None
    if size > most:
        fix = "Split it, or remove what does not belong in it."
        raise CannotRead(Problem(Place(name), "readable", f"The file has {size:,} bytes; texts end at {most:,}.", fix))
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        fix = "Save it again as 'UTF-8' in your editor."
        raise CannotRead(Problem(Place(name, line), "utf-8", f"Byte {raw[error.start]:#04x} is not UTF-8 text.", fix)) from None


def parse(text: str, name: str, first_line: int = 1, most: int = MOST_VALUES) -> tuple[Any, Places]:
    """YAML as dicts, lists and text (null where nothing is written), with the place of each value."""
    try:
        _refuse_depth(text, name, first_line)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        what = f"This is not YAML: {error.problem or error.context}."
        fix = "Check indentation, quotes and colons in this line and the one above; put text that holds ': ' in quotes."
        raise CannotRead(Problem(Place(name, line), "yaml", what, fix)) from None
    except yaml.YAMLError as error:
        line = first_line + text[: getattr(error, "position", 0)].count("\n")
        what = f"This is not YAML: {str(error).splitlines()[0].rstrip('.')}."
        raise CannotRead(Problem(Place(name, line), "yaml", what, "Remove the odd character.")) from None
    places: Places = {}
    problems: list[Problem] = []
    value = _plain(node, (), places, problems, name, first_line, most=most) if node else {}
    if problems:
        raise CannotRead(*problems)
    return value, places


def _refuse_depth(text: str, name: str, first_line: int) -> None:
    """What is nested thousands deep would end the process in the reader itself, without a word; its events tell it before."""
    if len(text) <= MOST_BYTES and sum(1 for _ in OPENING.finditer(text)) < 1_000:
        return
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > 10 * MOST_DEEP:
                raise CannotRead(_too_deep(Place(name, first_line + (event.start_mark.line if event.start_mark else 0))))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _too_deep(place: Place) -> Problem:
    return Problem(place, "yaml", f"Values are nested more than {MOST_DEEP} deep.", "Write it flatter; do not use '&' and '*'.")


def _plain(  # noqa: PLR0913, PLR0917 - what a value takes with it on the way down
    node: yaml.Node,
    path: tuple[str | int, ...],
    places: Places,
    problems: list[Problem],
    name: str,
    first: int,
    depth: int = 0,
    most: int = MOST_VALUES,
) -> Any:
    line = first + node.start_mark.line
    places.setdefault(path, Place(name, line))
    if len(places) > most:
        if not any("values" in problem.what for problem in problems):
            what = f"The file holds more than {most:,} values."
            problems.append(Problem(Place(name, line), "yaml", what, "Write it flatter; do not use '&' and '*'."))
        return None
    if depth > MOST_DEEP:
        problems.append(_too_deep(Place(name, line)))
        return None
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in {"", "~", "null"} else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, (*path, at), places, problems, name, first, depth + 1, most) for at, one in enumerate(node.value)]
    record: dict[str, Any] = {}
    for key_node, value_node in cast(yaml.MappingNode, node).value:
        key = str(key_node.value)
        at = first + key_node.start_mark.line
        if key in record:
            problems.append(Problem(Place(name, at), "yaml", f"'{key}' stands here twice.", "Keep one of the two."))
        record[key] = _plain(value_node, (*path, key), places, problems, name, first, depth + 1, most)
        places[(*path, key)] = Place(name, at)
    return record


def as_record(kind: type[Record], value: Any, places: Places, name: str, base: tuple[str | int, ...] = ()) -> Record:
    """A validated record that knows its places; CannotRead with every finding, each at its line."""
    own = {key[len(base) :]: place for key, place in places.items() if key[: len(base)] == base}
    if not isinstance(value, dict):
        fix = "Write it as lines of 'key: value'."
        raise CannotRead(Problem(own.get((), Place(name)), "fields", f"Here should stand a record of {kind.__name__.lower()}.", fix))
    try:
        record = kind.model_validate(value)
    except ValidationError as error:
        raise CannotRead(*(_retold(kind, finding, own, name) for finding in error.errors())) from None
    _settle(record, own, name)
    return record


def _settle(record: Data, places: Places, name: str) -> None:
    record._place = places.get((), Place(name))
    record._places = places
    for field, info in type(record).model_fields.items():
        value = getattr(record, field)
        key = info.alias or field.replace("_", "-")
        children: Iterable[tuple[tuple[str | int, ...], Any]] = (
            [((key, at), one) for at, one in enumerate(value)] if isinstance(value, tuple) else [((key,), value)]
        )
        for path, child in children:
            if isinstance(child, Data):
                _settle(child, {at[len(path) :]: place for at, place in places.items() if at[: len(path)] == path}, name)


def said(value: object) -> str:
    """A value as a problem quotes it: not too long, and with signs that cannot be seen written as what they are."""
    text = str(value)
    return visible(text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…")


def visible(text: str) -> str:
    """A text in which signs that cannot be seen are written as what they are."""
    return "".join(f"\\u{ord(one):04x}" if unicodedata.category(one)[0] == "C" or one in "\u2028\u2029" else one for one in text)


def _nearest_place(location: tuple[str | int, ...], places: Places, name: str) -> Place:
    while location and location not in places:
        location = location[:-1]
    return places.get(location, Place(name))


def _fields_at(kind: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand where an unknown one was found."""
    known: type[BaseModel] | None = kind
    for step in location:
        if known is None or isinstance(step, int):
            continue
        fields = {info.alias or field.replace("_", "-"): info for field, info in known.model_fields.items()}
        known = _model_in(fields[step].annotation) if step in fields else None
    return [info.alias or field.replace("_", "-") for field, info in known.model_fields.items()] if known else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one))), None)


def nearest(word: str, known: Iterable[str]) -> str:
    """'Did you mean ...' or the list of what there is."""
    options = sorted(set(known))
    close = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'?" if close else f"Use one of: {', '.join(options)}."


def _retold(kind: type[BaseModel], finding: ErrorDetails, places: Places, name: str) -> Problem:
    location = tuple(finding["loc"])
    key = next((str(step) for step in reversed(location) if isinstance(step, str)), kind.__name__.lower())
    given = said(finding.get("input"))
    context: dict[str, Any] = finding.get("ctx") or {}
    place = _nearest_place(location, places, name)
    match finding["type"]:
        case "missing":
            what, fix = f"'{key}' is missing.", f"Add a line '{key}: …'{_where(location)}."
        case "extra_forbidden":
            what, fix = f"'{key}' is not a field Signpost knows.", nearest(key, _fields_at(kind, location[:-1]))
        case "literal_error":
            what = f"'{given}' is not a value for '{key}'."
            fix = nearest(given, re.findall(r"'([^']+)'", str(context.get("expected", ""))))
        case "too_short":
            what, fix = f"'{key}' is empty.", f"Add at least one line '- …' under '{key}:'."
        case "string_type" if finding.get("input") is None:
            what, fix = f"'{key}' is empty.", f"Write it after '{key}:'; put it in quotes if it looks like a number."
        case "string_type" | "tuple_type" | "dict_type" | "model_type" | "model_attributes_type":
            shapes = {"tuple_type": "a list, each line '- …'", "string_type": "one line of text"}
            what = f"'{key}' has the wrong shape."
            fix = f"Write {shapes.get(finding['type'], 'lines of key: value under it')}."
        case "string_too_short":
            what, fix = f"'{key}' is too short: '{given}'.", f"Write the whole {key}."
        case "string_pattern_mismatch":
            what, fix = f"'{given}' is not in the form of '{key}'.", "Write it like 1.0.0."
        case "value_error":
            what, fix = f"'{given}' does not fit '{key}'.", f"Mind that {context.get('error', 'the form is another')}."
        case kind_of if kind_of.startswith("date"):
            what, fix = f"'{given}' is not a date.", "Write it like 2026-11-22."
        case kind_of if kind_of.startswith(("int", "float")):
            what, fix = f"'{given}' is not a number.", f"Write '{key}' in digits."
        case _:
            what, fix = f"'{key}' does not fit: {finding['msg'].lower()}.", f"Correct '{key}'."
    return Problem(place, "fields", what, fix)


def over(below: tuple[Any, Places], above: tuple[Any, Places]) -> tuple[Any, Places]:
    """One record laid over another, key by key: what stands above wins, an empty value above takes the one below away."""
    value, places = below
    upper, upper_places = above
    if not isinstance(value, dict) or not isinstance(upper, dict):
        return above
    made: dict[str, Any] = dict(value)
    where = {path: place for path, place in places.items() if path}
    for key, one in upper.items():
        own = {path: place for path, place in upper_places.items() if path[:1] == (key,)}
        if isinstance(one, dict) and isinstance(made.get(key), dict):
            inner = {path[1:]: place for path, place in where.items() if path[:1] == (key,)}
            made[key], merged = over((made[key], inner), (one, {path[1:]: place for path, place in own.items()}))
            own = {(key, *path): place for path, place in merged.items()}
        elif one is None and key in made:
            made.pop(key)
            own = {}
        else:
            made[key] = one
        where = {path: place for path, place in where.items() if path[:1] != (key,)} | own
    return made, {(): upper_places.get((), places.get((), Place("")))} | where


def _where(location: tuple[str | int, ...]) -> str:
    outer = [str(step) for step in location[:-1] if isinstance(step, str)]
    return f" under '{outer[-1]}:'" if outer else ""


def read(kind: type[Record], path: Path, name: str) -> Record:
    """One record from one file."""
    return read_text(kind, text_of(path, name), name)


def read_text(kind: type[Record], text: str, name: str) -> Record:
    """One record from the text of a file."""
    value, places = parse(text, name)
    return as_record(kind, value, places, name)


def read_all(kind: type[Record], key: str, text: str, name: str, named: bool = False) -> tuple[Record, ...]:
    """Every record under one key of a file's text: a list, or (named) a mapping whose keys are the ids."""
    value, places = parse(text, name)
    found: Any = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, dict if named else list):
        raise CannotRead(Problem(Place(name), "fields", f"'{key}' is missing.", f"Begin the file with '{key}:' and its records under it."))
    pairs: list[tuple[str | int, Any]] = (
        [(id, {"id": id} | one if isinstance(one, dict) else one) for id, one in found.items()]
        if isinstance(found, dict)
        else list(enumerate(found))
    )
    records: list[Record] = []
    problems: list[Problem] = []
    for at, one in pairs:
        try:
            records.append(as_record(kind, one, places, name, (key, at)))
        except CannotRead as finding:
            problems.extend(finding.problems)
    if problems:
        raise CannotRead(*problems)
    return tuple(records)
