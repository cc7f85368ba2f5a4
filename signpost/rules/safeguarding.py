"""What protects pupils in every sentence: no blame, no fear, no how-to, nothing about their own lives; and help after every threat."""

import re
from collections.abc import Iterator

from signpost.model import Lesson, Part, Section
from signpost.rules.kinds import Found
from signpost.rules.passages import heard, of_pupils, passages, said, shown

# What is told of a wording that is found: {said} is the author's own word, {why} the reason from the list.
BLAME = '"{said}" puts the blame on the child{why}.'
ALARM = '"{said}" frightens, and does not help.'
PROMISE = '"{said}" says what nobody can promise{why}.'
GRAPHIC = '"{said}" shows too much{why}.'
HOW_TO = '"{said}" could tell somebody how to do harm{why}.'
OWN_EXPERIENCE = '"{said}" asks pupils about their own lives{why}.'


def no_blame(lesson: Lesson) -> Iterator[Found]:
    """No words put the blame on a child, or make the child the one who acts.

    Responsibility sits with the person who harms. "She should have known" and "he got himself into this" teach pupils that
    prevention was their job, and keep those who were harmed from telling.
    """
    return said(passages(lesson), lesson.words.blame, lesson.tier.id, BLAME)


NOT_YOUR_FAULT = re.compile(
    r"(?:is|was|'s) (?:not|never) (?:your|their|his|her|[A-Z][a-z]+'s) fault|fault is not (?:yours|theirs)|not your fault", re.IGNORECASE
)


TAKEN_BACK = re.compile(r"\b(?:few|hardly|nobody|no one|never|not|untrue|wrong|lie|if only)\b|n't\b", re.IGNORECASE)


def _promised(lesson: Lesson, promise: re.Pattern[str]) -> bool:
    """Somewhere pupils read or hear the promise, and the sentence does not take it back before it comes to it."""
    return any(
        not TAKEN_BACK.search(passage.before(found.start()))
        for passage in of_pupils(passages(lesson))
        for found in promise.finditer(passage.text)
    )


def not_your_fault(lesson: Lesson) -> Iterator[Found]:
    """Pupils read or hear that it is not their fault.

    Said in so many words, in every module: most children who were harmed believe that they caused it.
    """
    if not _promised(lesson, NOT_YOUR_FAULT):
        yield (
            lesson.place,
            "Nowhere do pupils read or hear that it is not their fault.",
            'Write "It is not your fault." on a slide or in a say.',
        )


NOT_IN_TROUBLE = re.compile(
    r"(?:will|would|are|is) (?:not|never) (?:be |get )?in(?:to)? trouble|won't (?:be|get) in(?:to)? trouble", re.IGNORECASE
)


def not_in_trouble(lesson: Lesson) -> Iterator[Found]:
    """From 9 on, pupils read or hear that nobody is in trouble for asking for help.

    Fear of trouble, and of losing the phone, is what most often stops pupils from telling.
    """
    if lesson.tier.number >= 3 and not _promised(lesson, NOT_IN_TROUBLE):
        fix = 'Write "You will not be in trouble for asking for help." on a slide or in a say.'
        yield lesson.place, "Nowhere do pupils read or hear that they will not be in trouble for asking for help.", fix


def no_alarm(lesson: Lesson) -> Iterator[Found]:
    """No words are there to frighten.

    Fear makes pupils look away, and makes those it has happened to feel that nothing can be done.
    """
    return said(passages(lesson), lesson.words.alarm, lesson.tier.id, ALARM, refusable=False)


THREAT = re.compile(
    r"\b(?:threat\w*|blackmail\w*|sextort\w*|demands?|demanded|or else|secrets?|secrecy|unless|shame|scare[sd]?|scary|"
    r"(?:share|spread|post|send) (?:it|a picture|the picture|lies|pictures)(?: of \w+)? (?:to|with) (?:every|all)\w*|tell everyone)\b",
    re.IGNORECASE,
)
HELP = re.compile(
    r"\b(?:help(?:s|ed|ing|ful|ers?|lines?)?|adults?|grown-ups?|trusted|report(?:s|ed|ing)?|safe steps?|listen(?:s|ing)?|not alone|"
    r"(?:not|never) \S+ fault|(?:can|could|may|and|or|then) (?:stop|tell|ask|talk|put)|say no|who could|talk to|stop (?:here|replying)|"
    r"tell(?:s|ing)? (?:someone|somebody|a|an|one|the next)|(?:one|late|time|someone|somebody) to tell)\b",
    re.IGNORECASE,
)


def help_follows(lesson: Lesson) -> Iterator[Found]:
    """Where pupils meet a threat or a secret, the same slide or page, or the next, says what helps.

    A part counts as risk where a slide, a scenario, a card or a task speaks of a threat, a demand, blackmail, shame or a
    secret. For a slide, help must stand on it, on the next slide, or in what is said with the two. For a scenario, a card or
    a task, it must stand in the same section: the pages they are printed on carry the help strip besides.
    """
    taught = [(section, part) for section in lesson.timed() for part in section.parts]
    for at, (section, part) in enumerate(taught):
        if part.kind not in {"slide", "scenario", "card", "task"}:
            continue
        own = list(heard(part, section))
        risk = next(((passage, found) for passage in own if (found := THREAT.search(passage.text))), None)
        if risk is None:
            continue
        reach = _until_after_next_slide(taught[at:]) if part.kind == "slide" else [(section, one) for one in section.parts]
        if not any(HELP.search(passage.text) for inside, one in reach for passage in heard(one, inside)):
            passage, found = risk
            what = f'The {part.kind} "{part.title}" speaks of "{shown(found[0]).lower()}", and nothing after it says what helps.'
            yield passage.at(found.start()), what, 'Say what helps right there, like "Stop here and tell someone. It is never too late."'


def _until_after_next_slide(parts: list[tuple[Section, Part]]) -> list[tuple[Section, Part]]:
    slides = [at for at, (_, part) in enumerate(parts) if part.kind == "slide"]
    return parts[: slides[2]] if len(slides) > 2 else parts


def no_promises(lesson: Lesson) -> Iterator[Found]:
    """Nothing is promised that nobody can keep, and no hope is taken away.

    "They will be caught" may not come true, and "it never goes away" is not so: images can be reported, and removed from
    many places.
    """
    return said(passages(lesson), lesson.words.promises, lesson.tier.id, PROMISE)


def no_graphic_detail(lesson: Lesson) -> Iterator[Found]:
    """Nothing describes an image, a sexual act, a death or an injury.

    Lessons name what happens in plain words. Detail can bring back what somebody in the room went through.
    """
    return said(passages(lesson), lesson.words.graphic, lesson.tier.id, GRAPHIC, refusable=False)


def no_how_to(lesson: Lesson) -> Iterator[Found]:
    """Nothing tells anyone how to offend.

    Warning signs are told as the young person meets them: no methods, no lines that work, no places that are easy, no ways to
    hide or to be paid.
    """
    return said(passages(lesson), lesson.words.how_to, lesson.tier.id, HOW_TO)


def no_own_experience(lesson: Lesson) -> Iterator[Found]:
    """No pupil is asked for their own experience, account, searches or photos.

    Distance keeps a lesson safe: pupils speak about people in stories. Nobody has to tell, and nobody has to lie.
    """
    return said(passages(lesson), lesson.words.own_experience, lesson.tier.id, OWN_EXPERIENCE)


STEPS_OUT = re.compile(
    r"step(?:s|ping)? out|leave(?:s)? (?:for|the room|, or)|may leave|quiet (?:place|corner|room)|another task|something else to do",
    re.IGNORECASE,
)
SOMEBODY_HERE = re.compile(r"(?:in (?:this|the|your) (?:room|class|group)|survivor|may have been|carrying|been through)", re.IGNORECASE)
OF_PUPILS = ("slide", "scenario", "card", "task", "item", "key", "say", "ask", "stop", "tell", "include", "law", "starter")


def content_note(lesson: Lesson) -> Iterator[Found]:
    """There is a content note for staff: who may be affected, what may be hard, and who may step out; no pupil sees it.

    In every class somebody may be living with what the lesson is about. The teacher must be ready before it begins.
    """
    note = next(iter(lesson.of_kind("content note")), None)
    if note is None or not note.prose.strip():
        yield (
            (note.place if note else lesson.place),
            "There is no content note for staff.",
            'Add "## Content note: Before you teach this {#content-note}" and what staff must know.',
        )
        return
    if not SOMEBODY_HERE.search(note.prose):
        yield (
            note.place,
            "The content note does not say that somebody in the room may be affected.",
            'Write "Somebody in the room may have been harmed in this way."',
        )
    if not STEPS_OUT.search(note.prose):
        yield (
            note.place,
            "The content note does not say who may step out, and what they can do instead.",
            'Write "A pupil may leave for the agreed room without giving a reason, or do another task."',
        )
    for part in note.parts:
        if part.kind in OF_PUPILS:
            yield (
                part.place,
                f"The content note holds a {part.kind}, which pupils would see or hear.",
                f"Move the {part.kind} into a section that is taught.",
            )


def supervision(lesson: Lesson) -> Iterator[Found]:
    """A lesson on images or on blackmail is taught with a second adult recommended or required.

    How closely a lesson is watched over is data: `supervision` in the front matter.
    """
    if (lesson.topic.image or lesson.topic.extortion) and lesson.front.supervision == "suggested":
        what = f'"supervision: suggested" is too little for a lesson on {lesson.topic.name.lower()}.'
        yield lesson.front.at("supervision"), what, "Write supervision: recommended."
