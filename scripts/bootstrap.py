"""Prepares .venv: the locked packages under the Python that runs this, at once when nothing changed."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.system_packages import install

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
ENVIRONMENT = ROOT / ".venv"
UV_VERSION = "0.13.9"
OLDEST_UV = (0, 9)
INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")


class PreparationFailed(Exception):
    """The environment could not be prepared; the message says what to do."""


def prepare(*, with_tests: bool) -> Path:
    """Make .venv hold the locked packages and return its directory of commands.

    `with_tests` adds the packages that only the checks need. When nothing that decides the contents has
    changed since the last time, nothing is run and no network is needed. Raises PreparationFailed or
    MissingSoftware.
    """
    stamps = [ENVIRONMENT / "prepared-to-run", ENVIRONMENT / "prepared-to-test"]
    wanted = fingerprint(ROOT)
    stamp = stamps[with_tests]
    if not (stamp.exists() and stamp.read_text() == wanted):
        _synchronise(find_uv(), with_tests=with_tests)
        # Compiled once here, because Python may be set not to keep what it compiles; starting is then slow.
        _run([ENVIRONMENT / "bin" / "python", "-m", "compileall", "-q", ROOT / "servicebalie"])
        for met in stamps if with_tests else stamps[:1]:
            met.write_text(wanted)
    return ENVIRONMENT / "bin"


def fingerprint(root: Path) -> str:
    """Return a digest of all that decides what .venv must hold, in hexadecimal."""
    catalogues = sorted(root.glob("translations/**/*.po"))
    digest = hashlib.sha256(f"{root}\n{sys.executable}\n{sys.version}\n".encode())
    for source in (root / "uv.lock", root / "pyproject.toml", root / "hatch_build.py", *catalogues):
        digest.update(f"{source.relative_to(root)}\n".encode())
        digest.update(hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()


def find_uv() -> Path:
    """Return the uv on PATH if it is new enough, otherwise the one in .tools, installing it there first.

    Raises PreparationFailed or MissingSoftware.
    """
    on_path = shutil.which("uv")
    if on_path and uv_version(on_path) >= OLDEST_UV:
        return Path(on_path)
    own = TOOLS / "bin" / "uv"
    if not own.exists():
        _make_tools()
    return own


def uv_version(uv: str) -> tuple[int, ...]:
    """Return the version of a uv as numbers, such as (0, 13, 9), or () when it does not tell."""
    told = subprocess.run([uv, "--version"], check=False, capture_output=True, text=True).stdout
    number = re.search(r"\d+(\.\d+)+", told)
    return tuple(int(part) for part in number[0].split(".")) if number else ()


def named_index() -> str | None:
    """Return the package index that this machine's settings of uv or pip name, or None for the usual one."""
    for variable in INDEX_VARIABLES:
        if os.environ.get(variable):
            return os.environ[variable]
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    told = subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip()
    return told or None


def uv_environment() -> dict[str, str]:
    """Return the environment in which uv works on .venv, downloads no Python, and trusts what pip trusts."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    if "PIP_CERT" in environment:
        environment.setdefault("SSL_CERT_FILE", environment["PIP_CERT"])
    return {
        **environment,
        "UV_COMPILE_BYTECODE": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT),
    }


def _make_tools() -> None:
    if not _has_ensurepip():
        install("python3-venv", f"for {sys.executable}")
    print("Preparing the package installer ...", flush=True)
    _run([sys.executable, "-m", "venv", "--clear", TOOLS])
    _run([TOOLS / "bin" / "python", "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}"])


def _has_ensurepip() -> bool:
    # Asked of another process, because Debian delivers the module while this one runs.
    asked = [sys.executable, "-c", "import ensurepip"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def _synchronise(uv: Path, *, with_tests: bool) -> None:
    print("Preparing the environment in .venv ...", flush=True)
    index = named_index()
    if index:
        _install_from(index, uv, with_tests=with_tests)
        return
    # Without the test packages nothing is removed, so that ./run after ./test leaves those in place.
    extent = [] if with_tests else ["--no-dev", "--inexact"]
    _run([uv, "sync", "--locked", "--quiet", "--python", sys.executable, *extent])


def _install_from(index: str, uv: Path, *, with_tests: bool) -> None:
    """Install the locked versions, checked against the locked hashes, from another index.

    `uv sync` cannot: it reads the addresses in the lock file, and refuses a lock made for another index.
    """
    python = ENVIRONMENT / "bin" / "python"
    from_index: list[str | Path] = ["--quiet", "--python", python, "--default-index", index]
    with tempfile.TemporaryDirectory() as directory:
        locked = Path(directory) / "requirements.txt"
        extent = [] if with_tests else ["--no-dev"]
        _run([uv, "export", "--frozen", "--quiet", "--no-emit-project", "--output-file", locked, *extent])
        _run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, ENVIRONMENT])
        _run([uv, "pip", "install", *from_index, "--require-hashes", "--requirements", locked])
    _run([uv, "pip", "install", *from_index, "--no-deps", "--editable", ROOT])


def _run(command: list[str | Path]) -> None:
    finished = subprocess.run(command, check=False, cwd=ROOT, env=uv_environment(), stdin=subprocess.DEVNULL)
    if finished.returncode != 0:
        shown = " ".join(str(word) for word in command)
        raise PreparationFailed(f"this failed (its own message is above): {shown}")
