"""How a module's text is built: sections under `## Kind: Title (minutes) {#id}`, parts as `!!! kind "title"`, prose between."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from signpost.data import nearest
from signpost.model import ADULT, DISCLOSURE, NEEDS_ID, PARTS, TIMED, UNTIMED, Part, Section
from signpost.problem import Place, Problem

HEADING = re.compile(
    r"^##[ \t]+(?P<kind>[^:{(]+?)[ \t]*(?::[ \t]+(?P<title>.*?))??"
    r"(?:[ \t]+\((?P<minutes>[^()]*?)[ \t]*min(?:ute)?s?\))?(?:[ \t]+\{(?P<attributes>[^}]*)\})?[ \t]*$"
)
MARKED = re.compile(
    r'^!!![ \t]+(?P<kind>[A-Za-z][\w-]*)(?P<words>(?:[ \t]+[\w-]+)*)(?:[ \t]+"(?P<title>[^"]*)")?'
    r"(?:[ \t]+\{(?P<attributes>[^}]*)\})?[ \t]*$"
)
ATTRIBUTE = re.compile(r'#(?P<id>[^\s"]+)|\.(?P<flag>[\w-]+)|(?P<key>[\w-]+)=(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+))')
ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
RAW_HTML = re.compile(r"</?[A-Za-z][^>]*>|<!--|<![A-Z]")
LONGEST_LINE = 5_000
Written = Iterable[tuple[Place, str]]


class Line(NamedTuple):
    """A line of a text: where somebody wrote it, its words from its part's own margin on, and which line of the whole text it is."""

    place: Place
    text: str
    at: int


def read_sections(written: Written, inside: str = "") -> tuple[tuple[Part, ...], tuple[Section, ...], tuple[Problem, ...]]:
    """The parts before the first heading, the sections, and every problem of their form.

    Lines may come from several files: a school's replacement stands among the library's lines and keeps its own places.
    Ids that nobody wrote in the parts before the first heading begin with `inside`.
    """
    reader = _Reader()
    preface: list[Line] = []
    sections: list[Section] = []
    bodies: list[tuple[Line, list[Line]]] = []
    for at, (place, whole) in enumerate(written):
        if len(whole) > LONGEST_LINE:
            reader.complain(place, "readable", f"This line has {len(whole):,} characters.", "Break it: lines end at 5,000.")
        line = Line(place, whole if len(whole) <= LONGEST_LINE else "", at)
        if line.text.startswith("## "):
            bodies.append((line, []))
        else:
            (bodies[-1][1] if bodies else preface).append(line)
    parts = reader.parts(preface, inside, 0)
    for heading, body in bodies:
        section = reader.section(heading, body)
        if section:
            sections.append(section)
    reader.ids_once(sections)
    return parts, tuple(sections), tuple(reader.problems)


def _span(lines: list[Line]) -> tuple[int, int]:
    """The first line and the one behind the last that says anything."""
    said = [line.at for line in lines if line.text.strip()]
    return said[0], said[-1] + 1


def _source(lines: list[Line]) -> str:
    first, end = _span(lines)
    return "\n".join(line.text for line in lines if first <= line.at < end)


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def complain(self, place: Place, rule: str, what: str, fix: str) -> None:
        self.problems.append(Problem(place, rule, what, fix))

    def section(self, heading: Line, body: list[Line]) -> Section | None:
        line, text, _ = heading
        match = HEADING.match(text)
        if not match:
            self.complain(
                line,
                "heading",
                f"This heading cannot be read: '{text}'.",
                "Write it like '## Activity: Turning points (12 minutes) {#turning-points}'.",
            )
            return None
        kind = match["kind"].strip().lower()
        if kind not in (*TIMED, *UNTIMED, *DISCLOSURE, *ADULT):
            fix = nearest(kind, [*TIMED, *UNTIMED])
            self.complain(
                line,
                "section-kind",
                f"'{match['kind']}' is not a kind of section.",
                f"{fix} Write it like '## Activity: Title (5 minutes) {{#id}}'.",
            )
            return None
        id, flags, options = self.attributes(line, match["attributes"] or "")
        if not id:
            self.complain(
                line,
                "section-id",
                f"The section '{text[3:].split('(')[0].strip()}' has no id.",
                "Add one at the end of the heading, like {#turning-points}.",
            )
        minutes = (match["minutes"] or "").strip()
        if minutes and not minutes.isdigit():
            self.complain(line, "minutes", f"'{minutes}' is not a number of minutes.", "Write it like '(12 minutes)'.")
            minutes = ""
        if kind in (*TIMED, "part") and not minutes:
            self.complain(
                line,
                "minutes",
                f"The section '{match['title'] or match['kind']}' does not say how long it takes.",
                "Add '(5 minutes)' to its heading.",
            )
        for flag in flags:
            if flag not in {"optional", "short"}:
                self.complain(line, "heading", f"'.{flag}' means nothing on a section.", nearest(flag, ["optional", "short"]))
        for key, value in options:
            if key == "talk" and not value.isdigit():
                self.complain(line, "minutes", f"'talk={value}' is not a number of minutes.", "Write it like talk=8.")
        return Section(
            kind=kind,
            title=(match["title"] or match["kind"]).strip(),
            id=id or kind.replace(" ", "-").strip("?"),
            minutes=int(minutes or 0),
            flags=flags,
            options=options,
            parts=self.parts(body, id or kind, 0),
            source=_source([heading, *body]),
            span=_span([heading, *body]),
            place=line,
        )

    def attributes(self, line: Place, text: str) -> tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]]:
        id, flags, options = "", [], []
        for match in ATTRIBUTE.finditer(text):
            if match["id"]:
                id = match["id"]
                if not ID.match(id):
                    self.complain(line, "id", f"'{id}' cannot be an id.", "Use small letters, digits and hyphens, like 'turning-points'.")
            elif match["flag"]:
                flags.append(match["flag"])
            else:
                options.append((match["key"], match["quoted"] if match["quoted"] is not None else match["bare"]))
        rest = ATTRIBUTE.sub("", text).strip()
        if rest:
            self.complain(
                line,
                "attributes",
                f"'{rest}' between the braces cannot be read.",
                "Write {#id}, {.optional} or {key=value}, with a space between them.",
            )
        return id, tuple(flags), tuple(options)

    def parts(self, lines: list[Line], inside: str, depth: int) -> tuple[Part, ...]:
        """The marked parts and the prose between them, in order; ids that nobody wrote count the kind."""
        found: list[Part] = []
        prose: list[Line] = []
        counts: dict[str, int] = {}
        at = 0
        while at < len(lines):
            head = lines[at]
            at += 1
            if not head.text.startswith("!!!"):
                prose.append(head)
                continue
            self.close_prose(prose, found, inside, depth)
            own, body = [head], []
            while at < len(lines) and (not lines[at].text.strip() or lines[at].text.startswith(("    ", "\t"))):
                own.append(lines[at])
                body.append(lines[at]._replace(text=re.sub(r"^(?: {4}|\t)", "", lines[at].text)))
                at += 1
            part = self.part(own, body, inside, counts, depth)
            if part:
                found.append(part)
        self.close_prose(prose, found, inside, depth)
        return tuple(found)

    def part(self, own: list[Line], body: list[Line], inside: str, counts: dict[str, int], depth: int) -> Part | None:
        line, text, _ = own[0]
        match = MARKED.match(text)
        if not match:
            self.complain(
                line,
                "part",
                f"This line cannot be read: '{text}'.",
                "Write it like '!!! say' or '!!! task \"Title\" {#id}', quotes straight and closed.",
            )
            return None
        kind = match["kind"].lower()
        if kind not in PARTS:
            self.complain(line, "part-kind", f"'{match['kind']}' is not a kind of part.", nearest(kind, PARTS))
            return None
        id, flags, options = self.attributes(line, match["attributes"] or "")
        if not id and kind in NEEDS_ID:
            self.complain(line, "part-id", f"This {kind} has no id.", "Add one at the end of the line, like {#noah}.")
        counts[kind] = counts.get(kind, 0) + 1
        name = id or f"{inside}-{kind}-{counts[kind]}"
        return Part(
            kind=kind,
            words=tuple(match["words"].split()),
            title=(match["title"] or "").strip(),
            id=name,
            options=options,
            flags=flags,
            parts=self.parts(body, name, depth + 1),
            source=_source(own),
            span=_span(own),
            depth=depth,
            place=line,
        )

    def close_prose(self, prose: list[Line], found: list[Part], inside: str, depth: int) -> None:
        while prose and not prose[0].text.strip():
            prose.pop(0)
        while prose and not prose[-1].text.strip():
            prose.pop()
        if not prose:
            return
        for line, text, _ in prose:
            if RAW_HTML.search(text):
                self.complain(
                    line,
                    "raw-html",
                    f"HTML does not belong in a lesson: '{text.strip()[:60]}'.",
                    "Write it in Markdown, or as a part ('!!! kind').",
                )
            if re.match(r"^#{1,6}\s", text):
                self.complain(
                    line,
                    "heading",
                    f"'{text.strip()}' is a heading inside a section.",
                    "Begin a section with '## Kind: Title', or make it a part.",
                )
            if re.search(r"(?<!!)\[[^\]]*\]\([^)]*\)|https?://|www\.\w", text):
                self.complain(
                    line, "link", "A web address stands in the text.", "Remove it: addresses come from the country's and the school's data."
                )
        number = sum(part.kind == "text" for part in found) + 1
        found.append(
            Part(
                kind="text",
                id=f"{inside}-text-{number}",
                text="\n".join(line.text for line in prose),
                source=_source(prose),
                span=_span(prose),
                depth=depth,
                place=prose[0].place,
            )
        )
        prose.clear()

    def ids_once(self, sections: Iterable[Section]) -> None:
        first: dict[str, Place] = {}
        for id, place in _ids(sections):
            if id in first:
                there = f"in line {first[id].line}" if first[id].path == place.path else f"in {first[id]}"
                self.complain(place, "duplicate-id", f"The id '{id}' is taken already, {there}.", f"Choose another, like '{id}-2'.")
            first.setdefault(id, place)


def _ids(sections: Iterable[Section]) -> Iterator[tuple[str, Place]]:
    for section in sections:
        yield section.id, section.place
        for part in section.all():
            if part.kind in NEEDS_ID and part.id:
                yield part.id, part.place
