"""The one door to segno: a QR code as a drawing with its quiet zone."""

import io
from functools import lru_cache

import segno


@lru_cache(maxsize=256)
def qr(address: str, title: str = "") -> str:
    """The address as an SVG of black modules on white, error correction M, quiet zone of 2 modules inside a white box.

    The standard asks for four modules; the help strip and the cards add the rest as white space around it.
    """
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, title=title or None, dark="#000000", light="#ffffff", nl=False
    )
    return out.getvalue().decode()
