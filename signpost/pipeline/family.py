"""Schools that differ in nothing but what stands in slots: one edition, planned once; each school is only dressed and printed.

What is planned, checked and made into plates for the first school of a family holds for all of them. For each school is left what is
its own: its profile, the rules about its routes and its confirmation, its words in the slots, its profile on paper, index and manifest.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from signpost import pack, rules
from signpost.check import check_edition, check_finished
from signpost.folder import PRINTS, Folder
from signpost.load import load_school
from signpost.model import Deck, Page, Profile, School, Target, digest, plain
from signpost.pipeline import (
    TOOLS_ROOT,
    Edition,
    Order,
    Ready,
    blank,
    edition,
    has_plate,
    in_profile,
    made_by_many,
    make_plate,
    once,
    plate_for,
    rounds,
    targets_of,
    unsigned,
)
from signpost.plan import dresser, imprint, profile_of, stamped
from signpost.problem import CannotRead, Problem, stopping
from signpost.rules import Finished
from signpost.store import Store, fingerprint, of_tools

# What stands in slots, or is a school's own without being planned: two schools that differ in these alone are of one family.
IN_SLOTS = ("name", "lead", "deputy", "routes", "address", "phone", "email", "web", "colour", "logo", "confirmed")
MOST_SPOILT = 8  # files that a school's words do not fit; whoever corrects these has corrected most
MOST_PLATES = 1200  # kept open by a process: two libraries' worth, some 100 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A school's finished edition: its files and everything that belongs to them, by path; `shared` says where other schools' are too."""

    school: School
    files: tuple[pack.Kept, ...]
    contents: dict[str, bytes]
    shared: dict[str, Path]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """An edition without a school: its lessons, its targets, and the key of each target's plate (empty for what is made whole)."""

    key: str
    ready: Edition
    targets: tuple[Target, ...]
    plates: tuple[str, ...]
    project: str


def family_key(order: Order, school: School) -> str:
    """What every school of its family shares; empty for a school with edits, lessons, templates or signatures of its own."""
    folder = Path(school.folder)
    authority = fingerprint([school.authority_folder]) if school.authority_folder else ""
    own = [path for name in ("edits", "modules", "templates") for path in sorted((folder / name).rglob("*"))]
    record = [path for path in sorted((folder / "record").rglob("*")) if path.is_file() and path.name != PRINTS]
    if own or record:
        return ""
    shared = {name: value for name, value in school.model_dump(mode="json", by_alias=True).items() if name not in IN_SLOTS}
    asked = (order.country, order.paper, order.only, order.today.isoformat(), str(order.root))
    return digest([shared, school.confirmed is not None, authority, school.templates, asked, of_tools(TOOLS_ROOT)])


_families: dict[str, Family] = {}
_complete: set[tuple[str, str]] = set()  # families all of whose plates are in a store


def family(order: Order, key: str) -> Family:
    """The family of the school that the order names, planned once a process; CannotRead where its edition has a problem."""
    if key not in _families:
        from signpost.render import press

        ready = edition(order)
        if stopping(ready.problems):
            raise CannotRead(*stopping(ready.problems))
        targets, project = targets_of(ready, order), of_tools(TOOLS_ROOT)
        while len(_families) >= 4:
            _families.pop(next(iter(_families)))
        keys = tuple(press.plate_key(target, project) for target in targets)
        _families[key] = Family(key=key, ready=ready, targets=targets, plates=keys, project=project)
    return _families[key]


def make_plates(kin: Family, store: Store, jobs: int, told: Callable[[int, int], None] = lambda done, of: None) -> tuple[Problem, ...]:
    """Make the plates of a family that are not in the store yet; the problems of those that cannot be made."""
    missing = [target for target, key in zip(kin.targets, kin.plates, strict=True) if key and not has_plate(store, key)]
    one = partial(make_plate, plates=store.folder, project=kin.project)
    problems: list[Problem] = []
    done = 0
    for some in rounds(missing):
        for found in made_by_many(one, some, jobs):
            problems.extend(found)
            done += 1
            told(done, len(missing))
    return tuple(sorted(set(problems)))


_open: dict[tuple[str, str], Ready] = {}  # plates by store and key, the last ones used


def _opened(target: Target, key: str, store: Store, project: str) -> Ready:
    """The plate of a file, kept open; one that was damaged since the fleet began is made again."""
    at = store.folder, key
    if at not in _open:
        while len(_open) >= MOST_PLATES:
            _open.pop(next(iter(_open)))
        _open[at] = plate_for(target, key, store, project)
    return _open[at]


@lru_cache(maxsize=MOST_PLATES)
def _begun(begin: bytes) -> "hashlib._Hash":
    """The sum of the bytes with which every file of a plate begins."""
    return hashlib.sha256(begin)


def _sum(content: bytes, made: Ready | None) -> str:
    """The SHA-256 of a file; what its plate gave to every school is not summed up again."""
    from signpost.render.slots import PagePlate

    begin = made.plate.plate.content if made and isinstance(made.plate, PagePlate) else b""
    if not begin or not content.startswith(begin):
        return hashlib.sha256(content).hexdigest()
    whole = _begun(begin).copy()
    whole.update(memoryview(content)[len(begin) :])
    return whole.hexdigest()


def printed(order: Order, kin: Family, store: Store, proof: bool = False) -> Printed:
    """One school of a family, printed; CannotRead where its profile or one of its slots has a problem.

    Every school's own words are held against the rules of finished pages; a `proof` is read back file by file, as a build does.
    """
    from signpost.render import press

    school = load_school(order.root, order.school)
    ready = kin.ready
    if (kin.key, store.folder) not in _complete:
        if problems := stopping(make_plates(kin, store, 1)):
            raise CannotRead(*problems)
        _complete.add((kin.key, store.folder))
    found = today(order, kin, school)
    wears = dresser(school, ready.country, ready.services)
    worn = [replace(target, page=_worn(target.page, school, wears)) for target in kin.targets]
    found += (in_profile(problem, school) for problem in _own_words({one.page.frame.imprint: one for one in worn}.values()))
    if stopping(found):
        raise CannotRead(*sorted(set(found)))
    files: list[pack.Kept] = []
    contents: dict[str, bytes] = {}
    shared: dict[str, Path] = {}
    spoilt = 0
    for target, key in zip(worn, kin.plates, strict=True):
        try:
            one = _made(target, key, store, kin.project)
        except CannotRead as finding:
            found += [in_profile(problem, school) if key else problem for problem in finding.problems]
            spoilt += 1
            if spoilt == MOST_SPOILT:
                break
            continue
        if proof:
            found += check_finished(Finished(target=target, pages=press.texts(target, one.content), ink=one.ink))
        contents[target.path] = one.content
        file = pack.Kept(
            target=target,
            key=press.key(target, key, kin.project),
            pages=one.pages or (len(target.page.slides) if isinstance(target.page, Deck) else 1),
            size=len(one.content),
            sha256=_sum(one.content, one.ready),
            ink=one.ink,
            plate=key if one.ready else "",
        )
        files.append(file)
        if file.picture:
            contents[file.picture] = one.picture
        if file.picture and file.plate:
            shared[file.picture] = Path(store.path(key, ".png"))
    if stopping(found):
        raise CannotRead(*sorted(set(once(found))))
    made = tuple(files)
    index = pack.index(school, imprint(school, ready.country, ready.services, None), ready.lessons, made, ready.library)
    report = pack.report(school, ready.lessons, ready.own, ready.library, len(rules.LESSON))
    contents |= {"index.html": press.index(index), "report.html": press.report(report)}
    return Printed(school=school, files=made, contents=contents, shared=shared, problems=tuple(sorted(set(found))))


def today(order: Order, kin: Family, school: School) -> list[Problem]:
    """What the rules find today in a school of the family, whose lessons have passed."""
    found = [problem for lesson in kin.ready.lessons for problem in check_edition(lesson, school, kin.ready.services, order.today)]
    return found + list(unsigned(school, kin.ready.own.abouts))


def content(kin: Family) -> str:
    """The digest of all that the files of a family follow from, whatever day it is."""
    return digest([(target.path, key) for target, key in zip(kin.targets, kin.plates, strict=True)])


def _worn(page: Page, school: School, wears: Callable[[Page], Page]) -> Page:
    return wears(stamped(profile_of(page, school)) if isinstance(page, Profile) else page)


def _own_words(some: Iterable[Target]) -> Iterator[Problem]:
    """What the rules of finished pages find in a school's own words: a placeholder in a profile is one on every page."""
    for target in some:
        said = json.dumps(plain(replace(target.page.frame.imprint, logo="")), ensure_ascii=False)
        found = check_finished(Finished(target=target, pages=(said,), ink=()))
        yield from (problem for problem in found if problem.rule == "no-placeholders")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A file's bytes, its pages and their ink, the picture of the first, and its plate; none where it was made whole."""

    content: bytes
    pages: int
    ink: tuple[float, ...]
    picture: bytes
    ready: Ready | None = None


def _made(worn: Target, key: str, store: Store, project: str) -> _Made:
    """A file from its plate, or whole where it has none or does not fit it; CannotRead with its problems."""
    from signpost.render import plates, press
    from signpost.render.splice import Unfit

    if key:
        try:
            ready = _opened(worn, key, store, project)
            content = plates.imprint(ready.plate, worn.page)
            return _Made(content=content, pages=ready.pages, ink=ready.ink, picture=ready.picture, ready=ready)
        except Unfit:
            pass
    whole = press.make(worn, partial(blank, store=store, project=project))
    problems = check_finished(Finished(target=worn, pages=whole.pages, ink=whole.ink, seen=whole.seen))
    if stopping(problems):
        raise CannotRead(*problems)
    return _Made(content=whole.content, pages=len(whole.pages), ink=whole.ink, picture=whole.picture)


def remember(order: Order, one: Printed) -> None:
    """A school's record says what was printed, where the school has a folder of its own."""
    from signpost.pipeline.verify import remember_prints

    folder = Folder(Path(one.school.folder), one.school.folder)
    if not one.school.specimen:
        remember_prints(folder, tuple(file.target for file in one.files), order.today.isoformat())
