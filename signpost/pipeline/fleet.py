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
import os
import shutil
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal
from uuid import uuid4

from signpost import data, pack
from signpost.folder import PRINTS
from signpost.load import PROFILES, load, load_school
from signpost.model import digest
from signpost.pipeline import TOOLS_ROOT, OneAtATime, Order, build, engines, family
from signpost.pipeline.engines import Engine, Ground, Told
from signpost.pipeline.roster import Member, members
from signpost.problem import CannotRead, Place, Problem, stopping
from signpost.store import Store, fingerprint, of_tools, write_whole

PUT_TRIES = 5
Form = Literal["zip", "folder"]
Tell = Callable[["Done", int, int], None]


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


def launch(
    order: Order, source: Path, out: Path, told: Tell = lambda done, at, of: None, engine: Engine | None = None, form: Form = "zip"
) -> tuple[Done, ...]:
    """Build every school's edition into `out`, each as one zip or as a folder; what became of each. CannotRead where nothing can begin."""
    engine = engine or Engine(jobs=order.jobs)
    engines.ready(engine)
    _refuse_place(order, source, out)
    try:
        with OneAtATime(out):
            return _launched(replace(order, plates=out / ".store"), source, out, told, engine, form)
    except OSError as error:
        what = f"The fleet cannot write there: {error.strerror or error}."
        fix = "Make room, or choose another folder; finished schools are finished, and the next start goes on."
        if error.errno == errno.EBUSY:
            fix = "Let it end, or choose another folder with --out."
        raise CannotRead(Problem(Place(str(error.filename or out)), "output", what, fix)) from None


def _refuse_place(order: Order, source: Path, out: Path) -> None:
    """Editions go where nobody keeps anything else: neither among the schools' own files nor into the library."""
    here = out.resolve()
    schools = source.resolve()
    if source.is_dir() and here == schools:
        what = "The editions would be written over the schools' own folders."
    elif source.is_dir() and any(here.is_relative_to(path.parent.resolve()) for path in source.glob(f"*/{PROFILES[0]}")):
        what = "The editions would be written among a school's own files."
    elif any(here.is_relative_to((order.root / name).resolve()) for name in ("content", "templates", "signpost", "tests", "requirements")):
        what = "The editions would be written into the library itself."
    elif out.exists() and not out.is_dir():
        what = "A file stands where the folder of the editions should be."
    else:
        return
    raise CannotRead(Problem(Place(str(out)), "output", what, "Choose another folder with --out: a new or an empty one is best."))


def _launched(order: Order, source: Path, out: Path, told: Tell, engine: Engine, form: Form) -> tuple[Done, ...]:
    scratch = out / ".schools"
    for left_over in (scratch, out / ".work"):
        shutil.rmtree(left_over, ignore_errors=True)
    schools, problems = members(source, scratch)
    asks = (order.country, order.paper, *order.only, form)
    tools = of_tools(TOOLS_ROOT) + fingerprint([str(order.root / "content")]) + "\0".join(asks)
    refused = [Done(id=f"line {problem.place.line}", state="refused", problems=(problem,)) for problem in problems]
    done: list[Done] = []
    waiting: list[tuple[Member, str]] = []
    for member in schools:
        try:
            key = _fingerprint(order, member.folder) + tools
        except OSError as error:
            refused.append(Done(id=member.id, state="refused", problems=(_unread(member, error),)))
            continue
        if _finished(order, out, member, form, key):
            done.append(Done(id=member.id, state="kept"))
        else:
            waiting.append((member, key))
    of = len(done) + len(refused) + len(waiting)

    def tell(one: Done) -> None:
        done.append(one)
        told(one, len(done), max(len(done), of))

    for one in refused:
        tell(one)
    proofs, spoilt = _plates(order, waiting, engine, out)
    for member, found in spoilt:
        tell(Done(id=member.id, state="refused", problems=_placed(found, member)))
    stopped = {member.id for member, _ in spoilt}
    tasks = [asked(order, out, member, key, form, member.id in proofs) for member, key in waiting if member.id not in stopped]
    for one in _each(order, source, out, tasks, engine):
        tell(one)
    shutil.rmtree(out / ".work", ignore_errors=True)  # what workers that died have left
    _report(out, done, load(order.root)[0].phrases, form)
    return tuple(done)


def _unread(member: Member, error: OSError) -> Problem:
    what = f"The school's files cannot be read: {error.strerror or error}."
    return Problem(
        Place(data.visible(str(error.filename or member.place.path))), "readable", what, "Check that you may open them; then start again."
    )


def _fingerprint(order: Order, folder: Path) -> str:
    """The digest of what a school's edition is made from beside the library: its folder without the record of what was printed, which a
    fleet writes itself, and its authority's."""
    whole = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != PRINTS:
            whole.update(os.fsencode(path.relative_to(folder).as_posix()) + b"\0" + _sum(path))
    profile = folder / PROFILES[0]
    if profile.is_file() and profile.stat().st_size <= data.MOST_BYTES and b"authority" in profile.read_bytes():
        with suppress(CannotRead):  # its own task says what is wrong with it
            whole.update(fingerprint([load_school(order.root, str(folder)).authority_folder]).encode())
    return whole.hexdigest()


def _sum(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


# --- what is finished ---------------------------------------------------------------------------------------------


def _finished(order: Order, out: Path, member: Member, form: Form, key: str) -> bool:
    """The school's edition is there, as it was made, from all that it would be made from now."""
    try:
        said = json.loads((out / ".done" / f"{member.id}.json").read_text(encoding="utf-8"))
        if said["key"] != key or (said["day"] != order.today.isoformat() and said["content"] != _content(order, member)):
            return False
        place = _edition(out, member.id, form)
        return bool((said["stamp"] and _stamp(place, form) == said["stamp"]) or pack.whole(place, said["manifest"]))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _edition(out: Path, id: str, form: Form) -> Path:
    return out / id if form == "folder" else out / f"{id}.zip"


def _stamp(place: Path, form: Form) -> str:
    """Size and time of an edition's files: where they are as they were, nobody has changed it. Empty where one has just gone."""
    try:
        files = sorted(path for path in place.rglob("*") if path.is_file()) if form == "folder" else [place]
        states = ((path.relative_to(place).as_posix(), path.stat()) for path in files)
        return digest([(name, state.st_size, state.st_mtime_ns) for name, state in states])
    except FileNotFoundError:  # another worker puts the same edition there
        return ""


def _content(order: Order, member: Member) -> str:
    """What an edition's files follow from but for what its school says; empty where today's rules may stop it, or it is like no other.

    What is printed does not depend on the day; whether it may be printed does, because help routes grow old.
    """
    one = replace(order, school=str(member.folder))
    try:
        school = load_school(order.root, one.school)
        key = family.family_key(one, school)
        if not key:
            return ""
        kin = family.family(one, key)
    except CannotRead:
        return ""
    return "" if stopping(family.today(one, kin, school)) else family.content(kin)


PROOF_EVERY = 100  # schools; of each family the first and every hundredth are read back file by file, as a build does
WARM_FROM = 8  # schools in a family that are worth being warmed up for


def _plates(
    order: Order, waiting: list[tuple[Member, str]], engine: Engine, out: Path
) -> tuple[set[str], list[tuple[Member, tuple[Problem, ...]]]]:
    """Make the plates of every family that is waited for; which schools are proofs, and which cannot be printed and why."""
    families: dict[str, list[Member]] = {}
    for member, _ in waiting:
        with suppress(Exception):  # its own task says what is wrong with a profile
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
        "lines": member.lines,
        "profile": _profile(member.folder),
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


def _profile(folder: Path) -> str:
    """A profile's text; empty where it is no file, or one that nobody would read."""
    path = folder / PROFILES[0]
    try:
        readable = path.is_file() and path.stat().st_size <= data.MOST_BYTES
        return path.read_text(encoding="utf-8", errors="replace") if readable else ""
    except OSError:
        return ""


def school(task: engines.Plain) -> engines.Plain:
    """Make the school of a task, here or on a worker, and say in plain words what became of it."""
    member = Member(id=task["id"], folder=Path(task["folder"]), place=Place(*task["place"]), lines=tuple(task["lines"]))
    order = Order(
        root=Path(task["root"] or TOOLS_ROOT),
        country=task["country"],
        paper=task["paper"],
        only=tuple(task["only"]),
        today=date.fromisoformat(task["today"]),
        plates=Path(task["out"]) / ".store",
    )
    if _profile(member.folder) != task["profile"]:
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
        _refuse_foreign(out, member, form)
        work.mkdir(parents=True)
        files, problems, content = _made(mine, work, member.id, form, proof)
        record = {
            "key": key,
            "day": order.today.isoformat(),
            "content": content,
            "manifest": pack.manifest_of(_edition(work, member.id, form)),
        }
        put(work, out, member.id, form)
        record["stamp"] = _stamp(_edition(out, member.id, form), form)
        write_whole(str(out / ".done" / f"{member.id}.json"), json.dumps(record).encode())
        return Done(id=member.id, state="made", files=files, seconds=time.perf_counter() - begin, problems=_placed(problems, member))
    except CannotRead as finding:
        return Done(id=member.id, state="refused", problems=_placed(stopping(finding.problems), member))
    except OSError as error:
        what = f"Its pages cannot be written: {error.strerror or error}."
        return Done(id=member.id, state="refused", problems=(Problem(member.place, "output", what, "Make room, and start again."),))
    except Exception as error:  # noqa: BLE001 - a mistake of ours in one school must not cost a night of the others
        return Done(id=member.id, state="refused", problems=(_our_mistake(error, member),))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _our_mistake(error: Exception, member: Member) -> Problem:
    at = traceback.extract_tb(error.__traceback__)[-1]
    what = f"Signpost itself failed: {type(error).__name__} ({data.said(error)}) in {Path(at.filename).name}, line {at.lineno}."
    fix = "Send this line and the school's files to whoever looks after Signpost. The other schools are made."
    return Problem(member.place, "render", what, fix)


def _refuse_foreign(out: Path, member: Member, form: Form) -> None:
    """What stands where an edition goes is an edition of this school; CannotRead where it is somebody's own."""
    place = _edition(out, member.id, form)
    ours = (out / ".done" / f"{member.id}.json").exists()
    if os.path.lexists(place) and not ours and not pack.is_edition(place, member.id):
        what = f"'{place}' stands where this school's edition goes, and was not made here."
        raise CannotRead(Problem(member.place, "output", what, "Move it away, or choose another folder with --out."))


def _made(order: Order, work: Path, id: str, form: Form, proof: bool) -> tuple[int, tuple[Problem, ...], str]:
    """Make a school's edition as `work/ID` or `work/ID.zip`: printed from plates, or built where it is like no other.

    How many files, its problems, and what its family's files follow from.
    """
    key = family.family_key(order, load_school(order.root, order.school))
    if not key:
        result = build(replace(order, out=work, jobs=1, argv=()))
        if result.open is None:
            raise CannotRead(*stopping(result.problems))
        made = result.open.parent
        if made.name != id:
            made.replace(work / id)
            made.with_name(f"{made.name}.zip").replace(work / f"{id}.zip")
        return len(result.made), result.problems, ""
    kin = family.family(order, key)
    one = family.printed(order, kin, order.plate_store, proof)
    if form == "zip":
        write_whole(str(work / f"{id}.zip"), pack.zipped(one.school, one.files, one.contents, id))
    else:
        pack.spread(one.school, one.files, one.contents, work / id, one.shared)
    family.remember(order, one)
    return len(one.files), one.problems, family.content(kin)


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
    """Problems of a profile that was made from a list stand in that list."""
    inside = member.folder / PROFILES[0]
    if member.place.path == data.visible(str(inside)):
        return problems
    return tuple(
        replace(problem, place=_in_list(problem.place, member)) if _same(problem.place, inside) else problem for problem in problems
    )


def _same(place: Place, inside: Path) -> bool:
    """A place in this profile; it is named from the project where it lies in it."""
    return str(inside).endswith(place.path) and Path(place.path).parts[-2:] == inside.parts[-2:]


def _in_list(place: Place, member: Member) -> Place:
    return Place(member.place.path, member.lines[place.line - 1]) if 0 < place.line <= len(member.lines) else member.place


def _report(out: Path, done: list[Done], phrases: tuple[tuple[str, str], ...], form: Form) -> None:
    """What became of every school, as a table for machines and one for people."""
    order = {"refused": 0, "made": 1, "kept": 2}
    rows = sorted(done, key=lambda one: (order[one.state], one.id))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["school", "state", "files", "seconds", "problems"])
    for row in rows:
        told = " | ".join(f"{problem.place}: {problem.what} {problem.fix}" for problem in stopping(row.problems))
        writer.writerow([_harmless(row.id), row.state, row.files, f"{row.seconds:.1f}", _harmless(told)])
    write_whole(str(out / "fleet.csv"), text.getvalue().encode())
    from signpost.render import html

    page = FleetReport(phrases=phrases, rows=tuple(rows), form=form)
    write_whole(str(out / "fleet.html"), html.render(page, "fleet.html").encode())


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell
