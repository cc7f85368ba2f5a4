"""Lesson -> Checked, or problems: every rule runs on what will really be taught and on what was really made."""

from collections.abc import Iterable

from signpost.model import Checked, Lesson
from signpost.problem import Problem
from signpost.rules import FINISHED, LESSON, Finished, Rule, by_name


def check(lesson: Lesson) -> tuple[Checked | None, tuple[Problem, ...]]:
    """The lesson as Checked where nothing stops it, with all problems and reminders.

    A rule may be allowed to find something (`allow: {rule: reason}` in the front matter); rules of safeguarding may
    not, a reason must be given, and an allowance that nothing needs is itself a problem.
    """
    problems: list[Problem] = []
    found: dict[str, list[Problem]] = {}
    for rule in LESSON:
        found[rule.name] = [Problem(place, rule.name, what, fix, reminder=rule.reminder) for place, what, fix in rule.finds(lesson)]
    allowed = _allowed(lesson, found, problems)
    problems.extend(problem for name, some in found.items() if name not in allowed for problem in some)
    stopped = any(not problem.reminder for problem in problems)
    return (None if stopped else Checked(lesson)), tuple(problems)


def _allowed(lesson: Lesson, found: dict[str, list[Problem]], problems: list[Problem]) -> set[str]:
    allowed: set[str] = set()
    for name, reason in lesson.front.allow.items():
        place = lesson.front.at("allow", name)
        rule = by_name(name)
        if rule is None:
            problems.append(Problem(place, "allow", f"'{name}' is not a rule.", "See the list: build.py explain."))
        elif rule.safeguarding:
            problems.append(
                Problem(
                    place,
                    "allow",
                    f"'{name}' protects pupils and cannot be switched off.",
                    "Remove the line, and mend what the rule finds.",
                )
            )
        elif not (reason or "").strip():
            problems.append(Problem(place, "allow", f"'{name}' is allowed without a reason.", f"Write why: '{name}: the reason'."))
        elif not found.get(name):
            problems.append(Problem(place, "allow", f"'{name}' finds nothing here, so nothing needs allowing.", "Remove the line."))
        else:
            allowed.add(name)
    return allowed


def check_finished(files: Iterable[Finished]) -> tuple[Problem, ...]:
    """What the rules of the finished page find in files as they were made."""
    return tuple(
        Problem(place, rule.name, what, fix, reminder=rule.reminder)
        for file in files
        for rule in FINISHED
        for place, what, fix in rule.finds(file)
    )


def explain(name: str) -> Rule | None:
    """The rule of this name, or of this number in the rule list ('R02')."""
    return by_name(name)
