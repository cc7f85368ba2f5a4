"""Large print: a task too long for one sheet at this size goes on over the page.

A task is cut into pieces (a paragraph, one point of a story, one row of a table, a space to write). Each is measured as the
style sheet sets it; then every sheet takes as many as it has room for. Words stay with the space that answers them.
"""

import re
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from signpost import markdown
from signpost.model import Part, Worksheet
from signpost.render import html, pdf

SLACK = 0.5  # mm of a sheet
AFTER_LINES = 4.0  # mm between a line to write on and what follows: the one distance that no piece has by itself
LISTS = ("story", "ticks", "starters")
POINT = re.compile(r"\s*(?:[-*]|\d+\.)\s")


@dataclass(frozen=True, slots=True)
class Piece:
    """What is never cut: a whole part, or one item of a list or table, whose `frame` is that list without items."""

    part: Part
    nth: int
    frame: Part | None = None


def pieces(task: Part) -> tuple[Piece, ...]:
    """A task's smallest pieces in reading order; `nth` is the part that a piece was cut from."""
    return tuple(Piece(one, nth, frame) for nth, part in enumerate(task.parts) for one, frame in _cut(part))


Cut = tuple[tuple[Part, Part | None], ...]


def _cut(part: Part) -> Cut:
    return _items(part) if part.kind in LISTS else _rows(part) if part.kind == "table" else _paragraphs(part)


def _text(text: str, like: Part) -> Part:
    return Part(kind="text", text=text, place=like.place)


def _with(part: Part, prose: str, **options: int) -> Part:
    more = tuple((name, str(value)) for name, value in options.items() if value)
    return replace(part, parts=(_text(prose, part),), options=(*part.options, *more))


def _paragraphs(part: Part) -> Cut:
    blocks = re.split(r"\n\s*\n", part.text) if part.kind == "text" else []
    if len(blocks) < 2 or any(POINT.match(block) or block.startswith(" ") for block in blocks):
        return ((part, None),)
    return tuple((_text(block, part), None) for block in blocks)


def _items(part: Part) -> Cut:
    before, after = markdown.before_and_after_list(part.prose)
    listed = part.prose.removeprefix(before).removesuffix(after).strip("\n")
    items = re.split(r"\n+(?=[-*]\s|\d+\.\s)", listed)
    if not POINT.match(listed):
        return ((part, None),)
    return (
        *(((_text(before, part), None),) if before else ()),
        *((_with(part, item, **{"from": at}), _with(part, "")) for at, item in enumerate(items)),
        *(((_text(after, part), None),) if after else ()),
    )


def _rows(part: Part) -> Cut:
    lines = [line for line in part.prose.splitlines() if line.strip().startswith("|")]
    head = "\n".join(lines[:2])
    return tuple((_with(part, f"{head}\n{row}"), _with(part, head, bare=1)) for row in lines[2:]) or ((part, None),)


def split(page: Worksheet) -> Worksheet:
    """The worksheet with as many sheets as its tasks need; each task says its number, its piece, and whether it goes on."""
    numbered = [_marked(sheet[0], number=at, of=len(page.sheets)) for at, sheet in enumerate(page.sheets, 1)]
    asked = tuple((task, pieces(task)) for task in numbered)
    heights = pdf.heights(html.render(page, "worksheet-measured.html", tasks_in_pieces=asked), "paper", page.place, "worksheet")
    sheets: list[tuple[Part, ...]] = []
    for at, (task, some) in enumerate(asked):
        sized = [_Sized(one, heights[f"{at} {nth} whole"], heights.get(f"{at} {nth} frame", 0)) for nth, one in enumerate(some)]
        room = heights["room"] - SLACK
        first = room - heights[f"{at} heading"] - heights["later" if at else "first"]
        later = room - heights[f"{at} heading again"] - heights["later"]
        packed = _packed(_loosened(_groups(sized), later), first, later, heights[f"{at} goes-on"])
        for nth, held in enumerate(packed, 1):
            marked = _marked(task, piece=nth, **({"goes-on": 1} if nth < len(packed) else {}))
            sheets.append((replace(marked, parts=_joined(held)),))
    return replace(page, sheets=tuple(sheets))


def _marked(task: Part, **options: int) -> Part:
    return replace(task, options=(*task.options, *((name, str(value)) for name, value in options.items())))


@dataclass(frozen=True, slots=True)
class _Sized:
    piece: Piece
    whole: float
    frame: float


def _of_one_list(one: _Sized, other: _Sized) -> bool:
    return bool(one.piece.frame and other.piece.frame) and one.piece.nth == other.piece.nth


def _height(held: list[_Sized]) -> float:
    again = sum(after.frame for before, after in pairwise(held) if _of_one_list(before, after))
    between = sum(AFTER_LINES for before, _ in pairwise(held) if before.piece.part.kind == "write")
    return sum(one.whole for one in held) - again + between


def _groups(sized: list[_Sized]) -> list[list[_Sized]]:
    """Words stay with what follows them, unless that has a caption of its own."""
    groups: list[list[_Sized]] = []
    for one in sized:
        before = groups[-1][-1].piece.part if groups else None
        alone = one.piece.part.kind in {"draw", "hand"} and one.piece.part.title
        if before and before.kind == "text" and not alone:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _loosened(groups: list[list[_Sized]], room: float) -> list[list[_Sized]]:
    """Paragraphs that no sheet can hold together part; the last of them stays with what follows."""
    return [one for group in groups for one in ([group] if _height(group) <= room else [*([some] for some in group[:-2]), group[-2:]])]


def _packed(groups: list[list[_Sized]], first: float, later: float, goes_on: float) -> list[list[_Sized]]:
    """Groups by sheet: all that is left where it has room, else as many as leave room to say that the task goes on."""
    sheets: list[list[_Sized]] = []
    rest = groups
    while rest:
        room = later if sheets else first
        count = len(rest)
        while count > 1 and _height(_flat(rest[:count])) > room - (goes_on if count < len(rest) else 0):
            count -= 1
        sheets.append(_flat(rest[:count]))
        rest = rest[count:]
    return sheets


def _flat(groups: list[list[_Sized]]) -> list[_Sized]:
    return [one for group in groups for one in group]


def _joined(held: list[_Sized]) -> tuple[Part, ...]:
    """The items of a list that stand on one sheet are one list again."""
    parts: list[Part] = []
    for (_, listed), some in groupby(held, key=lambda one: (one.piece.nth, one.piece.frame is not None)):
        found = [one.piece.part for one in some]
        if not listed:
            parts.extend(found)
            continue
        first, *more = (part.prose for part in found)
        rows = [prose.splitlines()[-1] if found[0].kind == "table" else prose for prose in more]
        parts.append(replace(found[0], parts=(_text("\n".join((first, *rows)), found[0]),)))
    return tuple(parts)
