"""What has been made, by the digest of what went into it; and whether anything has changed since the last build.

Standard library alone: `build.py` asks `nothing_to_do` before any environment is entered, so that a build with
nothing to do costs little more than starting Python. Nothing here trusts a time stamp to say that content is the same.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator

TOOLS = ("templates", "signpost", "requirements")
SKIPPED = ("__pycache__", ".git", ".store")


class Store:
    """A folder of bytes; each file is named after the digest of everything that may have gone into it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def path(self, key: str, suffix: str) -> str:
        """Where the bytes of this key are kept."""
        return os.path.join(self.folder, key[:2], key + suffix)

    def has(self, key: str, suffix: str) -> bool:
        """The bytes of this key are here, whole."""
        return os.path.isfile(self.path(key, suffix))

    def get(self, key: str, suffix: str) -> bytes:
        """The bytes of this key; FileNotFoundError where they are not here."""
        return _bytes(self.path(key, suffix))

    def put(self, key: str, suffix: str, content: bytes) -> None:
        """Keep the bytes, whole or not at all."""
        write_whole(self.path(key, suffix), content)

    def drop(self, key: str) -> None:
        """Forget the bytes of this key."""
        folder = os.path.join(self.folder, key[:2])
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if name.startswith(key):
                os.unlink(os.path.join(folder, name))

    def keep_only(self, keys: set[str]) -> None:
        """Forget what no finished edition was made from."""
        for path in list(_files(self.folder)):
            name = os.path.basename(path)
            if os.path.basename(os.path.dirname(path)) == name[:2] and name.split(".")[0] not in keys:
                os.unlink(path)


def write_whole(path: str, content: bytes, new: bool = False) -> None:
    """Write a file with all its bytes or not at all; OSError where it cannot be written, or where a `new` one is there already."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=folder, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(scratch, 0o644)
        if new and os.path.exists(path):
            raise FileExistsError(17, "the file is there already", path)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise


def _files(folder: str) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name in SKIPPED or entry.name.startswith(".part-"):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        elif entry.is_file(follow_symlinks=False):
            yield entry.path


def fingerprint(folders: Iterable[str]) -> str:
    """A digest of the names and contents of every file below these folders."""
    whole = hashlib.blake2b(digest_size=16)
    for folder in folders:
        for path in _files(folder):
            whole.update(os.path.relpath(path, folder).encode() + b"\0")
            whole.update(hashlib.blake2b(_bytes(path), digest_size=16).digest())
    return whole.hexdigest()


def of_tools(root: str) -> str:
    """A digest of what makes pages: templates, code and pinned libraries. Any change in them remakes every file, on purpose."""
    return fingerprint(os.path.join(root, name) for name in TOOLS)


def of_project(root: str) -> str:
    """A digest of everything that may decide a build, the environment's own marker included."""
    marker = os.path.join(root, ".venv", ".signpost")
    said = _bytes(marker) if os.path.isfile(marker) else b""
    return fingerprint([os.path.join(root, "content")]) + of_tools(root) + hashlib.blake2b(said, digest_size=8).hexdigest()


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _record(root: str, argv: list[str]) -> str:
    name = hashlib.blake2b("\0".join(argv).encode(), digest_size=8).hexdigest()
    return os.path.join(root, "output", ".store", f"built-{name}.json")


def remember(
    root: str, argv: list[str], school_folders: Iterable[str], files: Iterable[str], sentence: str, today: str, here: str = ""
) -> None:
    """Record that a build with these arguments is finished, so that the next one can see that it has nothing to do."""
    outputs = [(path, *_stamp(path)) for path in sorted(files)]
    record = {
        "project": of_project(root),
        "school": [[folder, fingerprint([folder])] for folder in school_folders],
        "outputs": outputs,
        "sentence": sentence,
        "today": today,
        "here": here,
    }
    write_whole(_record(root, argv), json.dumps(record).encode())


def _stamp(path: str) -> tuple[int, int]:
    state = os.stat(path)
    return state.st_size, state.st_mtime_ns


def nothing_to_do(root: str, argv: list[str], today: str) -> str | None:
    """What to open, when the last build with these arguments still holds: same inputs, same outputs, same day.

    The day counts because help routes grow old. An output that somebody changed or removed is made again.
    """
    try:
        record = json.loads(_bytes(_record(root, argv)))
        if (
            record["here"] not in ("", os.getcwd())
            or record["today"] != today
            or any(_stamp(path) != (size, time) for path, size, time in record["outputs"])
        ):
            return None
        if any(fingerprint([folder]) != digest for folder, digest in record["school"]) or of_project(root) != record["project"]:
            return None
        return str(record["sentence"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
