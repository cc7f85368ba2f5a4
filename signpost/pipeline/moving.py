"""Moving house: a school's folder as one zip, and back; nothing gets out of the folder, and nothing of it gets lost."""

import io
import lzma
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from signpost.load import PROFILES, find
from signpost.pipeline import Order
from signpost.problem import CannotRead, Place, Problem
from signpost.store import write_whole

TIMELESS = (1980, 1, 1, 0, 0, 0)
MOST_FILES, MOST_BYTES, MOST_ONE, MOST_PLAIN = 20_000, 200_000_000, 20_000_000, 2_500_000
MOVES = re.compile(
    r"(?:school|authority)\.yaml|README\.md|[\w. -]+\.svg|edits/.+\.(?:md|png|jpe?g|svg)|modules/.+\.(?:md|png|jpe?g|svg)|"
    r"templates/[\w.-]+\.(?:html|css)|record/(?:texts/[0-9a-f]{64}\.md|[a-z]+\.jsonl)|schemas/[\w.-]+\.json"
)
NOT_ON_WINDOWS = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)', re.IGNORECASE)


def export(order: Order, out: Path) -> tuple[int, tuple[str, ...]]:
    """Write a school's folder as a zip: how many files it holds, and what was left behind because it does not belong to it."""
    folder = find(order.root, order.school)
    made, left = io.BytesIO(), []
    count = 0
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_dir() and not path.is_symlink():
                continue
            if path.is_symlink() or not MOVES.fullmatch(name):
                left.append(name)
                continue
            entry = zipfile.ZipInfo(f"{folder.resolve().name}/{name}", date_time=TIMELESS)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, path.read_bytes())
            count += 1
    with zipfile.ZipFile(made) as archive:
        problems = [*_unfit(archive.infolist(), out)]
    if problems:  # what would be refused when it comes back is told now, while the folder is here
        raise CannotRead(*problems)
    try:
        write_whole(str(out), made.getvalue())
    except OSError as error:
        raise CannotRead(
            Problem(Place(str(out)), "output", f"The zip cannot be written: {error.strerror}.", "Choose another place.")
        ) from None
    return count, tuple(left)


def bring_in(source: Path, folder: Path) -> int:
    """Unpack a school's folder from a zip into a new one, whole or not at all; how many files came.

    CannotRead with everything that does not belong: paths out of the folder, links, bombs, names twice, files of another kind.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotRead(
            Problem(Place(str(folder)), "usage", "This folder holds something already.", "Name a new folder, or an empty one.")
        )
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            problems = [*_unfit(entries, source)]
            if problems:
                raise CannotRead(*problems)
            folder.parent.mkdir(parents=True, exist_ok=True)
            scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".import-"))
            try:
                _unpack(archive, entries, scratch, source)
                if folder.exists():
                    folder.rmdir()
                scratch.replace(folder)
            except BaseException:
                shutil.rmtree(scratch, ignore_errors=True)
                raise
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, UnicodeDecodeError, EOFError, NotImplementedError) as error:
        what = f"This is not a whole zip file: {error}."
        raise CannotRead(Problem(Place(str(source)), "archive", what, "Export it again, and copy the file anew.")) from None
    except OSError as error:
        what = f"It cannot be unpacked: {error.strerror or error}."
        raise CannotRead(
            Problem(Place(str(error.filename or source)), "archive", what, "Nothing was changed. Make room, or choose another folder.")
        ) from None
    return len(entries)


def _inner(name: str) -> str:
    """The name below the one folder that everything stands in."""
    return name.split("/", 1)[1] if "/" in name else name


def _unfit(entries: list[zipfile.ZipInfo], source: Path) -> Iterator[Problem]:
    place = Place(str(source))
    fix = "Ask for a zip that 'build.py export' made."
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        yield Problem(place, "archive", f"The zip holds more than {MOST_FILES:,} files or {MOST_BYTES // 1_000_000} MB.", fix)
        return
    tops = {entry.filename.split("/", 1)[0] for entry in entries}
    if len(tops) != 1 or not any(_inner(entry.filename) in PROFILES for entry in entries):
        yield Problem(place, "archive", "The zip does not hold one school's folder with its profile.", fix)
    seen: dict[str, str] = {}
    for entry in entries:
        name = entry.filename
        parts = PurePosixPath(name).parts
        mode = entry.external_attr >> 16
        folded = name.casefold()
        if name.startswith(("/", "\\")) or ".." in parts or any(NOT_ON_WINDOWS.search(part) for part in parts):
            yield Problem(place, "archive", f"'{name}' leads out of the folder, or is a name that not every computer can have.", fix)
        elif mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
            yield Problem(place, "archive", f"'{name}' is a link or a device, and no file.", fix)
        elif entry.flag_bits & 0x1:
            yield Problem(place, "archive", f"'{name}' is locked with a password.", "Export it without one.")
        elif folded in seen:
            yield Problem(place, "archive", f"'{name}' stands in the zip twice.", fix)
        elif entry.file_size > MOST_ONE or (entry.file_size > MOST_PLAIN and entry.file_size > 1000 * max(1, entry.compress_size)):
            yield Problem(place, "archive", f"'{name}' would unpack to {entry.file_size:,} bytes.", fix)
        elif not MOVES.fullmatch(_inner(name)):
            yield Problem(place, "archive", f"'{name}' does not belong in a school's folder.", fix)
        seen[folded] = name


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], scratch: Path, source: Path) -> None:
    total = 0
    for entry in entries:
        path = scratch / _inner(entry.filename)
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as packed, path.open("xb") as file:
            while block := packed.read(1 << 16):
                total += len(block)
                if file.tell() + len(block) > entry.file_size or total > MOST_BYTES:
                    what = f"'{entry.filename}' is larger than the zip says."
                    raise CannotRead(Problem(Place(str(source)), "archive", what, "Ask for a zip that 'build.py export' made."))
                file.write(block)
