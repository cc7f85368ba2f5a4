"""What helps: not passing on, the safe steps in their order, evidence that is kept, a way to recover, and the disclosure guide."""

import re
from collections.abc import Iterator

from signpost import markdown
from signpost.model import Lesson
from signpost.problem import Place
from signpost.rules.kinds import Found
from signpost.rules.passages import clean, heard, of_pupils, of_section, passages, shown

PASSES_ON = re.compile(
    r"\b(?:pass(?:es|ed|ing)? (?:it|one|them|this|that|on|pictures?|the picture)(?: \w+)? ?(?:on)?|forward(?:s|ed|ing)?|"
    r"spread(?:s|ing)?|shar(?:es|ed|ing) (?:it|one|them) (?:on|further|with))\b",
    re.IGNORECASE,
)


def passing_on(lesson: Lesson) -> Iterator[Found]:
    """From 11 on, a lesson on images has an activity on not passing them on.

    "Do not spread them" belongs to the lesson at least as much as "do not send". The activity is known by a task, a scenario
    or a card that speaks of passing on, or by {bystander=yes} in the heading of its section.
    """
    if lesson.tier.number < 4 or not lesson.topic.image:
        return
    for section in lesson.timed():
        works = [part for part in section.parts if part.kind in {"task", "scenario", "card"}]
        if section.option("bystander") == "yes" or any(
            PASSES_ON.search(passage.text) for part in works for passage in heard(part, section)
        ):
            return
    yield (
        lesson.place,
        "No activity is about passing pictures on.",
        "Add one about somebody who sees a picture and does not pass it on, and write {bystander=yes} in its heading.",
    )


STEPS_IN_ORDER = (
    ("stop replying", re.compile(r"stop (?:replying|answering|writing)|(?:don't|do not) (?:reply|answer)", re.IGNORECASE)),
    ("don't pay", re.compile(r"(?:don't|do not|never) pay", re.IGNORECASE)),
    ("don't send more", re.compile(r"(?:don't|do not|never) send", re.IGNORECASE)),
    ("keep the evidence", re.compile(r"keep (?:the |any )?(?:evidence|messages|proof)", re.IGNORECASE)),
    ("tell an adult", re.compile(r"tell (?:\w+ ){1,3}(?:adult|you trust)", re.IGNORECASE)),
    ("report it", re.compile(r"\breport", re.IGNORECASE)),
)
SAFE_STEPS = Place("content/shared/safe-steps.md", 1)


def safe_steps(lesson: Lesson) -> Iterator[Found]:
    """From 11 on, a lesson on blackmail gives pupils the safe steps, in their order, on a slide and on paper.

    The order matters: stop replying, don't pay, don't send more, keep the evidence, tell an adult, report it.
    """
    if lesson.tier.number < 4 or not lesson.topic.extortion:
        return
    steps = [clean(markdown.plain(step)) for _, step in lesson.safe_steps]
    at = 0
    for name, written in STEPS_IN_ORDER:
        found = next((number for number, step in enumerate(steps[at:], at) if written.search(step)), None)
        if found is None:
            yield (
                SAFE_STEPS,
                f'The safe steps do not say "{name}" at its place.',
                f"Put the steps in this order: {', '.join(step for step, _ in STEPS_IN_ORDER)}.",
            )
            break
        at = found + 1
    if not any(part.word == "steps" for part in lesson.parts("slide")):
        yield lesson.place, "No slide shows the safe steps.", 'Add !!! slide steps "Six safe steps" {#slide-steps}.'
    if not any(part.kind == "steps" for task in lesson.parts("task") for part in task.all()):
        yield lesson.place, "No worksheet task prints the safe steps.", "Add !!! steps inside a task."


DELETES = re.compile(
    r"\b(?:delet(?:e|es|ing)|eras(?:e|es|ing)|wip(?:e|es|ing)) (?:everything|all|it all|"
    r"(?:the|your|all the|any|those) (?:messages|chats?|conversation|evidence|account|pictures?))\b",
    re.IGNORECASE,
)


def keep_the_evidence(lesson: Lesson) -> Iterator[Found]:
    """Nobody is told to delete what could show what happened.

    Messages and names are what adults and the police need. "Delete everything" ends the chance of help.
    """
    for passage in passages(lesson):
        for found in DELETES.finditer(passage.text):
            if (
                not passage.negated(found.start())
                and not passage.expects_no
                and not (passage.reader != "pupil" and passage.quoted(found.start()))
            ):
                yield passage.at(found.start()), f'"{shown(found[0])}" would lose the evidence.', 'Write "Keep the evidence."'


RECOVERY = (
    (
        "that pictures can be reported or removed, or that adults can put things right",
        r"report|remov|taken? down|put (?:it |things )?right|adults? (?:can|could) help",
        'Write "Pictures can be reported, and removed from many places."',
    ),
    (
        "that feelings pass",
        r"feel(?:s|ings?)?\b[^.]*\b(?:pass|better|lighter|change)|heal|recover|gets? (?:better|lighter|easier)|felt (?:better|lighter)",
        'Write "Feelings pass, and people recover."',
    ),
    (
        "that somebody who has hurt others can get help too",
        r"(?:hurt|pushed|harmed|upset|treated|did|done|passed)[^.]{0,60}\b(?:somebody|someone|others?|another|something|it|on)\b"
        r"[^.]*\.?[^.]*\bhelp|own behaviour",
        'Write "Someone who has hurt another person can get help too."',
    ),
)


def recovery(lesson: Lesson) -> Iterator[Found]:
    """From 9 on, the lesson on getting help says that things can be put right, that feelings pass, and who helps those who hurt others.

    A lesson that ends with the report leaves out what pupils most need to know: that it gets better.
    """
    if lesson.topic.id != "getting-help" or lesson.tier.number < 3:
        return
    told = "\n\n".join(passage.text for passage in of_pupils(passages(lesson)))
    for what, written, fix in RECOVERY:
        if not re.search(written, told, re.IGNORECASE):
            yield lesson.place, f"Pupils do not read or hear {what}.", fix


DISCLOSURE_SAYS = (
    ("to listen", r"\blisten", "Listen. Let them use their own words."),
    ("not to promise secrecy", r"(?:not|never|n't) promise", "Do not promise to keep it secret."),
    (
        "not to look at, copy or forward a picture",
        r"(?:not|never|n't)[^.]*\b(?:look|view)[^.]*\b(?:copy|forward|share)",
        "Do not look at, copy or forward a picture.",
    ),
    ("to write down the pupil's words", r"writ(?:e|ing)[^.]*(?:down|words)", "Write down their words, the time and the place."),
    (
        "to go to the safeguarding lead the same day",
        r"safeguarding lead[^.]*(?:today|same day|at once)|(?:today|same day|at once)[^.]*safeguarding lead",
        "Go to the safeguarding lead today.",
    ),
    ("what to say", r"not your fault", "Thank you for telling me. It is not your fault."),
)


def disclosure(lesson: Lesson) -> Iterator[Found]:
    """The disclosure guide says everything a member of staff needs when a pupil tells.

    Listen; do not promise secrecy; do not look at, copy or forward an image; write down their words; tell the safeguarding
    lead today; and the words to say.
    """
    told = "\n".join(passage.text for section in lesson.disclosure.sections for passage in of_section(section))
    for what, written, fix in DISCLOSURE_SAYS:
        if not re.search(written, told, re.IGNORECASE):
            yield lesson.disclosure.place, f"The disclosure guide does not tell staff {what}.", f'Write "{fix}"'
