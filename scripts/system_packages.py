"""Finds the programs that no Python package index delivers, and installs them where that is allowed."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql")
REDIS_NAMES = ("redis-server", "valkey-server")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class MissingSoftware(Exception):
    """A program is missing and may not be installed from here; the message says what to install."""


def postgresql_binaries() -> Path | None:
    """Return the directory that holds initdb and postgres, the newest version first, or None."""
    versions = sorted(DEBIAN_POSTGRESQL.glob("[0-9]*/bin/initdb"), key=_major_version, reverse=True)
    on_path = shutil.which("initdb")
    candidates = [*versions, *([Path(on_path)] if on_path else [])]
    return next((initdb.parent for initdb in candidates if (initdb.parent / "postgres").exists()), None)


def chromium() -> Path | None:
    """Return the browser of CHROMIUM_PATH, or else the first Chromium on PATH, or None."""
    return _chosen_or_found("CHROMIUM_PATH", CHROMIUM_NAMES)


def redis_server() -> Path | None:
    """Return the program of REDIS_SERVER_PATH, or else the first Redis or Valkey on PATH, or None."""
    return _chosen_or_found("REDIS_SERVER_PATH", REDIS_NAMES)


def require_redis() -> Path:
    """Return a Redis server, installing Debian's package first when this is root on Debian.

    Raises MissingSoftware when it is missing and cannot be installed from here.
    """
    return _require("redis-server", redis_server, "or set REDIS_SERVER_PATH to a Redis or Valkey")


def require_postgresql() -> Path:
    """Return the PostgreSQL binaries, installing Debian's package first when this is root on Debian.

    Raises MissingSoftware when they are missing and cannot be installed from here.
    """
    return _require("postgresql", postgresql_binaries, "or set TEST_DATABASE_URL to a server for tests")


def require_chromium() -> Path:
    """Return a Chromium, installing Debian's package first when this is root on Debian.

    Raises MissingSoftware when it is missing and cannot be installed from here.
    """
    return _require("chromium", chromium, "or set CHROMIUM_PATH to a Chromium or Chrome")


def install(package: str, otherwise: str = "") -> None:
    """Install one Debian package with its required packages only.

    Raises MissingSoftware, with the exact command to type, when this is not root or not Debian.
    """
    command = f"apt-get install --no-install-recommends {package}"
    alternative = f" ({otherwise})" if otherwise else ""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise MissingSoftware(
            f"{package} is missing. Install it, on Debian with: sudo {command}{alternative}"
        )
    print(f"Installing {package} ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _apt_get(["update", "-q"], quiet)
    if _apt_get(["install", "-y", "-q", "--no-install-recommends", package], quiet) != 0:
        raise MissingSoftware(f"{package} could not be installed with: {command}{alternative}")


def _require(package: str, find: Callable[[], Path | None], otherwise: str) -> Path:
    found = find()
    if found is None:
        install(package, otherwise)
        found = find()
    if found is None:
        raise MissingSoftware(f"{package} was installed but cannot be found ({otherwise})")
    return found


def _chosen_or_found(variable: str, names: tuple[str, ...]) -> Path | None:
    chosen = os.environ.get(variable)
    if chosen:
        return Path(chosen)
    found = (shutil.which(name) for name in names)
    return next((Path(path) for path in found if path), None)


def _apt_get(arguments: list[str], environment: dict[str, str]) -> int:
    finished = subprocess.run(["apt-get", *arguments], check=False, env=environment, stdin=subprocess.DEVNULL)
    return finished.returncode


def _major_version(initdb: Path) -> int:
    return int(initdb.parent.parent.name.split(".")[0])
