"""What a rule is: a name, its numbers in the list of rules, and one function from a lesson, an edition or a file to findings."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from signpost.model import AdultText, Edit, Fact, Lesson, Reading, School, Service, Target, Tier, Words
from signpost.problem import Place

Found = tuple[Place, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A lesson as one school prints it on one day: the only place where a rule is told what day it is."""

    lesson: Lesson
    school: School
    services: tuple[Service, ...]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A lesson as the library has it and as a school's edits make it, and those edits."""

    before: Lesson
    after: Lesson
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultCheck:
    """A text for adults, the bounds for its readers, and the tier whose bounds a pupils' sheet is held to."""

    text: AdultText
    words: Words
    staff: Reading
    home: Reading
    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The ledger of facts on one day."""

    facts: tuple[Fact, ...]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A file as it was made: its target, the text of each page, slide or document as a reader finds it,
    and (where a school's own templates made it) only what an eye can see of it."""

    target: Target
    pages: tuple[str, ...]
    ink: tuple[float, ...] = field(default=(), compare=False)
    seen: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; a safeguarding rule cannot be allowed away, a reminder is shown but stops nothing."""

    name: str
    numbers: tuple[str, ...]
    finds: Callable[[Any], Iterable[Found]]
    safeguarding: bool = False
    reminder: bool = False

    @property
    def words(self) -> str:
        """The rule in its own words: the docstring of its function."""
        return inspect.cleandoc(self.finds.__doc__ or "")
