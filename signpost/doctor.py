"""What this computer has and lacks for a build and for the tests, and what to type where something is missing.

Standard library alone: it must speak where nothing is installed yet. `build.py` asks the same functions before it installs.
"""

import ctypes
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
CASK = "--cask "
ROOM_NEEDED = 1_500_000_000


@dataclass(frozen=True, slots=True)
class Library:
    """A native library that WeasyPrint opens while it runs."""

    name: str
    files: tuple[str, ...]
    version: str
    packages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that only the tests call; any of its commands will do."""

    name: str
    commands: tuple[str, ...]
    packages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is there or not; where it is not, the package that brings it, or what to type."""

    name: str
    there: bool
    detail: str
    package: str = ""
    fix: str = ""
    only_tests: bool = False


def _packages(debian: str, fedora: str, macos: str, ubuntu: str = "") -> Mapping[str, str]:
    return {"debian": debian, "ubuntu": ubuntu or debian, "fedora": fedora, "macos": macos}


LIBRARIES = (
    Library(
        "Pango",
        ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
        "pango_version_string",
        _packages("libpango-1.0-0", "pango", "pango"),
    ),
    Library(
        "Pango for FreeType",
        ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
        "pango_version_string",
        _packages("libpangoft2-1.0-0", "pango", "pango"),
    ),
    # Without it WeasyPrint still works, five to fifteen times slower.
    Library(
        "HarfBuzz subset",
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll"),
        "hb_version_string",
        _packages("libharfbuzz-subset0", "harfbuzz", "harfbuzz"),
    ),
)

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TOOLS = (
    Tool("Poppler", ("pdftoppm",), _packages("poppler-utils", "poppler-utils", "poppler")),
    Tool("QPDF", ("qpdf",), _packages("qpdf", "qpdf", "qpdf")),
    Tool("ZBar", ("zbarimg",), _packages("zbar-tools", "zbar", "zbar")),
    Tool("Chromium", CHROMIUM, _packages("chromium", "chromium", CASK + "google-chrome", ubuntu="chromium-browser")),
    Tool("LibreOffice Impress", ("loimpress",), _packages("libreoffice-impress", "libreoffice-impress", CASK + "libreoffice")),
    Tool("LibreOffice Writer", ("lowriter",), _packages("libreoffice-writer", "libreoffice-writer", CASK + "libreoffice")),
    Tool("Java", ("java",), _packages("default-jre-headless", "java-latest-openjdk-headless", CASK + "temurin")),
    Tool("Node", ("node", "nodejs"), _packages("nodejs", "nodejs", "node")),
    Tool("npm", ("npm",), _packages("npm", "nodejs-npm", "node")),
)
APPLICATIONS = {
    "Chromium": Path("/Applications/Google Chrome.app"),
    "LibreOffice Impress": Path("/Applications/LibreOffice.app"),
    "LibreOffice Writer": Path("/Applications/LibreOffice.app"),
}
WINDOWS_PANGO = (
    "install MSYS2 (www.msys2.org), and in its window: pacman -S mingw-w64-ucrt-x86_64-pango\n"
    "then here: setx WEASYPRINT_DLL_DIRECTORIES C:\\msys64\\ucrt64\\bin   and open a new window\n"
    "or use the Linux that Windows has: wsl --install   and start build.py there\n"
    "or the container: see the first lines of Containerfile"
)
MSYS2_FOLDERS = "C:\\msys64\\ucrt64\\bin;C:\\msys64\\mingw64\\bin"
WINDOWS_TOOLS = "use the Linux that Windows has: wsl --install   and start build.py there"


def system(platform_name: str = sys.platform, release: Path = Path("/etc/os-release")) -> str:
    """The family of this computer's system: debian, ubuntu, fedora, macos, windows or other."""
    if platform_name in {"darwin", "win32"}:
        return {"darwin": "macos", "win32": "windows"}[platform_name]
    try:
        lines = release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return "other"
    said = dict(line.split("=", 1) for line in lines if "=" in line)
    names = [said.get("ID", ""), *said.get("ID_LIKE", "").strip("\"'").split()]
    known = {"ubuntu": "ubuntu", "debian": "debian", "fedora": "fedora", "rhel": "fedora"}
    return next((known[name.strip("\"'")] for name in names if name.strip("\"'") in known), "other")


def open_library(library: Library) -> ctypes.CDLL | None:
    """The library, opened, or None where it is not to be had."""
    if sys.platform == "win32":
        for folder in os.environ.get("WEASYPRINT_DLL_DIRECTORIES", MSYS2_FOLDERS).split(";"):
            if Path(folder).is_dir():
                os.add_dll_directory(folder)
    folders = ("", *(f"{folder}/" for folder in macos_folders())) if sys.platform == "darwin" else ("",)
    for name in (folder + file for folder in folders for file in library.files):
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def macos_folders() -> tuple[str, ...]:
    """Where Homebrew and MacPorts put libraries, and where macOS looks by itself."""
    return tuple(folder for folder in ("/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib", "/usr/lib") if Path(folder).is_dir())


def library_version(library: Library) -> str:
    """The version the library says it has; empty where it is missing."""
    opened = open_library(library)
    if opened is None:
        return ""
    tell = getattr(opened, library.version)
    tell.restype = ctypes.c_char_p
    return str(tell().decode("ascii"))


def libraries_line() -> str:
    """Name and version of every native library, for the marker of a finished setup; a missing one has none."""
    return ", ".join(f"{library.name} {library_version(library)}".strip() for library in LIBRARIES)


def library_findings(kind: str) -> tuple[Finding, ...]:
    """What is there of the native libraries that a build needs."""
    return tuple(_library_finding(library, kind) for library in LIBRARIES)


def _library_finding(library: Library, kind: str) -> Finding:
    version = library_version(library)
    return Finding(library.name, bool(version), version, library.packages.get(kind, library.name))


def tool_findings(kind: str) -> tuple[Finding, ...]:
    """What is there of the programs that only the tests need."""
    return tuple(_tool_finding(tool, kind) for tool in TOOLS)


def _tool_finding(tool: Tool, kind: str) -> Finding:
    place = tool_path(tool, kind)
    if place and tool.name == "Node" and node_version(place) < OLDEST_NODE:
        too_old = f"{place} is too old ({OLDEST_NODE} is needed)"
        return Finding(tool.name, False, too_old, fix="install a newer one: nodejs.org", only_tests=True)
    return Finding(tool.name, bool(place), place, tool.packages.get(kind, tool.name), only_tests=True)


def tool_path(tool: Tool, kind: str) -> str:
    """Where the tool is; empty where it is missing."""
    if kind == "macos":
        if tool.name == "Java" and subprocess.run(["/usr/libexec/java_home"], capture_output=True, check=False).returncode:
            return ""  # /usr/bin/java is there without a Java, and only opens an advertisement
        if tool.name in APPLICATIONS and APPLICATIONS[tool.name].exists():
            return str(APPLICATIONS[tool.name])
    return next((path for path in map(shutil.which, tool.commands) if path), "")


def node_version(path: str) -> int:
    """The first number of the version of Node; 0 where it does not say."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", said)
    return int(found.group(1)) if found else 0


def can_make_environments() -> bool:
    """Python's own parts for making an environment are here; Debian and Ubuntu keep them in a package of their own."""
    return find_spec("venv") is not None and find_spec("ensurepip") is not None


def venv_package() -> str:
    """The name of Debian's package for making environments with the Python that runs."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def missing_packages(kind: str, *, tests: bool, environment: bool) -> tuple[str, ...]:
    """The system packages to install; on a system we know no packages for, the names of what is missing."""
    needed: list[tuple[str, Mapping[str, str]]] = [(item.name, item.packages) for item in LIBRARIES if not library_version(item)]
    if tests:
        needed += [(item.name, item.packages) for item in TOOLS if not tool_path(item, kind)]
    names = [packages.get(kind, name) for name, packages in needed]
    if environment and not can_make_environments() and kind in {"debian", "ubuntu"}:
        names.append(venv_package())
    return tuple(dict.fromkeys(names))


def is_administrator() -> bool:
    """This person may change the system without asking."""
    return sys.platform != "win32" and os.geteuid() == 0


def install_commands(kind: str, packages: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The commands that install these packages, without what makes one an administrator; none on a system we do not know."""
    names = tuple(dict.fromkeys(packages))
    match kind:
        case "debian" | "ubuntu":
            return (("apt-get", "update"), ("apt-get", "install", "--no-install-recommends", "-y", *names))
        case "fedora":
            return (("dnf", "install", "-y", *names),)
        case "macos":
            plain = tuple(name for name in names if not name.startswith(CASK))
            casks = tuple(name.removeprefix(CASK) for name in names if name.startswith(CASK))
            commands = (("brew", "install", *plain), ("brew", "install", "--cask", *casks))
            return tuple(command for command, wanted in zip(commands, (plain, casks), strict=True) if wanted)
        case _:
            return ()


def how_to_install(kind: str, packages: Sequence[str]) -> str:
    """What to type on this system to install these packages."""
    if kind == "windows":
        return WINDOWS_PANGO if {library.name for library in LIBRARIES} & set(packages) else WINDOWS_TOOLS
    sudo = () if is_administrator() or kind == "macos" else ("sudo",)
    typed = " && ".join(" ".join((*sudo, *command)) for command in install_commands(kind, packages))
    if kind == "macos" and not shutil.which("brew"):
        return f"first Homebrew, see brew.sh; then: {typed}"
    return typed or f"with this system's package manager, install: {', '.join(packages)}"


def python_finding(version: tuple[int, int, int], kind: str) -> Finding:
    """Whether this Python is new enough."""
    fix = {"macos": "brew install python", "windows": "winget install Python.Python.3.13"}.get(kind, "install Python 3.11 or newer")
    return Finding("Python", version >= OLDEST_PYTHON, ".".join(map(str, version)), fix=fix)


def environment_findings(root: Path, kind: str) -> tuple[Finding, ...]:
    """Whether the environment with the Python packages and fonts is made, or can be made by the first build."""
    marker = root / ".venv" / ".signpost"
    fonts = _fonts(root)
    if marker.is_file():
        return (
            Finding("Environment", True, ".venv"),
            Finding("Fonts", bool(fonts), ", ".join(fonts), fix="remove the folder .venv; the next build makes it again"),
        )
    if can_make_environments() or shutil.which("uv"):
        return (Finding("Environment", True, "not made yet: the first build makes it"), Finding("Fonts", True, "come with the environment"))
    package = venv_package() if kind in {"debian", "ubuntu"} else "Python with its venv and ensurepip"
    return (Finding("Environment", False, "cannot be made", package),)


def _fonts(root: Path) -> tuple[str, ...]:
    pattern = "Lib/site-packages/fontpkg_*" if sys.platform == "win32" else "lib/python*/site-packages/fontpkg_*"
    names = (folder.name for folder in (root / ".venv").glob(pattern) if not folder.name.endswith(".dist-info"))
    return tuple(sorted(name.removeprefix("fontpkg_").replace("_", " ").title() for name in names))


def validators_finding(root: Path) -> Finding:
    """Whether the validators from package.json are there."""
    there = (root / "node_modules" / ".package-lock.json").is_file()
    return Finding("Validators", there, "node_modules" if there else "", fix="npm ci --ignore-scripts", only_tests=True)


def room_finding(folder: Path) -> Finding:
    """Whether there is room for the environment and some editions."""
    free = shutil.disk_usage(folder).free
    return Finding("Room on disk", free >= ROOM_NEEDED, f"{free / 1e9:.1f} GB free", fix="make 1.5 GB free")


def output_finding(output: Path) -> Finding:
    """Whether a build may write what it makes."""
    folder = output if output.exists() else output.parent
    may = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return Finding("Output folder", may, "may be written" if may else f"{folder} may not be written", fix=_own(folder))


def _own(folder: Path) -> str:
    if sys.platform == "win32":
        return f'allow yourself to write to "{folder}" (right click, Properties, Security)'
    return f'sudo chown -R "$(id -un)" "{folder}"'


def findings(root: Path) -> tuple[Finding, ...]:
    """Everything that a build or the tests need on this computer."""
    kind = system()
    return (
        python_finding(sys.version_info[:3], kind),
        *library_findings(kind),
        *environment_findings(root, kind),
        room_finding(root),
        output_finding(root / "output"),
        *tool_findings(kind),
        validators_finding(root),
    )


def can_build(found: Iterable[Finding]) -> bool:
    """Nothing is missing that a build needs."""
    return all(finding.there or finding.only_tests for finding in found)


def report(found: Sequence[Finding], kind: str) -> str:
    """The findings as lines: first what a build needs, then what only the tests need, then the verdict."""
    lines: list[str] = []
    for title, only_tests in (("For a build", False), ("Only for the tests (python3 build.py test installs them)", True)):
        mine = [finding for finding in found if finding.only_tests == only_tests]
        lines += [f"{title}:", *(_line(finding) for finding in mine), *_what_to_type(mine, kind)]
    ready = "A build can run: python3 build.py"
    not_ready = "A build cannot run yet. python3 build.py installs what it may; otherwise type what stands after the arrows."
    return "\n".join([*lines, ready if can_build(found) else not_ready])


def _line(finding: Finding) -> str:
    return f"  {'ok' if finding.there else 'missing':8} {finding.name:20} {finding.detail}".rstrip()


def _what_to_type(found: Iterable[Finding], kind: str) -> list[str]:
    missing = [finding for finding in found if not finding.there]
    packages = [finding.package for finding in missing if finding.package]
    fixes = [how_to_install(kind, packages)] * bool(packages) + [f"{finding.name}: {finding.fix}" for finding in missing if finding.fix]
    return [f"  -> {fix}".replace("\n", "\n     ") for fix in fixes]


def main(tell: Callable[[str], object] = print) -> int:
    """Print what is there and what is missing; 0 when a build can run, 1 otherwise."""
    import platform

    found = findings(ROOT)
    tell(f"This computer: {platform.platform()}")
    tell(report(found, system()))
    return 0 if can_build(found) else 1
