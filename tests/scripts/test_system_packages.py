"""What no package index delivers is found, installed where allowed, and otherwise asked for exactly."""

import os
from pathlib import Path

import pytest

from scripts import system_packages
from scripts.system_packages import MissingSoftware

APT_GET = """#!/bin/sh
cd "$(dirname "$0")" || exit 9
echo "$DEBIAN_FRONTEND $*" >> calls
case "$1" in install) exit "$(cat status)" ;; esac
"""


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without PostgreSQL and Chromium, with an apt-get that only notes its calls."""
    apt_get = tmp_path / "apt-get"
    apt_get.write_text(APT_GET)
    apt_get.chmod(0o755)
    (tmp_path / "status").write_text("0")
    for needed in ("dirname", "cat", "sh"):
        (tmp_path / needed).symlink_to(f"/bin/{needed}")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setattr(system_packages, "DEBIAN_POSTGRESQL", tmp_path / "postgresql")
    return tmp_path


def add_postgresql(machine: Path, version: str) -> Path:
    """Put a PostgreSQL of this version where Debian puts it and return its binaries."""
    binaries = machine / "postgresql" / version / "bin"
    binaries.mkdir(parents=True)
    (binaries / "initdb").touch()
    (binaries / "postgres").touch()
    return binaries


def test_the_newest_postgresql_is_found(bare_machine: Path) -> None:
    add_postgresql(bare_machine, "9.6")
    newest = add_postgresql(bare_machine, "15")
    assert system_packages.require_postgresql() == newest


def test_a_client_without_a_server_is_no_postgresql(bare_machine: Path) -> None:
    (add_postgresql(bare_machine, "15") / "postgres").unlink()
    assert system_packages.postgresql_binaries() is None


def test_chromium_path_decides(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM_PATH", "/elsewhere/chrome")
    assert system_packages.require_chromium() == Path("/elsewhere/chrome")


def test_root_installs_what_is_missing_without_a_question(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    system_packages.install("chromium")
    assert (bare_machine / "calls").read_text().splitlines() == [
        "noninteractive update -q",
        "noninteractive install -y -q --no-install-recommends chromium",
    ]


def test_anyone_else_is_told_what_to_install(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(MissingSoftware, match="sudo apt-get install --no-install-recommends postgresql"):
        system_packages.require_postgresql()
    assert not (bare_machine / "calls").exists()


def test_root_on_another_system_is_told_what_to_install(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (bare_machine / "apt-get").unlink()
    with pytest.raises(MissingSoftware, match="CHROMIUM_PATH"):
        system_packages.require_chromium()


def test_an_installation_that_fails_is_told(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (bare_machine / "status").write_text("100")
    with pytest.raises(MissingSoftware, match="could not be installed"):
        system_packages.require_postgresql()


def test_an_installation_that_brings_nothing_is_told(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(MissingSoftware, match="cannot be found"):
        system_packages.require_chromium()
