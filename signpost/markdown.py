"""The one door to the Markdown parser: prose becomes clean HTML, plain text, or list items; raw HTML never passes."""

import html as entities
import re
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

import markdown
import nh3
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

TAGS = {"p", "strong", "em", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "img", "br"}
NBSP = "\u00a0"
ICON = re.compile(r"^\{(?P<icon>[a-z]+)\}\s*")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list: its icon (if it begins with '{icon}'), its HTML, and that HTML cut after a bold beginning."""

    icon: str
    html: str
    lead: str
    rest: str


class _Quiet(Extension):
    """Raw HTML is shown as the text it is, and cells lose the alignment that only a style could carry."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the name that Markdown calls
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.deregister("autolink")
        md.inlinePatterns.deregister("automail")
        md.inlinePatterns.deregister("link")
        md.inlinePatterns.deregister("reference")
        md.treeprocessors.register(_Tight(md), "tight", 0)


class _Tight(Treeprocessor):
    """A list item holds text, not paragraphs: screen readers are told of one item, not of three things."""

    def run(self, root: Element) -> None:
        for item in root.iter("li"):
            if len(item) and item[0].tag == "p" and not (item.text or "").strip():
                first = item[0]
                item.text = first.text
                children = list(first)
                item.remove(first)
                for at, child in enumerate(children):
                    item.insert(at, child)


def _parser() -> markdown.Markdown:
    return markdown.Markdown(extensions=["tables", "sane_lists", _Quiet()], output_format="html")


_shared: list[markdown.Markdown] = []


@lru_cache(maxsize=4096)
def html(text: str) -> str:
    """Prose as HTML blocks, typographically bound."""
    if not _shared:
        _shared.append(_parser())
    parser = _shared[0]
    parser.reset()
    made = parser.convert(_typography(text))
    clean: str = nh3.clean(
        made, tags=TAGS, attributes={"img": {"src", "alt"}, "ol": {"start"}}, url_schemes={"art"}, link_rel=None, strip_comments=True
    )
    return re.sub(r"(<(?:p|li|td|th)>)(.*?)(</(?:p|li|td|th)>)", lambda m: m[1] + _bind(m[2]) + m[3], clean, flags=re.DOTALL)


@lru_cache(maxsize=4096)
def inline(text: str) -> str:
    """One line of prose as HTML without its paragraph."""
    return re.sub(r"^<p>|</p>$", "", html(text.strip()).strip())


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Prose as plain text: one line a paragraph, item or cell; descriptions of pictures are left out."""
    made = re.sub(r"<img[^>]*>", "", html(text))
    made = re.sub(r"</(?:p|li|tr|th|td)>|<br ?/?>", "\n", made)
    made = entities.unescape(re.sub(r"<[^>]+>", "", made)).replace(NBSP, " ")
    lines = (re.sub(r"^\{[a-z]+\}\s*", "", re.sub(r"[ \t]+", " ", line).strip()) for line in made.split("\n"))
    return "\n".join(line for line in lines if line)


def unmarked(text: str) -> str:
    """A text as it was written, on one line, without headings' and parts' marks: for a reader who asks what it said."""
    text = without_pictures(text)
    bare = re.sub(r"^(\s*)(?:!!! *\w+[^\"\n{]*|##+ )", r"\1", text, flags=re.MULTILINE)
    bare = re.sub(r"\s*\{[^}\n]*\}\s*$", ".", bare, flags=re.MULTILINE)
    return " ".join(re.sub(r"[*_\"]|^\s*[-\d]+\.?\s", "", bare, flags=re.MULTILINE).split())


def items(text: str) -> tuple[Item, ...]:
    """The items of the lists in a piece of prose."""
    found = []
    for body in re.findall(r"<li>(.*?)</li>", html(text), flags=re.DOTALL):
        icon = ICON.match(body.strip())
        rest = ICON.sub("", body.strip()).strip()
        bold = re.match(r"<strong>(.*?)</strong>\s*(.*)$", rest, flags=re.DOTALL)
        found.append(Item(icon["icon"] if icon else "", rest, bold[1] if bold else "", bold[2] if bold else rest))
    return tuple(found)


def before_and_after_list(text: str) -> tuple[str, str]:
    """The prose before the first list, and the prose after the last."""
    blocks = re.split(r"\n\s*\n", text)
    lists = [at for at, block in enumerate(blocks) if re.match(r"\s*(?:[-*]|\d+\.)\s", block)]
    if not lists:
        return text, ""
    return "\n\n".join(blocks[: lists[0]]), "\n\n".join(blocks[lists[-1] + 1 :])


def table(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The head cells and the rows of the first table, as HTML."""
    made = html(text)
    head = tuple(re.findall(r"<th>(.*?)</th>", made, flags=re.DOTALL))
    rows = tuple(tuple(re.findall(r"<td>(.*?)</td>", row, flags=re.DOTALL)) for row in re.findall(r"<tr>(.*?)</tr>", made, flags=re.DOTALL))
    return head, tuple(row for row in rows if row)


def pictures(text: str) -> tuple[tuple[str, str], ...]:
    """(name, description) of each picture in a piece of prose."""
    return tuple((name, alt) for alt, name in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", text))


def without_pictures(text: str) -> str:
    """The prose with its pictures taken out."""
    return re.sub(r"!\[[^\]]*\]\([^)\s]+\)", "", text).strip()


def _typography(text: str) -> str:
    text = re.sub(r"(?<=\d) ?- ?(?=\d)", "–", text)
    return re.sub(r"\b(\d+) (minutes?|min|pupils?|cards?)\b", rf"\1{NBSP}\2", text)


def _bind(body: str) -> str:
    """Keep a short last word from standing alone: the last two words of a text run stay together."""
    head, space, tail = body.rpartition(" ")
    if not space or "<" in tail or ">" in tail or head.endswith(">") or len(tail) > 9 or len(body) < 24:
        return body
    return f"{head}{NBSP}{tail}"


def bind(text: str) -> str:
    """A heading whose last two words stay together, three if the last but one is a short one."""
    words = text.split(" ")
    if len(words) < 3:
        return text
    keep = 3 if len(words[-2]) < 3 and len(words) > 3 else 2
    return " ".join(words[:-keep]) + " " + NBSP.join(words[-keep:])
