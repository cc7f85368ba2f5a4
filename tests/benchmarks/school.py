"""One more school from a plate against the whole file made for it, side by side in one run: `python tests/benchmarks/school.py`.

For a deck of two ages and a letter: median CPU milliseconds of a file made whole, of its plate, of the imprint of a school seen for the
first time (its logo drawn before), and of one whose master, layouts and logo are at hand; then whole against imprint, pair by pair.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
TODAY = date.today()  # noqa: DTZ011 - a build's day is the office's day
SCHOOLS = 25


def spent(make: Callable[[], object]) -> float:
    """CPU milliseconds of this process."""
    begin = time.process_time()
    make()
    return (time.process_time() - begin) * 1000


def school(page: Any, at: int) -> Any:
    """The page of another school."""
    own = page.frame.imprint
    inside = (replace(own.inside[0], name=f"Ms Person {at}", where=f"Room {at}, by the library"), *own.inside[1:])
    named = replace(own, school=f"School Number {at}", inside=inside, colour=f"#1F5C{at:02X}", specimen=bool(at % 2))
    return replace(page, frame=replace(page.frame, routes_code=f"be{at:02x}", imprint=named))


def line(path: str, page: Any, whole: Callable[[Any], bytes]) -> str:
    """What one kind of file costs."""
    from signpost.render import plates

    suffix = PurePosixPath(path).suffix
    plate = plates.plate(suffix, page)
    assert plate is not None
    whole(page)
    first, again, full, made = [], [], [], []
    for other in (school(page, at) for at in range(SCHOOLS)):
        first.append(spent(partial(plates.imprint, plate, other)))
        full.append(spent(partial(whole, other)))
        again.append(spent(partial(plates.imprint, plate, other)))
        made.append(spent(partial(plates.plate, suffix, page)))
    ratio = statistics.median(a / b for a, b in zip(full, again, strict=True))
    figures = " ".join(
        f"{name} {statistics.median(some):.2f}" for name, some in (("whole", full), ("plate", made), ("first", first), ("again", again))
    )
    return f"{path}: {figures} ms; whole/again {ratio:.1f}; plate of {len(plates.kept(plate)) / 1000:.0f} kB"


def main() -> None:
    """Print a line for each kind."""
    from signpost import pipeline
    from signpost.render import deck, docx, pptx

    order = pipeline.Order(root=ROOT, today=TODAY, only=("t1/pressure", "t4/pressure"))
    makers: dict[str, Callable[[Any], bytes]] = {"slides.pptx": pptx.pptx, "slides.html": deck.deck, "letter.docx": docx.docx}
    for target in pipeline.targets_of(pipeline.edition(order), order):
        if PurePosixPath(target.path).name in makers:
            print(line(target.path, target.page, makers[PurePosixPath(target.path).name]))


if __name__ == "__main__":
    main()
