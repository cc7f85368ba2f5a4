"""Whether pupils know what to do, teachers know the answer, and each key word is met."""

import re
from collections.abc import Iterator

from signpost import reading
from signpost.model import FILLS, Lesson
from signpost.rules.kinds import Found
from signpost.rules.passages import clean, of_pupils, passages, shown


def answers_present(lesson: Lesson) -> Iterator[Found]:
    """Every task, card and scenario has its answer for the teacher, and every scenario its question.

    Nobody should have to find the safe answer in front of a class.
    """
    titles = {int(number) for part in lesson.parts("answer") for number in re.findall(r"\d+", part.title)}
    for number, task in enumerate(lesson.parts("task"), 1):
        if number not in titles and task.one("answer") is None:
            yield task.place, f'The task "{task.title}" has no answer.', f'Add !!! answer "Task {number}" after it.'
    for part in lesson.parts("scenario", "card"):
        if part.one("answer") is None:
            yield part.place, f'The {part.kind} "{part.title}" has no answer.', "Add !!! answer inside it, four spaces in."
        if part.kind == "scenario" and part.one("ask") is None:
            fix = 'Add !!! ask "What could help?" inside it, four spaces in.'
            yield part.place, f'The scenario "{part.title}" has no question.', fix


def worksheet_instructions(lesson: Lesson) -> Iterator[Found]:
    """Every task tells pupils what to do, and has a title.

    A pupil who was away, or did not hear, must be able to begin.
    """
    for task in lesson.parts("task"):
        if not task.title:
            yield task.place, "This task has no title.", 'Write one in quotes: !!! task "Find the turning point" {#task-1}.'
        named = f'The task "{task.title}"' if task.title else "This task"
        if not any(reading.words(clean(text)) for text in (task.prose, *(part.title for part in task.some(*FILLS)))):
            fix = 'Write an instruction, four spaces in, like "Circle the letter where it changed."'
            yield task.place, f"{named} does not say what to do.", fix


def key_words_used(lesson: Lesson) -> Iterator[Found]:
    """Every key word is used in what pupils read or hear.

    A word that is explained and never met is one word too many. It counts as heard where the teacher's text prints it in
    bold: read the key word **demand** aloud.
    """
    heard = [passage.text for passage in of_pupils(passages(lesson)) if passage.kind not in {"key word", "meaning"}]
    heard += [bold for section in lesson.timed() for bold in re.findall(r"\*\*([^*]+)\*\*", section.prose)]
    text = " ".join(heard).lower()
    for word in lesson.front.key_words:
        pieces = (re.escape(piece) + r"(?:s|es|ed|ing|d|'s)?" for piece in shown(clean(word.word)).lower().split())
        written = r"\s+(?:\w+\s+){0,2}".join(pieces)  # "pass on" is met in "pass it on" too
        if not re.search(rf"(?<!\w){written}(?!\w)", text):
            fix = "Use it on a slide, in a task or in a say, or remove it."
            yield word.place, f'The key word "{word.word}" is nowhere in what pupils read or hear.', fix
