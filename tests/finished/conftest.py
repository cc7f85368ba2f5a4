"""The specimen editions, built once as a school would build them; every test here looks at the finished files."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from signpost import pipeline
from signpost.model import Target
from signpost.problem import report

ROOT = Path(__file__).resolve().parent.parent.parent
TODAY = date(2026, 11, 22)
SAMPLE = ("t1/going-live", "t2/before-you-share", "t4/pressure", "t5/getting-help", "t6/real-or-generated")


@dataclass(frozen=True)
class Built:
    """A finished edition: its folder, what was ordered, and every target with its path."""

    folder: Path
    order: pipeline.Order
    edition: pipeline.Edition
    targets: tuple[Target, ...]

    def files(self, *suffixes: str) -> list[Path]:
        """Every finished file with one of these suffixes."""
        return sorted(path for path in self.folder.rglob("*") if path.suffix in suffixes)


def built(school: str, out: Path, **more: object) -> Built:
    """Build a specimen school's edition into a folder."""
    order = pipeline.Order(root=ROOT, school=school, out=out, today=TODAY, **more)  # type: ignore[arg-type]  # as the order has them
    result = pipeline.build(order)
    assert result.open is not None, report(result.problems)
    edition = pipeline.edition(order)
    return Built(result.open.parent, order, edition, pipeline.targets_of(edition, order))


@pytest.fixture(scope="session")
def england(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return built("elm-bank", tmp_path_factory.mktemp("england"))


@pytest.fixture(scope="session")
def ireland(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One lesson of every age, on the other paper: the whole library once is enough of the same engine."""
    return built("st-brigids", tmp_path_factory.mktemp("ireland"), paper="Letter", only=SAMPLE)
