"""What can be out of date or wrong: figures and their sources, curricula, law and help routes and their days."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from signpost.model import Lesson, Service
from signpost.rules.kinds import Edition, Found
from signpost.rules.passages import Passage, passages, shown

NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twenty|a hundred|a thousand)"
FIGURE = re.compile(
    rf"\b\d+(?:\.\d+)?\s*(?:%|per ?cent\b)|\b{NUMBER} (?:in|out of) (?:every )?{NUMBER}\b(?! (?:minutes?|pairs?|turns?|weeks?|"
    rf"days?|hours?|seconds?|groups?|steps?|items?|answers?|cards?|questions?|statements?|lines?))|"
    r"\b(?:half|a third|a quarter|two thirds|three quarters|the majority) of (?:all |the )?(?:children|young people|pupils|"
    r"teenagers|teens|victims|girls|boys|cases|reports)\b|"
    r"\b\d{1,3}(?:,\d{3})+\b|\b(?:hundreds|thousands|millions) of (?:children|young people|pupils|teenagers|victims|girls|boys|"
    r"cases|reports)\b",
    re.IGNORECASE,
)
SOURCE = re.compile(r"\([^()]*[A-Za-z]{3}[^()]*\b(?:19|20)\d\d\b[^()]*\)")
REVIEW = "review-by"


def figures(lesson: Lesson) -> Iterator[Found]:
    """A figure has a source, a year and a day to look again; pupils meet one at most, and none below 11.

    Figures travel without their limits. The source and the year stand in brackets behind it, the day in the braces of its
    part: {review-by=2027-09-01}.
    """
    met = 0
    for passage in passages(lesson):
        for found in FIGURE.finditer(passage.text):
            told, place = shown(found[0]), passage.at(found.start())
            if passage.reader == "pupil":
                met += 1
                if lesson.tier.number < 4:
                    yield place, f'"{told}" is a figure, and pupils of {lesson.tier.label} meet none.', "Leave it out."
                    continue
                if met > 1:
                    yield (
                        place,
                        f'"{told}" is figure {met} in this lesson; pupils meet one at most.',
                        "Keep the one that matters, and leave this one out.",
                    )
                    continue
                if passage.owner and not passage.owner.option(REVIEW):
                    yield (
                        place,
                        f'"{told}" has no day to look again.',
                        f"Write {{{REVIEW}=2027-09-01}} behind the part's kind, with a day within a year.",
                    )
            if not _sourced(passage, found.end()):
                yield place, f'"{told}" has no source.', 'Write it behind the figure, like "(Ofcom, 2025)", or leave the figure out.'


def _sourced(passage: Passage, end: int) -> bool:
    paragraph = re.split(r"\n\s*\n|•", passage.text[end:])[0]
    return bool(SOURCE.search(paragraph))


def curriculum_listed(lesson: Lesson) -> Iterator[Found]:
    """Every curriculum of the country is mapped, or its gap is said.

    A map that leaves gaps out says that everything is covered.
    """
    for id in lesson.country.frameworks:
        mapped = bool(lesson.front.curriculum.get(id))
        if not mapped and not lesson.gaps:
            what = f"Nothing is said about '{id}', a curriculum of {lesson.country.name}."
            yield (
                lesson.front.at("curriculum"),
                what,
                f"Add '{id}: {{CODE: part}}' under curriculum:, with none for what a reader would expect and not find.",
            )


# --- what has a day ----------------------------------------------------------------------------------------------

REMIND, STOP = timedelta(days=180), timedelta(days=365)
FOR_PUPILS = ("child", "young-person", "anyone", "under-18-images")


def printed(edition: Edition) -> tuple[Service, ...]:
    """The services outside school that this edition prints for pupils."""
    known = {service.id: service for service in edition.services}
    routes = edition.lesson.country.routes
    ids = dict.fromkeys((*edition.school.outside, *routes.child, *routes.image_removal))
    return tuple(known[id] for id in ids if id in known and known[id].audience in FOR_PUPILS)


def _dated(service: Service, edition: Edition) -> date:
    confirmed = edition.school.confirmed
    return max(service.dated, confirmed.on) if confirmed else service.dated


def _accepted(edition: Edition) -> bool:
    accepted = edition.school.accept_old_routes
    return edition.school.specimen or (accepted is not None and edition.today <= accepted.until)


def _days(service: Service, edition: Edition) -> str:
    who = "a person checked it" if service.checked or edition.school.confirmed else "its page was seen; no person has checked it"
    return f"{(edition.today - _dated(service, edition)).days} days ago {who}"


def routes_not_old(edition: Edition) -> Iterator[Found]:
    """No help route that pupils are given was checked more than a year ago.

    A number that rings in an empty room is worse than none. A school may answer for older ones until a day
    (`accept-old-routes` in its profile); the specimen edition only reminds.
    """
    confirmed = edition.school.confirmed
    if confirmed and confirmed.on > edition.today:
        what = f"The help routes are said to be confirmed on {confirmed.on}, which is yet to come."
        yield edition.school.at("confirmed"), what, "Write the day on which they were called."
    for service in printed(edition):
        if edition.today - _dated(service, edition) > STOP and not _accepted(edition):
            fix = "Call it, then write confirmed: {on: " + edition.today.isoformat() + ", by: your name} in the school's profile."
            yield service.place, f"The help route '{service.name}' is too old to print: {_days(service, edition)}.", fix


def routes_recent(edition: Edition) -> Iterator[Found]:
    """A help route was checked within half a year.

    Helplines change their hours and numbers without telling us.
    """
    for service in printed(edition):
        age = edition.today - _dated(service, edition)
        if (age > STOP and _accepted(edition)) or REMIND < age <= STOP:
            yield (
                service.place,
                f"The help route '{service.name}' is old: {_days(service, edition)}.",
                f"Check it, then write checked: {edition.today.isoformat()} and checked-by: in its record.",
            )


def routes_confirmed(edition: Edition) -> Iterator[Found]:
    """A person in school has confirmed the help routes of the edition.

    Until then every staff page says that nobody has.
    """
    if edition.school.confirmed is None:
        fix = "Call each number once, then write confirmed: {on: " + edition.today.isoformat() + ", by: your name}."
        yield edition.school.place, f"Nobody at {edition.school.name} has confirmed the help routes.", fix


def review_dates(edition: Edition) -> Iterator[Found]:
    """Sentences of law and figures are looked at again by the day that was set for it.

    What was true when it was written is printed for years.
    """
    for sentence in edition.lesson.law:
        if sentence.review_by < edition.today:
            yield (
                sentence.place,
                f"The sentence of law '{sentence.id}' was to be looked at again by {sentence.review_by}.",
                "Check it against its source, then set review-by: a year on.",
            )
    for part in (one for section in edition.lesson.sections for one in section.all()):
        written = part.option(REVIEW)
        if not written:
            continue
        try:
            due = date.fromisoformat(written)
        except ValueError:
            yield part.place, f"'{written}' is not a day.", f"Write it like {REVIEW}=2027-09-01."
            continue
        if due < edition.today:
            yield (
                part.place,
                f"The figure here was to be looked at again by {due}.",
                f"Check it against its source, then set {REVIEW}= a year on.",
            )


def image_removal_known(lesson: Lesson) -> Iterator[Found]:
    """From 11 on, a lesson on images has a way to have an image removed in its country.

    Where a country is known to have none, the documents say so instead of staying silent.
    """
    if lesson.topic.image and lesson.tier.number >= 4 and not lesson.country.routes.image_removal:
        what = f"No way to have an image removed is known in {lesson.country.name}."
        yield lesson.country.at("routes"), what, "Add a service under routes: image-removal: in the country's file."
