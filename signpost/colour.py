"""The one door to colour arithmetic: whether a school's colour can be read on white paper, and the nearest that can."""

from coloraide import Color

LEAST = 4.5  # WCAG 2.2, success criterion 1.4.3, for words
PAPER = "#FFFFFF"


def contrast(colour: str) -> float:
    """The contrast of a colour to white paper: 1 to 21, as WCAG 2 measures it."""
    return float(Color(colour).contrast(PAPER, method="wcag21"))


def nearest_passing(colour: str) -> str:
    """The same hue, darkened just until it has the least contrast: '#3D4FA8'."""
    light = Color(colour).convert("oklch")
    low, high = 0.0, float(light["lightness"])
    for _ in range(24):
        middle = (low + high) / 2
        if contrast(_hex(light, middle)) >= LEAST:
            low = middle
        else:
            high = middle
    return _hex(light, low)


def _hex(light: Color, lightness: float) -> str:
    made = light.clone().set("lightness", lightness).convert("srgb").fit("srgb", method="oklch-chroma")
    return str(made.to_string(hex=True, fit=False)).upper()[:7]
