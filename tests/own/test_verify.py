"""A print says what it was made from, and `verify` says whether that is still so, and what to do."""

import json
import re
import shutil
from pathlib import Path

import pytest

from signpost import pipeline
from signpost.pipeline import customise, targets_of, verify
from signpost.problem import CannotRead, report

from .conftest import PRESSURE, World

NOAH = "Noah is 12. He met someone in a game. Now they want money tonight."


def code(world: World, name: str = "cards") -> str:
    """What stands at the foot of a document today."""
    return next(
        target.page.frame.code
        for target in targets_of(world.edition(), world.order)
        if target.page.name == name and target.page.frame.module == "t4-pressure"
    )


def remember(world: World) -> None:
    """As a build does when its files are made."""
    ready = world.edition()
    verify.remember_prints(ready.own_folder, targets_of(ready, world.order), world.today.isoformat())


def test_a_print_of_today_is_current(world: World) -> None:
    found = verify.verify(world.order, code(world))

    assert found.current
    assert (found.document, found.module, found.version) == ("cards", "t4-pressure", "1.0.0")
    assert "Hand it out" in found.advice


def test_a_code_may_be_typed_as_people_type(world: World) -> None:
    typed = code(world).replace("-", " ").upper().replace("0", "O").replace("1", "l")

    assert verify.verify(world.order, typed).current


def test_an_old_print_is_known_and_text_routes_and_law_are_told_apart(world: World) -> None:
    old = code(world)
    remember(world)
    world.update("1.1.0", (NOAH, NOAH.replace("tonight", "at once")))
    text = verify.verify(world.order, old)
    assert (text.text, text.law, text.routes) == (False, True, True)
    assert "print it again for the next class" in text.advice
    services = world.root / "content/countries/services/EX.yaml"
    services.write_text(services.read_text().replace("01632 960 111", "01632 960 112"))
    routes = verify.verify(world.order, old)
    assert (routes.text, routes.law, routes.routes) == (False, True, False)
    assert "Do not hand it out" in routes.advice
    country = world.root / "content/countries/EX.yaml"
    country.write_text(country.read_text().replace("text: ", "text: Truly, ", 1))
    assert verify.verify(world.order, old).law is False


def test_a_safety_critical_change_says_do_not_hand_it_out(world: World) -> None:
    old = code(world)
    remember(world)
    world.update("1.1.0", (NOAH, NOAH + " He can stop here."), critical="noah")

    assert "matters for safety. Do not hand it out" in verify.verify(world.order, old).advice


def test_a_lesson_that_is_no_longer_taught_is_told(world: World) -> None:
    old = code(world)
    remember(world)
    profile = world.school / "school.yaml"
    profile.write_text(profile.read_text() + "tiers: [t1]\n")

    assert "no longer teaches" in verify.verify(world.order, old).advice


@pytest.mark.parametrize(("what", "said"), [("hello", "is no code and no file"), ("ffff-ffff-ffff-ffff", "No print with the code")])
def test_what_is_no_code_is_told(world: World, what: str, said: str) -> None:
    with pytest.raises(CannotRead, match=said):
        verify.verify(world.order, what)


def test_a_file_that_is_not_ours_is_told(world: World, tmp_path: Path) -> None:
    path = tmp_path / "holiday.pdf"
    path.write_bytes(b"%PDF-1.4 no")
    with pytest.raises(CannotRead, match="does not say what it was made from"):
        verify.verify(world.order, str(path))


@pytest.mark.slow
def test_every_file_of_an_edition_says_what_it_was_made_from_and_the_manifest_lists_all(world: World, tmp_path: Path) -> None:
    world.change(world.edit("noah"), "Noah is 12.", "Noah is 13.")
    world.update("1.1.0", (NOAH, NOAH.replace("tonight", "at once")))
    order = pipeline.Order(
        **{name: getattr(world.order, name) for name in ("root", "school", "today", "out")}, only=("t4/pressure",), jobs=2
    )
    result = pipeline.build(order)
    assert result.open, report(result.problems)
    manifest = {entry["path"]: entry for entry in json.loads((result.open.parent / "manifest.json").read_text())["files"]}
    for path in sorted(result.open.parent.rglob("*")):
        if path.suffix not in (".pdf", ".pptx", ".docx") and path.name != "slides.html":
            continue
        entry = manifest[path.relative_to(result.open.parent).as_posix()]
        found = verify.verify(world.order, str(path))
        assert found.current or found.module in ("lead-guide", "profile"), path  # one lesson was built, and these are about all
        assert found.exact, path
        assert (found.code, found.module, found.document) == (entry["code"], entry["module"], entry["document"]), path
        if entry["module"] == "t4-pressure":
            assert entry["edits"] == {"noah": "review"}
            assert found.version == entry["made-from"] == "1.1.0+1*"
            assert found.edits == "noah: review"
    remembered = (world.school / "record" / "prints.jsonl").read_text()
    assert re.findall(r'"code": "([0-9a-f-]{19})"', remembered)
    copy = tmp_path / "cards.pdf"
    shutil.copy(result.open.parent / "t4/pressure/cards.pdf", copy)
    copy.write_bytes(copy.read_bytes() + b"\n% changed")
    changed = verify.verify(world.order, str(copy))
    assert changed.exact is False
    assert not changed.current
    assert "somebody has changed it" in changed.advice
    world.decide("noah", "merge", world.state("noah").suggestion)
    assert verify.verify(world.order, str(copy)).text is False
    assert (world.root / PRESSURE).is_file()
    assert customise.decisions(world.order)
