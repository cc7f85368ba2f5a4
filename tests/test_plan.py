"""The large-print worksheet is the ordinary one set anew: every task once, one to a sheet, and not a word lost, however long a task is."""

import re
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Literal

import pytest

from signpost import markdown, pipeline
from signpost.model import Part, Target, Worksheet
from signpost.problem import report
from signpost.render import large, press

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ("t1/warning-signs", "t4/warning-signs", "t4/pressure", "t4/before-you-share")


@pytest.fixture(scope="module")
def targets() -> dict[str, Target]:
    order = pipeline.Order(root=ROOT, school="elm-bank", only=LESSONS, today=date(2026, 11, 22))
    edition = pipeline.edition(order)
    assert len(edition.lessons) == len(LESSONS), report(edition.problems)
    return {target.path: target for target in pipeline.targets_of(edition, order)}


def _page(targets: dict[str, Target], name: str) -> Worksheet:
    page = targets[name].page
    assert isinstance(page, Worksheet)
    return page


def _words(task: Part) -> list[str]:
    """The words a pupil reads in a task's parts, in order."""
    written = [part.title if part.kind != "text" else markdown.plain(part.text) for one in task.parts for part in one.all()]
    return re.findall(r"\w+", " ".join(written))


def _tasks(page: Worksheet) -> list[list[Part]]:
    """The pieces of each task that was split, task by task."""
    return [list(some) for _, some in groupby((sheet[0] for sheet in page.sheets), key=lambda task: task.option("number"))]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_large_print_worksheet_holds_every_task_once_and_one_to_a_sheet(targets: dict[str, Target], lesson: str) -> None:
    ordinary, planned = _page(targets, f"{lesson}/worksheet.pdf"), _page(targets, f"{lesson}/worksheet-large-print.pdf")

    assert planned.frame.variant == "large"
    assert [len(sheet) for sheet in planned.sheets] == [1] * len(planned.sheets)
    assert [task for sheet in planned.sheets for task in sheet] == [task for sheet in ordinary.sheets for task in sheet]


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_word_of_a_task_is_lost_in_large_print(targets: dict[str, Target], lesson: str) -> None:
    tasks = [task for sheet in _page(targets, f"{lesson}/worksheet.pdf").sheets for task in sheet]

    finished = press.make(targets[f"{lesson}/worksheet-large-print.pdf"], lambda _: b"")
    printed = set(re.findall(r"\w+", " ".join(finished.pages)))

    assert [sorted({*re.findall(r"\w+", task.title), *_words(task)} - printed - {"___", "_"}) for task in tasks] == [[]] * len(tasks)
    assert all(f"Large print, page {at} of {len(finished.pages)}" in text for at, text in enumerate(finished.pages, 1))


def test_a_long_story_goes_on_over_the_page_with_its_next_letter(targets: dict[str, Target]) -> None:
    page = _page(targets, "t4/pressure/worksheet-large-print.pdf")
    points = "\n".join(f"- Point {number} of a story that takes more than one line of a sheet in large print." for number in range(1, 15))
    story = Part(kind="story", parts=(Part(kind="text", text=f"It begins.\n\n{points}\n\nIt ends."),))
    long = replace(page, sheets=((replace(page.sheets[0][0], parts=(story, Part(kind="write", words=("2",)))),), *page.sheets[1:]))

    pieces = _tasks(large.split(long))[0]
    stories = [part for task in pieces for part in task.some("story")]
    finished = press.make(Target(path="t4/pressure/worksheet-large-print.pdf", page=long), lambda _: b"")

    assert len(pieces) == len(stories) == 3
    assert [int(part.option("from", "0")) for part in stories] == [
        sum(len(markdown.items(before.prose)) for before in stories[:at]) for at in range(len(stories))
    ]
    assert [word for task in pieces for word in _words(task)] == re.findall(r"\w+", f"It begins. {markdown.plain(points)} It ends.")
    assert [task.option("goes-on") for task in pieces] == ["1", "1", ""]
    assert "Task 1 goes on over the page." in finished.pages[0]
    assert "(part 2)" in finished.pages[1]


def test_a_long_table_goes_on_under_its_head(targets: dict[str, Target]) -> None:
    page = _page(targets, "t4/pressure/worksheet-large-print.pdf")
    rows = "\n".join(f"| Worry {number} | |" for number in range(1, 9))
    table = Part(kind="table", parts=(Part(kind="text", text=f"| A worry | An answer |\n|---|---|\n{rows}"),))
    long = replace(page, sheets=((replace(page.sheets[0][0], parts=(table,)),),))

    tables = [part for task in _tasks(large.split(long))[0] for part in task.some("table")]

    assert len(tables) > 1
    assert {markdown.table(part.prose)[0] for part in tables} == {("A worry", "An answer")}
    assert [row[0] for part in tables for row in markdown.table(part.prose)[1]] == [f"Worry {number}" for number in range(1, 9)]


def test_words_stay_with_the_space_that_answers_them(targets: dict[str, Target]) -> None:
    for lesson in LESSONS:
        for pieces in _tasks(large.split(_page(targets, f"{lesson}/worksheet-large-print.pdf"))):
            for task in pieces:
                assert task.parts[0].kind not in {"write", "bubble"}


@pytest.mark.parametrize(("asked", "printed"), [("", "Letter"), ("A4", "A4"), ("Letter", "Letter")])
def test_the_paper_that_is_asked_for_wins_over_the_profiles(asked: Literal["", "A4", "Letter"], printed: str) -> None:
    order = pipeline.Order(root=ROOT, only=("t1/warning-signs",), paper=asked, today=date(2026, 11, 22))
    edition = pipeline.edition(order)
    school = edition.school.model_copy(update={"paper": "Letter"})

    planned = pipeline.targets_of(replace(edition, school=school), order)

    assert {target.page.frame.paper for target in planned} == {printed}
