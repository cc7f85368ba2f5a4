"""A school's own templates lie over ours and cannot hide what protects: white, covered and missing words are found on the page."""

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from signpost import pipeline
from signpost.pipeline import customise, targets_of
from signpost.problem import Problem

from .conftest import World


def template(world: World, name: str, text: str) -> Path:
    path = world.school / "templates" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def made(world: World, path: str, tmp_path: Path) -> tuple[Problem, ...]:
    """Make one file of the edition and check it as it was made."""
    ready = world.edition()
    assert not world.problems()
    target = next(target for target in targets_of(ready, world.order) if target.path == path)
    found = pipeline.make_one(target, str(tmp_path / "store"), str(tmp_path / "plates"), "p")
    return tuple(problem for problem in found if not problem.reminder)


def page(tmp_path: Path) -> bytes:
    (path,) = (tmp_path / "store").glob("*/*.pdf")
    return path.read_bytes()


def test_a_template_of_the_school_s_own_extends_ours(world: World, tmp_path: Path) -> None:
    template(world, "letter.html", '{% extends "signpost/letter.html" %}\n{% block file_title %}Green news{% endblock %}')
    template(world, "school.css", "h1 { letter-spacing: 0.02em; }")
    assert made(world, "t4/pressure/letter.pdf", tmp_path) == ()
    assert pdfium.PdfDocument(page(tmp_path)).get_metadata_value("Title") == "Green news"


@pytest.mark.parametrize(
    ("css", "rule"),
    [
        (".strip, .strip * { color: #FFFFFF !important; background: #FFFFFF !important; }", "promises-seen"),
        (".strip { opacity: 0; }", "promises-seen"),
        (".strip * { font-size: 1pt !important; line-height: 1pt !important; }", "promises-seen"),
        (".strip { left: 900mm !important; }", "promises-seen"),
        (
            ".strip::after { content: ''; position: absolute; left: -2mm; top: -2mm; width: 200mm; height: 60mm; background: #FFFFFF; }",
            "promises-seen",
        ),
        (".strip { display: none; }", "routes-printed"),
    ],
    ids=["white", "transparent", "tiny", "off the page", "covered", "gone"],
)
def test_help_that_cannot_be_seen_is_found_however_it_was_hidden(world: World, tmp_path: Path, css: str, rule: str) -> None:
    template(world, "school.css", css)
    found = made(world, "t4/pressure/worksheet.pdf", tmp_path)

    assert rule in {problem.rule for problem in found}
    assert not list((tmp_path / "store").glob("*/*.pdf")), "what does not protect is not kept"


def test_a_template_without_the_strip_is_refused(world: World, tmp_path: Path) -> None:
    template(world, "check.html", '{% extends "signpost/parts/base.html" %}' + "\n{% block body %}<h1>Check</h1><p>Hello</p>{% endblock %}")

    assert {"routes-printed", "not-your-fault-printed"} <= {problem.rule for problem in made(world, "t4/pressure/check.pdf", tmp_path)}


def test_a_template_cannot_reach_what_is_not_its_page(world: World, tmp_path: Path) -> None:
    template(world, "letter.html", "{{ page.__class__.__mro__ }}{{ ''.__class__.__base__.__subclasses__() }}")
    (problem,) = made(world, "t4/pressure/letter.pdf", tmp_path)

    assert problem.rule == "template"


@pytest.mark.parametrize(
    ("name", "text", "rule", "said"),
    [
        ("leter.html", "x", "template", "is not a template that a school can have"),
        ("deck.html", "x", "template", "is not a template that a school can have"),
        ("school.css", "@import 'other.css';", "own-files", "loads something"),
        ("school.css", "p { background: url(https://example.org/p.png) }", "own-files", "loads something"),
    ],
)
def test_what_is_no_template_is_told(world: World, name: str, text: str, rule: str, said: str) -> None:
    template(world, name, text)
    (problem,) = world.problems()

    assert (problem.rule, said in problem.what) == (rule, True)


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("poster.html", '{% extends "signpost/poster.html" %}\n<p>You asked for it.</p>', "no-blame"),
        ("school.css", "h2::after { content: ' It was your own fault.'; }", "template"),
        ("guide.html", "<p>Teach it.</p>", "template"),
    ],
)
def test_a_template_cannot_say_what_no_lesson_may_say_nor_reach_the_staff_s_pages(world: World, name: str, text: str, rule: str) -> None:
    template(world, name, text)

    assert rule in {problem.rule for problem in world.problems()}


def test_another_template_asks_for_another_signature(world: World) -> None:
    customise.sign(world.order, "t4-pressure", "Joy Okoro", "Lead")
    template(world, "school.css", "h1 { letter-spacing: 0.02em; }")

    assert world.edition().own.abouts["t4-pressure"].signed.state == "changed"


def test_a_template_that_asks_for_too_much_is_told(world: World, tmp_path: Path) -> None:
    template(world, "letter.html", '{{ "x" * 9000000000000 }}')
    (problem,) = made(world, "t4/pressure/letter.pdf", tmp_path)

    assert problem.rule == "template"


def test_a_mistake_in_a_template_names_the_file(world: World, tmp_path: Path) -> None:
    template(world, "letter.html", '{% extends "signpost/letter.html" %}\n{% block body %}{{ page.nothing }}{% endblock %}')
    (problem,) = made(world, "t4/pressure/letter.pdf", tmp_path)

    assert problem.rule == "template"
    assert str(problem.place) == "the school’s templates/letter.html:2"
