"""The phases in order: the only file that knows them all, and all that the command line may call."""

import errno
import gc
import hashlib
import json
import os
import re
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from signpost import data, pack, rules
from signpost.check import check, check_adult, check_finished, check_ledger
from signpost.data import nearest
from signpost.folder import SIGNATURES, Folder
from signpost.load import PROFILES, find, load, load_edits, load_school, own_modules, shown
from signpost.load import schools as load_schools
from signpost.memory import NONE, Memory
from signpost.model import (
    About,
    AdultText,
    Checked,
    Country,
    Edit,
    EditState,
    Guide,
    Layer,
    Legibility,
    LessonPath,
    Library,
    Module,
    Own,
    School,
    Service,
    Target,
)
from signpost.pipeline.signing import signed
from signpost.plan import CHOSEN, change_of, imprint, phrases, plan, spoken, unfit, year_named
from signpost.problem import SHORTEN, CannotRead, Place, Problem, stopping
from signpost.render import draw
from signpost.resolve import lay, on_path, resolve, services_of, told
from signpost.rules import AdultCheck, Edited, Finished, legibility
from signpost.store import Store, of_inputs, of_tools, remember

if TYPE_CHECKING:
    from signpost.render import plates, press

LOCKS: Any = import_module("fcntl") if find_spec("fcntl") else None  # Windows has none
TOOLS_ROOT = str(Path(__file__).resolve().parent.parent.parent)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody asked for: a school's edition, on paper of a size, of all lessons or some."""

    root: Path
    school: str = "elm-bank"
    country: str = ""
    paper: Literal["", "A4", "Letter"] = ""
    only: tuple[str, ...] = ()
    out: Path | None = None
    plates: Path | None = None
    jobs: int = 0
    today: date
    argv: tuple[str, ...] = ()

    @property
    def output(self) -> Path:
        """Where editions go."""
        return self.out or self.root / "output"

    @property
    def plate_store(self) -> Store:
        """Where plates are kept: with the finished files, or in a folder that many schools share."""
        return Store(str(self.plates or self.output / ".store"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Everything of a school's edition before anything is rendered."""

    library: Library
    school: School
    country: Country
    services: tuple[Service, ...]
    lessons: tuple[Checked, ...]
    problems: tuple[Problem, ...]
    own: Own
    folders: tuple[Folder, ...] = ()
    read: str = ""

    @property
    def own_folder(self) -> Folder:
        """The school's own folder, which keeps its record."""
        return self.folders[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a build came to: its problems, the files it made or kept, and the page to open."""

    problems: tuple[Problem, ...]
    made: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    open: Path | None = None

    @property
    def says(self) -> str:
        """What to open, as it is typed from the folder one stands in; empty where nothing was made."""
        if self.open is None:
            return ""
        try:
            return f"Open {os.path.relpath(self.open)}"
        except ValueError:  # another drive, on Windows
            return f"Open {self.open}"


def edition(order: Order, memory: Memory = NONE) -> Edition:
    """Load, resolve and check; CannotRead where there is no school or no country to check for."""
    library, problems = load(order.root, memory)
    found = list(problems)
    school = memory.same(_school(order, found))
    country = _country(order, library, school)
    missing = [name for name in ("disclosure", "safe-steps") if library.text(name) is None]
    if missing or not library.tiers or not library.topics:
        named = (
            [f"content/shared/{name}.md" for name in missing]
            + ([] if library.tiers else ["content/tiers.yaml"])
            + ([] if library.topics else ["content/topics.yaml"])
        )
        raise CannotRead(
            *found,
            *(
                Problem(
                    Place(name), "library", "The library cannot be used without this text.", "Bring the file back from the last version."
                )
                for name in named
            ),
        )
    services = services_of(library, country)
    folders = _folders(order.root, school)
    own, more = own_modules(order.root, Path(school.folder), library, memory)
    found.extend((*more, *unfit(school, library), *(problem for folder in folders for problem in folder.problems())))
    whole = replace(library, modules=(*library.modules, *(memory.call(_of_the_school, module) for module in own)))
    edited, states, edits = _edited(order.root, whole, folders, found, memory)
    lessons: list[Checked] = []
    abouts: dict[str, About] = {}
    signatures = memory.same(folders[-1].read(SIGNATURES))
    broken = {problem.place.path for problem in found if not problem.reminder}
    left_out: list[tuple[str, str]] = []
    before = {module.front.id: module for module in whole.modules}
    around = memory.call(_Around, _alone(edited, memory), _alone(whole, memory), country, school, services, order.today)
    for module in _wanted(order, edited, school, found, left_out):
        if module.front.tier not in {t.id for t in library.tiers} or module.front.topic not in {t.id for t in library.topics}:
            continue
        names = {module.front.id, "disclosure", "safe-steps", *(part.title for one in module.sections for part in one.some("include"))}
        mine = tuple(edit for edit in edits if edit.front.module in names)
        path = school.paths.get(module.front.id, "whole")
        ours, problems = memory.call(_lesson, around, module, before[module.front.id], mine, path)
        found.extend(problems)
        if ours and not broken & {module.place.path, *(edit.place.path for edit in mine)}:
            lessons.append(ours)
            changes = tuple(change_of(state) for state in states if state.edit in mine)
            by = memory.call(signed, ours, school, signatures, order.today)
            abouts[module.front.id] = memory.same(About(layer=module.layer, changes=changes, signed=by, path=path))
    found.extend(_template_words(library, school))
    found.extend(check_ledger(library.facts, order.today))
    adults, problems = memory.call(_adults, _alone(library, memory))
    found.extend(problems)
    tiers = tuple(memory.call(year_named, tier, school) for tier in library.tiers)
    return Edition(
        library=replace(edited, phrases=phrases(edited.phrases, school), tiers=tiers),
        school=school,
        country=country,
        services=services,
        lessons=tuple(lessons),
        problems=tuple(sorted({*found, *unsigned(school, abouts)})),
        own=Own(
            abouts=abouts,
            states=states,
            left_out=tuple(left_out),
            adults=tuple(text for text in adults if not order.only or text.front.id in order.only),
            schemes=() if order.only else library.schemes,
            progression=() if order.only else library.progression,
            facts=library.facts,
            tiers=tiers,
            topics=library.topics,
            frameworks=library.frameworks,
            legibility=tuple(one for lesson in lessons for one in memory.call(_legible, lesson)),
        ),
        folders=folders,
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """All that a lesson may be made of besides its own text, and no other lesson: the libraries here hold no modules."""

    library: Library
    before: Library
    country: Country
    school: School
    services: tuple[Service, ...]
    today: date


def _alone(library: Library, memory: Memory) -> Library:
    """The library without its modules: what a change in one of them cannot reach."""
    rest = tuple(getattr(library, one.name) for one in fields(library) if one.name != "modules")
    return memory.once(lambda: replace(library, modules=()), Library, *rest)


def _lesson(
    around: _Around, module: Module, before: Module, edits: tuple[Edit, ...], path: LessonPath
) -> tuple[Checked | None, tuple[Problem, ...]]:
    """One lesson as this school teaches it, where nothing stops it, and its problems."""
    lesson, problems = resolve(module, around.library, around.country)
    pair = Edited(before=resolve(before, around.before, around.country)[0], after=lesson, edits=edits) if edits else None
    taught = on_path(lesson, path) if path != "whole" else None
    checked, findings = check(lesson, around.school, around.services, around.today, pair, taught)
    problems = (*problems, *draw.missing(lesson))
    ours = spoken(checked, around.school) if checked and not stopping(problems) else None
    return ours, (*problems, *findings)


def _of_the_school(module: Module) -> Module:
    return replace(module, layer="school")


def _legible(lesson: Checked) -> tuple[Legibility, ...]:
    return tuple(legibility(lesson))


def _adults(library: Library) -> tuple[tuple[AdultText, ...], tuple[Problem, ...]]:
    """The texts for adults in which no rule finds anything, with the ledger's sentences in them; and what rules find in the others."""
    found: list[Problem] = []
    fit: list[AdultText] = []
    tier = next((tier for tier in library.tiers if tier.number >= 3), library.tiers[-1])
    for text in library.adults:
        whole, problems = told(text, library)
        checked = AdultCheck(text=whole, words=library.words, staff=library.staff_reading, home=library.letter_reading, tier=tier)
        problems = (*problems, *check_adult(checked))
        found.extend(problems)
        if not stopping(problems):
            fit.append(whole)
    return tuple(fit), tuple(found)


def _folders(root: Path, school: School) -> tuple[Folder, ...]:
    """The folders whose edits lie over the library: the authority's, then the school's."""
    paths = [Path(path) for path in (school.authority_folder, school.folder) if path]
    return tuple(Folder(path, shown(root, path)) for path in paths)


def _edited(
    root: Path, library: Library, folders: tuple[Folder, ...], found: list[Problem], memory: Memory
) -> tuple[Library, tuple[EditState, ...], tuple[Edit, ...]]:
    """The library with the edits of every layer on it, the states of them all, and the edits."""
    layers: tuple[Layer, ...] = ("authority", "school")
    states: list[EditState] = []
    edits: list[Edit] = []
    for folder, layer in zip(folders, layers[-len(folders) :], strict=True):
        some, problems = load_edits(root, folder.path, layer, memory)
        below: dict[str, Layer] = {edit.place.path: edit.layer for edit in edits}
        laid = lay(library, some, {text: words for one in folders for text, words in one.texts.items()}, below, memory)
        library = laid.library
        edits.extend(some)
        states.extend(laid.states)
        found.extend((*problems, *laid.problems))
    return library, tuple(states), tuple(edits)


PROSE = re.compile(r"\{[{%#].*?[}%#]\}|<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)


def _template_words(library: Library, school: School) -> Iterator[Problem]:
    """What a school's own templates say themselves is read by the rules of wording, as every other sentence is."""
    tier = next((tier for tier in library.tiers if tier.number >= 4), library.tiers[-1])
    for name, text in school.templates:
        if name.endswith(".html"):
            prose = PROSE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
            for rule, place, what, fix in rules.check_text(prose, tier, "pupil", library.words):
                yield Problem(Place(f"{school.folder}/templates/{name}", place.line), rule, what, fix)


def unsigned(school: School, abouts: Mapping[str, About]) -> Iterator[Problem]:
    """Reminders of lessons that a school demands signed and that are not."""
    if school.sign_off.required == "no":
        return
    for module, about in abouts.items():
        if about.signed.state != "signed":
            who = f" by {' and '.join(about.signed.missing)}" if about.signed.missing else ""
            what = f"The lesson '{module}' is not signed off{who} ({about.signed.state}), so its pages for pupils are not made."
            fix = f'Read its parents\' copy and guide, then type: build.py sign {module} --name "…" --role "…"'
            yield Problem(school.at("sign-off"), "sign-off", what, fix, reminder=True)


def keep_texts(ready: Edition) -> tuple[Problem, ...]:
    """Keep every text that an edit of the school says or is compared with; a reminder where its folder cannot be written."""
    folder = ready.own_folder
    if folder.keep(*folder.edit_texts(), *(state.theirs for state in ready.own.states if state.theirs and state.state != "current")):
        return ()
    what = "This folder cannot be written, so the texts of its edits are not kept."
    return (Problem(Place(folder.name), "record", what, "Build from where the folder may be written.", reminder=True),)


def _school(order: Order, found: list[Problem]) -> School:
    try:
        return load_school(order.root, order.school)
    except CannotRead as finding:
        raise CannotRead(*found, *finding.problems) from None


def _country(order: Order, library: Library, school: School) -> Country:
    wanted = order.country or school.country
    country = next((one for one in library.countries if one.code == wanted), None)
    if country is None:
        fix = nearest(wanted, (one.code for one in library.countries))
        raise CannotRead(Problem(school.at("country"), "country", f"There are no help routes for '{wanted}'.", fix))
    return country


def _wanted(order: Order, library: Library, school: School, found: list[Problem], left_out: list[tuple[str, str]]) -> Iterator[Module]:
    ids = {module.front.id: module for module in library.modules}
    for key, named in (("modules", school.modules), ("opt-in", school.opt_in), ("paths", tuple(school.paths))):
        found.extend(Problem(school.at(key), "fields", f"'{id}' is not a module.", nearest(id, ids)) for id in named if id not in ids)
    tiers = {tier.id for tier in library.tiers}
    found.extend(
        Problem(school.at("tiers"), "fields", f"'{id}' is not a tier.", nearest(id, tiers)) for id in school.tiers if id not in tiers
    )
    known = [page.name for page in CHOSEN]
    found.extend(
        Problem(school.at("documents"), "fields", f"'{name}' is not a document.", nearest(name, known))
        for name in school.documents
        if name not in known
    )
    chosen = []
    for module in library.modules:
        reason = _not_taught(module, school)
        if reason:
            left_out.append((module.front.title, reason))
        else:
            chosen.append(module)
    texts = {text.front.id for text in library.adults}
    for wanted in order.only:
        name = wanted.replace("/", "-")
        if name not in ids and name not in texts:
            raise CannotRead(Problem(Place("--only"), "usage", f"There is no module '{wanted}'.", nearest(name, {*ids, *texts})))
    only = {wanted.replace("/", "-") for wanted in order.only}
    order_of = {topic.id: at for at, topic in enumerate(library.topics)}
    yield from sorted(
        (module for module in chosen if not only or module.front.id in only), key=lambda m: (m.front.tier, order_of.get(m.front.topic, 99))
    )


def _not_taught(module: Module, school: School) -> str:
    """Why a school does not teach a lesson of the library; empty where it does."""
    front = module.front
    if school.modules and front.id not in school.modules:
        return "modules"
    if school.tiers and front.tier not in school.tiers:
        return "tiers"
    return "opt-in" if front.opt_in == "yes" and front.id not in school.opt_in else ""


def school_folders(order: Order) -> tuple[str, ...]:
    """The school's folder and its authority's, also where a profile is broken just now."""
    try:
        folder = find(order.root, order.school)
    except CannotRead:
        return (order.school,) if Path(order.school).is_dir() else ()
    with suppress(CannotRead):
        value, _ = data.parse(data.text_of(folder / PROFILES[0], PROFILES[0]), PROFILES[0])
        if isinstance(value, dict) and value.get("authority"):
            return str(folder), str(folder / str(value["authority"]))
    return (str(folder),)


def targets_of(ready: Edition, order: Order, memory: Memory = NONE) -> tuple[Target, ...]:
    """Every file of the edition but the index and the zip."""
    paper = order.paper or ready.school.paper
    return plan(ready.lessons, ready.school, ready.country, ready.services, paper, ready.own, memory)


def build(order: Order, progress: Progress = lambda what, done, of: None, memory: Memory = NONE) -> Result:
    """Make a school's edition; where anything stops it, the last good output is left as it was.

    A process that stays brings its memory, and is spared what it has worked out before; the files are the same.
    """
    progress("Reading the library", 0, 1)
    # Taken before anything is read: what is saved from now on may be missed.
    read = "" if order.out else of_inputs(str(order.root), _resolved(order))
    try:
        ready = replace(edition(order, memory), read=read)
        ready = replace(ready, problems=(*ready.problems, *keep_texts(ready)))
        if stopping(ready.problems):
            return Result(problems=ready.problems)
        targets = targets_of(ready, order, memory)
    except CannotRead as finding:
        return Result(problems=tuple(sorted(set(finding.problems))))
    store = Store(str(order.output / ".store"))
    project = memory.call(of_tools, TOOLS_ROOT)
    if (order.output / ready.school.id).resolve() == Path(ready.school.folder).resolve():
        what = "The pages would be written among the school's own files."
        place = Place(str(order.output / ready.school.id))
        return Result(problems=(*ready.problems, Problem(place, "output", what, "Choose another folder with --out.")))
    try:
        with OneAtATime(order.output):
            return _press(order, ready, targets, store, project, progress, memory)
    except OSError as error:
        what = f"The output cannot be written: {error.strerror or error}."
        fix = "Make room, or choose another folder with --out; the last good output is as it was."
        place = Place(str(error.filename or order.output), 1)
        return Result(problems=(*ready.problems, Problem(place, "output", what, fix)))


class OneAtATime:
    """Two builds into one folder would overwrite each other; the second one is told.

    The system holds the file for the process that writes, and lets it go when that ends, however it ends. What stands in it is for
    people, for other computers and for disks on which nothing can be held.
    """

    def __init__(self, output: Path) -> None:
        self.path = output / ".store" / "building"
        self.handle = -1

    def __enter__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        while self.handle < 0:
            handle = os.open(self.path, os.O_CREAT | os.O_RDWR)
            try:
                held = _hold(handle, self.path)
                _refuse_busy(os.read(handle, 200).decode("utf-8", errors="replace"), self.path, held=held)
                if not _is(handle, self.path):  # whoever wrote here has ended since, and taken the file away
                    continue
                os.ftruncate(handle, 0)
                os.pwrite(handle, f"{os.getpid()} {socket.gethostname()}{HELD if held else ''}".encode(), 0)
                self.handle = handle
            finally:
                if self.handle < 0:
                    os.close(handle)

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self.path.unlink()
        os.close(self.handle)
        self.handle = -1


HELD = " held"


def _hold(handle: int, path: Path) -> bool:
    """Hold a file as long as this process lives; False where the disk cannot, an error where another process does."""
    if LOCKS is None:
        return False
    try:
        LOCKS.lockf(handle, LOCKS.LOCK_EX | LOCKS.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN):
            raise OSError(errno.EBUSY, BUSY, str(path)) from None
        return False
    return True


def _is(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False


BUSY = "another build is writing into this folder; wait for it"


def _refuse_busy(said: str, path: Path, *, held: bool) -> None:
    """Nobody is there any more of whom it is said in this file that he writes; OSError where somebody is, or may be."""
    process, _, host = said.removesuffix(HELD).partition(" ")
    if not process.isdecimal():  # a disk was full, or the power went, before anything was written
        return
    if host not in ("", socket.gethostname()):
        what = f"another build is writing into this folder, on the computer '{host}'; wait for it, or remove {path} if it runs no more"
        raise OSError(errno.EBUSY, what, str(path))
    if not (held and said.endswith(HELD)) and _alive(process):
        raise OSError(errno.EBUSY, BUSY, str(path))


def _alive(process: str) -> bool:
    if int(process) in (0, os.getpid()):
        return False
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _press(
    order: Order, ready: Edition, targets: tuple[Target, ...], store: Store, project: str, progress: Progress, memory: Memory
) -> Result:
    from signpost.render import press

    both = {target.path: memory.call(_keys, target, project) for target in targets}
    keys = {path: key for path, (_, key) in both.items()}
    missing = [target for target in targets if not store.has(keys[target.path], ".json")]
    problems = list(ready.problems)
    one = partial(make_one, folder=store.folder, plates=order.plate_store.folder, project=project)
    done = 0
    for some in rounds(missing):
        for found in made_by_many(one, some, order.jobs):
            problems.extend(found)
            done += 1
            progress("Making files", done, len(missing))
        if stopping(problems):
            return Result(problems=tuple(sorted(set(of_school(problems, ready.school)))))
    if missing and of_tools(TOOLS_ROOT) != project:  # nobody knows which of the two a file was made with
        for plate, key in (both[target.path] for target in missing):
            store.drop(key)
            order.plate_store.drop(plate) if plate else None
        what = "Templates or code were changed while pages were made with them, so these pages are not kept."
        return Result(problems=(*sorted(set(problems)), Problem(Place("templates"), "tools", what, "Build again.")))
    progress("Packing", 0, 1)
    finished = tuple(_kept(target, keys[target.path], store) for target in targets)
    folder = order.output / ready.school.id
    page = pack.index(ready.school, imprint(ready.school, ready.country, ready.services, None), ready.lessons, finished, ready.library)
    report = pack.report(ready.school, ready.lessons, ready.own, ready.library, len(rules.LESSON))
    extra = {"index.html": press.index(page), "report.html": press.report(report)}
    files = pack.pack(ready.school, finished, pack.contents(finished, store, extra), folder)
    _forget(order.output, store)
    _remember_prints(order, ready, targets)
    made = {target.path for target in missing}
    result = Result(
        problems=tuple(sorted(set(problems))),
        made=tuple(sorted(made)),
        kept=tuple(t.path for t in targets if t.path not in made),
        open=folder / "index.html",
    )
    if order.out is None:
        root, folders, today, here = str(order.root), _resolved(order), order.today.isoformat(), str(Path.cwd())
        remember(root, list(order.argv), folders, map(str, files), result.says, today, here, read=ready.read)
    return result


def _resolved(order: Order) -> tuple[str, ...]:
    return tuple(str(Path(folder).resolve()) for folder in school_folders(order))


def _remember_prints(order: Order, ready: Edition, targets: tuple[Target, ...]) -> None:
    """A school's record says what was printed; a specimen, which lives in the library, has none."""
    from signpost.pipeline.verify import remember_prints

    inside = Path(ready.school.folder).resolve().is_relative_to((order.root / "content").resolve())
    if not ready.school.specimen and not inside:
        remember_prints(ready.own_folder, targets, order.today.isoformat())


def _kept(target: Target, key: str, store: Store) -> pack.Kept:
    facts = json.loads(store.get(key, ".json"))
    return pack.Kept(
        target=target,
        key=key,
        pages=facts["pages"],
        size=facts["size"],
        sha256=facts["sha256"],
        ink=tuple(facts["ink"]),
        plate=facts["plate"],
    )


def _forget(output: Path, store: Store) -> None:
    used: set[str] = set()
    for manifest in output.glob("*/manifest.json"):
        used |= pack.keys(manifest)
    store.keep_only(used)


WEIGHTS = {"guide": 9, "help-card": 4, "cards": 5, "slides": 6, "worksheet": 4, "poster": 3, "letter": 2}


def once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What does not fit its slot is told once, whatever pages it is on."""
    slots = [one for one in problems if _of_slot(one)]
    first = {one.what.partition(" on page")[0]: one for one in reversed(slots)}
    return tuple(one for one in problems if one not in slots or one in first.values())


def of_school(problems: Iterable[Problem], school: School) -> tuple[Problem, ...]:
    """What does not fit its slot stands in the school's profile."""
    return tuple(in_profile(one, school) if _of_slot(one) else one for one in once(tuple(problems)))


def _of_slot(problem: Problem) -> bool:
    return problem.rule == "overflow" and problem.fix == SHORTEN


def in_profile(problem: Problem, school: School) -> Problem:
    """A problem of a school's own words, at the line of the profile where these were written."""
    whole = school.model_dump(mode="json", by_alias=True)
    values = {value: school.places[keys] for keys in school.places if (value := _value(whole, keys))}
    quoting = re.search(r" '(.+)'(?=[. ]|$)", problem.what)  # and no name with an apostrophe
    quoted = quoting[1] if quoting else ""
    said = {value: place for value, place in values.items() if quoted and (value in quoted or quoted in value)}
    if said:
        return replace(problem, place=said[max(said, key=len)])
    fields = {"SVG": "logo", "logo": "logo", "school at the foot": "name", "letterhead": "address"}
    about = problem.what.partition(" on page")[0]
    field = next((field for words, field in fields.items() if words in about), "routes" if _of_slot(problem) else "")
    return replace(problem, place=school.at(field) if field else school.place)


def _value(whole: Any, keys: tuple[str | int, ...]) -> str:
    """The text at a place of a profile; empty where there is something else."""
    for key in keys:
        whole = whole[int(key)] if isinstance(whole, list) else whole.get(key) if isinstance(whole, dict) else None
    return whole.strip() if isinstance(whole, str) else ""


def rounds(targets: Iterable[Target]) -> tuple[list[Target], list[Target]]:
    """What is made first, and the guides after it: they show pictures of slides, whose plates have to be there."""
    first: list[Target] = []
    guides: list[Target] = []
    for target in targets:
        (guides if isinstance(target.page, Guide) else first).append(target)
    return first, guides


MakeOne = Callable[[Target], tuple[Problem, ...]]


def made_by_many(one: MakeOne, targets: list[Target], jobs: int) -> Iterator[tuple[Problem, ...]]:
    """Make the targets on every core, the longest first; one that cannot be made is a problem and never stops the others."""
    longest_first = sorted(targets, key=lambda target: -WEIGHTS.get(target.page.name, 1))
    workers = min(jobs or os.cpu_count() or 1, len(targets))
    _since_tidy[0] = 0  # some files need no tidying between them, least of all while somebody waits for them
    if workers <= 1 or len(targets) <= 2:
        yield from map(one, longest_first)
        return
    from signpost.render import press  # loaded before the fork, so that every worker has it for nothing

    press.warm()
    context = get_context("fork" if hasattr(os, "fork") and os.uname().sysname == "Linux" else "spawn")
    with (
        TemporaryDirectory(prefix="signpost-") as scratch,
        ProcessPoolExecutor(workers, mp_context=context, initializer=_work_in, initargs=(scratch, os.getpid())) as pool,
    ):
        waiting: dict[Future[tuple[Problem, ...]], Target] = {pool.submit(one, target): target for target in longest_first}
        try:
            for future in as_completed(waiting):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    place = waiting[future].page.place
                    yield (
                        Problem(
                            place,
                            "render",
                            f"Making {waiting[future].path} ended without a word.",
                            "Build again; if it stays so, close other programs to free memory.",
                        ),
                    )
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def end_with(parent: int) -> None:
    """This process ends soon after the one that started it, however that ended: a worker whom nobody asks waits for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    if os.getppid() == parent:  # not where a system calls another the parent
        threading.Thread(target=watch, daemon=True).start()


def _work_in(scratch: str, parent: int) -> None:
    """A worker ends without tidying up; what WeasyPrint leaves goes where the parent will sweep.

    Laying out a page makes many small things and few rings of them: looking for rings all the time costs a tenth to a fifth.
    """
    end_with(parent)
    tempfile.tempdir = scratch
    gc.freeze()
    gc.disable()


TIDY_EVERY = 6  # files; between two of them a worker looks for rings, so that memory stays as it is
_since_tidy = [0]


def _tidy() -> None:
    _since_tidy[0] += 1
    if not gc.isenabled() and _since_tidy[0] % TIDY_EVERY == 0:
        gc.collect()


def _keys(target: Target, project: str) -> tuple[str, str]:
    """The digests of a file's plate (empty where it has none) and of itself."""
    from signpost.render import press

    plate = press.plate_key(target, project)
    return plate, press.key(target, plate, project)


def make_one(target: Target, folder: str, plates: str, project: str) -> tuple[Problem, ...]:
    """Make one file from its plate or whole, check it as it was made, and keep it; its problems where it cannot be kept."""
    from signpost.render import press

    store, shared = Store(folder), Store(plates)
    plate, key = _keys(target, project)
    try:
        finished = _printed(target, plate, shared, project) if plate else None
        if finished is None:
            plate, finished = "", press.make(target, partial(blank, store=shared, project=project))
    except CannotRead as finding:
        return finding.problems
    problems = check_finished(Finished(target=target, pages=finished.pages, ink=finished.ink, seen=finished.seen))
    if stopping(problems):
        return problems
    store.put(key, press.suffix(target), finished.content)
    if finished.picture:
        store.put(key, ".png", finished.picture)
    facts = {
        "pages": len(finished.pages),
        "size": len(finished.content),
        "sha256": hashlib.sha256(finished.content).hexdigest(),
        "ink": finished.ink,
        "plate": plate,
    }
    store.put(key, ".json", json.dumps(facts).encode())
    _tidy()
    return problems


def _printed(target: Target, key: str, store: Store, project: str) -> "press.Print | None":
    """The file of a school from its plate, which is made where it is missing; nothing where it has to be made whole."""
    from signpost.render import plates, press
    from signpost.render.splice import Unfit

    try:
        made = plate_for(target, key, store, project)
        content = plates.imprint(made.plate, target.page)
    except Unfit:
        return None
    return press.Print(content, press.texts(target, content), made.ink, made.picture)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A plate, and what is known of its pages: how many, how much ink each takes, the picture of the first."""

    plate: "plates.Plate"
    pages: int
    ink: tuple[float, ...]
    picture: bytes = b""


def plate_for(target: Target, key: str, store: Store, project: str) -> Ready:
    """The plate of a file from the store, or made and kept there; CannotRead and Unfit as it is made."""
    from signpost.render import plates, press
    from signpost.render.slots import PagePlate

    kept = _plate_in(store, key)
    if kept is not None:
        return kept
    made, empty = press.make_plate(target, partial(blank, store=store, project=project))
    pages = made.plate.pages if isinstance(made, PagePlate) else 0
    store.put(key, ".plate", plates.kept(made))
    if empty.picture:
        store.put(key, ".png", empty.picture)
    store.put(key, ".json", json.dumps({"pages": pages, "ink": empty.ink, "picture": _sum(empty.picture)}).encode())
    return Ready(plate=made, pages=pages, ink=empty.ink, picture=empty.picture)


def _sum(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest() if picture else ""


def _plate_in(store: Store, key: str) -> Ready | None:
    """The plate of this key; nothing where it is not here, or not as it was kept: it is then made again."""
    from signpost.render import plates

    try:
        facts = json.loads(store.get(key, ".json"))
        picture = store.get(key, ".png") if facts["picture"] else b""
        if _sum(picture) != facts["picture"]:
            return None
        opened = plates.opened(store.get(key, ".plate"))
        return Ready(plate=opened, pages=facts["pages"], ink=tuple(facts["ink"]), picture=picture)
    except (OSError, ValueError, KeyError, TypeError, plates.Damaged):
        return None


def has_plate(store: Store, key: str) -> bool:
    """The plate of this key is here, and as it was kept."""
    from signpost.render import plates

    try:
        facts = json.loads(store.get(key, ".json"))
        picture = store.get(key, ".png") if facts["picture"] else b""
        return _sum(picture) == facts["picture"] and plates.whole(store.get(key, ".plate"))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def make_plate(target: Target, plates: str, project: str) -> tuple[Problem, ...]:
    """Make one plate and keep it; its problems where it cannot be made."""
    from signpost.render import press
    from signpost.render.splice import Unfit

    try:
        plate_for(target, press.plate_key(target, project), Store(plates), project)
    except CannotRead as finding:
        return finding.problems
    except Unfit as why:
        place = target.page.place
        return (Problem(place, "render", f"{target.path} cannot be a plate: {why}.", "Put a school's words into slots alone."),)
    _tidy()
    return ()


def blank(target: Target, store: Store, project: str) -> bytes:
    """A PDF with empty slots: what a plate looks like before anybody says anything."""
    from signpost.render import press
    from signpost.render.slots import PagePlate

    made = plate_for(target, press.plate_key(target, project), store, project)
    if not isinstance(made.plate, PagePlate):
        raise LookupError(f"{target.path} is no PDF")
    return made.plate.plate.content


def why(order: Order) -> tuple[tuple[str, bool], ...]:
    """Each file of the edition and whether it would be made (or is kept); CannotRead where nothing can be planned."""
    ready = edition(order)
    if stopping(ready.problems):
        raise CannotRead(*ready.problems)
    store, project = Store(str(order.output / ".store")), of_tools(TOOLS_ROOT)
    return tuple((target.path, not store.has(_keys(target, project)[1], ".json")) for target in targets_of(ready, order))


def check_text(root: Path, text: str, name: str, tier: str, audience: str) -> tuple[Problem, ...]:
    """What the rules of wording, vocabulary and reading find in a pasted passage."""
    library, problems = load(root)
    if tier not in {one.id for one in library.tiers}:
        raise CannotRead(
            *problems, Problem(Place("--tier"), "usage", f"'{tier}' is not a tier.", nearest(tier, (one.id for one in library.tiers)))
        )
    reading = {"staff": library.staff_reading, "home": library.letter_reading}.get(audience)
    found = rules.check_text(text, library.tier(tier), audience, library.words, reading)
    return tuple(sorted(Problem(Place(name, place.line), rule, what, fix) for rule, place, what, fix in found))


def all_rules() -> tuple[rules.Rule, ...]:
    """Every rule, in the order a teacher reads."""
    return (*rules.LESSON, *rules.EDITED, *rules.EDITION, *rules.ADULT, *rules.LEDGER, *rules.FINISHED)


def explain(name: str) -> str:
    """The rule of this name, or every rule of this number, in its own words; empty where there is none."""
    found = [rule for rule in all_rules() if name.lower() == rule.name or name.upper() in rule.numbers]
    return "\n\n".join(_explained(rule) for rule in found)


def _explained(rule: rules.Rule) -> str:
    allowed = f"A module may allow it with a reason: 'allow: {{{rule.name}: …}}'."
    strict = "It protects pupils and cannot be switched off." if rule.safeguarding else allowed
    numbers = f" ({', '.join(rule.numbers)})" if rule.numbers else ""
    return f"{rule.name}{numbers}\n\n{rule.words}\n\n{strict}"


def no_such_rule(name: str) -> str:
    """What to type instead of a rule that does not exist."""
    return f"There is no rule '{name}'. {nearest(name, (rule.name for rule in all_rules()))}"


def schools(root: Path) -> tuple[str, ...]:
    """The ids of the schools that come with the library."""
    return load_schools(root)
