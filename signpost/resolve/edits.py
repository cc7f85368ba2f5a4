"""A school's edits laid over the library: how each stands to the text beneath it today, and the texts as they are then taught.

The state of an edit is computed from three texts (the one it was made against, its own, and the one beneath it today), never
from dates. Edits work on lines: a replaced part keeps the places of the file in which the school wrote it, so every problem
that a rule finds in it names that file.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from signpost.data import nearest
from signpost.memory import NONE, Memory
from signpost.model import (
    TIMED,
    Edit,
    EditState,
    FrontMatter,
    KeyWord,
    Layer,
    Library,
    Module,
    Part,
    Picture,
    Section,
    SharedText,
    State,
    normal,
    text_digest,
)
from signpost.problem import Place, Problem
from signpost.resolve.merge import marked, merge
from signpost.structure import read_sections

Piece = Section | Part
Edited = TypeVar("Edited", Module, SharedText)
Lines = list[tuple[Place, str]]
FRONT = ("title", "summary", "promise", "positives", "objectives", "need", "key-words")
HERE = {"": "the library", "authority": "the authority", "school": "the school"}


@dataclass(frozen=True, slots=True)
class Layered:
    """A library with one layer of edits on it, the state of each edit, and what cannot be done."""

    library: Library
    states: tuple[EditState, ...]
    problems: tuple[Problem, ...]


def lay(
    library: Library, edits: Iterable[Edit], texts: Mapping[str, str], below: Mapping[str, Layer] | None = None, memory: Memory = NONE
) -> Layered:
    """The library as it reads with these edits of one layer.

    `texts` are the recorded texts by their digest; `below` says of the files of earlier layers whose they are.
    """
    edits = tuple(edits)
    whose = {**(below or {}), **{edit.place.path: edit.layer for edit in edits}}
    problems: list[Problem] = []
    states: list[EditState] = []
    by_text: dict[str, list[Edit]] = {}
    names = {module.front.id for module in library.modules} | {text.name for text in library.shared}
    for edit in edits:
        if edit.front.module not in names:
            problems.append(_unknown(edit, names, "module"))
        elif edit.front.language != "en-GB":
            what = f"This edit is in '{edit.front.language}', and the edition is in 'en-GB'."
            problems.append(Problem(edit.place, "edit-language", what, "Write the text in the edition's language, and language: en-GB."))
        else:
            by_text.setdefault(edit.front.module, []).append(edit)
    around = (tuple(sorted(texts)), tuple(sorted(whose.items())))  # a kept text is named by the digest of its words

    def laid(read: Callable[..., Edited], one: Edited, name: str) -> Edited:
        if name not in by_text:
            return one

        def made() -> tuple[Edited, list[EditState], list[Problem]]:
            its_states: list[EditState] = []
            its_problems: list[Problem] = []
            return read(one, by_text[name], texts, whose, its_states, its_problems), its_states, its_problems

        edited, its_states, its_problems = memory.once(made, lay, one, tuple(by_text[name]), *around)
        states.extend(its_states)
        problems.extend(its_problems)
        return edited

    modules = tuple(laid(_module, module, module.front.id) for module in library.modules)
    shared = tuple(laid(_shared, text, text.name) for text in library.shared)
    return Layered(replace(library, modules=modules, shared=shared), tuple(states), tuple(problems))


def _unknown(edit: Edit, names: Iterable[str], noun: str) -> Problem:
    given = edit.front.module if noun == "module" else edit.front.part
    return Problem(edit.place, "edit-target", f"There is no {noun} '{given}'.", nearest(given, names))


# --- finding what an edit is about ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """What edits can be about: the pieces of one module or shared text by id, in order, each with those around it."""

    name: str
    title: str
    version: str
    critical: Mapping[str, tuple[str, ...]]
    pieces: tuple[tuple[Piece, tuple[str, ...]], ...]
    front: FrontMatter | None = None

    def of(self, id: str) -> Piece | None:
        """The piece of this id, or the one that says it was once called so."""
        known = {piece.id: piece for piece, _ in self.pieces}
        return known.get(id) or next((piece for piece, _ in self.pieces if piece.option("moved-from") == id), None)

    def around(self, id: str) -> tuple[str, ...]:
        """The ids of the pieces in which this one stands, and of those that stand in it."""
        outer = next((outer for piece, outer in self.pieces if piece.id == id), ())
        return (*outer, *(piece.id for piece, others in self.pieces if id in others))

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that an edit may name."""
        front = tuple(f"front-{key}" for key in FRONT) if self.front else ()
        return (*front, *(piece.id for piece, _ in self.pieces))


def text_of(one: Module | SharedText) -> Text:
    """A module or a shared text as edits see it."""
    pieces = tuple(_pieces(one.sections, one.parts if isinstance(one, SharedText) else ()))
    if isinstance(one, SharedText):
        return Text(one.name, one.title, one.version, dict(one.critical), pieces)
    return Text(one.front.id, one.front.title, one.front.version, one.front.critical, pieces, one.front)


def _pieces(sections: Iterable[Section], parts: Iterable[Part]) -> Iterator[tuple[Piece, tuple[str, ...]]]:
    def inside(some: Iterable[Part], outer: tuple[str, ...]) -> Iterator[tuple[Piece, tuple[str, ...]]]:
        for part in some:
            yield part, outer
            yield from inside(part.parts, (*outer, part.id))

    yield from inside(parts, ())
    for section in sections:
        yield section, ()
        yield from inside(section.parts, (section.id,))


def explicit(piece: Piece) -> bool:
    """Its author wrote its id; other ids count the kind, and move when something is put before them."""
    return isinstance(piece, Section) or f"{{#{piece.id}" in piece.source.split("\n", 1)[0]


def target(text: Text, edit: Edit) -> Piece | None:
    """What the edit is about; a part without a written id is known by the text that the edit was made against."""
    found = text.of(edit.front.part)
    if found is not None and explicit(found):
        return found
    same = (piece for piece, _ in text.pieces if not explicit(piece) and text_digest(piece.source) == edit.front.base)
    return next(same, found)


def named(text: Text, edit: Edit) -> str:
    """The title of the piece that an edit is about, as people know it."""
    if edit.front.part.startswith("front-"):
        return edit.front.part.removeprefix("front-").replace("-", " ")
    piece = target(text, edit)
    if piece is None:
        return edit.front.part
    return (piece.title if not isinstance(piece, Part) or piece.title else "") or edit.front.part or text.title


def beneath(text: Text, edit: Edit) -> str | None:
    """What stands today where the edit is made: the source of a piece, a field of the front matter, or a list of ids."""
    id = edit.front.part
    if edit.front.edit == "order":
        ids = _order(text, id)
        return None if ids is None else "\n".join(f"- {one}" for one in ids)
    if id.startswith("front-") and text.front:
        return front_text(text.front, id.removeprefix("front-"))
    piece = target(text, edit)
    return None if piece is None else piece.source


def _order(text: Text, id: str) -> tuple[str, ...] | None:
    if not id:
        return tuple(piece.id for piece, outer in text.pieces if not outer and isinstance(piece, Section))
    piece = text.of(id)
    return None if piece is None else tuple(part.id for part in piece.parts)


# --- how an edit stands to the text beneath it -------------------------------------------------------------------


def state(text: Text, edit: Edit, texts: Mapping[str, str]) -> EditState:
    """The edit's state today, with a suggested merge where both sides changed."""
    front, theirs = edit.front, beneath(text, edit)
    base = texts.get(front.base)
    near: tuple[str, ...] = ()
    suggestion = ""
    if theirs is None:
        found: State = "converged" if front.edit == "hide" else "orphan"
        near = tuple(_near(front.part, text.ids))
    else:
        if base is None and text_digest(theirs) == front.base:
            base = normal(theirs)
        found, suggestion = _compared(edit, base, normal(theirs), _critical(text, edit))
    return EditState(
        edit=edit,
        state=found,
        base=base,
        theirs=theirs if theirs is None else normal(theirs),
        version=text.version,
        title=named(text, edit),
        suggestion=suggestion,
        near=near,
    )


def _near(word: str, known: Iterable[str]) -> Iterator[str]:
    from difflib import get_close_matches

    yield from get_close_matches(word, list(known), n=3, cutoff=0.5)


def _compared(edit: Edit, base: str | None, theirs: str, critical: bool) -> tuple[State, str]:
    front, ours = edit.front, "" if edit.front.edit == "hide" else edit.text
    if text_digest(theirs) == front.base:
        return "current", ""
    if front.edit in ("before", "after", "note"):
        return ("blocked" if critical and front.edit != "note" else "current"), ""
    if front.edit == "order":
        ordered = "\n".join(f"- {id}" for id in placed(ids_in(ours), ids_in(theirs)))
        gone = set(ids_in(ours)) - set(ids_in(theirs))
        return ("converged", "") if ordered == theirs and not gone else ("review", ordered)
    return _both_changed(edit, base, ours, theirs, critical)


def _both_changed(edit: Edit, base: str | None, ours: str, theirs: str, critical: bool) -> tuple[State, str]:
    merged = merge(base, ours, theirs) if base is not None and ours else None
    suggestion = merged.text if merged else ""
    found: State = "review" if not ours or (merged and merged.clean) else "conflict"
    if ours and text_digest(ours) == text_digest(theirs):
        found, suggestion = "converged", ""
    elif critical:
        found = "blocked"
    elif ours and text_digest(ours) == edit.front.base:
        found, suggestion = "untouched", theirs
    return found, suggestion


def _critical(text: Text, edit: Edit) -> bool:
    """The library says that a change of this piece since the edit was made matters for safety."""
    about = {edit.front.part, *text.around(edit.front.part)} if edit.front.part else {piece.id for piece, _ in text.pieces}
    made = _version(edit.front.base_version)
    return any(made < _version(version) <= _version(text.version) and about & {*ids} for version, ids in text.critical.items())


def _version(written: str) -> tuple[int, ...]:
    return tuple(int(number) for number in written.split(".")) if written else (0,)


def ids_in(text: str) -> tuple[str, ...]:
    """The ids of a list that says an order, one a line."""
    return tuple(line.strip().removeprefix("-").strip() for line in text.splitlines() if line.strip())


def placed(wanted: Iterable[str], there: Iterable[str]) -> tuple[str, ...]:
    """What is there in the order wanted; what the order does not name stands behind what it stood behind."""
    present = tuple(there)
    made = [id for id in dict.fromkeys(wanted) if id in present]
    for at, id in enumerate(present):
        if id not in made:
            before = next((one for one in reversed(present[:at]) if one in made), None)
            made.insert(made.index(before) + 1 if before else 0, id)
    return tuple(made)


# --- front matter -------------------------------------------------------------------------------------------------


def front_text(front: FrontMatter, key: str) -> str | None:
    """A field of the front matter as an edit shows it: a line, or a list of lines; None for a field that stays the library's."""
    if key in ("title", "summary", "promise", "positives"):
        return str(getattr(front, key))
    if key in ("objectives", "need"):
        return "\n".join(f"- {one}" for one in getattr(front, key))
    if key == "key-words":
        return "\n".join(f"- {one.word}: {one.meaning}" for one in front.key_words)
    return None


def _with_front(front: FrontMatter, edit: Edit) -> FrontMatter | Problem:
    key, lines = edit.front.part.removeprefix("front-"), [(place, text) for place, text in edit.lines if text.strip()]
    if key in ("title", "summary", "promise", "positives"):
        value: object = " ".join(text.strip() for _, text in lines)
        where: dict[tuple[str | int, ...], Place] = {(key,): lines[0][0]} if lines else {}
    else:
        bad = next((place for place, text in lines if not text.startswith("- ") or (key == "key-words" and ": " not in text)), None)
        if bad or not lines:
            like = "'- word: what it means'" if key == "key-words" else "'- …'"
            return Problem(bad or edit.place, "edit-form", f"'{key}' is a list.", f"Write each line like {like}.")
        where = {(key, at): place for at, (place, _) in enumerate(lines)}
        bare = [text.removeprefix("- ").strip() for _, text in lines]
        value = tuple(_key_word(one, place) for one, (place, _) in zip(bare, lines, strict=True)) if key == "key-words" else tuple(bare)
    if not value:
        return _emptied(edit)
    made = front.model_copy(update={key.replace("-", "_"): value})
    made._places = {path: place for path, place in front.places.items() if path[:1] != (key,)} | where
    return made


def _key_word(line: str, place: Place) -> KeyWord:
    word, _, meaning = line.partition(": ")
    made = KeyWord(word=word.strip(), meaning=meaning.strip())
    made._place = place
    made._places = {("word",): place, ("meaning",): place}
    return made


# --- laying edits on a text ----------------------------------------------------------------------------------------


def _emptied(edit: Edit) -> Problem:
    return Problem(
        edit.place,
        "edit-form",
        "The replacement is empty.",
        "Write the text; or, to leave the part out where that may be, write edit: hide in its front matter.",
    )


Whose = Mapping[str, Layer]


def _module(
    module: Module, edits: list[Edit], texts: Mapping[str, str], whose: Whose, states: list[EditState], problems: list[Problem]
) -> Module:
    text = text_of(module)
    live = _live(text, edits, texts, states, problems)
    front = module.front
    for edit in live:
        if edit.front.part.startswith("front-"):
            made = _with_front(front, edit)
            if isinstance(made, Problem):
                problems.append(made)
            else:
                front = made
    body = [edit for edit in live if not edit.front.part.startswith("front-")]
    lines, sections, _ = _relaid(list(module.lines), "", text, body, whose, problems)
    before, now = (sum(section.minutes for section in some if section.kind in TIMED) for some in (module.sections, sections))
    if before == front.minutes != now and "front-minutes" not in {edit.front.part for edit in live}:
        front = front.model_copy(update={"minutes": now})  # a lesson lasts as long as its sections, whoever changed them
    pictures = (*module.pictures, *_pictures(module, live, problems))
    return replace(module, front=front, lines=tuple(lines), sections=sections, pictures=pictures)


def _pictures(module: Module, live: list[Edit], problems: list[Problem]) -> Iterator[Picture]:
    taken = {picture.name: picture for picture in module.pictures}
    for edit in live:
        for picture in edit.pictures:
            if picture.name not in taken:
                taken[picture.name] = picture
                yield picture
            elif taken[picture.name] != picture:
                what = f"There are two different pictures '{picture.name}' in this lesson."
                problems.append(Problem(edit.place, "picture-missing", what, "Give the school's picture another name."))


def _shared(
    text: SharedText, edits: list[Edit], texts: Mapping[str, str], whose: Whose, states: list[EditState], problems: list[Problem]
) -> SharedText:
    known = text_of(text)
    live = _live(known, edits, texts, states, problems)
    lines, sections, parts = _relaid(list(text.lines), text.name, known, live, whose, problems)
    return replace(text, lines=tuple(lines), sections=sections, parts=parts, layer=edits[0].layer if live else text.layer)


CHANGES = ("replace", "hide")


def _live(text: Text, edits: list[Edit], texts: Mapping[str, str], states: list[EditState], problems: list[Problem]) -> list[Edit]:
    """The edits that are laid on today; every one has its state told, and what cannot be is a problem."""
    live: list[Edit] = []
    first: dict[tuple[str, str], Edit] = {}
    for edit in edits:
        front = edit.front
        made_against = bool(front.base)
        known = beneath(text, edit) is not None
        if not known and not (made_against and front.base in texts):
            problems.append(_unknown(edit, text.ids, "part"))
            continue
        piece = target(text, edit)
        about = piece.id if piece else front.part
        one = (about, "change" if front.edit in CHANGES else front.edit)
        if one in first:
            what = f"'{about}' of {front.module} is changed here and in {first[one].place.path}."
            problems.append(Problem(edit.place, "two-edits", what, "Make one edit of the two; the other's text stays in the record."))
            continue
        first[one] = edit
        problems.extend(_form(text, edit, piece, texts))
        if not made_against:
            what = "This edit does not say against which text it was made."
            fix = f"Add the line  base: {text_digest(beneath(text, edit) or '')}  if it was made against today's text."
            problems.append(Problem(edit.place, "edit-base", what, fix))
            continue
        found = state(text, edit, texts)
        states.append(found)
        problems.extend(_told(found))
        if found.state != "orphan" and found.theirs is not None:
            live.append(edit)
    return [edit for edit in live if not any(problem.place.path == edit.place.path and not problem.reminder for problem in problems)]


def _form(text: Text, edit: Edit, piece: Piece | None, texts: Mapping[str, str]) -> Iterator[Problem]:
    """What an edit may not look like, whatever it says."""
    front, place = edit.front, edit.place
    if front.edit == "replace" and not edit.text.strip():
        yield _emptied(edit)
    elif front.edit != "hide" and not edit.text.strip():
        yield Problem(place, "edit-form", "The edit has no text.", "Write it below the front matter.")
    elif marked(edit.text):
        fix = "Choose between the two texts, and remove the four marks."
        yield Problem(place, "edit-form", "Marks of a conflict still stand in the text.", fix)
    elif front.part.startswith("front-"):
        if front.edit != "replace":
            yield Problem(place, "edit-form", f"A field of the front matter cannot be changed by '{front.edit}'.", "Write edit: replace.")
    elif front.edit == "order":
        there = (*(_order(text, front.part) or ()), *ids_in(texts.get(front.base, "")))
        for id in ids_in(edit.text):
            if id not in there:
                yield Problem(place, "edit-target", f"There is no part '{id}' to put in order.", nearest(id, there))
    elif front.edit == "note":
        if any(re.match(r"!!!|## ", line.lstrip()) for _, line in edit.lines):
            yield Problem(place, "edit-form", "A note is plain prose for staff.", "Remove '!!!' and '##'; or write edit: after.")
    elif piece is not None and front.edit != "hide":
        yield from _shape(edit, piece)


def _shape(edit: Edit, piece: Piece) -> Iterator[Problem]:
    """A replacement is one piece of the same kind and id; what stands beside a piece is of its rank."""
    parts, sections, unread = read_sections(edit.lines, piece.id)
    if unread:  # told with their lines when the text is read as a whole
        return
    place, alone = edit.place, isinstance(piece, Section)
    some: tuple[Piece, ...] = sections if alone else parts
    other: tuple[Piece, ...] = parts if alone else sections
    if edit.front.edit == "replace":
        if not (len(some) == 1 and not other and some[0].kind == piece.kind and (not explicit(piece) or some[0].id == piece.id)):
            head = piece.source.split("\n", 1)[0]
            prose = isinstance(piece, Part) and piece.kind == "text"
            like = f"Begin with a line like  {head}  and keep the rest inside it. Edits, sign-off and protections hang on kind and id."
            what = f"The replacement of '{piece.id}' is not one {piece.kind} with the same id."
            yield Problem(place, "edit-form", what, "Write prose alone, without '!!!' and '##'." if prose else like)
    elif other or not some:
        rank, beside = ("section", "sections") if alone else ("part", "parts and prose")
        fix = "Begin with '## Kind: Title {#id}'." if alone else "Remove the heading '## …'."
        yield Problem(place, "edit-form", f"'{piece.id}' is a {rank}; only {beside} stand beside it.", fix)


def _told(found: EditState) -> Iterator[Problem]:
    """What the state of an edit asks of the school."""
    edit, name = found.edit, f"'{found.title}' ({found.edit.key})"
    review = f"Type: build.py review {edit.key}"
    since = f"since {edit.front.base_version}" if edit.front.base_version else "since the edit was made"
    if found.state == "blocked":
        what = f"The library changed {name} {since}, and the change matters for safety. The last good pack stays as it is."
        yield Problem(edit.place, "edit-blocked", what, f"{review} today, and read both texts.")
    elif found.state == "orphan":
        near = f" The nearest parts are: {', '.join(found.near)}." if found.near else ""
        what = f"The library no longer has {name}; your text is kept and is not printed.{near}"
        yield Problem(edit.place, "edit-orphan", what, f"{review}, and say where it belongs now, or let it go.", reminder=True)
    elif found.state in ("review", "conflict", "untouched"):
        said = {
            "review": "a merge of both is suggested",
            "conflict": "both changed the same words",
            "untouched": "your copy is the old text word for word",
        }[found.state]
        what = f"The library changed {name} {since}; your text is printed, and {said}."
        yield Problem(edit.place, "edit-review", what, f"{review}.", reminder=True)
    elif found.state == "converged":
        yield Problem(
            edit.place, "edit-converged", f"Your text of {name} is now the library's own.", f"{review} to let the edit go.", reminder=True
        )


def _relaid(
    lines: Lines, inside: str, text: Text, edits: list[Edit], whose: Whose, problems: list[Problem]
) -> tuple[Lines, tuple[Section, ...], tuple[Part, ...]]:
    """The lines with every edit laid on, and what they are built of."""
    changes: list[tuple[int, int, int, int, Lines]] = []
    taken: list[tuple[int, int, Edit]] = []
    for number, edit in enumerate(edit for edit in edits if edit.front.edit != "order"):
        piece = target(text, edit)
        if piece is None:
            continue
        start, end, new = _change(text, piece, edit)
        if edit.front.edit in CHANGES:
            taken.append((start, end, edit))
        changes.append((start, end, -piece.depth if isinstance(piece, Part) else 1, number, new))
    for start, end, edit in taken:
        for other in edits:
            piece = None if other.front.edit == "order" else target(text, other)
            if other is not edit and piece and start <= piece.span[0] and piece.span[1] <= end and piece.span != (start, end):
                what = f"'{other.front.part}' stands in '{edit.front.part}', which {edit.place.path} changes as a whole."
                problems.append(Problem(other.place, "two-edits", what, "Make the change in that edit, and remove this one."))
                return lines, *_read(lines, inside, whose, problems)
    # From the last line to the first; where two stand on one line, what stands deeper comes first in the text.
    for start, end, _, _, new in sorted(changes, key=lambda change: change[:4], reverse=True):
        lines[start:end] = new
    sections, parts = _read(lines, inside, whose, problems)
    for edit in edits:
        if edit.front.edit == "order":
            lines = _reordered(lines, sections, edit)
            sections, parts = _read(lines, inside, whose, problems)
    return lines, sections, parts


def _change(text: Text, piece: Piece, edit: Edit) -> tuple[int, int, Lines]:
    """Which lines an edit takes away and what it puts there."""
    depth = piece.depth if isinstance(piece, Part) else 0
    start, end = piece.span
    blank = (edit.place, "")
    own: Lines = [(place, "    " * depth + line if line.strip() else "") for place, line in _trimmed(edit.lines)]
    if edit.front.edit == "replace":
        return start, end, own
    if edit.front.edit == "hide":
        return start, end, []
    if edit.front.edit == "before":
        return start, start, [*own, blank]
    if edit.front.edit == "after":
        return end, end, [blank, *own]
    outer = [
        one for one, others in text.pieces if isinstance(one, Part) and one.depth == 0 and (one.id == piece.id or piece.id in _below(one))
    ]
    behind = outer[0].span[1] if outer else end
    note: Lines = [(edit.place, "!!! note"), *((place, "    " + line if line.strip() else "") for place, line in _trimmed(edit.lines))]
    return behind, behind, [blank, *note]


def _below(part: Part) -> set[str]:
    return {one.id for one in part.all()}


def _trimmed(lines: Iterable[tuple[Place, str]]) -> Lines:
    some = list(lines)
    while some and not some[0][1].strip():
        some.pop(0)
    while some and not some[-1][1].strip():
        some.pop()
    return some


def _reordered(lines: Lines, sections: tuple[Section, ...], edit: Edit) -> Lines:
    """The blocks of a text, or of one section, in the order that the edit wants; what stands between them keeps its place."""
    inside = next((section for section in sections if section.id == edit.front.part), None)
    blocks: dict[str, tuple[int, int]] = {
        piece.id: piece.span for piece in (inside.parts if inside else () if edit.front.part else sections)
    }
    order = placed(ids_in(edit.text), blocks)
    made: Lines = []
    at = 0
    for id, (start, end) in zip(order, sorted(blocks.values()), strict=True):
        made.extend(lines[at:start])
        made.extend(lines[slice(*blocks[id])])
        at = end
    return [*made, *lines[at:]]


def _read(lines: Lines, inside: str, whose: Whose, problems: list[Problem]) -> tuple[tuple[Section, ...], tuple[Part, ...]]:
    parts, sections, found = read_sections(lines, inside)
    problems.extend(problem for problem in found if problem.place.path in whose and problem not in problems)
    own = tuple(
        replace(section, parts=tuple(_signed(part, whose) for part in section.parts), layer=whose.get(section.place.path, ""))
        for section in sections
    )
    return own, tuple(_signed(part, whose) for part in parts)


def _signed(part: Part, whose: Whose) -> Part:
    return replace(part, layer=whose.get(part.place.path, ""), parts=tuple(_signed(inner, whose) for inner in part.parts))
