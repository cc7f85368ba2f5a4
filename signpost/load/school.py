"""A school's folder, or an authority's: its profile, its edits, its own lessons and templates.

school.yaml (or authority.yaml)   the profile; a school may name its authority's folder, whose values lie beneath its own
edits/MODULE/PART.md              one change of one part each
modules/TIER/NAME.md              lessons of its own
templates/NAME.html, school.css   templates of its own, over ours of the same name
pictures beside edits and modules
record/                           every text that was kept, decisions and signatures: `signpost.folder` writes it
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from signpost import colour, data
from signpost.load.library import front_and_body, module, recalled
from signpost.load.pictures import picture, pictures
from signpost.memory import NONE, Memory
from signpost.model import UNSEEN, Edit, EditFront, Layer, Library, Module, School
from signpost.problem import CannotRead, Place, Problem

PROFILES = ("school.yaml", "authority.yaml")
MOST_EDITS = 2_000
NO_WORDS = re.compile(r"\d{3}|https?:|www\.|@|[<>{}]")


def schools(root: Path) -> tuple[str, ...]:
    """The ids of the schools under `content/schools`."""
    return tuple(sorted(path.parent.name for path in (root / "content" / "schools").glob("*/*/school.yaml")))


def find(root: Path, wanted: str) -> Path:
    """The folder of a school by its id under `content/schools`, or as it was named; CannotRead where it holds no profile."""
    inside = sorted((root / "content" / "schools").glob(f"*/{wanted}/school.yaml")) if re.fullmatch(r"[\w-]+", wanted) else []
    folder = inside[0].parent if inside else Path(wanted)
    blocked = next((folder / name for name in PROFILES if os.path.lexists(folder / name) and not (folder / name).is_file()), None)
    if blocked:
        fix = "Put the profile there, a file of text."
        raise CannotRead(Problem(Place(str(blocked)), "school", f"'{blocked.name}' is no file, or leads to none.", fix))
    if not any((folder / name).is_file() for name in PROFILES):
        fix = f"{data.nearest(wanted, schools(root))} Or name the folder that holds the school.yaml."
        raise CannotRead(Problem(Place(str(folder / PROFILES[0]), 1), "school", f"There is no school '{wanted}'.", fix))
    return folder


def shown(root: Path, path: Path) -> str:
    """A path as problems name it: from the project where it is in it, else as it was typed."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path)


def load_school(root: Path, wanted: str) -> School:
    """A school by its id under `content/schools`, or by its folder; CannotRead with every problem of its profile.

    Where it names an authority, the authority's values lie beneath its own, key by key; every value knows its file and line.
    """
    folder = find(root, wanted)
    path = folder / PROFILES[0]
    if not path.is_file():
        what = f"'{wanted}' is an authority's folder, and no school."
        raise CannotRead(Problem(Place(str(folder / PROFILES[1]), 1), "school", what, "Name the folder of one of its schools."))
    name = shown(root, path)
    value, places = data.parse(data.text_of(path, name), name)
    authority = _authority(folder, value, places)
    if authority:
        below = authority / PROFILES[1]
        value, places = data.over(_below(shown(root, below), below), (value, places))
    school = data.as_record(School, value, places, name)
    school._folder = str(folder)
    school._authority_folder = str(authority or "")
    school._id = folder.resolve().name
    problems = [*_colour(school), *_words(school), *_somebody(school)]
    if problems:
        raise CannotRead(*problems)
    if school.logo:
        _read_logo(school, authority if authority and school.at("logo").path != name else folder)
    school._templates = (*(_templates(root, authority) if authority else ()), *_templates(root, folder))
    return school


def _authority(folder: Path, value: object, places: data.Places) -> Path | None:
    named = value.get("authority") if isinstance(value, dict) else None
    if not named:
        return None
    found = folder / str(named)
    if not (found / PROFILES[1]).is_file():
        fix = "Name the folder that holds the authority.yaml, from this school's folder: ../trust."
        raise CannotRead(Problem(places[("authority",)], "school", f"There is no authority in '{named}'.", fix))
    return found


def _below(name: str, path: Path) -> tuple[object, data.Places]:
    value, places = data.parse(data.text_of(path, name), name)
    for key in ("authority", "name", "lead", "specimen"):
        if isinstance(value, dict) and key in value:
            what = f"'{key}' belongs to a school, not to its authority."
            raise CannotRead(Problem(places[(key,)], "fields", what, f"Remove '{key}:' here; each school's profile has its own."))
    return value, places


def _colour(school: School) -> Iterator[Problem]:
    contrast = colour.contrast(school.colour)
    if contrast < colour.LEAST:
        passing = colour.nearest_passing(school.colour)
        what = (
            f"The colour {school.colour} has a contrast of {contrast:.1f} to white paper; {colour.LEAST} is the least for words and lines."
        )
        fix = f'Write colour: "{passing}", the nearest that passes ({colour.contrast(passing):.1f}).'
        yield Problem(school.at("colour"), "contrast", what, fix)


def _somebody(school: School) -> Iterator[Problem]:
    """Whoever answers for help routes is a person, not an example."""
    for key, one in (("confirmed", school.confirmed), ("accept-old-routes", school.accept_old_routes)):
        if one and one.by.strip().casefold() in ("your name", "name", "somebody", ""):
            yield Problem(school.at(key), "fields", f"'{one.by}' is nobody's name.", f"Write in {key}: who rang the numbers, and when.")


def _words(school: School) -> Iterator[Problem]:
    for key, value in (*school.words.items(), *school.year_names.items()):
        group = "words" if key in school.words else "year-names"
        if not value or not value.strip():
            yield Problem(school.at(group, key), "own-words", f"'{key}' has no word in its place.", "Write the word that your school says.")
        elif NO_WORDS.search(value) or any(unicodedata.category(letter) in UNSEEN for letter in value):
            what = f"'{value}' holds a number, an address or a mark that is no word."
            yield Problem(school.at(group, key), "own-words", what, "Numbers and addresses stand in their own fields of the profile.")


def _read_logo(school: School, folder: Path) -> None:
    place, logo = school.at("logo"), str(school.logo)
    if not logo.lower().endswith(".svg"):
        fix = "Save it as plain SVG, or remove the line 'logo:'."
        raise CannotRead(Problem(place, "safe-svg", f"The logo '{logo}' is not an SVG file.", fix))
    school._logo_svg = picture(folder, logo, place).content.decode()


OWN_TEMPLATES = tuple(f"{name}.html" for name in ("worksheet", "cards", "check", "help-card", "poster", "letter", "certificate"))
OUTSIDE = re.compile(r"@import|url\(\s*['\"]?(?!data:)", re.IGNORECASE)
SAYS = re.compile(r"content\s*:[^;}]*(?:[\"'][^\"';}]*\w|attr\(|counter)", re.IGNORECASE)


def _templates(root: Path, folder: Path) -> tuple[tuple[str, str], ...]:
    """Own templates by name; CannotRead for what is no template, or loads something."""
    found, problems = [], []
    for path in sorted((folder / "templates").glob("*")) if (folder / "templates").is_dir() else []:
        name = shown(root, path)
        if path.is_symlink() or not path.is_file() or path.name not in (*OWN_TEMPLATES, "school.css"):
            fix = data.nearest(path.name, (*OWN_TEMPLATES, "school.css"))
            problems.append(Problem(Place(name), "template", f"'{path.name}' is not a template that a school can have.", fix))
            continue
        text = data.text_of(path, name)
        outside = OUTSIDE.search(text) if path.suffix == ".css" else None
        if outside:
            line = text[: outside.start()].count("\n") + 1
            problems.append(Problem(Place(name, line), "own-files", "The style sheet loads something.", "Pages hold all they show."))
        speaking = SAYS.search(text) if path.suffix == ".css" else None
        if speaking:
            line = text[: speaking.start()].count("\n") + 1
            problems.append(
                Problem(
                    Place(name, line), "template", "The style sheet says something ('content:').", "Words stand in texts, not in style."
                )
            )
        found.append((path.name, text))
    if problems:
        raise CannotRead(*problems)
    return tuple(found)


def load_edits(root: Path, folder: Path, layer: Layer, memory: Memory = NONE) -> tuple[tuple[Edit, ...], tuple[Problem, ...]]:
    """Every edit of a folder in the order of their files; what cannot be read is absent and is a problem."""
    edits: list[Edit] = []
    problems: list[Problem] = []
    for number, path in enumerate(sorted((folder / "edits").rglob("*.md"))):
        name = shown(root, path)
        if number >= MOST_EDITS:
            problems.append(
                Problem(Place(name), "readable", f"There are more than {MOST_EDITS:,} edits.", "Make lessons of your own of them.")
            )
            break
        if path.is_symlink() or not path.is_file():
            problems.append(Problem(Place(name), "readable", "An edit must be a file of this folder.", "Replace the link by the file."))
            continue
        edit, more = recalled(memory, partial(_edit, layer), path, name, Edit, layer)
        problems.extend(more)
        if edit is not None:
            edits.append(edit)
    problems.extend(_passed_over(root, folder))
    return tuple(edits), tuple(problems)


def _passed_over(root: Path, folder: Path) -> Iterator[Problem]:
    """Files in the folders of edits and own lessons that nothing reads: a lead must not believe that they are printed."""
    for path in sorted((*(folder / "edits").rglob("*"), *(folder / "modules").rglob("*"))):
        if path.parent.name == "pictures" or (path.is_dir() and not path.is_symlink()):
            continue
        inner = path.relative_to(folder).parts
        where = "edits/MODULE/PART.md" if inner[0] == "edits" else "modules/TIER/NAME.md"
        lesson = inner[0] == "modules" and len(inner) == 3 and path.suffix == ".md"
        if path.is_dir() or (path.suffix != ".md" if inner[0] == "edits" else not lesson):
            what = f"Nothing reads '{'/'.join(inner)}'."
            yield Problem(
                Place(shown(root, path)), "readable", what, f"Name it like {where}, a file of this folder; or remove it.", reminder=True
            )


def _edit(layer: Layer, problems: list[Problem], path: Path, name: str, text: str) -> Edit:
    front_text, end, body = front_and_body(text, name)
    if not end:
        fix = "Let Signpost write it: build.py customise MODULE PART."
        raise CannotRead(Problem(Place(name), "front-matter", "The edit does not begin with front matter.", fix))
    front = data.as_record(EditFront, *data.parse(front_text, name, first_line=2), name)
    return Edit(
        front=front, lines=body, layer=layer, pictures=tuple(pictures(path, body, problems)), file=str(path.resolve()), place=Place(name, 1)
    )


def own_modules(root: Path, folder: Path, library: Library, memory: Memory = NONE) -> tuple[tuple[Module, ...], tuple[Problem, ...]]:
    """The lessons that a school wrote itself; their ids follow from their files and are none of the library's."""
    problems: list[Problem] = []
    found: list[Module] = []
    taken = {one.front.id for one in library.modules}
    tiers, topics = {tier.id for tier in library.tiers}, {topic.id for topic in library.topics}
    for path in sorted((folder / "modules").glob("*/*.md")):
        name = shown(root, path)
        if path.is_symlink() or not path.is_file():
            problems.append(Problem(Place(name), "readable", "A lesson must be a file of this folder.", "Replace the link by the file."))
            continue
        one, more = recalled(memory, module, path, name, Module)
        problems.extend(more)
        if one is None:
            continue
        front, expected = one.front, f"{path.parent.name}-{path.stem}"
        if front.id in taken:
            fix = f"Give the file another name; to change the library's lesson, type build.py customise {front.id} PART."
            problems.append(Problem(front.at("id"), "duplicate-id", f"The library has a lesson '{front.id}'.", fix))
        elif front.id != expected:
            what = f"The id '{front.id}' does not follow from the file's place."
            problems.append(Problem(front.at("id"), "fields", what, f"Write id: {expected}."))
        elif front.tier not in tiers:
            problems.append(Problem(front.at("tier"), "fields", f"'{front.tier}' is not a tier.", data.nearest(front.tier, tiers)))
        elif front.topic not in topics:
            problems.append(Problem(front.at("topic"), "fields", f"'{front.topic}' is not a topic.", data.nearest(front.topic, topics)))
        else:
            found.append(one)
    return tuple(found), tuple(problems)
