"""A fleet against bad input and bad luck: each is told where somebody can mend it, what is finished stays, and nobody's files are lost."""

import io
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from lxml import etree

from signpost import data
from signpost.load import load_school, safe_svg
from signpost.pipeline import OneAtATime, Order, fleet, roster
from signpost.pipeline.engines import Engine, ready
from signpost.problem import CannotRead, Place
from signpost.render import plates

from ..conftest import HERE, LIBRARY, TODAY
from .conftest import PROFILE, World
from .test_fleet import HEAD, ROW, orders, sheet, states

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{inside}</svg>'
SHAPE = '<path d="M0 0h9v9z" fill="#FE01DC"/>'
PRIVATE = "\ue0f0", "\ue0f1"


@pytest.fixture(scope="module")
def made_plates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plates of the small library's lesson, made once."""
    home = tmp_path_factory.mktemp("plates")
    shutil.copytree(LIBRARY, home / "library")
    for name in ("words.yaml", "languages/en.yaml"):
        shutil.copy(HERE.parent / "content" / name, home / "library" / "content" / name)
    (home / "schools.csv").write_text(HEAD + ROW.format(name="Green"))
    order = Order(root=home / "library", today=TODAY, only=("t1/warning-signs",), jobs=1)
    assert states(fleet.launch(order, home / "schools.csv", home / "out")) == {"green": "made"}
    return home / "out" / ".store"


@pytest.fixture
def out(tmp_path: Path, made_plates: Path) -> Path:
    """A folder for editions in which the plates are already."""
    shutil.copytree(made_plates, tmp_path / "out" / ".store")
    return tmp_path / "out"


def lists(world: World, text: str | bytes, name: str = "schools.csv") -> tuple[list[str], list[str]]:
    """The ids of the schools of a list, and what is said of it as 'line: words'."""
    path = world.root.parent / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        made, problems = roster.members(path, world.root.parent / "scratch")
    except CannotRead as finding:
        made, problems = (), finding.problems
    return [one.id for one in made], [f"{problem.place.line}: {problem.what}" for problem in problems]


# --- lists as people save them --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (lambda text: "\ufeff" + text, [2, 3]),
        (lambda text: text.replace(",", ";"), [2, 3]),
        (lambda text: text.replace(",", "\t"), [2, 3]),
        (lambda text: "sep=;\n" + text.replace(",", ";"), [3, 4]),
        (lambda text: text.replace("\n", "\r\n"), [2, 3]),
        (lambda text: text.replace("\n", "\r"), [2, 3]),
        (lambda text: text.replace("\n", ",,\n"), [2, 3]),
        (lambda text: text.replace("\n", "\n\n,,,\n", 1), [4, 5]),
        (lambda text: text.replace("Green School", '"Green\nSchool"'), [2, 4]),
    ],
    ids=["bom", "semicolons", "tabs", "sep", "windows", "old mac", "empty columns", "empty lines", "a line end within quotes"],
)
def test_a_sheet_is_read_however_a_spreadsheet_saved_it(world: World, change: object, lines: list[int]) -> None:
    text = change(HEAD + ROW.format(name="Green School") + ROW.format(name="Blue School"))  # type: ignore[operator]
    path = world.root.parent / "schools.csv"
    path.write_bytes(text.encode())
    made, problems = roster.members(path, world.root.parent / "scratch")

    assert [(one.id, one.place.line) for one in made] == list(zip(["green-school", "blue-school"], lines, strict=True))
    assert problems == ()
    assert load_school(world.root, str(made[1].folder)).lead.room == "Room 3"


def test_everything_that_is_wrong_with_a_sheet_is_told_at_once_and_the_others_are_read(world: World) -> None:
    rows = [
        ROW.format(name="Green, School"),
        "Blue,EX,,,\n",
        ROW.format(name="Con"),
        ROW.format(name="Σχολείο"),
        ROW.format(name="x" * 200),
        ROW.format(name="É-té"),
        ROW.format(name="E te!"),
        ROW.format(name="../../etc"),
    ]
    ids, said = lists(world, HEAD + "".join(rows))

    assert ids == ["e-te", "etc"]
    assert [line.partition(".")[0] for line in said] == [
        "2: The line has 11 cells, and there are 10 columns",
        "3: Nothing stands in lead-name, lead-role, lead-room",
        "4: The id 'con' is the name of a device on Windows",
        "5: 'Σχολείο' holds no Latin letter from which an id could be made",
        f"6: The id '{'x' * 80}…' is longer than 80 letters",
        f"8: The school 'e-te' stands here twice, first in {world.root.parent}/schools",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD, "There is no school in this file."),
        ("", "The columns name, country, lead-name, lead-role, lead-room are missing."),
        (HEAD.replace("email", "phone"), "The column 'phone' stands here twice."),
        (HEAD + "a" * 200_000, "The line cannot be read: field larger than field limit"),
        ((HEAD + ROW.format(name="A")).encode("utf-16"), "Byte 0xff is not UTF-8 text."),
    ],
)
def test_a_sheet_that_is_none_is_told(world: World, text: str | bytes, said: str) -> None:
    ids, problems = lists(world, text)

    assert ids == []
    assert said in problems[0]


def test_a_sheet_names_logos_authorities_routes_ages_and_documents(world: World) -> None:
    beside = world.root.parent
    (beside / "logos").mkdir()
    (beside / "logos" / "Green.SVG").write_text(SVG.format(box="0 0 9 9", inside=SHAPE))
    (beside / "logos" / "out.svg").symlink_to("/etc/hostname")
    os.mkfifo(beside / "logos" / "pipe.svg")
    (beside / "trust").mkdir()
    (beside / "trust" / "authority.yaml").write_text("web: trust.example\n")
    head = HEAD.strip() + ",logo,authority,tiers,documents,routes\n"
    row = ROW.strip() + ",{logo},{authority},t1|t4,slides | letter,Mr Field: Room 4 (t1 t2) | School nurse: Room 9\n"
    named = [
        ("Green", "logos/Green.SVG", "trust"),
        ("Out", "logos/out.svg", "/etc"),
        ("None", "../x.svg", ""),
        ("Pipe", "logos/pipe.svg", ""),
    ]
    _, said = lists(world, head + "".join(row.format(name=name, logo=logo, authority=authority) for name, logo, authority in named))

    school = load_school(world.root, str(beside / "scratch" / "green"))
    assert (school.tiers, school.documents, school.web) == (("t1", "t4"), ("slides", "letter"), "trust.example")
    assert [(one.name, one.where, one.tiers) for one in school.routes] == [
        ("Mr Field", "Room 4", ("t1", "t2")),
        ("School nurse", "Room 9", ()),
    ]
    assert school.logo_svg.endswith("</svg>")
    assert said == [
        "3: The logo 'logos/out.svg' lies outside the folder of this list.",
        "3: The authority '/etc' lies outside the folder of this list.",
        "4: The logo '../x.svg' lies outside the folder of this list.",
        "5: There is no file 'logos/pipe.svg' beside this list.",
    ]


def test_what_is_wrong_in_a_yaml_list_stands_in_its_own_line(world: World, tmp_path: Path) -> None:
    text = """\
schools:
  - name: Green
    country: EX
    lead: {name: Ms Joy Okoro, role: Lead, room: Room 3}
    phone:
    routes:
      - name: Ms Joy Okoro
        where: Room 3
      - name: Mr Field
        wher: Room 4
    web: "a\\0b"
  - nobody
  - name: Green
  - name: Blue
    country: EX
    lead: {name: Ms Joy Okoro, role: Lead, room: Room 3}
    routes: [{name: Ms Joy Okoro, where: Room 3}]
    logo: "\\u202Egvs.x"
"""
    path = tmp_path / "schools.yaml"
    path.write_text(text)
    done = fleet.launch(orders(world), path, tmp_path / "out")

    said = {f"{problem.place.line}: {problem.what}" for one in done for problem in one.problems}
    assert {
        "11: 'a\\u0000b' does not fit 'web'.",
        "10: 'wher' is not a field Signpost knows.",
        "9: 'where' is missing.",
        "12: A school is lines of 'key: value'.",
        f"13: The school 'green' stands here twice, first in {path}:2.",
        "18: There is no file '\\u202egvs.x' beside this list.",
    } == said
    assert {problem.place.path for one in done for problem in one.problems} == {str(path)}


# --- folders -------------------------------------------------------------------------------------------------------


def test_folders_that_hold_no_school_stop_no_other_and_their_names_do_no_harm(world: World, tmp_path: Path) -> None:
    source = tmp_path / "schools"
    for name in ("Green", "green", "=cmd|calc", "con", "javascript:alert(1)", "big", "deep", "pipe", "folder", "control"):
        (source / name).mkdir(parents=True)
        (source / name / "school.yaml").write_text(PROFILE.replace("country: EX", "country: EY"))
    (source / "big" / "school.yaml").write_text("#" * 3_000_000)
    (source / "deep" / "school.yaml").write_text("[" * 100_000)
    (source / "control" / "school.yaml").write_text(PROFILE.replace("Green Lane 1", '"\ue0f0 Lane"'))
    for name in ("pipe", "folder"):
        (source / name / "school.yaml").unlink()
    os.mkfifo(source / "pipe" / "school.yaml")
    (source / "folder" / "school.yaml").mkdir()
    done = fleet.launch(orders(world), source, tmp_path / "out")

    assert len(done) == 10
    told = {Path(problem.place.path).parent.name: problem.what for one in done for problem in one.problems}
    assert told["big"].startswith("The file has 3,000,000 bytes")
    assert told["deep"] == "Values are nested more than 20 deep."
    assert told["pipe"] == told["folder"] == "'school.yaml' is no file, or leads to none."
    assert told["control"] == "'\\ue0f0 Lane' does not fit 'address'."
    assert told["green"].startswith("On many disks this is the same folder as that of ")
    assert told["con"] == "The folder's name is the name of a device on Windows."
    assert told["=cmd|calc"] == told["javascript:alert(1)"] == "The folder's name holds a sign that a file's name cannot have everywhere."
    for line in (tmp_path / "out" / "fleet.csv").read_text().splitlines():
        assert line[0] not in "=+-@"
    assert "javascript:alert(1).zip" not in (tmp_path / "out" / "fleet.html").read_text()


def test_a_cell_of_the_report_is_no_formula() -> None:
    assert [fleet._harmless(cell) for cell in ("=1+1", "+a", "-a", "@a", "\ta", "a=1", "")] == [
        "'=1+1",
        "'+a",
        "'-a",
        "'@a",
        "'\ta",
        "a=1",
        "",
    ]


@pytest.mark.parametrize("where", ["schools", "schools/green/editions", "library/content/x", "file"])
def test_editions_are_never_written_among_other_files(world: World, tmp_path: Path, where: str) -> None:
    (tmp_path / "schools").mkdir()
    world.school.rename(tmp_path / "schools" / "green")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CannotRead, match="Choose another folder with --out"):
        fleet.launch(orders(world), tmp_path / "schools", tmp_path / where, form="folder")
    assert (tmp_path / "schools" / "green" / "school.yaml").read_text() == PROFILE
    assert sorted(path.name for path in (tmp_path / "schools").iterdir()) == ["green"]


@pytest.mark.parametrize("jobs", [-1, 100_000])
def test_a_number_of_jobs_that_no_computer_has_is_refused(jobs: int) -> None:
    with pytest.raises(CannotRead, match="schools at a time"):
        ready(Engine(jobs=jobs))


# --- logos and texts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("box", "inside", "said"),
    [
        ("0 0 1 100000", SHAPE, "is 1 wide and 100000 high"),
        ("0 0 0 0", SHAPE, "has the viewBox '0 0 0 0'"),
        ("0 0 nan 1e300", SHAPE, "has the viewBox '0 0 nan 1e300'"),
        ("0 0 1", SHAPE, "has the viewBox '0 0 1'"),
        ("0 0 9 9", "<g>" * 2_000 + "</g>" * 2_000, "has shapes in more than 50 groups within each other"),
        ("0 0 9 9", '<clipPath id="a"><path clip-path="url(#a)" d="M0 0h9v9z"/></clipPath>', "cuts what it cuts with"),
        ("0 0 9 9", f'<path d="M0 0{"L1 1" * 100_000}"/>', "bytes; drawings end at 300,000"),
    ],
)
def test_a_logo_that_would_take_all_memory_or_time_is_refused(box: str, inside: str, said: str) -> None:
    with pytest.raises(CannotRead, match=said.replace(".", r"\.")):
        safe_svg(SVG.format(box=box, inside=inside).encode(), "logo.svg", Place("school.yaml", 9))


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 100_000, "? " * 100_000, "- ? " * 50_000])
def test_yaml_that_is_nested_thousands_deep_ends_no_process(text: str) -> None:
    with pytest.raises(CannotRead, match="nested more than 20 deep"):
        data.parse(text, "school.yaml")


@pytest.mark.slow
def test_a_school_called_like_code_stands_in_every_file_as_it_is_called(world: World, out: Path) -> None:
    name = "A <b>&amp; (x) \\) %s ]]> ' \" <!--hole css--> endobj"
    lane = "=1+1 <w:foot/> <!--hole foot--> 1 0 R"
    rows = ROW.strip() + ",{id},#BE01A5,{lane}\n"
    first = rows.format(name='"' + name.replace('"', '""') + '"', id="odd", lane=lane)
    done = fleet.launch(
        orders(world),
        sheet(world, first, rows.format(name="Green", id="green", lane="Lane 1"), head=HEAD.strip() + ",id,colour,address\n"),
        out,
    )

    assert states(done) == {"odd": "made", "green": "made"}, [str(problem) for one in done for problem in one.problems]
    assert not any(mark.encode() in (out / "fleet.html").read_bytes() for mark in PRIVATE)
    with zipfile.ZipFile(out / "odd.zip") as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    assert {one.split("/", 1)[0] for one in files} == {"odd"}
    assert json.loads(files["odd/manifest.json"])["school"] == name
    for path, content in files.items():
        if path.endswith(".pdf"):
            with pikepdf.open(io.BytesIO(content)) as pdf:
                said = " ".join(str(value) for value in pdf.docinfo.values()) + pdf.Root.Metadata.read_bytes().decode()
                etree.fromstring(pdf.Root.Metadata.read_bytes())
                assert not set(said) & set(PRIVATE), path
        elif path.endswith((".docx", ".pptx")):
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                whole = " ".join(
                    "".join(etree.fromstring(parts.read(one)).itertext()) for one in parts.namelist() if one.endswith((".xml", ".rels"))
                )
            assert name in whole, path
            assert not set(whole) & set(PRIVATE), path
        elif path.endswith(".html"):
            assert b"A <b>&amp;" not in content, path


# --- what was finished, and what was damaged -------------------------------------------------------------------------


@pytest.mark.slow
def test_what_was_damaged_or_changed_since_is_made_again_and_nothing_else(world: World, tmp_path: Path, out: Path) -> None:
    (tmp_path / "trust").mkdir()
    authority = tmp_path / "trust" / "authority.yaml"
    authority.write_text("web: trust.example\n")
    rows = [ROW.strip().format(name=f"School {letter}") + f",{'trust' if letter == 'c' else ''}\n" for letter in "abc"]
    source = sheet(world, *rows, head=HEAD.strip() + ",authority\n")
    order = orders(world)
    fleet.launch(order, source, out)
    before = {path.name: path.read_bytes() for path in out.glob("*.zip")}

    def again(day: int = 0) -> set[str]:
        done = fleet.launch(replace(order, today=order.today + timedelta(days=day)), source, out)
        assert {path.name: path.read_bytes() for path in out.glob("*.zip")} == before
        return {one.id for one in done if one.state == "made"}

    assert again() == set()
    assert again(day=1) == set()  # a night is longer than a day
    os.utime(out / "school-a.zip", (1, 1))  # copied, and still the same
    assert again() == set()
    spoilt = bytearray(before["school-a.zip"])
    spoilt[len(spoilt) // 2] ^= 1
    (out / "school-a.zip").write_bytes(spoilt)
    assert again() == {"school-a"}
    (out / ".done" / "school-b.json").write_text('{"key": ')
    for path in sorted((out / ".store").glob("*/*.plate"))[:3]:
        content = path.read_bytes()
        path.write_bytes(content[:-9] if path.name < "8" else content[:99] + b"[" * 5_000 + content[5_099:])
    next(iter((out / ".store").glob("*/*.plate"))).with_suffix(".json").write_text("[]")
    next(iter((out / ".store").glob("*/*.png"))).write_bytes(b"no picture")
    from signpost.pipeline import family

    family._open.clear()
    assert again() == {"school-b"}
    authority.write_text("web: other.example\n")
    assert {one.id for one in fleet.launch(order, source, out) if one.state == "made"} == {"school-c"}


def test_a_kept_plate_of_which_a_byte_is_another_is_not_opened() -> None:
    kept = plates._sum(b"[" * 9) + b"[" * 9
    for spoilt in (b"", kept[:-1], kept[:20] + b"x" + kept[21:], b"[" * 100_000):
        with pytest.raises(plates.Damaged):
            plates.opened(spoilt)


# --- locks, deaths and full disks ----------------------------------------------------------------------------------


def test_a_lock_ends_with_its_process_and_another_computers_is_believed(tmp_path: Path) -> None:
    lock = tmp_path / ".store" / "building"
    lock.parent.mkdir()
    for stale in ("", "0", "no number", f"1 {socket.gethostname()} held", "99999999"):
        lock.write_text(stale)
        one = OneAtATime(tmp_path)
        with one:
            assert os.pread(one.handle, 99, 0).decode() == f"{os.getpid()} {socket.gethostname()} held"
            code = f"from signpost.pipeline import OneAtATime; from pathlib import Path; OneAtATime(Path({str(tmp_path)!r})).__enter__()"
            if not stale:
                said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=_env())
                assert "another build is writing into this folder" in said.stderr
        assert not lock.exists()
    lock.write_text("17 another-computer held")
    with pytest.raises(OSError, match="on the computer 'another-computer'"), OneAtATime(tmp_path):
        pass
    assert lock.exists()


def _env() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path.cwd())}


def _started(world: World, source: Path, out: Path, jobs: int) -> subprocess.Popen[str]:
    code = (
        "import sys; from datetime import date; from pathlib import Path; from signpost.pipeline import Order, fleet; "
        f"fleet.launch(Order(root=Path({str(world.root)!r}), today=date(2026, 11, 22), only=('t1/warning-signs',), jobs={jobs}), "
        f"Path({str(source)!r}), Path({str(out)!r}))"
    )
    return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, env=_env(), start_new_session=True)


def _of_group(group: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, grouped = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(grouped) == group and state != "Z":
            found.append(int(path.parent.name))
    return found


@pytest.mark.slow
def test_workers_end_with_the_fleet_that_was_killed_and_the_next_one_goes_on(world: World, tmp_path: Path, out: Path) -> None:
    source = sheet(world, *(ROW.format(name=f"School {letter}{other}") for letter in "abcd" for other in "ghi"))
    first = _started(world, source, out, jobs=2)
    while len(list(out.glob("*.zip"))) < 2 and first.poll() is None:
        time.sleep(0.02)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    kept = {path.stem for path in (out / ".done").glob("*.json")}
    until = time.monotonic() + 20
    while _of_group(first.pid) and time.monotonic() < until:
        time.sleep(0.1)

    assert _of_group(first.pid) == []
    done = states(fleet.launch(orders(world, jobs=2), source, out))
    assert len(done) == 12
    assert {id for id, state in done.items() if state == "kept"} >= kept
    whole = tmp_path / "whole"
    shutil.copytree(out / ".store", whole / ".store")
    fleet.launch(orders(world, jobs=1), source, whole)
    assert {path.name: path.read_bytes() for path in whole.glob("*.zip")} == {path.name: path.read_bytes() for path in out.glob("*.zip")}
    assert set(done.values()) <= {"kept", "made"}


@pytest.mark.slow
def test_a_disk_without_room_for_one_school_keeps_the_others_and_goes_on_when_there_is_room(world: World, out: Path) -> None:
    """One school's zip is larger than this process may write a file: what the system says is what a full disk says."""
    shapes = "".join(
        f'<path d="M{at % 97}.123 {at % 89}.456L{at % 83}.7 {at % 79}.8z" fill="#{at * 7919 % 0xFFFFFF:06x}"/>' for at in range(1_500)
    )
    (world.root.parent / "heavy.svg").write_text(SVG.format(box="0 0 100 100", inside=shapes))
    rows = [ROW.strip().format(name=f"School {letter}") + f",{'heavy.svg' if letter == 'b' else ''}\n" for letter in "abc"]
    source = sheet(world, *rows, head=HEAD.strip() + ",logo\n")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_630_000, hard))
    try:
        done = fleet.launch(orders(world), source, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

    assert states(done) == {"school-a": "made", "school-b": "refused", "school-c": "made"}
    assert "Its pages cannot be written: File too large." in [problem.what for one in done for problem in one.problems]
    assert not list(out.rglob(".part-*"))
    assert not (out / "school-b.zip").exists()
    assert states(fleet.launch(orders(world), source, out)) == {"school-a": "kept", "school-b": "made", "school-c": "kept"}
