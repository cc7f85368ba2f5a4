"""Schools that do not exist, each unlike the others in all that stands in slots: what benchmarks print for.

Names are as long as names are; a number in a name makes it new, so that nothing of a school before it serves for the next.
"""

import random
from pathlib import Path

FIRST = ["Ada", "Ann", "Bea", "Ben", "Eve", "Fay", "Ian", "Ida", "Jan", "Jo", "Kit", "Lea", "Lin", "Max", "Meg", "Nia", "Pia", "Sam", "Una"]
LAST = ["Abel", "Bell", "Cole", "Dale", "Ellis", "Firth", "Gale", "Hall", "Iqbal", "Jones", "Mills", "Nash", "Patel", "Reid", "Shah"]
TREES = ["Alder", "Ash", "Beech", "Birch", "Cedar", "Elder", "Hazel", "Holly", "Larch", "Linden", "Maple", "Oak", "Pine", "Rowan", "Willow"]
PLACES = ["Bank", "Bridge", "Brook", "Cross", "Field", "Green", "Grove", "Hill", "Lane", "Mead", "Park", "Row", "Vale", "View", "Wood"]
ROOMS = ("Room {}, upstairs", "Office {}", "Room {}", "Quiet room {}", "Room {}, the hall")


def profile(number: int, logo: bool) -> dict[str, object]:
    """The profile of this school, as `school.yaml` says it; the same number is the same school."""
    chance = random.Random(number)
    lead, deputy = (f"{chance.choice(FIRST)} {chance.choice(LAST)}" for _ in range(2))
    name = f"{chance.choice(TREES)} {chance.choice(PLACES)} School {number}"
    web = f"school{number}.example"
    room = chance.choice(ROOMS).format(number % 90 + 1)
    made: dict[str, object] = {
        "name": name,
        "country": "GB-ENG",
        "lead": {
            "name": lead,
            "role": "Designated safeguarding lead",
            "room": room,
            "phone": f"01632 96{number % 10_000:04}",
            "email": f"lead@{web}",
        },
        "deputy": {"name": deputy, "role": "Deputy safeguarding lead", "room": "School office", "phone": f"01632 9{number % 100_000:05}"},
        "routes": [{"name": lead, "where": room}],
        "address": [f"{chance.choice(TREES)} Road {number}", f"Exampleton EX{number % 90 + 1} {number % 9 + 1}MP"],
        "phone": f"01632 95{number % 10_000:04}",
        "email": f"office@{web}",
        "web": web,
        "colour": f"#{chance.randrange(0x10, 0x60):02X}{chance.randrange(0x10, 0x60):02X}{chance.randrange(0x10, 0x60):02X}",
    }
    return made | ({"logo": "logo.svg"} if logo else {})


def drawing(number: int) -> str:
    """The logo of this school: some shapes, placed like no other's."""
    chance = random.Random(-number)
    x, y, ink = chance.uniform(20, 44), chance.uniform(20, 44), f"#{chance.randrange(0x10, 0x80):02X}{number % 128:02X}4D"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><title>School {number}</title>'
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="16" fill="none" stroke="{ink}" stroke-width="4"/>'
        f'<path d="M{x:.2f} 56V{y:.2f}M{x:.2f} {y + 8:.2f}l8-7M4 58c14-7 42-7 56 0" fill="none" stroke="{ink}" stroke-width="3"/></svg>'
    )


def write(folder: Path, number: int, logo: bool) -> Path:
    """The folder of this school below `folder`, with its profile and its logo."""
    from signpost.pipeline.profile import profile_lines

    own = folder / f"school-{number}"
    own.mkdir(parents=True)
    (own / "school.yaml").write_text("\n".join(profile_lines(profile(number, logo))) + "\n", encoding="utf-8")
    if logo:
        (own / "logo.svg").write_text(drawing(number), encoding="utf-8")
    return own
