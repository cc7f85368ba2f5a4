"""What a slide may hold so that it is read from the last row: few words, one title each, the shape of its layout."""

import re
from collections.abc import Iterator

from signpost import reading
from signpost.model import LAYOUTS, Lesson, Part
from signpost.rules.kinds import Found
from signpost.rules.passages import clean

MOST_WORDS, MOST_CHARACTERS, MOST_OPTION = 45, 45, 8


def slide_titles(lesson: Lesson) -> Iterator[Found]:
    """Every slide has a title of its own, of 45 characters at most and without a full stop.

    Screen readers and teachers find a slide by its title.
    """
    first: dict[str, Part] = {}
    for slide in lesson.parts("slide"):
        title = slide.title
        if not title:
            yield slide.place, "This slide has no title.", 'Write one in quotes: !!! slide idea "What good trust is like" {#slide-1}.'
            continue
        if title.lower() in first:
            line = first[title.lower()].place.line
            yield (
                slide.place,
                f'The title "{title}" stands on another slide already, in line {line}.',
                f'Write another, like "{title} (2)", or say what is new.',
            )
        first.setdefault(title.lower(), slide)
        if len(title) > MOST_CHARACTERS:
            yield (
                slide.place,
                f'The title "{title}" has {len(title)} characters; {MOST_CHARACTERS} is the most.',
                f"Cut {len(title) - MOST_CHARACTERS} characters.",
            )
        if title.endswith("."):
            yield slide.place, f'The title "{title}" ends with a full stop.', f'Write "{title.rstrip(".")}".'


def body(slide: Part) -> str:
    """What a slide shows below its title, the title of each column with it."""
    texts = (f"{part.title}\n\n{part.text}" if part.kind in {"column", "text"} else "" for part in slide.all() if part is not slide)
    return "\n\n".join(texts)


def slide_words(lesson: Lesson) -> Iterator[Found]:
    """A slide has 45 words at most below its title.

    Pupils read the slide or listen to the teacher, not both.
    """
    for slide in lesson.parts("slide"):
        words = len(reading.words(clean(body(slide))))
        if words > MOST_WORDS:
            over = words - MOST_WORDS
            yield (
                slide.place,
                f'The slide "{slide.title}" has {words} words; {MOST_WORDS} is the most.',
                f"Cut {over} {'word' if over == 1 else 'words'}, or let the teacher say them.",
            )


def options(part: Part) -> tuple[str, ...]:
    """The items of the list in a part, without their marks."""
    return tuple(item.strip() for item in re.findall(r"^[-*] (.*(?:\n(?![-*] |\n).*)*)", part.prose, re.MULTILINE))


def slide_layouts(lesson: Lesson) -> Iterator[Found]:
    """A slide has the shape of its layout.

    `compare` has two columns, `question` two to four options of eight words at most and then a prompt, `path` five steps that
    begin in bold, `words` two to four sentences, `scenario` takes or tells a story; `steps` has nothing of its own.
    """
    for slide in lesson.parts("slide"):
        for what, fix in _misshapen(slide):
            yield slide.place, f'The slide "{slide.title}" {what}.', fix


def _misshapen(slide: Part) -> Iterator[tuple[str, str]]:
    items = options(slide)
    match slide.word:
        case word if word not in LAYOUTS:
            told = f"has the layout '{word}', which there is not" if word else "has no layout"
            yield told, f'Write one of {", ".join(LAYOUTS)}, like !!! slide idea "{slide.title}".'
        case "compare" if len(slide.some("column")) != 2:
            yield (
                f"compares {_count(len(slide.some('column')), 'column')}; it has two",
                'Write !!! column "A request" twice, four spaces in.',
            )
        case "question":
            yield from _question(slide, items)
        case "path" if len(items) != 5 or not all(item.startswith("**") for item in items):
            steps = sum(item.startswith("**") for item in items)
            yield f"has {_count(steps, 'step')} in bold; a path has five", 'Write five lines like "- **They ask.** Friendly".'
        case "words" if not 2 <= len(items) <= 4:
            yield (
                f"has {_count(len(items), 'sentence')} to say; it has two to four",
                'Write each as a line of a list, like "- Can I talk to you?".',
            )
        case "scenario" if not reading.words(clean(slide.prose)):
            yield "tells no story", "Add {from=noah}, with the id of a scenario, or write the story."
        case "steps" if reading.words(clean(body(slide))):
            yield "has words of its own; steps shows the safe steps alone", "Remove them, or put them into a say."


def _question(slide: Part, items: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not 2 <= len(items) <= 4:
        yield f"has {_count(len(items), 'option')}; it has two to four", "Write each as a line of a list."
    for item in items:
        words = len(reading.words(clean(item)))
        if words > MOST_OPTION:
            what = f'has the option "{clean(item)}" of {words} words; {MOST_OPTION} is the most'
            yield what, f"Cut {_count(words - MOST_OPTION, 'word')}."
    if items and clean(slide.prose).rstrip().split("\n")[-1].startswith("•"):
        yield "does not say what to do", 'Write a line below the options, like "Two minutes, in pairs."'


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
