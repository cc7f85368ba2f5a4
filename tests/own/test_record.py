"""Nothing that a lead saved or saw is lost: texts are kept, decisions come before changes, two people do not overwrite each other."""

import json
import os
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signpost import pipeline
from signpost.folder import DECISIONS, Folder, body_of
from signpost.model import text_digest
from signpost.pipeline import customise
from signpost.problem import CannotRead
from signpost.store import write_whole

from .conftest import World

NOAH = "Noah is 12. He met someone in a game. Now they want money tonight."


def folder(world: World) -> Folder:
    return Folder(world.school, "green")


def overtaken(world: World) -> Path:
    """An edit that the library has overtaken."""
    path = world.edit("noah")
    world.change(path, "Noah is 12.", "Noah is 13.")
    world.update("1.1.0", (NOAH, NOAH.replace("money tonight", "money at once")))
    return path


def test_the_text_that_an_edit_is_made_against_is_kept_beside_it(world: World) -> None:
    path = world.edit("noah")
    base = next(line.removeprefix("base: ") for line in path.read_text().splitlines() if line.startswith("base: "))

    assert (world.school / "record" / "texts" / f"{base}.md").read_text().rstrip("\n") == body_of(path.read_text()).rstrip("\n")


def test_keep_mine_stays_and_is_current_again(world: World) -> None:
    path = overtaken(world)
    world.decide("noah", "keep")

    assert world.state("noah").state == "current"
    assert "Noah is 13." in path.read_text()
    assert "base-version: 1.1.0" in path.read_text()


def test_take_new_removes_the_edit_and_keeps_its_text(world: World) -> None:
    path = overtaken(world)
    mine = body_of(path.read_text())
    world.decide("noah", "new")

    assert not path.exists()
    assert "money at once" in world.section("noah-evening")
    assert text_digest(mine) in folder(world).texts


def test_a_merge_is_what_somebody_read_and_its_three_texts_are_kept(world: World) -> None:
    overtaken(world)
    state = world.state("noah")
    world.decide("noah", "merge", state.suggestion)

    assert "Noah is 13. He met someone in a game. Now they want money at once." in world.section("noah-evening")
    kept = set(folder(world).texts.values())
    assert {state.base, state.edit.text, state.theirs} <= kept
    (decision,) = folder(world).decisions()
    assert (decision["choice"], decision["by"], decision["state"]) == ("merge", "Ms Okoro", "review")


def test_an_orphan_can_be_moved_to_where_it_belongs(world: World) -> None:
    world.change(
        "content/modules/t4/pressure.md",
        "## Before check",
        "## Activity: A walk (4 minutes) {#walk}\nGo round the hall.\n\n## Before check",
    )
    world.edit("walk", "note", text="Take the fire door.")
    world.update("2.0.0", ("## Activity: A walk (4 minutes) {#walk}\nGo round the hall.\n\n", ""))
    assert world.state("walk").state == "orphan"
    world.decide("walk", "move", to="noah-evening")

    assert world.state("noah-evening").state == "current"
    assert "Take the fire door." in world.section("noah-evening")


@pytest.mark.parametrize(
    ("choice", "text", "by", "said"),
    [
        ("merge", "", "A", "The merged text is empty."),
        ("merge", "<<<<<<< MINE\nx", "A", "Marks of a conflict"),
        ("keep", "", " ", "A decision has a name."),
        ("move", "", "A", "cannot be chosen"),
    ],
)
def test_a_decision_that_is_none_changes_nothing(world: World, choice: customise.Choice, text: str, by: str, said: str) -> None:
    path = overtaken(world)
    before = path.read_text()
    at = customise.desk(world.order)
    with pytest.raises(CannotRead, match=said):
        customise.decide(at, world.state("noah"), choice, by, text)

    assert path.read_text() == before
    assert folder(world).decisions() == ()


def test_an_interrupted_decision_is_told_and_finished_as_it_was_decided(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = overtaken(world)
    before = path.read_text()

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "_carry_out", power_cut)
        with pytest.raises(KeyboardInterrupt):
            world.decide("noah", "merge", world.state("noah").suggestion)
    assert path.read_text() == before
    told = [problem for problem in world.reminders() if problem.rule == "record"]
    assert "was interrupted before it was done" in told[0].what
    (done,) = folder(world).finish()

    assert done["choice"] == "merge"
    assert "Noah is 13. He met someone in a game. Now they want money at once." in path.read_text()
    assert folder(world).unfinished() == ()


def test_an_edit_that_somebody_brings_back_after_it_was_let_go_stays(world: World) -> None:
    path = overtaken(world)
    mine = path.read_text()
    world.decide("noah", "new")
    path.write_text(mine)

    assert folder(world).unfinished() == ()
    assert folder(world).finish() == ()
    assert path.read_text() == mine
    assert world.state("noah").state == "review"


def test_files_that_nothing_reads_are_told(world: World) -> None:
    path = world.edit("noah")
    path.rename(path.with_suffix(".MD"))
    (world.school / "modules").mkdir()
    (world.school / "modules" / "ours.md").write_text("x")
    (world.school.parent / "elsewhere").mkdir()
    (world.school / "edits" / "t1-warning-signs").symlink_to(world.school.parent / "elsewhere")
    told = {problem.what for problem in world.reminders() if problem.rule == "readable"}

    assert told == {
        "Nothing reads 'edits/t4-pressure/noah.MD'.",
        "Nothing reads 'modules/ours.md'.",
        "Nothing reads 'edits/t1-warning-signs'.",
    }


@pytest.mark.parametrize("name", ["../../pwned.md", "/tmp/pwned.md", "school.yaml", "edits/../../pwned.md", "edits/run.sh"])
def test_a_log_from_elsewhere_cannot_write_outside_the_edits(world: World, name: str) -> None:
    record = {"on": "2026-11-22", "by": "x", "choice": "keep", "files": {name: "owned"}, "before": {name: text_digest("")}}
    (world.school / "record").mkdir()
    (world.school / "record" / DECISIONS).write_text(json.dumps(record) + "\n")
    before = (world.school / "school.yaml").read_bytes()

    assert folder(world).finish() == ()
    assert not list(world.school.parent.parent.rglob("pwned.md"))
    assert (world.school / "school.yaml").read_bytes() == before


def test_a_half_written_line_is_told_and_passed_over(world: World) -> None:
    overtaken(world)
    log = world.school / "record" / DECISIONS
    log.write_text('{"on": "2026-11-22", "choi')
    assert any(problem.rule == "record" and "half written" in problem.what for problem in world.reminders())
    world.decide("noah", "keep")

    assert [line["choice"] for line in folder(world).decisions()] == ["keep"]
    assert log.read_text().startswith('{"on": "2026-11-22", "choi\n{')


def test_an_edit_that_changed_while_it_was_read_is_not_overwritten(world: World) -> None:
    path = overtaken(world)
    at = customise.desk(world.order)
    state = world.state("noah")
    world.change(path, "Noah is 13.", "Noah is 14.")
    with pytest.raises(CannotRead, match="changed by somebody else"):
        customise.decide(at, state, "merge", "Ms Okoro", "My own merge.")

    assert "Noah is 14." in path.read_text()
    kept = folder(world).texts.values()
    assert any("Noah is 14." in text for text in kept)
    assert "My own merge." in kept


def test_two_people_cannot_save_at_once(world: World) -> None:
    overtaken(world)
    lock = world.school / "record" / "saving"
    lock.write_text(f"Mr Field since 2026-11-22 ({socket.gethostname()}, process {os.getppid()})")
    with pytest.raises(CannotRead, match="Somebody else is saving in this folder: Mr Field"):
        world.decide("noah", "keep")
    lock.write_text(f"Mr Field since 2026-11-22 ({socket.gethostname()}, process 4194300)")
    world.decide("noah", "keep")

    assert not lock.exists()
    assert world.state("noah").state == "current"


def test_a_folder_that_cannot_be_written_is_told_and_can_still_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root no permission stops a write, so the disk itself says no."""
    path = overtaken(world)

    def read_only(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("signpost.folder.write_whole", read_only)
    ready = world.edition()
    (told,) = pipeline.keep_texts(ready)
    assert told.reminder
    assert "cannot be written" in told.what
    assert "Noah is 13." in world.section("noah-evening")
    before = path.read_bytes()
    with pytest.raises(CannotRead, match="Nothing can be saved here"):
        world.decide("noah", "keep")
    with pytest.raises(CannotRead, match="Nothing can be saved here"):
        world.edit("mei")

    assert path.read_bytes() == before


def test_a_file_that_appears_at_the_same_moment_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "noah.md"
    target.write_text("theirs")
    with pytest.raises(FileExistsError):
        write_whole(str(target), b"mine", new=True)

    assert target.read_text() == "theirs"


steps = st.lists(
    st.one_of(
        st.tuples(st.just("mine"), st.sampled_from(["Noah is 13.", "Noah is 14.", "Noah is a pupil of 12."])),
        st.tuples(st.just("theirs"), st.sampled_from(["money at once.", "some money.", "money tonight."])),
        st.tuples(st.just("decide"), st.sampled_from(["keep", "new", "merge"])),
        st.tuples(st.just("build"), st.just("")),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_whatever_happens_every_text_can_be_got_back_and_nothing_is_merged_unasked(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[str, str]]
) -> None:
    import shutil

    from ..conftest import LIBRARY
    from .conftest import PROFILE

    root = tmp_path_factory.mktemp("world")
    shutil.copytree(LIBRARY, root / "library")
    (root / "green").mkdir()
    (root / "green" / "school.yaml").write_text(PROFILE)
    world = World(root / "library", root / "green")
    path = world.edit("noah")
    seen = {body_of(path.read_text())}
    lesson = world.root / "content/modules/t4/pressure.md"
    for number, (what, value) in enumerate(story):
        text = path.read_text() if path.exists() else ""
        if what == "mine" and text:
            import re

            path.write_text(re.sub(r"Noah is [^.]*\.", value, text, count=1))
            seen.add(body_of(path.read_text()))
            customise.desk(world.order).folder.keep(body_of(path.read_text()))
        elif what == "theirs":
            import re

            lesson.write_text(
                re.sub(r"Now they want [^.]*\.", f"Now they want {value}", lesson.read_text()).replace(
                    f"version: 1.0.{number}", f"version: 1.0.{number + 1}"
                )
            )
        elif what == "build":
            pipeline.keep_texts(world.edition())
        elif what == "decide":
            at = customise.desk(world.order)
            for state in at.waiting:
                if value != "merge" or state.state == "review":
                    seen.update(one for one in (state.base, state.edit.text, state.theirs) if one)
                    customise.keep_shown(at, state)
                    customise.decide(at, state, value, "A", state.suggestion)  # type: ignore[arg-type]  # drawn from the three
        elif path.exists():
            before = path.read_text()
            world.edition()
            assert path.read_text() == before, "only a recorded decision changes an edit"
    kept = {text_digest(text) for text in customise.desk(world.order).folder.texts.values()}
    now = {text_digest(body_of(path.read_text()))} if path.exists() else set()

    assert {text_digest(text) for text in seen} <= kept | now
    for record in folder(world).decisions():
        assert json.dumps(record)
        assert {record["base"], record["mine"], record["new"]} <= kept
