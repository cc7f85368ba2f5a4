"""Which words are used: the better term, no brands, nothing above the age, and neither law nor help routes in prose."""

import re
from collections.abc import Iterable, Iterator

from signpost.model import Lesson, Tier, Words
from signpost.rules.kinds import Found
from signpost.rules.passages import Passage, any_of, of_pupils, passages, said, shown

TERM = '"{said}" is not what we say{why}.'


def terms(lesson: Lesson) -> Iterator[Found]:
    """The words are those that victims and practitioners chose.

    A term can blame ("selfies"), excuse ("scam") or hide who it was ("groomer"). The table is in content/words.yaml.
    """
    return said(passages(lesson), lesson.words.terms, lesson.tier.id, TERM, refusable=False)


def no_brands(lesson: Lesson) -> Iterator[Found]:
    """Pupils' texts name no platform, app or game; they say what it does.

    Naming one can send pupils there, lets those who use another feel safe, and is out of date within a year.
    """
    return brands_in(passages(lesson), lesson.words)


def brands_in(found_in: Iterable[Passage], words: Words) -> Iterator[Found]:
    """Where pupils read or hear a brand: one written with a capital counts as written, and not at the head of a sentence."""
    as_written = tuple(brand for brand in words.brands if brand != brand.lower())
    any_case = tuple(brand for brand in words.brands if brand == brand.lower())
    for passage in of_pupils(found_in):
        for brands, exact in ((any_case, False), (as_written, True)):
            for found in any_of(brands, exact).finditer(passage.text) if brands else ():
                if not exact or passage.before(found.start()).strip(" \"'(\n"):
                    fix = 'Say what it does, like "a group chat", "a game" or "a disappearing-message app".'
                    yield passage.at(found.start()), f'"{shown(found[0])}" is a brand.', fix


PLAINLY = {
    "t1": 'Use words of this age, like "private", "tricky" or "a secret that feels bad".',
    "t2": 'Use words of this age, like "private", "trick" or "a secret that feels bad".',
    "t3": 'Use calm, plain words, like "private picture", "pressure" or "harm".',
}


def vocabulary(lesson: Lesson) -> Iterator[Found]:
    """No word that pupils read or hear is above their age.

    No sexual vocabulary below 9; from 11 on calm, factual words, never slang. The words above each age are in
    content/words.yaml under `ceilings`.
    """
    return above(passages(lesson), lesson.words, lesson.tier, lesson.tier.id)


def words_at_9_11(lesson: Lesson) -> Iterator[Found]:
    """At 9-11, words about bodies and private pictures stand only in modules that a school opts in to.

    England lets primary schools decide. A module that needs them says so: allow: {words-at-9-11: "the reason"}.
    """
    if lesson.tier.id == "t3":
        yield from above(passages(lesson), lesson.words, lesson.tier, "t3-tagged")


def above(found_in: Iterable[Passage], words: Words, tier: Tier, ceiling: str) -> Iterator[Found]:
    """Where pupils read or hear a word of one list of words above an age."""
    written = words.ceilings.get(ceiling, ())
    for passage in of_pupils(found_in):
        for found in any_of(written).finditer(passage.text) if written else ():
            fix = PLAINLY.get(tier.id, "Say it in calm, factual words, or leave it out.")
            yield passage.at(found.start()), f'"{shown(found[0])}" is not a word for {tier.label}.', fix


def sextortion_explained(lesson: Lesson) -> Iterator[Found]:
    """From 11 on, a lesson on blackmail explains the word "sextortion" once, and says "online blackmail".

    More than half of young people do not know the word; without it they cannot look for help, or recognise it in the news.
    """
    if lesson.tier.number < 4:
        return
    heard = list(of_pupils(passages(lesson)))
    word = next(((passage, found) for passage in heard if (found := re.search(r"sextortion", passage.text, re.IGNORECASE))), None)
    blackmail = any(re.search(r"online blackmail", passage.text, re.IGNORECASE) for passage in heard)
    if word and not blackmail:
        passage, found = word
        yield (
            passage.at(found.start()),
            f'"{found[0]}" is not explained.',
            'Write "online blackmail", and say once that sextortion is a word for one kind of it.',
        )
    elif lesson.topic.extortion and not word:
        fix = 'Explain it once, like "Sextortion is a word for online blackmail that threatens to share private pictures."'
        yield lesson.place, 'The word "sextortion" is not explained.', fix


LAW = re.compile(
    r"\b(?:illegal(?:ly)?|unlawful(?:ly)?|(?:against|break(?:s|ing)?|broke|broken) the law|(?<!what\x20)the law (?:says|bans|"
    r"forbids|protects|makes|treats|allows)|"
    r"criminal (?:offence|record|act|law)s?|(?:is|are|as|commit(?:s|ted)?) (?:a |an )?(?:serious )?(?:crime|offence)s?|"
    r"Act (?:of )?(?:19|20)\d\d|age of consent|legal age|"
    r"arrest(?:ed)?|prosecut\w+|prison|jail(?:ed)?|sentenced|convict(?:ed|ion))\b",
    re.IGNORECASE,
)


def law_in_data(lesson: Lesson) -> Iterator[Found]:
    """No sentence of a lesson says what the law is; the law box does.

    Law differs from country to country and changes. Its sentences stand in the country's file, with their source and the
    day they came into force, and are printed where a part `law` stands; at 4-7 there are none.
    """
    for passage in passages(lesson):
        for found in LAW.finditer(passage.text):
            if passage.reader == "pupil" or not (passage.quoted(found.start()) or passage.negated(found.start())):
                yield (
                    passage.at(found.start()),
                    f'"{shown(found[0])}" says what the law is.',
                    "Leave it out, and put !!! law where the country's sentence belongs.",
                )
    if lesson.tier.number == 1:
        for part in lesson.parts("law"):
            yield part.place, "There is a law box, and at this age there is none.", "Remove !!! law."


NUMBERS = re.compile(
    r"(?<![\w-])(?:\+\d[\d ()]{6,}\d|0\d{2,4}[ -]?\d{3}[ -]?\d{3,5}|0800 ?\d{3,7}|116 ?\d{3}|1-?800-?\d{3}-?\d{4}|"
    r"\d{3}-\d{3}-\d{4})(?![\w-])"
    r"|\b(?:call|ring|dial|phone|text) (?:\w+ (?:to|on) )?(?P<short>\d{3,6})\b|\b[\w.+-]+@[\w-]+\.\w+\b",
    re.IGNORECASE,
)
ORDINARY_NAMES = {"police", "the police", "emergency", "emergency services", "emergency number", "ambulance"}


def routes_in_data(lesson: Lesson) -> Iterator[Found]:
    """No phone number, address or name of a helpline stands in prose; help routes come from dated data.

    A number in prose stays when the service has gone. Say "a helpline"; the strip beside it says which one and how.
    """
    names = [name for service in lesson.services if (name := service.name.split(" (")[0].strip()).lower() not in ORDINARY_NAMES]
    written = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") for name in names]
    for passage in passages(lesson):
        for found in NUMBERS.finditer(passage.text):
            told = shown(found["short"] or found[0])
            yield (
                passage.at(found.start()),
                f'"{told}" stands in the text.',
                'Write "a helpline"; numbers and addresses come from the data of the country and the school.',
            )
        for expression in written:
            for found in expression.finditer(passage.text):
                yield (
                    passage.at(found.start()),
                    f'"{found[0]}" is a service of one country.',
                    'Write "a helpline" or "a service that can have it removed".',
                )
