"""One more school, one module, all its documents, against making them whole: `python tests/benchmarks/imprint.py`.

Each round is a school that was never seen: other names, rooms, numbers and colour. Its documents are printed from plates, and in some
rounds they are also made whole in the same process, as warm: PDFs from the page's template through WeasyPrint with nothing read back,
PowerPoint, Word and HTML by the same makers without a plate. Each whole round is paired with the mean of the imprints around it. Where
the wheel `typst` is installed, Typst makes twins of the same PDFs (`peers.py`), each with a `Compiler` that stays and the school's words
as `sys_inputs`. All figures are CPU time of this process; the last line has the medians of the ratios (100 and 10 are asked).
"""

import argparse
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
from tests.benchmarks import peers, schools  # noqa: E402 - from this folder, wherever it is started

TODAY = date.today()  # noqa: DTZ011 - a build's day is the office's day
CASES = {"new, no logo": False, "new, a logo of its own": True}
AROUND = 4  # imprints on each side of a whole round
Spent = dict[str, float]  # CPU milliseconds, by document


def spent(make: Callable[[], object]) -> float:
    """CPU milliseconds of this process."""
    begin = time.process_time()
    make()
    return (time.process_time() - begin) * 1000


def told(some: list[float]) -> str:
    """Median and least."""
    return f"{statistics.median(some):.1f} (least {min(some):.1f})"


class Bench:
    """A lesson's documents, their plates, and a school that was never seen whenever one is asked for."""

    def __init__(self, module: str, scratch: Path) -> None:
        from signpost import pipeline
        from signpost.load import load_school
        from signpost.pipeline import family
        from signpost.store import Store

        self.scratch, self.number = scratch, 0
        self.order = pipeline.Order(root=ROOT, today=TODAY, only=(module,), school=str(schools.write(scratch, 0, True)))
        self.store = Store(str(scratch / "plates"))
        self.kin = family.family(self.order, family.family_key(self.order, load_school(ROOT, self.order.school)))
        assert not family.make_plates(self.kin, self.store, 2)
        pairs = list(zip(self.kin.targets, self.kin.plates, strict=True))
        own = (f"{module}/", f"parents/{module.replace('/', '-')}.")
        self.lesson = [(target, key) for target, key in pairs if target.path.startswith(own)]
        self.others = [target for target, _ in pairs if not target.path.startswith(own)]
        self.profile = next(target for target, key in pairs if not key)
        self.plates = {target.path: family._opened(target, key, self.store, self.kin.project).plate for target, key in self.lesson}

    def next(self, logo: bool) -> Path:
        """The folder of a new school."""
        self.number += 1
        return schools.write(self.scratch, self.number, logo)

    def worn(self, folder: Path) -> list[Any]:
        """The lesson's targets with this school on them; its profile is read."""
        from signpost.load import load_school
        from signpost.plan import dresser

        ready = self.kin.ready
        wears = dresser(load_school(ROOT, str(folder)), ready.country, ready.services)
        return [replace(target, page=wears(target.page)) for target, _ in self.lesson]

    def imprint(self, folder: Path) -> tuple[Spent, dict[str, bytes]]:
        """What printing every document for this school costs, and the files; reading and dressing count as 'profile'."""
        from signpost.render import plates

        each: Spent = {}
        made: dict[str, bytes] = {}
        begin = time.process_time()
        targets = self.worn(folder)
        for target in targets:
            now = time.process_time()
            each.setdefault("profile", (now - begin) * 1000)
            made[target.path] = plates.imprint(self.plates[target.path], target.page)
            each[target.path] = (time.process_time() - now) * 1000
        return each, made

    def whole(self, folder: Path) -> tuple[Spent, dict[str, bytes]]:
        """What making every document whole for this school costs, and the files; nothing is read back, and a guide's pictures are there."""
        each: Spent = {}
        made: dict[str, bytes] = {}
        for target in self.worn(folder):
            begin = time.process_time()
            made[target.path] = self.rendered(target)
            each[target.path] = (time.process_time() - begin) * 1000
        return each, made

    def html(self, target: Any) -> tuple[Any, str]:
        """The page as it is set out, and its HTML."""
        from signpost.model import Guide, Worksheet
        from signpost.render import html, large

        page = target.page
        if isinstance(page, Worksheet) and page.frame.variant == "large":
            page = large.split(page)
        more = {"thumbs": self.thumbs(target.path)} if isinstance(page, Guide) else {}
        return page, html.render(page, f"{page.name}.html", **more)

    def rendered(self, target: Any) -> bytes:
        """A document made whole, as warm, and nothing of it read."""
        from signpost.model import Deck
        from signpost.render import deck, docx, pdf, pptx, press

        makers: dict[str, Callable[[Any], bytes]] = {".pptx": pptx.pptx, ".docx": docx.docx, ".html": deck.deck}
        if press.suffix(target) in makers:
            return makers[press.suffix(target)](target.page)
        page, text = self.html(target)
        return pdf.pdf(text, "slides" if isinstance(page, Deck) else "paper", page.place, page.frame.kind.lower()).content

    @cache  # noqa: B019 - one bench a process
    def thumbs(self, path: str) -> dict[int, str]:
        """The pictures of slides in a guide, which are the same for every school."""
        from signpost.render import press

        target = next(one for one, _ in self.lesson if one.path == path)
        page: Any = target.page
        return press._thumbs(page, target, self.blank)

    @property
    def blank(self) -> Callable[[Any], bytes]:
        """Slides with empty slots, of which a guide shows pictures."""
        from signpost import pipeline

        return partial(pipeline.blank, store=self.store, project=self.kin.project)

    def made(self, folder: Path) -> float:
        """CPU milliseconds of `press.make` for every document: rendering, and reading each finished page back as a build does."""
        from signpost.render import press

        return sum(spent(partial(press.make, target, self.blank)) for target in self.worn(folder))

    def check(self) -> None:
        """Both ways give the same: every byte of PowerPoint, Word and HTML, every word of the PDFs."""
        from signpost.render import look

        folder = self.next(logo=True)
        printed, made = self.imprint(folder)[1], self.whole(folder)[1]
        for path, content in printed.items():
            if path.endswith(".pdf"):
                one, other = (sorted(" ".join(look.texts(some)).split()) for some in (content, made[path]))
                assert one == other, path
            else:
                assert content == made[path], path


# --- Typst ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Twin:
    """A document as Typst makes it: its compiler, which stays, and how many pages and letters both have."""

    compiler: Any
    path: str
    pages: tuple[int, int]
    letters: tuple[int, int]

    def made(self, values: dict[str, str]) -> bytes:
        """The PDF of the school with these words."""
        content = self.compiler.compile(format="pdf", sys_inputs=values, pdf_standards=STANDARD, timestamp=0)
        assert isinstance(content, bytes)
        return content


STANDARD = "ua-1"
TEXTS = ("school", "phone", "email", "web", "colour", "logo")


def marked(own: Any) -> Any:
    """A school whose every word is a mark."""
    adult = {name: f"~lead-{name}~" for name in ("name", "short", "role", "room", "phone", "email")}
    lead = replace(own.lead, **adult)
    deputy = replace(lead, **{name: mark.replace("lead", "deputy") for name, mark in adult.items()})
    inside = (replace(own.inside[0], name="~inside-name~", where="~inside-where~"),)
    plain = {name: f"~{name}~" for name in ("school", "phone", "email", "web")}
    return replace(own, **plain, lead=lead, deputy=deputy, inside=inside, address=("~street~", "~town~"), logo="<svg>~logo~</svg>")


def values(own: Any) -> dict[str, str]:
    """What this school says where the marks are."""
    found = {name: getattr(own, name) for name in TEXTS}
    for who in ("lead", "deputy"):
        found |= {f"{who}-{name}": getattr(getattr(own, who), name) for name in ("name", "short", "role", "room", "phone", "email")}
    return found | {
        "inside-name": own.inside[0].name,
        "inside-where": own.inside[0].where,
        "street": own.address[0],
        "town": own.address[1],
    }


def twins(bench: Bench, folder: Path) -> Iterator[Twin]:
    """A twin of each PDF of the lesson."""
    import pypdfium2
    import typst

    from signpost.render import fonts, look

    sources = bench.scratch / "typst"
    fonts_of = [str(path) for path in {file.resolve().parent for file in fonts.files().values()}]
    for target in bench.worn(folder):
        if not target.path.endswith(".pdf"):
            continue
        ours = bench.rendered(target)
        with pypdfium2.PdfDocument(ours) as document:
            paper = tuple(edge / 72 * 25.4 for edge in document[0].get_size())
        said = values(target.page.frame.imprint)
        page = replace(target.page, frame=replace(target.page.frame, imprint=marked(target.page.frame.imprint)))
        _, text = bench.html(replace(target, page=page))
        pages = peers.paged(peers.blocks(text.partition("</head>")[2]), look.texts(ours))
        own = sources / target.path.replace("/", "-")
        own.mkdir(parents=True)
        slides = paper[0] > paper[1]
        for size in (20, 16, 13, 10) if slides else peers.SIZES:
            source = own / f"{size}.typ"
            source.write_text(peers.typst_source(pages, own, target.page.frame.title, (paper[0], paper[1]), size, "head-rule" in text))
            twin = Twin(
                typst.Compiler(str(source), root=str(own), font_paths=fonts_of, ignore_system_fonts=True), target.path, (0, 0), (0, 0)
            )
            made = twin.made(said)
            texts = look.texts(made)
            if len(texts) <= len(look.texts(ours)):
                break
        letters = tuple(sum(len("".join(page.split())) for page in some) for some in (look.texts(ours), texts))
        yield replace(twin, pages=(len(look.texts(ours)), len(texts)), letters=(letters[0], letters[1]))


# --- the figures ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Figures:
    """Every round, by case: what each document cost."""

    first: dict[str, list[Spent]]
    again: list[Spent]
    whole: dict[str, list[tuple[Spent, Spent]]]
    typst: dict[str, list[tuple[float, float]]]
    made: list[float]
    written: list[float]


def imprints(bench: Bench, figures: Figures, rounds: int) -> dict[str, list[Spent]]:
    """Some rounds, each a new school without and one with a logo, and the second once more."""
    found: dict[str, list[Spent]] = {name: [] for name in CASES}
    for at in range(rounds):
        for name, logo in CASES.items():
            folder = bench.next(logo)
            each, made = bench.imprint(folder)
            found[name].append(each)
            figures.first[name].append(each)
        figures.again.append(bench.imprint(folder)[0])
        out = bench.scratch / f"out-{at % 8}"
        figures.written.append(spent(partial(write, out, made)))
    gc.collect()
    return found


def write(folder: Path, made: dict[str, bytes]) -> None:
    """The files in a folder."""
    for path, content in made.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def mean(some: list[Spent]) -> Spent:
    """Each document's mean."""
    return {path: statistics.mean(one[path] for one in some) for path in some[0]}


def measure(bench: Bench, made: list[Twin], pairs: int) -> Figures:
    """Whole rounds and Typst's, each between imprints."""
    figures = Figures({name: [] for name in CASES}, [], {name: [] for name in CASES}, {name: [] for name in CASES}, [], [])
    imprints(bench, figures, 2)  # not counted below: the first schools lay out what later ones are set into
    figures.first, figures.again, figures.written = {name: [] for name in CASES}, [], []
    before = imprints(bench, figures, AROUND)
    for pair in range(pairs):
        name = list(CASES)[pair % 2]
        whole = bench.whole(bench.next(CASES[name]))[0]
        gc.collect()
        after = imprints(bench, figures, AROUND)
        figures.whole[name].append((whole, mean(before[name] + after[name])))
        before = after
        if pair < 2:
            figures.made.append(bench.made(bench.next(CASES[name])))
            gc.collect()
        for case, logo in [*CASES.items(), *CASES.items()] if made else []:
            said = values(bench.worn(bench.next(logo))[0].page.frame.imprint)
            theirs = sum(spent(partial(twin.made, said)) for twin in made)
            following = imprints(bench, figures, AROUND)
            around = mean(before[case] + following[case])
            figures.typst[case].append((theirs, sum(around[twin.path] for twin in made)))
            before = following
    return figures


def total(one: Spent) -> float:
    """All documents, and the reading of the profile."""
    return sum(one.values())


def ratios(figures: Figures, name: str) -> float:
    """Whole against imprint, the median of pairs; the reading of the profile counts on our side alone."""
    return statistics.median(total(whole) / total(own) for whole, own in figures.whole[name])


def main() -> None:
    """Measure, and print what each document costs, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="t4/pressure", help="the module")
    parser.add_argument("--pairs", type=int, default=6, help="how many whole rounds")
    parser.add_argument("--typst", action=argparse.BooleanOptionalAction, default=find_spec("typst") is not None, help="twins by Typst")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(asked.only, Path(scratch))
        bench.check()
        made = list(twins(bench, bench.next(True))) if asked.typst else []
        gc.collect()
        gc.freeze()
        gc.disable()
        figures = measure(bench, made, asked.pairs)
        report(bench, figures, made, asked.only)


def report(bench: Bench, figures: Figures, made: list[Twin], module: str) -> None:
    """Print a line for each document, for each case, and the last one."""
    from signpost.render import plates, press

    kinds: dict[str, int] = {}
    for target, _ in bench.lesson:
        kinds[press.suffix(target)] = kinds.get(press.suffix(target), 0) + 1
    print(f"{module}: {len(bench.lesson)} documents ({', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))})")
    print(f"left out, since they are the school's and not the lesson's: {', '.join(target.path for target in bench.others)}")
    own, name = figures.first["new, a logo of its own"], "new, a logo of its own"
    for target, _ in bench.lesson:
        path = target.path
        whole = [pair[0][path] for case in CASES for pair in figures.whole[case]]
        new, seen = statistics.median(one[path] for one in own), statistics.median(one[path] for one in figures.again)
        kept = len(plates.kept(bench.plates[path])) / 1000
        print(f"  {path}: whole {told(whole)}, imprint {new:.2f}, seen before {seen:.2f} ms; plate of {kept:.0f} kB")
    profile = [spent(partial(press.make, replace(bench.profile, page=bench.profile.page), bench.blank)) for _ in range(5)]
    print(f"  {bench.profile.path}, which is always made whole, once a school, and read back: {told(profile)} ms")
    print(f"reading the profile and dressing the pages, within the following: {told([one['profile'] for one in own])} ms")
    for name in CASES:
        each, whole = [total(one) for one in figures.first[name]], [total(pair[0]) for pair in figures.whole[name]]
        against = f"whole {told(whole)} ms ({len(whole)} times)"
        print(f"{name}: imprint {told(each)} ms of CPU ({len(each)} schools), {against}: ratio {ratios(figures, name):.0f}")
    again = [total(one) for one in figures.again]
    both = statistics.median(total(pair[0]) for name in CASES for pair in figures.whole[name])
    print(f"a school seen before: imprint {told(again)} ms ({len(again)}): ratio {both / statistics.median(again):.0f}")
    print(f"`press.make`, which also reads each page back: {told(figures.made)} ms ({len(figures.made)})")
    print(f"writing the files besides: {told(figures.written)} ms of CPU")
    likeness(figures, made)
    last = " and ".join(f"{ratios(figures, name):.0f} ({name})" for name in CASES)
    known = f"seen before {both / statistics.median(again):.0f}"
    theirs = [statistics.median(a / b for a, b in pairs) for pairs in figures.typst.values() if pairs]
    typst = f"Typst {' and '.join(f'{one:.0f}' for one in theirs)} (at least 10)" if theirs else "Typst is not installed"
    print(f"imprint: ratio {last}, {known} (at least 100, 200 hoped for); {typst}")


def likeness(figures: Figures, made: list[Twin]) -> None:
    """What Typst took, and how like its twins are."""
    if not made:
        return
    pages, letters = (tuple(sum(getattr(twin, what)[at] for twin in made) for at in (0, 1)) for what in ("pages", "letters"))
    print(f"Typst {version('typst')}, {len(made)} PDFs, PDF/UA-1, a compiler each that stays, against our imprint of these PDFs alone:")
    for name, some in figures.typst.items():
        theirs, ours = ([pair[at] for pair in some] for at in (0, 1))
        print(f"  {name}: {told(theirs)} ms against {told(ours)} ms ({len(some)} pairs)")
    print(
        f"the twins have {pages[1]} pages for our {pages[0]} and {100 * letters[1] / letters[0]:.0f} % of our letters; they have headings, "
        "paragraphs, lists, tables and pictures, and none of our drawings, colours, columns and boxes"
    )


if __name__ == "__main__":
    main()
