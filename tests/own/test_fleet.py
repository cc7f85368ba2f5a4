"""Many schools at once: none stops another, finished ones stay finished, and what is wrong is told in the line in which it stands."""

import csv
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from signpost.load import load_school
from signpost.pipeline import Order, family, fleet, roster
from signpost.problem import CannotRead
from signpost.render import slots, splice
from signpost.store import Store

from .conftest import World

HEAD = "name,country,lead-name,lead-role,lead-room,lead-phone,phone,email,confirmed-on,confirmed-by\n"
ROW = "{name},EX,Ms Joy Okoro,Safeguarding lead,Room 3,01632 960 555,01632 960 500,office@green.example,2026-11-10,Joy Okoro\n"


def orders(world: World, jobs: int = 1) -> Order:
    return Order(root=world.root, today=world.today, only=("t1/warning-signs",), jobs=jobs)


def sheet(world: World, *rows: str, head: str = HEAD) -> Path:
    path = world.root.parent / "schools.csv"
    path.write_text(head + "".join(rows), encoding="utf-8")
    return path


def states(done: tuple[fleet.Done, ...]) -> dict[str, str]:
    return {one.id: one.state for one in done}


@pytest.mark.slow
def test_one_school_that_cannot_be_made_stops_no_other_and_is_told_in_its_line(world: World, tmp_path: Path) -> None:
    source = sheet(world, ROW.format(name="Green School"), ROW.format(name="Blue School").replace(",EX,", ",EY,"), ROW.format(name="Été"))
    done = fleet.launch(orders(world, jobs=2), source, tmp_path / "out", form="folder")

    assert states(done) == {"green-school": "made", "blue-school": "refused", "ete": "made"}
    (refused,) = [one for one in done if one.state == "refused"]
    assert "There are no help routes for 'EY'." in refused.problems[0].what
    assert str(refused.problems[0].place).endswith("schools.csv:3")
    assert (tmp_path / "out" / "ete" / "t1" / "warning-signs" / "worksheet.pdf").is_file()
    with (tmp_path / "out" / "fleet.csv").open() as file:
        assert {row["school"]: row["state"] for row in csv.DictReader(file)} == states(done)
    assert 'href="ete/index.html"' in (tmp_path / "out" / "fleet.html").read_text()
    again = fleet.launch(orders(world), source, tmp_path / "out", form="folder")
    assert states(again) == {"green-school": "kept", "blue-school": "refused", "ete": "kept"}
    world.change(source, "Été", "Été School")
    third = fleet.launch(orders(world), source, tmp_path / "out", form="folder")
    assert states(third)["green-school"] == "kept"
    assert states(third)["ete-school"] == "made"


@pytest.mark.slow
def test_a_fleet_that_is_stopped_goes_on_where_it_was(world: World, tmp_path: Path) -> None:
    source = sheet(world, *(ROW.format(name=f"School {letter}") for letter in "abc"))
    script = (
        "import sys; from datetime import date; from pathlib import Path; from signpost.pipeline import Order, fleet; "
        f"fleet.launch(Order(root=Path({str(world.root)!r}), today=date(2026, 11, 22), only=('t1/warning-signs',), jobs=1), "
        f"Path({str(source)!r}), Path({str(tmp_path / 'out')!r}))"
    )
    first = subprocess.Popen([sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": str(Path.cwd())}, start_new_session=True)
    while not (tmp_path / "out" / "school-a.zip").is_file() and first.poll() is None:
        time.sleep(0.05)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    before = (tmp_path / "out" / "school-a.zip").read_bytes()
    done = fleet.launch(orders(world), source, tmp_path / "out")

    assert states(done)["school-a"] == "kept"
    assert set(states(done).values()) <= {"kept", "made"}
    assert (tmp_path / "out" / "school-a.zip").read_bytes() == before
    assert not (tmp_path / "out" / ".work" / "school-c").exists()


@pytest.mark.parametrize(
    ("head", "rows", "said"),
    [
        ("name,country\n", ["A,EX\n"], "The columns lead-name, lead-role, lead-room are missing."),
        (HEAD.replace("phone,email", "phone,fax,email", 1), [], "'fax' is no column that is read."),
        (HEAD, ['"Green,EX\n'], "The line cannot be read"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_told(world: World, head: str, rows: list[str], said: str) -> None:
    with pytest.raises(CannotRead, match=said):
        roster.members(sheet(world, *rows, head=head), world.root.parent / "scratch")


def test_schools_twice_and_paths_in_a_name_are_told_with_their_line(world: World) -> None:
    head = "id," + HEAD
    rows = [f"{id},{ROW.format(name='Green School')}" for id in ("", "green-school", "../../etc", "blue")]
    made, problems = roster.members(sheet(world, *rows, head=head), world.root.parent / "scratch")

    assert [one.id for one in made] == ["green-school", "blue"]
    assert [(problem.place.line, problem.what.split("'")[1]) for problem in problems] == [(3, "green-school"), (4, "../../etc")]
    assert not (world.root.parent.parent / "etc").exists()


def test_a_sheet_in_a_wrong_encoding_names_the_line(world: World) -> None:
    path = sheet(world)
    path.write_bytes(HEAD.encode() + ROW.format(name="Été").encode("latin-1"))
    with pytest.raises(CannotRead, match="is not UTF-8 text"):
        roster.members(path, world.root.parent / "scratch")


def test_a_yaml_file_and_a_folder_of_folders_are_fleets_too(world: World, tmp_path: Path) -> None:
    path = tmp_path / "schools.yaml"
    path.write_text("schools:\n  - name: Green\n    country: EX\n    lead: {name: Ms Joy Okoro, role: Lead, room: Room 3}\n")
    made, problems = roster.members(path, tmp_path / "scratch")
    assert ([one.id for one in made], problems) == (["green"], ())
    found, _ = roster.members(world.school.parent, tmp_path / "scratch")
    assert [one.id for one in found] == ["green"]
    with pytest.raises(CannotRead, match=r"holds a school\.yaml"):
        roster.members(tmp_path / "scratch" / "green", tmp_path / "other")


def test_two_fleets_into_one_folder_do_not_meet(world: World, tmp_path: Path) -> None:
    lock = tmp_path / "out" / ".store" / "building"
    lock.parent.mkdir(parents=True)
    lock.write_text(str(os.getppid()))
    with pytest.raises(CannotRead, match="another build is writing into this folder"):
        fleet.launch(orders(world), sheet(world, ROW.format(name="Green")), tmp_path / "out")


def test_what_stands_where_an_edition_goes_and_was_not_made_here_stays(world: World, tmp_path: Path) -> None:
    (tmp_path / "out" / "blue.zip" / "in-the-way").mkdir(parents=True)
    done = fleet.launch(orders(world), sheet(world, ROW.format(name="Blue"), ROW.format(name="Green")), tmp_path / "out")

    assert states(done) == {"blue": "refused", "green": "made"}
    assert "was not made here" in next(one for one in done if one.id == "blue").problems[0].what
    assert (tmp_path / "out" / "green.zip").is_file()
    assert (tmp_path / "out" / "blue.zip" / "in-the-way").is_dir()
    assert not (tmp_path / "out" / ".done" / "blue.json").exists()


@pytest.mark.slow
def test_a_file_that_does_not_fit_its_plate_is_made_whole_and_passes_for_nothing_else(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, store = replace(orders(world), school=str(world.school), only=("t4-pressure",)), Store(str(tmp_path / "plates"))
    kin = family.family(order, family.family_key(order, load_school(order.root, order.school)))
    assert family.make_plates(kin, store, 2) == ()
    for kept in (slots._laid, slots._mould):  # what other tests have laid out in this process had room
        kept.cache_clear()
    monkeypatch.setattr(splice, "SPARE", 0)  # no word of a school has room in a slot now
    printed = family.printed(order, kin, store)

    whole = {file.target.path: file for file in printed.files if not file.plate}
    documents = [target.path for target, key in zip(kin.targets, kin.plates, strict=True) if key and target.path.endswith(".pdf")]
    assert documents
    assert set(documents) <= set(whole)
    for path in documents:
        file = whole[path]
        assert file.picture not in printed.shared
        assert printed.contents[file.picture] != store.get(kin.plates[[t.path for t in kin.targets].index(path)], ".png"), path
