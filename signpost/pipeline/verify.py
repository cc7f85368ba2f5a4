"""What a print was made from, whether text, routes or law have changed since, and what to do."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from signpost.folder import PRINTS, Folder
from signpost.model import SignOff, Target
from signpost.pipeline import Edition, Order, edition, targets_of
from signpost.problem import CannotRead, Place, Problem, stopping

CODE = re.compile(r"([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})")
PACKED = re.compile(rb"<cp:keywords>([^<]*)</cp:keywords>")
META = re.compile(r'<meta name="(?P<name>[a-z]+)" content="(?P<value>[^"]*)"')
LOOKS_LIKE = str.maketrans({"o": "0", "i": "1", "l": "1", "s": "5", " ": ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is known of a print: what it is, and whether its text, law and help routes are today's."""

    title: str
    module: str
    document: str
    version: str
    code: str
    printed: str = ""
    edits: str = ""
    text: bool | None = None
    law: bool | None = None
    routes: bool | None = None
    now: str = ""
    exact: bool | None = None
    advice: str = ""

    @property
    def current(self) -> bool:
        """Everything on it is as it would be printed today."""
        return bool(self.text and self.law and self.routes) and self.exact is not False


def verify(order: Order, what: str) -> Verdict:
    """The verdict on a file, or on the code at the foot of a print; CannotRead where it is neither, or nothing is known of it."""
    path = Path(what)
    said: Mapping[str, str] = {}
    exact = None
    if path.is_file():
        content = path.read_bytes()
        said = _said_by(content, path.suffix.lower())
        if not said.get("digest"):
            raise CannotRead(
                Problem(
                    Place(what),
                    "verify",
                    "This file does not say what it was made from.",
                    "Was it made by Signpost? Type the code at its foot instead.",
                )
            )
        code = said["digest"]
        made = {
            str(one.get("sha256")) for one in _manifests(order.output) if one.get("code") == code and str(one["path"]).endswith(path.suffix)
        }
        exact = hashlib.sha256(content).hexdigest() in made if made else None
    else:
        code = what
    match = CODE.fullmatch(code.lower().translate(LOOKS_LIKE).strip())
    if not match:
        fix = "Type the code as it stands at the foot of the page, like 3f9a-2c41-88d1-07be, or the name of a file."
        raise CannotRead(Problem(Place("verify"), "usage", f"'{what}' is no code and no file.", fix))
    text, law, routes = f"{match[1]}-{match[2]}", match[3], match[4]
    code = f"{text}-{law}-{routes}"
    ready = edition(order)
    free = ready.school.model_copy(update={"sign_off": SignOff()})  # what is held back for want of a signature may be compared all the same
    ready = replace(ready, school=free)
    if not ready.lessons:
        raise CannotRead(*ready.problems)
    targets = targets_of(ready, order)
    same = next(
        (target for target in targets if target.page.frame.digest == text and _document(target) == said.get("document", _document(target))),
        None,
    )
    known = {**_printed(ready, code, text), **({} if same is None else _about(same)), **_from_file(said)}
    if not (known.get("module") and known.get("document") and known.get("version")):
        what_is = f"No print with the code {code} is known for {ready.school.name}."
        fix = "Is it another school's? Name its folder with --school. A code is known after the first build in which it was printed."
        raise CannotRead(Problem(Place("verify"), "verify", what_is, fix))
    now = same or next((one for one in targets if one.page.frame.module == known["module"] and _document(one) == known["document"]), None)
    frame = now.page.frame if now else None
    verdict = Verdict(
        title=frame.title if frame else known["module"],
        module=known["module"],
        document=known["document"],
        version=known["version"],
        code=code,
        printed=known.get("on", ""),
        edits=known.get("edits", ""),
        text=same is not None if frame else None,
        law=frame.law_code == law if frame else None,
        routes=frame.routes_code == routes if frame else None,
        now=f"{frame.made_from} {frame.code}" if frame else "",
        exact=exact,
    )
    return _advised(verdict, ready)


def _advised(verdict: Verdict, ready: Edition) -> Verdict:
    module = next((one for one in ready.library.modules if one.front.id == verdict.module), None)
    made = _numbers(verdict.version)
    critical = module and any(made < _numbers(version) for version in module.front.critical)
    if verdict.text is None and stopping(ready.problems):
        advice = (
            "It cannot be compared now: the edition has problems (build.py check tells them). Until they are mended, do not hand it out."
        )
    elif verdict.exact is False:
        advice = "The file is not the one that was made: somebody has changed it. Do not use it; take it from the edition's folder."
    elif verdict.text is None:
        advice = "This school no longer teaches the lesson. Do not hand it out."
    elif not verdict.routes:
        advice = "Names or help routes have changed. Do not hand it out: print it again, and collect help cards and posters."
    elif critical and not verdict.text:
        advice = "The text has changed since, and the change matters for safety. Do not hand it out: print it again."
    elif not verdict.law:
        advice = "The law that it tells has changed. Do not hand it out: print it again."
    elif not verdict.text:
        advice = "The text has changed since. What pupils have may stay with them; print it again for the next class."
    else:
        advice = "It is as it would be printed today. Hand it out."
    return replace(verdict, advice=advice)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version.split("+", maxsplit=1)[0])) or (0,)


def _document(target: Target) -> str:
    return target.page.name


def _about(target: Target) -> dict[str, str]:
    frame = target.page.frame
    return {"module": frame.module, "document": target.page.name, "version": frame.made_from, "edits": frame.states}


def _from_file(said: Mapping[str, str]) -> dict[str, str]:
    return {key: said[key] for key in ("module", "document", "version", "edits") if said.get(key)}


def _printed(ready: Edition, code: str, text: str) -> dict[str, str]:
    """What the record says of a code: the print itself, or the last one with the same text."""
    prints = ready.own_folder.read(PRINTS)
    exact = [one for one in prints if one.get("code") == code]
    like = [one for one in prints if str(one.get("code", "")).startswith(text)]
    return {str(key): str(value) for key, value in ((exact or like)[-1] if exact or like else {}).items()}


def remember_prints(folder: Folder, targets: tuple[Target, ...], today: str) -> None:
    """Remember the code of every document that was printed for the first time; a folder that cannot be written remembers none."""
    known = {(str(one.get("code")), str(one.get("document"))) for one in folder.read(PRINTS)}
    fresh = {(target.page.frame.code, target.page.name): target for target in targets}
    lines = [_about(target) | {"code": key[0], "on": today} for key, target in fresh.items() if key not in known]
    try:
        if lines:
            folder.add(PRINTS, *lines)
    except OSError:
        return


def _said_by(content: bytes, suffix: str) -> dict[str, str]:
    """What a file says of itself in its metadata."""
    if suffix == ".pdf":
        from signpost.render import look

        return look.about(content)
    if suffix in (".pptx", ".docx"):
        return _packed(content)
    if suffix in (".html", ".htm"):
        return {found["name"]: found["value"] for found in META.finditer(content.decode("utf-8", errors="replace"))}
    return {}


def _packed(content: bytes) -> dict[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            core = archive.read("docProps/core.xml")
    except (zipfile.BadZipFile, KeyError):
        return {}
    found = PACKED.search(core)
    document = re.search(rb"<dc:identifier>(\S+) ", core)
    edits = re.search(rb"<cp:contentStatus>([^<]*)</cp:contentStatus>", core)
    words = found[1].decode().split() if found else []
    if len(words) < 3:
        return {}
    return {
        "module": words[0],
        "version": words[1],
        "digest": words[2],
        "document": document[1].decode() if document else "",
        "edits": edits[1].decode() if edits else "",
    }


def _manifests(output: Path) -> Iterator[dict[str, Any]]:
    """The entries of every finished edition's manifest."""
    for path in output.glob("*/manifest.json"):
        try:
            yield from json.loads(path.read_text(encoding="utf-8"))["files"]
        except (OSError, ValueError, KeyError):
            continue
