"""What a safeguarding lead does with edits: begin one, see how all stand, decide about those that the library has overtaken, sign."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from signpost.data import nearest
from signpost.folder import SIGNATURES, Folder, rebased, written
from signpost.load import find, load, load_edits, load_school, own_modules, shown
from signpost.model import Edit, EditFront, EditKind, EditState, Layer, Library, Module, Part, Section, SharedText, text_digest
from signpost.pipeline import Order, edition
from signpost.plan.adults import values_of
from signpost.problem import CannotRead, Place, Problem, stopping
from signpost.resolve import lay
from signpost.resolve.edits import Text, beneath, explicit, text_of
from signpost.resolve.merge import marked, word_diff

Choice = Literal["keep", "new", "merge", "move"]
CHOICES: Mapping[Choice, str] = {
    "keep": "keep mine: my text stays, as one made against the new text",
    "new": "take new: my edit goes, the library's text is printed",
    "merge": "merge: a text of both, which I have read",
    "move": "move: my text belongs to another part now",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A folder whose edits can be worked on: the library as it lies beneath them, the edits, and how each stands."""

    order: Order
    folder: Folder
    layer: Layer
    library: Library
    states: tuple[EditState, ...]
    problems: tuple[Problem, ...]

    def states_of(self, *words: str) -> tuple[EditState, ...]:
        """The edits of one module, or of one part of it; every edit without words."""
        return tuple(
            state
            for state in self.states
            if not words or (state.edit.front.module == _id(words[0]) and (len(words) < 2 or state.edit.front.part == words[1]))
        )

    @property
    def waiting(self) -> tuple[EditState, ...]:
        """The edits about which somebody has to decide, those that stop the press first."""
        order = ("blocked", "conflict", "review", "untouched", "orphan", "converged")
        return tuple(sorted((one for one in self.states if one.state != "current"), key=lambda one: order.index(one.state)))


def _id(written: str) -> str:
    return written.replace("/", "-")


def desk(order: Order) -> Desk:
    """A school's folder, or an authority's, ready to be worked on; CannotRead where there is none."""
    library, problems = load(order.root)
    path = find(order.root, order.school)
    found = list(problems)
    folders: list[tuple[Path, Layer]] = [(path, "authority")]
    if (path / "school.yaml").is_file():
        school = load_school(order.root, order.school)
        modules, more = own_modules(order.root, path, library)
        found.extend(more)
        library = replace(library, modules=(*library.modules, *modules))
        below: list[tuple[Path, Layer]] = [(Path(school.authority_folder), "authority")] if school.authority_folder else []
        folders = [*below, (path, "school")]
    texts: dict[str, str] = {}
    whose: dict[str, Layer] = {}
    states: tuple[EditState, ...] = ()
    under = library
    folder = Folder(path, shown(order.root, path))
    for one, layer in folders:
        folder = Folder(one, shown(order.root, one))
        texts |= folder.texts
        under = library
        edits, more = load_edits(order.root, one, layer)
        laid = lay(library, edits, texts, whose)
        whose |= {edit.place.path: edit.layer for edit in edits}
        library, states = laid.library, laid.states
        found.extend((*more, *laid.problems, *folder.problems()))
    return Desk(order=order, folder=folder, layer=folders[-1][1], library=under, states=states, problems=tuple(sorted(set(found))))


# --- beginning an edit ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A part that can be edited: its id as it is typed, what it is, how it begins, how deep it stands."""

    id: str
    kind: str
    title: str
    depth: int
    firm: bool


def parts(order: Order, module: str) -> tuple[Listed, ...]:
    """Every part of a module or shared text that an edit can be about; CannotRead where there is no such text."""
    at = desk(order)
    text = text_of(_found(at, module))
    front = tuple(Listed(id, "front matter", id.removeprefix("front-"), 0, True) for id in text.ids if id.startswith("front-"))
    return (
        *front,
        *(
            Listed(piece.id, piece.kind, _begins(piece), len(outer), explicit(piece))
            for piece, outer in text.pieces
            if not _all_of_its_part(piece, outer, text)
        ),
    )


def _all_of_its_part(piece: Section | Part, outer: tuple[str, ...], text: Text) -> bool:
    """Prose that is all its part says is edited with the part."""
    around = text.of(outer[-1]) if outer else None
    return isinstance(piece, Part) and piece.kind == "text" and isinstance(around, Part) and len(around.parts) == 1


def _begins(piece: Section | Part) -> str:
    text = piece.title or (piece.prose if isinstance(piece, Part) else "")
    line = " ".join(text.split())
    return line if len(line) < 60 else line[:57] + " …"


def _found(at: Desk, module: str) -> Module | SharedText:
    known: dict[str, Module | SharedText] = {one.front.id: one for one in at.library.modules}
    known |= {one.name: one for one in at.library.shared}
    if _id(module) not in known:
        raise CannotRead(
            Problem(Place("customise"), "usage", f"There is no module or shared text '{module}'.", nearest(_id(module), known))
        )
    return known[_id(module)]


def customise(order: Order, module: str, part: str, kind: EditKind = "replace", by: str = "", reason: str = "", text: str = "") -> Path:
    """Write the file in which a part can be edited, with the text that it is made against kept beside it; its path.

    A replacement begins as the text itself, an order as the order today; other edits begin with `text`. CannotRead where there is no such
    part, where it is being edited already, or where nothing can be saved.
    """
    at = desk(order)
    known = text_of(_found(at, module))
    front = EditFront(edit=kind, module=known.name, part=part, by=by, reason=reason, edited=order.today)
    probe = Edit(front=front, lines=(), layer=at.layer, place=Place("customise"))
    base = beneath(known, probe)
    if base is None or (not part and kind != "order"):
        near = nearest(part, known.ids) if part else f"Name one of: {', '.join(known.ids)}."
        raise CannotRead(Problem(Place("customise"), "usage", f"There is no part '{part}' in {known.name}.", near))
    if kind == "order" and part and not base:
        raise CannotRead(
            Problem(Place("customise"), "usage", f"'{part}' has no parts to put in order.", "Name a section, or none for all sections.")
        )
    made = front.model_copy(update={"base": text_digest(base), "base_version": known.version})
    path = at.folder.path_of(made)
    if path.exists():
        what = f"'{module} {part}' is being edited already."
        raise CannotRead(Problem(Place(shown(order.root, path)), "two-edits", what, "Change the text in that file."))
    body = text or (base if kind in ("replace", "order") else "")
    with at.folder.saving(by, order.today.isoformat()):
        at.folder.keep_all(base)
        at.folder.create(path, written(made, body))
    return path


# --- deciding ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of an edit before somebody decides: the three texts, the changes of the library by words, a suggestion."""

    state: EditState
    old: str
    mine: str
    new: str
    changes: tuple[tuple[Literal["same", "gone", "come"], str], ...]
    suggestion: str
    choices: tuple[Choice, ...]


def show(state: EditState) -> Shown:
    """An edit as it is shown for review."""
    old, new = state.base or "", state.theirs or ""
    hide = state.edit.front.edit == "hide"
    choices: tuple[Choice, ...] = ("keep", "new", "merge")
    if state.state == "orphan":
        choices = ("new", "move")
    elif state.edit.front.edit in ("before", "after", "note", "hide"):
        choices = ("keep", "new")
    return Shown(state, old, "" if hide else state.edit.text, new, word_diff(old, new), state.suggestion, choices)


def keep_shown(at: Desk, state: EditState) -> None:
    """Keep the three texts before they are shown; where nothing can be written, they are only shown."""
    at.folder.keep(*(text for text in (state.base, state.edit.text, state.theirs) if text))


def decide(at: Desk, state: EditState, choice: Choice, by: str, text: str = "", to: str = "") -> None:
    """Record what somebody decided about an edit, and carry it out; CannotRead where it cannot be done, with nothing changed."""
    edit, front = state.edit, state.edit.front
    if choice not in show(state).choices:
        offered = ", ".join(show(state).choices)
        raise CannotRead(Problem(edit.place, "usage", f"'{choice}' cannot be chosen for this edit.", f"Choose one of: {offered}."))
    if not by.strip():
        raise CannotRead(Problem(edit.place, "usage", "A decision has a name.", 'Add --by "your name".'))
    if choice == "merge" and (marked(text) or not text.strip()):
        what = "Marks of a conflict still stand in the merged text." if text.strip() else "The merged text is empty."
        raise CannotRead(Problem(edit.place, "edit-form", what, "Choose between the two texts, and remove the four marks."))
    path = Path(edit.file)
    made = front.model_copy(
        update={"base": text_digest(state.theirs or ""), "base_version": state.version, "edited": at.order.today, "by": by}
    )
    mine = edit.text
    after: dict[Path, str]
    if choice == "new":
        after = {path: ""}
    elif choice == "move":
        made, new_path = _moved(at, state, made, to)
        after = {new_path: written(made, mine), path: ""}
    else:
        now = path.read_text(encoding="utf-8")
        mine = text if choice == "merge" else mine
        as_replaced = now.replace("edit: hide", "edit: replace", 1) if choice == "merge" else now
        after = {path: rebased(as_replaced, made, mine if choice == "merge" else None)}
    decision = {
        "on": at.order.today.isoformat(),
        "by": by,
        "choice": choice,
        "module": front.module,
        "part": front.part,
        "kind": front.edit,
        "state": state.state,
        "version": state.version,
        "base": front.base,
        "mine": text_digest(edit.text),
        "new": text_digest(state.theirs or ""),
        "result": text_digest(mine) if choice != "new" else "",
        "to": to,
    }
    with at.folder.saving(by, at.order.today.isoformat()):
        at.folder.decide(edit, path, decision, after, mine, state.theirs or "", state.base or "")


def _moved(at: Desk, state: EditState, made: EditFront, to: str) -> tuple[EditFront, Path]:
    text = text_of(_found(at, made.module))
    piece = next((one for one, _ in text.pieces if one.id == to), None)
    if piece is None:
        raise CannotRead(Problem(state.edit.place, "usage", f"There is no part '{to}' in {made.module}.", nearest(to, text.ids)))
    front = made.model_copy(update={"part": to, "base": text_digest(piece.source)})
    at.folder.keep_all(piece.source)
    path = at.folder.path_of(front)
    if path.exists():
        raise CannotRead(
            Problem(Place(shown(at.order.root, path)), "two-edits", f"'{to}' is being edited already.", "Merge the two by hand.")
        )
    return front, path


def decisions(order: Order) -> tuple[Mapping[str, object], ...]:
    """Every decision that was recorded in the folder, in order."""
    path = find(order.root, order.school)
    return Folder(path, shown(order.root, path)).decisions()


def kept(order: Order, wanted: str = "") -> Iterator[tuple[str, str]]:
    """The texts that the folder keeps, by digest; only those whose digest begins as wanted."""
    path = find(order.root, order.school)
    yield from ((digest, text) for digest, text in Folder(path, shown(order.root, path)).texts.items() if digest.startswith(wanted))


def values(order: Order) -> tuple[tuple[str, str, str], ...]:
    """Every value of a school's profile, with the file and line that it comes from."""
    return tuple(values_of(load_school(order.root, order.school)))


# --- signing -------------------------------------------------------------------------------------------------------


def sign(order: Order, module: str, name: str, role: str) -> str:
    """Put a name under exactly the text that a lesson has now; what was signed. CannotRead where the lesson cannot be taught as it is."""
    ready = edition(order)
    id = _id(module)
    if id not in ready.own.abouts:
        if stopping(ready.problems):
            raise CannotRead(*stopping(ready.problems))
        raise CannotRead(Problem(Place("sign"), "usage", f"'{module}' is not a lesson of this school.", nearest(id, ready.own.abouts)))
    roles = ready.school.sign_off.roles
    if roles and role.casefold() not in {one.casefold() for one in roles}:
        place = ready.school.at("sign-off", "roles")
        raise CannotRead(Problem(place, "sign-off", f"'{role}' is not a role that signs here.", nearest(role, roles)))
    if not name.strip() or not role.strip():
        raise CannotRead(Problem(Place("sign"), "usage", "A signature has a name and a role.", 'Write --name "…" --role "…".'))
    about = ready.own.abouts[id]
    lesson = next(one for one in ready.lessons if one.front.id == id)
    until = review_day(order.today, ready.school.sign_off.months)
    folder = ready.own_folder
    with folder.saving(name, order.today.isoformat()):
        folder.add(
            SIGNATURES,
            {
                "module": id,
                "title": lesson.front.title,
                "version": lesson.front.version,
                "digest": about.signed.digest,
                "name": name,
                "role": role,
                "on": order.today.isoformat(),
                "review-by": until.isoformat(),
            },
        )
    return (
        f"{lesson.front.title} {lesson.front.version} ({about.signed.digest[:4]}-{about.signed.digest[4:8]}), review by {until.isoformat()}"
    )


def review_day(signed: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(signed.month - 1 + months, 12)
    for day in (signed.day, 30, 29, 28):
        try:
            return date(signed.year + year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
