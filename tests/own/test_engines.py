"""Engines behind one `map`: wherever a school is made its bytes are the same, and what happens to a worker happens to no school."""

import json
import os
import pickletools
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster
from distributed.protocol import pickle
from distributed.security import Security

from signpost.pipeline import Order, engines, fleet, roster
from signpost.pipeline.engines import Engine, Ground, Plain, Told
from signpost.problem import CannotRead

from .conftest import World

ROOT = Path(__file__).resolve().parent.parent.parent
PROFILE = """\
  - name: School {letter}
    country: {country}
    lead: {{name: Ms Joy Okoro, role: Safeguarding lead, room: Room 3, phone: 01632 960 555}}
    routes: [{{name: Ms Joy Okoro, where: Room 3}}]
    phone: 01632 960 500
    email: office@green.example
    documents: [poster]
    confirmed: {{on: 2026-11-10, by: Joy Okoro}}
"""


# What a worker is asked to do in these tests; it is sent the name


def told_back(task: Plain) -> Plain:
    return {"id": task["id"], "made": True}


def slow(task: Plain) -> Plain:
    time.sleep(0.2)
    return told_back(task)


def deadly(task: Plain) -> Plain:
    """The task 'deadly' kills the process in which it is done, every time."""
    if task["id"] == "deadly":
        with Path(task["log"]).open("a") as log:
            log.write("x")
        os.kill(os.getpid(), signal.SIGKILL)
    return slow(task)


def lost(task: Plain, why: str) -> Plain:
    return {"id": task["id"], "lost": why}


def sent_away(worker: str, why: str) -> Plain:
    return {"id": worker, "sent away": why}


def each(work: engines.Work, tasks: list[Plain], engine: Engine, out: Path) -> Iterator[Plain]:
    return engines.each(work, tasks, engine, Ground(root=ROOT, out=out), Told(lost=lost, sent_away=sent_away))


def run(work: engines.Work, tasks: list[Plain], engine: Engine, out: Path) -> list[Plain]:
    return sorted(each(work, tasks, engine, out), key=lambda one: str(one["id"]))


def tasks(*ids: str, **more: str) -> list[Plain]:
    return [{"id": id, **more} for id in ids]


@pytest.fixture
def cluster() -> Iterator[Callable[..., Any]]:
    """Makes real clusters on this computer, as somebody would who sets one up by hand."""
    made: list[Any] = []

    def make(workers: int, **more: Any) -> Any:
        quiet = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
        made.append(
            LocalCluster(n_workers=workers, threads_per_worker=1, host="127.0.0.1", silence_logs=50, scheduler_kwargs=quiet, **more)
        )
        return made[-1]

    yield make
    for one in made:
        one.close()


# Where schools are made


def sheet(world: World, letters: str, country: str = "EX") -> Path:
    """A fleet of some schools; one in the country EY is refused at once, because nothing is known of its help routes."""
    path = world.root.parent / "schools.yaml"
    path.write_text("schools:\n" + "".join(PROFILE.format(letter=letter, country=country) for letter in letters), encoding="utf-8")
    return path


def made_by(world: World, engine: Engine, letters: str, out: Path) -> dict[str, bytes]:
    """Every byte of every edition; all were made."""
    order = Order(root=world.root, today=world.today, only=("t1/warning-signs",))
    done = fleet.launch(order, sheet(world, letters), out, engine=engine)
    assert {one.state for one in done} == {"made"}, done
    files = (
        path for path in out.rglob("*") if path.is_file() and path.name not in ("fleet.csv", "fleet.html") and ".done" not in path.parts
    )
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def kill_one_in_the_middle(work: Path, begun: set[str]) -> None:
    """Kill one of Dask's workers while it makes a school; note every attempt at a school."""
    killed = False
    until = time.monotonic() + 120
    while time.monotonic() < until and not (killed and work.parent.joinpath("fleet.html").exists()):
        now = {path.name for path in work.glob("*")}
        begun |= now
        workers = [child for child in active_children() if "Dask" in child.name]
        if not killed and len(now) == len(workers) == 2 and workers[0].pid:
            os.kill(workers[0].pid, signal.SIGKILL)
            killed = True
        time.sleep(0.02)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_changes_no_byte(world: World, tmp_path: Path) -> None:
    letters = "abcdefghijklmnop"  # a school is a matter of some tenths of a second
    here = made_by(world, Engine(jobs=2), letters, tmp_path / "here")
    begun: set[str] = set()
    killer = threading.Thread(target=kill_one_in_the_middle, args=(tmp_path / "dask" / ".work", begun))
    killer.start()
    far = made_by(world, Engine(kind="dask", jobs=2), letters, tmp_path / "dask")
    killer.join()

    assert len(begun) > len(letters), "no school was begun twice"
    assert far.keys() == here.keys()
    assert [path for path in here if far[path] != here[path]] == []
    assert "school-a.zip" in here
    assert not (tmp_path / "dask" / ".work").exists()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["here", "dask"])
def test_a_school_that_kills_its_worker_every_time_is_refused_and_the_others_are_finished(kind: Any, tmp_path: Path) -> None:
    log = tmp_path / "log"
    done = run(deadly, tasks("a", "b", "c", "deadly", "e", "f", "g", log=str(log)), Engine(kind=kind, jobs=2), tmp_path)

    assert [one["id"] for one in done if one.get("made")] == ["a", "b", "c", "e", "f", "g"]
    assert [one for one in done if not one.get("made")] == [{"id": "deadly", "lost": engines.DIED}]
    assert log.read_text() == {"here": "xx", "dask": "xxx"}[kind]


@pytest.mark.slow
def test_two_workers_may_make_the_same_school_at_the_same_time(world: World, tmp_path: Path) -> None:
    order = Order(root=world.root, today=world.today, only=("t1/warning-signs",))
    (member,), _ = roster.members(sheet(world, "a"), tmp_path / "schools")
    task = fleet.asked(order, tmp_path / "out", member, "key", "zip", proof=False)
    both = run(fleet.school, [task, task], Engine(jobs=2), tmp_path)

    assert [one["state"] for one in both] == ["made", "made"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [".done", ".store", ".work", "school-a.zip"]
    assert list((tmp_path / "out" / ".work").iterdir()) == []


def test_editions_that_are_put_in_one_place_at_once_leave_one_whole(tmp_path: Path) -> None:
    def put(number: int) -> None:
        for turn in range(20):
            work = tmp_path / "work" / f"{number}-{turn}"
            (work / "green").mkdir(parents=True)
            (work / "green" / "index.html").write_text("the same")
            (work / "green.zip").write_text("the same")
            for form in ("zip", "folder"):
                fleet.put(work, tmp_path, "green", form)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(4)))

    assert [path.name for path in (tmp_path / "green").iterdir()] == ["index.html"]
    assert (tmp_path / "green.zip").is_file()


# What travels


@pytest.mark.slow
def test_what_travels_is_plain_data_and_the_name_of_a_function(world: World, tmp_path: Path, cluster: Callable[..., Any]) -> None:
    made = cluster(1)
    sent: dict[object, bytes] = {}

    class Listener:  # what Dask asks of a plugin
        name = "listener"

        def __getattr__(self, _: str) -> Callable[..., None]:
            return lambda *_, **__: None

        def transition(self, key: object, _: str, finish: str, *__: object, **___: object) -> None:
            if finish == "processing":
                sent[key] = pickle.dumps(made.scheduler.tasks[key].run_spec)

    made.scheduler.add_plugin(Listener())
    order = Order(root=world.root, today=world.today, only=("t1/warning-signs",))
    fleet.launch(order, sheet(world, "a", "EY"), tmp_path / "out", engine=Engine(kind="dask", scheduler=made.scheduler_address))

    (task,) = sent.values()
    assert list(named(task)) == ["dask._task_spec Task", "signpost.pipeline.engines at_worker"]
    asked = json.loads(next(text for text in words(task) if text.startswith('{"id"')))
    assert (asked["id"], asked["today"], asked["only"]) == ("school-a", "2026-11-22", ["t1/warning-signs"])
    assert asked["profile"].startswith("name: School a\n")


def words(pickled: bytes) -> Iterator[str]:
    return (str(argument) for code, argument, _ in pickletools.genops(pickled) if "UNICODE" in code.name)


def named(pickled: bytes) -> Iterator[str]:
    """Everything that is looked up by name when this is read: modules with their functions and classes."""
    memory: list[str] = []
    for code, argument, _ in pickletools.genops(pickled):
        if "UNICODE" in code.name:
            memory.append(str(argument))
        elif code.name == "STACK_GLOBAL":
            yield " ".join(memory[-2:])
        elif code.name == "GLOBAL":
            yield str(argument)


# Who may work


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another version of Signpost, as it lies on a machine that was forgotten."""
    folder = tmp_path / "other"
    for name in ("signpost", "templates", "requirements", "content", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "templates" / "poster.html").open("a", encoding="utf-8") as file:
        file.write("<!-- older -->\n")
    return folder


@pytest.fixture
def worker() -> Iterator[Callable[[str, Path], "subprocess.Popen[bytes]"]]:
    """Starts workers as somebody does on another machine."""
    started: list[subprocess.Popen[bytes]] = []

    def start(address: str, folder: Path) -> "subprocess.Popen[bytes]":
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        command = [sys.executable, "-P", "-m", "dask", "worker", address, *options]
        quiet = subprocess.DEVNULL
        settings = os.environ | {"PYTHONPATH": str(folder)}
        started.append(subprocess.Popen(command, cwd=folder, env=settings, stdout=quiet, stderr=quiet))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


@pytest.mark.slow
def test_a_worker_with_another_signpost_is_sent_away_told_once_and_its_work_done_by_others(
    world: World, tmp_path: Path, other: Path, cluster: Callable[..., Any], worker: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    made = cluster(1)
    forgotten = worker(made.scheduler_address, other)
    made.wait_for_workers(2)
    order = Order(root=world.root, today=world.today, only=("t1/warning-signs",))
    engine = Engine(kind="dask", scheduler=made.scheduler_address)
    away, school = sorted(
        fleet.launch(order, sheet(world, "a", "EY"), tmp_path / "out", engine=engine), key=lambda one: one.id[:6] != "worker"
    )

    assert (school.id, school.problems[0].what) == ("school-a", "There are no help routes for 'EY'.")
    assert (away.id.startswith("worker tcp://127.0.0.1:"), away.state) == (True, "refused")
    assert away.problems[0].what.endswith("was sent away. It has another version of: Signpost.")
    assert away.id in (tmp_path / "out" / "fleet.csv").read_text()
    assert forgotten.wait(10) == 0


@pytest.mark.slow
def test_a_worker_that_was_not_started_again_after_an_update_is_not_up_to_date(other: Path) -> None:
    program = (
        "import json, sys; from pathlib import Path; from signpost.pipeline import engines\n"
        "ask = lambda: engines.unlike(json.dumps({'root': '', 'seen': [], 'standing': engines.standing('')}))\n"
        "print(ask()); Path('templates/poster.html').write_text('newer'); print(ask())"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=other, capture_output=True, text=True, check=True)

    assert said.stdout.split("\n")[:2] == ["", "It was not started again after its Signpost was changed."]


@pytest.mark.slow
def test_where_no_worker_is_fit_every_school_is_told_why(tmp_path: Path) -> None:
    ground = Ground(root=ROOT, out=tmp_path, seen=(tmp_path / "no such disk",))
    engine = Engine(kind="dask", jobs=1, patience=1)
    done = list(engines.each(told_back, tasks("a", "b"), engine, ground, Told(lost=lost, sent_away=sent_away)))

    why = f"It does not see '{tmp_path}/no such disk'."
    assert [one.get("sent away") for one in done] == [why, None, None]
    assert [one.get("lost") for one in done] == [None, f"No worker is left. {why}", f"No worker is left. {why}"]
    assert list(tmp_path.iterdir()) == []


def test_a_worker_knows_what_it_lacks(tmp_path: Path) -> None:
    asked: Plain = {"root": "", "seen": [str(tmp_path)], "standing": engines.standing("")}
    assert engines.unlike(json.dumps(asked)) == ""
    assert engines.unlike(json.dumps(asked | {"seen": [f"{tmp_path}/nothing"]})) == f"It does not see '{tmp_path}/nothing'."
    asked["standing"] |= {"pango": "99", "the lessons": ""}
    assert engines.unlike(json.dumps(asked)) == "It has another version of: the lessons, pango."


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        (Engine(kind="dask", scheduler="tcp://10.1.2.3:8786"), "nothing says that the connection is encrypted"),
        (Engine(kind="dask", scheduler="tcp://dask.example:8786"), "nothing says that the connection is encrypted"),
        (Engine(kind="dask", scheduler="tcp://localhost.example:8786"), "nothing says that the connection is encrypted"),
        (Engine(kind="dask", scheduler="dask.example:8786"), "is no scheduler's address"),
        (Engine(kind="dask", scheduler="ws://dask.example:8786"), "is no scheduler's address"),
        (Engine(kind="dask", scheduler="tls://dask.example:8786"), "needs all three files"),
        (Engine(kind="dask", scheduler="tls://dask.example:8786", tls_ca="no", tls_cert="no", tls_key="no"), "There is no file 'no'"),
        (Engine(kind="dask", tls_ca="ca.pem"), "need no certificates"),
        (Engine(scheduler="tls://dask.example:8786"), "Only the engine 'dask' has a scheduler"),
    ],
)
def test_an_address_that_is_not_safe_is_refused_before_anything_begins(world: World, tmp_path: Path, engine: Engine, said: str) -> None:
    with pytest.raises(CannotRead, match=said):
        fleet.launch(world.order, sheet(world, "a"), tmp_path / "out", engine=engine)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "tcp://127.1.2.3:8786", "tcp://localhost:8786", "tcp://[::1]:8786"])
def test_this_computer_needs_no_certificates(address: str) -> None:
    engines.ready(Engine(kind="dask", scheduler=address))


def test_without_dask_what_to_type_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    with pytest.raises(CannotRead, match="not installed") as finding:
        engines.ready(Engine(kind="dask"))
    assert finding.value.problems[0].fix == "Type: python3 build.py setup dask"


def pem(folder: Path, security: Any) -> dict[str, Any]:
    """The files that somebody has who may speak to this cluster."""
    folder.mkdir()
    files = {"tls_ca": security.tls_ca_file, "tls_cert": security.tls_client_cert, "tls_key": security.tls_client_key}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="ascii")
    return {name: str(folder / name) for name in files}


@pytest.mark.slow
def test_over_tls_only_those_speak_who_have_a_certificate_of_the_same_authority(tmp_path: Path, cluster: Callable[..., Any]) -> None:
    ours, theirs = Security.temporary(), Security.temporary()
    address = cluster(1, security=ours, protocol="tls://").scheduler_address
    assert address.startswith("tls://")

    done = run(told_back, tasks("a", "b"), Engine(kind="dask", scheduler=address, **pem(tmp_path / "ours", ours)), tmp_path)
    assert done == [{"id": "a", "made": True}, {"id": "b", "made": True}]
    with pytest.raises(CannotRead, match="cannot be reached"):
        run(told_back, tasks("a"), Engine(kind="dask", scheduler=address, **pem(tmp_path / "theirs", theirs)), tmp_path)


@pytest.mark.slow
def test_a_scheduler_that_goes_away_leaves_no_school_without_an_answer(
    tmp_path: Path, worker: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    file = tmp_path / "scheduler.json"
    command = [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"]
    command += ["--no-dashboard", "--scheduler-file", str(file)]
    quiet = subprocess.DEVNULL
    scheduler = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    while not file.is_file():
        time.sleep(0.05)
    address = json.loads(file.read_text())["address"]
    worker(address, ROOT)
    done = []
    for one in each(slow, tasks(*"abcdefgh"), Engine(kind="dask", scheduler=address, patience=5), tmp_path):
        done.append(one)
        scheduler.kill()
    scheduler.wait()

    assert sorted(one["id"] for one in done) == list("abcdefgh")
    assert done[0] == {"id": "a", "made": True}
    assert "The scheduler does not answer any more" in done[-1]["lost"]
