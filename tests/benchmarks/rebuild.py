"""How much building again costs, as ratios measured side by side in one run: `python tests/benchmarks/rebuild.py`.

Each line ends in a ratio, the median of pairs run in turn: a build with nothing to do against `python -c pass` (at most 3), one
changed sentence against that module made from nothing, the same in a watch against nothing but making these documents (at most
1.3), and a warm one-page document against a cold WeasyPrint process that makes the same page.
"""

import gc
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
TODAY = date.today()  # noqa: DTZ011 - a build's day is the office's day


def wall(command: list[str], cwd: Path) -> float:
    """Seconds that a command takes, its output thrown away."""
    begin = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)
    return time.perf_counter() - begin


def spread(measured: list[tuple[float, float]]) -> str:
    """Medians and minima of both sides in ms, and at the end the median of the ratios pair by pair."""
    one, other = zip(*measured, strict=True)
    told = (f"{statistics.median(some) * 1000:.0f} (least {min(some) * 1000:.0f})" for some in (one, other))
    return f"{' against '.join(told)} ms, {len(measured)} pairs: ratio {statistics.median(a / b for a, b in measured):.2f}"


def nothing_changed() -> str:
    """A build with nothing to do, as a person types it, against starting Python; at most 3."""
    python = getattr(sys, "_base_executable", sys.executable)  # the system's own Python, as a person starts it
    subprocess.run([python, "build.py"], cwd=ROOT, check=True, capture_output=True)
    own, bare = [python, "build.py"], [python, "-c", "pass"]
    wall(own, ROOT), wall(bare, ROOT)
    return f"nothing changed, against python -c pass (at most 3): {spread([(wall(own, ROOT), wall(bare, ROOT)) for _ in range(25)])}"


def one_sentence(rounds: int = 5) -> str:
    """One changed sentence on a card against its module made from nothing, each in a process of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        for name in ("content", "signpost", "templates", "requirements"):
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        build = [sys.executable, "-m", "signpost", "build", "--plain", "--only", "t4/pressure"]
        module = tree / "content/modules/t4/pressure.md"
        text = module.read_text(encoding="utf-8")
        card = text.split("\n!!! scenario", 1)[1].split("\n", 2)[1]
        measured = []
        for number in range(rounds):
            shutil.rmtree(tree / "output", ignore_errors=True)
            cold = wall(build, tree)
            module.write_text(text.replace(card, f"{card} It was day {number}."), encoding="utf-8")
            measured.append((wall(build, tree), cold))
    return f"one sentence, against its module cold: {spread(measured)}"


def processors() -> float:
    """Seconds of CPU that this process and those it has started and waited for have taken."""
    return sum(os.times()[:4])


def watched(only: tuple[str, ...], rounds: int = 9) -> str:
    """CPU of a watch from a changed sentence of a guide to its pages, against making nothing but these documents, as warm."""
    from signpost import pipeline
    from signpost.memory import Memory
    from signpost.pipeline.watch import warm
    from signpost.render import press
    from signpost.store import Store, of_tools

    with tempfile.TemporaryDirectory() as scratch:
        root, out, memory = Path(scratch) / "project", Path(scratch) / "out", Memory()
        shutil.copytree(ROOT / "content", root / "content")
        order = pipeline.Order(root=root, out=out, today=TODAY, only=only)
        pipeline.build(order, memory=memory)
        gc.disable()
        list(warm(order, memory))
        module = root / "content/modules/t4/pressure.md"
        text = module.read_text(encoding="utf-8")
        store, project, measured, made = Store(str(out / ".store")), of_tools(str(ROOT)), [], 0
        for number in range(rounds):
            module.write_text(text.replace("Put slips on every desk", f"Put {number + 2} slips on every desk", 1), encoding="utf-8")
            memory.next_round()
            begin = processors()
            result = pipeline.build(order, memory=memory)
            own = processors() - begin
            gc.collect()
            targets = {target.path: target for target in pipeline.targets_of(pipeline.edition(order, memory), order, memory)}
            begin = processors()
            for path in result.made:
                press.make(targets[path], partial(pipeline.blank, store=store, project=project))
            measured.append((own, processors() - begin))
            gc.collect()
            made = len(result.made)
    what = f"a library of {len(targets)} files" if not only else f"one module of {len(targets)} files"
    return f"watch, one sentence of a guide in {what}, {made} made, CPU against making only these (at most 1.3): {spread(measured)}"


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
    print(watched(("t4/pressure",)))
    print(watched(()))
    print(warm_page())
