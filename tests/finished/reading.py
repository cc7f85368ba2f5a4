"""What a reader finds in a finished file, by other means than those that made it."""

import html
import re
import subprocess
import zipfile
from pathlib import Path


def words(path: Path) -> str:
    """All words of a file as one text, no-break spaces as spaces."""
    match path.suffix:
        case ".pdf":
            said = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
        case ".pptx" | ".docx":
            said = _office(path)
        case _:
            said = _html(path.read_text(encoding="utf-8"))
    return said.replace("\u00a0", " ").replace("\u202f", " ")


def pages(path: Path) -> list[str]:
    """The words of each page of a PDF."""
    return words(path).split("\f")[:-1]


def _office(path: Path) -> str:
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"(?:ppt/(?:slides|notesSlides|slideLayouts|slideMasters)|word)/[a-zA-Z]+\d*\.xml", name):
                xml = archive.read(name).decode()
                found.append(html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</(?:a|w):p>", "\n", xml))))
    return "\n".join(found)


def _html(text: str) -> str:
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "\n", bare))
