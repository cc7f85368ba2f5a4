"""Lesson -> Checked, or problems: every rule runs on what will really be taught and on what was really made."""

from datetime import date

from signpost.model import Checked, Lesson, School, Service
from signpost.problem import Problem, stopping
from signpost.rules import EDITION, FINISHED, LESSON, Edition, Finished, Rule, by_name


def check(lesson: Lesson, school: School, services: tuple[Service, ...], today: date) -> tuple[Checked | None, tuple[Problem, ...]]:
    """The lesson as Checked where nothing stops this school from printing it today, with all problems and reminders.

    A rule may be allowed to find something (`allow: {rule: reason}` in the front matter); rules of safeguarding may
    not, a reason must be given, and an allowance that nothing needs is itself a problem.
    """
    problems: list[Problem] = []
    edition = Edition(lesson=lesson, school=school, services=services, today=today)
    found = {rule.name: _found(rule, lesson) for rule in LESSON} | {rule.name: _found(rule, edition) for rule in EDITION}
    allowed = _allowed(lesson, found, problems)
    problems.extend(problem for name, some in found.items() if name not in allowed for problem in some)
    return (None if stopping(problems) else Checked(lesson)), tuple(problems)


def _found(rule: Rule, checked: Lesson | Edition | Finished) -> list[Problem]:
    return [Problem(place, rule.name, what, fix, reminder=rule.reminder) for place, what, fix in rule.finds(checked)]


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


def check_finished(file: Finished) -> tuple[Problem, ...]:
    """What the rules of the finished page find in a file as it was made."""
    return tuple(problem for rule in FINISHED for problem in _found(rule, file))
