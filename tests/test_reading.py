"""Counting a text as two people with a pencil would: the numbers here were counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.model import Reading, Words
from signpost.reading import FEWEST, TOLERANCE, Measured, is_long, measure, sentences, syllables, words

COUNTED = {
    "The cat sat on the mat. It was warm.": Measured(9, 2, 9, -2.03, 4.5, 4.5),
    "Somebody you know may ask for a picture. You can say no.": Measured(12, 2, 15, 1.5, 22.7, 6.0),
    "Six safe steps\nStop replying.\nDon’t pay.\nTell a grown-up.": Measured(10, 4, 13, 0.72, 12.5, 2.5),
    "Noah is 12. He asked: “Can I talk to you?” Then he felt lighter.": Measured(14, 3, 17, 0.56, 11.8, 4.7),
    "": Measured(0, 0, 0, 0.0, 0.0, 0.0),
}


@pytest.mark.parametrize("text", COUNTED, ids=lambda text: text[:24])
def test_a_text_counted_by_hand(text: str) -> None:
    found, counted = measure(text, {"noah": 2}), COUNTED[text]

    assert (found.words, found.sentences, found.syllables) == (counted.words, counted.sentences, counted.syllables)
    assert found.grade == pytest.approx(counted.grade, abs=0.02)
    assert found.lix == pytest.approx(counted.lix, abs=0.1)
    assert found.words_per_sentence == pytest.approx(counted.words_per_sentence, abs=0.1)


BY_HAND = {
    1: "a the I eye rule asked stopped helps names they're can't owe squeezed through strengths",
    2: "people picture asking wanted someone homework careful safely doing being quiet isn't table little purple grown-up 15 Noah's",
    3: "everyone anyone video family created however area idea employer reporting somebody safeguarding",
    4: "information everybody activity reality experience separately trusted-adult",
    5: "opportunity communicated organisation",
}


@pytest.mark.parametrize(("word", "count"), [(word, count) for count, every in BY_HAND.items() for word in every.split()])
def test_syllables_counted_by_hand(word: str, count: int, words: Words) -> None:
    assert syllables(word, words.syllables) == count


def test_an_exception_counts_with_its_endings() -> None:
    assert syllables("Noah’s", {"noah": 2}) == 2
    assert syllables("NOAH", {"noah": 2}) == 2


def test_a_line_is_a_sentence_of_its_own() -> None:
    assert list(sentences("Ask first\nWait. Listen!\n\n- …\nTell Ms. Osei, e.g. in Room 12. Today")) == [
        "Ask first",
        "Wait.",
        "Listen!",
        "Tell Ms. Osei, e.g. in Room 12.",
        "Today",
    ]


def test_words_are_what_stands_between_spaces() -> None:
    assert words("A grown-up — you know — has 3.50 left, and/or “more” …") == (
        "A",
        "grown-up",
        "you",
        "know",
        "has",
        "3.50",
        "left,",
        "and",
        "or",
        "“more”",
    )


@pytest.mark.parametrize(
    ("word", "long"), [("grown-up", False), ("picture", True), ("threat", False), ("self-employed", True), ("don’t", False)]
)
def test_a_word_is_long_by_its_longest_piece(word: str, long: bool) -> None:
    assert is_long(word) == long


def test_a_bound_is_passed_only_beyond_the_tolerance() -> None:
    bound = Reading(words=6, grade=1.5, lix=22)
    text = "Somebody you know may ask for a picture. You can say no."

    assert measure(text).within(bound)
    assert not measure(text).within(Reading(words=6, grade=1.5 - TOLERANCE.grade - 0.1, lix=22))
    assert measure(text).words < FEWEST


@given(st.lists(st.sampled_from([text for text in COUNTED if text]), min_size=1, max_size=4), st.integers(1, 4))
def test_saying_it_again_makes_it_no_harder(pieces: list[str], times: int) -> None:
    once, again = measure("\n".join(pieces)), measure("\n".join(pieces * times))

    assert (again.grade, again.lix, again.words_per_sentence) == (once.grade, once.lix, once.words_per_sentence)
    assert again.words == once.words * times
