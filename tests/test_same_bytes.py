"""The same content gives the same bytes, and making only what changed gives what making everything gives."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signpost import pipeline
from signpost.model import Target
from signpost.problem import report
from signpost.render import html, press

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 22)
WORD = re.compile(r"(?<=[a-z] )[a-z]{4,9}(?=[ ,.])")


def _project(folder: Path) -> Path:
    shutil.copytree(ROOT / "content", folder / "content")
    return folder


def _build(root: Path, out: Path, jobs: int = 0) -> pipeline.Result:
    result = pipeline.build(pipeline.Order(root=root, out=out, only=("t4/pressure",), today=TODAY, jobs=jobs))
    assert result.open, report(result.problems)
    return result


def _contents(out: Path) -> dict[str, bytes]:
    files = (path for path in out.rglob("*") if path.is_file() and ".store" not in path.parts)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def _targets(root: Path) -> tuple[Target, ...]:
    order = pipeline.Order(root=root, only=("t4/pressure",), today=TODAY)
    edition = pipeline.edition(order)
    assert edition.lessons, report(edition.problems)
    return pipeline.targets_of(edition, order)


@pytest.mark.slow
def test_two_builds_in_two_folders_with_other_numbers_of_processes_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = _project(tmp_path / "one"), _project(tmp_path / "two" / "deeper")
    _build(first, tmp_path / "a", jobs=1)
    _build(second, tmp_path / "b", jobs=2)

    assert _contents(tmp_path / "a") == _contents(tmp_path / "b")


@pytest.mark.slow
def test_one_changed_sentence_remakes_only_the_files_that_show_it_and_nothing_differs_from_a_clean_build(tmp_path: Path) -> None:
    root = _project(tmp_path / "project")
    module = root / "content" / "modules" / "t4" / "pressure.md"
    before = _build(root, tmp_path / "kept")
    assert len(before.made) > 10
    text = module.read_text(encoding="utf-8")
    card = re.search(r'!!! scenario \w+ "[^"]+" \{#[\w-]+\}\n    [^\n]+', text)
    assert card
    module.write_text(text.replace(card[0], card[0] + " It was a Tuesday."), encoding="utf-8")

    after = _build(root, tmp_path / "kept")
    clean = _build(root, tmp_path / "clean")

    assert {Path(path).name for path in after.made} <= SHOW_A_STORY
    assert "t4/pressure/cards.pdf" in after.made
    assert len(clean.made) == len(before.made)
    assert _contents(tmp_path / "kept") == _contents(tmp_path / "clean")


SHOW_A_STORY = {
    "cards.pdf",
    "guide.pdf",
    "slides.pdf",
    "slides.pptx",
    "slides.html",
    "t4-pressure.pdf",  # the parents' copy
    "lead-guide.pdf",  # which measures how it is read
}


@pytest.mark.slow
def test_building_again_makes_nothing_and_a_damaged_output_is_made_whole_again(tmp_path: Path) -> None:
    root = _project(tmp_path / "project")
    _build(root, tmp_path / "out")
    good = _contents(tmp_path / "out")
    (tmp_path / "out" / "elm-bank" / "t4" / "pressure" / "letter.pdf").write_bytes(b"spoilt")
    (tmp_path / "out" / "elm-bank" / "t4" / "pressure" / "cards.pdf").unlink()

    again = _build(root, tmp_path / "out")

    assert again.made == ()
    assert _contents(tmp_path / "out") == good


def _key(target: Target) -> str:
    return press.key(target, press.plate_key(target, ""), "")


def test_a_blank_line_moves_every_place_and_changes_no_key(tmp_path: Path) -> None:
    root = _project(tmp_path)
    before = {target.path: _key(target) for target in _targets(root)}
    module = root / "content" / "modules" / "t4" / "pressure.md"
    module.write_text(module.read_text(encoding="utf-8").replace("\n## ", "\n\n\n## "), encoding="utf-8")

    after = {target.path: _key(target) for target in _targets(root)}

    assert after == before


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, tuple[Target, ...]]:
    root = _project(tmp_path_factory.mktemp("edits"))
    text = (root / "content" / "modules" / "t4" / "pressure.md").read_text(encoding="utf-8")
    return root, text, _targets(root)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_page_whose_key_stays_stays_itself_whatever_word_an_author_changes(
    data: st.DataObject, original: tuple[Path, str, tuple[Target, ...]]
) -> None:
    root, text, before = original
    body = text.index("## Ground rules")
    places = [match.span() for match in WORD.finditer(text) if match.start() > body]
    begin, end = data.draw(st.sampled_from(places))
    word = data.draw(st.sampled_from(["kettle", "harbour", "window", "garden"]))
    (root / "content" / "modules" / "t4" / "pressure.md").write_text(text[:begin] + word + text[end:], encoding="utf-8")
    order = pipeline.Order(root=root, only=("t4/pressure",), today=TODAY)
    edition = pipeline.edition(order)
    if not edition.lessons:
        return  # a rule minded the word: nothing would be built, which is right
    after = pipeline.targets_of(edition, order)

    kept = [(old, new) for old, new in zip(before, after, strict=True) if _key(old) == _key(new)]

    for old, new in kept:
        if old.path.endswith(".pdf"):
            assert _shown(old) == _shown(new), old.path
    assert len(kept) < len(before)


def _shown(target: Target) -> str:
    more: dict[str, dict[int, str]] = {"thumbs": {}} if target.page.name == "guide" else {}
    return html.render(target.page, f"{target.page.name}.html", **more)
