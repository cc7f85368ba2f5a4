"""What the adults around the child are told: staff before the lesson, and families at home."""

import re
from collections.abc import Iterator

from signpost.model import Lesson, Part
from signpost.rules.kinds import Found

PREPARES = (
    ("to tell the safeguarding lead", r"safeguarding lead", "Tell the safeguarding lead the date and time."),
    ("that the letter goes home first", r"\bletter\b", "Send the letter home a week before."),
    (
        "what to do for pupils who may be affected",
        r"(?:pupils?|children|who|which|they|them|those)\b[^.]{0,60}\b(?:affected|hard|difficult|upset)",
        "Ask which pupils may find this hard, and speak with each of them before.",
    ),
    (
        "which second adult or room is ready",
        r"second adult|\broom\b|quiet place",
        "Have a second adult in the room, or a room that a pupil may go to.",
    ),
)


def preparation(lesson: Lesson) -> Iterator[Found]:
    """Before the lesson the safeguarding lead, families and pupils who may be affected hear of it, and a second adult or a room is ready.

    A disclosure is likely; nobody should have to look for help in the middle of a lesson.
    """
    section = next(iter(lesson.of_kind("preparation")), None)
    if section is None:
        yield lesson.place, "Nothing says what to prepare.", 'Add "## Preparation: A week before, and on the day {#preparation}".'
        return
    for what, written, fix in PREPARES:
        if not re.search(written, section.prose, re.IGNORECASE):
            yield section.place, f"The preparation does not say {what}.", f'Write "{fix}"'


PHONE_TAKEN = (
    "taking the phone away as a punishment",
    r"(?:tak|remov|confiscat|bann)\w*[^.]*\b(?:phones?|screens?|devices?|tablets?|games?|internet)|punish",
    "Taking the phone away as a punishment.",
)
CONFRONTED = (
    "writing to the person, or going to see them",
    r"confront|(?:writ|speak|talk|messag|contact|reply|answer|going|meet)\w*[^.]*"
    r"\b(?:person|them|him|her|people|child(?:ren)?|famil(?:y|ies)|parents?)\b",
    "Writing to the person, or going to see them.",
)
PAID = ("paying", r"\bpay", "Paying, or writing to the person.")


def letter_home(lesson: Lesson) -> Iterator[Found]:
    """The letter home says what is taught and why, how to begin to talk, three things that help and three that make it harder.

    Among the last three: taking the phone as a punishment, writing to the person and, from 9 on in a lesson on blackmail,
    paying. Children weigh what their family will do before they tell.
    """
    section = next(iter(lesson.of_kind("letter home")), None)
    if section is None:
        yield lesson.place, "There is no letter home.", 'Add "## Letter home: What your child learns {#letter-home}".'
        return
    if not section.parts or section.parts[0].kind != "text":
        yield section.place, "The letter does not begin with what is taught, and why.", "Write it below the heading, before the starter."
    if section.one("starter") is None:
        yield section.place, "The letter has no sentence to begin a talk with.", "Add !!! starter and a question a parent could ask."
    harder = section.one("harder")
    for kind, part, what in (("helps", section.one("helps"), "that help"), ("harder", harder, "that make it harder")):
        count = _items(part)
        if count != 3:
            fix = f"Write !!! {kind} and a list of three below it, four spaces in."
            told = f"The letter names {count} {'thing' if count == 1 else 'things'} {what}; it names three."
            yield (part.place if part else section.place), told, fix
    needed = [PHONE_TAKEN, CONFRONTED, *([PAID] if lesson.topic.extortion and lesson.tier.number >= 3 else [])]
    for what, written, fix in needed if harder else ():
        if harder and not re.search(written, harder.prose, re.IGNORECASE):
            yield harder.place, f"Among what makes it harder, the letter does not name {what}.", f'Write "- {fix}"'


def _items(part: Part | None) -> int:
    return len(re.findall(r"^[-*] ", part.prose, re.MULTILINE)) if part else 0
