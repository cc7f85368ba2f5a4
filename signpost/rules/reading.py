"""How easily each document is read: its words a sentence, Flesch-Kincaid grade and LIX against the bound for its reader."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from signpost import markdown
from signpost.model import Legibility, Lesson, Reading, Words
from signpost.problem import Place
from signpost.reading import FEWEST, TOLERANCE, Measured, measure, sentences, words
from signpost.rules.kinds import Found
from signpost.rules.passages import Passage, everything, kept

UNIT = re.compile(r"\n\s*\n|\n(?=•)|•|\|")
NAMES = {
    "slides": "slides",
    "worksheet": "worksheet",
    "cards": "cards",
    "check": "check",
    "poster": "poster",
    "read aloud": "ground rules and key messages",
    "key words": "key words",
    "said": "teacher's words",
    "help card": "help card",
    "letter": "letter home",
    "guide": "teacher guide",
}
PHRASES = Place("content/languages/en.yaml", 1)
ON_THE_CARD = ("promise-", "help-card-", "card-")


@dataclass(frozen=True, slots=True)
class Document:
    """The words of one document, in order, each with its line."""

    name: str
    reader: str
    pieces: tuple[tuple[Place, str], ...]

    @property
    def text(self) -> str:
        """The words, one line a paragraph, heading, list item or cell."""
        return "\n".join(text for _, text in self.pieces)


@kept
def of_lesson(lesson: Lesson) -> tuple[Document, ...]:
    """Every document of a lesson that is read, with its words as the author wrote them."""
    gathered: dict[str, list[tuple[Place, str]]] = {name: [] for name in NAMES}
    readers = dict.fromkeys(NAMES, "pupil") | {"letter": "home", "guide": "staff"}
    for passage in everything(lesson):
        aloud = "said" if lesson.tier.number == 1 else "guide"  # at 4-7 what is said is what pupils take in instead of reading
        name = aloud if passage.spoken else "guide" if passage.reader == "staff" else passage.document
        if name in gathered and passage.kind != "key word":
            gathered[name].extend(units(passage))
    gathered["help card"].extend((PHRASES, text) for key, text in lesson.phrases if key.startswith(ON_THE_CARD))
    if lesson.tier.number >= 4:
        gathered["help card"].extend((Place("content/shared/safe-steps.md", 1), markdown.plain(step)) for _, step in lesson.safe_steps)
    return tuple(Document(NAMES[name], readers[name], tuple(pieces)) for name, pieces in gathered.items() if pieces)


def documents(lesson: Lesson) -> tuple[tuple[str, str, str], ...]:
    """(name, reader, text) of every document of a lesson that is read."""
    return tuple((document.name, document.reader, document.text) for document in of_lesson(lesson))


def legibility(lesson: Lesson) -> tuple[Legibility, ...]:
    """How easily every document of the lesson is read, against its bound: what is printed for the lead and in the report."""
    told = []
    for document in of_lesson(lesson):
        bound = {"home": lesson.letter_reading, "staff": lesson.staff_reading}.get(document.reader, lesson.tier.reading)
        if document.name == NAMES["help card"]:
            bound = lesson.tier.help_card
        found = measure(document.text, lesson.words.syllables)
        told.append(
            Legibility(
                module=lesson.front.id,
                document=document.name,
                reader=document.reader,
                words=found.words,
                measured=(round(found.words_per_sentence, 1), round(found.grade, 1), round(found.lix, 1)),
                bound=(bound.words, bound.grade, bound.lix),
                within=found.words < FEWEST or found.within(bound),
            )
        )
    return tuple(told)


def units(passage: Passage) -> Iterator[tuple[Place, str]]:
    """The paragraphs, items and cells of a passage, each on one line, with the place where it begins."""
    begin = 0
    for match in (*UNIT.finditer(passage.text), None):
        end = match.start() if match else len(passage.text)
        unit = passage.text[begin:end]
        if words(unit):
            yield passage.at(begin + len(unit) - len(unit.lstrip())), " ".join(unit.split())
        begin = match.end() if match else end


def pupil_reading(lesson: Lesson) -> Iterator[Found]:
    """What pupils read asks no more of them than their age can give.

    Slides, worksheet, cards, check, poster and key words are measured one by one, at 4-7 the teacher's words too: mean words
    in a sentence, Flesch-Kincaid grade and LIX, with a tolerance for the counting. Fewer than 30 words are not judged.
    """
    for document in of_lesson(lesson):
        if document.reader == "pupil" and document.name != NAMES["help card"]:
            yield from judged(document, lesson.tier.reading, lesson.words, f"pupils of {lesson.tier.label}")


def help_card_reading(lesson: Lesson) -> Iterator[Found]:
    """The help card is easier than anything else: people read worse when they are upset."""
    for document in of_lesson(lesson):
        if document.name == NAMES["help card"]:
            yield from judged(document, lesson.tier.help_card, lesson.words, "somebody who is upset")


def letter_reading(lesson: Lesson) -> Iterator[Found]:
    """The letter home is plain enough for every family."""
    for document in of_lesson(lesson):
        if document.reader == "home":
            yield from judged(document, lesson.letter_reading, lesson.words, "families")


def staff_reading(lesson: Lesson) -> Iterator[Found]:
    """What staff read before a lesson can be read in a hurry."""
    for document in of_lesson(lesson):
        if document.reader == "staff":
            yield from judged(document, lesson.staff_reading, lesson.words, "staff")


def judged(document: Document, bound: Reading, vocabulary: Words, whom: str) -> Iterator[Found]:
    """What a document asks too much of, at its hardest sentence."""
    found = measure(document.text, vocabulary.syllables)
    if found.words < FEWEST or found.within(bound):
        return
    place, sentence = hardest(document, vocabulary)
    yield (
        place,
        f"The {document.name} {'are' if document.name.endswith('s') else 'is'} too hard for {whom}: {_measures(found, bound)}.",
        f'Begin with this sentence, and make two of it: "{sentence}"',
    )


def _measures(found: Measured, bound: Reading) -> str:
    told = []
    if found.words_per_sentence > bound.words + TOLERANCE.words:
        told.append(f"{found.words_per_sentence:g} words a sentence ({bound.words:g})")
    if found.grade > bound.grade + TOLERANCE.grade:
        told.append(f"grade {found.grade:.1f} ({bound.grade:g})")
    if found.lix > bound.lix + TOLERANCE.lix:
        told.append(f"LIX {found.lix:.0f} ({bound.lix:g})")
    return ", ".join(told) + "; the most in brackets"


def hardest(document: Document, vocabulary: Words) -> tuple[Place, str]:
    """The sentence that asks most: many words, and long ones."""
    every = [(place, sentence) for place, text in document.pieces for sentence in sentences(text)]
    return max(every, key=lambda one: _effort(one[1], vocabulary))


def _effort(sentence: str, vocabulary: Words) -> float:
    found = measure(sentence, vocabulary.syllables)
    return found.words * 0.39 + 11.8 * found.syllables / found.words if found.words > 4 else 0.0
