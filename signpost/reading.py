"""How much a text asks of its reader: words, sentences, syllables, Flesch-Kincaid grade and LIX.

How a text is counted, so that two people with a pencil come to the same numbers:

- A line is a unit: each paragraph, heading, list item, caption and table cell is at least one sentence, whether or not it ends
  in a full stop. Within a line a sentence ends at '.', '!', '?' or '…' before a space; not after 'Mr', 'Dr', 'e.g.' and the like.
- A word is what stands between spaces and holds a letter or a digit: 'grown-up' is one word, and so is '15'. Names count.
- Syllables are counted in each piece of a hyphenated word; a number has as many as it has digits.
- A word is long (LIX) where one piece of it has more than six letters: 'grown-up' is not long, 'safeguarding' is.

Syllables are an estimate with a list of exceptions (`syllables` in content/words.yaml). Against a pronouncing dictionary the estimate
alone is right for 93 in 100 of its entries, foreign names among them, and for 98 in 100 of the words in our lessons, most misses being
one too many or too few: a grade is good to about 0.3. A bound is therefore passed only by more than `TOLERANCE`. A text under `FEWEST`
words says little about itself and is never judged alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from signpost.model import Reading

FEWEST = 30
TOLERANCE = Reading(words=0.5, grade=0.5, lix=1.0)

WORD = re.compile(r"[^\s—–/]*[A-Za-zÀ-ÿ0-9][^\s—–/]*")
PIECE = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’][A-Za-zÀ-ÿ]+)*|[0-9]+")
ENDING = re.compile(r"(?<=[.!?…])(?:[\"'”’)\]]*)\s+")
ABBREVIATED = re.compile(r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|St|No|vs|approx|e\.g|i\.e|etc)\.$")

NO_EXCEPTIONS: Mapping[str, int] = {}
VOWELS = re.compile(r"[aeiouy]+")
# An e that is silent inside a word, because the word is two (some-one, home-work) or has an ending (safe-ly, care-ful).
JOINED = re.compile(
    r"^(some|home|life|time|there|where|here|care|safe|face|fore|before|game|wheel|white|space|wide|more|one|score|store|shake|frame|pipe|base|side|"
    r"inside|else|police|name|note|code|trade|live|love|like|date|use|make|take|phone|grade|stage|voice|house|horse|nurse)"
    r"(?=one|[bcdfghjklmnpqrstvwyz][a-z]*[aeiouy])"
)
ENDINGS = re.compile(
    r"(?<=[aeiouy][bcdfghklmnprstvwxzg])e(?=(?:ly|ful|fully|less|lessly|ness|ment|ments|some|ty)$)"
    r"|(?<=[aeiouy][a-z][cdgstv])e(?=(?:ly|ful|fully|less|ness|ment|ments)$)"
)
SPOKEN_LE = re.compile(r"(?<=[bcdfgkptszx])le[sd]?$")
SPOKEN_ES = re.compile(r"(?:[sxzcg]|ch|sh)es$")
SILENT = re.compile(r"(?<!t)(?<!d)(?<!dr)(?<!tr)(?<!cr)ed$|es$|e$")
# Vowels that stand side by side and are spoken apart: vi-de-o, di-ary, cre-ate, do-ing, qui-et, play-er.
APART = re.compile(
    r"(?<![ctgs])ia(?!n?ge|r)|iar(?=[iy])|(?<![ctgsxnl])io(?!u)|(?<=n)io(?!n)|(?<=[^l]l)io|(?<![ctgsx])iou|iu(?=m|s)|(?<!p)eo(?!us|r)|[aeou]i(?=ng)|yi(?=ng)"
    r"|(?<=[bcdfghklmnprstvz])y[ao]|[aeo]ye(?=r)|(?<![qg])ua|(?<![qg])ue[lt]|(?<![qg])ui(?=t[yi])|oe(?=[tm])|eu(?=m)|rea(?=c[^h])|(?<=[cd])ea(?=t[eio]|$|s$)"
    r"|rea$|iet|ie(?=n[ct]|r$|rs$|st$)|is(?=ms?$)|oo(?=pe|rd)"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted in a text, and what follows from it."""

    words: int
    sentences: int
    syllables: int
    grade: float
    lix: float
    words_per_sentence: float

    def within(self, bound: Reading, tolerance: Reading = TOLERANCE) -> bool:
        """No measure is above its bound by more than the tolerance of counting."""
        return (
            self.words_per_sentence <= bound.words + tolerance.words
            and self.grade <= bound.grade + tolerance.grade
            and self.lix <= bound.lix + tolerance.lix
        )


def measure(text: str, exceptions: Mapping[str, int] = NO_EXCEPTIONS) -> Measured:
    """The counts and measures of a plain text, one line a paragraph, heading, list item or cell."""
    found = [words(sentence) for sentence in sentences(text)]
    every = [word for sentence in found for word in sentence]
    if not every:
        return Measured(0, 0, 0, 0.0, 0.0, 0.0)
    mean = len(every) / len(found)
    spoken = sum(syllables(word, exceptions) for word in every)
    grade = 0.39 * mean + 11.8 * spoken / len(every) - 15.59
    lix = mean + 100 * sum(is_long(word) for word in every) / len(every)
    return Measured(len(every), len(found), spoken, round(grade, 2), round(lix, 1), round(mean, 1))


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, in order; each line begins a new one, and what holds no word is none."""
    for line in text.split("\n"):
        begin = 0
        for match in ENDING.finditer(line):
            if ABBREVIATED.search(line[begin : match.start()]):
                continue
            if words(line[begin : match.end()]):
                yield line[begin : match.end()].strip()
            begin = match.end()
        if words(line[begin:]):
            yield line[begin:].strip()


def words(text: str) -> tuple[str, ...]:
    """The words of a text, with the punctuation that touches them."""
    return tuple(match[0] for match in WORD.finditer(text))


def is_long(word: str) -> bool:
    """A piece of the word has more than six letters."""
    return any(len(piece.replace("'", "").replace("’", "")) > 6 for piece in PIECE.findall(word))


def syllables(word: str, exceptions: Mapping[str, int] = NO_EXCEPTIONS) -> int:
    """How many syllables a word has, its hyphenated pieces counted one by one."""
    return sum(_known(piece.lower().replace("’", "'"), exceptions) for piece in PIECE.findall(word))


def _known(piece: str, exceptions: Mapping[str, int]) -> int:
    if piece.isdigit():
        return len(piece)
    stem = re.sub(r"'(?:s|d|m|re|ve|ll)$", "", piece)
    return exceptions.get(piece) or exceptions.get(stem) or _estimated(stem)


@lru_cache(maxsize=8192)
def _estimated(word: str) -> int:
    contracted = re.search(r"[dst]n't$", word)  # did-n't, is-n't, must-n't; but can't, don't, won't
    word = word.removesuffix("n't") if contracted else word.replace("'", "")
    word = ENDINGS.sub("", JOINED.sub(lambda match: match[0].rstrip("e"), re.sub(r"^every", "evry", word)))
    if SPOKEN_LE.search(word):
        word = SPOKEN_LE.sub("ul", word)
    elif not SPOKEN_ES.search(word) and VOWELS.search(SILENT.sub("", word)):
        word = SILENT.sub("", word)
    return max(1, len(VOWELS.findall(word)) + len(APART.findall(word)) + bool(contracted))
