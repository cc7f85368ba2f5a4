"""The whole library for one school, cold, against one WeasyPrint process a document: `python tests/benchmarks/library.py`.

Ours makes every file (PDF, PowerPoint, Word, HTML), reads each finished page back and checks it. The other side is what the same PDFs
cost when each is made by a process of its own: same HTML, same style sheets, same fonts, tagged PDF/UA-1, nothing read back. Of every
kind of document some are measured (`--each`, 3) and the mean stands for the rest; the last line is the ratio (6 is asked).

Beside them, on the same documents and where they are installed: Chromium (`--chromium`, one process a document, and one browser for all
through Node), pandoc with Typst (the packages `pypandoc-binary` and `typst`, one process each), and Marp for slides (`--marp`). What
these are not is said in their lines. Each is compared with what the same documents cost WeasyPrint alone, and with our whole build.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
from tests.benchmarks import peers  # noqa: E402 - from this folder, wherever it is started

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


# --- others --------------------------------------------------------------------------------------------------------

HEADLESS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
PANDOC = """
import subprocess, sys, pypandoc, typst
page, source, out = sys.argv[1:]
subprocess.run([pypandoc.get_pandoc_path(), "-f", "html", "-t", "typst", "-s", page, "-o", source], check=True, capture_output=True)
typst.compile(source, out)
"""
ONE_BROWSER = r"""
const { spawn } = require("node:child_process"), fs = require("node:fs");
const [chromium, profile, ...files] = process.argv.slice(2);
const browser = spawn(chromium, ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0",
  `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
browser.stderr.on("data", async data => {
  const found = /ws:\/\/[^\s]+/.exec(data.toString());
  if (!found) return;
  const socket = new WebSocket(found[0]), waiting = new Map(), loaded = new Map();
  let last = 0;
  const ask = (method, params = {}, sessionId) => new Promise((done, failed) => {
    waiting.set(++last, { done, failed });
    socket.send(JSON.stringify({ id: last, method, params, sessionId }));
  });
  socket.onmessage = event => {
    const said = JSON.parse(event.data), one = waiting.get(said.id);
    if (one) said.error ? one.failed(new Error(said.error.message)) : one.done(said.result);
    else if (said.method === "Page.loadEventFired") loaded.get(said.sessionId)?.();
  };
  await new Promise(done => socket.onopen = done);
  for (const file of files) {
    const { targetId } = await ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
    await ask("Page.enable", {}, sessionId);
    const ready = new Promise(done => loaded.set(sessionId, done));
    await ask("Page.navigate", { url: "file://" + file }, sessionId);
    await ready;
    const { data: pdf } = await ask("Page.printToPDF", { preferCSSPageSize: true, printBackground: true }, sessionId);
    fs.writeFileSync(file + ".one.pdf", Buffer.from(pdf, "base64"));
    await ask("Target.closeTarget", { targetId });
  }
  socket.close();
  browser.kill();
});
"""


@dataclass(slots=True)
class Peer:
    """Another tool: what it is not, how it makes a document, and which kinds; then what all documents of these kinds cost it and us."""

    name: str
    lacks: str
    make: Callable[[Path], None]
    kinds: tuple[str, ...] = ()
    seconds: float = 0.0
    alone: float = 0.0
    documents: int = 0

    def each(self, path: Path) -> float:
        """Seconds of one document."""
        begin = time.perf_counter()
        self.make(path)
        return time.perf_counter() - begin


def found(chromium: str, marp: str) -> list[Peer]:
    """The tools that are installed."""
    others = []
    if chromium:
        lacks = "tagged, but no PDF/UA and no checks; it has our look where Chromium knows our style sheet"
        others.append(Peer("Chromium, a process each", lacks, partial(_chromium, chromium)))
    if find_spec("typst") and find_spec("pypandoc"):
        lacks = "the same text and structure in pandoc's own look, without our drawings and pictures; tagged, no PDF/UA and no checks"
        others.append(Peer("pandoc with Typst, a process each", lacks, _pandoc))
    if marp and chromium:
        lacks = "the same text in Marp's own look, without our drawings; no PDF/UA, no checks, no notes"
        others.append(Peer("Marp, a process each", lacks, partial(_marp, marp, chromium), ("slides",)))
    return others


def styled(path: Path) -> Path:
    """The document with a link to its style sheet, as a browser takes it."""
    page = path.with_suffix(".styled.html")
    if not page.exists():
        style = "slides" if path.name.endswith("slides.pdf.html") else "paper"
        text = path.read_text(encoding="utf-8")
        page.write_text(text.replace("</head>", f'<link rel="stylesheet" href="{style}.css"></head>', 1), encoding="utf-8")
    return page


def _chromium(chromium: str, path: Path) -> None:
    out = path.with_suffix(".chromium.pdf")
    order = [chromium, *HEADLESS, "--no-pdf-header-footer", f"--print-to-pdf={out}", styled(path).as_uri()]
    subprocess.run(order, check=True, capture_output=True, timeout=120)
    assert out.stat().st_size


def _slides(path: Path) -> list[list[peers.Block]]:
    body = path.read_text(encoding="utf-8").partition("</head>")[2]
    pages = (peers.blocks(part) for part in re.split(r"(?=<section\b)", body))
    return [page for page in pages if page]


def _pandoc(path: Path) -> None:
    page, out = path.with_suffix(".plain.html"), path.with_suffix(".pandoc.pdf")
    page.write_text(peers.plain_html([block for some in _slides(path) for block in some], path.stem), encoding="utf-8")
    subprocess.run([sys.executable, "-c", PANDOC, str(page), str(page.with_suffix(".typ")), str(out)], check=True, capture_output=True)


def _marp(marp: str, chromium: str, path: Path) -> None:
    source, out = path.with_suffix(".md"), path.with_suffix(".marp.pdf")
    source.write_text("---\nmarp: true\n---\n\n" + "\n\n---\n\n".join(peers.markdown(_slides(path), {})), encoding="utf-8")
    order = [marp, "--no-stdin", "--browser-path", chromium, str(source), "-o", str(out)]
    subprocess.run(order, check=True, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
    assert out.stat().st_size


def one_browser(chromium: str, paths: list[Path], folder: Path) -> float:
    """Seconds of one browser that prints all of these; 0 where Node is too old or not there."""
    node = shutil.which("node")
    if not node or int(subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout[1:].split(".")[0]) < 20:
        return 0.0
    (folder / "browser.cjs").write_text(ONE_BROWSER, encoding="utf-8")
    pages = [str(styled(path)) for path in paths]
    begin = time.perf_counter()
    order = [node, "--experimental-websocket", str(folder / "browser.cjs"), chromium, str(folder / "profile"), *pages]
    subprocess.run(order, check=True, capture_output=True, timeout=600)
    assert all(Path(f"{page}.one.pdf").stat().st_size for page in pages)
    return time.perf_counter() - begin


def main() -> None:
    """Measure both, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=3, help="how many documents of each kind are measured alone")
    parser.add_argument("--only", action="append", default=[], help="only this module (may be repeated)")
    parser.add_argument("--chromium", default=shutil.which("chromium") or "", help="where Chromium is; empty: without it")
    parser.add_argument("--marp", default=shutil.which("marp") or "", help="where Marp is; empty: without it")
    asked = parser.parse_args()
    others = found(asked.chromium, asked.marp)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        kinds = documents(folder, asked.only)
        total, measured = 0.0, []
        for (name, variant), paths in sorted(kinds.items()):
            some = paths[:: max(1, len(paths) // asked.each)][: asked.each]
            mine = [peer for peer in others if not peer.kinds or name in peer.kinds]
            times: dict[str, list[float]] = defaultdict(list)
            for path in some:  # in turn, so that a busy minute is everybody's
                times[""].append(alone(path, "slides" if name == "slides" else "paper"))
                for peer in mine:
                    times[peer.name].append(peer.each(path))
            each = statistics.mean(times[""])
            total += each * len(paths)
            for peer in mine:
                peer.seconds += statistics.mean(times[peer.name]) * len(paths)
                peer.alone += each * len(paths)
                peer.documents += len(paths)
            measured.append((some, each))
            beside = "".join(f", {peer.name} {statistics.mean(times[peer.name]):.2f} s" for peer in mine)
            print(
                f"{name} {variant or 'standard'}: {len(paths)} documents, {each:.2f} s each on its own ({len(some)} measured){beside}",
                flush=True,
            )
        sampled = [path for some, _ in measured for path in some]
        browser = one_browser(asked.chromium, sampled, folder) if asked.chromium else 0.0
        same = sum(each * len(some) for some, each in measured)
        seconds, made = cold(folder / "out", asked.only)
    count = sum(map(len, kinds.values()))
    print(f"ours, cold, {os.cpu_count()} cores: {made} files in {seconds:.0f} s; one process after another: {count} PDFs in {total:.0f} s")
    for peer in others:
        against = f"{peer.seconds / peer.alone:.2f} of WeasyPrint alone, {peer.seconds / seconds:.1f} of our whole build"
        print(f"{peer.name}: {peer.documents} PDFs in {peer.seconds:.0f} s, {against}; {peer.lacks}")
    if browser:
        whole = browser / same * total
        against = f"{browser / same:.2f} of WeasyPrint alone, {whole / seconds:.1f} of our whole build"
        print(f"Chromium, one browser for all: {len(sampled)} PDFs in {browser:.0f} s, so {count} in {whole:.0f} s, {against}; as above")
    print(f"library: ratio {total / seconds:.1f} (at least 6); with two such processes at a time {total / 2 / seconds:.1f}")


if __name__ == "__main__":
    main()
