"""A build opens our own files and the school's, and never the network."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
import json, os, sys
opened, calls = set(), set()
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        opened.add(os.path.realpath(arguments[0]))
    elif event.startswith("socket.") and event not in {"socket.__new__", "socket.gethostname"}:
        calls.add(event)
    elif event == "subprocess.Popen" and os.path.basename(str(arguments[0])) in {"ldconfig", "gcc", "cc", "ld", "uname", "sh"}:
        pass  # ctypes looks where Pango lies
    elif event in {"urllib.Request", "subprocess.Popen", "os.system", "os.exec"} and not str(arguments[0]).startswith(("data:", "file:")):
        calls.add(f"{event} {str(arguments[0])[:60]}")
sys.addaudithook(hook)
from signpost.cli import main
code = main(["build", "--plain", "--jobs", "1", "--only", "t1/warning-signs", "--out", sys.argv[1]])
print(json.dumps({"code": code, "opened": sorted(opened), "calls": sorted(calls)}))
"""


def test_a_build_opens_nothing_but_our_files_and_never_the_network(tmp_path: Path) -> None:
    said = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path / "out")], cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(said.stdout.splitlines()[-1])
    ours = [ROOT / name for name in ("content", "templates", "signpost", "requirements", ".venv")]
    systems = [Path(sys.prefix), Path(sys.base_prefix), Path("/usr"), Path("/lib"), Path("/etc"), Path("/dev"), Path("/proc"), Path("/sys")]
    scratch = Path(tempfile.gettempdir())  # where WeasyPrint keeps the fonts it was given while it works
    allowed = [path.resolve() for path in (*ours, *systems, scratch, Path("/opt"), Path("/System"), Path("/Library"))]

    strange = [path for path in found["opened"] if not any(Path(path).is_relative_to(root) for root in allowed)]

    assert found["code"] == 0, said.stderr
    assert found["calls"] == []
    assert strange == []
