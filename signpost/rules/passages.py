"""The words of a lesson as the rules see them: who reads or hears each passage, in which part, and on which line each word stands."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from typing import Literal, TypeVar

from signpost.model import TIMED, Instead, Lesson, Part, Section
from signpost.problem import Place
from signpost.rules.kinds import Found

Value = TypeVar("Value")
Reader = Literal["pupil", "staff", "home"]
PICTURE = re.compile(r"!\[[^\]]*\]\([^)\s]*\)")
ITEM = re.compile(r"^\s*(?:[-*]|\d+\.)\s+(?:\{[a-z]+\}\s*)?")
BREAK = re.compile(r"[.!?…][\"')]*\s|[•|]|\n\s*\n")
NEGATION = re.compile(
    r"\b(?:never|not|no(?!,)|nobody|none|nothing|without|cannot|neither|nor|avoid|instead of|rather than|"
    r"hope[sd]?|wonder(?:s|ed)?|whether|afraid|worr(?:y|ies|ied))\b|n't\b",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"[,;:]|\b(?:and|but|so|because|then)\b", re.IGNORECASE)
QUOTED = re.compile(r"\"(?:[^\"•\n]|\n(?!\s*\n))*\"")
STRAIGHT = str.maketrans("“”„’‘", '"""\'\'')


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Words in one part, without their marks; `spoken` words are said to pupils by the teacher."""

    text: str
    place: Place
    reader: Reader = "staff"
    spoken: bool = False
    kind: str = ""
    document: str = "guide"
    voice: str = ""
    owner: Part | None = None
    section: Section | None = None

    def at(self, start: int) -> Place:
        """The line on which a character of the text was written."""
        return Place(self.place.path, self.place.line + self.text.count("\n", 0, start))

    def quoted(self, start: int) -> bool:
        """The character stands between quotation marks."""
        return any(match.start() < start < match.end() for match in QUOTED.finditer(self.text))

    def before(self, start: int) -> str:
        """What the sentence says up to a character."""
        ends = [match.end() for match in BREAK.finditer(self.text, 0, start)]
        return self.text[ends[-1] if ends else 0 : start]

    def negated(self, start: int) -> bool:
        """The sentence has said 'never', 'not' or the like before it comes to the character; in a pupil's text, the clause has."""
        before = self.before(start)
        return bool(NEGATION.search(CLAUSE.split(before)[-1] if self.reader == "pupil" else before))

    @property
    def expects_no(self) -> bool:
        """It is a statement that pupils are meant to refuse: a check item whose answer is no."""
        return self.kind == "item" and self.owner is not None and self.owner.word == "no"


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """Markdown without its marks, each line where it was: quotes straight, list items behind '•', pictures gone."""
    lines = (ITEM.sub("• ", PICTURE.sub("", line)).replace("*", "") for line in text.split("\n"))
    return "\n".join(lines).translate(STRAIGHT)


@lru_cache(maxsize=4096)
def pattern(written: str, exact: bool = False) -> re.Pattern[str]:
    """A pattern from words.yaml: at the borders of words, across line ends, case ignored unless exact."""
    spaced = written.translate(STRAIGHT).replace(" ?", r"\s?").replace(" ", r"\s+(?:•\s+)?")
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)", re.NOFLAG if exact else re.IGNORECASE)


@lru_cache(maxsize=256)
def any_of(written: tuple[str, ...], exact: bool = False) -> re.Pattern[str]:
    """One pattern for many, so that a passage with nothing to find is read once."""
    return pattern("|".join(f"(?:{one})" for one in written), exact)


def shown(text: str) -> str:
    """Words as a finding repeats them: on one line, in the author's own spelling."""
    return " ".join(text.replace("•", " ").split())


def said(passages: Iterable[Passage], wordings: Iterable[Instead], tier: str, what: str, *, refusable: bool = True) -> Iterator[Found]:
    """Where a wording of the list stands; `what` tells it, with {said} and {why}.

    Staff must be able to read what is not to be said: words that a staff passage quotes or refuses ("never say ...") are let be.
    Where refusing is meant (`refusable`), so are words that a pupil's passage refuses, and check items whose answer is no.
    """
    chosen = [wording for wording in wordings if not wording.tiers or tier in wording.tiers]
    some = any_of(tuple(wording.pattern for wording in chosen))
    for passage in passages if chosen else ():
        if not some.search(passage.text):
            continue
        found = ((match, wording) for wording in chosen for match in pattern(wording.pattern).finditer(passage.text))
        end = 0
        for match, wording in sorted(found, key=lambda one: (one[0].start(), -one[0].end())):
            if match.start() < end or (wording.audiences and passage.reader not in wording.audiences):
                continue
            end = match.end()
            staff = passage.reader != "pupil" and (passage.quoted(match.start()) or passage.negated(match.start()))
            if not staff and not (refusable and (passage.expects_no or passage.negated(match.start()))):
                told = what.format(said=shown(match[0]), why=f": {wording.why}" if wording.why else "")
                yield passage.at(match.start()), told, advice(wording.say)


def advice(say: str) -> str:
    """What to type: a whole sentence of advice as it stands, anything else between quotation marks."""
    if say.endswith((".", '."')):
        return say
    return f'Write "{say}"' if say.endswith("?") else f'Write "{say}".'


def of_pupils(passages: Iterable[Passage]) -> Iterator[Passage]:
    """The passages that pupils read or hear."""
    return (passage for passage in passages if passage.reader == "pupil")


def kept(make: Callable[[Lesson], Value]) -> Callable[[Lesson], Value]:
    """A function of a lesson that keeps what it made of the last one: some thirty rules in a row ask for the same."""
    last: list[tuple[Lesson, Value]] = []

    @wraps(make)
    def of(lesson: Lesson) -> Value:
        for known, made in last:
            if known is lesson:
                return made
        made = make(lesson)
        last[:] = [(lesson, made)]
        return made

    return of


@kept
def passages(lesson: Lesson) -> tuple[Passage, ...]:
    """Every passage of the lesson, in order, each once: what a slide takes from a scenario is the scenario's."""
    once = {(passage.place, passage.text): passage for passage in reversed(tuple(everything(lesson)))}
    return tuple(reversed(once.values()))


def everything(lesson: Lesson) -> Iterator[Passage]:
    """Every passage as often as it is shown."""
    yield from (passage for passage in _of_front(lesson) if passage.text)
    for section in lesson.sections:
        yield from (passage for passage in of_section(section) if passage.text)


def _of_front(lesson: Lesson) -> Iterator[Passage]:
    front = lesson.front
    for key, text in (("title", front.title), ("summary", front.summary), ("promise", front.promise)):
        yield Passage(text=clean(text), place=front.at(key), reader="pupil", kind="front", document="slides")
    for at, objective in enumerate(front.objectives):
        yield Passage(text=clean(objective), place=front.at("objectives", at), reader="pupil", kind="front", document="certificate")
    for word in front.key_words:
        yield Passage(text=clean(word.word), place=word.at("word"), reader="pupil", kind="key word", document="key words")
        yield Passage(text=clean(word.meaning), place=word.at("meaning"), reader="pupil", kind="meaning", document="key words")
    yield Passage(text=clean(front.positives), place=front.at("positives"), kind="positives")
    for at, thing in enumerate(front.need):
        yield Passage(text=clean(thing), place=front.at("need", at), kind="front", document="list")


DOCUMENTS = {
    "slide": "slides",
    "task": "worksheet",
    "scenario": "cards",
    "card": "cards",
    "item": "check",
    "stop": "poster",
    "tell": "poster",
}
OF_STAFF = ("answer", "note", "send", "eal")
OF_HOME = ("starter", "helps", "harder")


def of_section(section: Section) -> Iterator[Passage]:
    """The passages of one section, its title first; pupils see the titles of what they are taught."""
    heading = Passage(text=clean(section.title), place=section.place, kind="heading", section=section)
    if section.kind == "letter home":
        heading = replace(heading, reader="home", document="letter")
    elif section.kind == "poster":
        heading = replace(heading, reader="pupil", document="poster")
    yield replace(heading, reader="pupil", spoken=True) if section.kind in TIMED else heading
    for part in section.parts:
        yield from _of_part(part, replace(heading, kind="text"))


def _of_part(part: Part, around: Passage) -> Iterator[Passage]:
    if part.kind == "text":
        yield replace(around, text=clean(part.text), place=part.place)
        return
    own = replace(
        around,
        text=clean(part.title),
        place=part.place,
        kind=part.kind,
        owner=part,
        spoken=False,
        voice=part.option("voice") or around.voice,
    )
    inside = None
    if part.kind in OF_STAFF:
        own = replace(own, reader="staff", document="guide")
    elif part.kind in OF_HOME:
        own = replace(own, reader="home", document="letter")
    elif part.kind == "say":
        own = replace(own, reader="pupil", spoken=True)
    elif part.kind in ("ask", "item"):
        own = replace(
            own, reader="pupil", spoken=part.kind == "ask" and around.kind != "scenario", document=DOCUMENTS.get(part.kind, around.document)
        )
        inside = replace(own, kind="expected", reader="staff", document="guide", spoken=False)
    else:
        on_its_own = DOCUMENTS.get(part.kind, "read aloud" if around.document == "guide" else around.document)
        own = replace(own, reader="pupil", document=on_its_own)
    if part.kind != "include":
        yield own
    for one in part.parts:
        yield from _of_part(one, inside or own)


def heard(part: Part, section: Section) -> Iterator[Passage]:
    """What pupils read or hear in one part of a section."""
    return of_pupils(_of_part(part, Passage(text="", place=section.place, section=section)))
