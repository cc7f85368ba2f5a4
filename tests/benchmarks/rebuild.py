"""How much building again costs, as ratios measured side by side in one run: `python tests/benchmarks/rebuild.py`.

Prints three lines: a build with nothing to do against `python -c pass` (at most 5), one changed sentence against the
whole library made anew, and a warm one-page document against a cold WeasyPrint process that makes the same page.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
TODAY = date.today()  # noqa: DTZ011 - a build's day is the office's day


def wall(command: list[str], cwd: Path) -> float:
    """Seconds that a command takes, its output thrown away."""
    begin = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)
    return time.perf_counter() - begin


def pairs(one: list[str], other: list[str], cwd: Path, rounds: int = 15) -> tuple[float, float, float]:
    """Median seconds of each command, run in turn, and the median of the ratios pair by pair."""
    wall(one, cwd), wall(other, cwd)
    measured = [(wall(one, cwd), wall(other, cwd)) for _ in range(rounds)]
    return (
        statistics.median(a for a, _ in measured),
        statistics.median(b for _, b in measured),
        statistics.median(a / b for a, b in measured),
    )


def nothing_changed() -> str:
    """A build with nothing to do, as a person types it, against starting Python."""
    python = getattr(sys, "_base_executable", sys.executable)  # the system's own Python, as a person starts it
    subprocess.run([python, "build.py"], cwd=ROOT, check=True, capture_output=True)
    own, bare, ratio = pairs([python, "build.py"], [python, "-c", "pass"], ROOT)
    return f"nothing changed: {own * 1000:.0f} ms against {bare * 1000:.0f} ms for python -c pass: ratio {ratio:.1f} (at most 5)"


def one_sentence() -> str:
    """One changed sentence on a card against the library made anew."""
    from signpost import pipeline

    with tempfile.TemporaryDirectory() as scratch:
        root, out = Path(scratch) / "project", Path(scratch) / "out"
        shutil.copytree(ROOT / "content", root / "content")
        begin = time.perf_counter()
        cold = pipeline.build(pipeline.Order(root=root, out=out, today=TODAY))
        all_of_it = time.perf_counter() - begin
        module = root / "content" / "modules" / "t4" / "pressure.md"
        lines = module.read_text(encoding="utf-8").split("\n")
        at = next(at for at, line in enumerate(lines) if line.startswith("!!! scenario")) + 1
        lines[at] += " It was a Tuesday."
        module.write_text("\n".join(lines), encoding="utf-8")
        begin = time.perf_counter()
        changed = pipeline.build(pipeline.Order(root=root, out=out, today=TODAY))
        one = time.perf_counter() - begin
    return (
        f"one sentence: {len(changed.made)} of {len(cold.made)} files, {one:.1f} s against {all_of_it:.1f} s for all: "
        f"ratio {one / all_of_it:.2f}"
    )


def warm_page() -> str:
    """CPU of a warm one-page document against a cold process that makes the same page with WeasyPrint."""
    from signpost import pipeline
    from signpost.problem import Place
    from signpost.render import html, pdf

    order = pipeline.Order(root=ROOT, only=("t4/pressure",), today=TODAY)
    targets = pipeline.targets_of(pipeline.edition(order), order)
    lines = []
    for name in ("certificate", "letter", "poster-a4"):
        page = next(target.page for target in targets if target.path.endswith(f"{name}.pdf"))
        text = html.render(page, f"{page.name}.html")
        for _ in range(3):
            pdf.pdf(html.render(page, f"{page.name}.html"), "paper", Place(""), name)
        warm = []
        for _ in range(15):
            begin = time.process_time()
            pdf.pdf(html.render(page, f"{page.name}.html"), "paper", Place(""), name)
            warm.append(time.process_time() - begin)
        cold = [_cold(text) for _ in range(3)]
        own, other = statistics.median(warm), statistics.median(cold)
        lines.append(
            f"warm {name}: {own * 1000:.0f} ms of CPU against {other * 1000:.0f} ms in a cold WeasyPrint process: ratio 1/{other / own:.0f}"
        )
    return "\n".join(lines)


def _cold(text: str) -> float:
    from signpost.render import draw, pdf

    with tempfile.TemporaryDirectory() as scratch:
        page, style = Path(scratch) / "page.html", Path(scratch) / "style.css"
        page.write_text(text, encoding="utf-8")
        css = (draw.TEMPLATES / "css" / "paper.css").read_text(encoding="utf-8")
        style.write_text(pdf.generated_css(draw.PRINT_INK) + css, encoding="utf-8")
        program = (
            "import sys, weasyprint; "
            "weasyprint.HTML(filename=sys.argv[1]).write_pdf(sys.argv[2], stylesheets=[sys.argv[3]], pdf_variant='pdf/ua-1')"
        )
        before = os.times()
        subprocess.run([sys.executable, "-c", program, str(page), f"{scratch}/page.pdf", str(style)], check=True, capture_output=True)
        after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


if __name__ == "__main__":
    print(nothing_changed())
    print(one_sentence())
    print(warm_page())
