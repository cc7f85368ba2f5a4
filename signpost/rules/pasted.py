"""A passage that somebody pastes in: its wording, its vocabulary and how easily it is read."""

from collections.abc import Iterator

from signpost.model import Reading, Tier, Words
from signpost.problem import Place
from signpost.rules.kinds import Edition, Found
from signpost.rules.passages import Passage, Reader, clean, said
from signpost.rules.reading import Document, judged, units
from signpost.rules.safeguarding import ALARM, BLAME, GRAPHIC, HOW_TO, OWN_EXPERIENCE, PROMISE
from signpost.rules.wording import TERM, above, brands_in

WHOM = {"home": "families", "staff": "staff"}
MEASURES = {"pupil": "pupil-reading", "home": "letter-reading", "staff": "staff-reading"}


Named = tuple[str, Place, str, str]


def check_text(text: str, tier: Tier, audience: str, words: Words, reading: Reading | None = None) -> tuple[Named, ...]:
    """(rule, place, what, fix) of what wording, vocabulary and reading find in a text for pupils, staff or home; its file is `-`.

    Pupils' texts are measured against their tier; for staff and families the bound is given by `reading`, or not measured.
    """
    reader: Reader = "staff" if audience == "staff" else "home" if audience == "home" else "pupil"
    passage = Passage(text=clean(text), place=Place("-", 1), reader=reader, kind="text", document="text")
    found = list(_wording(passage, tier, words))
    bound = tier.reading if reader == "pupil" else reading
    if bound:
        whom = f"pupils of {tier.label}" if reader == "pupil" else WHOM[reader]
        document = Document("text", reader, tuple(units(passage)))
        found.extend((MEASURES[reader], *one) for one in judged(document, bound, words, whom))
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one[1], one)))


def _wording(passage: Passage, tier: Tier, words: Words) -> Iterator[Named]:
    for rule, listed, what, refusable in (
        ("no-blame", words.blame, BLAME, True),
        ("no-alarm", words.alarm, ALARM, False),
        ("no-promises", words.promises, PROMISE, True),
        ("no-graphic-detail", words.graphic, GRAPHIC, False),
        ("no-how-to", words.how_to, HOW_TO, True),
        ("no-own-experience", words.own_experience, OWN_EXPERIENCE, True),
        ("terms", words.terms, TERM, False),
    ):
        yield from ((rule, *one) for one in said([passage], listed, tier.id, what, refusable=refusable))
    yield from (("no-brands", *one) for one in brands_in([passage], words))
    yield from (("vocabulary", *one) for one in above([passage], words, tier, tier.id))
    if tier.id == "t3":
        yield from (("words-at-9-11", *one) for one in above([passage], words, tier, "t3-tagged"))


def own_words(edition: Edition) -> Iterator[Found]:
    """The school's own words are held to the same wording as the lessons that they stand in.

    A role title or the name of a year may be anything, but not a brand, a word above the age, or one that blames.
    """
    school, lesson = edition.school, edition.lesson
    for word, own in school.words.items():
        passage = Passage(text=clean(own), place=school.at("words", word), reader="pupil", kind="text", document="text")
        yield from ((place, what, fix) for _, place, what, fix in _wording(passage, lesson.tier, lesson.words))
