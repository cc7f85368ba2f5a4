"""The verbs as a person types them: what is said, and the exit code."""

import io
import json
from pathlib import Path

import pytest

from signpost import cli

from .conftest import World

NOAH = "Noah is 12. He met someone in a game. Now they want money tonight."


class Typed:
    """Types a verb for a school, and reads what is said."""

    def __init__(self, world: World, capsys: pytest.CaptureFixture[str]) -> None:
        self.world, self.capsys = world, capsys
        self.said = ""

    def __call__(self, *words: str, school: bool = True) -> int:
        code = cli.main([*words, *(["--school", str(self.world.school)] if school else [])])
        captured = self.capsys.readouterr()
        self.said = captured.out + captured.err
        return code


@pytest.fixture
def typed(world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    monkeypatch.setattr(cli, "ROOT", world.root)
    return Typed(world, capsys)


def test_an_edit_from_beginning_to_end(typed: Typed, world: World) -> None:
    assert typed("customise", "t4-pressure") == 0
    assert "noah " in typed.said
    assert typed("customise", "t4-pressure", "noah", "--by", "Ms Okoro", "--reason", "Our band") == 0
    path = world.school / "edits" / "t4-pressure" / "noah.md"
    assert str(path) in typed.said
    world.change(path, "Noah is 12.", "Noah is 13.")
    assert typed("status") == 0
    assert "current    replace  t4-pressure noah: Noah’s evening" in typed.said
    assert typed("review") == 0
    assert typed.said == "Nothing waits for a decision.\n"
    world.update("1.1.0", (NOAH, NOAH.replace("money tonight", "money at once")))
    assert typed("status", "--json") == 0
    assert json.loads(typed.said)[0]["state"] == "review"
    assert typed("review", "t4-pressure", "noah") == 0
    assert "[-tonight-]" in typed.said
    assert "{+at once+}" in typed.said
    for heading in (
        "The library's text when you made your edit (1.0.0)",
        "Your text (replace, Ms Okoro)",
        "text now (1.1.0)",
        "--- Suggested",
    ):
        assert heading in typed.said
    assert typed("review", "t4-pressure", "noah", "--suggested") == 2, "a decision has a name"
    assert typed("review", "--suggested", "--by", "Ms Okoro") == 0
    assert "Noah is 13. He met someone in a game. Now they want money at once." in path.read_text()
    assert typed("kept") == 0
    assert len(typed.said.splitlines()) >= 3
    digest = typed.said.split()[0]
    assert typed("kept", digest) == 0
    assert typed.said.startswith("!!! scenario")


def test_a_text_can_come_from_a_file_or_a_pipe(typed: Typed, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Room 3 is next door.")
    assert typed("customise", "t4-pressure", "noah", "--kind", "note", "--text", str(note)) == 0
    assert "Room 3 is next door." in world.section("noah-evening")

    class Piped:
        buffer = io.BytesIO(b"Lunch is at one.")

    monkeypatch.setattr("sys.stdin", Piped)
    assert typed("customise", "t4-pressure", "slide-room", "--kind", "note", "--text", "-") == 0
    assert "Lunch is at one." in world.section("noah-evening")


def test_several_edits_that_wait_ask_which_one(typed: Typed, world: World) -> None:
    for part, old in (("noah", "Noah is 12."), ("item-fault", "Ask who")):
        world.change(world.edit(part), old, f"{old} Now.")
    world.update("1.1.0", (NOAH, NOAH.replace("tonight", "at once")), ("Ask who chose to make the threat.", "Ask who chose the threat."))

    assert typed("review", "--keep-mine", "--by", "A") == 2
    assert "t4-pressure noah" in typed.said
    assert "t4-pressure item-fault" in typed.said
    assert typed("review", "t4-pressure", "mei") == 2
    assert "There is no edit of 't4-pressure mei'" in typed.said


def test_signing_and_verifying(typed: Typed) -> None:
    assert typed("sign", "t4/pressure", "--name", "Joy Okoro", "--role", "Safeguarding lead") == 0
    assert typed.said.startswith("Signed: When a request becomes a demand 1.0.0 (")
    assert typed("verify", "ffff-ffff-ffff-ffff") == 1
    assert typed("verify", "nonsense") == 2
    assert "is no code and no file" in typed.said


def test_values_say_where_they_come_from(typed: Typed) -> None:
    assert typed("status", "--values") == 0
    assert "lead › name" in typed.said
    assert "(school.yaml, line 1)" in typed.said


def test_a_new_school_needs_somebody_to_answer(typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert typed("new", "school", str(tmp_path / "brook"), school=False) == 2
    assert "--answers FILE" in typed.said
    answers = tmp_path / "answers.yaml"
    answers.write_text("name: Brook\ncountry: EX\nlead: {name: Mx Ash Lane, role: Lead, room: Room 9}\n")
    assert typed("new", "school", str(tmp_path / "brook"), "--answers", str(answers), school=False) == 0
    assert (tmp_path / "brook" / "school.yaml").is_file()
    answers.write_text("name: Brook\n")
    assert typed("new", "school", str(tmp_path / "other"), "--answers", str(answers), school=False) == 1
    assert "'country' is missing" in typed.said
    assert "'lead' is missing" in typed.said


def test_moving_house(typed: Typed, world: World, tmp_path: Path) -> None:
    world.edit("noah")
    assert typed("export", str(tmp_path / "green.zip")) == 0
    assert typed("import", str(tmp_path / "green.zip"), str(tmp_path / "there"), school=False) == 0
    assert (tmp_path / "there" / "edits" / "t4-pressure" / "noah.md").is_file()
    assert typed("import", str(tmp_path / "green.zip"), str(tmp_path / "there"), school=False) == 2
    assert typed("schema", str(tmp_path / "there"), school=False) == 0
    assert len(typed.said.splitlines()) == 4
