"""A signature holds for exactly one text: change a word, and it asks again."""

from datetime import date

import pytest

from signpost import pipeline
from signpost.model import Target
from signpost.pipeline import Order, customise, targets_of
from signpost.problem import CannotRead, report

from .conftest import World


def state(world: World) -> str:
    return world.edition().own.abouts["t4-pressure"].signed.state


def of_lessons(world: World) -> list[Target]:
    """The files of the edition but those of sessions for adults, which nobody signs."""
    return [target for target in targets_of(world.edition(), world.order) if target.page.frame.module != "briefing"]


def test_a_signature_binds_the_exact_text(world: World) -> None:
    assert state(world) == "unsigned"
    said = customise.sign(world.order, "t4/pressure", "Ms Joy Okoro", "Safeguarding lead")
    assert "review by 2027-11-22" in said
    assert state(world) == "signed"
    path = world.edit("noah")
    assert state(world) == "signed", "the same words, whoever wrote them, are the same text"
    world.change(path, "Noah feels sick.", "Noah feels ill.")
    assert state(world) == "changed"
    world.change(path, "Noah feels ill.", "Noah feels sick.")
    assert state(world) == "signed"


def test_a_law_sentence_that_changes_asks_again_and_a_help_route_does_not(world: World) -> None:
    customise.sign(world.order, "t4-pressure", "Ms Joy Okoro", "Safeguarding lead")
    services = "content/countries/services/EX.yaml"
    text = (world.root / services).read_text()
    (world.root / services).write_text(text.replace("01632 960 111", "01632 960 112"))
    assert state(world) == "signed"
    country = world.root / "content/countries/EX.yaml"
    country.write_text(country.read_text().replace("text: ", "text: Truly, ", 1))
    assert state(world) == "changed"


def test_two_roles_can_be_demanded(world: World) -> None:
    profile = world.school / "school.yaml"
    profile.write_text(profile.read_text() + "sign-off: {roles: [Safeguarding lead, Headteacher], months: 6}\n")
    customise.sign(world.order, "t4-pressure", "Ms Joy Okoro", "Safeguarding lead")
    assert state(world) == "partly"
    assert world.edition().own.abouts["t4-pressure"].signed.missing == ("Headteacher",)
    with pytest.raises(CannotRead, match="'Caretaker' is not a role that signs here"):
        customise.sign(world.order, "t4-pressure", "Mr Broom", "Caretaker")
    customise.sign(world.order, "t4-pressure", "Mrs Hale", "Headteacher")
    assert state(world) == "signed"
    world.today = date(2027, 5, 23)
    assert state(world) == "due"


@pytest.mark.parametrize(("name", "role"), [("", "Headteacher"), ("Mrs Hale", " ")])
def test_a_signature_has_a_name_and_a_role(world: World, name: str, role: str) -> None:
    with pytest.raises(CannotRead, match="A signature has a name and a role"):
        customise.sign(world.order, "t4-pressure", name, role)


def test_a_lesson_that_is_not_taught_here_cannot_be_signed(world: World) -> None:
    with pytest.raises(CannotRead, match="Did you mean 't4-pressure'"):
        customise.sign(world.order, "t4-presure", "Mrs Hale", "Headteacher")


def test_unsigned_pages_carry_a_quiet_mark_and_signed_ones_none(world: World) -> None:
    before = {target.page.frame.unsigned for target in of_lessons(world) if target.page.for_pupils}
    for module in ("t1-warning-signs", "t4-pressure"):
        customise.sign(world.order, module, "Ms Joy Okoro", "Safeguarding lead")
    after = {target.page.frame.unsigned for target in of_lessons(world) if target.page.for_pupils}

    assert (before, after) == ({"unsigned"}, {""})


def test_a_school_may_demand_that_unsigned_pages_are_not_made(world: World) -> None:
    profile = world.school / "school.yaml"
    profile.write_text(profile.read_text() + 'sign-off: {roles: [Safeguarding lead], required: "yes"}\n')
    names = {target.page.name for target in of_lessons(world)}
    assert names == {"guide", "letter", "parents-copy", "disclosure", "lead-guide", "profile"}
    assert {problem.rule for problem in world.reminders()} >= {"sign-off"}
    customise.sign(world.order, "t4-pressure", "Ms Joy Okoro", "Safeguarding lead")
    made = {target.page.frame.module for target in of_lessons(world) if target.page.for_pupils}
    assert made == {"t4-pressure"}


@pytest.mark.slow
def test_an_edition_of_which_nothing_is_signed_still_gives_the_lead_what_has_to_be_read(world: World) -> None:
    profile = world.school / "school.yaml"
    profile.write_text(
        profile.read_text()
        + 'sign-off: {roles: [Safeguarding lead], required: "yes"}\nyear-names: {t4: "Years 7, 8 and 9 in both houses"}\n'
    )
    order = Order(root=world.root, school=str(world.school), today=world.today, out=world.root / "output", only=("t4/pressure",), jobs=2)
    held = pipeline.build(order)
    assert held.open, report(held.problems)
    made = {path.name for path in held.open.parent.rglob("*.pdf")}
    assert {"t4-pressure.pdf", "guide.pdf", "lead-guide.pdf"} <= made
    assert "worksheet.pdf" not in made
    customise.sign(world.order, "t4-pressure", "Ms Joy Okoro", "Safeguarding lead")
    free = pipeline.build(order)
    assert free.open, report(free.problems)
    assert (free.open.parent / "t4" / "pressure" / "worksheet.pdf").is_file()


def test_a_month_that_has_no_such_day_ends_on_its_last() -> None:
    assert customise.review_day(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert customise.review_day(date(2026, 11, 22), 12) == date(2027, 11, 22)
