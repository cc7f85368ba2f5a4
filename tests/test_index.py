"""The page on which a teacher finds everything: nothing is missing, nothing is asked of a network, and it works with and without script."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from signpost import pack, pipeline
from signpost.model import Index, Target
from signpost.plan import imprint
from signpost.problem import report
from signpost.render import fonts, html, press

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), "")
LESSONS = ("t1/warning-signs", "t4/warning-signs", "t4/pressure", "t4/before-you-share")
ORDER = pipeline.Order(root=ROOT, school="elm-bank", only=LESSONS, today=date(2026, 11, 22))
PAGES = {"slides": 12, "guide": 8, "worksheet": 2, "help-card": 2}
VOID = {"meta", "img", "input", "br", "link", "hr"}


class Reader(HTMLParser):
    """What a browser finds: tags with their attributes, links with their words, headings, ids and all words outside scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.links: list[tuple[str, str]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        self.tags.append((tag, own))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "a":
            self.links.append((own.get("href", ""), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in {"script", "style"}:
            return
        self.words += data
        if "a" in self._open:
            href, words = self.links[-1]
            self.links[-1] = href, words + data

    def all(self, name: str) -> list[str]:
        """Every value of an attribute, in order."""
        return [own[name] for _, own in self.tags if name in own]


@pytest.fixture(scope="module")
def edition() -> pipeline.Edition:
    found = pipeline.edition(ORDER)
    assert found.lessons, report(found.problems)
    return found


@pytest.fixture(scope="module")
def targets(edition: pipeline.Edition) -> tuple[Target, ...]:
    return pipeline.targets_of(edition, ORDER)


@pytest.fixture(scope="module")
def page(edition: pipeline.Edition, targets: tuple[Target, ...]) -> Index:
    files = tuple(
        pack.Kept(target=target, key=f"{at:032}", pages=PAGES.get(target.page.name, 1), size=900 + at * 90_000, sha256=f"{at:064}")
        for at, target in enumerate(targets)
    )
    own = imprint(edition.school, edition.country, edition.services, None)
    return pack.index(edition.school, own, edition.lessons, files, edition.library)


@pytest.fixture(scope="module")
def text(page: Index) -> str:
    return press.index(page).decode()


@pytest.fixture(scope="module")
def read(text: str) -> Reader:
    return Reader(text)


def test_every_file_of_the_edition_is_one_link_away(read: Reader, targets: tuple[Target, ...]) -> None:
    assert {target.path for target in targets} <= {href for href, _ in read.links}


def test_every_link_leads_somewhere(read: Reader, targets: tuple[Target, ...], page: Index) -> None:
    known = {target.path for target in targets} | {f"../{page.zip_name}", "report.html"} | {f"#{id}" for id in read.all("id")}

    assert {href for href, _ in read.links if not href.startswith("mailto:")} <= known


def test_the_words_of_a_link_tell_where_it_leads(read: Reader) -> None:
    by_words: dict[str, set[str]] = {}
    for href, words in read.links:
        by_words.setdefault(" ".join(words.split()), set()).add(href)

    assert {words: hrefs for words, hrefs in by_words.items() if len(hrefs) > 1 or len(words) < 8} == {}


def test_every_picture_of_a_page_is_shown_and_described(read: Reader, page: Index) -> None:
    shown = {own["src"]: own for tag, own in read.tags if tag == "img"}
    entries = [entry for shelf in page.shelves for entry in shelf.entries] + list(page.school_entries)
    first_pages = {entry.picture for entry in entries if entry.picture and not entry.name.startswith("worksheet-") and entry.paper != "A3"}

    assert first_pages == set(shown)
    assert all(len(own["alt"]) > 10 and own["width"] and own["height"] for own in shown.values())


def test_it_asks_for_nothing_but_the_pictures_beside_it(text: str) -> None:
    asked = re.findall(r"""(?:\bsrc=|url\(|@import|<link\b|fetch\(|import\()\s*["']?([^"')>\s]{0,60})""", unescape(text))

    assert {one for one in asked if not one.startswith(("data:", "pictures/"))} == set()
    assert not re.search(r"localStorage|sessionStorage|document\.cookie|XMLHttpRequest|sendBeacon", text)


def test_its_fonts_are_inside_and_a_page_without_a_place_for_them_is_a_mistake(text: str) -> None:
    assert text.count("@font-face") == 3
    assert fonts.MARKER not in text
    with pytest.raises(LookupError):
        fonts.whole("<style></style>")


def test_headings_go_down_one_step_at_a_time(read: Reader) -> None:
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_labels_find_their_fields(read: Reader) -> None:
    ids = read.all("id")

    assert len(ids) == len(set(ids))
    assert {*read.all("for"), *" ".join(read.all("aria-labelledby")).split()} <= set(ids)


def test_without_script_everything_is_shown(read: Reader) -> None:
    hidden = [own.get("id") for tag, own in read.tags if "hidden" in own]
    details = [own for tag, own in read.tags if tag == "details"]

    assert hidden == ["find", "nothing"]
    assert details
    assert all("open" in own for own in details)


def test_it_says_how_many_to_print_and_on_what(read: Reader) -> None:
    said = " ".join(read.words.split())

    for words in (
        "One for each pupil. A4, both sides of one sheet.",
        "One set for every four pupils.",
        "One set for the class.",
        "One sheet for every eight pupils. A4, both sides, turned on the long edge; cut out.",
        "One for the wall. A4, or A3 if you can.",
        "One for each family, a week before.",
    ):
        assert words in said


def test_sizes_are_said_as_people_say_them(page: Index) -> None:
    shelf = page.shelves[0]
    sizes = {1: "1 KB", 900: "1 KB", 84_400: "84 KB", 999_000: "999 KB", 1_000_000: "1.0 MB", 12_340_000: "12.3 MB"}
    for size, said in sizes.items():
        other = replace(page, shelves=(replace(shelf, entries=tuple(replace(entry, size=size) for entry in shelf.entries)),))

        assert Reader(html.render(other, "index.html")).words.replace("\u00a0", " ").count(f" {said}") >= len(shelf.entries)


def test_help_stands_there_digit_for_digit(read: Reader, page: Index) -> None:
    said = read.words.replace("\u00a0", " ")
    own = page.imprint
    adults = [one for one in (own.lead, own.deputy) if one]

    for one in adults:
        assert one.name in said
        assert one.role in said
        assert one.phone in said
    for route in own.outside[:2]:
        assert route.name in said
        assert route.phone in said
    assert own.emergency in said


def test_unconfirmed_routes_are_called_before_anything_is_printed(read: Reader, page: Index) -> None:
    reminder = dict(page.phrases)["routes-not-confirmed"]
    confirmed = Reader(html.render(replace(page, imprint=replace(page.imprint, routes_confirmed=True, specimen=False)), "index.html"))

    assert reminder in read.words
    assert reminder not in confirmed.words
    assert "Specimen, not for pupils" in read.words
    assert "Specimen" not in confirmed.words
    assert "help routes confirmed" in confirmed.words


def test_the_edition_and_the_date_of_its_routes_stand_at_the_foot(read: Reader, page: Index) -> None:
    foot = read.words[-700:].replace("\u00a0", " ")

    assert f"{page.digest[:4]}-{page.digest[4:8]}" in foot
    assert page.imprint.school in foot
    assert re.search(r"help routes seen \d{1,2} [A-Z][a-z]{2} 20\d\d", foot)


def test_a_name_with_signs_of_html_stays_a_name(page: Index) -> None:
    made = html.render(replace(page, imprint=replace(page.imprint, school='<b>"O’Neill" & Sons</b>')), "index.html")

    assert '<b>"O’Neill"' not in made
    assert '<b>"O’Neill" & Sons</b>' in Reader(made).words


def test_the_same_page_gives_the_same_bytes(page: Index, text: str) -> None:
    fonts.rules.cache_clear()

    assert press.index(page).decode() == text


@pytest.mark.slow
def test_a_teacher_finds_a_lesson_with_a_browser_from_a_memory_stick(text: str, tmp_path: Path) -> None:
    file = tmp_path / "stick" / "index.html"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")

    said = subprocess.run(
        ["node", str(Path(__file__).with_name("index.mjs")), CHROMIUM, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert said.returncode == 0, said.stderr
    seen = json.loads(said.stdout)
    assert seen["asked"] == []
    assert seen["start"] == {"count": "4 of 4 lessons", "open": 0}
    assert seen["pressure"] == {"count": "1 of 4 lessons", "open": 1, "lesson": "t4-pressure"}
    assert seen["of 30"] == {"worksheet": "30 copies", "cards": "8 sets", "help-card": "4 sheets"}
    assert seen["of 1"] == {"worksheet": "1 copy", "cards": "1 set", "help-card": "1 sheet"}
    assert seen["none"] == {"count": "0 of 4 lessons", "said": True}
    assert seen["all again"] == {"count": "4 of 4 lessons", "focus": "age"}
    assert seen["linked"] == {"open": ["t4-before-you-share"], "focus": "SUMMARY"}
    assert seen["printed"] == {"open": 4, "after": 1}
    assert seen["small targets"] == []
