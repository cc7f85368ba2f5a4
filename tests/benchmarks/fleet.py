"""How a fleet grows, 10, 100, 1,000 schools on the same plates: `python tests/benchmarks/fleet.py` (a lesson; `--all`: the library).

Every school is new and unlike the others; every other one has a logo of its own (`--csv`: a CSV, whose schools have none). A first, small
fleet makes the plates and is not counted. Each fleet is what a person types, `python -m signpost fleet`, with a zip for each school;
counted are its wall clock, the CPU time of all its processes with their start, the bytes, and the memory of its workers, looked at in
`/proc` (Linux). The last line says what a school of the largest fleet costs against one of the smallest, and what memory the workers
have at the end against when the first 50 schools were made (a fleet of 100 or more).
"""

import argparse
import csv
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
from tests.benchmarks import schools  # noqa: E402 - from this folder, wherever it is started

FIRST = 50  # schools, after which memory has to be what it will be
LOOK = 0.25  # seconds between two looks at memory


@dataclass(slots=True)
class Fleet:
    """What a fleet of so many schools cost."""

    count: int
    wall: float = 0.0
    cpu: float = 0.0
    size: int = 0
    seen: list[tuple[int, int]] = field(default_factory=list)  # schools made, and the memory of all workers then, in bytes
    peak: int = 0  # of one worker
    finished: dict[int, float] = field(default_factory=dict)  # when the first so many schools were there

    @property
    def each(self) -> float:
        """CPU seconds of a school, the start of the fleet among them."""
        return self.cpu / self.count

    @property
    def memory(self) -> tuple[float, float]:
        """What the workers had together after the first schools and at the end, in bytes: means over a tenth of the schools."""
        tenth = max(1, self.count // 10)
        first = [held for at, held in self.seen if FIRST <= at <= FIRST + tenth]
        last = [held for at, held in self.seen if at >= self.count - tenth]
        return (sum(first) / len(first), sum(last) / len(last)) if first and last else (0.0, 0.0)


def source(folder: Path, begin: int, count: int, as_csv: bool) -> Path:
    """So many schools that never were, as a folder of folders or as a CSV."""
    if not as_csv:
        for number in range(begin, begin + count):
            schools.write(folder, number, number % 2 == 1)
        return folder
    folder.mkdir(parents=True)
    rows = [_row(schools.profile(number, False)) | {"id": f"school-{number}"} for number in range(begin, begin + count)]
    with (folder / "schools.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder / "schools.csv"


def _row(profile: dict[str, Any]) -> dict[str, str]:
    lines = {"address": " | ".join(profile["address"])}
    people = {f"{who}-{name}": profile[who][name] for who in ("lead", "deputy") for name in profile[who]}
    return {name: profile[name] for name in ("name", "country", "phone", "email", "web", "colour")} | lines | people


def below(process: int) -> Iterator[int]:
    """The processes that this one has started, and those that they have."""
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from below(int(child))


def held(process: int) -> int:
    """The memory that a process has for itself, in bytes: what it shares with its parent since the fork is not counted."""
    with suppress(OSError):
        found = re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
        return int(found[1]) * 1024 if found else 0
    return 0


def run(order: list[str], fleet: Fleet, out: Path, keep: int) -> None:
    """Run a fleet, and watch it; where `keep` is given, only so many of the last zips stay on the disk."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    with subprocess.Popen(order, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        made = [0]
        ended = threading.Event()
        looker = threading.Thread(target=_look, args=(process.pid, fleet, made, ended))
        looker.start()
        zips: deque[Path] = deque()
        assert process.stdout
        for line in process.stdout:
            said = re.match(r"\d+ of \d+: (\S+) (made|refused)", line)
            if not said:
                continue
            assert said[2] == "made", line
            made[0] += 1
            fleet.finished[made[0]] = time.perf_counter() - begin
            zips.append(out / f"{said[1]}.zip")
            fleet.size += zips[-1].stat().st_size
            while keep and len(zips) > keep:
                zips.popleft().unlink()
    ended.set()
    looker.join()
    assert process.returncode == 0, f"the fleet ended with {process.returncode}"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    fleet.wall = time.perf_counter() - begin
    fleet.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _look(process: int, fleet: Fleet, made: list[int], ended: threading.Event) -> None:
    while not ended.wait(LOOK):
        workers = [held(one) for one in below(process)]
        if workers:
            fleet.seen.append((made[0], sum(workers)))
            fleet.peak = max(fleet.peak, *workers)


def main() -> None:
    """Run the fleets one after another, and print what a school of each costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, nargs="+", default=[10, 100, 1000], metavar="N")
    parser.add_argument("--only", default="t4/pressure", help="the lesson")
    parser.add_argument("--all", action="store_true", help="the whole library")
    parser.add_argument("--csv", action="store_true", help="from a CSV, without logos")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=int, default=100, metavar="N", help="how many zips stay on the disk (0: all)")
    parser.add_argument("--scratch", type=Path, default=None, help="where the fleets go, and are removed")
    asked = parser.parse_args()
    only = [] if asked.all else ["--only", asked.only]
    print(
        f"{'the whole library' if asked.all else asked.only}, {asked.jobs} processes, {'a CSV' if asked.csv else 'every other with a logo'}"
    )
    with tempfile.TemporaryDirectory(dir=asked.scratch) as name:
        scratch, out = Path(name), Path(name) / "out"

        def order(begin: int, count: int) -> list[str]:
            where = source(scratch / f"of-{count}", begin, count, asked.csv)
            return [sys.executable, "-m", "signpost", "fleet", str(where), "--out", str(out), "--jobs", str(asked.jobs), *only]

        first = Fleet(2)
        run(order(1, 2), first, out, 0)
        print(f"plates and a first fleet of 2, not counted: {first.wall:.0f} s")
        fleets = []
        begin = 100
        for count in sorted(asked.schools):
            fleet = Fleet(count)
            run(order(begin, count), fleet, out, asked.keep)
            begin += count
            for path in out.glob("school-*.zip"):
                path.unlink()
            shutil.rmtree(scratch / f"of-{count}")
            fleets.append(fleet)
            say(fleet, asked.jobs)
    end(fleets)


def say(fleet: Fleet, jobs: int) -> None:
    """A line for a fleet."""
    own = fleet.finished[fleet.count] - fleet.finished[min(fleet.count, jobs)]
    rest = f"without the start {1000 * own / max(1, fleet.count - jobs):.0f} ms; " if fleet.count > jobs else ""
    one, other = fleet.memory
    memory = f"; workers together {one / 1e6:.0f} MB after {FIRST} schools, {other / 1e6:.0f} MB at the end" if one else ""
    print(
        f"{fleet.count:,} schools: {fleet.wall:.1f} s, {fleet.cpu:.1f} s of CPU; each {1000 * fleet.wall / fleet.count:.0f} ms ({rest}"
        f"CPU {1000 * fleet.each:.0f} ms), {fleet.size / fleet.count / 1e6:.2f} MB; largest worker {fleet.peak / 1e6:.0f} MB{memory}",
        flush=True,
    )


def end(fleets: list[Fleet]) -> None:
    """What further schools cost, and the last line."""
    small, large = fleets[0], fleets[-1]
    for one, other in pairwise(fleets):
        further = (other.cpu - one.cpu) / (other.count - one.count)
        print(f"from {one.count:,} to {other.count:,}: each further school {1000 * further:.0f} ms of CPU")
    first, last = large.memory
    memory = f"memory {last / first:.2f} times" if first else "memory was not looked at (Linux, 100 schools or more)"
    ratio = f"{large.each / small.each:.2f} times one of {small.count:,}"
    print(f"fleet: one school of {large.count:,} costs {ratio} (CPU, with the start); {memory}")


if __name__ == "__main__":
    main()
