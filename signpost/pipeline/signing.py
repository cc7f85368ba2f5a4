"""Sign-off: whose names a lesson carries for exactly this text, and what is missing."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from signpost.model import Checked, Part, School, Signed, SignedState, digest


def taught_text(lesson: Checked, school: School) -> str:
    """The digest of every word that is taught: 32 hexadecimal digits that change when a word, a picture, a minute or a law sentence does.

    Help routes and names do not take part: they change without the lesson, and are confirmed on their own. Nor does it matter who wrote a
    part: the same words are the same text.
    """
    front = lesson.front
    return digest(
        [
            [front.title, front.summary, front.promise, front.positives, front.objectives, front.need, front.minutes, front.supervision],
            [[word.word, word.meaning] for word in front.key_words],
            [
                [one.kind, one.title, one.id, one.minutes, one.flags, one.options, [_part(part) for part in one.parts]]
                for one in lesson.sections
            ],
            lesson.safe_steps,
            [lesson.disclosure.title, [[one.title, [_part(part) for part in one.parts]] for one in lesson.disclosure.sections]],
            [sentence.text for sentence in lesson.law],
            lesson.pictures,
            [sorted(school.words.items()), school.year_names.get(front.tier, "")],
            school.templates,
        ]
    )


def _part(part: Part) -> list[Any]:
    return [part.kind, part.words, part.title, part.id, part.options, part.flags, part.text, [_part(one) for one in part.parts]]


SAYS = {"digest", "name", "role", "on", "review-by"}


def signed(lesson: Checked, school: School, signatures: Iterable[Mapping[str, Any]], today: date) -> Signed:
    """Who signed this lesson, and whether that still holds for this text today."""
    text = taught_text(lesson, school)
    mine = [one for one in signatures if one.get("module") == lesson.front.id and one.keys() >= SAYS]
    exact = {str(one["role"]).casefold(): one for one in mine if one.get("digest") == text}  # the last of each role
    fresh = {role: one for role, one in exact.items() if str(one["review-by"]) >= today.isoformat()}
    wanted = school.sign_off.roles or ("",)
    missing = tuple(role for role in wanted if not (role.casefold() in fresh or (not role and fresh)))
    state: SignedState
    if not missing:
        state = "signed"
    elif fresh:
        state = "partly"
    elif exact:
        state = "due"
    else:
        state = "changed" if mine else "unsigned"
    names = tuple((str(one["name"]), str(one["role"]), str(one["on"]), str(one["review-by"])) for one in exact.values())
    return Signed(module=lesson.front.id, state=state, digest=text, names=names, missing=tuple(role for role in missing if role))
