"""Engines behind one `map`: a fleet's schools are made on this computer's cores, or by Dask on many computers.

A task is a school, not a file: Dask costs some milliseconds a task, which is much for a page and nothing for a school. To a worker of
Dask goes one line of JSON and the name of a function that its own Signpost has; from it comes one line of JSON. No code, no page and
no object of ours travels, so a worker can only do what the Signpost on its own disk does, and it is asked first whether that is ours.
"""

import ipaddress
import json
import logging
import os
import signal
import sys
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, Literal
from uuid import uuid4

from signpost import doctor
from signpost.pipeline import TOOLS_ROOT, end_with
from signpost.problem import CannotRead, Place, Problem
from signpost.store import fingerprint, of_tools, write_whole

Plain = dict[str, Any]  # what JSON can say
Work = Callable[[Plain], Plain]
DIED = "Making this school's pages ended without a word."
DEATHS = 3  # a school during which so many workers died is given to no other
TRIES = 10  # how often a school is handed out before it is given up, whatever the reason
MOST_JOBS = 256
TURN = 1.0  # seconds between two looks at who is there
CONNECT = 15.0  # seconds in which a scheduler must answer
ANSWER = 60.0  # seconds in which something that is finished must have come
_GONE = (OSError, TimeoutError, CancelledError)
EXAMPLE = "--scheduler tls://HOST:8786 --tls-ca CA.pem --tls-cert CERT.pem --tls-key KEY.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Where schools are made: here, or by the workers of a Dask scheduler; without an address Dask's workers are on this computer too."""

    kind: Literal["here", "dask"] = "here"
    jobs: int = 0
    scheduler: str = ""
    tls_ca: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    patience: float = 60.0  # seconds without any worker until what is left is given up

    @property
    def tls(self) -> tuple[tuple[str, str], ...]:
        """The three files of an encrypted connection, each with the option that names it."""
        return (("--tls-ca", self.tls_ca), ("--tls-cert", self.tls_cert), ("--tls-key", self.tls_key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every worker must have before it: this library, and the folder into which all write (and what else it must see)."""

    root: Path
    out: Path
    seen: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How what became of a task is said when no worker could say it, and what is said of a worker that was sent away."""

    lost: Callable[[Plain, str], Plain]
    sent_away: Callable[[str, str], Plain]


def each(work: Work, tasks: Sequence[Plain], engine: Engine, ground: Ground, told: Told) -> Iterator[Plain]:
    """What became of each task, as it becomes known; whatever happens to a worker, every task is answered once."""
    ready(engine)
    if engine.kind == "here":
        yield from _here(work, tasks, engine.jobs, told)
    else:
        yield from _dask(work, tasks, engine, ground, told)


# --- what was asked for ------------------------------------------------------------------------------------------


def ready(engine: Engine) -> None:
    """Nothing is in the way of this engine; CannotRead with what to type where something is."""
    problems = tuple(Problem(Place(place), "usage", what, fix) for place, what, fix in _unready(engine))
    if problems:
        raise CannotRead(*problems)


def _unready(engine: Engine) -> Iterator[tuple[str, str, str]]:
    """The option, what is wrong with it, and what to type."""
    given = [option for option, file in engine.tls if file]
    if not 0 <= engine.jobs <= MOST_JOBS:
        yield "--jobs", f"There cannot be {engine.jobs:,} schools at a time.", f"Write 1 to {MOST_JOBS}; without it, as many as processors."
    if engine.kind == "here":
        named = ["--scheduler"] if engine.scheduler else given
        yield from ((option, "Only the engine 'dask' has a scheduler.", "Add: --engine dask") for option in named[:1])
        return
    if find_spec("distributed") is None:
        yield "--engine", "The engine 'dask' is not installed.", "Type: python3 build.py setup dask"
    if engine.scheduler:
        yield from _unsafe(engine, given)
    elif given:
        yield given[0], "Workers on this computer need no certificates.", f"Leave it out, or name a scheduler: {EXAMPLE}"


def _unsafe(engine: Engine, given: list[str]) -> Iterator[tuple[str, str, str]]:
    """Dask lets whoever may speak to it run anything: off this computer only those may who have a certificate."""
    scheme, _, rest = engine.scheduler.rpartition("://")
    if scheme not in ("tls", "tcp") or not _port(rest):
        yield "--scheduler", f"'{engine.scheduler}' is no scheduler's address.", f"Write it like this: {EXAMPLE}"
    elif scheme == "tcp" and not _loopback(rest):
        what = f"'{engine.scheduler}' is another computer, and nothing says that the connection is encrypted."
        yield "--scheduler", what, f"Start the scheduler with certificates (docs/many-machines.md), and type: {EXAMPLE}"
    elif scheme == "tcp" and given:
        yield given[0], "Certificates are for an address that begins with tls://.", f"Type: {EXAMPLE}"
    elif scheme == "tls":
        for option, file in engine.tls:
            if not file:
                yield option, "An encrypted connection needs all three files.", f"Type: {EXAMPLE}"
            elif not Path(file).is_file():
                yield option, f"There is no file '{file}'.", "Name the file; docs/many-machines.md says how to make it."


def _port(rest: str) -> bool:
    return rest.rpartition(":")[0] != "" and rest.rpartition(":")[2].isdecimal()


def _loopback(rest: str) -> bool:
    host = rest.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# --- here --------------------------------------------------------------------------------------------------------


def _here(work: Work, tasks: Sequence[Plain], jobs: int, told: Told) -> Iterator[Plain]:
    """Processes on this computer; a worker that dies takes only its own task with it."""
    workers = min(jobs or os.cpu_count() or 1, len(tasks))
    if workers <= 1:
        yield from map(work, tasks)
        return
    left = list(tasks)
    while left:
        broken = yield from _pool(work, left, workers)
        # A dead worker breaks the whole pool. Tasks are begun in order: its own is among the first of those that broke.
        suspects, left = broken[: workers + 1], broken[workers + 1 :]
        for task in suspects:
            if (yield from _pool(work, [task], 1)):
                yield told.lost(task, DIED)


def _pool(work: Work, tasks: Sequence[Plain], workers: int) -> Generator[Plain, None, list[Plain]]:
    """What became of each task that came through; in the end those that did not, in their order."""
    context = get_context("fork" if hasattr(os, "fork") and os.uname().sysname == "Linux" else "spawn")
    broken: list[int] = []
    with ProcessPoolExecutor(workers, mp_context=context, initializer=end_with, initargs=(os.getpid(),)) as pool:
        futures: dict[Future[Plain], int] = {}
        try:
            for at, task in enumerate(tasks):
                futures[pool.submit(work, task)] = at
        except BrokenProcessPool:  # before all were handed in
            broken.extend(range(len(futures), len(tasks)))
        try:
            for future in as_completed(futures):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    broken.append(futures[future])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [tasks[at] for at in sorted(broken)]


# --- what a worker of Dask is asked -------------------------------------------------------------------------------


def standing(root: str) -> Plain:
    """A digest or version of everything that decides bytes: our files, the lessons (an empty root is our own), the libraries."""
    from signpost.render import press

    return {
        "Signpost": of_tools(TOOLS_ROOT),
        "the lessons": fingerprint([str(Path(root or TOOLS_ROOT) / "content")]),
        "Python": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "the native libraries": _libraries(),
        **dict(press.tools()),
    }


_libraries = cache(doctor.libraries_line)


@cache
def _loaded() -> str:
    """Our files as they were when this process read them: a worker that was not started again after an update is not up to date."""
    return of_tools(TOOLS_ROOT)


def unlike(asked: str) -> str:
    """Why this process may not work for the one that asks; empty where it may. Called by name on a worker."""
    ground = json.loads(asked)
    missing = next((path for path in ground["seen"] if not Path(path).exists()), "")
    if missing:
        return f"It does not see '{missing}'."
    began, mine = _loaded(), standing(ground["root"])
    other = [name for name, value in ground["standing"].items() if mine.get(name) != value]
    if began != mine["Signpost"] and not other:
        return "It was not started again after its Signpost was changed."
    return f"It has another version of: {', '.join(other)}." if other else ""


def dask_setup(_worker: object) -> None:
    """Dask calls it by this name in a worker made here: Ctrl-C is for whoever started the fleet; the workers end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def at_worker(name: str, asked: str, task: str) -> str:
    """Do one task on a worker: names and JSON go in, JSON comes out."""
    from distributed import get_worker

    why = unlike(asked)
    if why:
        return json.dumps({"unlike": why, "worker": get_worker().address})
    module, _, function = name.partition(":")
    return json.dumps({"done": getattr(import_module(module), function)(json.loads(task))})


# --- Dask --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Flight:
    """A task on its way: how often it was handed out, and how many workers died meanwhile."""

    task: Plain
    tries: int = 0
    deaths: int = 0
    alone: bool = False


@dataclass(slots=True)
class _Crowd:
    """The workers of one scheduler and what they have in hand."""

    client: Any
    work: str
    asked: str
    run: str = field(default_factory=lambda: f"signpost-{uuid4().hex}")
    flying: dict[Any, _Flight] = field(default_factory=dict)
    landed: SimpleQueue[Any] = field(default_factory=SimpleQueue)
    known: set[str] = field(default_factory=set)

    def hand_out(self, waiting: deque[_Flight], suspects: deque[_Flight], room: int) -> None:
        """Keep every worker busy, with one task in reserve; what workers died of goes out last, and alone."""
        while waiting and len(self.flying) < 2 * room:
            self._submit(waiting.popleft())
        if suspects and room and not self.flying:
            suspects[0].alone = True
            self._submit(suspects.popleft())

    def _submit(self, flight: _Flight) -> None:
        flight.tries += 1
        # A key of this form makes them one group for Dask, which then gives a worker hardly more than it can begin.
        key = (self.run, uuid4().hex)
        future = self.client.submit(at_worker, self.work, self.asked, json.dumps(flight.task), key=key, pure=False)
        self.flying[future] = flight
        future.add_done_callback(self.landed.put)

    def look(self) -> tuple[int, dict[str, str]]:
        """How many tasks the workers can do at a time, and those that had to be sent away, each with the reason."""
        threads = self.client.nthreads()
        new = [address for address in threads if address not in self.known]
        said = self.client.run(unlike, self.asked, workers=new, on_error="return") if new else {}
        self.known.update(said)
        away = {address: _reason(one) for address, one in said.items() if one and not isinstance(one, OSError)}
        if away:
            self.client.retire_workers(list(away), close_workers=True, remove=True)
        return sum(count for address, count in threads.items() if address not in away), away


def _reason(said: object) -> str:
    return said if isinstance(said, str) else f"It cannot use Signpost: {said}."


@contextmanager
def _connected(engine: Engine, most: int) -> Iterator[Any]:
    """A client of the scheduler that was named, or of one made here for this fleet alone; CannotRead where it does not answer."""
    from distributed import Client, LocalCluster
    from distributed.security import Security

    with ExitStack() as stack:
        stack.enter_context(_silent(logging.getLogger("distributed")))
        address, security = engine.scheduler, None
        if not address:
            workers = min(engine.jobs or os.cpu_count() or 1, most)
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                memory_limit=None,
                silence_logs=logging.CRITICAL,
                preload=__name__,
                # No page about itself; and a death is told at once, because `_all` knows what to do.
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0", "allowed_failures": 0},
            )
            address = stack.enter_context(cluster).scheduler_address
        elif address.startswith("tls:"):
            files = {"tls_ca_file": engine.tls_ca, "tls_client_cert": engine.tls_cert, "tls_client_key": engine.tls_key}
            security = Security(require_encryption=True, **files)
        try:
            client = stack.enter_context(Client(address, security=security, timeout=min(CONNECT, engine.patience), set_as_default=False))
        except (OSError, TimeoutError) as error:
            what = f"The scheduler at {address} cannot be reached: {str(error).strip() or type(error).__name__}."
            fix = "Look whether it runs, and whether the certificates are of one authority (docs/many-machines.md)."
            raise CannotRead(Problem(Place("--scheduler"), "usage", what, fix)) from None
        yield client


@contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    """What becomes of workers is told by us, in a report; Dask's own words would stand between the schools' names."""
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _dask(work: Work, tasks: Sequence[Plain], engine: Engine, ground: Ground, told: Told) -> Iterator[Plain]:
    """Hand out no more than the workers can do, hand out again what was lost, and take what came."""
    left = [_Flight(task) for task in tasks]
    token = ground.out / f".fleet-{uuid4().hex}"
    write_whole(str(token), b"A worker that sees this file sees our disk.\n")
    try:
        with _connected(engine, len(tasks)) as client:
            root = "" if str(ground.root) == TOOLS_ROOT else str(ground.root)
            seen = [str(path) for path in (token, *ground.seen)]
            asked = json.dumps({"root": root, "seen": seen, "standing": standing(root)})
            crowd = _Crowd(client, f"{work.__module__}:{work.__qualname__}", asked)
            yield from _all(crowd, deque(left), told, engine.patience)
    finally:
        token.unlink(missing_ok=True)


def _all(crowd: _Crowd, waiting: deque[_Flight], told: Told, patience: float) -> Iterator[Plain]:
    """Every task once: made, or lost where workers died of it, where it never came back, or where nobody is left to make it."""
    suspects: deque[_Flight] = deque()  # tried again one at a time, so that a neighbour is never blamed
    since, why = monotonic(), ""
    while waiting or suspects or crowd.flying:
        try:
            room, away = crowd.look()
            crowd.hand_out(waiting, suspects, room)
        except _GONE as error:
            why = f"The scheduler does not answer any more ({type(error).__name__})."
            break
        for address, why in away.items():
            yield told.sent_away(address, why)
        since = monotonic() if room else since
        if monotonic() - since > patience:
            why = f"No worker is left. {why}".strip()
            break
        for future in _landed(crowd.landed):
            flight = crowd.flying.pop(future)
            answer = _answer(future, flight)
            if "done" in answer:
                yield answer["done"]
                continue
            crowd.known.discard(answer.get("worker", ""))  # it is looked at again, and sent away, before anything else is handed out
            if flight.tries >= TRIES or (flight.alone and flight.deaths >= DEATHS):
                yield told.lost(flight.task, DIED if flight.deaths else "It was given to a worker again and again, and never came back.")
            else:
                (suspects if flight.deaths else waiting).append(flight)
    for flight in (*crowd.flying.values(), *waiting, *suspects):
        yield told.lost(flight.task, why)


def _landed(queue: "SimpleQueue[Any]") -> Iterator[Any]:
    """Every future that is ready, after waiting a turn for the first."""
    try:
        yield queue.get(timeout=TURN)
        while True:
            yield queue.get_nowait()
    except Empty:
        return


def _answer(future: Any, flight: _Flight) -> Mapping[str, Any]:
    """What a worker said of a task; nothing where it was lost on the way."""
    from distributed import KilledWorker

    try:
        said: Mapping[str, Any] = json.loads(future.result(timeout=ANSWER))
    except KilledWorker as killed:
        flight.deaths += killed.allowed_failures + 1
    except (*_GONE, ImportError, AttributeError):
        pass  # the connection went, or a worker came that has no Signpost: it is looked at in the next turn
    else:
        return said
    return {}
