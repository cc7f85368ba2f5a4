"""The whole library for one school, cold, against one WeasyPrint process a document: `python tests/benchmarks/library.py`.

Ours makes every file (PDF, PowerPoint, Word, HTML), reads each finished page back and checks it. The other side is what the same PDFs
cost when each is made by a process of its own: same HTML, same style sheets, same fonts, tagged PDF/UA-1, nothing read back. Of every
kind of document some are measured (`--each`, 3) and the mean stands for the rest; the last line is the ratio (6 is asked).
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
TODAY = date.today()  # noqa: DTZ011 - a build's day is the office's day
ALONE = """
import sys, weasyprint
from weasyprint.text.fonts import FontConfiguration
html, css, out = sys.argv[1:]
fonts = FontConfiguration()
sheet = weasyprint.CSS(filename=css, font_config=fonts)
weasyprint.HTML(filename=html).write_pdf(out, stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1", pdf_tags=True)
"""


def cold(folder: Path, only: list[str]) -> tuple[float, int]:
    """Seconds of our build into an empty folder, and how many files it made."""
    chosen = [word for one in only for word in ("--only", one)]
    begin = time.perf_counter()
    said = subprocess.run(
        [sys.executable, "-m", "signpost", "build", "--plain", "--out", str(folder), *chosen],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    seconds = time.perf_counter() - begin
    return seconds, int(next(line for line in said.splitlines() if " made, " in line).split(" file")[0])


def documents(folder: Path, only: list[str]) -> dict[tuple[str, str], list[Path]]:
    """The HTML of every PDF of the edition, written to files, by kind and variant."""
    from signpost import pipeline
    from signpost.model import Deck, Worksheet
    from signpost.render import draw, fonts, html, large, pdf

    order = pipeline.Order(root=ROOT, today=TODAY, only=tuple(only))
    for name in ("paper", "slides"):
        faces = "".join(
            f'@font-face{{font-family:"{family}";src:url("{path.resolve().as_uri()}");font-weight:{weight or "100 900"}}}'
            for (family, weight), path in fonts.files().items()
        )
        generated = pdf.generated_css("#000000").split("@font-face")[-1].split("}", 1)[1]
        (folder / f"{name}.css").write_text(faces + generated + (draw.TEMPLATES / "css" / f"{name}.css").read_text(encoding="utf-8"))
    found: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for target in pipeline.targets_of(pipeline.edition(order), order):
        if not target.path.endswith(".pdf"):
            continue
        page = target.page
        if isinstance(page, Worksheet) and page.frame.variant == "large":
            page = large.split(page)
        path = folder / f"{target.path.replace('/', '-')}.html"
        path.write_text(html.render(page, f"{page.name}.html", **({"thumbs": {}} if page.name == "guide" else {})), encoding="utf-8")
        found["slides" if isinstance(page, Deck) else page.name, page.frame.variant].append(path)
    return found


def alone(path: Path, style: str) -> float:
    """Seconds of one WeasyPrint process for one document."""
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", ALONE, str(path), str(path.with_name(f"{style}.css")), str(path.with_suffix(".pdf"))],
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - begin


def main() -> None:
    """Measure both, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=3, help="how many documents of each kind are measured alone")
    parser.add_argument("--only", action="append", default=[], help="only this module (may be repeated)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        kinds = documents(folder, asked.only)
        total = 0.0
        for (name, variant), paths in sorted(kinds.items()):
            some = paths[:: max(1, len(paths) // asked.each)][: asked.each]
            each = statistics.mean(alone(path, "slides" if name == "slides" else "paper") for path in some)
            total += each * len(paths)
            print(f"{name} {variant or 'standard'}: {len(paths)} documents, {each:.2f} s each on its own ({len(some)} measured)")
        seconds, made = cold(folder / "out", asked.only)
    count = sum(map(len, kinds.values()))
    print(f"ours, cold, {os.cpu_count()} cores: {made} files in {seconds:.0f} s; one process after another: {count} PDFs in {total:.0f} s")
    print(f"library: ratio {total / seconds:.1f} (at least 6); with two such processes at a time {total / 2 / seconds:.1f}")


if __name__ == "__main__":
    main()
