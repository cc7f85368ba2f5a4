"""`build.py watch`: says in a line or two what came of every change."""

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from signpost.problem import report, stopping

if TYPE_CHECKING:
    from collections.abc import Callable

    from signpost.pipeline import Order
    from signpost.pipeline.watch import Round

MOST_NAMED = 4


def run(order: "Callable[[], Order]", plain: bool) -> int:
    """Build after every change until somebody stops it; where templates or code change, become a process that has read them."""
    _say("Building, then watching …")
    from signpost.pipeline.watch import watch

    touched = watch(order, _silent if plain or not sys.stderr.isatty() else _on_one_line, _tell)
    named = ", ".join(touched[:MOST_NAMED]) or "A library"
    _say(f"{named} changed: starting anew, so that nothing old stays loaded.")
    command = [sys.executable, *sys.orig_argv[1:]]
    if sys.platform == "win32":  # it cannot become another process
        return subprocess.call(command)
    return os.execv(sys.executable, command)


def _silent(what: str, done: int, of: int) -> None:
    """Where nobody looks on, only what came of it is said."""


def _on_one_line(what: str, done: int, of: int) -> None:
    print(f"\r\x1b[K{what} {done} of {of}" if done else "\r\x1b[K", end="", file=sys.stderr, flush=True)


def _tell(now: "Round") -> None:
    result, took = now.result, f"{now.seconds:.1f} s"
    stops = len(stopping(result.problems))
    if stops:
        _say(report(stopping(result.problems)))
        _say(f"{stops} problem{'' if stops == 1 else 's'}, {took}. The last good output is as it was; mend it, and it is made.")
    elif now.first:
        _say(f"{len(result.made)} made, {len(result.kept)} kept, {took}. {result.says}")
        _say("Watching: save a file, and its pages are made. Ctrl-C ends.")
    elif result.made:
        more = len(result.made) - MOST_NAMED
        _say(f"Made {', '.join(result.made[:MOST_NAMED])}{f' and {more} more' if more > 0 else ''}, {took}.")
    else:
        _say(f"Nothing to make: the pages are what the texts say, {took}.")


def _say(words: str) -> None:
    print(words, flush=True)
