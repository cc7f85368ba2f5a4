"""In every country of the data, what pupils hold fits its paper and says where help is: no route is too long for its slot."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from signpost import pipeline
from signpost.model import Target
from signpost.problem import CannotRead
from signpost.render import press, slots

from .conftest import ROOT, TODAY

ONLY = ("t4/before-you-share",)  # the lesson whose strips also say where a picture can be taken down
NARROW = {"check", "help-card", "poster", "cards"}  # their strips are the narrowest


def _codes() -> list[str]:
    return sorted(path.stem for path in (ROOT / "content" / "countries").glob("*.yaml"))


def _blank(target: Target) -> bytes:
    made, _ = press.make_plate(target, _blank)
    assert isinstance(made, slots.PagePlate)
    return made.plate.content


def _unfit(code: str) -> list[str]:
    order = pipeline.Order(root=ROOT, country=code, only=ONLY, today=TODAY)
    found = []
    for target in pipeline.targets_of(pipeline.edition(order), order):
        if target.path.endswith(".pdf") and target.page.name in NARROW and not target.path.endswith("a3.pdf"):
            try:
                press.make(target, _blank)
            except CannotRead as finding:
                found += [f"{code} {target.path}: {problem.what}" for problem in finding.problems]
    return found


@pytest.mark.slow
def test_every_route_of_every_country_fits_its_slot() -> None:
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        found = [line for some in pool.map(_unfit, _codes()) for line in some]

    assert found == []
