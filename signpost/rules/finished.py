"""What is looked for in a file as it was made: not what was meant to be printed, but what is."""

import re
from collections.abc import Iterator

from signpost import markdown
from signpost.model import Certificate, Deck, HelpCard, Outside, Page, Part, Worksheet
from signpost.problem import Place
from signpost.rules.kinds import Finished, Found


def _bare(text: str) -> str:
    """Text without its white space: a name stays a name where a line breaks in it."""
    return re.sub(r"[\s\u00ad\u200b]+", "", text).replace("’", "'").lower()


def _place(file: Finished) -> Place:
    return Place(file.target.path)


def _outside_on(text: str, outside: tuple[Outside, ...]) -> bool:
    return any(_bare(way) in text for one in outside for way in (one.phone, one.web, one.url) if way)


def routes_printed(file: Finished) -> Iterator[Found]:
    """Every page that a pupil holds prints at least two help routes: one in school, by name, and one outside.

    On slides it is the last one, on a help card one of its sides. What counts is the page as it came out.
    """
    page = file.target.page
    if not page.for_pupils or isinstance(page, Certificate):
        return
    imprint = page.frame.imprint
    texts = [(number, _bare(text)) for number, text in enumerate(file.pages, 1)]
    if isinstance(page, HelpCard):
        texts = [(1, "".join(text for _, text in texts))]
    elif isinstance(page, Deck):
        texts = texts[-1:]
    for number, text in texts:
        if not any(_bare(route.name) in text for route in imprint.inside):
            yield (
                _place(file),
                f"Page {number} names nobody in school.",
                "Add somebody under routes: in the school's profile, and keep the help strip on the page.",
            )
        if not _outside_on(text, imprint.outside):
            yield (
                _place(file),
                f"Page {number} prints no help route outside school.",
                "Add a service for children to the routes of the country, or under outside: in the school's profile.",
            )


PHONE = re.compile(r"(?<![\w./-])\+?\(?\d[\d ()-]{4,}\d(?![\w/-])")
NO_PHONE = re.compile(r"\d{4}-\d\d-\d\d|(?:\d\d? )*\d\d?")  # a day, and a row of boxes: 1 2 3 4 5 6


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _known(page: Page) -> set[str]:
    imprint = page.frame.imprint
    people = [adult for adult in (imprint.lead, imprint.deputy) if adult]
    outside = (*imprint.outside, *imprint.removal, *imprint.parents)
    told = [imprint.phone, imprint.emergency, *(adult.phone for adult in people), *(one.phone for one in outside)]
    return {_digits(number) for phone in told for number in (phone, *PHONE.findall(phone))}


def numbers_as_in_data(file: Finished) -> Iterator[Found]:
    """Every phone number on a pupil's page or in a letter is, digit for digit, one of the data.

    A wrong number on a help card is the worst mistake this project can make.
    """
    page = file.target.page
    if not (page.for_pupils or page.name == "letter"):
        return
    known = _known(page)
    for at, text in enumerate(file.pages, 1):
        for found in PHONE.findall(text):
            if _digits(found) not in known and not NO_PHONE.fullmatch(found) and found not in page.frame.code:
                what = f"The number '{' '.join(found.split())}' on page {at} is in no data."
                yield _place(file), what, "Print numbers only from the country's and the school's data."


PLACEHOLDER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\bNAME HERE\b|\bYOUR (?:SCHOOL|NAME)\b|\[(?:name|school|number|date)\]|\bTO-?DO\b|\bTB[CA]\b|"
    r"\blorem ipsum\b|\bundefined\b|!!! \w|\bart:\w"
)


def no_placeholders(file: Finished) -> Iterator[Found]:
    """Nothing that was to be filled in is still empty, and the safeguarding lead has a name.

    A sheet that says NAME HERE tells a pupil that nobody has thought of them.
    """
    for number, text in enumerate(file.pages, 1):
        for found in PLACEHOLDER.finditer(text):
            yield (
                _place(file),
                f"'{found[0]}' stands on page {number} as it was meant to be replaced.",
                "Fill in the field in the school's profile, or the phrase in its language.",
            )
    imprint = file.target.page.frame.imprint
    if not imprint.lead.name.strip() or not imprint.inside:
        yield (
            _place(file),
            "No safeguarding lead or nobody to go to in school is named.",
            "Write lead: and routes: in the school's profile.",
        )


HANDED_OUT = ("worksheet", "slides", "help-card")


def image_removal_printed(file: Finished) -> Iterator[Found]:
    """From 11 on, the slides and sheets of a lesson on images print a way to have an image removed.

    It must be one of the pupil's own country, and where they look for help.
    """
    page = file.target.page
    frame = page.frame
    if page.name not in HANDED_OUT or frame.tier.number < 4 or not frame.topic.prints_removal(frame.tier) or not frame.imprint.removal:
        return
    text = _bare("\n".join(file.pages))
    removal = page.frame.imprint.removal
    if not any(_bare(one.name.split(" (")[0]) in text for one in removal) and not _outside_on(text, removal):
        yield _place(file), "No way to have an image removed is printed.", f"Print '{removal[0].name}' beside the help routes."


def not_your_fault_printed(file: Finished) -> Iterator[Found]:
    """Every document that a pupil holds says that it is not their fault.

    It is one of the two promises that no school's edition can drop.
    """
    page = file.target.page
    promise = dict(page.frame.phrases).get("promise-fault", "It is not your fault.")
    if page.for_pupils and not isinstance(page, Certificate) and _bare(promise) not in _bare("\n".join(file.pages)):
        yield _place(file), f"'{promise}' is not printed.", "Keep the promise in the help strip of the page."


def _kinds(part: Part) -> set[str]:
    return {inner.kind for inner in part.all()}


def promises_seen(file: Finished) -> Iterator[Found]:
    """On pages that a school's own templates make, promises, safe steps, the name and the number can also be seen.

    White words on white paper, words behind a box and words too small to read are in the file and not on the page.
    """
    page = file.target.page
    if not file.seen or not page.for_pupils or isinstance(page, Certificate):
        return
    own, fix = page.frame.imprint, "Correct the school's template or style sheet: dark words, 6 points or more, nothing over them."
    sheets = [_bare(text) for text in file.seen]
    if isinstance(page, HelpCard):
        sheets = ["".join(sheets)]
    phrases = dict(page.frame.phrases)
    wanted = [phrases.get("promise-fault", "It is not your fault.")]
    if page.frame.tier.number > 2 and page.name in ("worksheet", "check", "help-card", "poster"):
        wanted.append(phrases.get("promise-trouble", "You will not be in trouble for asking for help."))
    if isinstance(page, HelpCard) or (
        isinstance(page, Worksheet) and any("steps" in _kinds(task) for sheet in page.sheets for task in sheet)
    ):
        wanted.extend(markdown.plain(step) for _, step in page.safe_steps)
    for text in wanted:
        if not any(_bare(text) in sheet for sheet in sheets):
            yield _place(file), f"'{text}' is in the file and cannot be seen.", fix
    for number, text in enumerate(sheets, 1):
        if not any(_bare(route.name) in text for route in own.inside):
            yield _place(file), f"Nobody in school can be seen on page {number}.", fix
        if not _outside_on(text, own.outside):
            yield _place(file), f"No help route outside school can be seen on page {number}.", fix


MOST_INK = {"": 0.30, "large": 0.30, "lowink": 0.15}


def ink(file: Finished) -> Iterator[Found]:
    """A page to be printed covers less than 30 % of its paper with ink, a low-ink page less than 15 %.

    Schools pay for toner by the page, and wet paper cannot be written on.
    """
    page = file.target.page
    if isinstance(page, Deck) or not file.target.path.endswith(".pdf"):
        return
    most = MOST_INK[page.frame.variant]
    for number, covered in enumerate(file.ink, 1):
        if covered > most:
            yield (
                _place(file),
                f"Page {number} covers {covered:.0%} of the paper with ink; {most:.0%} is the most.",
                "Use outlines instead of filled plates.",
            )
