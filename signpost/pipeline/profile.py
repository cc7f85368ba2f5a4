"""A new school's folder: a complete profile in which every line is explained, and schemas by which editors complete and check it."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from signpost import data
from signpost.load import load
from signpost.model import Data, EditFront, FrontMatter, Library, School
from signpost.problem import CannotRead, Place, Problem
from signpost.store import write_whole

# What each field is for: the comment above it in a new profile, and what an editor says when somebody points at it.
FIELDS = {
    "name": "The school's name, as it stands on every page.",
    "country": "Whose help routes, law and curriculum are printed: a code of content/countries.",
    "specimen": "Pages that are only for looking at, marked so; take it out when pages are meant for pupils.",
    "authority": "The folder of the authority or trust whose values and edits lie beneath the school's own, from this folder: ../trust",
    "lead": "The person every worried pupil, parent and teacher is sent to.",
    "deputy": "Who stands in for the lead.",
    "routes": "Whom a pupil can go to in school. An entry with tiers serves only those ages; one without serves all the others.",
    "outside": "Help routes outside school that come first, by their ids in content/countries/services; the country's follow.",
    "address": "The letterhead, line by line.",
    "phone": "The school office's number, in quotes.",
    "email": "The school office's address.",
    "web": "The school's website, without https.",
    "colour": "The school's colour, for lines and the letterhead; it must be readable on white paper.",
    "logo": "A plain SVG file in this folder: only shapes.",
    "confirmed": "Who rang every printed number, and when. Until then staff pages say that nobody has.",
    "accept-old-routes": "Who answers for printing help routes that nobody has checked for a year, and until when.",
    "modules": "Only these lessons, by id; without it, all that fit.",
    "opt-in": "Lessons that are taught only where a school chooses them, by id.",
    "tiers": "Only these ages: t1 (4 to 7) to t6 (16 to 18).",
    "documents": "Only these documents; guide, parents' copy and staff pages are always made.",
    "paths": "Lessons taught in less time: core (40 minutes) or short (15).",
    "words": "Your words for ours, such as a role title or 'class charter' for 'ground rules'. Promises and safe steps cannot be changed.",
    "year-names": "What you call the years of an age band.",
    "sign-off": "Whose names a lesson needs, whether unsigned ones may be printed, and for how many months a name holds.",
    "paper": "A4 or Letter.",
    "edit": "What is done: replace, before, after, hide, note (staff only) or order.",
    "module": "The lesson or shared text that is changed, by id.",
    "part": "Which part of it, by id; build.py customise MODULE lists them.",
    "base": "The digest of the text that the edit was made against. Signpost writes it; leave it as it is.",
    "base-version": "The version of that text.",
    "language": "The language in which the edit is written.",
    "by": "Who made the edit.",
    "edited": "When.",
    "reason": "Why; the safeguarding lead's guide prints it.",
}


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas by file name: a school's and an authority's profile, an edit's and a lesson's front matter."""
    kinds: tuple[tuple[str, type[Data]], ...] = (
        ("school", School),
        ("edit", EditFront),
        ("lesson", FrontMatter),
    )
    made = {f"{name}.schema.json": _schema(kind) for name, kind in kinds}
    authority = json.loads(json.dumps(made["school.schema.json"]))
    authority["title"] = "Authority"
    authority["required"] = []
    for key in ("authority", "name", "lead", "specimen"):
        authority["properties"].pop(key)
    return made | {"authority.schema.json": authority}


def _schema(kind: type[Data]) -> dict[str, Any]:
    schema = kind.model_json_schema(by_alias=True)
    for key, about in schema["properties"].items():
        if key in FIELDS:
            about["description"] = FIELDS[key]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Write the schemas into a folder's `schemas`."""
    made = []
    for name, schema in schemas().items():
        path = folder / "schemas" / name
        write_whole(str(path), (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode())
        made.append(path)
    return tuple(made)


QUESTIONS: tuple[tuple[str, str, bool], ...] = (
    ("name", "What is the school called?", True),
    ("country", "Which country's help routes, law and curriculum? (such as GB-ENG, IE)", True),
    ("lead.name", "Who is the safeguarding lead? (Ms Amara Osei)", True),
    ("lead.role", "What is that role called in your school? (Designated safeguarding lead)", True),
    ("lead.room", "Where do pupils find this person? (Room 12, by the library)", True),
    ("lead.phone", "On which number do staff and families reach this person?", False),
    ("lead.email", "At which address?", False),
    ("deputy.name", "Who is the deputy? (leave empty where there is none)", False),
    ("deputy.role", "What is the deputy's role called?", False),
    ("deputy.room", "Where is the deputy found?", False),
    ("phone", "What is the school office's number?", False),
    ("email", "What is the school office's address for mail?", False),
)


def asked(ask: Callable[[str], str]) -> dict[str, Any]:
    """The answers of a person at the keyboard, as a profile's values; a question that must be answered is asked until it is."""
    made: dict[str, Any] = {}
    for key, question, needed in QUESTIONS:
        outer, _, inner = key.partition(".")
        if outer == "deputy" and inner != "name" and "deputy" not in made:
            continue
        answer = ask(question).strip()
        while needed and not answer:
            answer = ask(f"This one is needed. {question}").strip()
        if answer and inner:
            made.setdefault(outer, {})[inner] = answer
        elif answer:
            made[key] = answer
    return made


def new_school(root: Path, folder: Path, answers: Any, source: str, places: data.Places | None = None) -> Path:
    """Write a new school's folder from answers: its profile, a guide to the folder and schemas. CannotRead with everything that is wrong.

    The folder must not hold anything yet. Whatever the answers do not say stands in the profile as a comment that explains it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotRead(
            Problem(Place(str(folder)), "usage", "This folder holds something already.", "Name a new folder, or an empty one.")
        )
    if not isinstance(answers, dict):
        raise CannotRead(Problem(Place(source), "fields", "The answers are not lines of 'key: value'.", "Write them like a school.yaml."))
    lead = answers.get("lead")
    if isinstance(lead, dict) and "routes" not in answers and lead.get("name") and lead.get("room"):
        answers = {**answers, "routes": [{"name": lead["name"], "where": lead["room"]}]}
    library, _ = load(root)
    known = {name.casefold(): country.code for country in library.countries for name in (country.code, country.name)}
    if isinstance(answers.get("country"), str):
        answers = {**answers, "country": known.get(answers["country"].strip().casefold(), answers["country"])}
    school = data.as_record(School, answers, places or {}, source)
    codes = [country.code for country in library.countries]
    if school.country not in codes:
        fix = data.nearest(school.country, codes)
        raise CannotRead(Problem(school.at("country"), "country", f"There are no help routes for '{school.country}'.", fix))
    made = {"school.yaml": profile(answers, library), "README.md": ABOUT_THE_FOLDER}
    try:
        for name, text in made.items():
            write_whole(str(folder / name), text.encode())
        write_schemas(folder)
    except OSError as error:
        what = f"The folder cannot be written: {error.strerror}."
        raise CannotRead(Problem(Place(str(folder)), "output", what, "Name a folder in which you may write.")) from None
    return folder / "school.yaml"


def profile(answers: Mapping[str, Any], library: Library) -> str:
    """A profile with every field: the answers as they were given, the others as comments with an example."""
    examples = {
        "specimen": "true",
        "authority": "../trust",
        "deputy": {"name": "Mr Tom Field", "role": "Deputy safeguarding lead", "room": "School office"},
        "outside": [
            next(
                (id for country in library.countries if country.code == answers.get("country") for id in country.routes.child), "childline"
            )
        ],
        "address": ["Elm Bank Road 1", "Exampleton EX1 2MP"],
        "phone": "01632 960100",
        "email": "office@school.example",
        "web": "school.example",
        "colour": "#1F5C4D",
        "logo": "logo.svg",
        "confirmed": {"on": "2026-11-22", "by": "your name"},
        "accept-old-routes": {"by": "your name", "until": "2027-06-30"},
        "modules": [module.front.id for module in library.modules[:2]],
        "opt-in": [module.front.id for module in library.modules if module.front.opt_in == "yes"][:1] or ["t3-before-you-share"],
        "tiers": ["t4", "t5"],
        "documents": ["slides", "worksheet", "help-card", "letter"],
        "paths": {"t4-pressure": "core"},
        "words": {"ground rules": "class charter"},
        "year-names": {"t4": "Years 7 to 9"},
        "sign-off": {"roles": ["Designated safeguarding lead", "Headteacher"], "required": "yes", "months": "12"},
        "paper": "A4",
    }
    lines = [
        "# yaml-language-server: $schema=schemas/school.schema.json",
        "# One school: all that makes its edition its own. Lines that begin with # say nothing yet.",
    ]
    fields = [info.alias or name.replace("_", "-") for name, info in School.model_fields.items()]
    for field in fields:
        lines += ["", f"# {FIELDS[field]}"]
        if field in answers:
            lines += _yaml(field, answers[field])
        else:
            lines += [f"# {line}" for line in _yaml(field, examples[field])]
    return "\n".join(lines) + "\n"


def profile_lines(values: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a profile that says these values and nothing else."""
    for key, value in values.items():
        yield from _yaml(key, value)


def _yaml(key: str, value: Any, depth: int = 0) -> Iterator[str]:
    margin = "  " * depth
    if value is None or value in ([], (), {}):
        yield f"{margin}{_plain(key)}:{'' if value is None else ' {}' if isinstance(value, Mapping) else ' []'}"
    elif isinstance(value, Mapping):
        yield f"{margin}{_plain(key)}:"
        for inner, one in value.items():
            yield from _yaml(str(inner), one, depth + 1)
    elif isinstance(value, list | tuple):
        yield f"{margin}{_plain(key)}:"
        for one in value:
            if isinstance(one, Mapping) and one:
                first, *rest = [line for inner, item in one.items() for line in _yaml(str(inner), item, depth + 2)]
                yield f"{margin}  - {first.strip()}"
                yield from rest
            else:
                yield f"{margin}  - {_plain(str(one))}"
    else:
        yield f"{margin}{_plain(key)}: {_plain(str(value))}"


def _plain(text: str) -> str:
    bare = (
        all(letter.isalnum() or letter in " -_’/." for letter in text)
        and text[:1].isalpha()
        and text.lower() not in ("yes", "no", "true", "false", "null", "on", "off")
    )
    if bare or text == "true":
        return text
    return "".join(one if one.isprintable() or one == "\u00a0" else _escaped(one) for one in json.dumps(text, ensure_ascii=False))


def _escaped(sign: str) -> str:
    """A sign that YAML does not take as it is."""
    return f"\\u{ord(sign):04x}" if ord(sign) <= 0xFFFF else f"\\U{ord(sign):08x}"


ABOUT_THE_FOLDER = """\
# Our school's edition

| here | is |
|---|---|
| `school.yaml` | who we are: names, help routes in school, colour, what we teach |
| `edits/` | each change that we made to a lesson, one file each (`build.py customise MODULE PART` begins one) |
| `modules/TIER/NAME.md` | lessons of our own |
| `templates/` | pages and a style sheet of our own, over Signpost's |
| `record/` | every text that was ever kept, what was decided and signed, what was printed; Signpost writes it, nobody else |

Keep the whole folder in your backup, in git or on a shared drive. Nothing else has to be kept: all pages are made from it.
"""
