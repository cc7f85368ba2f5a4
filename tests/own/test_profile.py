"""A profile: begun by questions or a file, explained line by line, chosen from, said in the school's own words."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from signpost import colour, data, pipeline
from signpost.pipeline import profile, targets_of
from signpost.problem import CannotRead

from ..conftest import HERE
from .conftest import World

ROOT = HERE.parent
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
ANSWERS: dict[str, Any] = {"name": "Brook School", "country": "EX", "lead": {"name": "Mx Ash Lane", "role": "Lead", "room": "Room 9"}}


def more(world: World, text: str) -> World:
    path = world.school / "school.yaml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return world


def test_a_new_school_has_a_whole_profile_that_builds(world: World, tmp_path: Path) -> None:
    made = profile.new_school(world.root, tmp_path / "brook", ANSWERS, "answers.yaml")
    text = made.read_text(encoding="utf-8")
    world.school = made.parent

    assert world.problems() == ()
    assert all(f"# {about}\n" in text for about in (profile.FIELDS[key] for key in ("lead", "colour", "sign-off", "year-names")))
    for commented in ("# specimen:", "# words:", "# paths:", "# authority:"):
        assert commented in text
    assert (made.parent / "schemas" / "school.schema.json").is_file()
    assert (made.parent / "README.md").is_file()


def test_questions_are_asked_until_they_are_answered() -> None:
    answers = iter(["Brook School", "", "EX", "Mx Ash Lane", "Lead", "Room 9", "", "", "", "", ""])

    assert profile.asked(lambda _: next(answers)) == ANSWERS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"country": "EY"}, "There are no help routes for 'EY'"),
        ({"nmae": "x"}, "'nmae' is not a field Signpost knows"),
        ({"lead": {"name": "A"}}, "'role' is missing"),
    ],
)
def test_answers_that_do_not_fit_are_told_and_nothing_is_made(world: World, tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(CannotRead, match=said):
        profile.new_school(world.root, tmp_path / "brook", ANSWERS | change, "answers.yaml")

    assert not (tmp_path / "brook").exists()


def test_a_folder_that_holds_something_is_left_alone(world: World) -> None:
    before = (world.school / "school.yaml").read_text()
    with pytest.raises(CannotRead, match="holds something already"):
        profile.new_school(world.root, world.school, ANSWERS, "answers.yaml")

    assert (world.school / "school.yaml").read_text() == before


def test_the_schemas_accept_what_signpost_accepts_and_find_what_it_refuses(world: World) -> None:
    made = profile.schemas()
    school = Draft202012Validator(made["school.schema.json"])
    edit = Draft202012Validator(made["edit.schema.json"])
    for path in (ROOT / "content" / "schools").glob("*/*/school.yaml"):
        assert list(school.iter_errors(_typed(path))) == [], path
    path = world.edit("noah")
    front, _ = data.parse(path.read_text().split("---\n")[1], "edit")
    assert list(edit.iter_errors(front)) == []
    assert list(edit.iter_errors({**front, "edit": "remove"}))
    assert list(school.iter_errors({"name": "X", "contry": "EX"}))
    for schema in made.values():
        Draft202012Validator.check_schema(schema)
        assert json.dumps(schema)


def _typed(path: Path) -> Any:
    """A profile as an editor reads it: true is true."""
    value, _ = data.parse(path.read_text(encoding="utf-8"), path.name)
    return {key: one == "true" if key == "specimen" else one for key, one in value.items()}


@pytest.mark.parametrize("bright", ["#FFC94A", "#8FD694", "#FFFFFF", "#FF8800", "#66CCFF"])
def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(world: World, bright: str) -> None:
    more(world, f'colour: "{bright}"\n')
    (problem,) = world.problems()
    nearest = problem.fix.split('"')[1]

    assert problem.rule == "contrast"
    assert colour.LEAST <= colour.contrast(nearest) < 4.75
    path = world.school / "school.yaml"
    path.write_text(path.read_text().replace(bright, nearest))
    assert world.problems() == ()


def test_modules_tiers_documents_and_paths_can_be_chosen(world: World) -> None:
    more(world, "tiers: [t4]\ndocuments: [slides, worksheet]\npaths: {t4-pressure: core}\n")
    ready = world.edition()
    targets = [target for target in targets_of(ready, world.order) if target.page.frame.module != "briefing"]

    assert [lesson.front.id for lesson in ready.lessons] == ["t4-pressure"]
    assert ready.lessons[0].front.minutes == 40
    assert {target.page.name for target in targets} == {
        "slides",
        "worksheet",
        "guide",
        "parents-copy",
        "disclosure",
        "lead-guide",
        "profile",
    }
    assert ready.own.left_out == (("Surprises and secrets", "tiers"),)


def test_a_path_without_the_safe_steps_is_refused_for_a_lesson_on_blackmail(world: World) -> None:
    more(world, "paths: {t4-pressure: short}\n")
    found = world.problems()

    assert {problem.rule for problem in found} == {"safe-steps", "not-in-trouble"}
    assert all(problem.what.startswith("On the shorter path that the school teaches: ") for problem in found)


@pytest.mark.parametrize(
    ("line", "said", "fix"),
    [
        ("modules: [t4-presure]\n", "'t4-presure' is not a module.", "Did you mean 't4-pressure'?"),
        ("tiers: [t9]\n", "'t9' is not a tier.", "Use one of: t1, t3, t4."),
        ("documents: [work-sheet]\n", "'work-sheet' is not a document.", "Did you mean 'worksheet'?"),
        ("paths: {t4-pressure: quick}\n", "'quick' is not a value for", "Use one of"),
        ("paths: {t4-x: short}\n", "'t4-x' is not a module.", "t4-pressure"),
        ("authority: ../nowhere\n", "There is no authority in '../nowhere'.", "authority.yaml"),
    ],
)
def test_what_cannot_be_chosen_is_told_with_the_nearest(world: World, line: str, said: str, fix: str) -> None:
    more(world, line)
    (problem,) = world.problems()

    assert said in problem.what
    assert fix in problem.fix
    assert problem.place.line == len((world.school / "school.yaml").read_text().splitlines())


def test_own_words_stand_everywhere_that_people_read_and_nowhere_else(world: World) -> None:
    more(world, "words: {safeguarding lead: designated liaison person, question box: post box}\nyear-names: {t4: Years 7 to 9}\n")
    ready = world.edition()
    lesson = next(lesson for lesson in ready.lessons if lesson.front.id == "t4-pressure")
    text = " ".join(part.text for section in (*lesson.sections, *lesson.disclosure.sections) for part in section.all())

    assert world.problems() == ()
    assert "post box" in text
    assert "question box" not in text.lower()
    assert "Go to the designated liaison person today." in [section.title for section in lesson.disclosure.sections]
    assert any(section.kind == "question box" for section in lesson.sections), "kinds and ids are not words"
    frame = next(target.page.frame for target in targets_of(ready, world.order) if target.page.frame.module == "t4-pressure")
    assert frame.ages == "Years 7 to 9"


@pytest.mark.parametrize("word", ["fault", "Stop replying", "in trouble", "pay"])
def test_own_words_cannot_change_a_promise_or_a_safe_step(world: World, word: str) -> None:
    more(world, f'words: {{"{word}": something else}}\n')
    (problem,) = world.problems()

    assert problem.rule == "own-words"
    assert "could turn a sentence round" in problem.what


@pytest.mark.parametrize(
    "words", ['{"do not": do}', "{Nobody: Everybody}", "{threat: joke}", '{class: "\u200b\u200b"}', '{"may pass": "must answer"}']
)
def test_own_words_cannot_turn_a_sentence_round(world: World, words: str) -> None:
    more(world, f"words: {words}\n")

    assert {problem.rule for problem in world.problems()} == {"own-words"}


@pytest.mark.parametrize("name", ['"  "', '"\u200b\u200b\u200b"', '".."', '"It"', '"\u2800\u2800\u2800"'])
def test_a_name_is_one_that_can_be_seen(world: World, name: str) -> None:
    path = world.school / "school.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{name: Ms Joy Okoro, where", f"{{name: {name}, where"), encoding="utf-8")

    assert {problem.rule for problem in world.problems()} == {"fields"}


def test_nobody_confirms_routes_by_copying_an_example_or_ahead_of_time(world: World) -> None:
    path = world.school / "school.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("by: Ms Joy Okoro", "by: your name"), encoding="utf-8")
    assert "is nobody's name" in world.problems()[0].what
    path.write_text(text.replace("on: 2026-11-10", "on: 2027-11-10"), encoding="utf-8")
    assert "which is yet to come" in world.problems()[0].what


def test_a_section_whose_minutes_the_school_shortened_still_adds_up(world: World) -> None:
    path = world.edit("noah-evening")
    world.change(path, "(14 minutes)", "(12 minutes)")

    assert "t1-warning-signs" in world.edition().own.abouts
    assert not any("The sections add up" in problem.what for problem in world.problems())


def test_own_words_that_are_no_words_or_stand_nowhere_are_told(world: World) -> None:
    more(world, "words: {safeguarding lead: ring 01632 960, zebra crossing: crossing}\n")
    assert "holds a number" in world.problems()[0].what
    path = world.school / "school.yaml"
    path.write_text(path.read_text().replace("ring 01632 960", "lead for safety"))
    assert any("'zebra crossing' stands nowhere" in problem.what for problem in world.reminders())


def test_every_value_knows_the_file_and_line_that_it_comes_from(world: World) -> None:
    from signpost.pipeline import customise

    trust = world.school.parent / "trust"
    trust.mkdir()
    (trust / "authority.yaml").write_text('# The trust.\nweb: trust.example\ncolour: "#123456"\nsign-off:\n  months: 6\n')
    more(world, "authority: ../trust\nsign-off: {roles: [Headteacher]}\n")
    found = {field: (value, place) for field, value, place in customise.values(world.order)}

    assert found["web"] == ("trust.example", "authority.yaml, line 2")
    assert found["sign-off › months"] == ("6", "authority.yaml, line 5")
    assert found["sign-off › roles"][1].startswith("school.yaml, line")
    assert found["lead › phone"] == ("01632 960 555", "school.yaml, line 3")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "lines"),
    [("St Mary's School", {1}), ("Ms Joy Okoro, where", {4, 5}), ("Green Lane 1", {6})],  # the routes begin in line 4
)
def test_words_too_long_for_their_slot_are_told_once_at_the_line_where_they_stand(world: World, old: str, lines: set[int]) -> None:
    world.change(world.school / "school.yaml", "Greenfield School", "St Mary's School")
    word = old.partition(",")[0]
    world.change(world.school / "school.yaml", old, old.replace(word, f"{word} {LONG}"))

    result = pipeline.build(replace(world.order, only=("t4/pressure",)))

    found = [problem for problem in result.problems if not problem.reminder]
    assert result.open is None
    assert found
    assert {problem.rule for problem in found} == {"overflow"}
    assert {problem.place.path.rpartition("/")[2] for problem in found} == {"school.yaml"}
    assert {problem.place.line for problem in found} <= lines
    assert len({problem.what.partition(" on page")[0] for problem in found}) == len(found)


@pytest.mark.parametrize("key", ["name: X", "lead: {name: A, role: B, room: C}", "specimen: true", "authority: ../x"])
def test_an_authority_cannot_say_what_only_a_school_can(world: World, key: str) -> None:
    trust = world.school.parent / "trust"
    trust.mkdir()
    (trust / "authority.yaml").write_text(key + "\n")
    more(world, "authority: ../trust\n")
    (problem,) = world.problems()

    assert "belongs to a school, not to its authority" in problem.what
    assert problem.place.path.endswith("authority.yaml")


def test_a_lesson_of_the_school_s_own_is_checked_and_made_like_any_other(world: World) -> None:
    text = (world.root / "content/modules/t4/pressure.md").read_text(encoding="utf-8").replace("id: t4-pressure", "id: t4-our-way")
    path = world.school / "modules" / "t4" / "our-way.md"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    ready = world.edition()

    assert world.problems() == ()
    assert ready.own.abouts["t4-our-way"].layer == "school"
    assert "t4/our-way/worksheet.pdf" in {target.path for target in targets_of(ready, world.order)}
    path.write_text(text.replace("id: t4-our-way", "id: t4-pressure"), encoding="utf-8")
    assert "The library has a lesson 't4-pressure'." in world.problems()[0].what
