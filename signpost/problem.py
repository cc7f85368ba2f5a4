"""What checking says: a problem has a place, a rule, what is so, and what to type."""

from collections.abc import Iterable
from dataclasses import dataclass, field

SHORTEN = "Shorten the name, or give a short form of it in the school's profile."  # what does not fit its slot


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where somebody wrote something: a file, relative to the project where it can be, and a line from 1."""

    path: str
    line: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding in the author's own words; a reminder is shown but stops nothing."""

    place: Place
    rule: str
    what: str
    fix: str
    reminder: bool = field(default=False, kw_only=True)

    def __str__(self) -> str:
        mark = "reminder: " if self.reminder else ""
        return f"{self.place}: {mark}{self.what} [{self.rule}]\n    Fix: {self.fix}"


class CannotRead(Exception):
    """There is no value to return, only problems; whoever reads the next file goes on."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def stopping(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that stop a build: all but the reminders."""
    return tuple(problem for problem in problems if not problem.reminder)


def report(problems: Iterable[Problem]) -> str:
    """All problems as a person reads them, in the order of files and lines, each one once."""
    return "\n".join(str(problem) for problem in sorted(set(problems)))
