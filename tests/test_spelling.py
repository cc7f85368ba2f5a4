"""Every word that people read is spelt as the British English dictionary has it, or stands in a short list of our own."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signpost import pipeline
from signpost.rules.passages import clean

if TYPE_CHECKING:
    from signpost.model import AdultText, Module, SharedText

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = Path(__file__).with_name("spelling.txt")
WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
NODE = shutil.which("node") or shutil.which("nodejs") or ""


def texts() -> Iterator[tuple[str, str]]:
    """(where, text) of everything that people read in the library's own words; law and facts are quoted as they are."""
    library = pipeline.edition(pipeline.Order(root=ROOT, today=date(2026, 11, 25))).library
    for module in library.modules:
        front = module.front
        yield str(front.place), "\n".join((front.title, front.summary, front.promise, front.positives, *front.objectives, *front.need))
        yield str(front.place), "\n".join(f"{one.word} {one.meaning}" for one in front.key_words)
    every: tuple[Module | SharedText | AdultText, ...] = (*library.modules, *library.shared, *library.adults)
    for one in every:
        for section in one.sections:
            yield str(section.place), section.title
            for part in section.all():
                if part.kind != "fact":
                    yield str(part.place), f"{part.title if part.kind != 'include' else ''}\n{clean(part.text)}"
    yield "content/languages/en.yaml", "\n".join(re.sub(r"\{\w+\}", "", text) for key, text in library.phrases if key != "months")


@pytest.fixture(scope="module")
def words() -> dict[str, str]:
    """Every word with the first place where it stands; a word that is only ever written with a capital is taken for a name."""
    found: dict[str, str] = {}
    for place, text in texts():
        for match in WORD.finditer(re.sub(r"\{[a-z]+\}|art:[a-z-]+", " ", text)):
            found.setdefault(match[0].replace("’", "'"), place)
    return {word: place for word, place in found.items() if word[0].islower() and len(word) > 2}


def unknown(words: dict[str, str]) -> set[str]:
    """Those that the dictionary does not know."""
    said = subprocess.run([NODE, "tests/spelling.mjs"], cwd=ROOT, input="\n".join(words), capture_output=True, text=True, check=True)
    return set(said.stdout.split())


def test_every_word_is_in_the_dictionary_or_in_our_list(words: dict[str, str]) -> None:
    ours = {line.split("#")[0].strip() for line in ALLOWED.read_text(encoding="utf-8").splitlines()}

    assert len(words) > 2000
    assert {word: words[word] for word in unknown(words) - ours} == {}


def test_the_dictionary_finds_mistakes_and_american_spellings() -> None:
    assert unknown({"behavior": "", "recieve": "", "behaviour": "", "color": "", "practise": ""}) == {"behavior", "recieve", "color"}


def test_our_list_holds_nothing_that_is_not_needed(words: dict[str, str]) -> None:
    ours = {line.split("#")[0].strip() for line in ALLOWED.read_text(encoding="utf-8").splitlines()} - {""}

    assert ours <= unknown(words)
