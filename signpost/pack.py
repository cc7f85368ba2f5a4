"""Finished files become what a school receives: a folder with an index, a zip, and a manifest that says what was made from what."""

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from signpost.model import (
    Checked,
    Deck,
    Entry,
    Imprint,
    Index,
    Library,
    Own,
    Page,
    Poster,
    Report,
    Reported,
    School,
    Sheet,
    Shelf,
    Target,
    digest,
)
from signpost.store import Store, write_whole

FORMS = {".pdf": "PDF", ".pptx": "PowerPoint", ".html": "browser", ".docx": "Word"}
TIMELESS = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A finished file as the store keeps it."""

    target: Target
    key: str
    pages: int
    size: int
    sha256: str
    plate: str = ""
    ink: tuple[float, ...] = ()

    @property
    def suffix(self) -> str:
        """How it was made."""
        return PurePosixPath(self.target.path).suffix

    @property
    def picture(self) -> str:
        """Where the picture of its first page goes; empty for what has none."""
        bare, dot, suffix = self.target.path.rpartition(".")
        return f"pictures/{bare.replace('/', '-')}.png" if dot and suffix == "pdf" else ""


def index(school: School, own: Imprint, lessons: Iterable[Checked], files: tuple[Kept, ...], library: Library) -> Index:
    """The index as a page: every lesson with its documents, sizes and pictures."""
    shelves = []
    for lesson in lessons:
        front = lesson.front
        entries = tuple(_entry(file) for file in files if file.target.page.frame.module == front.id)
        shelves.append(
            Shelf(
                module=front.id,
                title=front.title,
                summary=front.summary,
                tier=lesson.tier,
                topic=lesson.topic,
                minutes=front.minutes,
                status=front.status,
                need=front.need,
                entries=entries,
            )
        )
    used_tiers = {shelf.tier.id for shelf in shelves}
    used_topics = {shelf.topic.id for shelf in shelves}
    return Index(
        imprint=own,
        phrases=library.phrases,
        tiers=tuple(tier for tier in library.tiers if tier.id in used_tiers),
        topics=tuple(topic for topic in library.topics if topic.id in used_topics),
        shelves=tuple(shelves),
        school_entries=tuple(_entry(file) for file in files if file.target.path.startswith("staff/")),
        school_documents=tuple(_groups(files)),
        digest=digest([(file.target.path, file.sha256) for file in files]),
        zip_name=f"{school.id}.zip",
    )


def report(school: School, lessons: Iterable[Checked], own: Own, library: Library, rules: int) -> Report:
    """The report as a page: every lesson with its measures."""
    rows = []
    for lesson in lessons:
        front = lesson.front
        timed = lesson.timed()
        total = sum(section.minutes for section in timed) or 1
        rows.append(
            Reported(
                module=front.id,
                title=front.title,
                tier=lesson.tier,
                topic=lesson.topic.name,
                status=front.status,
                minutes=front.minutes,
                talk=round(100 * sum(section.talk for section in timed) / total),
                passed=rules - len(front.allow),
                allowed=tuple(front.allow.items()),
                legibility=tuple(one for one in own.legibility if one.module == front.id),
            )
        )
    return Report(school=school.name, phrases=library.phrases, tiers=library.tiers, rules=rules, rows=tuple(rows))


GROUPS = ("staff", "families", "schemes")


def _groups(files: tuple[Kept, ...]) -> Iterator[tuple[str, tuple[tuple[Entry, ...], ...]]]:
    """What belongs to the school as a whole, by who it is for: each document with its forms."""
    for group in GROUPS:
        forms: dict[tuple[str, str], list[Entry]] = {}
        for file in files:
            if file.target.path.startswith(f"{group}/"):
                page = file.target.page
                forms.setdefault((page.frame.module, page.name), []).append(_entry(file))
        if forms:
            yield group, tuple(tuple(some) for some in forms.values())


TITLED = ("slides", "script", "sheet", "pupil-sheet", "scheme", "progression")


def _title(page: Page) -> str:
    """What a document of the school is called, where its kind does not say it."""
    if page.name == "scheme":
        return f"{page.frame.title}, {page.frame.ages}"
    if isinstance(page, Sheet) and page.section.title != page.frame.title:
        return f"{page.frame.title}: {page.section.title}"
    titled = page.name in TITLED and not isinstance(page, Deck)
    return page.frame.title if titled or (isinstance(page, Deck) and page.for_adults) else ""


def _entry(file: Kept) -> Entry:
    page = file.target.page
    paper = page.size if isinstance(page, Poster) else page.frame.paper
    return Entry(
        path=file.target.path,
        name=page.name if page.frame.variant == "" else f"{page.name}-{page.frame.variant}",
        form=FORMS[file.suffix],
        pages=file.pages,
        size=file.size,
        picture=file.picture,
        paper=paper,
        title=_title(page),
    )


def contents(files: tuple[Kept, ...], store: Store, extra: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every file of an edition but the manifest, by its path, from the store."""
    found: dict[str, bytes] = {}
    for file in files:
        found[file.target.path] = store.get(file.key, file.suffix)
        if file.picture:
            found[file.picture] = store.get(file.key, ".png")
    return found | dict(extra)


def pack(school: School, files: tuple[Kept, ...], contents: Mapping[str, bytes], folder: Path) -> tuple[Path, ...]:
    """Write the edition's folder and zip; files that have not changed are not touched, the manifest comes last."""
    manifest = _manifest(school, files, contents)
    old = _written_before(folder)
    for path, content in contents.items():
        _write_if_other(folder / path, content)
    _write_if_other(folder.with_name(f"{folder.name}.zip"), _zip(folder.name, {**contents, "manifest.json": manifest}))
    for path in sorted(old - set(contents) - {"manifest.json"}):
        (folder / path).unlink(missing_ok=True)
    _remove_empty(folder)
    _write_if_other(folder / "manifest.json", manifest)
    return (*(folder / path for path in contents), folder / "manifest.json", folder.with_name(f"{folder.name}.zip"))


def zipped(school: School, files: tuple[Kept, ...], contents: Mapping[str, bytes], name: str) -> bytes:
    """The edition as one zip."""
    return _zip(name, {**contents, "manifest.json": _manifest(school, files, contents)})


def spread(school: School, files: tuple[Kept, ...], contents: Mapping[str, bytes], folder: Path, shared: Mapping[str, Path]) -> None:
    """The edition as a new folder; what other schools have too (`shared`, by path) is stored once where the disk can link files."""
    for path, content in {**contents, "manifest.json": _manifest(school, files, contents)}.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(shared[path], place)
        except (KeyError, OSError):
            place.write_bytes(content)


def _write_if_other(path: Path, content: bytes) -> None:
    if not path.is_file() or path.stat().st_size != len(content) or path.read_bytes() != content:
        write_whole(str(path), content)


def _manifest(school: School, files: tuple[Kept, ...], contents: Mapping[str, bytes]) -> bytes:
    made_from = {file.target.path: file for file in files}
    sums = {file.target.path: file.sha256 for file in files}
    entries = [
        {"path": path, "sha256": sums.get(path) or hashlib.sha256(content).hexdigest(), "size": len(content)}
        | (
            {
                "key": file.key,
                "plate": file.plate,
                "module": file.target.page.frame.module,
                "version": file.target.page.frame.version,
                "document": file.target.page.name,
                "made-from": file.target.page.frame.made_from,
                "digest": file.target.page.frame.digest,
                "code": file.target.page.frame.code,
                "edits": dict(file.target.page.frame.edits),
                "signed": not file.target.page.frame.unsigned,
                "pages": file.pages,
                "ink": list(file.ink),
            }
            if (file := made_from.get(path))
            else {}
        )
        for path, content in sorted(contents.items())
    ]
    record = {"school": school.name, "country": school.country, "specimen": school.specimen, "files": entries}
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()


def keys(manifest: Path) -> set[str]:
    """The store's keys that a finished edition was made from."""
    try:
        record = json.loads(manifest.read_text(encoding="utf-8"))
        return {entry[name] for entry in record["files"] for name in ("key", "plate") if entry.get(name)}
    except (OSError, ValueError, KeyError):
        return set()


def manifest_of(place: Path) -> str:
    """The digest of the manifest of an edition, a folder or a zip; OSError or KeyError where it has none."""
    return hashlib.sha256(_read(place, ("manifest.json",))["manifest.json"]).hexdigest()


def is_edition(place: Path, name: str) -> bool:
    """A folder or a zip that holds a school's edition, with its manifest."""
    try:
        if place.is_dir() and not place.is_symlink():
            return "files" in json.loads((place / "manifest.json").read_text(encoding="utf-8"))
        with zipfile.ZipFile(place) as archive:
            return f"{name}/manifest.json" in archive.namelist()
    except (OSError, ValueError, TypeError, zipfile.BadZipFile):
        return False


def whole(place: Path, manifest: str) -> bool:
    """Every file of an edition is as its manifest says, no other is there, and the manifest is the one of this digest."""
    try:
        found = {path: hashlib.sha256(content).hexdigest() for path, content in _read(place).items()}
        if found.pop("manifest.json") != manifest:
            return False
        written = json.loads(_read(place, ("manifest.json",))["manifest.json"])
        return found == {str(entry["path"]): entry["sha256"] for entry in written["files"]}
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error):
        return False


def _read(place: Path, asked: tuple[str, ...] = ()) -> dict[str, bytes]:
    """The files of an edition by path, all or those that are asked for."""
    if place.is_dir():
        paths = [path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()]
        return {path: (place / path).read_bytes() for path in asked or paths}
    with zipfile.ZipFile(place) as archive:
        names = [f"{place.stem}/{path}" for path in asked] or archive.namelist()
        return {name.partition("/")[2]: archive.read(name) for name in names}


def _written_before(folder: Path) -> set[str]:
    try:
        record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return {str(entry["path"]) for entry in record["files"] if ".." not in PurePosixPath(entry["path"]).parts}
    except (OSError, ValueError, KeyError):
        return set()


def _remove_empty(folder: Path) -> None:
    for parent in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(parent.iterdir()):
            parent.rmdir()


def _zip(name: str, contents: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(f"{name}/{path}", date_time=TIMELESS)
            # A deck's HTML is fonts and drawings, packed already; only what is all words gets smaller.
            entry.compress_type = zipfile.ZIP_DEFLATED if "/" not in path and path.endswith((".html", ".json")) else zipfile.ZIP_STORED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()
