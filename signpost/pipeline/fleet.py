"""Many schools' editions, overnight and unattended: each a task of its own, none stopped by another, finished ones kept.

A task is a school, not a file. Schools that differ only in what stands in slots are a family: its plates are made first, once, and each
school prints from them. What was finished is remembered by the digest of all that went into it, so a fleet that was interrupted goes on
where it stopped, and one whose library has not changed has nothing to do.
"""

import csv
import errno
import hashlib
import io
import json
import re
import shutil
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from signpost import data, pack
from signpost.folder import PRINTS
from signpost.load import PROFILES, load, load_school
from signpost.pipeline import TOOLS_ROOT, OneAtATime, Order, build, engines, family
from signpost.pipeline.engines import Engine, Ground, Told
from signpost.pipeline.profile import profile_lines
from signpost.problem import CannotRead, Place, Problem, stopping
from signpost.store import Store, fingerprint, of_tools, write_whole

NEEDED = ("name", "country", "lead-name", "lead-role", "lead-room")
OPTIONAL = (
    "id",
    "lead-phone",
    "lead-email",
    "deputy-name",
    "deputy-role",
    "deputy-room",
    "deputy-phone",
    "deputy-email",
    "phone",
    "email",
    "web",
    "colour",
    "address",
    "confirmed-on",
    "confirmed-by",
    "paper",
)
MOST_SCHOOLS = 100_000
PUT_TRIES = 5
Form = Literal["zip", "folder"]
Tell = Callable[["Done", int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One school of a fleet: its id, the folder of its profile, and where somebody wrote of it."""

    id: str
    folder: Path
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of one school: made, kept as it was, or refused; its problems and what it cost."""

    id: str
    state: str
    files: int = 0
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetReport:
    """What became of every school, as the report shows it."""

    phrases: tuple[tuple[str, str], ...]
    rows: tuple[Done, ...]
    form: str


def members(source: Path, scratch: Path) -> tuple[tuple[Member, ...], tuple[Problem, ...]]:
    """The schools that a folder of folders, a CSV or a YAML file names, each with a profile on disk, and what is wrong with others."""
    if source.is_dir():
        found = tuple(
            Member(id=path.parent.name, folder=path.parent, place=Place(str(path))) for path in sorted(source.glob(f"*/{PROFILES[0]}"))
        )
        if not found:
            what = f"No folder in '{source}' holds a {PROFILES[0]}."
            raise CannotRead(Problem(Place(str(source)), "fleet", what, "Name the folder that holds the schools' folders."))
        return found, ()
    rows = list(_rows(source))
    if len(rows) > MOST_SCHOOLS:
        raise CannotRead(Problem(Place(str(source)), "fleet", f"There are more than {MOST_SCHOOLS:,} schools.", "Make fleets of them."))
    made: list[Member] = []
    problems: list[Problem] = []
    first: dict[str, Place] = {}
    for place, row in rows:
        id = str(row.pop("id", "") or _slug(str(row.get("name") or "")))
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id):
            problems.append(Problem(place, "fleet", f"'{id}' cannot be a school's id.", "Use small letters, digits and hyphens: elm-bank."))
        elif id in first:
            what = f"The school '{id}' stands here twice, first in {first[id]}."
            problems.append(Problem(place, "fleet", what, "Keep one, or give each its own id in a column 'id'."))
        else:
            first[id] = place
            folder = scratch / id
            write_whole(str(folder / PROFILES[0]), ("\n".join(profile_lines(row)) + "\n").encode())
            made.append(Member(id=id, folder=folder, place=place))
    return tuple(made), tuple(problems)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def _rows(source: Path) -> Iterator[tuple[Place, dict[str, Any]]]:
    name = str(source)
    text = data.text_of(source, name)
    if source.suffix.lower() in (".yaml", ".yml"):
        value, places = data.parse(text, name)
        schools = value.get("schools") if isinstance(value, dict) else None
        if not isinstance(schools, list):
            raise CannotRead(Problem(Place(name), "fleet", "'schools' is missing.", "Begin the file with 'schools:' and a list under it."))
        for at, one in enumerate(schools):
            place = places.get(("schools", at), Place(name))
            if not isinstance(one, dict):
                raise CannotRead(Problem(place, "fleet", "A school is lines of 'key: value'.", "Write it like a school.yaml."))
            yield place, dict(one)
        return
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.split("\n", 1)[0] else ",", strict=True)
    columns = [(column or "").strip().lower() for column in reader.fieldnames or ()]
    missing = [column for column in NEEDED if column not in columns]
    unknown = [column for column in columns if column not in (*NEEDED, *OPTIONAL)]
    if missing or unknown:
        said = [
            f"The columns {', '.join(missing)} are missing." if missing else "",
            *(f"'{column}' is no column that is read." for column in unknown),
        ]
        fix = f"The first line names the columns: {', '.join(NEEDED)}; and if you like {', '.join(OPTIONAL)}."
        raise CannotRead(*(Problem(Place(name), "fleet", what, fix) for what in said if what))
    try:
        for row in reader:
            yield (
                Place(name, reader.line_num),
                _nested({column: (value or "").strip() for column, value in zip(columns, row.values(), strict=False)}),
            )
    except csv.Error as error:
        what = f"The line cannot be read: {error}."
        raise CannotRead(Problem(Place(name, reader.line_num), "fleet", what, "Put values with commas or quotes between quotes.")) from None


def _nested(row: dict[str, str]) -> dict[str, Any]:
    """A row's columns as the fields of a profile."""
    made: dict[str, Any] = {}
    for column, value in row.items():
        outer, _, inner = column.partition("-")
        if not value:
            continue
        if outer in ("lead", "deputy", "confirmed") and inner:
            made.setdefault(outer, {})[inner] = value
        elif column == "address":
            made[column] = [line.strip() for line in value.split("|")]
        else:
            made[column] = value
    lead = made.get("lead", {})
    if lead.get("name") and lead.get("room"):
        made["routes"] = [{"name": lead["name"], "where": lead["room"]}]
    return made


def launch(
    order: Order, source: Path, out: Path, told: Tell = lambda done, at, of: None, engine: Engine | None = None, form: Form = "zip"
) -> tuple[Done, ...]:
    """Build every school's edition into `out`, each as one zip or as a folder; what became of each. CannotRead where nothing can begin."""
    engine = engine or Engine(jobs=order.jobs)
    engines.ready(engine)
    try:
        with OneAtATime(out):
            return _launched(replace(order, plates=out / ".store"), source, out, told, engine, form)
    except OSError as error:
        what = f"The fleet cannot write there: {error.strerror or error}."
        fix = "Make room, or choose another folder; finished schools are finished, and the next start goes on."
        raise CannotRead(Problem(Place(str(error.filename or out)), "output", what, fix)) from None


def _launched(order: Order, source: Path, out: Path, told: Tell, engine: Engine, form: Form) -> tuple[Done, ...]:
    scratch = out / ".schools"
    for left_over in (scratch, out / ".work"):
        shutil.rmtree(left_over, ignore_errors=True)
    schools, problems = members(source, scratch)
    tools = of_tools(TOOLS_ROOT) + fingerprint([str(order.root / "content")]) + ",".join(order.only) + order.today.isoformat() + form
    done = [Done(id=f"line {problem.place.line}", state="refused", problems=(problem,)) for problem in problems]
    waiting: list[tuple[Member, str]] = []
    for member in schools:
        key = _fingerprint(member.folder) + tools
        if _finished(out, member.id, form) == key:
            done.append(Done(id=member.id, state="kept"))
        else:
            waiting.append((member, key))
    of = len(done) + len(waiting)

    def tell(one: Done) -> None:
        done.append(one)
        told(one, len(done), max(len(done), of))

    proofs, spoilt = _plates(order, waiting, engine, out)
    for member, found in spoilt:
        tell(Done(id=member.id, state="refused", problems=_placed(found, member)))
    refused = {member.id for member, _ in spoilt}
    tasks = [asked(order, out, member, key, form, member.id in proofs) for member, key in waiting if member.id not in refused]
    for one in _each(order, source, out, tasks, engine):
        tell(one)
    shutil.rmtree(out / ".work", ignore_errors=True)  # what workers that died have left
    _report(out, done, load(order.root)[0].phrases, form)
    return tuple(done)


def _fingerprint(folder: Path) -> str:
    """The digest of a school's folder without the record of what was printed, which a fleet writes itself."""
    whole = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != PRINTS:
            whole.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _finished(out: Path, id: str, form: Form) -> str:
    """The key of a finished school whose edition is there; empty where it is not."""
    try:
        said = json.loads((out / ".done" / f"{id}.json").read_text(encoding="utf-8"))
        there = (out / id / "manifest.json").is_file() if form == "folder" else (out / f"{id}.zip").stat().st_size == said["size"]
        return str(said["key"]) if there else ""
    except (OSError, ValueError, KeyError):
        return ""


PROOF_EVERY = 100  # schools; of each family the first and every hundredth are read back file by file, as a build does
WARM_FROM = 8  # schools in a family that are worth being warmed up for


def _plates(
    order: Order, waiting: list[tuple[Member, str]], engine: Engine, out: Path
) -> tuple[set[str], list[tuple[Member, tuple[Problem, ...]]]]:
    """Make the plates of every family that is waited for; which schools are proofs, and which cannot be printed and why."""
    families: dict[str, list[Member]] = {}
    for member, _ in waiting:
        with suppress(CannotRead):  # its own task says what is wrong with a profile
            key = family.family_key(order, load_school(order.root, str(member.folder)))
            families.setdefault(key, []).append(member)
    families.pop("", None)
    proofs: set[str] = set()
    spoilt: list[tuple[Member, tuple[Problem, ...]]] = []
    store = Store(str(out / ".store"))
    for key, some in families.items():
        proofs |= {member.id for member in some[::PROOF_EVERY]}
        kin, first = _planned(order, key, some)
        if kin is None:
            continue
        found = stopping(family.make_plates(kin, store, order.jobs or engine.jobs))
        spoilt += [(member, found) for member in some if found]
        if not found and engine.kind == "here" and len(some) >= WARM_FROM:
            with suppress(CannotRead):
                family.printed(first, kin, store)  # what every school asks for is then there before a process is forked
    return proofs, spoilt


def _planned(order: Order, key: str, some: list[Member]) -> tuple[family.Family | None, Order]:
    """A family by the first of its schools that has no problem of its own; each of the others says its own problems later."""
    for member in some:
        with suppress(CannotRead):
            first = replace(order, school=str(member.folder))
            return family.family(first, key), first
    return None, order


def _each(order: Order, source: Path, out: Path, tasks: list[engines.Plain], engine: Engine) -> Iterator[Done]:
    """One task a school; what travels to a worker and back is plain data."""
    if engine.kind == "here" and len(tasks) > 1:
        from signpost.render import press  # loaded before the fork, so that every worker has it for nothing

        press.warm()
    ground = Ground(root=order.root, out=out, seen=(source.absolute(),))
    for said in engines.each(school, tasks, engine, ground, Told(lost=_lost, sent_away=_sent_away)):
        problems = tuple(Problem(Place(*place), *words, reminder=reminder) for place, words, reminder in said["problems"])
        yield Done(id=said["id"], state=said["state"], files=said["files"], seconds=said["seconds"], problems=problems)


def asked(order: Order, out: Path, member: Member, key: str, form: Form, proof: bool) -> engines.Plain:
    """A school as a task: words and paths on a disk that every worker sees; an empty root is the worker's own Signpost."""
    return {
        "id": member.id,
        "folder": str(member.folder),
        "place": (member.place.path, member.place.line),
        "profile": (member.folder / PROFILES[0]).read_text(encoding="utf-8", errors="replace"),
        "key": key,
        "out": str(out),
        "root": "" if str(order.root) == TOOLS_ROOT else str(order.root),
        "country": order.country,
        "paper": order.paper,
        "only": order.only,
        "today": order.today.isoformat(),
        "form": form,
        "proof": proof,
    }


def school(task: engines.Plain) -> engines.Plain:
    """Make the school of a task, here or on a worker, and say in plain words what became of it."""
    member = Member(id=task["id"], folder=Path(task["folder"]), place=Place(*task["place"]))
    order = Order(
        root=Path(task["root"] or TOOLS_ROOT),
        country=task["country"],
        paper=task["paper"],
        only=tuple(task["only"]),
        today=date.fromisoformat(task["today"]),
        plates=Path(task["out"]) / ".store",
    )
    profile = member.folder / PROFILES[0]
    if not profile.is_file() or profile.read_text(encoding="utf-8", errors="replace") != task["profile"]:
        return _lost(task, "Its profile is another than when the fleet began.")
    return _told(one(order, Path(task["out"]), member, task["key"], task["form"], task["proof"]))


def _told(done: Done) -> engines.Plain:
    problems = [
        ((problem.place.path, problem.place.line), (problem.rule, problem.what, problem.fix), problem.reminder) for problem in done.problems
    ]
    return {"id": done.id, "state": done.state, "files": done.files, "seconds": done.seconds, "problems": problems}


def _lost(task: engines.Plain, why: str) -> engines.Plain:
    fix = "Start again: what is finished stays. If it stays so, take fewer --jobs."
    return _told(Done(id=task["id"], state="refused", problems=(Problem(Place(*task["place"]), "render", why, fix),)))


def _sent_away(worker: str, why: str) -> engines.Plain:
    fix = "Bring the same Signpost and the same disk there (docs/many-machines.md), and start the worker again. Others did its work."
    problem = Problem(Place("--scheduler"), "fleet", f"The worker at {worker} was sent away. {why}", fix)
    return _told(Done(id=f"worker {worker}", state="refused", problems=(problem,)))


def one(order: Order, out: Path, member: Member, key: str, form: Form = "zip", proof: bool = False) -> Done:
    """Make one school in a folder of its own, and put it in its place when it is whole; two at a time do each other no harm."""
    begin = time.perf_counter()
    work = out / ".work" / f"{member.id}.{uuid4().hex}"
    mine = replace(order, school=str(member.folder))
    try:
        work.mkdir(parents=True)
        files, problems = _made(mine, work, member.id, form, proof)
        put(work, out, member.id, form)
        size = (out / f"{member.id}.zip").stat().st_size if form == "zip" else 0
        write_whole(str(out / ".done" / f"{member.id}.json"), json.dumps({"key": key, "size": size}).encode())
        return Done(id=member.id, state="made", files=files, seconds=time.perf_counter() - begin, problems=_placed(problems, member))
    except CannotRead as finding:
        return Done(id=member.id, state="refused", problems=_placed(stopping(finding.problems), member))
    except OSError as error:
        what = f"Its pages cannot be written: {error.strerror or error}."
        return Done(id=member.id, state="refused", problems=(Problem(member.place, "output", what, "Make room, and start again."),))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _made(order: Order, work: Path, id: str, form: Form, proof: bool) -> tuple[int, tuple[Problem, ...]]:
    """Make a school's edition as `work/ID` or `work/ID.zip`: printed from plates, or built where it is like no other; how many files."""
    key = family.family_key(order, load_school(order.root, order.school))
    if not key:
        result = build(replace(order, out=work, jobs=1, argv=()))
        if result.open is None:
            raise CannotRead(*stopping(result.problems))
        made = result.open.parent
        if made.name != id:
            made.replace(work / id)
            made.with_name(f"{made.name}.zip").replace(work / f"{id}.zip")
        return len(result.made), result.problems
    kin = family.family(order, key)
    one = family.printed(order, kin, order.plate_store, proof)
    if form == "zip":
        write_whole(str(work / f"{id}.zip"), pack.zipped(one.school, one.files, one.contents, id))
    else:
        pack.spread(one.school, one.files, one.contents, work / id, one.shared)
    family.remember(order, one)
    return len(one.files), one.problems


def put(work: Path, out: Path, id: str, form: Form) -> None:
    """Put a finished edition in its place, over what was there."""
    if form == "zip":
        (work / f"{id}.zip").replace(out / f"{id}.zip")
        return
    for left in reversed(range(PUT_TRIES)):
        with suppress(FileNotFoundError):
            (out / id).replace(work / f".before-{left}")
        try:
            (work / id).replace(out / id)
            return
        except OSError as error:  # another worker has just put the same school there
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not left:
                raise


def _placed(problems: tuple[Problem, ...], member: Member) -> tuple[Problem, ...]:
    """Problems of a profile that was made from a row stand in that row."""
    inside = str(member.folder / PROFILES[0])
    own = member.place.path != inside
    return tuple(replace(problem, place=member.place) if own and problem.place.path.endswith(inside) else problem for problem in problems)


def _report(out: Path, done: list[Done], phrases: tuple[tuple[str, str], ...], form: Form) -> None:
    """What became of every school, as a table for machines and one for people."""
    order = {"refused": 0, "made": 1, "kept": 2}
    rows = sorted(done, key=lambda one: (order[one.state], one.id))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["school", "state", "files", "seconds", "problems"])
    for row in rows:
        told = " | ".join(f"{problem.place}: {problem.what} {problem.fix}" for problem in stopping(row.problems))
        writer.writerow([row.id, row.state, row.files, f"{row.seconds:.1f}", told])
    write_whole(str(out / "fleet.csv"), text.getvalue().encode())
    from signpost.render import html

    page = FleetReport(phrases=phrases, rows=tuple(rows), form=form)
    write_whole(str(out / "fleet.html"), html.render(page, "fleet.html").encode())
