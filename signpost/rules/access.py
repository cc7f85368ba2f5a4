"""What everybody must be able to take in: pictures told in words, drawings instead of photographs, nothing by colour alone."""

import re
from collections.abc import Iterator

from signpost import markdown, reading
from signpost.model import Lesson
from signpost.problem import Place
from signpost.rules.kinds import Found
from signpost.rules.passages import passages, shown

FEWEST, MOST = 2, 25


def pictures_described(lesson: Lesson) -> Iterator[Found]:
    """Every picture is described in 2 to 25 words that say what it shows.

    A screen reader reads the description; "picture of" it says by itself.
    """
    seen: set[tuple[str, int]] = set()
    for part in lesson.parts("text"):
        for at, line in enumerate(part.text.split("\n")):
            for name, alt in markdown.pictures(line):
                place = Place(part.place.path, part.place.line + at)
                words = len(reading.words(alt))
                if (name, place.line) in seen:
                    continue
                seen.add((name, place.line))
                if re.match(r"(?:an? )?(?:picture|photo|image|drawing|illustration)(?: (?:of|that|showing)\b|$)", alt, re.IGNORECASE):
                    yield (
                        place,
                        f'The description "{alt}" says that it is a picture.',
                        "Say only what it shows, like ![A pupil and a phone](art:phone).",
                    )
                elif 0 < words < FEWEST:
                    yield (
                        place,
                        f'"{alt}" is too short for a description.',
                        "Say what the picture shows, like ![A pupil and a phone](art:phone).",
                    )
                elif words > MOST:
                    yield (
                        place,
                        f"The description has {words} words; {MOST} is the most.",
                        f"Cut {words - MOST}: say what matters for the lesson.",
                    )


def drawings_only(lesson: Lesson) -> Iterator[Found]:
    """Pictures are drawings: SVG or PNG, no photographs.

    No photograph shows a child, and none shows what the lesson is about.
    """
    for picture in lesson.pictures:
        if picture.media_type not in {"image/svg+xml", "image/png"}:
            place = next((part.place for part in lesson.parts("text") if picture.name in part.text), lesson.place)
            yield place, f'"{picture.name}" is stored like a photograph.', "Use a drawing as SVG or PNG, or one of ours, like (art:phone)."


COLOURS = r"(?:red|green|blue|yellow|orange|purple|pink|grey|gray|brown|amber|turquoise)"
THINGS = (
    r"(?:box|boxes|circles?|cards?|arrows?|lines?|text|words?|letters?|buttons?|cells?|sides?|plates?|bubbles?|parts?|bars?|zones?|"
    r"columns?|rows?|dots?)"
)
BY_COLOUR = re.compile(
    rf"\b(?:the|each|every|all|your|these|those) {COLOURS} {THINGS}\b"
    rf"|\b(?:is|are|marked|shown|printed|written|circled|underlined) (?:in|with) {COLOURS}\b(?! (?:ink|pencils?|pens?|crayons?))"
    r"|\bcolou?r(?:ed)?[- ]cod\w+|\btraffic[- ]light colou?rs\b",
    re.IGNORECASE,
)


def no_colour_alone(lesson: Lesson) -> Iterator[Found]:
    """No words find their meaning by colour alone.

    Schools print in black, and one pupil in every class sees colours differently.
    """
    for passage in passages(lesson):
        for found in BY_COLOUR.finditer(passage.text):
            yield (
                passage.at(found.start()),
                f'"{shown(found[0])}" is known by its colour alone.',
                'Name what it says or where it stands, like "the box at the foot".',
            )
