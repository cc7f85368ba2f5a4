"""Twenty schools, each with the whole library, from plates: a sample of two hundred files passes what every built file has to pass."""

import json
import os
import random
import shutil
import subprocess
import time
import zipfile
from pathlib import Path

import page as page_validation
import pytest

from signpost import pipeline
from signpost.pipeline import fleet

from .conftest import ROOT, TODAY, Built
from .reading import words
from .test_numbers import CALLABLE
from .test_validators import _environment

NAMES = tuple(
    """Ysgol Gynradd Llanfairpwllgwyngyll; St Aidan’s & St Bede’s Academy; Étoile “Les Près” School; Łódź Park Primary; Oak (Upper) School;
    Hill Lane; Ştefan cel Mare; The Willows: A School for All; Skála; Bryn Elian; Newton-le-Willows High; Åsgården; Ely; Our Lady’s;
    Great Tew and Little Tew C of E Primary; Cwm; Sir William O’Neill College; Saint-Jean; Hafan Deg; No 7 School""".replace(
        "\n    ", " "
    ).split("; ")
)
LEADS = (
    "Mrs Angharad Llywelyn-Rees",
    "Mr Ng",
    "Ms Oluwaseun Adebayo-Williams",
    "Dr Şule Öztürk",
    "Miss Zoë Brontë",
    "Mr James O’Brien-Smythe",
)
SAMPLE, EVERY = 200, 10


def profile(at: int, name: str) -> str:
    lead = LEADS[at % len(LEADS)]
    second = f"  - name: Mr Second {at}\n    where: Library\n" if at % 3 == 0 else ""
    deputy = (
        f"deputy: {{name: Mr Deputy {at}, role: Deputy safeguarding lead, room: Office, phone: '01632 9607{at:02}'}}\n" if at % 2 else ""
    )
    return (
        f"name: {json.dumps(name, ensure_ascii=False)}\ncountry: GB-ENG\nspecimen: true\n"
        f"lead: {{name: {lead}, role: Designated safeguarding lead, room: Room {at}, phone: '01632 9609{at:02}',\n"
        f"  email: lead@school{at}.example}}\n"
        f"{deputy}routes:\n  - name: {lead}\n    where: Room {at}\n{second}"
        f"address: [{at} Mill Lane, Exampleton EX{at} 2MP]\nphone: '01632 9608{at:02}'\nemail: o@school{at}.example\n"
        f"colour: '#{0x10 + at * 3:02X}4C{0x50 - at * 2:02X}'\nopt-in: [t3-before-you-share]\n"
        + ("logo: logo.svg\n" if at % 4 == 0 else "")
    )


@pytest.fixture(scope="module")
def twenty(england: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zips of twenty schools; the plates are those of England's edition, which was built whole by the tests beside this one."""
    folder = tmp_path_factory.mktemp("twenty")
    for at, name in enumerate(NAMES):
        school = folder / "schools" / f"school-{at:02}"
        school.mkdir(parents=True)
        (school / "school.yaml").write_text(profile(at, name), encoding="utf-8")
        if at % 4 == 0:
            shutil.copy(ROOT / "content/schools/specimen/elm-bank/logo.svg", school)
    out = folder / "out"
    shutil.copytree(england.folder.parent / ".store", out / ".store", copy_function=os.link)
    before = len(list((out / ".store").rglob("*.plate")))
    begin = time.monotonic()
    done = fleet.launch(pipeline.Order(root=ROOT, today=TODAY, jobs=1), folder / "schools", out)
    print(f"20 schools in {time.monotonic() - begin:.0f} s")
    assert [(one.id, str(one.problems)) for one in done if one.state != "made"] == []
    assert len(list((out / ".store").rglob("*.plate"))) == before, "the plates of a build serve a fleet"
    return out


@pytest.fixture(scope="module")
def sample(twenty: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, Path]]:
    """Files of all schools and kinds, drawn at random, each with the number of its school."""
    folder = tmp_path_factory.mktemp("sample")
    dice = random.Random(22)
    drawn = []
    for at in range(len(NAMES)):
        with zipfile.ZipFile(twenty / f"school-{at:02}.zip") as archive:
            kinds = [name for name in archive.namelist() if name.endswith((".pdf", ".pptx", ".docx", "slides.html"))]
            drawn += [(at, Path(archive.extract(name, folder))) for name in dice.sample(kinds, EVERY)]
    assert len(drawn) == SAMPLE
    return drawn


def test_every_pdf_of_the_sample_is_whole_pdf_ua_1_and_embeds_its_fonts(sample: list[tuple[int, Path]]) -> None:
    wrong = []
    for _, path in (one for one in sample if one[1].suffix == ".pdf"):
        content = path.read_bytes()
        found = page_validation.validate_pdf_bytes(content, profile=page_validation.ValidationProfile.PDF_UA_1).failures
        wrong += [f"{path.name}: {one.rule_id} {one.message}" for one in found]
        checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
        wrong += [f"{path.name}: {checked.stderr}"] if checked.returncode else []
        fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
        wrong += [f"{path.name}: {line}" for line in fonts if line.split()[-5:-2] != ["yes", "yes", "yes"]]

    assert wrong == []


def test_every_office_file_of_the_sample_keeps_to_its_schema(sample: list[tuple[int, Path]]) -> None:
    for _, path in (one for one in sample if one[1].suffix in (".pptx", ".docx")):
        said = subprocess.run(["openxml-audit", str(path)], capture_output=True, text=True, check=False, env=_environment())

        assert said.returncode == 0, f"{path}\n{said.stdout}"


def test_every_file_of_the_sample_names_its_own_school_and_no_other(sample: list[tuple[int, Path]]) -> None:
    for at, path in sample:
        said = " ".join(words(path).split())
        others = {name for name in NAMES if name != NAMES[at] and name not in NAMES[at] and len(name) > 8}

        assert NAMES[at] in said, f"{path}: {NAMES[at]}"
        assert not {name for name in others if name in said}, path


def test_every_number_of_the_sample_is_its_school_s_or_its_country_s(sample: list[tuple[int, Path]], england: Built) -> None:
    services = {text for one in england.edition.services for text in (one.phone, one.text) if text}
    for at, path in sample:
        known = services | {f"01632 960{group}{at:02}" for group in (7, 8, 9)}
        codes = {target.page.frame.digest for target in england.targets}
        strange = {
            match[0]
            for match in CALLABLE.finditer(words(path))
            if not any(match[0] in one for one in known) and not any(code in match[0] for code in codes) and "-" not in match[0]
        }

        assert strange == set(), path


def test_an_edition_of_a_fleet_holds_what_a_build_makes(twenty: Path, england: Built) -> None:
    built = {path.relative_to(england.folder).as_posix() for path in england.folder.rglob("*") if path.is_file()}
    for at in range(len(NAMES)):
        with zipfile.ZipFile(twenty / f"school-{at:02}.zip") as archive:
            assert {name.partition("/")[2] for name in archive.namelist()} == built
