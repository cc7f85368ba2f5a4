"""Every rule by name, in the order a teacher reads: what protects pupils first."""

from signpost.rules.kinds import Finished, Found, Rule

__all__ = ["FINISHED", "LESSON", "Finished", "Found", "Rule", "by_name"]

LESSON: tuple[Rule, ...] = ()
FINISHED: tuple[Rule, ...] = ()


def by_name(name: str) -> Rule | None:
    """The rule of this name ('no-blame') or number ('R02')."""
    return next((rule for rule in (*LESSON, *FINISHED) if name.lower() == rule.name or name.upper() in rule.numbers), None)
