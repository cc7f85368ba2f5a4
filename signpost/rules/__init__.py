"""Every rule by name, in the order a teacher reads: what protects pupils first."""

from signpost.rules import (
    access,
    adult_texts,
    adults,
    finished,
    lengths,
    lesson,
    minutes,
    protected,
    reading,
    safeguarding,
    slides,
    sources,
    steps,
    stories,
    tasks,
    wording,
)
from signpost.rules.kinds import AdultCheck, Edited, Edition, Finished, Found, Ledger, Rule
from signpost.rules.pasted import check_text, own_words
from signpost.rules.reading import documents, legibility

__all__ = [
    "ADULT",
    "EDITED",
    "EDITION",
    "FINISHED",
    "LEDGER",
    "LESSON",
    "AdultCheck",
    "Edited",
    "Edition",
    "Finished",
    "Found",
    "Ledger",
    "Rule",
    "by_name",
    "check_text",
    "documents",
    "legibility",
]

LESSON: tuple[Rule, ...] = (
    # What protects pupils.
    Rule(name="no-blame", numbers=("R02", "R03"), finds=safeguarding.no_blame, safeguarding=True),
    Rule(name="not-your-fault", numbers=("R02",), finds=safeguarding.not_your_fault, safeguarding=True),
    Rule(name="not-in-trouble", numbers=("R08",), finds=safeguarding.not_in_trouble, safeguarding=True),
    Rule(name="no-alarm", numbers=("R01",), finds=safeguarding.no_alarm, safeguarding=True),
    Rule(name="help-follows", numbers=("R01",), finds=safeguarding.help_follows, safeguarding=True),
    Rule(name="no-promises", numbers=("R07",), finds=safeguarding.no_promises, safeguarding=True),
    Rule(name="no-graphic-detail", numbers=("R09", "R11"), finds=safeguarding.no_graphic_detail, safeguarding=True),
    Rule(name="no-how-to", numbers=("R10",), finds=safeguarding.no_how_to, safeguarding=True),
    Rule(name="harmful-messages", numbers=("R10",), finds=stories.harmful_messages, safeguarding=True),
    Rule(name="no-real-cases", numbers=("R11",), finds=stories.no_real_cases, safeguarding=True),
    Rule(name="no-brands", numbers=("R13",), finds=wording.no_brands, safeguarding=True),
    Rule(name="no-own-experience", numbers=("R14",), finds=safeguarding.no_own_experience, safeguarding=True),
    Rule(name="content-note", numbers=("R15",), finds=safeguarding.content_note, safeguarding=True),
    Rule(name="supervision", numbers=("R16",), finds=safeguarding.supervision, safeguarding=True),
    Rule(name="third-person", numbers=("R17",), finds=stories.third_person, safeguarding=True),
    Rule(name="not-strangers-only", numbers=("R05",), finds=stories.not_strangers_only, safeguarding=True),
    Rule(name="passing-on", numbers=("R06",), finds=steps.passing_on, safeguarding=True),
    Rule(name="safe-steps", numbers=("R34",), finds=steps.safe_steps, safeguarding=True),
    Rule(name="keep-the-evidence", numbers=("R34",), finds=steps.keep_the_evidence, safeguarding=True),
    Rule(name="recovery", numbers=("R29",), finds=steps.recovery, safeguarding=True),
    Rule(name="disclosure", numbers=("R35",), finds=steps.disclosure, safeguarding=True),
    Rule(name="vocabulary", numbers=("R09",), finds=wording.vocabulary, safeguarding=True),
    Rule(name="words-at-9-11", numbers=("R09",), finds=wording.words_at_9_11),
    Rule(name="routes-in-data", numbers=("R31",), finds=wording.routes_in_data, safeguarding=True),
    Rule(name="drawings-only", numbers=("R12",), finds=access.drawings_only, safeguarding=True),
    # What a lesson is made of.
    Rule(name="ground-rules-first", numbers=("R18",), finds=lesson.ground_rules_first, safeguarding=True),
    Rule(name="question-box", numbers=("R19",), finds=lesson.question_box, safeguarding=True),
    Rule(name="rehearsal", numbers=("R20",), finds=lesson.rehearsal, safeguarding=True),
    Rule(name="barriers", numbers=("R21",), finds=lesson.barriers, safeguarding=True),
    Rule(name="friend", numbers=("R28",), finds=lesson.friend, safeguarding=True),
    Rule(name="closing", numbers=("R24",), finds=lesson.closing, safeguarding=True),
    Rule(name="preparation", numbers=("R36",), finds=adults.preparation, safeguarding=True),
    Rule(name="letter-home", numbers=("R37",), finds=adults.letter_home, safeguarding=True),
    Rule(name="positives", numbers=("R04",), finds=lesson.positives),
    Rule(name="sessions", numbers=("R22",), finds=lesson.sessions),
    Rule(name="before-and-after", numbers=("R23",), finds=lesson.before_and_after),
    Rule(name="sections-complete", numbers=(), finds=lesson.sections_complete),
    Rule(name="sections-in-order", numbers=(), finds=lesson.sections_in_order),
    Rule(name="parts-in-place", numbers=(), finds=lesson.parts_in_place),
    Rule(name="answers-present", numbers=(), finds=tasks.answers_present),
    Rule(name="worksheet-instructions", numbers=(), finds=tasks.worksheet_instructions),
    Rule(name="key-words-used", numbers=(), finds=tasks.key_words_used),
    Rule(name="approvals", numbers=("R45",), finds=lesson.approvals, safeguarding=True),
    Rule(name="front-matter", numbers=(), finds=lesson.front_matter),
    # Minutes.
    Rule(name="minutes-add-up", numbers=("R26",), finds=minutes.minutes_add_up),
    Rule(name="shorter-paths", numbers=("R27",), finds=minutes.shorter_paths),
    Rule(name="talk-share", numbers=("R25",), finds=minutes.talk_share),
    Rule(name="teacher-talk", numbers=("R25",), finds=minutes.teacher_talk),
    # Words, and how many.
    Rule(name="terms", numbers=("R39",), finds=wording.terms),
    Rule(name="sextortion-explained", numbers=("R39",), finds=wording.sextortion_explained),
    Rule(name="pupil-reading", numbers=("R40",), finds=reading.pupil_reading),
    Rule(name="help-card-reading", numbers=("R40",), finds=reading.help_card_reading),
    Rule(name="letter-reading", numbers=("R40", "R37"), finds=reading.letter_reading),
    Rule(name="staff-reading", numbers=("R40",), finds=reading.staff_reading),
    Rule(name="slide-titles", numbers=(), finds=slides.slide_titles),
    Rule(name="slide-words", numbers=(), finds=slides.slide_words),
    Rule(name="slide-layouts", numbers=(), finds=slides.slide_layouts),
    Rule(name="say-length", numbers=(), finds=lengths.say_length),
    Rule(name="scenario-length", numbers=(), finds=lengths.scenario_length),
    Rule(name="card-length", numbers=(), finds=lengths.card_length),
    Rule(name="key-length", numbers=(), finds=lengths.key_length),
    Rule(name="item-length", numbers=(), finds=lengths.item_length),
    Rule(name="poster-plates", numbers=(), finds=lengths.poster_plates),
    Rule(name="starter-length", numbers=(), finds=lengths.starter_length),
    # For everybody to take in.
    Rule(name="pictures-described", numbers=("R12",), finds=access.pictures_described),
    Rule(name="no-colour-alone", numbers=("R41",), finds=access.no_colour_alone),
    # Facts and their days.
    Rule(name="figures", numbers=("R42",), finds=sources.figures),
    Rule(name="law-in-data", numbers=("R43",), finds=wording.law_in_data, safeguarding=True),
    Rule(name="curriculum-listed", numbers=("R44",), finds=sources.curriculum_listed, reminder=True),
    Rule(name="image-removal-known", numbers=("R33",), finds=sources.image_removal_known, reminder=True),
)

EDITED: tuple[Rule, ...] = (
    Rule(name="protected-blocks", numbers=("R46",), finds=protected.protected_blocks, safeguarding=True),
)

EDITION: tuple[Rule, ...] = (
    Rule(name="routes-not-old", numbers=("R31",), finds=sources.routes_not_old, safeguarding=True),
    Rule(name="routes-recent", numbers=("R31",), finds=sources.routes_recent, reminder=True),
    Rule(name="routes-confirmed", numbers=("R31",), finds=sources.routes_confirmed, reminder=True),
    Rule(name="own-words", numbers=("R39",), finds=own_words, safeguarding=True),
    Rule(name="review-dates", numbers=("R42", "R43"), finds=sources.review_dates, reminder=True),
)

ADULT: tuple[Rule, ...] = (
    Rule(name="adult-wording", numbers=("R01", "R02", "R10", "R39"), finds=adult_texts.adult_wording, safeguarding=True),
    Rule(name="adult-reading", numbers=("R40",), finds=adult_texts.adult_reading),
    Rule(name="adult-facts", numbers=("R42",), finds=adult_texts.adult_facts),
    Rule(name="adult-minutes", numbers=("R26",), finds=adult_texts.adult_minutes),
)

LEDGER: tuple[Rule, ...] = (
    Rule(name="facts-due", numbers=("R42",), finds=adult_texts.facts_due, reminder=True),
    Rule(name="facts-overdue", numbers=("R42",), finds=adult_texts.facts_overdue),
)

FINISHED: tuple[Rule, ...] = (
    Rule(name="routes-printed", numbers=("R30",), finds=finished.routes_printed, safeguarding=True),
    Rule(name="numbers-as-in-data", numbers=("R30", "R31"), finds=finished.numbers_as_in_data, safeguarding=True),
    Rule(name="no-placeholders", numbers=("R32",), finds=finished.no_placeholders, safeguarding=True),
    Rule(name="image-removal-printed", numbers=("R33",), finds=finished.image_removal_printed, safeguarding=True),
    Rule(name="not-your-fault-printed", numbers=("R02",), finds=finished.not_your_fault_printed, safeguarding=True),
    Rule(name="promises-seen", numbers=("R30", "R46"), finds=finished.promises_seen, safeguarding=True),
    Rule(name="ink", numbers=("R41",), finds=finished.ink, reminder=True),
)


def by_name(name: str) -> Rule | None:
    """The rule of this name ('no-blame') or number ('R02')."""
    every = (*LESSON, *EDITED, *EDITION, *ADULT, *LEDGER, *FINISHED)
    return next((rule for rule in every if name.lower() == rule.name or name.upper() in rule.numbers), None)
