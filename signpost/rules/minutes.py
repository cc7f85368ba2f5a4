"""Whether the minutes add up, leave room for pupils to talk, and can be cut without losing what matters."""

from collections.abc import Iterator

from signpost import reading
from signpost.model import Lesson, Section
from signpost.rules.kinds import Found
from signpost.rules.passages import clean

LONG_LESSON, CORE, SHORT = 50, 40, 15
LEAST_TALK = 40
WORDS_A_MINUTE, LONGEST_SCRIPT = 130, 8
IN_EVERY_PATH = ("ground rules", "rehearsal", "closing")


def minutes_add_up(lesson: Lesson) -> Iterator[Found]:
    """The minutes of the sections add up to those of the lesson, which fit the tier.

    A plan that runs over is cut at the end, where the rehearsal and the calm closing stand.
    """
    total, told = sum(section.minutes for section in lesson.timed()), lesson.front.minutes
    place = lesson.front.at("minutes")
    if total != told:
        fix = f"Write minutes: {total}, or change a section by {abs(total - told)}."
        yield place, f"The sections add up to {total} minutes, and the front matter says {told}.", fix
    least, most = lesson.tier.minutes
    if not least <= told <= most:
        allowed = f"{least}" if least == most else f"{least} to {most}"
        yield place, f"The lesson has {told} minutes; at {lesson.tier.label} it has {allowed}.", f"Plan it for {allowed} minutes."


def shorter_paths(lesson: Lesson) -> Iterator[Found]:
    """A lesson of 50 minutes or more also makes one of exactly 40; from 9 on every lesson makes one of exactly 15.

    Without its `.optional` sections it lasts 40 minutes; with only its `.short` ones 15, ground rules, rehearsal and closing
    among them. Half the lessons in a school are shorter than planned, and what is lost should be chosen.
    """
    timed, place = lesson.timed(), lesson.front.at("minutes")
    core = sum(section.minutes for section in timed if not section.optional)
    if lesson.front.minutes >= LONG_LESSON and core != CORE:
        fix = _mark("optional", core - CORE) if core > CORE else _take("optional", CORE - core)
        yield place, f"Without the optional sections {core} minutes are left, not {CORE}.", fix
    for section in timed:
        if section.optional and section.kind in IN_EVERY_PATH:
            yield section.place, f"The {section.kind} is marked .optional.", "Remove .optional: every path keeps it."
    kept = [section for section in timed if section.short]
    if not kept and lesson.tier.number < 3:
        return
    short = sum(section.minutes for section in kept)
    if short != SHORT:
        fix = _take("short", short - SHORT) if short > SHORT else _mark("short", SHORT - short)
        yield place, f"The sections marked .short last {short} minutes, not {SHORT}.", fix
    for section in timed:
        if section.kind in IN_EVERY_PATH and not section.short:
            yield section.place, f"The {section.kind} is not in the 15-minute lesson.", "Add .short to its heading."


def _mark(flag: str, minutes: int) -> str:
    return f"Mark {minutes} more {'minute' if minutes == 1 else 'minutes'} with .{flag}."


def _take(flag: str, minutes: int) -> str:
    return f"Take .{flag} from {minutes} {'minute' if minutes == 1 else 'minutes'}."


def talk_share(lesson: Lesson) -> Iterator[Found]:
    """Pupils talk, work or practise together in at least 40 % of the minutes.

    Programmes that work are active. `talk=8` in the heading of a section says how many of its minutes are theirs.
    """
    timed = lesson.timed()
    for section in timed:
        if section.talk > section.minutes:
            what = f"'{section.title}' has {section.minutes} minutes, and talk={section.talk}."
            yield section.place, what, f"Write talk={section.minutes} or less."
    total, talk = sum(section.minutes for section in timed), sum(section.talk for section in timed)
    if talk * 100 < LEAST_TALK * total:
        least = -(-LEAST_TALK * total // 100)
        fix = f"Give pupils {least - talk} more, and write them as talk= in the headings."
        yield lesson.place, f"Pupils talk or work together in {talk} of {total} minutes; {least} is the least.", fix


def script(section: Section) -> int:
    """How many words the teacher says in a section."""
    return sum(len(reading.words(clean(part.prose))) for part in section.some("say"))


def teacher_talk(lesson: Lesson) -> Iterator[Found]:
    """What the teacher says in a section takes 8 minutes at most, and no longer than the section.

    Counted at 130 words a minute. After 8 minutes nobody listens.
    """
    for section in lesson.timed():
        words, longest = script(section), min(LONGEST_SCRIPT, section.minutes)
        if words > longest * WORDS_A_MINUTE:
            what = f"The teacher's words in '{section.title}' take {words / WORDS_A_MINUTE:.1f} minutes; {longest} is the most."
            yield section.place, what, f"Cut {words - longest * WORDS_A_MINUTE} words."
