"""An edit changes one part, is laid on the library's lines, and its state is computed from three texts."""

from pathlib import Path

import pytest

from signpost.model import EditKind, State
from signpost.pipeline import customise
from signpost.problem import CannotRead

from .conftest import PRESSURE, World

NOAH = "Noah is 12. He met someone in a game. Now they want money tonight."


def test_a_school_that_changes_nothing_has_the_library_s_lessons(world: World) -> None:
    assert world.problems() == ()
    assert {about.layer for about in world.edition().own.abouts.values()} == {""}


def test_a_replacement_begins_as_the_text_itself_and_changes_only_its_part(world: World) -> None:
    before = world.section("noah-evening")
    path = world.edit("noah")
    assert world.section("noah-evening") == before
    world.change(path, "Noah is 12.", "Noah is in year 8.")

    assert world.problems() == ()
    assert world.section("noah-evening") == before.replace("Noah is 12.", "Noah is in year 8.")
    assert world.state("noah").state == "current"


def test_what_is_added_hidden_noted_and_reordered_stands_where_it_was_asked_for(world: World) -> None:
    world.edit("slide-noah", "before", text="!!! say\n    Our school has a garden where nobody is disturbed.")
    world.edit("noah", "after", text="!!! note\n    The library is open at lunch.")
    world.edit("noah", "note", text="Room 3 is next door.")
    world.edit("noah-evening-say-1", "hide")
    text = world.section("noah-evening")

    assert world.problems() == ()
    assert text.index("garden") < text.index("slide scenario") < text.index("scenario stranger") < text.index("The library is open")
    assert "    Room 3 is next door." in text
    assert "A request leaves room for no. A demand does not. That is the sign." not in text


def test_sections_can_be_taught_in_another_order(world: World) -> None:
    path = world.edit("", "order")
    ids = [line.removeprefix("- ") for line in path.read_text().split("---\n")[2].splitlines()]
    activities = [id for id in ids if id in {"noah-evening", "mei"} or "stories" in id or "friend" in id]
    assert len(activities) >= 2, ids
    one, other = activities[:2]
    text = path.read_text()
    path.write_text(text.replace(f"- {one}\n", "- X\n").replace(f"- {other}\n", f"- {one}\n").replace("- X\n", f"- {other}\n"))
    lesson = next(lesson for lesson in world.edition().lessons if lesson.front.id == "t4-pressure")
    order = [section.id for section in lesson.sections]

    assert order.index(other) < order.index(one)
    assert sorted(order) == sorted(ids)


def test_an_order_that_names_a_part_which_the_library_renamed_waits_for_review(world: World) -> None:
    world.edit("", "order")
    text = (world.root / PRESSURE).read_text(encoding="utf-8")
    (world.root / PRESSURE).write_text(text.replace("{#noah-evening ", "{#noah-night "), encoding="utf-8")

    assert world.problems() == ()
    assert world.state("").state == "review"


def test_a_relative_folder_can_be_reviewed_from_where_one_stands(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.change(world.edit("noah"), "Noah is 12.", "Noah is 13.")
    world.update("1.1.0", (NOAH, NOAH.replace("money tonight", "money at once")))
    monkeypatch.chdir(world.school.parent)
    world.school = Path("green")
    world.decide("noah", "keep")

    assert world.state("noah").state == "current"


def test_keeping_mine_changes_nothing_but_what_it_was_made_against(world: World) -> None:
    path = world.edit("noah")
    world.change(path, "Noah is 12.", "Noah is 13.  ")
    path.write_text(path.read_text().replace("---\n", "---\n# agreed with year 8\n", 1))
    world.update("1.1.0", (NOAH, NOAH.replace("money tonight", "money at once")))
    before = path.read_text().splitlines()
    world.decide("noah", "keep")
    changed = {line.split(":")[0] for line in set(path.read_text().splitlines()) ^ set(before)}

    assert changed <= {"base", "base-version", "edited"}


def test_title_objectives_and_key_words_are_parts_too(world: World) -> None:
    world.change(world.edit("front-title"), "When a request becomes a demand", "From asking to demanding")
    world.change(world.edit("front-objectives"), "- use words that ask an adult for help", "- use words that ask for help\n- name our lead")
    world.change(world.edit("front-key-words"), "Asking in a way that does not let a person say no.", "Asking so that nobody can say no.")
    front = next(lesson for lesson in world.edition().lessons if lesson.front.id == "t4-pressure").front

    assert world.problems() == ()
    assert front.title == "From asking to demanding"
    assert front.objectives[1:] == ("use words that ask for help", "name our lead")
    assert front.key_words[0].meaning == "Asking so that nobody can say no."


def test_a_shared_text_is_edited_once_for_every_lesson(world: World) -> None:
    listed = [part.id for part in customise.parts(world.order, "ground-rules")]
    path = world.edit(listed[0], module="ground-rules")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.rstrip() + "\n- {heart} In our school, everybody is on time.\n", encoding="utf-8")
    lesson = next(lesson for lesson in world.edition().lessons if lesson.front.id == "t4-pressure")

    assert world.problems() == ()
    assert any("on time" in part.prose for part in lesson.parts("include"))


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (None, None, "current"),
        ("money in the evening", None, "current"),
        (None, "money in the evening", "untouched"),
        ("money this evening", "money this evening", "converged"),
        ("money this evening", None, "current"),
    ],
)
def test_states_of_one_change(world: World, mine: str | None, theirs: str | None, expected: State) -> None:
    path = world.edit("noah")
    if mine:
        world.change(path, "money tonight", mine)
    if theirs:
        world.update("1.1.0", (NOAH, NOAH.replace("money tonight", theirs)))

    assert world.state("noah").state == expected


def test_changes_in_different_places_suggest_a_merge_and_in_one_place_collide(world: World) -> None:
    world.change(world.edit("noah"), "Noah is 12.", "Noah is 13.")
    world.update("1.1.0", (NOAH, NOAH.replace("money tonight", "money at once")))
    clean = world.state("noah")
    world.update("1.2.0", ("Noah is 12.", "Noah is 11."))
    clash = world.state("noah")

    assert (clean.state, clash.state) == ("review", "conflict")
    assert "Noah is 13. He met someone in a game. Now they want money at once." in clean.suggestion
    assert "<<<<<<< MINE" in clash.suggestion
    assert "Noah is 13." in world.section("noah-evening"), "until somebody decides, the school's own text is printed"


def test_additions_never_collide(world: World) -> None:
    world.edit("noah", "after", text="!!! note\n    Ours.")
    world.update("1.1.0", (NOAH, "Noah is 12. Somebody in a game wants money."))

    assert world.state("noah").state == "current"
    assert "Ours." in world.section("noah-evening")


def test_a_part_without_a_written_id_is_known_by_its_text(world: World) -> None:
    path = world.edit("noah-evening-say-1")
    world.change(path, "That is the sign.", "That is how you know.")
    world.update(
        "1.1.0",
        (
            "## Activity: Noah’s evening (14 minutes) {#noah-evening talk=8}\n",
            "## Activity: Noah’s evening (14 minutes) {#noah-evening talk=8}\n!!! say\n    Listen to a story.\n\n",
        ),
    )
    text = world.section("noah-evening")

    assert world.state("noah-evening-say-1").state == "current"
    assert "Listen to a story." in text
    assert "That is how you know." in text
    assert "That is the sign." not in text


def test_a_part_that_was_renamed_is_found_by_its_old_name(world: World) -> None:
    world.change(world.edit("noah"), "money tonight", "money this evening")
    world.update("1.1.0", ("{#noah}", "{#noah-game moved-from=noah}"), ("{#slide-noah from=noah}", "{#slide-noah from=noah-game}"))

    assert world.state("noah").state != "orphan"


def test_a_part_that_is_gone_keeps_its_edit_and_is_not_printed(world: World) -> None:
    item = '!!! item yes "An adult can help." {#item-adult}\n    Name the lead.\n\n'
    world.change(PRESSURE, '!!! item yes "It is never', item + '!!! item yes "It is never')
    world.change(world.edit("item-adult"), "Name the lead.", "Go back to our poster.")
    world.update("2.0.0", (item, ""))
    state = world.state("item-adult")
    lesson = next(lesson for lesson in world.edition().lessons if lesson.front.id == "t4-pressure")

    assert state.state == "orphan"
    assert "our poster" in state.edit.text
    assert not any("our poster" in part.prose for part in lesson.parts("item"))
    assert any(problem.rule == "edit-orphan" for problem in world.reminders())


def test_a_change_that_matters_for_safety_stops_the_press_until_somebody_decides(world: World) -> None:
    world.change(world.edit("noah"), "money tonight", "money this evening")
    world.update("1.1.0", (NOAH, NOAH + " He can stop here."), critical="noah")

    assert world.state("noah").state == "blocked"
    (problem,) = world.problems()
    assert problem.rule == "edit-blocked"
    assert "matters for safety" in problem.what
    assert "build.py review t4-pressure noah" in problem.fix
    world.decide("noah", "merge", world.state("noah").suggestion)
    assert world.problems() == ()
    assert "this evening. He can stop here." in world.section("noah-evening")


def test_a_critical_change_elsewhere_blocks_nothing(world: World) -> None:
    world.change(world.edit("noah"), "money tonight", "money this evening")
    world.update("1.1.0", ("Ask who chose to make the threat.", "Ask who chose to threaten."), critical="item-fault")

    assert world.state("noah").state == "current"


@pytest.mark.parametrize(
    ("kind", "part", "text", "rule", "said"),
    [
        ("replace", "noah", "", "edit-form", "The replacement is empty."),
        ("replace", "noah", '!!! scenario stranger "N" {#other}\n    He is 12.', "edit-form", "is not one scenario with the same id"),
        ("replace", "noah", '!!! card "N" {#noah}\n    He is 12.', "edit-form", "is not one scenario with the same id"),
        ("replace", "noah-evening", "Just prose.", "edit-form", "is not one activity with the same id"),
        ("after", "noah-evening", "Just prose.", "edit-form", "only sections stand beside it"),
        ("after", "noah", "## Activity: More (2 minutes) {#more}\nText.", "edit-form", "only parts and prose stand beside it"),
        ("note", "noah", "!!! say\n    Hello.", "edit-form", "A note is plain prose"),
        ("order", "", "- noah-evening\n- nowhere", "edit-target", "There is no part 'nowhere'"),
        ("replace", "noah", '<<<<<<< MINE\n!!! scenario stranger "N" {#noah}\n    He is 12.', "edit-form", "Marks of a conflict"),
        ("after", "noah", '!!! slide idea "Two" {#slide-room}\n    Text.', "duplicate-id", "is taken already"),
        ("after", "noah", "!!! sya\n    Text.", "part-kind", "is not a kind of part"),
    ],
)
def test_what_an_edit_may_not_look_like(world: World, kind: EditKind, part: str, text: str, rule: str, said: str) -> None:
    path = world.edit(part, kind, text=text or "x")
    if not text:
        path.write_text("---\n" + path.read_text().split("---\n")[1] + "---\n")
    found = world.problems()

    assert any(problem.rule == rule and said in problem.what for problem in found), found
    assert {problem.place.path for problem in found} == {str(path)}
    assert all(problem.fix for problem in found)


def test_an_edit_of_something_that_does_not_exist_offers_the_nearest(world: World) -> None:
    with pytest.raises(CannotRead) as wrong_part:
        world.edit("noha")
    with pytest.raises(CannotRead) as wrong_module:
        world.edit("noah", module="t4-presure")
    path = world.edit("noah")
    world.change(path, "part: noah", "part: noha")
    world.change(path, "base: ", "base: 0000000000000000000000000000000000000000000000000000000000000000 # ")

    assert "Did you mean 'noah'?" in str(wrong_part.value)
    assert "Did you mean 't4-pressure'?" in str(wrong_module.value)
    assert [(problem.what, problem.fix) for problem in world.problems()] == [("There is no part 'noha'.", "Did you mean 'noah'?")]


def test_two_edits_of_one_part_are_told_with_both_files(world: World) -> None:
    path = world.edit("noah")
    other = path.with_name("second.md")
    other.write_bytes(path.read_bytes())
    (problem,) = world.problems()

    assert problem.rule == "two-edits"
    assert {path.name, other.name} <= {Path(problem.place.path).name, problem.what.rsplit("/", 1)[1].rstrip(".")}
    with pytest.raises(CannotRead, match="is being edited already"):
        world.edit("noah")


def test_an_edit_inside_a_part_that_another_replaces_is_told(world: World) -> None:
    world.edit("noah")
    world.edit("noah-evening")
    (problem,) = world.problems()

    assert "stands in 'noah-evening'" in problem.what


def test_an_edit_in_another_language_is_told(world: World) -> None:
    world.change(world.edit("noah"), "language: en-GB", "language: cy")
    (problem,) = world.problems()

    assert problem.rule == "edit-language"
    assert "'cy'" in problem.what


def test_an_edit_that_names_no_base_is_told_what_to_write(world: World) -> None:
    path = world.edit("noah")
    base = next(line for line in path.read_text().splitlines() if line.startswith("base: "))
    world.change(path, f"{base}\n", "")
    (problem,) = world.problems()

    assert base in problem.fix


def test_a_base_that_was_tampered_with_is_not_believed(world: World) -> None:
    world.change(world.edit("noah"), "money tonight", "money this evening")
    base = next((world.school / "record" / "texts").glob("*.md"))
    base.write_text("Something else.\n")
    world.update("1.1.0", (NOAH, NOAH + " He can stop here."))
    state = world.state("noah")

    assert state.state == "conflict"
    assert state.base is None
    assert any("was changed after it was kept" in problem.what for problem in world.reminders())
    assert "money this evening" in world.section("noah-evening")


def test_problems_in_an_edit_name_the_school_s_file_and_line(world: World) -> None:
    path = world.edit("noah")
    world.change(path, "Noah feels sick.", "Noah should have known better.")
    (problem,) = world.problems()
    line = next(at for at, text in enumerate(path.read_text().splitlines(), 1) if "should have known" in text)

    assert (problem.rule, problem.place.path, problem.place.line) == ("no-blame", str(path), line)


def test_an_authority_s_edits_lie_beneath_the_school_s(world: World) -> None:
    trust = world.school.parent / "trust"
    trust.mkdir()
    (trust / "authority.yaml").write_text("phone: 01632 960 999\nsign-off: {roles: [Headteacher]}\n")
    with (world.school / "school.yaml").open("a") as file:
        file.write("authority: ../trust\n")
    above = World(world.root, trust)
    above.change(above.edit("noah"), "money tonight", "money this evening")
    assert "money this evening" in world.section("noah-evening")
    path = world.edit("noah")
    assert "money this evening" in path.read_text(), "the school edits what its authority says"
    world.change(path, "Noah is 12.", "Noah is 13.")
    assert "Noah is 13. He met someone in a game. Now they want money this evening." in world.section("noah-evening")
    assert world.edition().school.phone == "01632 960 500", "the school's own value wins"
    assert world.edition().school.at("sign-off", "roles").path.endswith("authority.yaml")
    layers = {(change.layer, change.part) for change in world.edition().own.abouts["t4-pressure"].changes}
    assert layers == {("authority", "noah"), ("school", "noah")}
