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
        return tuple(_plain(page.get_textpage().get_text_bounded()) for page in document)


def _plain(text: str) -> str:
    """PDFium's text as people type it: a hyphen at the end of a line is a sign of its own there."""
    return text.replace("\r\n", "\n").replace("\u00a0", " ").replace("\x02", "-\n")


def size(content: bytes) -> tuple[int, int]:
    """How many pixels a picture is wide and high."""
    with Image.open(io.BytesIO(content)) as image:
        return image.size


SEEN_AT = 3  # 216 dots an inch
LEAST_HIGH = 3.2  # points from the foot to the head of a capital: type of about 5 points
LEAST_CONTRAST = 3.0  # WCAG 2.2, for large words: below it, a worn printer shows nothing


def seen(content: bytes) -> tuple[str, ...]:
    """The words of each page that an eye can see: on the page, large enough, and darker or lighter than what is around them."""
    with _opened(content) as document:
        return tuple(" ".join(_seen(page)) for page in document)


def _seen(page: pdfium.PdfPage) -> Iterator[str]:
    image = page.render(scale=SEEN_AT, grayscale=True).to_pil().convert("L")
    high = page.get_height()
    text = page.get_textpage()
    word, boxes = "", []
    for at in range(text.count_chars() + 1):
        letter = text.get_text_range(at, 1) if at < text.count_chars() else " "
        if letter.strip():
            word += letter
            boxes.append(text.get_charbox(at))
        elif word:
            if _can_be_seen(image, boxes, high):
                yield word
            word, boxes = "", []


def _can_be_seen(image: Image.Image, boxes: list[tuple[float, float, float, float]], high: float) -> bool:
    left, low = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
    area = [max(0, round(edge * SEEN_AT)) for edge in (left, high - top, right, high - low)]
    if top - low < LEAST_HIGH / 2 or area[0] >= image.width or area[1] >= image.height or area[2] <= area[0] or area[3] <= area[1]:
        return False
    levels = image.crop((area[0], area[1], area[2] + 1, area[3] + 1)).histogram()
    dark, light = (next(at for at in order if levels[at]) for order in (range(256), range(255, -1, -1)))
    return (_luminance(light) + 0.05) / (_luminance(dark) + 0.05) >= LEAST_CONTRAST


def _luminance(level: float) -> float:
    """Of a grey of 0 to 255, as WCAG measures it."""
    part = level / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


ABOUT = ("module", "document", "version", "digest", "edits", "signed", "edition")


def about(content: bytes) -> dict[str, str]:
    """What a PDF says of itself: the module, the document, the versions and the code that it was made from."""
    try:
        with _opened(content) as document:
            said = {name: document.get_metadata_value(name) for name in ABOUT}
    except pdfium.PdfiumError:
        return {}
    return {name: value for name, value in said.items() if value}


def picture(content: bytes, page: int, width: int) -> bytes:
    """One page as a PNG so many pixels wide; the first page is 0."""
    with _opened(content) as document:
        sheet = document[page]
        image = sheet.render(scale=width / sheet.get_width()).to_pil().convert("RGB")
        return _png(image, width)


def _png(image: Image.Image, width: int) -> bytes:
    image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS) if image.width != width else image
    out = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(out, "PNG")  # the smallest would cost twice the time for 3 % of the size
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
