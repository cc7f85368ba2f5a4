"""Engines that did not make the files say that they are well made."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import page as page_validation
import pytest

from .conftest import ROOT, Built

EDITIONS = ["england", "ireland"]
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), "")
OFFICE = shutil.which("soffice") or ""


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> Built:
    found: Built = request.getfixturevalue(request.param)
    return found


def test_every_pdf_is_pdf_ua_1(edition: Built) -> None:
    findings = {
        f"{path.relative_to(edition.folder)}: {failure.rule_id} {failure.message}"
        for path in edition.files(".pdf")
        for failure in page_validation.validate_pdf_bytes(path.read_bytes(), profile=page_validation.ValidationProfile.PDF_UA_1).failures
    }

    assert findings == set()


def test_every_pdf_is_whole_and_embeds_its_fonts(edition: Built) -> None:
    for path in edition.files(".pdf"):
        checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
        fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]

        assert checked.returncode == 0, checked.stderr
        assert fonts
        assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts), path.name


def test_every_pdf_says_what_it_is(edition: Built) -> None:
    for path in edition.files(".pdf"):
        said = subprocess.run(["pdfinfo", "-custom", str(path)], capture_output=True, text=True, check=True).stdout
        info = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
        keys = {line.split(":")[0].strip().lower() for line in said.splitlines()}

        assert {"version", "digest", "module", "licence"} <= keys, path.name
        assert "Tagged:          yes" in info, path.name
        assert [line for line in info.splitlines() if line.startswith("Title:") and line[6:].strip()], path.name


def test_every_office_file_keeps_to_its_schema(edition: Built) -> None:
    for path in edition.files(".pptx", ".docx"):
        said = subprocess.run(["openxml-audit", str(path)], capture_output=True, text=True, check=False, env=_environment())

        assert said.returncode == 0, f"{path.relative_to(edition.folder)}\n{said.stdout}"


def test_libreoffice_opens_every_office_file(edition: Built, tmp_path: Path) -> None:
    named = {}
    for path in edition.files(".pptx", ".docx"):
        copy = tmp_path / "-".join(path.relative_to(edition.folder).parts)
        shutil.copy(path, copy)
        named[copy] = path
    command = [
        OFFICE,
        "--headless",
        f"-env:UserInstallation={(tmp_path / 'office').as_uri()}",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path / "pdf"),
    ]
    subprocess.run([*command, *map(str, named)], capture_output=True, check=True, timeout=600)
    for copy in named:
        made = tmp_path / "pdf" / f"{copy.stem}.pdf"
        assert made.is_file(), copy.name
        pages = _pages(made)
        if copy.suffix == ".docx":
            assert pages == 1, copy.name
        else:
            with zipfile.ZipFile(copy) as archive:
                assert pages == sum(name.startswith("ppt/slides/slide") for name in archive.namelist()), copy.name


def _pages(path: Path) -> int:
    said = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    return int(next(line.split()[1] for line in said.splitlines() if line.startswith("Pages:")))


def test_every_html_file_is_conforming(edition: Built) -> None:
    jar = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    files = [str(path) for path in edition.files(".html")]

    said = subprocess.run(["java", "-jar", str(jar), "--format", "json", "--stdout", *files], capture_output=True, text=True, check=False)

    assert json.loads(said.stdout)["messages"] == []


def test_axe_finds_nothing_in_a_real_browser(edition: Built) -> None:
    decks = [path for path in edition.files(".html") if path.parent != edition.folder]
    own = [path for path in edition.files(".html") if path.parent == edition.folder]
    files = [str(path) for path in (*own, *decks[::3])]  # decks are of one template; the Nu checker reads them all

    said = subprocess.run(
        ["node", str(Path(__file__).with_name("axe.mjs")), CHROMIUM, *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    assert said.returncode == 0, said.stdout + said.stderr
    assert json.loads(said.stdout) == {file: [] for file in files}


def _environment() -> dict[str, str]:
    import os
    import sys

    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
