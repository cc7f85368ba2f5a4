"""How long a text may be so that it fits where it is printed, or can be taken in when it is heard."""

from collections.abc import Iterator

from signpost import reading
from signpost.model import Lesson, Part
from signpost.rules.kinds import Found
from signpost.rules.passages import clean

SAY, SCENARIO, CARD, QUESTION, KEY, ITEM, STARTER, PLATE, PLATES = 60, 32, 12, 12, 12, 14, 30, 4, 6


def count(text: str) -> int:
    """How many words a piece of Markdown shows."""
    return len(reading.words(clean(text)))


def _too_long(part: Part, what: str, text: str, most: int) -> Iterator[Found]:
    words = count(text)
    if words > most:
        yield part.place, f"{what} has {words} words; {most} is the most.", f"Cut {_words(words - most)}."


def _words(number: int) -> str:
    return "1 word" if number == 1 else f"{number} words"


def say_length(lesson: Lesson) -> Iterator[Found]:
    """What the teacher says in one go has 60 words at most.

    It can be said without reading it out, and it fits into the notes below a slide.
    """
    for part in lesson.parts("say"):
        words = count(part.prose)
        if words > SAY:
            fit = ""
            for sentence in reading.sentences(clean(part.prose).replace("\n", " ")):
                if count(f"{fit} {sentence}") > SAY:
                    break
                fit = f"{fit} {sentence}".strip()
            last = next(reversed(tuple(reading.sentences(fit))), "")
            fix = f'End it after "{last}", and begin a second !!! say with the rest.' if last else f"Cut {_words(words - SAY)}."
            yield part.place, f"This say has {words} words; {SAY} is the most.", fix


def scenario_length(lesson: Lesson) -> Iterator[Found]:
    """A scenario has 32 words at most, and the question on its card 12.

    It fits a card in letters that can be read across a table.
    """
    for part in lesson.parts("scenario"):
        yield from _too_long(part, f'The scenario "{part.title}"', part.prose, SCENARIO)
        for question in part.some("ask"):
            yield from _too_long(question, f'The question "{question.title}"', question.title, QUESTION)


def card_length(lesson: Lesson) -> Iterator[Found]:
    """A sorting card has 12 words at most, and the two names to sort by stand in the heading of its section.

    Pupils read eight of them, and move them about.
    """
    for section in lesson.timed():
        cards = section.some("card")
        if cards and section.option("sort").count("|") != 1:
            yield (
                section.place,
                f"'{section.title}' has cards, and does not say what they are sorted into.",
                'Add sort="Surprise|Heavy secret" between the braces of its heading.',
            )
        for part in cards:
            yield from _too_long(part, f'The card "{part.title}"', part.prose, CARD)


def key_length(lesson: Lesson) -> Iterator[Found]:
    """A key message has 12 words at most, and a section has one.

    It is what pupils take with them.
    """
    for part in lesson.parts("key"):
        yield from _too_long(part, "This key message", part.prose, KEY)
    for section in lesson.sections:
        for part in section.some("key")[1:]:
            yield part.place, f"'{section.title}' has a second key message.", "Keep one of the two: pupils remember one."


def item_length(lesson: Lesson) -> Iterator[Found]:
    """A statement of the check has 14 words at most.

    It stands on one line of the check sheet, or two in large print.
    """
    for part in lesson.parts("item"):
        yield from _too_long(part, f'The statement "{part.title}"', part.title, ITEM)


def poster_plates(lesson: Lesson) -> Iterator[Found]:
    """A poster has one to six plates of four words at most, and a second line of one sentence.

    It is read in passing, from three metres.
    """
    for section in lesson.of_kind("poster"):
        plates = section.some("stop", "tell")
        if not plates:
            yield section.place, "The poster has no plates.", 'Add !!! tell "Tell a trusted adult" {icon=adult}.'
        if len(plates) > PLATES:
            yield plates[PLATES].place, f"The poster has {len(plates)} plates; {PLATES} is the most.", f"Remove {len(plates) - PLATES}."
        for part in plates:
            yield from _too_long(part, f'The plate "{part.title}"', part.title, PLATE)
            if not part.option("icon"):
                yield part.place, f'The plate "{part.title}" has no icon.', "Add one behind it, like {icon=adult}."
        if len(list(reading.sentences(clean(section.prose)))) > 2:
            yield (
                section.place,
                "The poster's second line has more than two sentences.",
                "Keep one sentence between the heading and the plates.",
            )


def starter_length(lesson: Lesson) -> Iterator[Found]:
    """The sentence with which a family can begin to talk has 30 words at most.

    It fits the bubble in the letter, and a parent can say it.
    """
    for part in lesson.parts("starter"):
        yield from _too_long(part, "This starter", part.prose, STARTER)
