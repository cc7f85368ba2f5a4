"""The one door to Jinja: a page and the template of its name become HTML; content is never a template."""

import base64
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from signpost import markdown
from signpost.model import Deck, Frame, Guide, Page, Picture
from signpost.problem import CannotRead, Place, Problem
from signpost.render import draw, stage
from signpost.render.qr import qr

NBSP = "\u00a0"
HOLE = re.compile(r"<!--hole ([a-z]+)-->")  # in a text, '<' is written otherwise
OWN = "the school’s templates/"


@cache
def environment(own: tuple[tuple[str, str], ...] = ()) -> jinja2.Environment:
    """Strict: a name that a page does not hold is a mistake of the template, found at once.

    A school's own templates (`own`) lie over ours and may extend them as "signpost/letter.html"; they run in a sandbox.
    """
    ours = jinja2.FileSystemLoader(draw.TEMPLATES)
    theirs = dict(own)
    own_loader = jinja2.FunctionLoader(lambda name: (theirs[name], f"{OWN}{name}", None) if name in theirs else None)
    kind = SandboxedEnvironment if own else jinja2.Environment
    env = kind(
        loader=jinja2.ChoiceLoader([own_loader, jinja2.PrefixLoader({"signpost": ours}), ours]) if own else ours,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        md=lambda text: Markup(markdown.html(text)),
        line=lambda text: Markup(markdown.inline(text)),
        plain=markdown.plain,
        unmarked=markdown.unmarked,
        safe_line=Markup,
        items=lambda text: tuple(_Item(item) for item in markdown.items(text)),
        table=_marked_table,
        around=lambda text: tuple(Markup(markdown.html(half)) if half.strip() else "" for half in markdown.before_and_after_list(text)),
        bind=markdown.bind,
        capital=lambda text: text[:1].upper() + text[1:],
        nowrap=lambda text: text.replace(" ", NBSP),
        uri=draw.uri,
    )
    env.globals.update(
        plate=lambda *sizes, **how: Markup(draw.background(draw.plate(*sizes, **how)).replace('"', "&quot;")),
        mini_plates=lambda number, ink="#FFFFFF": Markup(draw.background(draw.mini_plates(number, ink)).replace('"', "&quot;")),
        art=lambda name, tier, mono=False: draw.uri(draw.art(name.removeprefix("art:"), tier, mono)),
        art_svg=lambda name, tier, mono=False: Markup(draw.art(name.removeprefix("art:"), tier, mono)),
        icon_uri=lambda name, ink="#000000": draw.uri(draw.icon(name, ink)),
        qr_uri=lambda address: draw.uri(qr(address)),
        colour=draw.colour,
        staged=stage.staged,
        hole=lambda name: Markup(f"<!--hole {name}-->"),
        SUN=draw.SUN,
        place=lambda part: str(part.place),
        letters="ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    )
    return env


class _Item:
    """A list item whose HTML needs no escaping any more."""

    def __init__(self, item: markdown.Item) -> None:
        self.icon = item.icon
        self.html, self.lead, self.rest = Markup(item.html), Markup(item.lead), Markup(item.rest)


def _marked_table(text: str) -> tuple[tuple[Markup, ...], tuple[tuple[Markup, ...], ...]]:
    head, rows = markdown.table(text)
    return tuple(Markup(cell) for cell in head), tuple(tuple(Markup(cell) for cell in row) for row in rows)


def render(page: Any, template: str, **more: Any) -> str:
    """A page as HTML by the template of this name; CannotRead where the template asks for what the page does not hold."""
    made = _told(template, lambda: environment(_own(page)).get_template(template).render(page=page, t=_say(page), **more))
    return _pictured(made, page) if isinstance(page, Page) else made


def filled(template: str, **values: Any) -> str:
    """A template that shows no page, as HTML."""
    return _told(template, lambda: environment().get_template(template).render(**values))


MOST_FILLERS = 32
_fillers: dict[tuple[object, ...], tuple[Frame, Callable[[str, str], str]]] = {}


def filler(page: Page) -> Callable[[str, str], str]:
    """What this page says in a slot, by the slot's name and its argument, as HTML.

    It follows from imprint, code, tier and phrases alone, so a school's pages for the same readers share it; the frame that is kept
    with it keeps these four, so that no other takes their identity.
    """
    frame = page.frame
    key = (id(frame.imprint), frame.routes_code, id(frame.tier), id(frame.phrases))
    if key not in _fillers:
        while len(_fillers) >= MOST_FILLERS:
            _fillers.pop(next(iter(_fillers)))
        module = environment().get_template("parts/slots.html").make_module({"page": page, "t": _say(page)})
        fill = cache(lambda name, arg: _told("parts/slots.html", lambda: str(module.fill(name, arg))))  # type: ignore[attr-defined]
        _fillers[key] = frame, fill
    return _fillers[key][1]


def _say(page: Any) -> Callable[..., str]:
    phrases: dict[str, str] = dict(page.frame.phrases if isinstance(page, Page) else page.phrases)

    def say(key: str, **names: str | int) -> str:
        return phrases[key].format(**names) if names else phrases[key]

    return say


def _told(template: str, make: Callable[[], str]) -> str:
    try:
        return make()
    except SecurityError as error:
        raise CannotRead(_problem(template, error, f"it asks for what a template may not have ({error})")) from error
    except jinja2.TemplateError as error:
        raise CannotRead(_problem(template, error, str(error))) from error
    except (MemoryError, RecursionError, OverflowError) as error:
        raise CannotRead(_problem(template, error, "it asks for more than this computer has")) from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise CannotRead(_problem(template, error, f"{type(error).__name__}: {error}")) from error


def macro(template: str, name: str, *given: Any) -> str:
    """What a macro of one of our templates makes of what it is given."""
    return str(getattr(environment().get_template(template).module, name)(*given))


def holed(text: str) -> tuple[str, ...]:
    """The pieces of a page around its holes and, between two of them, the name of the hole."""
    return tuple(HOLE.split(text))


def _own(page: Any) -> tuple[tuple[str, str], ...]:
    """The school's templates, of which slides and decks have none."""
    if not isinstance(page, Page) or isinstance(page, Deck | Guide):
        return ()
    return tuple((name, text) for name, text in page.frame.templates if name.endswith(".html"))


def _problem(template: str, error: BaseException, what: str) -> Problem:
    line = getattr(error, "lineno", None) or 1
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(".html"):
            named = trace.tb_frame.f_code.co_filename
            template, line = named if named.startswith(OWN) else Path(named).name, trace.tb_lineno
        trace = trace.tb_next
    place = template if template.startswith(OWN) else f"templates/{template}"
    return Problem(Place(place, line), "template", f"The template cannot be filled: {what}.", "Correct the template.")


def _pictured(made: str, page: Page) -> str:
    """Pictures in prose become drawings in the page's own colours, inside the file."""
    frame = page.frame

    def drawn(match: re.Match[str]) -> str:
        name = match["name"]
        if name.startswith("art:"):
            return f'src="{draw.uri(draw.art(name.removeprefix("art:"), frame.tier.id, frame.variant == "lowink"))}"'
        return f'src="{_data_uri(next(one for one in frame.pictures if one.name == name.removeprefix("pictures/")))}"'

    return re.sub(r'src="(?P<name>art:[a-z0-9-]+|pictures/[^"]+)"', drawn, made)


def _data_uri(picture: Picture) -> str:
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}"
