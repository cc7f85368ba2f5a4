"""The verbs of a school's own edition: new, customise, status, review, sign, verify, kept, export, import, schema."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signpost.problem import CannotRead, Place, Problem, report, stopping

if TYPE_CHECKING:
    from signpost.model import EditState
    from signpost.pipeline import Order
    from signpost.pipeline.customise import Choice, Desk, Shown

KINDS = ("replace", "before", "after", "hide", "note", "order")
STATES = {
    "current": "as you wrote it, against today's text",
    "converged": "the library now says the same",
    "untouched": "your copy is the old text, and the library has a new one",
    "review": "both changed; a merge is suggested",
    "conflict": "both changed the same words",
    "orphan": "the part is gone; your text is kept and not printed",
    "blocked": "the library's change matters for safety: nothing is printed until you decide",
}
KEYS: dict[str, "Choice"] = {"k": "keep", "n": "new", "m": "merge", "t": "move"}


def add(verbs: "argparse._SubParsersAction[Any]", school: argparse.ArgumentParser) -> None:
    """Add the verbs to the command line."""
    new = verbs.add_parser("new", help="begin a school's own folder: asks some questions, or takes a file of answers")
    new.add_argument("what", choices=("school",))
    new.add_argument("folder", type=Path, metavar="FOLDER")
    new.add_argument("--answers", type=Path, metavar="FILE", help="the answers in a file, like a school.yaml")

    edit = verbs.add_parser("customise", parents=[school], help="begin an edit of one part; without PART, list the parts")
    edit.add_argument("module", metavar="MODULE", help="such as t4-pressure, or a shared text such as ground-rules")
    edit.add_argument("part", nargs="?", default="", metavar="PART")
    edit.add_argument("--kind", choices=KINDS, default="replace", help="what to do with the part; replace unless given")
    edit.add_argument("--by", default="", metavar="NAME")
    edit.add_argument("--reason", default="", metavar="WHY", help="why; the lead's guide prints it")
    edit.add_argument("--text", default="", metavar="FILE", help="the text from a file ('-' reads standard input) instead of an editor")

    status = verbs.add_parser("status", parents=[school], help="how every edit stands to the library, and whose each value is")
    status.add_argument("--json", action="store_true")
    status.add_argument("--values", action="store_true", help="every value of the profile with the file and line it comes from")

    look = verbs.add_parser("review", parents=[school], help="see what the library changed under your edits, and decide")
    look.add_argument("module", nargs="?", default="", metavar="MODULE")
    look.add_argument("part", nargs="?", default="", metavar="PART")
    look.add_argument("--by", default="", metavar="NAME", help="who decides")
    how = look.add_mutually_exclusive_group()
    how.add_argument("--keep-mine", dest="choice", action="store_const", const="keep", help="my text stays")
    how.add_argument(
        "--take-new", dest="choice", action="store_const", const="new", help="the library's text is printed; mine is kept in the record"
    )
    how.add_argument("--merged", metavar="FILE", help="a text of both, which you have read ('-' reads standard input)")
    how.add_argument("--suggested", dest="choice", action="store_const", const="suggested", help="the suggested merge, which you have read")
    how.add_argument("--move-to", metavar="PART", help="an orphan belongs to this part now")

    name = verbs.add_parser("sign", parents=[school], help="put a name under exactly the text that a lesson has now")
    name.add_argument("module", metavar="MODULE")
    name.add_argument("--name", required=True)
    name.add_argument("--role", required=True)

    told = verbs.add_parser("verify", parents=[school], help="what a print was made from, whether it is still current, and what to do")
    told.add_argument("what", metavar="FILE|CODE", help="a file, or the code at the foot of a page")
    told.add_argument("--json", action="store_true")

    texts = verbs.add_parser("kept", parents=[school], help="every text that was ever kept; with a DIGEST, that one")
    texts.add_argument("digest", nargs="?", default="", metavar="DIGEST")

    out = verbs.add_parser("export", parents=[school], help="a school's folder as one zip")
    out.add_argument("zip", type=Path, metavar="ZIP")
    come = verbs.add_parser("import", help="a school's folder from a zip, into a new folder")
    come.add_argument("zip", type=Path, metavar="ZIP")
    come.add_argument("folder", type=Path, metavar="FOLDER")

    many = verbs.add_parser("fleet", help="many schools' editions, unattended: goes on after any interruption, and ends in a report")
    many.add_argument("schools", type=Path, metavar="CSV|YAML|FOLDER", help="a line or entry for each school, or a folder of their folders")
    many.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    many.add_argument("--only", action="append", default=[], metavar="TIER/TOPIC")
    many.add_argument("--as", dest="form", choices=("zip", "folder"), default="zip", help="what each school gets: one zip, or a folder")
    many.add_argument("--jobs", type=int, default=0, metavar="N", help="how many schools at a time")
    many.add_argument("--engine", choices=("here", "dask"), default="here", help="this computer's processors, or Dask's workers on many")
    many.add_argument("--scheduler", default="", metavar="ADDRESS", help="Dask's scheduler: tls://HOST:8786; workers here unless given")
    for end, what in (("ca", "the certificate of the authority"), ("cert", "our certificate"), ("key", "its key")):
        many.add_argument(f"--tls-{end}", default="", metavar="FILE", help=f"{what}, for a scheduler on another computer")

    scheme = verbs.add_parser("schema", help="write the schemas by which editors complete and check a school's files")
    scheme.add_argument("folder", type=Path, metavar="FOLDER")


def verb(arguments: argparse.Namespace, order: "Order") -> int:
    """Run one of these verbs; its exit code."""
    return VERBS[arguments.verb](arguments, order)


def _new(arguments: argparse.Namespace, order: "Order") -> int:
    from signpost import data
    from signpost.pipeline import profile

    if arguments.answers:
        name = str(arguments.answers)
        value, places = data.parse(data.text_of(arguments.answers, name), name)
        made = profile.new_school(order.root, arguments.folder, value, name, places)
    elif sys.stdin.isatty():
        made = profile.new_school(order.root, arguments.folder, profile.asked(lambda question: input(f"{question}\n> ")), "answers")
    else:
        raise CannotRead(Problem(Place("new school"), "usage", "Nobody is here to answer.", "Give a file of answers: --answers FILE."))
    print(f"Made {made}. Read it from top to bottom, ring every number once, then type: build.py --school {arguments.folder}")
    return 0


def _text(name: str) -> str:
    if not name:
        return ""
    if name == "-":
        return sys.stdin.buffer.read().decode("utf-8", errors="replace")
    from signpost.data import text_of

    return text_of(Path(name), name)


def _customise(arguments: argparse.Namespace, order: "Order") -> int:
    from signpost.pipeline import customise

    if not arguments.part and arguments.kind != "order":
        for one in customise.parts(order, arguments.module):
            print(f"{'  ' * one.depth}{one.id:36} {one.kind:14} {one.title}")
        return 0
    path = customise.customise(
        order, arguments.module, arguments.part, arguments.kind, arguments.by, arguments.reason, _text(arguments.text)
    )
    print(f"Made {path}. Change the text below the second '---', then type: build.py check --school {order.school}")
    return 0


def _status(arguments: argparse.Namespace, order: "Order") -> int:
    from signpost.pipeline import customise

    at = customise.desk(order)
    if arguments.values:
        for field, value, place in customise.values(order):
            print(f"{field:28} {value}  ({place})")
        return 0
    if arguments.json:
        print(json.dumps([_as_json(state) for state in at.states], ensure_ascii=False, indent=1))
    else:
        for state in at.states:
            front = state.edit.front
            print(f"{state.state:10} {front.edit:8} {state.edit.key}: {state.title}")
            print(f"           {STATES[state.state]}{'' if state.state == 'current' else f'. Type: build.py review {state.edit.key}'}")
        print(f"{len(at.states)} edits, {len(at.waiting)} to decide about.")
    problems = [problem for problem in at.problems if not problem.rule.startswith("edit-") or not problem.reminder]
    if problems:
        print(report(problems), file=sys.stderr)
    return 1 if stopping(at.problems) else 0


def _as_json(state: "EditState") -> dict[str, object]:
    front = state.edit.front
    return {
        "module": front.module,
        "part": front.part,
        "edit": front.edit,
        "state": state.state,
        "title": state.title,
        "file": state.edit.place.path,
        "base-version": front.base_version,
        "version": state.version,
        "by": front.by,
        "reason": front.reason,
    }


def _review(arguments: argparse.Namespace, order: "Order") -> int:
    from signpost.pipeline import customise

    at = customise.desk(order)
    for done in at.folder.finish():
        print(
            f"Done as decided on {done.get('on')} by {done.get('by')}: {done.get('module')} {done.get('part')} ({done.get('choice')})."
        )
        at = customise.desk(order)
    named = [word for word in (arguments.module, arguments.part) if word]
    wanted = [state for state in at.waiting if state in at.states_of(*named)]
    if named and not at.states_of(*named):
        known = sorted({state.edit.key for state in at.states})
        what = f"There is no edit of '{' '.join(named)}' in this folder."
        raise CannotRead(Problem(Place("review"), "usage", what, f"There are: {', '.join(known) or 'none'}."))
    if not wanted:
        print("Nothing waits for a decision.")
        return 0
    if arguments.choice or arguments.merged or arguments.move_to:
        return _decide_at_once(arguments, at, wanted)
    for state in wanted:
        shown = customise.show(state)
        customise.keep_shown(at, state)
        print(told(shown))
        if sys.stdin.isatty() and not _ask(arguments, at, shown):
            break
    return 0


def _decide_at_once(arguments: argparse.Namespace, at: "Desk", wanted: list["EditState"]) -> int:
    from signpost.pipeline import customise

    if len(wanted) > 1:
        keys = ", ".join(state.edit.key for state in wanted)
        raise CannotRead(Problem(Place("review"), "usage", f"{len(wanted)} edits wait for a decision.", f"Name one of: {keys}."))
    (state,) = wanted
    choice: Choice = "merge" if arguments.merged or arguments.choice == "suggested" else "move" if arguments.move_to else arguments.choice
    text = state.suggestion if arguments.choice == "suggested" else _text(arguments.merged or "")
    customise.keep_shown(at, state)
    customise.decide(at, state, choice, arguments.by, text, arguments.move_to or "")
    print(f"Recorded: {customise.CHOICES[choice]}.")
    return 0


def told(shown: "Shown") -> str:
    """An edit as it is read in a review: the three texts, what the library changed word by word, the suggestion, the choices."""
    state = shown.state
    front = state.edit.front
    changes = "".join(
        {"same": text, "gone": f"[-{text.rstrip()}-]{_space(text)}", "come": f"{{+{text.rstrip()}+}}{_space(text)}"}[kind]
        for kind, text in shown.changes
    )
    pieces = [
        f"\n=== {state.edit.key}: {state.title} ({state.state}: {STATES[state.state]})",
        f"--- The library's text when you made your edit ({front.base_version})\n{shown.old or '(not kept)'}",
        f"--- Your text ({front.edit}, {front.by or 'nobody named'})\n{shown.mine or '(hidden)'}",
        f"--- The library's text now ({state.version})\n{shown.new or '(the part is gone)'}",
        f"--- What the library changed\n{changes}" if shown.new and shown.old else "",
        f"--- Suggested\n{shown.suggestion}" if shown.suggestion else "",
        f"The nearest parts now: {', '.join(state.near)}" if state.near else "",
    ]
    return "\n".join(piece for piece in pieces if piece)


def _space(text: str) -> str:
    return text[len(text.rstrip()) :]


def _ask(arguments: argparse.Namespace, at: "Desk", shown: "Shown") -> bool:
    """Ask for a decision until there is one, or none is wanted; False when the whole review is to end."""
    from signpost.pipeline import customise

    offered = {key: choice for key, choice in KEYS.items() if choice in shown.choices}
    while True:
        for key, choice in offered.items():
            print(f"  {key}  {customise.CHOICES[choice]}")
        print("  s  skip, decide later\n  q  end the review")
        answer = input("> ").strip().lower()[:1]
        if answer in ("s", "q"):
            return answer == "s"
        if answer not in offered:
            continue
        by = arguments.by or input("Your name: ").strip()
        to = input("Which part? ").strip() if answer == "t" else ""
        try:
            text = _edited(shown) if answer == "m" else ""
            customise.decide(at, shown.state, offered[answer], by, text, to)
        except CannotRead as finding:
            print(report(finding.problems))
            continue
        print("Recorded.")
        return True


def _edited(shown: "Shown") -> str:
    """What somebody makes of the suggestion in their own editor."""
    with tempfile.TemporaryDirectory(prefix="signpost-") as folder:
        path = Path(folder) / "merged.md"
        path.write_text((shown.suggestion or shown.mine or shown.new) + "\n", encoding="utf-8")
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("notepad" if os.name == "nt" else "nano")
        try:
            subprocess.run([*editor.split(), str(path)], check=False)
        except OSError:
            what = f"The editor '{editor}' cannot be started."
            fix = "Set EDITOR to yours; or write the text into a file, and type --merged FILE."
            raise CannotRead(Problem(Place("review"), "usage", what, fix)) from None
        return path.read_text(encoding="utf-8")


def _sign(arguments: argparse.Namespace, order: "Order") -> int:
    from signpost.pipeline import customise

    print(f"Signed: {customise.sign(order, arguments.module, arguments.name, arguments.role)}.")
    return 0


def _verify(arguments: argparse.Namespace, order: "Order") -> int:
    from dataclasses import asdict

    from signpost.pipeline import verify

    found = verify.verify(order, arguments.what)
    if arguments.json:
        print(json.dumps(asdict(found) | {"current": found.current}, ensure_ascii=False, indent=1))
        return 0 if found.current else 1
    same = {True: "as today", False: "changed since", None: "not taught here any more"}
    print(f"{found.document} of “{found.title}” ({found.module} {found.version}), code {found.code}")
    for line in (
        f"first printed: {found.printed}" if found.printed else "",
        f"school's edits in it: {found.edits}" if found.edits else "",
        "the file is byte for byte the one that was made" if found.exact else "",
        f"text: {same[found.text]}",
        f"law: {same[found.law]}",
        f"names and help routes: {same[found.routes]}",
        f"today it would be: {found.now}" if found.now and not found.current else "",
    ):
        if line:
            print(f"  {line}")
    print(found.advice)
    return 0 if found.current else 1


def _kept(arguments: argparse.Namespace, order: "Order") -> int:
    from signpost.pipeline import customise

    found = list(customise.kept(order, arguments.digest))
    if arguments.digest and len(found) == 1:
        print(found[0][1])
    else:
        for digest, text in found:
            print(f"{digest[:12]}  {' '.join(text.split())[:90]}")
    return 0 if found else 1


def _export(arguments: argparse.Namespace, order: "Order") -> int:
    from signpost.pipeline import moving

    count, left = moving.export(order, arguments.zip)
    print(
        f"{count} files in {arguments.zip}." + (f" Left behind, because they are no part of an edition: {', '.join(left)}." if left else "")
    )
    return 0


def _import(arguments: argparse.Namespace, _order: "Order") -> int:
    from signpost.pipeline import moving

    count = moving.bring_in(arguments.zip, arguments.folder)
    print(f"{count} files in {arguments.folder}. Type: build.py --school {arguments.folder}")
    return 0


def _schema(arguments: argparse.Namespace, _order: "Order") -> int:
    from signpost.pipeline import profile

    for path in profile.write_schemas(arguments.folder):
        print(path)
    return 0


def _fleet(arguments: argparse.Namespace, order: "Order") -> int:
    import time

    from signpost.pipeline import engines, fleet

    begin: list[tuple[float, int]] = []

    def told(done: "fleet.Done", at: int, of: int) -> None:
        now = time.perf_counter()
        begin.append((now, at)) if not begin else None  # plates come first, and what was finished before costs nothing
        left = (now - begin[0][0]) / max(1, at - begin[0][1]) * (of - at)
        print(f"{at} of {of}: {done.id} {done.state}" + (f", about {left / 60:.0f} minutes left" if left > 90 else ""), flush=True)
        for problem in stopping(done.problems):
            print(f"    {problem}", file=sys.stderr)

    engine = engines.Engine(
        kind=arguments.engine,
        jobs=arguments.jobs,
        scheduler=arguments.scheduler,
        tls_ca=arguments.tls_ca,
        tls_cert=arguments.tls_cert,
        tls_key=arguments.tls_key,
    )
    # Another machine stands in another folder.
    schools = arguments.schools if engine.kind == "here" else arguments.schools.absolute()
    made = fleet.launch(order, schools, arguments.out.resolve(), told, engine, arguments.form)
    counts = {state: sum(one.state == state for one in made) for state in ("made", "kept", "refused")}
    print(f"{counts['made']} made, {counts['kept']} kept, {counts['refused']} refused. Open {arguments.out / 'fleet.html'}")
    return 1 if counts["refused"] else 0


VERBS: dict[str, Callable[[argparse.Namespace, "Order"], int]] = {
    "new": _new,
    "customise": _customise,
    "status": _status,
    "review": _review,
    "sign": _sign,
    "verify": _verify,
    "kept": _kept,
    "export": _export,
    "import": _import,
    "schema": _schema,
    "fleet": _fleet,
}
