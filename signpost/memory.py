"""What a process that stays has worked out before: asked again for the same of the same things, it gives the very same answer.

Text, numbers and days count by their value, everything else by what it is, never by being equal: two records that are equal may
stand on different lines, and a problem must name the right one. So nothing is ever stale: whoever reads a file again and finds the
same text gets the same record, and with it all that was made of it; another text is another record, of which nothing is known yet.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")
BY_VALUE = (str, bytes, int, float, date, Path, type(None))


class _Itself:
    """A thing that is equal to nothing but itself; it is held, so that no other can take its place in the computer's memory."""

    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.thing is other.thing


def _key(thing: object) -> object:
    if isinstance(thing, tuple):
        return tuple(map(_key, thing))
    return (type(thing), thing) if isinstance(thing, BY_VALUE) else _Itself(thing)


class Memory:
    """Answers by what they were made of; one for which nobody has asked for some rounds is forgotten. It keeps none for 0 rounds."""

    def __init__(self, rounds: int = 8) -> None:
        self._rounds = rounds
        self._round = 0
        self._known: dict[object, tuple[object, list[int]]] = {}
        self._same: list[tuple[object, int]] = []

    def once(self, make: Callable[[], Value], *of: object) -> Value:
        """What `make` gives, made once for the same `of`: all that decides the answer, and what is asked."""
        if not self._rounds:
            return make()
        key = _key(of)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = (make(), [0])
        found[1][0] = self._round
        return found[0]  # type: ignore[return-value]  # it was made by a `make` for the same question

    def call(self, function: Callable[..., Value], *arguments: object) -> Value:
        """What a pure function gives for these arguments, called once for the same ones."""
        return self.once(lambda: function(*arguments), function, *arguments)

    def same(self, value: Value) -> Value:
        """The value, or an equal one that was here before; only for what counts its places when it is compared, or has none."""
        if not self._rounds:
            return value
        for at, (one, _) in enumerate(self._same):
            if type(one) is type(value) and one == value:
                self._same[at] = one, self._round
                return one
        self._same.append((value, self._round))
        return value

    def next_round(self) -> None:
        """Forget what was not asked for in the last rounds."""
        self._round += 1
        oldest = self._round - self._rounds
        self._known = {key: found for key, found in self._known.items() if found[1][0] >= oldest}
        self._same = [found for found in self._same if found[1] >= oldest]


NONE = Memory(rounds=0)
