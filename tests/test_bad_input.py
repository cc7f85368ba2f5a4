"""Whatever an author, a school or a disk does: a clear sentence with its place, the right exit code, and the last good output untouched."""

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib
from datetime import date
from pathlib import Path

import pytest

from signpost import pipeline
from signpost.load import safe_svg
from signpost.problem import CannotRead, Place, Problem
from signpost.render import pdf

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 22)
PRESSURE = "content/modules/t4/pressure.md"
KEPT = ("t1/warning-signs.md", "t3/before-you-share.md", "t4/warning-signs.md", "t4/pressure.md", "t4/before-you-share.md")
SCHOOL = "content/schools/specimen/elm-bank/school.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project with some of its lessons: what is wrong in one is told in the same words among few."""
    shutil.copytree(ROOT / "content", tmp_path / "project" / "content")
    for path in (tmp_path / "project" / "content" / "modules").glob("*/*.md"):
        if "/".join(path.parts[-2:]) not in KEPT:
            path.unlink()
    (tmp_path / "project" / "content" / "schemes.yaml").unlink()
    return tmp_path / "project"


def problems(root: Path, school: str = "elm-bank") -> list[Problem]:
    try:
        found = pipeline.edition(pipeline.Order(root=root, school=school, today=TODAY)).problems
    except CannotRead as finding:
        found = finding.problems
    return [problem for problem in found if not problem.reminder]


def change(root: Path, name: str, old: str, new: str) -> int:
    """Replace a piece of a file; the line at which it stood."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def only(root: Path, school: str = "elm-bank") -> Problem:
    found = problems(root, school)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def test_the_library_as_it_is_has_no_problems(project: Path) -> None:
    assert problems(project) == []


def test_broken_yaml_is_told_with_its_line(project: Path) -> None:
    line = change(project, PRESSURE, "tier: t4", "tier: [t4")

    found = only(project)

    assert (found.place.path, found.rule) == (PRESSURE, "yaml")
    assert line <= found.place.line <= line + 1
    assert found.what.startswith("This is not YAML: ")


def test_an_unknown_key_offers_the_nearest(project: Path) -> None:
    line = change(project, PRESSURE, "objectives:", "objectivs:")

    found = problems(project)

    assert Problem(Place(PRESSURE, line), "fields", "'objectivs' is not a field Signpost knows.", "Did you mean 'objectives'?") in found


def test_an_unknown_key_deep_in_a_profile_offers_the_nearest(project: Path) -> None:
    line = change(project, SCHOOL, "  room: Room 12", "  rooom: Room 12")

    assert Problem(Place(SCHOOL, line), "fields", "'rooom' is not a field Signpost knows.", "Did you mean 'room'?") in problems(project)


@pytest.mark.parametrize("missing", ["lead", "country", "routes"])
def test_a_profile_without_a_lead_a_country_or_an_in_school_route_is_refused(project: Path, missing: str) -> None:
    path = project / SCHOOL
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"(?m)^{missing}:.*\n(?:[ -].*\n)*", "", text), encoding="utf-8")

    found = only(project)

    assert (found.place.path, found.what) == (SCHOOL, f"'{missing}' is missing.")
    assert found.fix == f"Add a line '{missing}: …'."


def test_a_key_that_stands_twice_is_told(project: Path) -> None:
    change(project, SCHOOL, "country: GB-ENG", "country: GB-ENG\ncountry: IE")

    assert only(project).what == "'country' stands here twice."


def test_an_unknown_country_offers_the_nearest(project: Path) -> None:
    line = change(project, SCHOOL, "country: GB-ENG", "country: GB-EN")

    found = only(project)

    assert (found.place.line, found.what) == (line, "There are no help routes for 'GB-EN'.")
    assert "GB-ENG" in found.fix


def test_an_unknown_school_lists_what_there_is(project: Path) -> None:
    found = only(project, school="elm-bnak")

    assert found.what == "There is no school 'elm-bnak'."
    assert "elm-bank" in found.fix


def test_a_duplicate_id_names_the_first(project: Path) -> None:
    text = (project / PRESSURE).read_text(encoding="utf-8")
    ids = re.findall(r"(?m)^!!! (?:scenario|task|slide)[^\n]*\{#([\w-]+)", text)
    line = change(project, PRESSURE, f"#{ids[1]}", f"#{ids[0]}")

    found = [problem for problem in problems(project) if problem.rule == "duplicate-id"]

    assert [problem.place.line for problem in found] == [line]
    assert f"The id '{ids[0]}' is taken already, in line " in found[0].what


def test_two_modules_of_one_id_are_told(project: Path) -> None:
    shutil.copy(project / PRESSURE, project / "content/modules/t4/going-live.md")

    assert any(problem.rule == "duplicate-id" and "t4-pressure" in problem.what for problem in problems(project))


def test_a_missing_picture_and_an_unknown_drawing_are_told(project: Path) -> None:
    change(project, PRESSURE, "\n## Closing", "\n![A map](pictures/map.png)\n\n![A phone](art:fone)\n\n## Closing")

    said = [problem.what for problem in problems(project)]

    assert "There is no picture 'pictures/map.png'." in said or "There is no picture 'map.png'." in said
    assert "There is no drawing 'art:fone'." in said


def test_a_hundred_megapixels_are_refused_without_being_opened(project: Path) -> None:
    folder = project / "content/modules/t4/pictures"
    folder.mkdir()
    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    (folder / "map.png").write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)))
    change(project, PRESSURE, "\n## Closing", "\n![A map](pictures/map.png)\n\n## Closing")

    assert only(project).what == "'map.png' has 10000 × 10000 pixels; 20 million are the most."


def test_a_picture_outside_its_folder_is_never_opened(project: Path) -> None:
    (project / "content/modules/t4/pictures").mkdir()
    change(project, PRESSURE, "\n## Closing", "\n![A file](pictures/../../../../secret.png)\n\n## Closing")

    assert only(project).rule == "picture-missing"


def test_raw_html_is_told_and_never_reaches_a_page(project: Path) -> None:
    change(project, PRESSURE, "\n## Closing", "\n<script>alert(1)</script>\n\n## Closing")

    found = [problem for problem in problems(project) if problem.rule == "raw-html"]

    assert found[0].what == "HTML does not belong in a lesson: '<script>alert(1)</script>'."


def test_a_file_that_is_not_utf_8_is_told_with_its_line(project: Path) -> None:
    path = project / PRESSURE
    path.write_bytes(path.read_bytes().replace(b"\n## Closing", b"\nCaf\xe9\n\n## Closing", 1))

    found = only(project)

    assert (found.rule, found.what) == ("utf-8", "Byte 0xe9 is not UTF-8 text.")
    assert found.place.line > 50


def test_names_in_arabic_with_quotes_and_braces_are_printed_as_they_are(project: Path) -> None:
    change(project, SCHOOL, "name: Elm Bank School", "name: 'مدرسة \"النور\" {{ 7*7 }} <b>&'")
    order = pipeline.Order(root=project, only=("t4/pressure",), today=TODAY)
    edition = pipeline.edition(order)
    from signpost.render import html

    letter = next(target.page for target in pipeline.targets_of(edition, order) if target.path.endswith("letter.pdf"))

    made = html.render(letter, "letter.html")

    assert "مدرسة" in made
    assert "{{ 7*7 }}" in made
    assert "&lt;b&gt;&amp;" in made
    assert "<b>&" not in made


def test_letters_that_no_font_has_are_one_problem_and_never_empty_boxes() -> None:
    page = "<!DOCTYPE html><html lang='en'><head><title>A letter</title></head><body><h1>Dear \u0378\u0379</h1></body></html>"

    with pytest.raises(CannotRead) as refusal:
        pdf.pdf(page, "bare", Place(SCHOOL, 3), "letter home")

    assert [problem.what for problem in refusal.value.problems] == [
        "No font on this computer has the letters '\u0378\u0379' in the letter home."
    ]
    assert "fonts-noto-core" in refusal.value.problems[0].fix


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><script>1</script></svg>", "holds <script>"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><image href='http://example.org/a.png'/></svg>", "holds <image>"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><path d='M0 0' onclick='x()'/></svg>", "has 'onclick'"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><path fill='url(//example.org/a)'/></svg>", "has 'fill'"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><path style='fill:url(file:///etc/passwd)'/></svg>", "has 'style'"),
        ("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>", "has a DOCTYPE"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'>" + "<g/>" * 4_000 + "</svg>", "has 4,001 shapes"),
        ("<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>", "has no viewBox"),
        ("<svg", "is not well-formed SVG"),
        ("<?xml version='1.0' encoding='UTF-16'?><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>", "is not well-formed SVG"),
        ("<?xml version='1.0' encoding='foo'?><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>", "is not well-formed SVG"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' width='-10' height='10'/>", "has the width '-10'"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' height='inf'/>", "has the height 'inf'"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' width='px'/>", "has the width 'px'"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' width='1' height='1e6'/>", "is 1 wide and 1e+06 high"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' x='10'/>", "has 'x' for the drawing as a whole"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' transform='rotate(9)'/>", "has 'transform' for the drawing as a whole"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' style='opacity:.5'/>", "has 'opacity' for the drawing as a whole"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' preserveAspectRatio=''/>", "has the preserveAspectRatio ''"),
    ],
)
def test_a_logo_that_is_more_than_a_drawing_is_refused(drawing: str, said: str) -> None:
    with pytest.raises(CannotRead) as refusal:
        safe_svg(drawing.encode(), "logo.svg", Place(SCHOOL, 42))

    assert refusal.value.problems[0].what.startswith(f"'logo.svg' {said}")
    assert refusal.value.problems[0].place == Place(SCHOOL, 42)


@pytest.mark.parametrize(
    "first",
    [
        "width='60px' height='30px' x='0px' y='0px' style='enable-background:new 0 0 60 30;' xml:space='preserve'",
        "width='100%' height='100%' preserveAspectRatio='xMidYMid meet'",
        "width='21mm' version='1.1' id='svg1'",
    ],
)
def test_a_logo_as_drawing_programs_save_it_is_taken(first: str) -> None:
    paint = "<linearGradient id='a'><stop/></linearGradient><path fill='url(\"#a\")' d='M0 0h9v9'/><path fill='url( #a )' d='M0 0h9v9'/>"
    drawing = f"<?xml version='1.0' encoding='utf-8'?>\n<svg xmlns='http://www.w3.org/2000/svg' {first} viewBox='0 0 60 30'>{paint}</svg>"

    assert safe_svg(drawing.encode(), "logo.svg", Place(SCHOOL, 42)) == drawing


def test_a_placeholder_is_text_like_any_other(project: Path) -> None:
    change(project, PRESSURE, "\n## Closing", "\nSee {{ school }} and {% include 'x' %}.\n\n## Closing")
    edition = pipeline.edition(pipeline.Order(root=project, today=TODAY))

    assert any("{{" in part.text for lesson in edition.lessons for part in lesson.parts("text")) or edition.problems


def test_a_missing_phrase_is_told_with_what_to_add(project: Path, tmp_path: Path) -> None:
    change(project, "content/languages/en.yaml", "help-title:", "help-titel:")

    result = pipeline.build(pipeline.Order(root=project, out=tmp_path / "out", only=("t1/warning-signs",), today=TODAY))

    assert "The phrase 'help-title' is missing." in [problem.what for problem in result.problems]


# --- the command line ---------------------------------------------------------------------------------------


def run(*arguments: str, text: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "signpost", *arguments], input=text, capture_output=True, text=True, cwd=cwd, check=False)


def test_wrong_usage_is_two_and_says_what_to_type() -> None:
    said = run("bild")

    assert said.returncode == 2
    assert "build" in said.stderr


def test_a_module_that_does_not_exist_is_wrong_usage() -> None:
    said = run("check", "--only", "t4/presure")

    assert said.returncode == 2
    assert "Did you mean 't4-pressure'?" in said.stderr


def test_an_output_folder_that_cannot_be_written_is_told_and_is_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    said = run("build", "--only", "t1/warning-signs", "--out", str(tmp_path / "file" / "output"))

    assert said.returncode == 1
    assert "The output cannot be written" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full on this system")
def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    from signpost import store

    path = tmp_path / "letter.pdf"
    path.write_bytes(b"the last good one")
    program = "\n".join(
        (
            "import resource, signal, sys",
            "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))",
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)",
            f"sys.path.insert(0, {str(ROOT)!r})",
            "from signpost import store",
            f"store.write_whole({str(path)!r}, b'x' * 20_000)",
        )
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "File too large" in said.stderr
    assert path.read_bytes() == b"the last good one"
    assert [one.name for one in tmp_path.iterdir()] == ["letter.pdf"]
    assert store.Store(str(tmp_path)).has("aa", ".pdf") is False


def test_nothing_is_changed_in_the_output_while_there_is_a_problem(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "elm-bank").mkdir(parents=True)
    (out / "elm-bank" / "index.html").write_text("the last good one")
    change(project, PRESSURE, "objectives:", "objectivs:")

    result = pipeline.build(pipeline.Order(root=project, out=out, today=TODAY))

    assert result.open is None
    assert (out / "elm-bank" / "index.html").read_text() == "the last good one"


def test_two_builds_into_one_folder_do_not_meet(project: Path, tmp_path: Path) -> None:
    lock = tmp_path / "out" / ".store" / "building"
    lock.parent.mkdir(parents=True)
    lock.write_text(str(os.getppid()))

    result = pipeline.build(pipeline.Order(root=project, out=tmp_path / "out", only=("t1/warning-signs",), today=TODAY))

    assert [problem.what for problem in result.problems if problem.rule == "output"] == [
        "The output cannot be written: another build is writing into this folder; wait for it."
    ]


def test_a_pasted_passage_is_checked_from_standard_input() -> None:
    said = run("check", "--text", "-", "--tier", "t4", "--for", "pupil", text="She should have known better than to trust a predator.\n")

    assert said.returncode == 1
    assert "-:1:" in said.stdout
    assert "no-blame" in said.stdout


def test_a_good_passage_passes() -> None:
    said = run(
        "check",
        "--text",
        "-",
        "--tier",
        "t4",
        "--for",
        "pupil",
        text="It is not your fault. You can tell an adult you trust. They can help.\n",
    )

    assert (said.returncode, said.stdout.strip()) == (0, "No problems.")


def test_problems_are_told_to_machines_as_json_and_as_sarif(tmp_path: Path) -> None:
    passage = tmp_path / "passage.txt"
    passage.write_text("One line.\nShe should have known better.\n", encoding="utf-8")

    plain = json.loads(run("check", "--text", str(passage), "--json").stdout)
    sarif = json.loads(run("check", "--text", str(passage), "--format", "sarif").stdout)

    assert (plain[0]["line"], plain[0]["rule"], plain[0]["reminder"]) == (2, "no-blame", False)
    assert sarif["version"] == "2.1.0"
    found = sarif["runs"][0]["results"][0]
    assert (found["ruleId"], found["level"]) == ("no-blame", "error")
    assert found["locations"][0]["physicalLocation"]["region"]["startLine"] == 2
