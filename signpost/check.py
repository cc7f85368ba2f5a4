"""Lesson -> Checked, or problems: every rule runs on what will really be taught and on what was really made."""

from dataclasses import replace
from datetime import date

from signpost.model import Checked, Fact, Lesson, School, Service
from signpost.problem import Problem, stopping
from signpost.rules import ADULT, EDITED, EDITION, FINISHED, LEDGER, LESSON, AdultCheck, Edited, Edition, Finished, Ledger, Rule, by_name


def check(
    lesson: Lesson,
    school: School,
    services: tuple[Service, ...],
    today: date,
    edited: Edited | None = None,
    taught: Lesson | None = None,
) -> tuple[Checked | None, tuple[Problem, ...]]:
    """The lesson as Checked where nothing stops this school from printing it today, with all problems and reminders.

    A rule may be allowed to find something (`allow: {rule: reason}` in the front matter); rules of safeguarding may
    not, a reason must be given, and an allowance that nothing needs is itself a problem. A lesson that somebody edited is also
    held against what it was. Where a school teaches only a shorter path (`taught`), that path alone must say what every lesson
    must say, and it is what becomes Checked.
    """
    problems: list[Problem] = []
    edition = Edition(lesson=lesson, school=school, services=services, today=today)
    found = {rule.name: _found(rule, lesson) for rule in LESSON} | {rule.name: _found(rule, edition) for rule in EDITION}
    if edited is not None:
        found |= {rule.name: _found(rule, edited) for rule in EDITED}
    allowed = _allowed(lesson, found, problems)
    problems.extend(problem for name, some in found.items() if name not in allowed for problem in some)
    if taught is not None:
        for rule in LESSON:
            if rule.name in IN_EVERY_PATH:
                problems.extend(_on_path(problem) for problem in _found(rule, taught))
    return (None if stopping(problems) else Checked(taught or lesson)), tuple(problems)


def check_edition(lesson: Lesson, school: School, services: tuple[Service, ...], today: date) -> tuple[Problem, ...]:
    """What the rules of an edition find in a lesson that is Checked for another school: of its routes, confirmation and words."""
    edition = Edition(lesson=lesson, school=school, services=services, today=today)
    return tuple(problem for rule in EDITION if rule.name not in lesson.front.allow for problem in _found(rule, edition))


IN_EVERY_PATH = ("not-your-fault", "not-in-trouble", "safe-steps", "rehearsal", "ground-rules-first", "closing")


def _on_path(problem: Problem) -> Problem:
    return replace(problem, what=f"On the shorter path that the school teaches: {problem.what[:1].lower()}{problem.what[1:]}")


def _found(rule: Rule, checked: Lesson | Edited | Edition | AdultCheck | Ledger | Finished) -> list[Problem]:
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


def check_adult(text: AdultCheck) -> tuple[Problem, ...]:
    """What the rules find in a text for adults."""
    return tuple(problem for rule in ADULT for problem in _found(rule, text))


def check_ledger(facts: tuple[Fact, ...], today: date) -> tuple[Problem, ...]:
    """Facts whose day has come, and those that nobody has looked at for too long."""
    return tuple(problem for rule in LEDGER for problem in _found(rule, Ledger(facts=facts, today=today)))


def check_finished(file: Finished) -> tuple[Problem, ...]:
    """What the rules of the finished page find in a file as it was made."""
    return tuple(problem for rule in FINISHED for problem in _found(rule, file))
