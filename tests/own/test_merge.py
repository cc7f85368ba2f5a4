"""Three texts as one, by words: nothing invented, nothing lost, and never cleaner than git."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signpost.resolve.merge import marked, merge, tokens, word_diff

OLD = "Ines is 13. She shares her poems online. Someone likes her work."
words = st.lists(st.sampled_from(["Ines", "stops", "tells", ",", ".", "an", "adult", "\n\n", "- ", "x"]), max_size=14).map(" ".join)


def plain(text: str) -> list[str]:
    return [token.word for token in tokens(text)]


def test_changes_in_two_clauses_of_one_sentence_merge() -> None:
    mine, new = OLD.replace("13", "14"), OLD.replace("poems", "songs")

    assert merge(OLD, mine, new).clean
    assert merge(OLD, mine, new).text == "Ines is 14. She shares her songs online. Someone likes her work."


def test_a_sentence_that_was_added_does_not_collide_with_a_change_before_the_full_stop() -> None:
    mine, new = OLD.replace("online", "every day"), OLD.replace("online.", "online. She is good.")

    assert merge(OLD, mine, new).text == "Ines is 13. She shares her poems every day. She is good. Someone likes her work."


def test_a_collision_shows_all_three_between_marks_and_is_known_by_them() -> None:
    merged = merge(OLD, OLD.replace("13", "14"), OLD.replace("13", "15"))

    assert not merged.clean
    assert marked(merged.text)
    assert [piece.old.strip() for piece in merged.pieces if piece.kind == "conflict"] == ["13"]
    assert merged.text.index("14") < merged.text.index("13") < merged.text.index("15")


def test_a_paragraph_that_was_only_wrapped_anew_has_not_changed() -> None:
    wrapped = OLD.replace("online. ", "online.\n")

    assert merge(OLD, OLD.replace("13", "14"), wrapped).clean


def test_very_long_texts_collide_as_a_whole_instead_of_taking_for_ever() -> None:
    long = "word " * 30_000

    assert not merge(long, long + "mine", long + "new").clean
    assert merge(long, long, long + "new").text.endswith("new")


@settings(max_examples=400, deadline=None)
@given(words, words, words)
def test_every_word_of_all_three_texts_is_in_the_pieces(old: str, mine: str, new: str) -> None:
    pieces = merge(old, mine, new).pieces

    for side, text in (("old", old), ("mine", mine), ("new", new)):
        assert plain("".join(getattr(piece, side) for piece in pieces)) == plain(text)


@settings(max_examples=300, deadline=None)
@given(words, words)
def test_who_changed_alone_is_followed(old: str, other: str) -> None:
    assert plain(merge(old, old, other).text) == plain(other)
    assert plain(merge(old, other, old).text) == plain(other)
    assert plain(merge(old, other, other).text) == plain(other)
    assert merge(old, other, other).clean


@settings(max_examples=300, deadline=None)
@given(words, words)
def test_a_word_diff_holds_both_texts(old: str, new: str) -> None:
    found = word_diff(old, new)

    assert plain("".join(text for kind, text in found if kind != "come")) == plain(old)
    assert plain("".join(text for kind, text in found if kind != "gone")) == plain(new)


WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
edits = st.dictionaries(st.integers(0, 7), st.sampled_from(["own", "same", ""]), max_size=3)


def said(edit: dict[int, str], side: str) -> dict[int, str]:
    """What one side puts in each place: words that tell where they stand and whose they are, so that nothing is alike by chance."""
    return {at: {"own": f"{side}{at}", "same": f"s{at}", "": ""}[kind] for at, kind in edit.items()}


def changed(edit: dict[int, str]) -> list[str]:
    return [edit.get(at, word) for at, word in enumerate(WORDS) if edit.get(at, word)]


@settings(max_examples=60, deadline=None)
@given(edits, edits)
def test_git_on_one_word_a_line_agrees_where_it_merges(
    tmp_path_factory: pytest.TempPathFactory, mine: dict[int, str], new: dict[int, str]
) -> None:
    folder = tmp_path_factory.mktemp("git")
    mine, new = said(mine, "m"), said(new, "n")
    texts = {"old": WORDS, "mine": changed(mine), "new": changed(new)}
    for name, some in texts.items():
        (folder / name).write_text("\n".join(some) + "\n")
    git = by_git(folder)
    merged = merge(*(" ".join(some) for some in texts.values()))

    if git is not None:
        assert merged.clean
        assert plain(merged.text) == git.split()
    if merged.clean:  # git calls changes of neighbouring lines a conflict; by words they are two changes, and both are there
        assert all(mine[at] == new[at] for at in mine.keys() & new.keys())
        assert plain(merged.text) == changed(new | mine)


def by_git(folder: Path) -> str | None:
    done = subprocess.run(
        ["git", "merge-file", "-p", "--diff3", "mine", "old", "new"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout if done.returncode == 0 else None
