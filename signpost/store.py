"""What has been made, by the digest of what went into it; and whether anything has changed since the last build.

Standard library alone: `build.py` asks `nothing_to_do` before any environment is entered, so that a build with
nothing to do costs little more than starting Python. Nothing here trusts a time stamp to say that content is the same.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from hashlib import blake2b
else:
    try:
        from _blake2 import blake2b  # what hashlib gives, without OpenSSL, which takes longer to load than all the files to read
    except ImportError:
        from hashlib import blake2b

TOOLS = ("templates", "signpost", "requirements")
ONE_PIECE = 1 << 17
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
    import tempfile  # a build with nothing to do writes nothing, and need not load it

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


def _files(folder: str) -> "Iterator[str]":
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name in SKIPPED or entry.name.startswith(".part-"):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        elif entry.is_file():
            yield entry.path


def fingerprint(folders: "Iterable[str]") -> str:
    """A digest of the names and contents of every file below these folders."""
    whole = blake2b(digest_size=16)
    for folder in folders:
        for path in _files(folder):
            whole.update(path[len(folder) :].encode() + b"\0")
            whole.update(blake2b(_bytes(path), digest_size=16).digest())
    return whole.hexdigest()


def of_tools(root: str) -> str:
    """A digest of what makes pages: templates, code and pinned libraries. Any change in them remakes every file, on purpose."""
    return fingerprint(os.path.join(root, name) for name in TOOLS)


def of_project(root: str) -> str:
    """A digest of everything that may decide a build, the environment's own marker included."""
    marker = os.path.join(root, ".venv", ".signpost")
    said = _bytes(marker) if os.path.isfile(marker) else b""
    return fingerprint([os.path.join(root, "content")]) + of_tools(root) + blake2b(said, digest_size=8).hexdigest()


def _bytes(path: str) -> bytes:
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))  # half of what `open` costs, for some hundred small files
    try:
        content = os.read(handle, ONE_PIECE)
        while more := os.read(handle, ONE_PIECE):
            content += more
        return content
    finally:
        os.close(handle)


def _record(root: str, argv: list[str]) -> str:
    name = blake2b("\0".join(argv).encode(), digest_size=8).hexdigest()
    return os.path.join(root, "output", ".store", f"built-{name}")


def of_inputs(root: str, school_folders: "Iterable[str]") -> str:
    """A digest of what a build reads and does not write: the project, and the schools' folders but for their records."""
    written = [os.path.join(folder, name) for folder in school_folders for name in ("edits", "modules", "templates", "pictures")]
    profiles = [os.path.join(folder, name) for folder in school_folders for name in ("school.yaml", "authority.yaml")]
    texts = b"\0".join(_bytes(path) if os.path.isfile(path) else b"" for path in profiles)
    return of_project(root) + fingerprint(written) + blake2b(texts, digest_size=16).hexdigest()


def remember(  # noqa: PLR0913 - what decides whether there is something to do
    root: str,
    argv: list[str],
    school_folders: "Iterable[str]",
    files: "Iterable[str]",
    sentence: str,
    today: str,
    here: str = "",
    *,
    read: str = "",
) -> None:
    """Record that a build with these arguments is finished, so that the next one can see that it has nothing to do.

    `read` are the inputs as they were when the build read them; where they are others now, nothing is recorded.
    """
    folders = tuple(school_folders)
    if read and of_inputs(root, folders) != read:
        return
    digests = [word for folder in folders for word in (folder, fingerprint([folder]))]
    outputs = [word for path in sorted(files) for word in (path, _stamp(path))]
    words = (of_project(root), sentence, today, here, str(len(folders)), *digests, *outputs)
    write_whole(_record(root, argv), os.fsencode("\0".join(words)))  # to read JSON takes longer than to read the whole library


def _stamp(path: str) -> str:
    state = os.stat(path)
    return f"{state.st_size} {state.st_mtime_ns}"


def nothing_to_do(root: str, argv: list[str], today: str) -> str | None:
    """What to open, when the last build with these arguments still holds: same inputs, same outputs, same day.

    The day counts because help routes grow old. An output that somebody changed or removed is made again.
    """
    try:
        project, sentence, day, here, folders, *words = os.fsdecode(_bytes(_record(root, argv))).split("\0")
        outputs = 2 * int(folders)
        if here not in ("", os.getcwd()) or day != today:
            return None
        if any(_stamp(path) != stamp for path, stamp in zip(words[outputs::2], words[outputs + 1 :: 2], strict=True)):
            return None
        if any(fingerprint([folder]) != digest for folder, digest in zip(words[:outputs:2], words[1:outputs:2], strict=True)):
            return None
        return sentence if of_project(root) == project else None
    except (OSError, ValueError):
        return None
