"""A school's folder as a memory: every text that was kept, every decision, every signature and print, and who may write now.

`record/texts/DIGEST.md` holds each text under the digest of its words, and is never changed. `decisions.jsonl`,
`signatures.jsonl` and `prints.jsonl` only grow. A decision is written before the edit that it is about is changed, so that an
interruption leaves a decision to carry out, never a change that nobody decided.
"""

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from signpost.model import Edit, EditFront, normal, text_digest
from signpost.problem import CannotRead, Place, Problem
from signpost.store import write_whole

MOST_BYTES = 2_000_000
DECISIONS, SIGNATURES, PRINTS = "decisions.jsonl", "signatures.jsonl", "prints.jsonl"


@dataclass(frozen=True)
class Folder:
    """The record of one school or authority; `name` is how problems name its folder."""

    path: Path
    name: str

    @property
    def record(self) -> Path:
        """Where the memory is."""
        return self.path / "record"

    def place(self, name: str, line: int = 1) -> Place:
        """A file of the record as problems name it."""
        return Place(f"{self.name}/record/{name}", line)

    # --- texts ---------------------------------------------------------------------------------------------

    @cached_property
    def _texts(self) -> tuple[dict[str, str], tuple[Problem, ...]]:
        found: dict[str, str] = {}
        problems = []
        for path in sorted((self.record / "texts").glob("*.md")):
            try:
                whole = path.is_file() and path.stat().st_size <= MOST_BYTES
                text = path.read_text(encoding="utf-8") if whole else ""
            except (OSError, UnicodeDecodeError):
                text = ""
            if text_digest(text) == path.stem:
                found[path.stem] = normal(text)
            else:
                what = "This text was changed after it was kept, so nothing can be compared with it."
                fix = "Bring the file back from a backup or from git. Edits made against it are compared without it until then."
                problems.append(Problem(self.place(f"texts/{path.name}"), "record", what, fix, reminder=True))
        return found, tuple(problems)

    @property
    def texts(self) -> Mapping[str, str]:
        """Every text that was kept, by its digest; one that was changed afterwards is not believed."""
        return self._texts[0]

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the record: texts that were changed, lines that were half written, decisions not carried out."""
        found = list(self._texts[1])
        for name in (DECISIONS, SIGNATURES, PRINTS):
            found.extend(problem for _, problem in self._lines(name) if problem)
        for decision in self.unfinished():
            about = f"{decision.get('module')} {decision.get('part')}".strip()
            what = (
                f"What was decided on {decision.get('on')} about '{about}' ({decision.get('choice')}) was interrupted before it was done."
            )
            found.append(
                Problem(
                    self.place(DECISIONS, int(decision["line"])),
                    "record",
                    what,
                    "Type build.py review, and it is done as decided.",
                    reminder=True,
                )
            )
        return tuple(found)

    def keep(self, *texts: str) -> bool:
        """Keep texts for ever; False where the folder cannot be written."""
        try:
            for text in texts:
                path = self.record / "texts" / f"{text_digest(text)}.md"
                if not path.exists():
                    write_whole(str(path), (normal(text) + "\n").encode())
        except OSError:
            return False
        return True

    # --- lines that only grow --------------------------------------------------------------------------------

    def _lines(self, name: str) -> Iterator[tuple[dict[str, Any], Problem | None]]:
        try:
            written = (self.record / name).read_bytes().decode("utf-8", errors="replace").split("\n")
        except OSError:
            return
        for number, line in enumerate(written, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
                if not isinstance(value, dict):
                    raise ValueError("no record")
                yield value | {"line": number}, None
            except (ValueError, RecursionError):
                what = "This line was half written, by a program that was stopped; what it was to say was not carried out."
                fix = "Nothing is lost. Remove the line when you have read it, or leave it: it is passed over."
                yield {}, Problem(self.place(name, number), "record", what, fix, reminder=True)

    def read(self, name: str) -> tuple[dict[str, Any], ...]:
        """The records of one file that only grows, each with its line."""
        return tuple(value for value, problem in self._lines(name) if problem is None)

    def add(self, name: str, *records: Mapping[str, Any]) -> None:
        """Add records, a line each; a half line that an interruption left is closed first."""
        self.record.mkdir(parents=True, exist_ok=True)
        with (self.record / name).open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
            file.write("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode())
            file.flush()
            os.fsync(file.fileno())

    # --- saving ------------------------------------------------------------------------------------------------

    @contextmanager
    def saving(self, who: str, now: str) -> Iterator[None]:
        """Only one person writes at a time; CannotRead where somebody else does, or where nothing can be written here."""
        lock = self.record / "saving"
        try:
            self.record.mkdir(parents=True, exist_ok=True)
            handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            if not self._abandoned(lock):
                said = lock.read_text(encoding="utf-8", errors="replace").strip() if lock.is_file() else "somebody"
                what = f"Somebody else is saving in this folder: {said}."
                fix = f"Wait a moment and try again. If nobody is, remove the file {lock}."
                raise CannotRead(Problem(self.place("saving"), "record", what, fix)) from None
            lock.unlink(missing_ok=True)
            handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except OSError as error:
            raise self.cannot_write(error) from None
        try:
            os.write(handle, f"{who or 'somebody'} since {now} ({socket.gethostname()}, process {os.getpid()})".encode())
            os.close(handle)
            yield
        except OSError as error:
            raise self.cannot_write(error) from None
        finally:
            lock.unlink(missing_ok=True)

    @staticmethod
    def _abandoned(lock: Path) -> bool:
        """Its program ran on this computer and does so no more."""
        said = lock.read_text(encoding="utf-8", errors="replace") if lock.is_file() else ""
        host, _, process = said.rpartition("(")[2].rstrip(")").partition(", process ")
        if host != socket.gethostname() or not process.isdecimal():
            return False
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return True
        except (OSError, OverflowError, ValueError):
            return False
        return int(process) == os.getpid()

    def cannot_write(self, error: OSError) -> CannotRead:
        """What is told where the folder cannot be written; what was there is as it was."""
        what = f"Nothing can be saved here: {error.strerror or error}."
        fix = "Open the folder from where you may write, or ask for the right to; nothing was changed."
        return CannotRead(Problem(Place(self.name), "record", what, fix))

    # --- edits --------------------------------------------------------------------------------------------------

    def edit_texts(self) -> Iterator[str]:
        """What every edit says, in whatever state its file is."""
        for path in sorted((self.path / "edits").rglob("*.md")):
            if path.is_file() and not path.is_symlink():
                text = body_of(path.read_text(encoding="utf-8", errors="replace"))
                if text.strip():
                    yield text

    def path_of(self, front: EditFront) -> Path:
        """Where an edit is written."""
        kind = "" if front.edit in ("replace", "hide") else f".{front.edit}"
        return self.path / "edits" / front.module / f"{front.part or 'sections'}{kind}.md"

    def create(self, path: Path, text: str) -> None:
        """Write a new file whole; FileExistsError where somebody else has just made it."""
        write_whole(str(path), text.encode(), new=True)

    def decide(self, edit: Edit, path: Path, decision: Mapping[str, Any], after: Mapping[Path, str], *texts: str) -> None:
        """Keep all texts, record a decision, then carry it out: each file as it is to be, empty where it is to go.

        CannotRead where the edit was changed after it was shown; its text and the ones given are kept all the same.
        """
        self.keep_all(edit.text, *texts)
        now = _read(path)
        if text_digest(body_of(now)) != text_digest(edit.text):
            self.keep_all(body_of(now))
            what = f"'{edit.key}' was changed by somebody else while you were reading it."
            raise CannotRead(Problem(edit.place, "record", what, "Review it again; both texts are kept in record/texts."))
        files = {file.resolve().relative_to(self.path.resolve()).as_posix(): text for file, text in after.items()}
        before = {name: text_digest(_read(self.path / name)) for name in files}
        number = len(self.read(DECISIONS)) + 1
        self.add(DECISIONS, {"number": number, **decision, "files": files, "before": before})
        self._carry_out(files)
        self.add(DECISIONS, {"done": number})

    def keep_all(self, *texts: str) -> None:
        """Keep texts for ever; CannotRead where the folder cannot be written."""
        if not self.keep(*(text for text in texts if text.strip())):
            raise self.cannot_write(OSError(30, "its record cannot be written"))

    def _carry_out(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            if text:
                write_whole(str(self.path / name), text.encode())
            else:
                (self.path / name).unlink(missing_ok=True)

    def decisions(self) -> tuple[dict[str, Any], ...]:
        """Every decision that was recorded, in order."""
        return tuple(record for record in self.read(DECISIONS) if "choice" in record)

    def unfinished(self) -> tuple[dict[str, Any], ...]:
        """Decisions that were recorded and not carried out: nothing says that they are done, and a file still is as it was before.

        An edit that somebody brought back after it was let go is no such thing: its decision is done.
        """
        done = {record["done"] for record in self.read(DECISIONS) if "done" in record}
        return tuple(record for record in self.decisions() if record.get("number") not in done and self._open(record))

    def _open(self, record: Mapping[str, Any]) -> bool:
        files, before = record.get("files"), record.get("before")
        if not isinstance(files, dict) or not isinstance(before, dict) or not all(map(self._own_edit, files)):
            return False
        now = {name: _read(self.path / name) for name in files}
        return any(now[name] != files[name] and text_digest(now[name]) == before.get(name) for name in files)

    def _own_edit(self, name: str) -> bool:
        """A decision is about edits of this folder: a log that came from elsewhere leads nowhere else."""
        try:
            path = self.path / name
            inside = path.resolve().is_relative_to((self.path / "edits").resolve())
            return inside and path.suffix == ".md" and not path.is_symlink()
        except (OSError, ValueError):
            return False

    def finish(self) -> tuple[dict[str, Any], ...]:
        """Carry out what was decided and interrupted; what it was."""
        done = self.unfinished()
        for record in done:
            self._carry_out(record["files"])
            self.add(DECISIONS, {"done": record.get("number")})
        return done


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def body_of(text: str) -> str:
    """What stands below the front matter of an edit's file."""
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    return "\n".join(lines[end + 1 :]) if end else text


def rebased(text: str, front: EditFront, body: str | None = None) -> str:
    """The file of an edit as it was, but made against another text: some lines of its front matter, and the body where one is given."""
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    new = {"base": front.base, "base-version": front.base_version, "edited": front.edited.isoformat() if front.edited else ""}
    head = [f"{key}: {new[key]}" if (key := line.split(":")[0]) in new and new[key] else line for line in lines[:end]]
    missing = [f"{key}: {value}" for key, value in new.items() if value and not any(line.startswith(f"{key}:") for line in head)]
    rest = lines[end:] if body is None else ["---", body.rstrip("\n"), ""]
    return "\n".join([*head, *missing, *rest])


def written(front: EditFront, text: str) -> str:
    """An edit as it is written into its file."""
    fields = {
        "edit": front.edit,
        "module": front.module,
        "part": front.part,
        "base": front.base,
        "base-version": front.base_version,
        "language": front.language,
        "by": front.by,
        "edited": front.edited.isoformat() if front.edited else "",
        "reason": front.reason,
    }
    head = "\n".join(
        f"{key}: {json.dumps(value, ensure_ascii=False) if key in ('by', 'reason') else value}".rstrip()
        for key, value in fields.items()
        if value
    )
    return f"---\n{head}\n---\n{normal(text)}\n" if text else f"---\n{head}\n---\n"
