"""The nouns: what authors write, who helps, what a school is, and what each page may hold.

A `Module` is what the author wrote. A `Lesson` is that module made ready for one country. A `Checked` lesson
is one in which no rule found a problem, and only `check` makes one; only `Checked` can be planned. A `Page`
is everything that may go into a file, so its digest is the file's dependency list. Places never take part
in a comparison or a digest: moving a paragraph remakes nothing.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, NewType, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, field_validator

from signpost.problem import Place

NOWHERE = Place("", 0)


# --- what is read from data files ------------------------------------------------------------------------


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class Data(BaseModel):
    """A record read from YAML; keys are written with hyphens, unknown keys are problems."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=_kebab, populate_by_name=True)
    _place: Place = PrivateAttr(default=NOWHERE)
    _places: dict[tuple[str | int, ...], Place] = PrivateAttr(default_factory=dict)

    @property
    def place(self) -> Place:
        """Where the record begins."""
        return self._place

    def at(self, *keys: str | int) -> Place:
        """Where a value of the record was written, or the record's own place."""
        return self._places.get(keys, self._place)

    @property
    def places(self) -> Mapping[tuple[str | int, ...], Place]:
        """Where each value was written, by its keys; two files where one lies over another."""
        return self._places


UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")  # controls, marks of direction, private letters, other line ends
JOINS = "\u200c\u200d"  # they cannot be seen either, but Persian and Hindi are not written without them
MOST_LETTERS = 300


def _seen(value: str) -> str:
    """At least three letters, and nothing that no eye can see."""
    letters = sum(letter.isalpha() for letter in value)
    if letters < 3 or any(unicodedata.category(letter) in UNSEEN for letter in value):
        raise ValueError("a name has at least three letters, and no signs that cannot be seen")
    return _line(value.strip())


def _line(value: str) -> str:
    """One line that an eye can see."""
    value = value.rstrip("\n")
    if any(unicodedata.category(letter) in UNSEEN and letter not in JOINS for letter in value):
        raise ValueError("it is one line, without signs that cannot be seen")
    if len(value) > MOST_LETTERS:
        raise ValueError(f"it has at most {MOST_LETTERS} letters, and {len(value):,} stand here")
    return value


Seen = Annotated[str, AfterValidator(_seen)]
Line = Annotated[str, AfterValidator(_line)]


class Reading(Data):
    """The most that a text may ask of its reader: mean words a sentence, Flesch-Kincaid grade, LIX."""

    words: float
    grade: float
    lix: float


class Tier(Data):
    """An age band with its bounds (`content/tiers.yaml`)."""

    id: str
    ages: tuple[int, int]
    book: str
    minutes: tuple[int, int]
    sessions: int
    reading: Reading
    help_card: Reading
    years: str = ""

    @property
    def label(self) -> str:
        """The ages as people write them: '11–14'."""
        return f"{self.ages[0]}–{self.ages[1]}"

    @property
    def number(self) -> int:
        """1 for t1 to 6 for t6."""
        return int(self.id[1:])


class Topic(Data):
    """A subject taught at every tier in the form that fits the age (`content/topics.yaml`)."""

    id: str
    name: str
    icon: str
    image: bool = False
    extortion: bool = False
    removal: Literal["", "t3", "t4"] = ""

    def prints_removal(self, tier: "Tier") -> bool:
        """Pages of this topic say where to have a picture removed, from an age on."""
        first = self.removal or ("t3" if self.image else "")
        return bool(first) and tier.number >= int(first[1:])


Audience = Literal["child", "young-person", "under-18-images", "parent", "professional", "anyone", "adult"]
Purpose = Literal["child-helpline", "image-removal", "report", "police", "emergency", "parents-advice", "professionals-advice", "other"]


class Service(Data):
    """A helpline or reporting route outside school; the phone number is text from the file to the page."""

    id: str
    name: str
    short: str | None = None
    audience: Audience
    audience_note: str | None = None
    purpose: Purpose
    purpose_note: str | None = None
    phone: str | None = None
    e164: str | None = None
    text: str | None = None
    web: str | None = None
    url: str | None = None
    how: tuple[str, ...] = ()
    hours: str | None = None
    cost: str | None = None
    cost_free: Literal["true", "false", "unknown"] = "unknown"
    languages: str | None = None
    ages: str | None = None
    sources: tuple[str, ...] = ()
    seen: str | None = None
    seen_on: date
    as_of: str | None = None
    confidence: Literal["high", "medium", "low"]
    recheck: str | None = None
    checked: date | None = None
    checked_by: str | None = None

    @property
    def dated(self) -> date:
        """The day a person confirmed it or, where none has, the day its page was seen."""
        return self.checked or self.seen_on


class LawSentence(Data):
    """One statement of law, dated and sourced; never lesson prose."""

    id: str
    topics: tuple[str, ...]
    tiers: tuple[str, ...]
    for_: Literal["pupil", "staff"] = Field(alias="for")
    text: str
    statute: str | None = None
    in_force_from: str
    source: tuple[str, ...]
    verified: bool = False
    review_by: date
    note: str | None = None


class RouteIds(Data):
    """Which services a country offers for what, best first."""

    child: tuple[str, ...] = ()
    image_removal: tuple[str, ...] = ()
    report: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    professionals: tuple[str, ...] = ()
    police: tuple[str, ...] = ()
    emergency: tuple[str, ...] = ()


class Country(Data):
    """A country or nation: its help routes, law sentences and curricula (`content/countries/CODE.yaml`)."""

    code: str
    name: str
    languages: tuple[str, ...]
    includes: tuple[str, ...] = ()
    routes: RouteIds
    why: Any = None
    law: tuple[LawSentence, ...] = ()
    law_gap: str | None = None
    age_of_criminal_responsibility: Any = None
    mandatory_reporting: str | None = None
    frameworks: tuple[str, ...] = ()
    curriculum_gap: str | None = None


class Fact(Data):
    """A figure of the ledger (`content/facts.yaml`): its sentence as documents print it, and where it comes from."""

    id: str
    text: str
    short: str | None = None
    source: str
    year: int
    about: str
    country: str
    url: str
    seen_on: date
    review_by: date
    limits: str
    verified: bool = False

    @property
    def cited(self) -> str:
        """What stands in brackets behind it: 'Europol, IOCTA, 2017'."""
        return f"{self.source}, {self.year}"


class Planned(Data):
    """One lesson in a scheme of work."""

    module: str
    weeks: int = 1
    builds_on: tuple[str, ...] = ()
    why: str
    revisit: int = 0


class Term(Data):
    """A term of a scheme of work, its lessons in the order of teaching."""

    term: str
    lessons: tuple[Planned, ...] = Field(min_length=1)
    pause: str | None = None


class Scheme(Data):
    """A year's teaching for one tier (`content/schemes.yaml`)."""

    id: str
    summary: str
    before: str
    terms: tuple[Term, ...] = Field(min_length=1)
    next: str


class FrameworkItem(Data):
    """One statement of a curriculum."""

    code: str
    asks: str
    verified: bool = False


class Framework(Data):
    """A curriculum or framework that lessons are mapped to (`content/frameworks/ID.yaml`)."""

    id: str
    title: str
    short: str | None = None
    countries: tuple[str, ...] = ()
    source: Any = None
    status_of_wording: str | None = None
    in_force_from: str | None = None
    review_by: date | None = None
    items: tuple[FrameworkItem, ...] = ()
    gap: str | None = None
    note: str | None = None


class Person(Data):
    """A named adult in school."""

    name: Seen
    short: Line | None = None
    role: Seen
    room: Seen
    phone: Line | None = None
    email: Line | None = None


class InSchool(Data):
    """Somebody or somewhere a pupil can go to in school; without tiers it serves every tier."""

    name: Seen
    where: Seen
    tiers: tuple[str, ...] = ()


class Confirmed(Data):
    """A person has checked the help routes of this edition."""

    on: date
    by: Line


class Accepted(Data):
    """Somebody answers for printing help routes that are older than a year, until a day."""

    by: Line
    until: date


class SignOff(Data):
    """Whose names a lesson needs before it is taught, whether an unsigned one may be built, and how long a name holds."""

    roles: tuple[Line, ...] = ()
    required: Literal["yes", "no"] = "no"
    months: int = Field(default=12, ge=1, le=36)


LessonPath = Literal["whole", "core", "short"]


class School(Data):
    """One school's profile (`school.yaml`): all that may differ between two schools' editions."""

    name: Seen
    country: str
    specimen: bool = False
    lead: Person
    deputy: Person | None = None
    routes: tuple[InSchool, ...] = Field(min_length=1)
    outside: tuple[str, ...] = ()
    address: tuple[Line, ...] = ()
    phone: Line | None = None
    email: Line | None = None
    web: Line | None = None
    colour: str = "#44505E"
    logo: Line | None = None
    confirmed: Confirmed | None = None
    accept_old_routes: Accepted | None = None
    authority: Line | None = None
    modules: tuple[str, ...] = ()
    opt_in: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    paths: dict[str, LessonPath] = {}
    words: dict[str, str] = {}
    year_names: dict[str, str] = {}
    sign_off: SignOff = SignOff()
    paper: Literal["A4", "Letter"] = "A4"
    _id: str = PrivateAttr(default="")
    _logo_svg: str = PrivateAttr(default="")
    _folder: str = PrivateAttr(default="")
    _authority_folder: str = PrivateAttr(default="")
    _templates: tuple[tuple[str, str], ...] = PrivateAttr(default=())

    @property
    def id(self) -> str:
        """The name of the school's folder."""
        return self._id

    @property
    def logo_svg(self) -> str:
        """The logo's drawing, read and found harmless by `load`; empty without one."""
        return self._logo_svg

    @property
    def folder(self) -> str:
        """The school's folder, as it was named."""
        return self._folder

    @property
    def authority_folder(self) -> str:
        """The folder of its authority; empty without one."""
        return self._authority_folder

    @property
    def templates(self) -> tuple[tuple[str, str], ...]:
        """Own templates by name, the authority's first, the school's over them."""
        return self._templates

    @field_validator("colour")
    @classmethod
    def _six_digits(cls, value: str) -> str:
        if len(value) != 7 or value[0] != "#" or any(digit not in "0123456789abcdefABCDEF" for digit in value[1:]):
            raise ValueError("a colour is written like '#3D4FA8'")
        return value.upper()


class KeyWord(Data):
    """A word taught, explained in the pupil's own reading bound."""

    word: str
    meaning: str


Coverage = Literal["full", "part", "none"]


class AdultFront(Data):
    """What stands above a text for adults, or for pupils about the teaching (`content/adults/NAME.md`)."""

    id: str
    for_: Literal["staff", "families", "pupils"] = Field(alias="for")
    title: str
    summary: str
    minutes: int = 0
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    updated: date
    status: str
    promise: str = ""


class Approval(Data):
    """A person who read a lesson and stands by it."""

    name: str = Field(min_length=3)
    role: str
    on: date


class SharedFront(Data):
    """What stands above a shared text."""

    title: str = ""
    summary: str = ""
    version: str = Field(default="1.0.0", pattern=r"^\d+\.\d+\.\d+$")
    critical: dict[str, tuple[str, ...]] = {}


class FrontMatter(Data):
    """What stands above a module's text."""

    id: str
    tier: str
    topic: str
    title: str
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    updated: date
    status: str
    summary: str
    promise: str
    minutes: int
    sessions: int
    supervision: Literal["suggested", "recommended", "required"]
    objectives: tuple[str, ...] = Field(min_length=1)
    key_words: tuple[KeyWord, ...] = Field(min_length=1)
    positives: str
    need: tuple[str, ...] = Field(min_length=1)
    curriculum: dict[str, dict[str, Coverage]] = {}
    opt_in: Literal["yes", "no"] = "no"
    critical: dict[str, tuple[str, ...]] = {}
    approved: tuple[Approval, ...] = ()
    allow: dict[str, str] = {}

    @property
    def folder(self) -> str:
        """Where the files of the lesson go: 't4/pressure'."""
        return f"{self.tier}/{self.id.removeprefix(self.tier + '-')}"


# --- what a school changes ---------------------------------------------------------------------------------

Layer = Literal["", "authority", "school"]
EditKind = Literal["replace", "before", "after", "hide", "note", "order"]
State = Literal["current", "converged", "untouched", "review", "conflict", "orphan", "blocked"]


class EditFront(Data):
    """What stands above an edit's text: which part it is about, and the text it was made against."""

    edit: EditKind
    module: str
    part: str = ""
    language: str = "en-GB"
    base: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    base_version: str = Field(default="", pattern=r"^(\d+\.\d+\.\d+)?$")
    by: str = ""
    edited: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of one part by one layer, as it stands in its file: `text` is what follows the front matter."""

    front: EditFront
    lines: tuple[tuple[Place, str], ...]
    layer: Layer
    pictures: tuple["Picture", ...] = ()
    file: str = field(default="", compare=False, repr=False)
    place: Place = field(compare=False, repr=False)

    @property
    def text(self) -> str:
        """The text as it counts: without white space at line ends and around it."""
        return normal("\n".join(line for _, line in self.lines))

    @property
    def key(self) -> str:
        """What it is about, as people type it: 't4-pressure noah'."""
        return f"{self.front.module} {self.front.part}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditState:
    """An edit and how it stands to the text beneath it today, computed from base, ours and theirs, never from dates."""

    edit: Edit
    state: State
    base: str | None
    theirs: str | None
    version: str
    title: str
    suggestion: str = ""
    near: tuple[str, ...] = ()


# --- what is written as text ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A marked piece of a section, or (kind 'text') the plain prose between marked pieces, as Markdown."""

    kind: str
    words: tuple[str, ...] = ()
    title: str = ""
    id: str = ""
    options: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()
    text: str = ""
    parts: tuple["Part", ...] = ()
    layer: Layer = ""
    source: str = field(default="", compare=False, repr=False)
    span: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)
    depth: int = field(default=0, compare=False, repr=False)
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    def option(self, name: str, default: str = "") -> str:
        """The value written as `{name=value}`, or the default."""
        return dict(self.options).get(name, default)

    @property
    def word(self) -> str:
        """The first word after the kind: a slide's layout, a scenario's relationship, an item's answer."""
        return self.words[0] if self.words else ""

    @property
    def prose(self) -> str:
        """The Markdown that stands directly in this part."""
        return self.text if self.kind == "text" else "\n\n".join(p.text for p in self.parts if p.kind == "text")

    def some(self, *kinds: str) -> tuple["Part", ...]:
        """The parts of these kinds that stand directly in this one."""
        return tuple(part for part in self.parts if part.kind in kinds)

    def one(self, kind: str) -> "Part | None":
        """The first part of this kind that stands directly in this one."""
        return next(iter(self.some(kind)), None)

    def all(self) -> Iterator["Part"]:
        """This part and everything nested in it, in reading order."""
        yield self
        for part in self.parts:
            yield from part.all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One headed piece of a module: `## Kind: Title (minutes) {#id}`."""

    kind: str
    title: str
    id: str
    minutes: int = 0
    flags: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    layer: Layer = ""
    source: str = field(default="", compare=False, repr=False)
    span: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)
    depth: int = field(default=0, compare=False, repr=False)
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    def option(self, name: str, default: str = "") -> str:
        """The value written as `{name=value}`, or the default."""
        return dict(self.options).get(name, default)

    def some(self, *kinds: str) -> tuple[Part, ...]:
        """The parts of these kinds that stand directly in the section."""
        return tuple(part for part in self.parts if part.kind in kinds)

    def one(self, kind: str) -> Part | None:
        """The first part of this kind that stands directly in the section."""
        return next(iter(self.some(kind)), None)

    @property
    def optional(self) -> bool:
        """It can be left out when there are 40 minutes."""
        return "optional" in self.flags

    @property
    def short(self) -> bool:
        """It is taught even when there are only 15 minutes."""
        return "short" in self.flags

    @property
    def talk(self) -> int:
        """Minutes of it in which pupils talk, work or practise together."""
        written = self.option("talk", "0")
        return int(written) if written.isdigit() else 0

    @property
    def prose(self) -> str:
        """The unmarked Markdown of the section: for the teacher, or for home in a letter."""
        return "\n\n".join(part.text for part in self.parts if part.kind == "text")

    def all(self) -> Iterator[Part]:
        """Every part of the section, nested ones too, in reading order."""
        for part in self.parts:
            yield from part.all()


TIMED = ("ground rules", "before check", "activity", "barriers", "friend", "rehearsal", "after check", "closing")
UNTIMED = (
    "content note",
    "preparation",
    "misconceptions",
    "adaptations",
    "extension",
    "question box",
    "revisit",
    "poster",
    "letter home",
)
DISCLOSURE = ("step", "in class", "and you?")
ADULT = ("part", "hand-out", "sheet")
LAYOUTS = ("idea", "compare", "scenario", "question", "path", "steps", "words")
RELATIONS = ("stranger", "known", "peer", "partner", "family", "group")
FILLS = ("write", "bubble", "draw", "story", "table", "starters", "ticks", "hand", "steps")
PUPIL_PARTS = ("key", "slide", "scenario", "card", "task", "item", "include", "law", "fact", "stop", "tell")
STAFF_PARTS = ("say", "ask", "answer", "note", "send", "eal")
HOME_PARTS = ("starter", "helps", "harder")
PARTS = (*PUPIL_PARTS, *STAFF_PARTS, *HOME_PARTS, *FILLS, "column")
NEEDS_ID = ("slide", "scenario", "card", "task", "item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing or photograph that a module shows: its name in the text and its bytes."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One lesson on one topic for one tier, as its author wrote it: the only place where its words stand."""

    front: FrontMatter
    sections: tuple[Section, ...]
    pictures: tuple[Picture, ...] = ()
    layer: Layer = ""
    lines: tuple[tuple[Place, str], ...] = field(default=(), compare=False, repr=False)
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedText:
    """A text that many modules include by name, or that belongs to the school as a whole."""

    name: str
    title: str
    summary: str
    sections: tuple[Section, ...]
    parts: tuple[Part, ...]
    version: str = "1.0.0"
    critical: tuple[tuple[str, tuple[str, ...]], ...] = ()
    layer: Layer = ""
    lines: tuple[tuple[Place, str], ...] = field(default=(), compare=False, repr=False)
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultText:
    """A session or a sheet for adults, as its author wrote it or (facts expanded) as it is printed."""

    front: AdultFront
    sections: tuple[Section, ...]
    place: Place = field(compare=False, repr=False)

    def of_kind(self, kind: str) -> tuple[Section, ...]:
        """The sections of one kind, in order."""
        return tuple(section for section in self.sections if section.kind == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything under `content/`, read once."""

    tiers: tuple[Tier, ...]
    topics: tuple[Topic, ...]
    modules: tuple[Module, ...]
    shared: tuple[SharedText, ...]
    countries: tuple[Country, ...]
    services: tuple[Service, ...]
    frameworks: tuple[Framework, ...]
    words: "Words"
    phrases: tuple[tuple[str, str], ...]
    staff_reading: Reading
    letter_reading: Reading
    facts: tuple[Fact, ...] = ()
    adults: tuple[AdultText, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    progression: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    def tier(self, id: str) -> Tier:
        """The tier of this id; `load` has made sure that it exists."""
        return next(tier for tier in self.tiers if tier.id == id)

    def topic(self, id: str) -> Topic:
        """The topic of this id; `load` has made sure that it exists."""
        return next(topic for topic in self.topics if topic.id == id)

    def text(self, name: str) -> SharedText | None:
        """The shared text of this name."""
        return next((text for text in self.shared if text.name == name), None)


class Instead(Data):
    """A wording that is not used, and what to say instead; the pattern is a regular expression, case ignored."""

    pattern: str
    say: str
    why: str | None = None
    tiers: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()


class Words(Data):
    """The wording data that the rules read (`content/words.yaml`)."""

    terms: tuple[Instead, ...] = ()
    blame: tuple[Instead, ...] = ()
    alarm: tuple[Instead, ...] = ()
    promises: tuple[Instead, ...] = ()
    how_to: tuple[Instead, ...] = ()
    own_experience: tuple[Instead, ...] = ()
    graphic: tuple[Instead, ...] = ()
    brands: tuple[str, ...] = ()
    ceilings: dict[str, tuple[str, ...]] = {}
    real_names: tuple[str, ...] = ()
    syllables: dict[str, int] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class CurriculumRow:
    """One line of a lesson's curriculum table, gaps included."""

    framework: str
    code: str
    asks: str
    covered: Coverage
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A module made ready for one country (and, later, one school's edits)."""

    front: FrontMatter
    tier: Tier
    topic: Topic
    sections: tuple[Section, ...]
    pictures: tuple[Picture, ...]
    safe_steps: tuple[tuple[str, str], ...]
    disclosure: SharedText
    country: Country
    services: tuple[Service, ...]
    law: tuple[LawSentence, ...]
    curriculum: tuple[CurriculumRow, ...]
    gaps: tuple[str, ...]
    phrases: tuple[tuple[str, str], ...]
    words: Words = field(repr=False)
    staff_reading: Reading
    letter_reading: Reading
    place: Place = field(compare=False, repr=False)

    def timed(self) -> tuple[Section, ...]:
        """The sections that are taught, in order."""
        return tuple(section for section in self.sections if section.kind in TIMED)

    def of_kind(self, kind: str) -> tuple[Section, ...]:
        """The sections of one kind, in order."""
        return tuple(section for section in self.sections if section.kind == kind)

    def parts(self, *kinds: str) -> tuple[Part, ...]:
        """Every part of these kinds, however deep, in reading order."""
        return tuple(part for section in self.sections for part in section.all() if part.kind in kinds)


Checked = NewType("Checked", Lesson)


# --- what a page may hold ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A help route outside school as it is printed: nothing here is ever computed from digits."""

    id: str
    name: str
    phone: str
    web: str
    url: str
    free: bool
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """A help route in school as it is printed."""

    name: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adult:
    """A named adult as staff pages print them."""

    name: str
    short: str
    role: str
    room: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """One school's filling of the slots: all that differs between two schools' copies of the same lesson."""

    school: str
    specimen: bool
    inside: tuple[Inside, ...]
    outside: tuple[Outside, ...]
    removal: tuple[Outside, ...]
    parents: tuple[Outside, ...]
    lead: Adult
    deputy: Adult | None
    emergency: str
    address: tuple[str, ...]
    phone: str
    email: str
    web: str
    colour: str
    logo: str
    routes_dated: str
    routes_confirmed: bool


# Whose help a page prints: that of a lesson's tier, of staff, or of those to whom a text for adults speaks.
Reads = Literal["lesson", "adults", "staff", "families", "pupils"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page of a lesson says about itself."""

    title: str
    kind: str
    tier: Tier
    topic: Topic
    module: str
    version: str
    updated: str
    digest: str
    status: str
    country: str
    country_name: str
    imprint: Imprint
    phrases: tuple[tuple[str, str], ...]
    paper: Literal["A4", "Letter"] = "A4"
    variant: Literal["", "lowink", "large"] = ""
    language: str = "en-GB"
    pictures: tuple[Picture, ...] = ()
    law_code: str = ""
    routes_code: str = ""
    edits: tuple[tuple[str, State], ...] = ()
    unsigned: str = ""
    templates: tuple[tuple[str, str], ...] = ()
    reads: Reads = "lesson"

    @property
    def ages(self) -> str:
        """The age band in a line of words: 'ages 11–14', or what the school calls these years."""
        return self.tier.years or dict(self.phrases).get("ages-of", "{ages}").format(ages=self.tier.label)

    @property
    def made_from(self) -> str:
        """The module's version, and how many edits of the school are on it: '1.0.0+2'; a star where one waits for review."""
        waiting = any(state in ("review", "conflict", "untouched", "orphan") for _, state in self.edits)
        return self.version + (f"+{len(self.edits)}" if self.edits else "") + ("*" if waiting else "")

    @property
    def states(self) -> str:
        """The school's edits and how each stands, as machines find them in a file: 'noah: current; slide-path: review'."""
        return "; ".join(f"{part}: {state}" for part, state in self.edits)

    @property
    def code(self) -> str:
        """What the foot of the page says it was made from: text, law and routes, '3f9a-2c41-88d1-07be'."""
        return f"{self.digest}-{self.law_code}-{self.routes_code}"


# What stands for a school's words where a file says what it is; no text has these letters.
SCHOOL_MARK, CODE_MARK = "\ue0f0", "\ue0f1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One edit as people read it: what it does, how it stands to the library, and both texts."""

    module: str
    part: str
    title: str
    kind: EditKind
    state: State
    layer: Layer
    by: str
    edited: str
    reason: str
    base_version: str
    version: str
    before: str
    after: str
    now: str = ""


SignedState = Literal["signed", "partly", "changed", "due", "unsigned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Whose names one lesson carries, for exactly this text, and what is missing; `names` are (name, role, on, review by)."""

    module: str
    state: SignedState
    digest: str
    names: tuple[tuple[str, str, str, str], ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a school's own edition adds to a lesson: whose it is, its edits as people read them, its signatures."""

    layer: Layer = ""
    changes: tuple[Change, ...] = ()
    signed: Signed
    path: LessonPath = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Legibility:
    """How easily one document of a lesson is read, and the most that its reader is asked: words a sentence, grade, LIX."""

    module: str
    document: str
    reader: str
    words: int
    measured: tuple[float, float, float]
    bound: tuple[float, float, float]
    within: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What an edition has besides its lessons: what the school made of each, its edits, what it leaves out as (title, why);
    and the library's texts for adults and schemes of work, with the measures of every document."""

    abouts: Mapping[str, About] = field(default_factory=dict)
    states: tuple["EditState", ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    adults: tuple["AdultText", ...] = ()
    schemes: tuple[Scheme, ...] = ()
    progression: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    facts: tuple[Fact, ...] = ()
    tiers: tuple[Tier, ...] = ()
    topics: tuple[Topic, ...] = ()
    frameworks: tuple[Framework, ...] = ()
    legibility: tuple[Legibility, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """One slide: the same for PPTX, PDF and HTML."""

    number: int
    of: int
    layout: str
    label: str
    title: str
    parts: tuple[Part, ...] = ()
    picture: str = ""
    picture_alt: str = ""
    minutes: int = 0
    notes: tuple[tuple[str, str], ...] = ()
    section: str = ""
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that may go into one file."""

    name: ClassVar[str] = ""
    for_pupils: ClassVar[bool] = False
    frame: Frame
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck(Page):
    """The slides of a lesson; made as PPTX, PDF and HTML."""

    name: ClassVar[str] = "slides"
    for_pupils: ClassVar[bool] = True
    summary: str
    promise: str
    minutes: int
    safe_steps: tuple[tuple[str, str], ...]
    law: tuple[str, ...]
    slides: tuple[Slide, ...]

    @property
    def for_adults(self) -> bool:
        """It belongs to a session for adults, and no school can promise every adult what it promises pupils."""
        return self.frame.topic.id == self.frame.module


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide(Page):
    """The teacher guide."""

    name: ClassVar[str] = "guide"
    front: FrontMatter
    minutes: int
    short_path: tuple[Section, ...]
    core_path: tuple[Section, ...]
    sections: tuple[Section, ...]
    notes: tuple[Section, ...]
    items: tuple[Part, ...]
    cards: tuple[Part, ...]
    tasks: tuple[Part, ...]
    deck: Deck
    law: tuple[LawSentence, ...]
    law_gap: str
    curriculum: tuple[CurriculumRow, ...]
    curriculum_gaps: tuple[str, ...]
    disclosure: SharedText
    mandatory_reporting: str
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet(Page):
    """What pupils write on: tasks in order, grouped into sheets of paper."""

    name: ClassVar[str] = "worksheet"
    for_pupils: ClassVar[bool] = True
    sheets: tuple[tuple[Part, ...], ...]
    safe_steps: tuple[tuple[str, str], ...]
    law: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards(Page):
    """Scenario cards and, where the lesson has them, sorting cards, with cut lines."""

    name: ClassVar[str] = "cards"
    for_pupils: ClassVar[bool] = True
    scenarios: tuple[Part, ...]
    sorting: tuple[Part, ...]
    sort_labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Page):
    """The before-and-after check: the same items twice on one sheet."""

    name: ClassVar[str] = "check"
    for_pupils: ClassVar[bool] = True
    items: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpCard(Page):
    """The help card, eight to a sheet, both sides."""

    name: ClassVar[str] = "help-card"
    for_pupils: ClassVar[bool] = True
    safe_steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster(Page):
    """The poster, A4 or A3."""

    name: ClassVar[str] = "poster"
    for_pupils: ClassVar[bool] = True
    question: str
    line: str
    plates: tuple[Part, ...]
    size: Literal["A4", "A3"] = "A4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Page):
    """The letter home; made as PDF and DOCX."""

    name: ClassVar[str] = "letter"
    heading: str
    opening: tuple[Part, ...]
    starter: str
    helps: str
    harder: str
    closing: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Page):
    """A certificate with a line for a name that nobody stores."""

    name: ClassVar[str] = "certificate"
    for_pupils: ClassVar[bool] = True
    objectives: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureGuide(Page):
    """The one page 'If a pupil tells you something', with the school's own names."""

    name: ClassVar[str] = "disclosure"
    text: SharedText
    mandatory_reporting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentsCopy(Page):
    """Everything that one lesson teaches, in the order of its text, with the school's edits marked: for parents and carers to see."""

    name: ClassVar[str] = "parents-copy"
    front: FrontMatter
    sections: tuple[Section, ...]
    safe_steps: tuple[tuple[str, str], ...]
    law: tuple[LawSentence, ...]
    curriculum: tuple[CurriculumRow, ...]
    disclosure: SharedText
    changes: tuple[Change, ...]
    words: tuple[tuple[str, str], ...] = ()
    templates: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """One lesson as the safeguarding lead's guide lists it."""

    front: FrontMatter
    tier: Tier
    topic: Topic
    path: LessonPath
    minutes: int
    documents: tuple[str, ...]
    own: bool
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadGuide(Page):
    """The safeguarding lead's guide: what is taught, what the school changed, what is signed off, what is due for checking.

    `left_out` are (title, why), `due` are (what, kind, day), `sending` is what to know
    before a sheet is sent.
    """

    name: ClassVar[str] = "lead-guide"
    taught: tuple[Taught, ...]
    left_out: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]
    legibility: tuple[Legibility, ...]
    due: tuple[tuple[str, str, str], ...]
    services: tuple[Service, ...]
    mandatory_reporting: str
    demanded: tuple[str, ...]
    required: bool
    sending: tuple[tuple[str, tuple[Part, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Page):
    """A school's profile as its lead reads it: every value, and the file and line in which it stands."""

    name: ClassVar[str] = "profile"
    values: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script(Page):
    """A session for adults as the person who leads it reads it: what to prepare, what to say, minute by minute."""

    name: ClassVar[str] = "script"
    summary: str
    minutes: int
    audience: str
    sections: tuple[Section, ...]
    deck: Deck
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Page):
    """One page for adults to take home, to send or to fill in."""

    name: ClassVar[str] = "sheet"
    audience: str
    section: Section


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilSheet(Sheet):
    """One page on which pupils say what they think of the teaching."""

    name: ClassVar[str] = "pupil-sheet"
    for_pupils: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRow:
    """One lesson in a scheme of work as it is printed; `title` is empty where the school does not teach it."""

    term: str
    planned: Planned
    title: str
    topic: str
    minutes: int
    builds_on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """One statement of a curriculum, and which lessons of a tier teach it in full, in part, or are listed as not teaching it."""

    framework: str
    code: str
    asks: str
    verified: bool
    full: tuple[str, ...]
    part: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemePage(Page):
    """A tier's scheme of work, with its curriculum map and the gaps."""

    name: ClassVar[str] = "scheme"
    scheme: Scheme
    rows: tuple[SchemeRow, ...]
    pauses: tuple[tuple[str, str], ...]
    map: tuple[MapRow, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressionPage(Page):
    """What is new in each topic at each age, and what of each curriculum no lesson teaches."""

    name: ClassVar[str] = "progression"
    tiers: tuple[Tier, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    missing: tuple[tuple[str, tuple[FrameworkItem, ...]], ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A file to make: where it goes, and all that may go into it. The suffix of the path says how."""

    path: str
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One finished file as the index shows it."""

    path: str
    name: str
    form: str
    pages: int
    size: int
    picture: str = ""
    pictures: tuple[str, ...] = ()
    paper: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One lesson as the index shows it."""

    module: str
    title: str
    summary: str
    tier: Tier
    topic: Topic
    minutes: int
    status: str
    need: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The page on which a teacher finds everything of one school."""

    imprint: Imprint
    phrases: tuple[tuple[str, str], ...]
    tiers: tuple[Tier, ...]
    topics: tuple[Topic, ...]
    shelves: tuple[Shelf, ...]
    school_entries: tuple[Entry, ...]
    school_documents: tuple[tuple[str, tuple[tuple[Entry, ...], ...]], ...]
    digest: str
    zip_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One lesson in the report; `talk` is the share of its minutes in which pupils talk or work, `allowed` are (rule, reason)."""

    module: str
    title: str
    tier: Tier
    topic: str
    status: str
    minutes: int
    talk: int
    passed: int
    allowed: tuple[tuple[str, str], ...]
    legibility: tuple[Legibility, ...]

    @property
    def hardest(self) -> Legibility:
        """The document for pupils that asks most of them, measured against its bound."""
        mine = [one for one in self.legibility if one.reader == "pupil" and one.words >= 30] or list(self.legibility)
        return max(mine, key=lambda one: one.measured[2] / one.bound[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How the lessons of an edition are written, measured (`report.html`)."""

    school: str
    phrases: tuple[tuple[str, str], ...]
    tiers: tuple[Tier, ...]
    rules: int
    rows: tuple[Reported, ...]


# --- texts and their digests -----------------------------------------------------------------------------


def normal(text: str) -> str:
    """A text as it counts when texts are compared: one kind of line end and of letter, no white space at line ends and around it."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def text_digest(text: str) -> str:
    """64 hexadecimal digits (SHA-256) of the normal text: what an edit was made against, and the name under which a text is kept."""
    return hashlib.sha256(normal(text).encode()).hexdigest()


# --- digests ----------------------------------------------------------------------------------------------


@cache
def _compared(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.compare)


def plain(value: Any) -> Any:
    """A value as JSON can hold it, without anything that does not take part in comparison (places)."""
    if value is None or isinstance(value, str | int | float):  # most of what there is; the same questions in order cost twice as much
        return value
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, BaseModel):
        own = {name: plain(getattr(value, name)) for name in type(value).model_fields}
        return own | {"logo_svg": value.logo_svg} if isinstance(value, School) else own
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _compared(type(value))} | {"": type(value).__name__}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return hashlib.blake2b(value, digest_size=16).hexdigest() if isinstance(value, bytes) else value.isoformat()


def digest(value: Any) -> str:
    """32 hexadecimal digits that change when anything in the value changes."""
    text = json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def short_digest(value: Any) -> str:
    """A digest as people read it at the foot of a page: '3f9a-2c41'."""
    whole = digest(value)
    return f"{whole[:4]}-{whole[4:8]}"


AnyPage = TypeVar("AnyPage", bound=Page)


def neutral(page: AnyPage) -> AnyPage:
    """The page as every school prints it: without anybody's name, colour or logo; help outside school is the country's and stays."""
    own = page.frame.imprint
    nobody = Adult(name=SCHOOL_MARK, short=SCHOOL_MARK, role=SCHOOL_MARK, room=SCHOOL_MARK, phone="", email="")
    bare = replace(
        own,
        school=SCHOOL_MARK,
        inside=(Inside(name=SCHOOL_MARK, where=SCHOOL_MARK),),
        lead=nobody,
        deputy=None,
        address=(),
        phone="",
        email="",
        web="",
        colour="#000000",
        logo="",
        routes_dated="",
    )
    plain_page = replace(page, frame=replace(page.frame, imprint=bare, routes_code=CODE_MARK))
    return replace(plain_page, deck=neutral(plain_page.deck)) if isinstance(plain_page, Guide | Script) else plain_page
