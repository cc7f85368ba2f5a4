"""Slides as PDF and HTML: nothing leaves its box or its slide, the file needs nothing else, and a teacher can use it with keys alone."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from signpost import data, pipeline
from signpost.model import Adult, Deck, Frame, Imprint, Inside, Outside, Part, Picture, Reading, Slide, Tier, Topic
from signpost.problem import CannotRead, Place, report
from signpost.render import boards, deck, draw, html, look, pdf, slides, stage, typeset

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), "")
AGES = {"t1": (4, 7), "t2": (7, 9), "t3": (9, 11), "t4": (11, 14), "t5": (14, 16), "t6": (16, 18)}
LOGO = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 60 20'><path d='M0 0h60v20H0z' fill='#1F5C4D'/></svg>"
LONGEST = "Pupils from years seven and eight meet in the hall at noon. They talk about the film, the food, and who will bring a game."
MODULE = "content/modules/t4/pressure.md"


def text(words: str) -> Part:
    """Prose as it stands in a part."""
    return Part(kind="text", text=words)


def key(words: str) -> Part:
    """A key message."""
    return Part(kind="key", parts=(text(words),))


def column(title: str, words: str, picture: str = "") -> Part:
    """One side of a comparison."""
    return Part(kind="column", title=title, parts=(text(words),), options=(("picture", picture),) if picture else ())


LABELS = {"title": "Start", "idea": "Idea", "compare": "Idea", "scenario": "Story", "question": "Talk", "path": "Path", "steps": "Steps"}


def slide(layout: str, title: str, *parts: Part, picture: str = "", line: int = 1) -> Slide:
    """A slide of a layout; the deck numbers it."""
    return Slide(
        number=0,
        of=0,
        layout=layout,
        label=LABELS.get(layout, layout.capitalize()),
        title=title,
        parts=parts,
        picture=picture,
        picture_alt="Two people talk" if picture else "",
        notes=(("time", "Talk: 5 minutes"), ("say", "Hello.\nGoodbye."), ("ask", "Why? (Any.)")),
        section="Talk",
        place=Place(MODULE, line),
    )


PATH = """
- **They ask.** Friendly
- **They ask again.** After a “no”
- **They rush you.** A secret
- **You “owe” them.** A gift, a favour
- **They threaten.** Or else
"""
SIDES = (column("A request", "No is an answer.", "request"), column("A demand", "No is not allowed.", "demand"))
EVERY = (
    slide("title", "When a request becomes a demand"),
    slide(
        "idea",
        "Two things",
        text("- It is **not** your fault.\n- You can tell."),
        key("No room for “no”? That is the sign. Stop and tell."),
        line=10,
    ),
    slide("idea", "With a picture", text("We listen.\n\nWe are kind."), picture="art:group", line=20),
    slide("idea", "With many words", text(LONGEST), picture="art:tell", line=30),
    slide("compare", "A request or a demand", *SIDES, line=40),
    slide("scenario", "Noah’s evening", text("Noah is 12. Two hours ago he met someone in a game."), picture="art:phone", line=50),
    slide(
        "question",
        "What could help?",
        text("- Stop.\n- Tell.\n- Ask a friend."),
        text("**Three minutes.** Say why."),
        picture="art:tell",
        line=60,
    ),
    slide("question", "What makes it hard?", text("- One.\n- Two.\n- Three.\n- Four."), text("Two minutes."), line=70),
    slide(
        "path",
        "Every turning point",
        text(PATH),
        key("Stop here and tell someone. It is never too late."),
        text("It can take weeks."),
        line=80,
    ),
    slide("steps", "Six safe steps", line=90),
    slide("words", "Words to borrow", text("- “I need to talk.”\n- “Please listen first.”"), line=100),
    slide("words", "More words", text("- “One.”\n- “Two.”\n- “Three.”\n- “Can we talk about my friend?”"), line=110),
    slide("help", "Where to get help, today"),
)
OUTSIDE = Outside(id="ex", name="Example Line", phone="0800 000 0000", web="help.example", url="https://help.example/talk", free=True)
IMPRINT = Imprint(
    school="Elm Bank School",
    specimen=True,
    inside=(Inside(name="Ms Amara Osei", where="Room 12, by the library"),),
    outside=(OUTSIDE,),
    removal=(replace(OUTSIDE, name="Take Down", phone=""),),
    parents=(),
    deputy=None,
    emergency="000",
    address=(),
    phone="",
    email="",
    web="",
    lead=Adult(name="Ms Amara Osei", short="Ms Osei", role="Lead", room="Room 12", phone="", email=""),
    colour="#1F5C4D",
    logo=LOGO,
    routes_dated="2026-11-22",
    routes_confirmed=False,
)


def a_deck(tier: str = "t4", made: tuple[Slide, ...] = EVERY, **own: Any) -> Deck:
    """A deck with every layout, as a school of our own would get it; `own` changes its imprint."""
    phrases, _ = data.parse((ROOT / "content" / "languages" / "en.yaml").read_text(encoding="utf-8"), "en.yaml")
    assert isinstance(phrases, dict)
    reading = Reading(words=99, grade=99, lix=99)
    age = Tier(id=tier, ages=AGES[tier], book="", minutes=(20, 60), sessions=1, reading=reading, help_card=reading)
    frame = Frame(
        title="When a request becomes a demand",
        kind="Slides",
        tier=age,
        topic=Topic(id="pressure", name="Pressure", icon="path", image=True),
        module=f"{tier}-pressure",
        version="1.2.0",
        updated="2026-11-22",
        digest="3f9a-2c41",
        law_code="88d1",
        routes_code="07be",
        status="draft",
        country="EX",
        country_name="Exampleland",
        imprint=replace(IMPRINT, **own),
        phrases=tuple(phrases.items()),
    )
    icons = ("stop", "coins", "picture", "folder", "adult", "flag")
    steps = (
        "Stop replying.",
        "Don’t pay.",
        "Don’t send more.",
        "Keep the evidence.",
        "Tell an adult you trust.",
        "Report it. An adult can help.",
    )
    numbered = tuple(replace(one, number=at, of=len(made)) for at, one in enumerate(made, 1))
    return Deck(
        frame=frame,
        summary="Five turning points.",
        promise="You can stop at any point",
        minutes=55,
        safe_steps=tuple(zip(icons, steps, strict=True)),
        law=("The law says so.",),
        slides=numbered,
        place=Place(MODULE, 1),
    )


def as_pdf(made: Deck) -> pdf.Made:
    """The deck as PDF."""
    return pdf.pdf(html.render(made, "slides.html"), "slides", made.place, "slides")


# --- one table of measures ---


@pytest.mark.parametrize("tier", AGES)
def test_nothing_on_a_slide_stands_on_anything_else_or_leaves_the_slide(tier: str) -> None:
    made = a_deck(tier)
    for board in boards.boards(made):
        boxes = [(one.slot.name, one.slot.box) for one in board.filled]
        boxes += [] if board.slide.layout in {"title", "help"} else [("help line", boards.help_line(made).slot.box)]
        cover = {"title", "promise"} if board.slide.layout == "title" else set()
        for name, box in boxes:
            assert box.x >= 0, (board.slide.title, name)
            assert box.y >= 0, (board.slide.title, name)
            assert box.x + box.w <= slides.WIDTH, (board.slide.title, name)
            assert box.y + box.h <= slides.HEIGHT - 0.7, (board.slide.title, name)
        for (name, one), (other_name, other) in combinations(boxes, 2):
            if {name, other_name} <= cover or (name.startswith("point-") and other_name.startswith("point-")):
                continue  # the tip of a turning point lies in the next one
            apart = one.x + one.w <= other.x + 0.01 or other.x + other.w <= one.x + 0.01
            apart = apart or one.y + one.h <= other.y + 0.01 or other.y + other.h <= one.y + 0.01
            assert apart, f"{board.slide.title}: {name} lies on {other_name}"


def test_a_slide_with_more_than_its_layout_holds_is_a_problem_with_file_and_line() -> None:
    crowded = slide("question", "Too many", text("- a\n- b\n- c\n- d\n- e"), line=12)
    made = a_deck(made=(EVERY[0], crowded, slide("path", "Short", text("- **a.** b"), line=30), EVERY[-1]))

    with pytest.raises(CannotRead) as found:
        boards.boards(made)

    assert [str(one.place) for one in found.value.problems] == [f"{MODULE}:12", f"{MODULE}:30"]
    assert "has 5 options" in found.value.problems[0].what


def test_a_text_that_does_not_fit_is_a_problem_with_file_and_line_and_a_shorter_one_is_none() -> None:
    fits = (EVERY[0], slide("scenario", "A story", text(LONGEST), line=33, picture="art:phone"), EVERY[-1])
    too_long = (
        EVERY[0],
        slide("scenario", "A story", text(f"{LONGEST}\n\n{LONGEST}\n\n{LONGEST}"), line=33, picture="art:phone"),
        EVERY[-1],
    )

    assert as_pdf(a_deck(made=fits)).pages == 3
    with pytest.raises(CannotRead) as found:
        as_pdf(a_deck(made=too_long))

    assert str(found.value.problems[0].place) == f"{MODULE}:33"
    assert "text of 'A story'" in found.value.problems[0].what
    assert found.value.problems[0].fix == pdf.FIXES["slide"]


def test_titles_are_36_points_on_one_line_and_30_on_two_and_no_other_text_shrinks() -> None:
    long = "What would you say to a friend who tells you this?"
    made = a_deck(made=(EVERY[0], slide("idea", "Short", text("One.")), slide("idea", long, text(LONGEST)), EVERY[-1]))
    short_board, long_board = boards.boards(made)[1:3]
    usual = slides.layout("idea", 4)["text"].levels

    assert [board.filled[0].slot.levels[0].size for board in (short_board, long_board)] == [36, 30]
    assert long_board.filled[1].slot.levels == usual
    assert short_board.filled[1].slot.levels[0].size > usual[0].size  # few words are set larger


@pytest.mark.parametrize(
    ("name", "where", "phone"),
    [
        ("Ms Osei", "Room 12", "116 111"),
        ("Mrs Wilhelmina Bartholomew-Featherstonehaugh", "Student support centre, first floor", "+421 905 123 456 789"),
        ("Ms Osei", "Room 12", ""),
    ],
)
def test_the_help_line_and_the_help_slide_hold_long_names_and_numbers_whole(name: str, where: str, phone: str) -> None:
    longest: dict[str, Any] = {
        "name": "Onlinerådgivningen för barn och unga",
        "web": "onlinesafetyhub.example.org",
        "hours": "every day, 10:00–22:00",
    }
    outside = replace(OUTSIDE, phone=phone, **longest)
    made = a_deck(inside=(Inside(name=name, where=where), Inside(name="Mr Field", where="School office")), outside=(outside,))
    line = boards.help_line(made).text.replace("\u00a0", " ")

    pages = look.texts(as_pdf(made).content)

    assert name in line
    assert (phone or "onlinesafetyhub.example.org") in line
    assert name in " ".join(pages[-1].split())
    assert (phone or "onlinesafetyhub.example.org") in pages[-1]


@pytest.mark.parametrize(("where", "second"), [("Room 65, upstairs", "Una Hall"), ("Room 17, the hall", "Bea Patel"), ("Room 3", "A")])
def test_what_stands_below_a_name_is_taken_for_as_long_as_it_is(where: str, second: str) -> None:
    """Words that all but fill their line: letters are set apart there as well as together."""
    inside = (Inside(name="Max Gale", where=where), Inside(name=second, where="School office"))
    made = a_deck(inside=inside)
    *_, level = next(one.slot for board in boards.own(made) for one in board.filled if one.slot.name == "inside").levels
    line = typeset.face("Atkinson Hyperlegible", "400").line(f"{where}. Or {second}, School office", level.size * 4 / 3)

    assert line is not None
    assert boards._wide(f"{where}. Or {second}, School office", level) >= line.width * 0.75
    assert where.split(",", maxsplit=1)[0] in look.texts(as_pdf(made).content)[-1]


@pytest.mark.parametrize("tier", AGES)
def test_every_layout_fits_at_every_age(tier: str) -> None:
    made = as_pdf(a_deck(tier))

    assert made.pages == len(EVERY)


def test_words_can_be_read_on_everything_they_stand_on_in_colour_and_in_white_on_black() -> None:
    for tier in AGES:
        for paints in (stage.palette(tier), stage.DARK):
            for name in slides.LAYOUTS:
                for slot in slides.layout(name, int(tier[1])).values():
                    ground = {"title": "tier", "promise": "sun"}.get(slot.name, "paper") if name == "title" else slot.fill or "paper"
                    if slot.levels:
                        assert draw.contrast(paints[slot.words], paints[ground]) >= 4.5, (tier, name, slot.name)  # type: ignore[index]


# --- the HTML file ---


class Found(HTMLParser):
    """Tags with their attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def of(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every tag of a kind."""
        return [own for name, own in self.tags if name == tag]


def test_the_file_needs_nothing_else() -> None:
    page = deck.deck(a_deck()).decode()
    found = Found(page)
    asked = [own[name] for _, own in found.tags for name in ("src", "href", "srcset", "action", "data") if own.get(name)]

    assert not [one for one in asked if not one.startswith(("data:", "#"))]
    assert not re.findall(r"url\((?![\"']?data:)[^)]*\)|@import", page)
    assert not re.findall(r"https?://(?!www\.w3\.org/)", re.sub(r'"data:[^"]*"', "", page))
    assert not [name for name in ("fetch(", "XMLHttpRequest", "localStorage", "document.cookie", "sendBeacon") if name in page]
    assert len(page.encode()) < 250_000


def test_each_slide_is_a_section_with_a_heading_and_the_notes_hold_script_and_minutes() -> None:
    made = a_deck()
    found = Found(deck.deck(made).decode())
    named = [own["aria-labelledby"] for own in found.of("section")]

    assert named == [f"title-{slide.number}" for slide in made.slides]
    assert set(named) <= {own.get("id") for _, own in found.tags}
    assert len(found.of("details")) == len(made.slides)
    assert len(found.of("h1")) == 1
    assert found.of("html")[0]["lang"] == "en-GB"
    assert all(own["alt"].strip() for own in found.of("img"))
    page = deck.deck(made).decode()
    assert page.count("<b>Say</b> Hello.") == len(made.slides)
    assert page.count("<b>Time</b> Talk: 5 minutes") == len(made.slides)


def test_the_same_deck_gives_the_same_bytes_and_what_teachers_type_is_never_a_template_or_a_tag() -> None:
    made = a_deck(made=(EVERY[0], slide("idea", "{{ 1 + 1 }} & <b>", text("{{ page }} <script>alert(1)</script> & more")), EVERY[-1]))
    page = deck.deck(made).decode()

    assert page == deck.deck(made).decode()
    assert "{{ 1 + 1 }} &amp; &lt;b&gt;" in page
    assert "<script>alert" not in page


def test_a_school_s_own_picture_is_shown_as_it_is() -> None:
    png = look.picture(as_pdf(a_deck(made=(EVERY[0], EVERY[-1]))).content, 0, 40)
    made = a_deck(made=(EVERY[0], slide("idea", "Our hall", text("It is here."), picture="pictures/hall.png"), EVERY[-1]))
    made = replace(made, frame=replace(made.frame, pictures=(Picture(name="hall.png", media_type="image/png", content=png),)))

    assert 'alt="Two people talk"' in deck.deck(made).decode()
    assert "data:image/png;base64," in deck.deck(made).decode()
    assert as_pdf(made).pages == 3


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this computer")
def test_a_teacher_needs_only_keys(tmp_path: Path) -> None:
    file = tmp_path / "slides.html"
    file.write_text(deck.deck(a_deck()).decode(), encoding="utf-8")

    said = subprocess.run(
        ["node", str(Path(__file__).with_name("deck.mjs")), CHROMIUM, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert said.returncode == 0, said.stderr
    seen = json.loads(said.stdout)

    last = len(EVERY)
    assert seen["asked"] == []
    assert seen["start"] == f"Slide 1 of {last}"
    assert seen["next"] == [f"Slide {at} of {last}" for at in (2, 3, 4, 5)]
    assert seen["said"] == f"Slide 5 of {last}: {EVERY[4].title}"
    assert seen["back"] == f"Slide 4 of {last}"
    assert seen["ends"] == [f"Slide {last} of {last}", f"Slide 1 of {last}"]
    assert seen["notes"] == {"view": "notes", "words": True, "next": "title-2", "clock": True}
    assert seen["left"] == "show"
    assert seen["overview"] == {"shown": last, "picked": f"Slide 2 of {last}", "view": "show"}
    assert seen["keys"] == [True, False]
    assert seen["letters"] == "show"
    assert seen["dark"] == [True, False]
    assert seen["second"] == {"view": "notes", "follows": f"Slide 3 of {last}", "leads": f"Slide 4 of {last}"}
    assert seen["printed"] == {"slides": last, "notes": last}
    assert seen["scriptless"] == {"slides": last, "notes": True}
    assert seen["narrow"] <= 1


@pytest.fixture(scope="module")
def shipped() -> list[Deck]:
    order = pipeline.Order(root=ROOT, school="elm-bank", today=date(2026, 11, 22))
    edition = pipeline.edition(order)
    pages = [target.page for target in pipeline.targets_of(edition, order) if target.path.endswith("slides.html")]
    made = [page for page in pages if isinstance(page, Deck)]
    assert made, report(edition.problems)
    return made


def test_every_deck_that_we_ship_is_one_small_file_whose_slides_all_fit(shipped: list[Deck]) -> None:
    for made in shipped:
        assert len(deck.deck(made)) < 250_000, made.frame.module
        assert as_pdf(made).pages == len(made.slides), made.frame.module
