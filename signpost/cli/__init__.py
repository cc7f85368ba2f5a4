"""The command line: verbs over the pipeline. 0 is well, 1 is a problem in content, 2 is wrong usage."""

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from signpost import __version__
from signpost.cli import school, watch
from signpost.problem import CannotRead, Problem, report, stopping

if TYPE_CHECKING:
    from collections.abc import Callable

    from signpost.pipeline import Order

ROOT = Path(__file__).resolve().parent.parent.parent


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="build.py", description="Lesson packs that help children recognise pressure online and ask for help in time.")
    parser.add_argument("--version", action="version", version=f"Signpost {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", parser_class=_Parser)
    named = _Parser(add_help=False)
    named.add_argument(
        "--school", default="elm-bank", metavar="ID|FOLDER", help="a school under content/schools, or the folder that holds its school.yaml"
    )
    common = _Parser(add_help=False, parents=[named])
    common.add_argument("--country", default="", metavar="CODE", help="another country than the profile says, to compare")
    common.add_argument(
        "--only", action="append", default=[], metavar="TIER/TOPIC", help="only this module, such as t4/pressure; may be repeated"
    )

    making = _Parser(add_help=False, parents=[common])
    making.add_argument("--paper", choices=("A4", "Letter"), default="", help="paper size; A4 unless the profile says otherwise")
    making.add_argument("--out", type=Path, default=None, metavar="FOLDER", help="another folder than output/")
    making.add_argument("--jobs", type=int, default=0, metavar="N", help="how many processes; as many as there are processors unless given")
    making.add_argument("--plain", action="store_true", help="no moving progress display")
    verbs.add_parser("build", parents=[making], help="make a school's edition into output/ (this is what no verb does)")
    verbs.add_parser("watch", parents=[making], help="the same, and again whenever a text is saved; Ctrl-C ends")

    look = verbs.add_parser("check", parents=[common], help="say everything that is wrong, with file and line")
    look.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    look.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    look.add_argument("--text", metavar="FILE", help="check a passage instead of the library; '-' reads standard input")
    look.add_argument("--tier", default="t4", help="whose reading bounds the passage is held to (with --text)")
    look.add_argument(
        "--for", dest="audience", choices=("pupil", "staff", "home"), default="pupil", help="who reads the passage (with --text)"
    )

    tell = verbs.add_parser("explain", help="a rule in its own words")
    tell.add_argument(
        "rule", nargs="?", metavar="RULE", help="a name such as no-blame, or a number such as R02; without one, all are listed"
    )

    show = verbs.add_parser("plan", parents=[common], help="list the files that would be made or kept")
    show.add_argument("--paper", choices=("A4", "Letter"), default="")
    school.add(verbs, named)
    verbs.add_parser("schools", help="list the schools under content/schools")
    verbs.add_parser("doctor", help="say what this computer lacks and what to type (build.py doctor)")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run a verb; the exit code is 0, 1 for problems in content, 2 for wrong usage, 130 when interrupted."""
    argv = sys.argv[1:] if argv is None else argv
    given = list(argv)
    if not argv or (argv[0].startswith("-") and argv[0] not in {"-h", "--help", "--version"}):
        argv = ["build", *argv]
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as leaving:
        return int(leaving.code or 0)
    try:
        return _verb(arguments, given)
    except CannotRead as finding:
        usage = any(problem.rule == "usage" for problem in finding.problems)
        print(report(finding.problems), file=sys.stderr)
        return 2 if usage else 1
    except (KeyboardInterrupt, EOFError):
        print("\nStopped. What was finished is kept; start again to go on.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _verb(arguments: argparse.Namespace, given: list[str]) -> int:
    if arguments.verb in school.VERBS:
        return school.verb(arguments, _order(arguments))
    verbs: dict[str, Callable[[], int]] = {
        "build": lambda: _build(arguments, given),
        # What it has built is what a build with the same words would build.
        "watch": lambda: watch.run(lambda: _order(arguments, given[1:]), arguments.plain),
        "check": lambda: _check_text(arguments) if arguments.text else _check(arguments),
        "explain": lambda: _explain(arguments.rule),
        "plan": lambda: _plan(arguments),
        "schools": _schools,
        "doctor": _doctor,
    }
    return verbs[arguments.verb]()


def _doctor() -> int:
    from signpost import doctor

    return doctor.main()


def _order(arguments: argparse.Namespace, given: list[str] | None = None) -> "Order":
    from signpost.pipeline import Order

    out: Path | None = getattr(arguments, "out", None)
    return Order(
        root=ROOT,
        school=getattr(arguments, "school", "elm-bank"),
        country=getattr(arguments, "country", ""),
        paper=getattr(arguments, "paper", ""),
        only=tuple(getattr(arguments, "only", ())),
        out=out.resolve() if out else None,
        jobs=getattr(arguments, "jobs", 0),
        today=date.today(),  # noqa: DTZ011 - a day as the school's calendar has it
        argv=tuple(given or ()),
    )


def _build(arguments: argparse.Namespace, given: list[str]) -> int:
    from signpost import pipeline

    with _Progress(arguments.plain) as progress:
        result = pipeline.build(_order(arguments, given), progress.tell)
    stopped = bool(stopping(result.problems))
    reminders = [problem for problem in result.problems if problem.reminder]
    if stopped:
        print(report(result.problems), file=sys.stderr)
        print(f"\n{_count(len(stopping(result.problems)), 'problem')}. Nothing was changed in the output.", file=sys.stderr)
        return 1
    if reminders:
        print(f"{_count(len(reminders), 'reminder')}: see 'build.py check'.")
    print(f"{_count(len(result.made), 'file')} made, {len(result.kept)} kept. {result.says}")
    return 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class _Progress:
    """A bar where a person looks on, plain lines where nobody does."""

    def __init__(self, plain: bool) -> None:
        self.plain = plain or not sys.stderr.isatty()
        self.said = ""

    def __enter__(self) -> "_Progress":
        if not self.plain:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task("Starting", total=1)
        return self

    def __exit__(self, *_: object) -> None:
        if not self.plain:
            self.bar.stop()

    def tell(self, what: str, done: int, of: int) -> None:
        """Show how far the build is."""
        if not self.plain:
            self.bar.update(self.task, description=what, completed=done, total=of)
        elif what != self.said:
            self.said = what
            print(f"{what} …", file=sys.stderr)


def _check(arguments: argparse.Namespace) -> int:
    from signpost import pipeline

    try:
        problems = pipeline.edition(_order(arguments)).problems
    except CannotRead as finding:
        if any(problem.rule == "usage" for problem in finding.problems):
            raise
        problems = tuple(sorted(set(finding.problems)))
    return _print(problems, arguments.format)


def _check_text(arguments: argparse.Namespace) -> int:
    from signpost import pipeline

    if arguments.text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    else:
        from signpost.data import text_of

        text = text_of(Path(arguments.text), arguments.text)
    return _print(pipeline.check_text(ROOT, text, arguments.text, arguments.tier, arguments.audience), arguments.format)


def _print(problems: tuple[Problem, ...], form: str) -> int:
    if form == "json":
        print(json.dumps([_as_json(problem) for problem in problems], ensure_ascii=False, indent=1))
    elif form == "sarif":
        print(json.dumps(_as_sarif(problems), ensure_ascii=False, indent=1))
    elif problems:
        print(report(problems))
        stops = len(stopping(problems))
        print(f"\n{_count(stops, 'problem')}, {_count(len(problems) - stops, 'reminder')}.")
    else:
        print("No problems.")
    return 1 if stopping(problems) else 0


def _as_json(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.place.path,
        "line": problem.place.line,
        "rule": problem.rule,
        "what": problem.what,
        "fix": problem.fix,
        "reminder": problem.reminder,
    }


def _as_sarif(problems: tuple[Problem, ...]) -> dict[str, object]:
    results = [
        {
            "ruleId": problem.rule,
            "level": "note" if problem.reminder else "error",
            "message": {"text": f"{problem.what} Fix: {problem.fix}"},
            "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": problem.place.path}, "region": {"startLine": max(1, problem.place.line)}}}
            ],
        }
        for problem in problems
    ]
    driver = {
        "name": "Signpost",
        "version": __version__,
        "rules": [{"id": rule} for rule in sorted({problem.rule for problem in problems})],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _explain(wanted: str | None) -> int:
    from signpost import pipeline

    if not wanted:
        for rule in pipeline.all_rules():
            print(f"{rule.name:28} {', '.join(rule.numbers):12} {rule.words.splitlines()[0]}")
        return 0
    words = pipeline.explain(wanted)
    print(words, file=sys.stdout if words else sys.stderr) if words else print(pipeline.no_such_rule(wanted), file=sys.stderr)
    return 0 if words else 2


def _plan(arguments: argparse.Namespace) -> int:
    from signpost import pipeline

    for path, to_make in pipeline.why(_order(arguments)):
        print(f"{'make' if to_make else 'keep'}  {path}")
    return 0


def _schools() -> int:
    from signpost import pipeline

    for id in pipeline.schools(ROOT):
        print(id)
    return 0
