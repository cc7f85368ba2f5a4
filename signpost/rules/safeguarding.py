"""What protects pupils: no blame, no fear, no how-to, nothing about their own lives; and help after every threat."""

import re
from collections.abc import Iterator

from signpost import reading
from signpost.model import RELATIONS, Lesson, Part, Section
from signpost.problem import Place
from signpost.rules.kinds import Found
from signpost.rules.passages import Passage, clean, of_pupils, of_section, passages, pattern, said, shown

# --- tone -----------------------------------------------------------------------------------------------------


def no_blame(lesson: Lesson) -> Iterator[Found]:
    """No words put the blame on a child, or make the child the one who acts.

    Responsibility sits with the person who harms. "She should have known" and "he got himself into this" teach pupils that
    prevention was their job, and keep those who were harmed from telling.
    """
    return said(passages(lesson), lesson.words.blame, lesson.tier.id, '"{said}" puts the blame on the child{why}.')


NOT_YOUR_FAULT = re.compile(r"(?:is|was|'s) (?:not|never) (?:your|their|his|her|[A-Z][a-z]+'s) fault|fault is not (?:yours|theirs)|not your fault", re.IGNORECASE)


def not_your_fault(lesson: Lesson) -> Iterator[Found]:
    """Pupils read or hear that it is not their fault.

    Said in so many words, in every module: most children who were harmed believe that they caused it.
    """
    if not any(NOT_YOUR_FAULT.search(passage.text) for passage in of_pupils(passages(lesson))):
        yield lesson.place, "Nowhere do pupils read or hear that it is not their fault.", 'Write "It is not your fault." on a slide or in a say.'


NOT_IN_TROUBLE = re.compile(r"(?:will|would|are|is) (?:not|never) (?:be |get )?in(?:to)? trouble|won't (?:be|get) in(?:to)? trouble", re.IGNORECASE)


def not_in_trouble(lesson: Lesson) -> Iterator[Found]:
    """From 9 on, pupils read or hear that nobody is in trouble for asking for help.

    Fear of trouble, and of losing the phone, is what most often stops pupils from telling.
    """
    if lesson.tier.number >= 3 and not any(NOT_IN_TROUBLE.search(passage.text) for passage in of_pupils(passages(lesson))):
        fix = 'Write "You will not be in trouble for asking for help." on a slide or in a say.'
        yield lesson.place, "Nowhere do pupils read or hear that they will not be in trouble for asking for help.", fix


def no_alarm(lesson: Lesson) -> Iterator[Found]:
    """No words are there to frighten.

    Fear makes pupils look away, and makes those it has happened to feel that nothing can be done.
    """
    return said(passages(lesson), lesson.words.alarm, lesson.tier.id, '"{said}" frightens, and does not help.', refusable=False)


THREAT = re.compile(
    r"\b(?:threat\w*|blackmail\w*|sextort\w*|demands?|demanded|or else|secrets?|secrecy|unless|shame|scare[sd]?|scary|"
    r"(?:share|spread|post|send) (?:it|a picture|the picture|lies|pictures)(?: of \w+)? (?:to|with) (?:every|all)\w*|tell everyone)\b",
    re.IGNORECASE,
)
HELP = re.compile(
    r"\b(?:help(?:s|ed|ing|ful|ers?|lines?)?|adults?|grown-ups?|trusted|report(?:s|ed|ing)?|safe steps?|listen(?:s|ing)?|(?:not|never) \S+ fault|"
    r"(?:can|could|may|and|or|to|then) (?:stop|tell|ask|talk|put)|say no|who could|talk to|stop (?:here|replying)|not alone|"
    r"tell(?:s|ing)? (?:someone|somebody|a|an|one|the next)|too late to tell)\b",
    re.IGNORECASE,
)


def help_follows(lesson: Lesson) -> Iterator[Found]:
    """Where pupils meet a threat or a secret, the same slide or page, or the next, says what helps.

    A part counts as risk where a slide, a scenario, a card or a task speaks of a threat, a demand, blackmail, shame or a
    secret. For a slide, help must stand on it, on the next slide, or in what is said with the two. For a scenario, a card or
    a task, it must stand in the same section: the pages they are printed on carry the help strip besides.
    """
    taught = [(section, part) for section in lesson.timed() for part in section.parts]
    for at, (section, part) in enumerate(taught):
        if part.kind not in {"slide", "scenario", "card", "task"}:
            continue
        own = list(_heard(part, section))
        risk = next(((passage, found) for passage in own if (found := THREAT.search(passage.text))), None)
        if risk is None:
            continue
        reach = _until_after_next_slide(taught[at:]) if part.kind == "slide" else [(section, one) for one in section.parts]
        if not any(HELP.search(passage.text) for inside, one in reach for passage in _heard(one, inside)):
            passage, found = risk
            what = f'The {part.kind} "{part.title}" speaks of "{shown(found[0]).lower()}", and nothing after it says what helps.'
            yield passage.at(found.start()), what, 'Say what helps right there, like "Stop here and tell someone. It is never too late."'


def _heard(part: Part, section: Section) -> Iterator[Passage]:
    """What pupils read or hear in one part."""
    return of_pupils(of_section(Section(kind=section.kind, title="", id="", parts=(part,))))


def _until_after_next_slide(parts: list[tuple[Section, Part]]) -> list[tuple[Section, Part]]:
    slides = [at for at, (_, part) in enumerate(parts) if part.kind == "slide"]
    return parts[: slides[2]] if len(slides) > 2 else parts


def no_promises(lesson: Lesson) -> Iterator[Found]:
    """Nothing is promised that nobody can keep, and no hope is taken away.

    "They will be caught" may not come true, and "it never goes away" is not so: images can be reported, and removed from
    many places.
    """
    return said(passages(lesson), lesson.words.promises, lesson.tier.id, '"{said}" says what nobody can promise{why}.')


# --- content --------------------------------------------------------------------------------------------------


def no_graphic_detail(lesson: Lesson) -> Iterator[Found]:
    """Nothing describes an image, a sexual act, a death or an injury.

    Lessons name what happens in plain words. Detail can bring back what somebody in the room went through.
    """
    return said(passages(lesson), lesson.words.graphic, lesson.tier.id, '"{said}" shows too much{why}.', refusable=False)


def no_how_to(lesson: Lesson) -> Iterator[Found]:
    """Nothing tells anyone how to offend.

    Warning signs are told as the young person meets them: no methods, no lines that work, no places that are easy, no ways to
    hide or to be paid.
    """
    return said(passages(lesson), lesson.words.how_to, lesson.tier.id, '"{said}" could tell somebody how to do harm{why}.')


MOST_WORDS_OF_HARM = 12
MOST_MESSAGES_OF_HARM = 2
QUOTE = re.compile(r"\"([^\"]{4,})\"")
SPEAKS = r"(?:says?|said|writes?|wrote|types?|typed|asks?|asked|texts?|texted|messages|messaged|replies|replied|answers|answered|whispers?|adds?)"
SOMEBODY = r"(?:they|he|she|someone|somebody|messages?|a (?:message|stranger|player)|(?:the|another) (?:person|player|stranger|message|account|other))"
BEFORE = re.compile(rf"(?P<who>[A-Za-z']+(?: [a-z']+){{0,3}}?) {SPEAKS}\b[^\".!?]{{0,30}}[,:]?\s*$", re.IGNORECASE)
AFTER = re.compile(rf"^[,.]?\s*(?P<who>[A-Za-z']+(?: [a-z']+){{0,2}}?) {SPEAKS}\b", re.IGNORECASE)
THREATENS = re.compile(
    r"\bor (?:else|I|you|they|we|everyone)\b|\bunless\b|\bif you (?:do not|don't|won't|really|ever|loved?|liked?|trust\w*|tell|say|block|leave|stop|cared?)\b|"
    r"\byou owe\b|\bour (?:little )?secret\b|\bjust (?:between )?us\b|\b(?:do not|don't|never) tell\b|\btell (?:no ?one|nobody)\b|\bprove it\b|\blast chance\b|"
    r"\bnobody (?:needs|has|will)\b|\bI(?:'ll| will) (?:tell|share|post|show|send|leak)\b|\byou(?:'re| are) next\b",
    re.IGNORECASE,
)
ASKS_FOR_MORE = re.compile(r"\b(?:send|show) (?:me|it|one|another|more)\b|\bpay (?:me|us|now|up)\b|\bpass it on\b", re.IGNORECASE)
OF_A_CHILD = re.compile(
    r"^(?:I\b(?!'ll| will)|we\b|no\b|stop\b|thank|can (?:I|we) |can you help|could |are you |please (?:listen|stop|help|take)|it (?:is|was) not your fault|let's|help\b)",
    re.IGNORECASE,
)


def harmful_messages(lesson: Lesson) -> Iterator[Found]:
    """A message from somebody who means harm has at most 12 words, and a module has at most two.

    More would be a script. A quotation in a scenario, a card, a task or a slide (not of help words) counts where nobody is
    named as its speaker, or only "they", "he", "someone", and it does not sound like the child asking for help ("I ...",
    "Can I ...", "Stop"); a threat counts whoever speaks it. Where the rule takes a child's or a helper's words for a
    threat, write {voice=child} behind the part's id; {voice=harm} makes every quotation of the part count.
    """
    messages: dict[str, Place] = {}
    for passage in of_pupils(passages(lesson)):
        if passage.spoken or passage.kind not in {"scenario", "card", "task", "story", "table", "ticks", "slide", "column"}:
            continue
        if passage.voice in {"child", "helper"} or (passage.kind == "slide" and passage.owner and passage.owner.word == "words"):
            continue
        for quote in QUOTE.finditer(passage.text):
            if passage.voice == "harm" or _means_harm(passage.text, quote):
                messages.setdefault(shown(quote[1]), passage.at(quote.start()))
    for number, (message, place) in enumerate(messages.items(), 1):
        count = len(reading.words(message))
        if count > MOST_WORDS_OF_HARM:
            fix = f"Cut it to {MOST_WORDS_OF_HARM} words, or tell in your own words what they want."
            yield place, f'The message "{message}" has {count} words; {MOST_WORDS_OF_HARM} is the most for somebody who means harm.', fix
        if number > MOST_MESSAGES_OF_HARM:
            what = f'"{message}" is message {number} from somebody who means harm; {MOST_MESSAGES_OF_HARM} is the most in a module.'
            yield place, what, "Tell it in your own words, without quotation marks. If a child or a helper says it, write {voice=child} behind the part's id."


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


REAL_CASE = re.compile(
    r"\b(?:true stor(?:y|ies)|real (?:case|story|stories|cases|victim|victims|girl called|boy called)|based on (?:a )?(?:true|real)|(?:in|on|from) the (?:news|newspapers?|headlines)|"
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
                    yield passage.at(found.start()), f'"{shown(found[0])}" points to a real case.', "Make up a story, and do not say that it is true."


def no_own_experience(lesson: Lesson) -> Iterator[Found]:
    """No pupil is asked for their own experience, account, searches or photos.

    Distance keeps a lesson safe: pupils speak about people in stories. Nobody has to tell, and nobody has to lie.
    """
    return said(passages(lesson), lesson.words.own_experience, lesson.tier.id, '"{said}" asks pupils about their own lives{why}.')


STEPS_OUT = re.compile(r"step(?:s|ping)? out|leave(?:s)? (?:for|the room|, or)|may leave|quiet (?:place|corner|room)|another task|something else to do", re.IGNORECASE)
SOMEBODY_HERE = re.compile(r"(?:in (?:this|the|your) (?:room|class|group)|survivor|may have been|carrying|been through)", re.IGNORECASE)
OF_PUPILS = ("slide", "scenario", "card", "task", "item", "key", "say", "ask", "stop", "tell", "include", "law", "starter")


def content_note(lesson: Lesson) -> Iterator[Found]:
    """There is a content note for staff: who may be affected, what may be hard, and who may step out; no pupil sees it.

    In every class somebody may be living with what the lesson is about. The teacher must be ready before it begins.
    """
    note = next(iter(lesson.of_kind("content note")), None)
    if note is None or not note.prose.strip():
        yield (note.place if note else lesson.place), "There is no content note for staff.", 'Add "## Content note: Before you teach this {#content-note}" and what staff must know.'
        return
    if not SOMEBODY_HERE.search(note.prose):
        yield note.place, "The content note does not say that somebody in the room may be affected.", 'Write "Somebody in the room may have been harmed in this way."'
    if not STEPS_OUT.search(note.prose):
        yield note.place, "The content note does not say who may step out, and what they can do instead.", 'Write "A pupil may leave for the agreed room without giving a reason, or do another task."'
    for part in note.parts:
        if part.kind in OF_PUPILS:
            yield part.place, f"The content note holds a {part.kind}, which pupils would see or hear.", f"Move the {part.kind} into a section that is taught."


def supervision(lesson: Lesson) -> Iterator[Found]:
    """A lesson on images or on blackmail is taught with a second adult recommended or required.

    How closely a lesson is watched over is data: `supervision` in the front matter.
    """
    if (lesson.topic.image or lesson.topic.extortion) and lesson.front.supervision == "suggested":
        what = f'"supervision: suggested" is too little for a lesson on {lesson.topic.name.lower()}.'
        yield lesson.front.at("supervision"), what, "Write supervision: recommended."


# --- stories --------------------------------------------------------------------------------------------------

ADDRESSED = re.compile(r"\b(?:you|your|yours|yourself|yourselves|I|me|my|mine|we|us|our|ours)\b")
NO_NAME = {
    "a", "an", "the", "he", "she", "they", "it", "one", "two", "three", "some", "somebody", "someone", "every", "everyone", "everybody", "now", "then",
    "his", "her", "their", "at", "in", "on", "after", "before", "when", "but", "and", "there", "this", "that", "last", "next", "nobody", "online", "for",
}


def third_person(lesson: Lesson) -> Iterator[Found]:
    """A scenario is about somebody with an ordinary name, told in the third person, and says how the other is related.

    "You" would put the pupil into the story. The relationship (stranger, known, peer, partner, family or group) is written
    behind the word scenario.
    """
    for part in lesson.parts("scenario"):
        if part.word not in RELATIONS:
            told = f'"{part.word}" is not a relationship' if part.word else "no relationship is written"
            yield part.place, f'In the scenario "{part.title}" {told}.', f'Write one of {", ".join(RELATIONS)}, like !!! scenario known "{part.title}".'
        texts = [Passage(text=clean(text.text), place=text.place) for text in part.some("text")]
        for text in texts:
            found = next((one for one in ADDRESSED.finditer(text.text) if not text.quoted(one.start())), None)
            if found:
                yield text.at(found.start()), f'The scenario "{part.title}" says "{found[0]}", as if it were about the pupil.', "Tell it about a person with a name."
        named = (word for text in texts for word in re.findall(r"\b[A-ZÀ-Þ][\w'-]+", f"{clean(part.title)} {text.text}") if word.lower() not in NO_NAME)
        if texts and not next(named, None):
            yield part.place, f'Nobody in the scenario "{part.title}" has a name.', "Give the person an ordinary first name, one that no pupil of the class has."


def not_strangers_only(lesson: Lesson) -> Iterator[Found]:
    """At least one scenario is about somebody the child knows.

    Most harm comes from people children know: a peer, a partner, a relative, an adult they like.
    """
    scenarios = lesson.parts("scenario")
    if not scenarios:
        yield lesson.place, "There is no scenario.", 'Add one, like !!! scenario known "Mina after swim club" {#mina}.'
    elif not any(part.word in {"known", "peer", "partner"} for part in scenarios):
        words = ", ".join(sorted({part.word for part in scenarios}))
        yield scenarios[0].place, f"Every scenario is about one relationship: {words}.", "Make one of them about somebody known, a peer or a partner: !!! scenario known."


PASSES_ON = re.compile(r"\b(?:pass(?:es|ed|ing)? (?:it|one|them|this|that|on|pictures?|the picture)(?: \w+)? ?(?:on)?|forward(?:s|ed|ing)?|spread(?:s|ing)?|shar(?:es|ed|ing) (?:it|one|them) (?:on|further|with))\b", re.IGNORECASE)


def passing_on(lesson: Lesson) -> Iterator[Found]:
    """From 11 on, a lesson on images has an activity on not passing them on.

    "Do not spread them" belongs to the lesson at least as much as "do not send". The activity is known by a task, a scenario
    or a card that speaks of passing on, or by {bystander=yes} in the heading of its section.
    """
    if lesson.tier.number < 4 or not lesson.topic.image:
        return
    for section in lesson.timed():
        works = [part for part in section.parts if part.kind in {"task", "scenario", "card"}]
        if section.option("bystander") == "yes" or any(PASSES_ON.search(passage.text) for part in works for passage in _heard(part, section)):
            return
    yield lesson.place, "No activity is about passing pictures on.", "Add one about somebody who sees a picture and does not pass it on, and write {bystander=yes} in its heading."


STEPS_IN_ORDER = (
    ("stop replying", re.compile(r"stop (?:replying|answering|writing)|(?:don't|do not) (?:reply|answer)", re.IGNORECASE)),
    ("don't pay", re.compile(r"(?:don't|do not|never) pay", re.IGNORECASE)),
    ("don't send more", re.compile(r"(?:don't|do not|never) send", re.IGNORECASE)),
    ("keep the evidence", re.compile(r"keep (?:the |any )?(?:evidence|messages|proof)", re.IGNORECASE)),
    ("tell an adult", re.compile(r"tell (?:\w+ ){1,3}(?:adult|you trust)", re.IGNORECASE)),
    ("report it", re.compile(r"\breport", re.IGNORECASE)),
)
SAFE_STEPS = Place("content/shared/safe-steps.md", 1)


def safe_steps(lesson: Lesson) -> Iterator[Found]:
    """From 11 on, a lesson on blackmail gives pupils the safe steps, in their order, on a slide and on paper.

    The order matters: stop replying, don't pay, don't send more, keep the evidence, tell an adult, report it.
    """
    if lesson.tier.number < 4 or not lesson.topic.extortion:
        return
    steps = [clean(html) for _, html in lesson.safe_steps]
    at = 0
    for name, written in STEPS_IN_ORDER:
        found = next((number for number, step in enumerate(steps[at:], at) if written.search(step)), None)
        if found is None:
            yield SAFE_STEPS, f'The safe steps do not say "{name}" at its place.', f"Put the steps in this order: {', '.join(step for step, _ in STEPS_IN_ORDER)}."
            break
        at = found + 1
    if not any(part.word == "steps" for part in lesson.parts("slide")):
        yield lesson.place, "No slide shows the safe steps.", 'Add !!! slide steps "Six safe steps" {#slide-steps}.'
    if not any(part.kind == "steps" for task in lesson.parts("task") for part in task.all()):
        yield lesson.place, "No worksheet task prints the safe steps.", "Add !!! steps inside a task."


DELETES = re.compile(r"\b(?:delet(?:e|es|ing)|eras(?:e|es|ing)|wip(?:e|es|ing)) (?:everything|all|it all|(?:the|your|all the|any|those) (?:messages|chats?|chat|conversation|evidence|account|pictures?))\b", re.IGNORECASE)


def keep_the_evidence(lesson: Lesson) -> Iterator[Found]:
    """Nobody is told to delete what could show what happened.

    Messages and names are what adults and the police need. "Delete everything" ends the chance of help.
    """
    for passage in passages(lesson):
        for found in DELETES.finditer(passage.text):
            if not passage.negated(found.start()) and not passage.expects_no and not (passage.reader != "pupil" and passage.quoted(found.start())):
                yield passage.at(found.start()), f'"{shown(found[0])}" would lose the evidence.', 'Write "Keep the evidence."'


RECOVERY = (
    ("that pictures can be reported or removed, or that adults can put things right", re.compile(r"report|remov|taken? down|put (?:it |things )?right|adults? (?:can|could) help", re.IGNORECASE), 'Write "Pictures can be reported, and removed from many places."'),
    ("that feelings pass", re.compile(r"feel(?:s|ings?)?\b[^.]*\b(?:pass|better|lighter|change)|heal|recover|get(?:s)? (?:better|lighter|easier)|felt (?:better|lighter)", re.IGNORECASE), 'Write "Feelings pass, and people recover."'),
    ("that somebody who has hurt others can get help too", re.compile(r"(?:hurt|pushed|harmed|upset|treated|did|done|passed)[^.]{0,60}\b(?:somebody|someone|others?|another|something|it|on)\b[^.]*\.?[^.]*\bhelp|own behaviour", re.IGNORECASE), 'Write "Someone who has hurt another person can get help too."'),
)


def recovery(lesson: Lesson) -> Iterator[Found]:
    """From 9 on, the lesson on getting help says that things can be put right, that feelings pass, and that those who hurt others can get help.

    A lesson that ends with the report leaves out what pupils most need to know: that it gets better.
    """
    if lesson.topic.id != "getting-help" or lesson.tier.number < 3:
        return
    heard = "\n\n".join(passage.text for passage in of_pupils(passages(lesson)))
    for what, written, fix in RECOVERY:
        if not written.search(heard):
            yield lesson.place, f"Pupils do not read or hear {what}.", fix


DISCLOSURE_SAYS = (
    ("to listen", re.compile(r"\blisten", re.IGNORECASE), "Listen. Let them use their own words."),
    ("not to promise secrecy", re.compile(r"(?:not|never|n't) promise", re.IGNORECASE), "Do not promise to keep it secret."),
    ("not to look at, copy or forward a picture", re.compile(r"(?:not|never|n't)[^.]*\b(?:look|view)[^.]*\b(?:copy|forward|share)", re.IGNORECASE), "Do not look at, copy or forward a picture."),
    ("to write down the pupil's words", re.compile(r"writ(?:e|ing)[^.]*(?:down|words)", re.IGNORECASE), "Write down their words, the time and the place."),
    ("to go to the safeguarding lead the same day", re.compile(r"safeguarding lead[^.]*(?:today|same day|at once)|(?:today|same day|at once)[^.]*safeguarding lead", re.IGNORECASE), "Go to the safeguarding lead today."),
    ("what to say", re.compile(r"not your fault", re.IGNORECASE), "Thank you for telling me. It is not your fault."),
)


def disclosure(lesson: Lesson) -> Iterator[Found]:
    """The disclosure guide says everything a member of staff needs when a pupil tells.

    Listen; do not promise secrecy; do not look at, copy or forward an image; write down their words; tell the safeguarding
    lead today; and the words to say.
    """
    told = "\n".join(passage.text for section in lesson.disclosure.sections for passage in of_section(section))
    for what, written, fix in DISCLOSURE_SAYS:
        if not written.search(told):
            yield lesson.disclosure.place, f"The disclosure guide does not say {what}.", f'Write "{fix}"'
