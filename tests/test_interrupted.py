"""A build that is stopped anywhere leaves nothing half-written, and the next one goes on where it stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _start(out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "signpost", "build", "--plain", "--only", "t1/warning-signs", "--out", str(out)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def _finished(out: Path) -> set[str]:
    """The keys of finished files; a plate is not one."""
    return {path.stem for path in (out / ".store").glob("*/*.json") if not path.with_suffix(".plate").exists()}


@pytest.mark.slow
@pytest.mark.parametrize(("sign", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_a_stopped_build_leaves_whole_files_and_the_next_one_goes_on(tmp_path: Path, sign: signal.Signals, code: int) -> None:
    first = _start(tmp_path)
    while not _finished(tmp_path) and first.poll() is None:
        time.sleep(0.05)
    (os.killpg if sign == signal.SIGKILL else os.kill)(first.pid, sign)
    said = first.communicate(timeout=60)[1]

    assert first.returncode == code
    assert "Traceback" not in said
    kept = _finished(tmp_path)
    assert kept
    assert not (tmp_path / "elm-bank" / "manifest.json").exists()
    for path in (tmp_path / ".store").glob("*/*.pdf"):
        assert path.read_bytes().rstrip().endswith(b"%%EOF"), path.name

    again = _start(tmp_path)
    answer = again.communicate(timeout=300)[0]

    assert again.returncode == 0
    assert f", {len(kept)} kept." in answer
    manifest = json.loads((tmp_path / "elm-bank" / "manifest.json").read_text())
    assert kept <= {entry["key"] for entry in manifest["files"] if "key" in entry}
