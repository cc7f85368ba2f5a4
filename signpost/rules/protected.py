"""What no edition may lose, whatever layer changes it and however: each block as the library has it, and what is left of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from signpost import markdown
from signpost.model import Lesson, Section
from signpost.problem import Place
from signpost.rules.kinds import Edited, Found
from signpost.rules.passages import NEGATION, STRAIGHT, clean

LEAST_LEFT = 0.6  # of its words: a shorter wording is let be, a hollow one is not
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a block says, under the sign that stands before it or the id that it has."""

    sign: str
    text: str

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(WORD.findall(self.text))

    @property
    def refusals(self) -> int:
        """How often it says 'not', 'never' or the like."""
        return len(NEGATION.findall(self.text.translate(STRAIGHT)))

    @property
    def first(self) -> str:
        """Its first sentence, as it counts when sentences are compared."""
        return " ".join(re.split(r"[.!?]", self.text, maxsplit=1)[0].translate(STRAIGHT).casefold().split())

    def turned(self, other: "Statement") -> bool:
        """The other lost a 'not' of this one, or says one where this one says none."""
        return other.refusals < self.refusals or (self.refusals == 0 and other.refusals > 0)


@dataclass(frozen=True, slots=True)
class Block:
    """A protected block: what people call it, why it stays, the ids of edits that reach it, and what it says in a lesson."""

    name: str
    why: str
    about: Callable[[Lesson], set[str]]
    says: Callable[[Lesson], tuple[Statement, ...]]
    ordered: bool = False
    word_for_word: bool = False
    turnable: bool = False


def _items(text: str) -> tuple[Statement, ...]:
    return tuple(Statement(item.icon, markdown.plain(item.html)) for item in markdown.items(text))


def _ground_rules(lesson: Lesson) -> tuple[Statement, ...]:
    included = (part for section in lesson.of_kind("ground rules") for part in section.some("include"))
    return tuple(one for part in included for one in _items(part.prose))


def _section(section: Section) -> str:
    return "\n".join(clean(part.prose) for part in section.parts)


def _content_note(lesson: Lesson) -> tuple[Statement, ...]:
    return tuple(Statement("content note", _section(section)) for section in lesson.of_kind("content note"))


def _disclosure(lesson: Lesson) -> tuple[Statement, ...]:
    """What the disclosure guide prints: title, prose and words to say of a step, the prose of the two boxes."""
    return tuple(
        Statement(
            section.id,
            f"{section.title} "
            + "\n".join(
                clean(part.prose) for part in section.parts if part.kind == "text" or (part.kind == "say" and section.kind == "step")
            ),
        )
        for section in lesson.disclosure.sections
    )


def _safe_steps(lesson: Lesson) -> tuple[Statement, ...]:
    return tuple(Statement(icon, markdown.plain(html)) for icon, html in lesson.safe_steps)


def _ids(*kinds: str) -> Callable[[Lesson], set[str]]:
    return lambda lesson: {
        id for section in lesson.sections if section.kind in kinds for id in (section.id, *(p.id for p in section.all()))
    }


def _named(*names: str) -> Callable[[Lesson], set[str]]:
    return lambda lesson: set(names) | {section.id for section in lesson.disclosure.sections if "disclosure" in names}


BLOCKS = (
    Block("ground rules", "They are what makes it safe to talk at all.", _ids("ground rules"), _ground_rules),
    Block(
        "content note",
        "In every class somebody may be living with what the lesson is about.",
        _ids("content note"),
        _content_note,
        turnable=True,
    ),
    Block("disclosure guide", "A pupil may tell any adult, any day.", _named("disclosure"), _disclosure, ordered=True),
    Block(
        "safe steps",
        "They are what a pupil needs to know when it happens.",
        _named("safe-steps"),
        _safe_steps,
        ordered=True,
        word_for_word=True,
    ),
)


def protected_blocks(edited: Edited) -> Iterator[Found]:
    """Ground rules, content note, disclosure guide and safe steps stay in every edition, and stay whole.

    A school may reword them, add to them and put its own names in. It may not leave them out, empty them or hollow them: each
    statement keeps its sign, at least six words in ten of what it said and every "not", and the safe steps their order and words. The two
    promises and the help routes have rules of their own, which read the lesson and the finished page.
    """
    for block in BLOCKS:
        yield from _lost(block, edited)
    for section in edited.after.of_kind("ground rules"):
        if section.optional:
            yield section.place, "The ground rules are marked .optional.", "Remove .optional: every path keeps them."


def _lost(block: Block, edited: Edited) -> Iterator[Found]:
    before, after = block.says(edited.before), block.says(edited.after)
    place = _where(block, edited)
    fix = f"Undo this. The {block.name} may be reworded, moved and added to, never removed. {block.why}"
    left = list(after)
    kept: list[Statement] = []
    for statement in before:
        same = next((one for one in left if one.sign == statement.sign), None)
        if same is None:
            yield place, f"The {block.name} would lose “{_short(statement.text)}”.", fix
            continue
        left.remove(same)
        kept.append(same)
        if same.words < LEAST_LEFT * statement.words and same.words < statement.words - 2:
            what = f"The {block.name} would be hollow: “{_short(same.text)}” stands for “{_short(statement.text)}”."
            yield place, what, fix
        elif block.word_for_word and same.first != statement.first:
            what = f"The {block.name} would say “{_short(same.text)}” for “{_short(statement.text)}”."
            yield place, what, f"Keep the sentence as it is; another may follow it. {block.why}"
        elif not block.turnable and not block.word_for_word and statement.turned(same):
            yield place, f"The {block.name} would say the opposite: “{_short(same.text)}” for “{_short(statement.text)}”.", fix
    if block.ordered and kept != [one for one in after if one in kept]:
        yield place, f"The {block.name} would stand in another order.", f"Keep the order. {block.why}"


def _where(block: Block, edited: Edited) -> Place:
    about = block.about(edited.before) | {block.name.replace(" ", "-")}
    mine = [edit for edit in edited.edits if edit.front.part in about or edit.front.module in about]
    return mine[0].place if mine else edited.edits[0].place if edited.edits else edited.after.place


def _short(text: str) -> str:
    words = " ".join(text.replace("•", " ").split())
    return words if len(words) < 60 else words[:57].rsplit(" ", 1)[0] + " …"
