"""How a lesson is built: its sections and parts, their order, and what no session may go without."""

import re
from collections.abc import Iterator

from signpost import reading
from signpost.model import FILLS, TIMED, Lesson
from signpost.rules.kinds import Found
from signpost.rules.passages import passages

NEEDED = {
    "activity": "## Activity: Title (10 minutes) {#activity-1 talk=5}",
    "misconceptions": "## Misconceptions: What pupils may say {#misconceptions}",
    "adaptations": "## Adaptations: More ways in {#adaptations}",
    "extension": "## Extension: For those who want more {#extension}",
    "poster": "## Poster: Does something feel wrong? {#poster}",
}


def sections_complete(lesson: Lesson) -> Iterator[Found]:
    """A module has every section that its documents are made from.

    At least one activity; for staff what pupils may say, adaptations for SEND and for pupils who learn the language, and an
    extension; and the poster. Other sections have a rule of their own.
    """
    for kind, heading in NEEDED.items():
        if not lesson.of_kind(kind):
            yield lesson.place, f"There is no section '{kind}'.", f'Add "{heading}".'
    for section in lesson.of_kind("adaptations"):
        for kind, whom in (("send", "pupils with special educational needs"), ("eal", "pupils who are learning the language")):
            if not section.some(kind):
                yield section.place, f"No adaptation is for {whom}.", f'Add !!! {kind} "Title" and what to do.'


ORDER = ("ground rules", "before check", "activity", "rehearsal", "after check", "closing")
IN_THE_MIDDLE = {"activity", "barriers", "friend"}


def sections_in_order(lesson: Lesson) -> Iterator[Found]:
    """Sections stand in the order in which they are taught, and those that happen once stand there once.

    Ground rules, the check, activities (barriers and a friend among them), the rehearsal, the check again, the closing.
    """
    furthest, before = -1, ""
    once: set[str] = set()
    for section in lesson.sections:
        if section.kind != "activity" and section.kind in once:
            yield (
                section.place,
                f"There is a second section '{section.kind}'.",
                "Make one section of the two, or call one of them Activity.",
            )
        once.add(section.kind)
        if section.kind not in TIMED:
            continue
        at = ORDER.index("activity" if section.kind in IN_THE_MIDDLE else section.kind)
        if at < furthest:
            yield section.place, f"'{section.title}' ({section.kind}) stands after the {before}.", f"Move it before the {before}."
        else:
            furthest, before = at, section.kind


PLACES = {
    "item": ("before check",),
    "stop": ("poster",),
    "tell": ("poster",),
    "starter": ("letter home",),
    "helps": ("letter home",),
    "harder": ("letter home",),
    "send": ("adaptations",),
    "eal": ("adaptations",),
}


def parts_in_place(lesson: Lesson) -> Iterator[Found]:
    """Each part stands where a document looks for it.

    A check item outside the check, a slide in a section without minutes or a line to write on outside a task would be
    printed nowhere, and nobody would notice.
    """
    for section in lesson.sections:
        for part in section.parts:
            homes = PLACES.get(part.kind)
            if homes and section.kind not in homes:
                yield (
                    part.place,
                    f"The part '{part.kind}' stands in '{section.title}', where nothing prints it.",
                    f"Move it into the section '{homes[0]}'.",
                )
            elif part.kind in FILLS:
                yield (
                    part.place,
                    f"'{part.kind}' stands outside a task, where nothing prints it.",
                    'Put it into a task, four spaces in: !!! task "Title" {#task-1}.',
                )
            elif part.kind == "column":
                yield (
                    part.place,
                    "A column stands outside a slide, where nothing prints it.",
                    'Put it into a slide, four spaces in: !!! slide compare "Title" {#slide-1}.',
                )
            elif part.kind in {"slide", "scenario", "card", "task"} and section.kind not in TIMED:
                fix = "Move it into a section that has minutes."
                yield part.place, f"The {part.kind} '{part.title}' stands in '{section.title}', which is not taught.", fix
        for part in section.all():
            for inner in part.parts:
                if inner.kind in PLACES or inner.kind in {"slide", "scenario", "card", "task"}:
                    yield (
                        inner.place,
                        f"The part '{inner.kind}' stands inside '{part.kind}', where nothing prints it.",
                        "Move it four spaces to the left.",
                    )
        for part in section.some("text"):
            if section.kind == "poster" and part is not section.parts[0]:
                yield (
                    part.place,
                    "The poster has prose below its plates, where nothing prints it.",
                    "Move it above the first plate, or remove it.",
                )


def ground_rules_first(lesson: Lesson) -> Iterator[Found]:
    """Ground rules open the session.

    Anyone may pass, nobody's name is told, and pupils know what an adult must pass on: before anything else is said.
    """
    timed = lesson.timed()
    first = timed[0] if timed else None
    included = "ground-rules-t1" if lesson.tier.number == 1 else "ground-rules"
    if first is None or first.kind != "ground rules":
        what = f"The lesson begins with '{first.title}', not with ground rules." if first else "The lesson has no section that is taught."
        yield (
            (first.place if first else lesson.place),
            what,
            f'Begin with "## Ground rules: We look after each other (3 minutes) {{#ground-rules}}" and !!! include "{included}".',
        )
    for section in lesson.of_kind("ground rules"):
        if not any(part.title.startswith("ground-rules") for part in section.some("include")):
            yield section.place, "The ground rules themselves are missing.", f'Add !!! include "{included}".'


READ_BY = re.compile(r"\b(?:open|read|empt|collect)(?:s|ies|y|ed)?\b", re.IGNORECASE)
READ_WHEN = re.compile(r"\b(?:day|days|daily|week|weekly|lesson|session|before|after|break|lunch|morning|afternoon|hour)\b", re.IGNORECASE)


def question_box(lesson: Lesson) -> Iterator[Found]:
    """Pupils can ask without a name, and the module says who reads the questions, and when.

    A question nobody reads in time is a cry nobody hears.
    """
    box = next(iter(lesson.of_kind("question box")), None)
    if box is None:
        yield (
            lesson.place,
            "There is no way to ask without a name.",
            'Add "## Question box: Ask without a name {#question-box}", and say who reads it, and when.',
        )
    elif not (READ_BY.search(box.prose) and READ_WHEN.search(box.prose)):
        yield (
            box.place,
            "The question box does not say who reads it, and when.",
            'Write "You and the safeguarding lead read the slips on the same day."',
        )


PRACTISES = ("words", "starters", "bubble")


def rehearsal(lesson: Lesson) -> Iterator[Found]:
    """Pupils rehearse the words with which they would ask for help, for at least 5 minutes.

    Knowing that one should tell is not enough; those who have said the words once say them more easily when it matters.
    """
    section = next(iter(lesson.of_kind("rehearsal")), None)
    if section is None:
        yield (
            lesson.place,
            "Pupils do not rehearse any words for help.",
            'Add "## Rehearsal: Words for help (5 minutes) {#rehearsal .short talk=4}".',
        )
        return
    if section.minutes < 5:
        yield (
            section.place,
            f"The rehearsal has {section.minutes} minutes; 5 is the least.",
            "Write (5 minutes), and take them from another section.",
        )
    if section.talk == 0:
        yield section.place, "In the rehearsal pupils do not speak.", "Let them say the words in pairs, and write talk=4 in the heading."
    if not any(part.kind in PRACTISES or part.word in PRACTISES for part in section.all()):
        yield (
            section.place,
            "The rehearsal has no words to practise.",
            'Add !!! slide words "Words that ask for help" {#slide-words} with two to four sentences.',
        )


def barriers(lesson: Lesson) -> Iterator[Found]:
    """From 9 on, one section is about what stops people telling.

    Shame, threats and the fear of losing the phone keep young people silent; named in class, they lose weight.
    """
    if lesson.tier.number >= 3 and not lesson.of_kind("barriers"):
        yield (
            lesson.place,
            "Nothing is said about what makes it hard to tell.",
            'Add "## Barriers: What makes it hard to tell? (5 minutes) {#barriers talk=3}".',
        )


FRIEND_SAYS = (
    ("to listen", re.compile(r"\blisten", re.IGNORECASE), "Listen."),
    (
        "not to promise secrecy",
        re.compile(r"promise|secret|to (?:myself|yourself)", re.IGNORECASE),
        "Do not promise to keep it secret.",
    ),
    ("to go to an adult together", re.compile(r"\badult|grown-up", re.IGNORECASE), "Go to an adult together."),
)


def friend(lesson: Lesson) -> Iterator[Found]:
    """From 9 on, one section is about a friend who tells: listen, do not promise secrecy, go to an adult together.

    Most young people tell a friend first, and the friend needs to know that it is not theirs to solve.
    """
    if lesson.tier.number < 3:
        return
    section = next(iter(lesson.of_kind("friend")), None)
    if section is None:
        yield (
            lesson.place,
            "Nothing is said about what to do when a friend tells.",
            'Add "## Friend: When a friend tells you (4 minutes) {#friend talk=3}".',
        )
        return
    words = "\n".join(passage.text for passage in passages(lesson) if passage.section == section)
    for what, written, fix in FRIEND_SAYS:
        if not written.search(words):
            yield section.place, f"The section for a friend does not tell pupils {what}.", f'Write "{fix}"'


def before_and_after(lesson: Lesson) -> Iterator[Found]:
    """The lesson begins and ends with the same check: five statements, three at 4-7, about knowledge and never about the pupil.

    It shows what was learnt. Statements stand in the first check; the second repeats them by itself.
    """
    first, second = next(iter(lesson.of_kind("before check")), None), lesson.of_kind("after check")
    if first is None:
        yield (
            lesson.place,
            "There is no check before the lesson.",
            'Add "## Before check: What do you think? (3 minutes) {#before}" with its items.',
        )
        return
    items, least = first.some("item"), 3 if lesson.tier.number == 1 else 5
    if len(items) < least:
        yield (
            first.place,
            f"The check has {len(items)} {'statement' if len(items) == 1 else 'statements'}; {least} is the least.",
            'Add one, like !!! item yes "You can tell an adult about a worry." {#item-tell}.',
        )
    if not second:
        yield lesson.place, "There is no check after the lesson.", 'Add "## After check: What do you think now? (2 minutes) {#after}".'
    for item in items:
        title = item.title.rstrip(".")
        if item.word not in {"yes", "no", "any"}:
            yield (
                item.place,
                f'The statement "{title}" does not say which answer is expected.',
                f'Write yes, no or any, like !!! item yes "{item.title}".',
            )
        if not item.prose.strip():
            yield (
                item.place,
                f'Nothing says what to do when pupils are unsure about "{title}".',
                "Write it below the item, four spaces in.",
            )


def closing(lesson: Lesson) -> Iterator[Found]:
    """A calm closing of at least 3 minutes comes last.

    Nobody leaves on the risk.
    """
    timed = lesson.timed()
    last = timed[-1] if timed else None
    if last is None or last.kind != "closing":
        what = f"The lesson ends with '{last.title}', not with a calm closing." if last else "The lesson has no closing."
        yield (last.place if last else lesson.place), what, 'End with "## Closing: A calm end (3 minutes) {#closing .short}".'
    for section in lesson.of_kind("closing"):
        if section.minutes < 3:
            yield (
                section.place,
                f"The closing has {section.minutes} {'minute' if section.minutes == 1 else 'minutes'}; 3 is the least.",
                "Write (3 minutes), and take them from another section.",
            )


def positives(lesson: Lesson) -> Iterator[Found]:
    """The module says what is good about being online.

    Pupils who hear only warnings stop listening; those who love their games and chats must not feel accused.
    """
    if len(reading.words(lesson.front.positives)) < 5:
        yield lesson.front.at("positives"), "What is good about being online is not said.", "Write a sentence or two behind positives:."


def sessions(lesson: Lesson) -> Iterator[Found]:
    """A topic has more than one session, one of them some weeks later, and the preparation says what the others are.

    What is taught once is soon forgotten.
    """
    front, least = lesson.front, lesson.tier.sessions
    if front.sessions < least:
        planned = f"{front.sessions} session is" if front.sessions == 1 else f"{front.sessions} sessions are"
        fix = f"Write sessions: {least}, and say in Preparation what the others are."
        yield front.at("sessions"), f"{planned} planned; at {lesson.tier.label} {least} is the least.", fix
    for section in lesson.of_kind("preparation"):
        if not re.search(r"\bsessions?\b", section.prose, re.IGNORECASE):
            yield (
                section.place,
                "The preparation does not say what the other sessions are.",
                f'Write "This is the first of {max(front.sessions, least)} sessions.", and name the others.',
            )
    if not any(section.prose.strip() for section in lesson.of_kind("revisit")):
        yield (
            lesson.place,
            "There is no activity for some weeks later.",
            'Add "## Revisit: Three weeks later {#revisit}" and ten minutes of it.',
        )


def approvals(lesson: Lesson) -> Iterator[Found]:
    """A lesson is a draft until two named people have approved it, one of them a safeguarding lead or practitioner.

    Nobody is invented: `approved:` holds their names, their roles and the day. Until then its status says that it is a draft.
    """
    front = lesson.front
    if front.status.startswith("draft"):
        return
    if not front.status.startswith("published"):
        fix = 'Write "draft: …", or published with two approvals.'
        yield front.at("status"), f"'{front.status}' says neither draft nor published.", fix
        return
    names = {one.name.casefold() for one in front.approved}
    if len(names) < 2:
        what = f"The lesson is published with {len(names)} named {'approval' if len(names) == 1 else 'approvals'}; two are the least."
        yield front.at("status"), what, "Add them under approved:, each with name, role and on; or write a draft's status."
    elif not any("safeguarding" in one.role.casefold() for one in front.approved):
        what = "None of those who approved the lesson is a safeguarding lead or practitioner."
        yield front.at("approved"), what, "Have one read it, and add name, role and on."


def front_matter(lesson: Lesson) -> Iterator[Found]:
    """Title, promise and summary fit their places on the first slide, and objectives can be read after "Pupils can".

    The title has 45 characters at most, the promise six words, the summary one sentence; nothing shouts.
    """
    front = lesson.front
    if len(front.title) > 45:
        yield front.at("title"), f"The title has {len(front.title)} characters; 45 is the most.", f"Cut {len(front.title) - 45} characters."
    for key, text in (("title", front.title), ("promise", front.promise), ("summary", front.summary)):
        if "!" in text:
            yield front.at(key), f"The {key} shouts: '{text}'.", "Remove the exclamation mark."
    if len(reading.words(front.promise)) > 6:
        yield (
            front.at("promise"),
            f"The promise has {len(reading.words(front.promise))} words; 6 is the most.",
            'Shorten it, like "You can stop at any point".',
        )
    for at, objective in enumerate(front.objectives):
        if not objective[:1].islower() or objective.endswith("."):
            yield (
                front.at("objectives", at),
                f'"{objective}" cannot be read on after "Pupils can".',
                'Begin with a verb in small letters, without a full stop, like "tell a request from a demand".',
            )
