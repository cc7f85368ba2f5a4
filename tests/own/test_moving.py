"""A school's folder as a zip and back: everything of it, nothing else, and nothing gets out of the folder."""

import stat
import zipfile
from pathlib import Path

import pytest

from signpost.pipeline import moving
from signpost.problem import CannotRead

from .conftest import World


def made(tmp_path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    path = tmp_path / "school.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("green/school.yaml", "name: Green\n")
        for name, content in entries:
            archive.writestr(name, content)
    return path


def test_what_goes_out_comes_back_byte_for_byte(world: World, tmp_path: Path) -> None:
    world.change(world.edit("noah"), "Noah is 12.", "Noah is 13.")
    (world.school / "thumbs.db").write_bytes(b"x")
    (world.school / "record" / "saving").write_text("somebody")
    count, left = moving.export(world.order, tmp_path / "out.zip")
    new = tmp_path / "new place" / "green"
    came = moving.bring_in(tmp_path / "out.zip", new)
    before = {path.relative_to(world.school): path.read_bytes() for path in world.school.rglob("*") if path.is_file()}
    after = {path.relative_to(new): path.read_bytes() for path in new.rglob("*") if path.is_file()}

    assert count == came == len(after)
    assert set(left) == {"thumbs.db", "record/saving"}
    assert after == {path: content for path, content in before.items() if path.as_posix() not in left}
    first = (tmp_path / "out.zip").read_bytes()
    moving.export(world.order, tmp_path / "out.zip")
    assert (tmp_path / "out.zip").read_bytes() == first
    world.school = new
    assert world.problems() == ()
    assert "Noah is 13." in world.section("noah-evening")


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("green/edits/a/noah.md")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("../evil.md", b"x", "one school's folder"),
        ("green/../../evil.md", b"x", "leads out of the folder"),
        ("/green/edits/a/noah.md", b"x", "one school's folder"),
        ("green/edits/..\\..\\evil.md", b"x", "leads out of the folder"),
        ("green/edits/C:evil.md", b"x", "leads out of the folder"),
        ("green/edits/a/con.md", b"x", "leads out of the folder"),
        (link(), b"/etc/passwd", "is a link"),
        ("green/record/decisions.jsonl", b"0" * 19_000_000, "would unpack to 19,000,000 bytes"),
        ("green/SCHOOL.yaml", b"name: Other\n", "stands in the zip twice"),
        ("green/run.exe", b"x", "does not belong in a school's folder"),
        ("green/edits/a/.bashrc", b"x", "does not belong"),
    ],
)
def test_a_zip_with_tricks_is_refused_whole(tmp_path: Path, name: str | zipfile.ZipInfo, content: bytes, said: str) -> None:
    target = tmp_path / "in" / "green"
    with pytest.raises(CannotRead) as finding:
        moving.bring_in(made(tmp_path, (name, content)), target)

    assert said in str(finding.value)
    assert not target.exists()
    assert sorted(path.name for path in tmp_path.rglob("*")) in (["school.zip"], ["in", "school.zip"])


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path, ("green/README.md", b"a" * 5000))
    raw = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = (
            raw.index(b"README.md") - (30 if sign == b"PK\x03\x04" else 46) - len("green/")
            if sign == b"PK\x03\x04"
            else raw.rindex(b"green/README.md") - 46
        )
        assert raw[start : start + 4] == sign
        raw[start + at : start + at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(CannotRead):
        moving.bring_in(path, tmp_path / "green")

    assert not (tmp_path / "green").exists()


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut off"])
def test_what_is_no_zip_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "school.zip"
    path.write_bytes(content)
    with pytest.raises(CannotRead, match="not a whole zip"):
        moving.bring_in(path, tmp_path / "green")


def test_a_zip_of_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photos/a.svg", "x")
    with pytest.raises(CannotRead, match="does not hold one school's folder"):
        moving.bring_in(path, tmp_path / "green")


def test_a_folder_that_holds_something_is_left_alone(world: World, tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="holds something already"):
        moving.bring_in(made(tmp_path), world.school)
