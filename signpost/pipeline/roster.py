"""Whom a fleet is for: the schools of a CSV, of a YAML file or of a folder of folders, each with a profile on disk.

A row of a CSV and an entry of a YAML file become a folder with a `school.yaml`, which is then read like every other. Each of its lines
knows the line of the list from which it came, so that what is wrong is told where somebody wrote it.
"""

import csv
import io
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signpost import data
from signpost.load import MOST_LOGO_BYTES, PROFILES
from signpost.pipeline.profile import profile_lines
from signpost.problem import CannotRead, Place, Problem
from signpost.store import write_whole

NEEDED = ("name", "country", "lead-name", "lead-role", "lead-room")
PEOPLE = ("lead", "deputy", "confirmed")
MANY = ("address", "tiers", "modules", "opt-in", "documents")  # with | between their values
OPTIONAL = (
    "id",
    "lead-short",
    "lead-phone",
    "lead-email",
    "deputy-name",
    "deputy-short",
    "deputy-role",
    "deputy-room",
    "deputy-phone",
    "deputy-email",
    "routes",
    "phone",
    "email",
    "web",
    "colour",
    "logo",
    "authority",
    "address",
    "tiers",
    "modules",
    "opt-in",
    "documents",
    "confirmed-on",
    "confirmed-by",
    "paper",
)
MOST_SCHOOLS = 100_000
MOST_BYTES = 64_000_000
MOST_VALUES = 3_000_000
MOST_ID = 80
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ROUTE = re.compile(r"(?P<name>.+?)\s*:\s*(?P<where>.+?)(?:\s*\((?P<tiers>t[1-6](?:[ ,]+t[1-6])*)\))?")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # Windows opens a device instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One school of a fleet: its id, the folder of its profile, and where somebody wrote of it.

    `lines` are, for each line of a profile that was made from a list, the line of that list.
    """

    id: str
    folder: Path
    place: Place
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a list says of one school: its values, where each was written, and what is wrong with them already."""

    place: Place
    values: dict[str, Any]
    places: data.Places
    problems: tuple[Problem, ...] = ()


def members(source: Path, scratch: Path) -> tuple[tuple[Member, ...], tuple[Problem, ...]]:
    """The schools that a folder of folders, a CSV or a YAML file names, each with a profile on disk, and what is wrong with others."""
    if source.is_dir():
        return _folders(source)
    entries = list(_yaml(source) if source.suffix.lower() in (".yaml", ".yml") else _csv(source))
    if not entries:
        raise CannotRead(Problem(Place(str(source)), "fleet", "There is no school in this file.", "Write a line or an entry for each."))
    if len(entries) > MOST_SCHOOLS:
        raise CannotRead(Problem(Place(str(source)), "fleet", f"There are more than {MOST_SCHOOLS:,} schools.", "Make fleets of them."))
    made: list[Member] = []
    problems: list[Problem] = []
    first: dict[str, Place] = {}
    for entry in entries:
        id = str(entry.values.pop("id", None) or _slug(str(entry.values.get("name") or "")))
        found = [*entry.problems, *_unfit_id(id, entry, first), *_beside(source.parent, entry)]
        first.setdefault(id, entry.place)
        problems.extend(found)
        if not found:
            made.append(_written(entry, id, source.parent, scratch / id))
    return tuple(made), tuple(problems)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def _unfit_id(id: str, entry: _Entry, first: dict[str, Place]) -> Iterator[Problem]:
    """Why this school cannot have this id, after which its files are named."""
    place = entry.place
    if not id and not entry.values.get("name"):
        if not entry.problems:
            yield Problem(place, "fleet", "This school has no name.", "Write its name.")
    elif not id:
        what = f"'{data.said(entry.values['name'])}' holds no Latin letter from which an id could be made."
        yield Problem(place, "fleet", what, "Add a column 'id': small letters, digits and hyphens, such as elm-bank.")
    elif not ID.fullmatch(id):
        yield Problem(place, "fleet", f"'{data.said(id)}' cannot be a school's id.", "Use small letters, digits and hyphens: elm-bank.")
    elif len(id) > MOST_ID or RESERVED.fullmatch(id):
        why = f"is longer than {MOST_ID} letters" if len(id) > MOST_ID else "is the name of a device on Windows"
        yield Problem(place, "fleet", f"The id '{data.said(id)}' {why}.", "Give the school another in a column 'id': elm-bank.")
    elif id in first:
        what = f"The school '{id}' stands here twice, first in {first[id]}."
        yield Problem(place, "fleet", what, "Keep one, or give each its own id in a column 'id'.")


# --- a folder of folders -----------------------------------------------------------------------------------------


def _folders(source: Path) -> tuple[tuple[Member, ...], tuple[Problem, ...]]:
    made: list[Member] = []
    problems: list[Problem] = []
    first: dict[str, Place] = {}
    for path in sorted(source.glob(f"*/{PROFILES[0]}")):
        id, place = path.parent.name, Place(data.visible(str(path)))
        if id.startswith("."):
            continue
        why = _unfit_name(id)
        alike = unicodedata.normalize("NFC", id).casefold()
        if why:
            problems.append(Problem(place, "fleet", f"The folder's name {why}.", "Rename the folder: elm-bank."))
        elif alike in first:
            what = f"On many disks this is the same folder as that of {first[alike]}."
            problems.append(Problem(place, "fleet", what, "Rename one of the two folders."))
        else:
            first[alike] = place
            made.append(Member(id=id, folder=path.parent, place=place))
    if not made and not problems:
        what = f"No folder in '{source}' holds a {PROFILES[0]}."
        raise CannotRead(Problem(Place(str(source)), "fleet", what, "Name the folder that holds the schools' folders."))
    return tuple(made), tuple(problems)


def _unfit_name(id: str) -> str:
    """Why no file of a school can be named after its folder; empty where it can."""
    if not id.isprintable() or set(id) & set('<>:"/\\|?*'):
        return "holds a sign that a file's name cannot have everywhere"
    if id[0] in "-=+@ ~" or id[-1] in ". ":
        return "begins or ends with a sign that a file's name should not"
    if RESERVED.fullmatch(id):
        return "is the name of a device on Windows"
    return "is too long" if len(id.encode()) > MOST_ID else ""


# --- YAML --------------------------------------------------------------------------------------------------------


def _yaml(source: Path) -> Iterator[_Entry]:
    name = str(source)
    value, places = data.parse(data.text_of(source, name, MOST_BYTES), name, most=MOST_VALUES)
    schools = value.get("schools") if isinstance(value, dict) else None
    if not isinstance(schools, list):
        raise CannotRead(Problem(Place(name), "fleet", "'schools' is missing.", "Begin the file with 'schools:' and a list under it."))
    fix = "Write it under each school that it is for."
    unknown = [
        Problem(places.get((key,), Place(name)), "fleet", f"'{data.said(key)}' is not read here.", fix) for key in value if key != "schools"
    ]
    if unknown:
        raise CannotRead(*unknown)
    own: list[data.Places] = [{} for _ in schools]
    for path, place in places.items():
        if len(path) > 1 and isinstance(path[1], int):
            own[path[1]][path[2:]] = place
    for one, where in zip(schools, own, strict=True):
        place = where.get((), Place(name))
        if isinstance(one, dict):
            yield _Entry(place, dict(one), where)
        else:
            yield _Entry(place, {}, where, (Problem(place, "fleet", "A school is lines of 'key: value'.", "Write it like a school.yaml."),))


# --- CSV ---------------------------------------------------------------------------------------------------------


def _csv(source: Path) -> Iterator[_Entry]:
    name = str(source)
    try:
        text = data.text_of(source, name, MOST_BYTES).replace("\r", "\n")
    except CannotRead as finding:
        (problem,) = finding.problems
        if problem.rule == "utf-8":
            fix = "Save the sheet again as 'CSV UTF-8': in Excel it is in the list of 'Save as'; LibreOffice asks for the letters."
            problem = Problem(problem.place, problem.rule, problem.what, fix)
        raise CannotRead(problem) from None
    said = re.match(r"sep=(.)\n", text)  # what Excel writes above the columns
    head = text[said.end() if said else 0 :].split("\n", 1)[0]
    between = said[1] if said else max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=between, strict=True)
    rows = _numbered(reader, name)
    if said:
        next(rows)
    _, columns = next(rows, (1, []))
    columns = [column.strip().lower() for column in columns]
    while columns and not columns[-1]:
        columns.pop()
    _refuse_columns(columns, Place(name, reader.line_num or 1))
    for line, row in rows:
        yield _row(columns, [cell.strip() for cell in row], Place(name, line), between)


def _numbered(reader: Any, name: str) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not empty, and the line in which it begins."""
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"The line cannot be read: {error}."
        raise CannotRead(Problem(Place(name, line), "fleet", what, "Put values with commas or quotes between quotes.")) from None


def _refuse_columns(columns: list[str], place: Place) -> None:
    missing = [column for column in NEEDED if column not in columns]
    unknown = [column for column in dict.fromkeys(columns) if column not in (*NEEDED, *OPTIONAL)]
    twice = [column for column, times in Counter(columns).items() if times > 1 and column not in unknown]
    many = len(missing) > 1
    said = [
        f"The column{'s' if many else ''} {', '.join(missing)} {'are' if many else 'is'} missing." if missing else "",
        *(f"'{data.said(column)}' is no column that is read." if column else "A column has no name." for column in unknown),
        *(f"The column '{column}' stands here twice." for column in twice),
    ]
    fix = f"The first line names the columns: {', '.join(NEEDED)}; and if you like {', '.join(OPTIONAL)}."
    if any(said):
        raise CannotRead(*(Problem(place, "fleet", what, fix) for what in said if what))


def _row(columns: list[str], cells: list[str], place: Place, between: str) -> _Entry:
    """A row's cells as the fields of a profile."""
    problems: list[Problem] = []
    if any(cells[len(columns) :]):
        sign = {",": "a comma", ";": "a semicolon", "\t": "a tab"}.get(between, f"'{between}'")
        what = f"The line has {len(cells)} cells, and there are {len(columns)} columns."
        problems.append(Problem(place, "fleet", what, f"Put a value that holds {sign} between quotes."))
    row = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
    empty = [column for column in NEEDED if column not in row]
    if empty:
        problems.append(Problem(place, "fleet", f"Nothing stands in {', '.join(empty)}.", "Fill these cells."))
    made: dict[str, Any] = {}
    for column, value in row.items():
        outer, _, inner = column.partition("-")
        if outer in PEOPLE and inner:
            made.setdefault(outer, {})[inner] = value
        elif column == "routes":
            made[column], found = _routes(value, place)
            problems.extend(found)
        else:
            made[column] = [one for part in value.split("|") if (one := part.strip())] if column in MANY else value
    lead = made.get("lead", {})
    if "routes" not in row and lead.get("name") and lead.get("room"):
        made["routes"] = [{"name": lead["name"], "where": lead["room"]}]
    return _Entry(place, made, {}, tuple(problems))


def _routes(value: str, place: Place) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Whom a pupil can go to: 'Mr Field: Room 4 (t1, t2) | School nurse: Room 9'."""
    made: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for part in filter(None, map(str.strip, value.split("|"))):
        found = ROUTE.fullmatch(part)
        if found:
            tiers = {"tiers": re.findall(r"t\d", found["tiers"])} if found["tiers"] else {}
            made.append({"name": found["name"], "where": found["where"], **tiers})
        else:
            fix = "Write name: place, and if you like the ages: Mr Field: Room 4 (t1, t2) | School nurse: Room 9."
            problems.append(Problem(place, "fleet", f"'{data.said(part)}' in 'routes' says nobody and no place.", fix))
    return made, problems


# --- a profile on disk -------------------------------------------------------------------------------------------


def _beside(folder: Path, entry: _Entry) -> Iterator[Problem]:
    """What is wrong with the files that a list names: they lie beside it."""
    for key in ("logo", "authority"):
        value = entry.values.get(key)
        if value is None or not isinstance(value, str):
            continue
        place = entry.places.get((key,), entry.place)
        found = _inside(folder, value)
        if found is None:
            what = f"The {key} '{data.said(value)}' lies outside the folder of this list."
            yield Problem(place, "fleet", what, "Put it into the folder of the list, and name it from there: logos/elm-bank.svg.")
        elif not (found.is_file() if key == "logo" else found.is_dir()):
            what = f"There is no {'file' if key == 'logo' else 'folder'} '{data.said(value)}' beside this list."
            there = [one.name for one in folder.iterdir()] if folder.is_dir() else []
            yield Problem(place, "fleet", what, data.nearest(value, there[:20]))
        elif key == "logo" and found.stat().st_size > MOST_LOGO_BYTES:
            what = f"The logo '{data.said(value)}' has {found.stat().st_size:,} bytes; drawings end at {MOST_LOGO_BYTES:,}."
            yield Problem(place, "safe-svg", what, "Save it as plain SVG, with fewer points and fewer shapes.")


def _inside(folder: Path, name: str) -> Path | None:
    """A path within a folder, links followed; nothing where it leads out of it, or is no path at all."""
    try:
        found = (folder / name).resolve()
        return found if found.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError, RuntimeError):
        return None


def _written(entry: _Entry, id: str, beside: Path, folder: Path) -> Member:
    """The school as a folder on disk."""
    values = dict(entry.values)
    logo, authority = values.get("logo"), values.get("authority")
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(logo, str):
        found = _inside(beside, logo)
        values["logo"] = f"logo{Path(logo).suffix.lower()}"
        if found is not None:
            shutil.copyfile(found, folder / values["logo"])
    if isinstance(authority, str):
        values["authority"] = str(_inside(beside, authority))
    text = "\n".join(profile_lines(values)) + "\n"
    write_whole(str(folder / PROFILES[0]), text.encode())
    return Member(id=id, folder=folder, place=entry.place, lines=_lines(text, entry))


def _lines(text: str, entry: _Entry) -> tuple[int, ...]:
    """For each line of a profile, the line of the list in which its value was written."""
    if not entry.places:
        return ()
    lines = [entry.place.line] * text.count("\n")
    _, places = data.parse(text, "")
    for path, place in places.items():
        outer = path
        while outer not in entry.places:
            outer = outer[:-1]
        if path:
            lines[place.line - 1] = entry.places[outer].line
    return tuple(lines)
