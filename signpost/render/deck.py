"""The slides as one HTML file that needs nothing else: no network, no second file, no installed font."""

from signpost.model import Deck
from signpost.render import fonts, html


def deck(page: Deck) -> str:
    """The slides with notes, overview and printing, for any browser and from a memory stick."""
    return fonts.whole(html.render(page, "deck.html"))
