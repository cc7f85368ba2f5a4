"""Texts for adults: worded and measured like the rest, and every figure in them comes from the ledger of facts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from signpost.model import Section
from signpost.rules.kinds import AdultCheck, Found, Ledger
from signpost.rules.passages import Passage, Reader, of_section, said, shown
from signpost.rules.reading import Document, judged, units
from signpost.rules.safeguarding import ALARM, BLAME, GRAPHIC, HOW_TO, PROMISE
from signpost.rules.sources import FIGURE
from signpost.rules.wording import LAW, NUMBERS, TERM, above, brands_in

READERS: dict[str, Reader] = {"staff": "staff", "families": "home", "pupils": "pupil"}
OLD_ENOUGH = "t4"  # sheets for pupils about the teaching are measured for nine and over, and worded for eleven


def _passages(checked: AdultCheck) -> Iterator[Passage]:
    """Every passage but the ledger's sentences, as its reader reads it."""
    reader = READERS[checked.text.front.for_]
    front = checked.text.front
    for key, text in (("title", front.title), ("summary", front.summary), ("promise", front.promise)):
        yield Passage(text=text, place=front.at(key), reader=reader, kind="front")
    for section in checked.text.sections:
        yield from (replace(passage, reader=reader) for passage in of_section(_without_facts(section)) if passage.text)


def _without_facts(section: Section) -> Section:
    parts = tuple(
        replace(part, parts=tuple(inner for inner in part.parts if inner.kind != "fact")) for part in section.parts if part.kind != "fact"
    )
    return replace(section, parts=parts)


def adult_wording(checked: AdultCheck) -> Iterator[Found]:
    """Texts for adults blame nobody, frighten nobody, promise nothing that cannot be kept, and tell nobody how to do harm.

    The same lists count as in lessons; a brand, a number, an address and a sentence of law stand in no text for adults either.
    """
    words = checked.words
    passages = tuple(_passages(checked))
    for listed, what, refusable in (
        (words.blame, BLAME, True),
        (words.alarm, ALARM, False),
        (words.promises, PROMISE, True),
        (words.graphic, GRAPHIC, False),
        (words.how_to, HOW_TO, True),
        (words.terms, TERM, False),
    ):
        yield from said(passages, listed, OLD_ENOUGH, what, refusable=refusable)
    as_pupils = tuple(replace(passage, reader="pupil") for passage in passages)
    yield from brands_in(as_pupils, words)
    if checked.text.front.for_ == "pupils":
        yield from above(as_pupils, words, checked.tier, OLD_ENOUGH)
        yield from said(passages, words.own_experience, OLD_ENOUGH, '"{said}" asks pupils about their own lives{why}.')
    for passage in passages:
        for pattern, what, fix in (
            (NUMBERS, "stands in the text", 'Write "a helpline"; numbers and addresses come from the data of the country and the school.'),
            (LAW, "says what the law is", "Leave it out; the law comes from the country's data."),
        ):
            for found in pattern.finditer(passage.text):
                if not (passage.quoted(found.start()) or passage.negated(found.start())):
                    yield passage.at(found.start()), f'"{shown(found.groupdict().get("short") or found[0])}" {what}.', fix


def adult_reading(checked: AdultCheck) -> Iterator[Found]:
    """Staff can read their texts in a hurry, families whatever their English, pupils whatever their age.

    Slides, script and each sheet are measured on their own.
    """
    front = checked.text.front
    bound = {"staff": checked.staff, "families": checked.home, "pupils": checked.tier.reading}[front.for_]
    whom = {"staff": "staff", "families": "families", "pupils": "pupils of nine and over"}[front.for_]
    gathered: dict[str, list[Passage]] = {}
    for passage in _passages(checked):
        section = passage.section
        on_slide = passage.document == "slides" and passage.kind != "front"
        name = "sheet" if section and section.kind in ("hand-out", "sheet") else "slides" if on_slide else "script"
        gathered.setdefault(name, []).append(passage)
    for name, passages in gathered.items():
        if name == "script" and front.for_ == "families":
            continue  # it is the presenter who reads it
        pieces = tuple(unit for passage in passages for unit in units(passage))
        yield from judged(Document(name, READERS[front.for_], pieces), bound, checked.words, whom)
    scripts = gathered.get("script", []) if front.for_ == "families" else []
    if scripts:
        pieces = tuple(unit for passage in scripts for unit in units(passage))
        yield from judged(Document("script", "staff", pieces), checked.staff, checked.words, "staff")


def adult_facts(checked: AdultCheck) -> Iterator[Found]:
    """A figure in a text for adults is quoted from the ledger, which knows its source, its year and its limits.

    Written into prose it would be copied on without them, and nobody would know when it is out of date.
    """
    for passage in _passages(checked):
        for found in FIGURE.finditer(passage.text):
            fix = 'Put it into content/facts.yaml, and write !!! fact "its-id" here.'
            yield passage.at(found.start()), f'"{shown(found[0])}" is a figure in prose.', fix


def adult_minutes(checked: AdultCheck) -> Iterator[Found]:
    """The minutes of a session's parts add up to what it says.

    Whoever leads it has that evening and no other.
    """
    front, total = checked.text.front, sum(section.minutes for section in checked.text.of_kind("part"))
    if total != front.minutes:
        yield (
            front.at("minutes"),
            f"The parts add up to {total} minutes, and the front matter says {front.minutes}.",
            f"Write minutes: {total}, or change a part by {abs(total - front.minutes)}.",
        )
    if front.for_ != "pupils" and total and not checked.text.of_kind("hand-out"):
        yield checked.text.place, "There is nothing to take home.", 'Add "## Hand-out: Title {#hand-out}".'


STOPS_AFTER = timedelta(days=90)


def facts_due(ledger: Ledger) -> Iterator[Found]:
    """A fact of the ledger is looked at again on its day.

    A figure that is two years old may be right, and may be quoted against us; a reminder comes first.
    """
    for fact in ledger.facts:
        if fact.review_by < ledger.today <= fact.review_by + STOPS_AFTER:
            what = f"The fact '{fact.id}' was to be looked at again by {fact.review_by}."
            yield fact.place, what, "Check it against its source, then set review-by: a year on."


def facts_overdue(ledger: Ledger) -> Iterator[Found]:
    """A fact that nobody has looked at for three months after its day is not printed.

    Somebody either checks it or takes it out; a figure that nobody answers for is worse than none.
    """
    for fact in ledger.facts:
        if ledger.today > fact.review_by + STOPS_AFTER:
            what = f"The fact '{fact.id}' is {(ledger.today - fact.review_by).days} days past its review."
            yield fact.place, what, "Check it against its source and set review-by: a year on, or remove it and what quotes it."
