"""What a story may tell: made-up people in the third person, not only strangers, and few words from those who mean harm."""

import re
from collections.abc import Iterator

from signpost import reading
from signpost.model import RELATIONS, Lesson
from signpost.problem import Place
from signpost.rules.kinds import Found
from signpost.rules.passages import Passage, clean, of_pupils, passages, pattern, shown

ADDRESSED = re.compile(r"\b(?:you|your|yours|yourself|yourselves|I|me|my|mine|we|us|our|ours)\b", re.IGNORECASE)
NO_NAME = {
    "a",
    "an",
    "the",
    "he",
    "she",
    "they",
    "it",
    "one",
    "two",
    "three",
    "some",
    "somebody",
    "someone",
    "every",
    "everyone",
    "everybody",
    "now",
    "then",
    "his",
    "her",
    "their",
    "at",
    "in",
    "on",
    "after",
    "before",
    "when",
    "but",
    "and",
    "there",
    "this",
    "that",
    "last",
    "next",
    "nobody",
    "online",
    "for",
}


def third_person(lesson: Lesson) -> Iterator[Found]:
    """A scenario is about somebody with an ordinary name, told in the third person, and says how the other is related.

    "You" would put the pupil into the story. The relationship (stranger, known, peer, partner, family or group) is written
    behind the word scenario.
    """
    for part in lesson.parts("scenario"):
        if part.word not in RELATIONS:
            told = f'"{part.word}" is not a relationship' if part.word else "no relationship is written"
            yield (
                part.place,
                f'In the scenario "{part.title}" {told}.',
                f'Write one of {", ".join(RELATIONS)}, like !!! scenario known "{part.title}".',
            )
        texts = [Passage(text=clean(text.text), place=text.place) for text in part.some("text")]
        for text in texts:
            found = next((one for one in ADDRESSED.finditer(text.text) if not text.quoted(one.start())), None)
            if found:
                yield (
                    text.at(found.start()),
                    f'The scenario "{part.title}" says "{found[0]}", as if it were about the pupil.',
                    "Tell it about a person with a name.",
                )
        named = (
            word
            for text in texts
            for word in re.findall(r"\b[A-ZÀ-Þ][\w'-]+", f"{clean(part.title)} {text.text}")
            if word.lower() not in NO_NAME
        )
        if texts and not next(named, None):
            yield (
                part.place,
                f'Nobody in the scenario "{part.title}" has a name.',
                "Give the person an ordinary first name, one that no pupil of the class has.",
            )


def not_strangers_only(lesson: Lesson) -> Iterator[Found]:
    """At least one scenario is about somebody the child knows.

    Most harm comes from people children know: a peer, a partner, a relative, an adult they like.
    """
    scenarios = lesson.parts("scenario")
    if not scenarios:
        yield lesson.place, "There is no scenario.", 'Add one, like !!! scenario known "Mina after swim club" {#mina}.'
    elif not any(part.word in {"known", "peer", "partner"} for part in scenarios):
        words = ", ".join(sorted({part.word for part in scenarios}))
        yield (
            scenarios[0].place,
            f"Every scenario is about one relationship: {words}.",
            "Make one of them about somebody known, a peer or a partner: !!! scenario known.",
        )


REAL_CASE = re.compile(
    r"\b(?:true stor(?:y|ies)|real (?:case|story|stories|cases|victim|victims|girl called|boy called)|based on (?:a )?(?:true|"
    r"real)|(?:in|on|from) the (?:news|newspapers?|headlines)|"
    r"news (?:story|stories|report|reports|clippings?)|this really happened|actually happened to|(?:19|20)\d\d,? (?:a|an) \d\d-year-old)\b",
    re.IGNORECASE,
)


def no_real_cases(lesson: Lesson) -> Iterator[Found]:
    """No real case, name or news story is told.

    Stories are made up, so that nobody's worst day becomes a lesson, and nobody in the room is recognised. Names that must
    not be taught from stand in content/words.yaml under `real-names`.
    """
    names = [pattern(name) for name in lesson.words.real_names]
    for passage in passages(lesson):
        for written in (REAL_CASE, *names):
            for found in written.finditer(passage.text):
                refused = passage.reader != "pupil" and (passage.negated(found.start()) or passage.quoted(found.start()))
                if not refused and not (passage.reader == "pupil" and passage.negated(found.start())):
                    yield (
                        passage.at(found.start()),
                        f'"{shown(found[0])}" points to a real case.',
                        "Make up a story, and do not say that it is true.",
                    )


MOST_WORDS_OF_HARM = 12
MOST_MESSAGES_OF_HARM = 2
QUOTE = re.compile(r"\"([^\"]{4,})\"")
SPEAKS = (
    r"(?:says?|said|writes?|wrote|types?|typed|asks?|asked|texts?|texted|messages|messaged|replies|replied|answers|answered|"
    r"whispers?|adds?)"
)
SOMEBODY = (
    r"(?:they|he|she|someone|somebody|messages?|a (?:message|stranger|player)|(?:the|another) (?:person|player|stranger|message|"
    r"account|other))"
)
BEFORE = re.compile(rf"(?P<who>[A-Za-z']+(?: [a-z']+){{0,3}}?) {SPEAKS}\b[^\".!?]{{0,30}}[,:]?\s*$", re.IGNORECASE)
AFTER = re.compile(rf"^[,.]?\s*(?P<who>[A-Za-z']+(?: [a-z']+){{0,2}}?) {SPEAKS}\b", re.IGNORECASE)
THREATENS = re.compile(
    r"\bor (?:else|I|you|they|we|everyone)\b|\bunless\b|\bif you (?:do not|don't|won't|really|ever|loved?|liked?|trust\w*|tell|"
    r"say|block|leave|stop|cared?)\b|"
    r"\byou owe\b|\bour (?:little )?secret\b|\bjust (?:between )?us\b|\b(?:do not|don't|never) tell\b|\btell (?:no ?one|nobody)\b|"
    r"\bprove it\b|\blast chance\b|"
    r"\bnobody (?:needs|has|will)\b|\bI(?:'ll| will) (?:tell|share|post|show|send|leak)\b|\byou(?:'re| are) next\b",
    re.IGNORECASE,
)
ASKS_FOR_MORE = re.compile(r"\b(?:send|show) (?:me|it|one|another|more)\b|\bpay (?:me|us|now|up)\b|\bpass it on\b", re.IGNORECASE)
OF_A_CHILD = re.compile(
    r"^(?:I\b(?!'ll| will)|we\b|no\b|stop\b|thank|can (?:I|we) |can you help|could |are you |please (?:listen|stop|help|take)|"
    r"it (?:is|was) not your fault|let's|help\b)",
    re.IGNORECASE,
)


def harmful_messages(lesson: Lesson) -> Iterator[Found]:
    """A message from somebody who means harm has at most 12 words, and a module has at most two.

    More would be a script. A quotation in a scenario, a card, a task or a slide (not of help words) counts where nobody is
    named as its speaker, or only "they", "he", "someone", and it does not sound like the child asking for help ("I ...",
    "Can I ...", "Stop"); a threat counts whoever speaks it. Where the rule takes a child's or a helper's words for a
    threat, write {voice=child} behind the part's id; {voice=harm} makes every quotation of the part count.
    """
    for number, (message, place) in enumerate(_messages(lesson).items(), 1):
        count = len(reading.words(message))
        if count > MOST_WORDS_OF_HARM:
            what = f'The message "{message}" has {count} words; {MOST_WORDS_OF_HARM} is the most for somebody who means harm.'
            yield place, what, f"Cut it to {MOST_WORDS_OF_HARM} words, or tell in your own words what they want."
        if number > MOST_MESSAGES_OF_HARM:
            what = f'"{message}" is message {number} from somebody who means harm; {MOST_MESSAGES_OF_HARM} is the most in a module.'
            fix = "Tell it in your own words, without quotation marks. If a child or a helper says it, write {voice=child}."
            yield place, what, fix


QUOTING = {"scenario", "card", "task", "story", "table", "ticks", "slide", "column"}


def _messages(lesson: Lesson) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for passage in of_pupils(passages(lesson)):
        help_words = passage.kind == "slide" and passage.owner and passage.owner.word == "words"
        if passage.spoken or passage.kind not in QUOTING or passage.voice in {"child", "helper"} or help_words:
            continue
        for quote in QUOTE.finditer(passage.text):
            if passage.voice == "harm" or _means_harm(passage.text, quote):
                found.setdefault(shown(quote[1]), passage.at(quote.start()))
    return found


def _means_harm(text: str, quote: re.Match[str]) -> bool:
    message = quote[1].strip()
    if len(reading.words(message)) < 3:
        return False
    who = AFTER.search(text[quote.end() :]) or BEFORE.search(re.split(r"[.!?•|]\s|\n\s*\n", text[: quote.start()])[-1])
    if THREATENS.search(message):
        return not re.match(r"I\b(?!'ll| will)", message)
    if who is None:
        return bool(ASKS_FOR_MORE.search(message))
    return bool(re.search(rf"(?:^|\s){SOMEBODY}$", who["who"], re.IGNORECASE)) and not OF_A_CHILD.search(message)
