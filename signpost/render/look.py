"""The one door to PDFium: what a reader finds in a finished PDF, and how its pages look."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
from PIL import Image


@contextmanager
def _opened(content: bytes) -> Iterator[pdfium.PdfDocument]:
    document = pdfium.PdfDocument(content)
    try:
        yield document
    finally:
        document.close()


def texts(content: bytes) -> tuple[str, ...]:
    """The text of each page, in the order in which it was written."""
    with _opened(content) as document:
        return tuple(page.get_textpage().get_text_bounded().replace("\r\n", "\n").replace("\u00a0", " ") for page in document)


def picture(content: bytes, page: int, width: int) -> bytes:
    """One page as a PNG so many pixels wide; the first page is 0."""
    with _opened(content) as document:
        sheet = document[page]
        image = sheet.render(scale=width / sheet.get_width()).to_pil().convert("RGB")
        return _png(image, width)


def _png(image: Image.Image, width: int) -> bytes:
    image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS) if image.width != width else image
    out = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def ink(content: bytes) -> tuple[float, ...]:
    """How much of each page a black-and-white printer covers: 0 to 1."""
    with _opened(content) as document:
        found = []
        for page in document:
            grey = page.render(scale=0.5, grayscale=True).to_pil().convert("L")
            histogram = grey.histogram()
            found.append(round(1 - sum(level * count for level, count in enumerate(histogram)) / (255 * grey.width * grey.height), 4))
        return tuple(found)
