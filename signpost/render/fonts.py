"""Where our fonts lie, one weight of a variable font, and fonts small enough for an HTML file: cut by HarfBuzz, packed by fontTools."""

import base64
import html
import io
import re
from functools import cache, lru_cache
from pathlib import Path

import fontpkg_atkinson_hyperlegible
import fontpkg_lexend
import uharfbuzz as hb
from fontTools.ttLib import TTFont

MARKER = "/*fonts*/"
# Every page has these, used or not: two pages that differ in a letter share the same small font, made once a process.
COMMON = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100)))) | frozenset("–—‘’“”…•·×−→←✓")
UNCOMMON = re.compile("[^\\x00-\\xff]")


@cache
def files() -> dict[tuple[str, str], Path]:
    """The files of our fonts by family and weight; no weight for a variable font."""
    atkinson = fontpkg_atkinson_hyperlegible.ROOT / "files"
    return {
        ("Lexend", ""): fontpkg_lexend.ROOT / "files" / "Lexend[wght].ttf",
        ("Atkinson Hyperlegible", "400"): atkinson / "AtkinsonHyperlegible-Regular.ttf",
        ("Atkinson Hyperlegible", "700"): atkinson / "AtkinsonHyperlegible-Bold.ttf",
    }


@cache
def static(path: Path, weight: str) -> bytes:
    """One weight of a variable font as a font of its own."""
    face = hb.Face(path.read_bytes())
    asked = hb.SubsetInput()
    asked.keep_everything()
    asked.flags |= hb.SubsetFlags.RETAIN_GIDS
    asked.pin_axis_location(face, "wght", float(weight))
    return bytes(hb.subset(face, asked).blob.data)


def whole(text: str) -> str:
    """The HTML with our three fonts in place of the marker, so that it needs no other file; the same text gives the same bytes."""
    if MARKER not in text:
        raise LookupError(f"a page that carries its fonts says where: {MARKER}")
    return text.replace(MARKER, rules(letters(text)), 1)


def letters(text: str) -> str:
    """The letters of HTML that not every page has, of those that one of our fonts can show, in order."""
    return "".join(sorted(set(UNCOMMON.findall(html.unescape(text))) & shown() - COMMON))


@cache
def shown() -> frozenset[str]:
    """Every letter that one of our fonts can show."""
    found: set[str] = set()
    for path in files().values():
        with TTFont(path, lazy=True) as font:
            found |= {chr(code) for code in font.getBestCmap()}
    return frozenset(found)


@lru_cache(maxsize=128)
def rules(more: str) -> str:
    """The style sheet with our fonts, small: with the letters of every page, and these."""
    wanted = "".join(sorted(COMMON | set(more)))
    made = []
    for (family, weight), path in files().items():
        source = f'url("data:font/woff2;base64,{_small(path, wanted)}") format("woff2")'
        made.append(f'@font-face{{font-family:"{family}";src:{source};font-weight:{weight or "100 900"};font-display:block}}')
    return "\n".join(made)


def _small(path: Path, letters: str) -> str:
    asked = hb.SubsetInput()
    asked.flags = hb.SubsetFlags.NO_HINTING
    asked.unicode_set.update(map(ord, letters))
    asked.layout_feature_tag_set.add(int.from_bytes(b"tnum", "big"))  # clocks
    cut = bytes(hb.subset(hb.Face(path.read_bytes()), asked).blob.data)
    with TTFont(io.BytesIO(cut), recalcTimestamp=False) as font:
        font.flavor = "woff2"
        out = io.BytesIO()
        font.save(out)
    return base64.b64encode(out.getvalue()).decode()
