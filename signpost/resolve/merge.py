"""Three texts made into one, word by word: what both sides kept, what one side changed, and where both changed the same.

Two changes in different clauses of one paragraph collide by line and by sentence; by word they do not. White space belongs
to the word before it: a paragraph that was only wrapped anew has not changed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

WORD = re.compile(r"(\w+|[^\w\s])(\s*)")
MINE, OLD, BETWEEN, NEW = "<<<<<<< MINE", "||||||| OLD", "=======", ">>>>>>> NEW"
MOST_WORDS = 20_000


class Token(NamedTuple):
    """A word or a mark, and the white space behind it."""

    word: str
    space: str


Kind = Literal["same", "mine", "new", "both", "conflict"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the three texts: who changed it, and what each side says there."""

    kind: Kind
    old: str
    mine: str
    new: str

    @property
    def text(self) -> str:
        """What a merge says here; between marks where both changed it differently."""
        if self.kind != "conflict":
            return self.mine if self.kind == "mine" else self.new
        return "".join(
            f"{mark}\n{text}{'' if not text or text.endswith(chr(10)) else chr(10)}"
            for mark, text in ((MINE, self.mine), (OLD, self.old), (BETWEEN, self.new), (NEW, ""))
        )


@dataclass(frozen=True, slots=True)
class Merge:
    """Three texts as one: its pieces in order."""

    pieces: tuple[Piece, ...]

    @property
    def clean(self) -> bool:
        """Nowhere did both sides change the same words differently."""
        return all(piece.kind != "conflict" for piece in self.pieces)

    @property
    def text(self) -> str:
        """The merged text; where both sides changed the same words, both stand between marks on lines of their own."""
        made = ""
        for piece in self.pieces:
            between = ""
            if piece.kind == "conflict" and made and not made.endswith("\n"):
                between = "\n"
            elif made[-1:].isalnum() and piece.text[:1].isalnum():  # the text of one side ended here
                between = " "
            made += between + piece.text
        return made


def tokens(text: str) -> list[Token]:
    """The words and marks of a text; joined again they are the text, but for white space before the first."""
    return [Token(*match.groups()) for match in WORD.finditer(text)]


def marked(text: str) -> bool:
    """Marks of a conflict still stand in the text."""
    return any(line in (MINE, OLD, BETWEEN, NEW) for line in text.splitlines())


def merge(old: str, mine: str, new: str) -> Merge:
    """The three texts by words; each side's changes where they do not meet, a conflict where they do."""
    before, ours, theirs = tokens(old), tokens(mine), tokens(new)
    if max(len(before), len(ours), len(theirs)) > MOST_WORDS:
        return Merge((Piece("conflict", old, mine, new),) if len({old, mine, new}) == 3 else (_piece(old, mine, new),))
    pieces: list[Piece] = []
    a = b = c = 0
    for at, mine_at, new_at, length in _steady(before, ours, theirs):
        _gap(pieces, before[a:at], ours[b:mine_at], theirs[c:new_at])
        pieces.extend(_kept(before[at + step], ours[mine_at + step], theirs[new_at + step]) for step in range(length))
        a, b, c = at + length, mine_at + length, new_at + length
    _gap(pieces, before[a:], ours[b:], theirs[c:])
    return Merge(tuple(_joined(pieces)))


def _words(some: list[Token]) -> list[str]:
    return [token.word for token in some]


def _steady(before: list[Token], ours: list[Token], theirs: list[Token]) -> Iterator[tuple[int, int, int, int]]:
    """Where all three say the same words: (in old, in mine, in new, how many), in order."""
    with_theirs = dict(_matched(_words(before), _words(theirs)))
    run: tuple[int, int, int, int] | None = None
    for at, mine in _matched(_words(before), _words(ours)):
        new = with_theirs.get(at)
        if new is None:
            continue
        if run and (at, mine, new) == (run[0] + run[3], run[1] + run[3], run[2] + run[3]):
            run = (*run[:3], run[3] + 1)
            continue
        if run:
            yield run
        run = (at, mine, new, 1)
    if run:
        yield run


def _matched(old: list[str], new: list[str]) -> Iterator[tuple[int, int]]:
    """Which word of one text is which of the other, in order.

    Where words came or went and could be the ones before or behind the same word, they are those behind: a sentence that was added
    after a full stop does not seem to have been added before it, where it would collide with a change of the sentence before.
    """
    last, last_new = -1, -1
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            at, there = block.a + step, block.b + step
            if at == last + 1 and there > last_new + 1 and new[last_new + 1] == old[at]:
                there = last_new + 1
            elif there == last_new + 1 and at > last + 1 and old[last + 1] == new[there]:
                at = last + 1
            yield at, there
            last, last_new = at, there


def _text(some: list[Token]) -> str:
    return "".join(token.word + token.space for token in some)


def _piece(old: str, mine: str, new: str) -> Piece:
    kind: Kind = "same" if old == mine == new else "both" if mine == new else "new" if mine == old else "mine" if new == old else "conflict"
    return Piece(kind, old, mine, new)


def _gap(pieces: list[Piece], old: list[Token], mine: list[Token], new: list[Token]) -> None:
    if not (old or mine or new):
        return
    if _words(mine) == _words(new) != _words(old):
        pieces.append(Piece("both", _text(old), _text(mine), _text(new)))
    elif _words(mine) == _words(old):
        pieces.append(Piece("new", _text(old), _text(mine), _text(new)))
    elif _words(new) == _words(old):
        pieces.append(Piece("mine", _text(old), _text(mine), _text(new)))
    else:
        pieces.append(Piece("conflict", _text(old), _text(mine), _text(new)))


def _kept(old: Token, mine: Token, new: Token) -> Piece:
    """A word that all three have: only the white space behind it may differ; breaks that both sides changed differently collide."""
    both = mine.space != old.space != new.space and mine.space != new.space
    if both and mine.space.count("\n") != new.space.count("\n"):
        kind: Kind = "conflict"
    elif mine.space == new.space:
        kind = "same" if mine.space == old.space else "both"
    else:
        kind = "mine" if new.space == old.space else "new"
    return Piece(kind, *(token.word + token.space for token in (old, mine, new)))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece."""
    run: list[Piece] = []
    for piece in pieces:
        if run and run[-1].kind != piece.kind:
            yield _one(run)
            run = []
        run.append(piece)
    if run:
        yield _one(run)


def _one(run: list[Piece]) -> Piece:
    return Piece(run[0].kind, *("".join(getattr(piece, side) for piece in run) for side in ("old", "mine", "new")))


def word_diff(old: str, new: str) -> tuple[tuple[Literal["same", "gone", "come"], str], ...]:
    """What stayed, what went and what came, in reading order."""
    before, after = tokens(old), tokens(new)
    found: list[tuple[Literal["same", "gone", "come"], str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, _words(before), _words(after), autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", _text(after[c:d])))
            continue
        if b > a:
            found.append(("gone", _text(before[a:b])))
        if d > c:
            found.append(("come", _text(after[c:d])))
    # The last word of a text has no space behind it, and may stand before others here.
    apart = (text + " " if text[-1:].isalnum() else text for _, text in found[:-1])
    return (*((kind, text) for (kind, _), text in zip(found, apart, strict=False)), *found[-1:])
