"""Change the country, and every help route, law sentence and curriculum link changes with it, and nothing else."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from signpost import pipeline
from signpost.model import Frame, Guide, Signed, Target
from signpost.plan import NO_SCHOOL

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 22)
SAMPLE = ("t1/warning-signs", "t2/going-live", "t3/pressure", "t4/before-you-share", "t5/getting-help", "t6/real-or-generated")
COUNTRY_FIELDS = {"due", "law", "law_gap", "curriculum", "curriculum_gaps", "mandatory_reporting", "services"}


def _targets(country: str) -> tuple[Target, ...]:
    """One lesson of every age: what a country changes it changes in each."""
    order = pipeline.Order(root=ROOT, country=country, only=SAMPLE, today=TODAY)
    edition = pipeline.edition(order)
    assert len(edition.lessons) == len(SAMPLE), "\n".join(map(str, edition.problems))
    return pipeline.targets_of(edition, order)


def _without_country(value: Any) -> Any:
    """The page with everything blanked that a country may change: routes, law, curriculum, its own name, and the digest over them."""
    if isinstance(value, Frame):
        return replace(value, imprint=NO_SCHOOL, country="", country_name="", digest="", law_code="", routes_code="")
    if isinstance(value, Signed):  # a signature is under the law sentences too
        return replace(value, digest="")
    if is_dataclass(value) and not isinstance(value, type):
        own = {f.name: getattr(value, f.name) for f in fields(value) if f.init}
        blanked = dict.fromkeys(COUNTRY_FIELDS & set(own))
        return replace(value, **{name: _without_country(one) for name, one in own.items()} | blanked)
    if isinstance(value, tuple):
        return tuple(_without_country(one) for one in value)
    return value


@pytest.fixture(scope="module")
def england() -> tuple[Target, ...]:
    return _targets("GB-ENG")


@pytest.mark.parametrize("country", ["IE", "DE"])
def test_another_country_changes_the_routes_the_law_and_the_curriculum_and_nothing_else(england: tuple[Target, ...], country: str) -> None:
    other = _targets(country)

    assert [target.path for target in other] == [target.path for target in england]
    for ours, theirs in zip(england, other, strict=True):
        assert _without_country(ours.page) == _without_country(theirs.page), ours.path
        assert ours.page.frame.imprint.outside != theirs.page.frame.imprint.outside, ours.path
    guides = [(o.page, t.page) for o, t in zip(england, other, strict=True) if isinstance(o.page, Guide) and isinstance(t.page, Guide)]
    assert all(ours.curriculum != theirs.curriculum for ours, theirs in guides)
    assert all(ours.law != theirs.law for ours, theirs in guides if ours.front.tier == "t4")


def test_every_country_of_the_data_can_be_planned_and_none_gives_pupils_an_adults_service() -> None:
    library = pipeline.edition(pipeline.Order(root=ROOT, today=TODAY)).library
    adults = {service.id for service in library.services if service.audience in {"adult", "professional"}}
    for country in library.countries:
        for target in _targets(country.code):
            own = target.page.frame.imprint

            assert own.outside, f"{country.code}: {target.path} has no route outside school"
            assert not {route.id for route in (*own.outside, *own.removal)} & adults, country.code
