"""The school's own words in place of the library's: role titles, year names, 'class charter' for 'ground rules'.

They are put into everything that people read, never into ids, kinds or the promises that every page carries.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from signpost.model import AdultText, Checked, FrontMatter, Library, Part, School, Section, SharedText, Tier
from signpost.problem import Problem

PROMISES = (
    "It is not your fault. You will not be in trouble for asking for help. It is never too late to tell. Stop replying. Don’t pay. "
    "Don’t send more. Keep the evidence. Tell an adult you trust. Report it. An adult can help."
)
KEPT_PHRASES = ("promise-",)
MOST = 100
# Own words name things and roles. A word of these would turn sentences round, and no rule reads what comes out.
NO_NAMES = re.compile(
    r"\b(?:"
    r"a|alone|always|am|an|and|anybody|anyone|are|ask|asks|be|because|been|being|blackmail|blame|but|can|can't|"
    r"cannot|copy|could|delete|demand|demands|did|do|does|don't|done|ever|everybody|everyone|evidence|fault|"
    r"forward|friend|gift|he|help|helps|her|him|his|i|if|is|it|its|keep|laugh|laughed|listen|look|may|might|"
    r"must|need|needs|neither|never|no|nobody|none|noone|nor|not|nothing|or|our|pass|pay|picture|pictures|"
    r"pressure|private|promise|report|request|requests|safe|said|say|says|search|secret|send|sent|shall|shame|"
    r"she|should|so|somebody|someone|stop|tell|tells|than|that|the|their|them|then|these|they|this|those|threat|"
    r"threats|told|trick|trouble|unless|us|was|we|were|when|will|won't|would|write|you|your|yours"
    r")\b",
    re.IGNORECASE,
)
INVISIBLE = ("Cc", "Cf", "Co", "Cn", "Zl", "Zp")


def spoken(lesson: Checked, school: School) -> Checked:
    """The lesson as this school says it."""
    if not school.words and not school.year_names:
        return lesson
    say = _speaker(school.words)
    return Checked(
        replace(
            lesson,
            front=_front(lesson.front, say),
            tier=year_named(lesson.tier, school),
            sections=tuple(_section(section, say) for section in lesson.sections),
            disclosure=_shared(lesson.disclosure, say),
            phrases=phrases(lesson.phrases, school),
        )
    )


def spoken_text(text: AdultText, school: School) -> AdultText:
    """A text for adults as this school says it."""
    say = _speaker(school.words)
    return replace(text, sections=tuple(_section(section, say) for section in text.sections)) if school.words else text


def phrases(known: tuple[tuple[str, str], ...], school: School) -> tuple[tuple[str, str], ...]:
    """The fixed phrases as this school says them; those that are promises stay as they are."""
    say = _speaker(school.words)
    return tuple((key, text if key.startswith(KEPT_PHRASES) else say(text)) for key, text in known)


def year_named(tier: Tier, school: School) -> Tier:
    """The tier with what this school calls its years."""
    return tier.model_copy(update={"years": school.year_names[tier.id]}) if tier.id in school.year_names else tier


def unfit(school: School, library: Library) -> tuple[Problem, ...]:
    """Own words that would change a promise, or that stand nowhere."""
    known = {tier.id for tier in library.tiers}
    texts = "\n".join(_all_texts(library))
    problems = [
        Problem(school.at("year-names", tier), "fields", f"'{tier}' is not a tier.", f"Use one of: {', '.join(sorted(known))}.")
        for tier in school.year_names
        if tier not in known
    ]
    if len(school.words) > MOST:
        what = f"There are {len(school.words)} own words; {MOST} are the most."
        return (*problems, Problem(school.at("words"), "own-words", what, "Keep the names of roles and things."))
    for word, own in school.words.items():
        place = school.at("words", word)
        turning = NO_NAMES.findall(f"{word} {own}".replace("’", "'"))
        if turning or len(word.split()) > 5 or len(own.split()) > 8:
            turned = f" ('{turning[0]}' could turn a sentence round)" if turning else ""
            what = f"'{word}' is not the name of a thing or a role{turned}."
            fix = "Own words are names, like 'class charter' for 'ground rules'; sentences are changed with build.py customise."
            problems.append(Problem(place, "own-words", what, fix))
            continue
        if any(unicodedata.category(letter) in INVISIBLE for letter in word + own) or not any(map(str.isalpha, own)):
            problems.append(Problem(place, "own-words", f"'{word}' holds signs that nobody can see.", "Type the word anew."))
            continue
        if _pattern(word).search(PROMISES):
            what = f"'{word}' stands in a promise or a safe step, which no school can change."
            problems.append(Problem(place, "own-words", what, "Remove the line; to say more, add a part beside it (build.py customise)."))
        elif not _pattern(word).search(texts):
            what = f"'{word}' stands nowhere in the lessons."
            problems.append(Problem(place, "own-words", what, "Correct it or remove the line.", reminder=True))
    return tuple(problems)


def _all_texts(library: Library) -> Iterator[str]:
    yield from (text for _, text in library.phrases)
    yield from (line for text in library.shared for _, line in text.lines)
    yield from (line for module in library.modules for _, line in module.lines)
    for module in library.modules:
        front = module.front
        yield from (front.title, front.summary, front.promise, front.positives, *front.objectives, *front.need)


def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])".replace(r"\ ", r"\s+"), re.IGNORECASE)


def _speaker(words: Mapping[str, str]) -> Callable[[str], str]:
    """Puts the school's words in their places, all at once, so that no word is changed twice; a capital stays a capital."""
    if not words:
        return lambda text: text
    own = {" ".join(word.lower().split()): mine for word, mine in words.items()}
    some = re.compile("|".join(_pattern(word).pattern for word in sorted(words, key=lambda word: -len(word))), re.IGNORECASE)

    def put(found: re.Match[str]) -> str:
        mine = own.get(" ".join(found[0].lower().split()), found[0])
        return mine[:1].upper() + mine[1:] if found[0][:1].isupper() else mine

    return lambda text: some.sub(put, text)


def _part(part: Part, say: Callable[[str], str]) -> Part:
    title = part.title if part.kind == "include" else say(part.title)
    return replace(part, title=title, text=say(part.text), parts=tuple(_part(inner, say) for inner in part.parts))


def _section(section: Section, say: Callable[[str], str]) -> Section:
    return replace(section, title=say(section.title), parts=tuple(_part(part, say) for part in section.parts))


def _front(front: FrontMatter, say: Callable[[str], str]) -> FrontMatter:
    changed = {key: say(getattr(front, key)) for key in ("title", "summary", "promise", "positives")}
    lists = {key: tuple(say(one) for one in getattr(front, key)) for key in ("objectives", "need")}
    return front.model_copy(update={**changed, **lists})


def _shared(text: SharedText, say: Callable[[str], str]) -> SharedText:
    return replace(
        text,
        title=say(text.title),
        summary=say(text.summary),
        sections=tuple(_section(section, say) for section in text.sections),
        parts=tuple(_part(part, say) for part in text.parts),
    )
