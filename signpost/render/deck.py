"""The slides as one HTML file that needs nothing else: no network, no second file, no installed font.

The file is a plate, made once for all schools, with holes for what is one school's own: the first and the last slide, the foot of all
others, the looks of these, and letters that only they have.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from signpost.model import Deck
from signpost.render import fonts, html, stage
from signpost.render.stage import Scene


@dataclass(frozen=True, slots=True)
class Plate:
    """What every school's file of a deck has: its pieces and, between two of them, the name of what stands there.

    The letters and the classes of looks that it brings, a school need not bring again.
    """

    pieces: tuple[bytes, ...]
    letters: str
    looks: tuple[str, ...]
    fonts: bytes


def deck(page: Deck) -> bytes:
    """The slides with notes, overview and printing, for any browser and from a memory stick."""
    return imprint(plate(page), page)


def plate(page: Deck) -> Plate:
    """What the deck's file is for every school; CannotRead where slides have more than their layouts hold."""
    shown = stage.shared(page)
    scenes = {scene.slide.number: scene for scene in shown.scenes}
    pieces = html.holed(html.render(page, "deck.html", stage=shown, scenes=scenes))
    letters = fonts.letters("".join(pieces[::2]))
    return Plate(tuple(piece.encode() for piece in pieces), letters, tuple(sorted(shown.looks)), fonts.rules(letters).encode())


def imprint(made: Plate, page: Deck) -> bytes:
    """The file of one school from the plate of its deck."""
    own = stage.own(page, frozenset(made.looks))
    said = {
        "about": html.macro("parts/school.html", "about", page.frame),
        "foot": html.macro("parts/slide.html", "foot", own.foot, None),
        **{scene.slide.layout: _board(scene) for scene in own.scenes},
    }
    new = set(fonts.letters("".join(said.values()))) - set(made.letters)
    filling = {name: text.encode() for name, text in (said | {"css": own.css, "dark": own.dark}).items()}
    filling["fonts"] = fonts.rules("".join(sorted({*made.letters, *new}))).encode() if new else made.fonts
    return _filled(made.pieces, filling)


def _board(scene: Scene) -> str:
    return html.macro("parts/slide.html", "board", scene, False, False)


def _filled(pieces: tuple[bytes, ...], filling: Mapping[str, bytes]) -> bytes:
    return b"".join(filling[piece.decode()] if at % 2 else piece for at, piece in enumerate(pieces))
