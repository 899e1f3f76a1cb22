"""The environment is prepared from the lock file, at once when nothing changed."""

import os
import sys
from pathlib import Path

import pytest

from scripts import bootstrap
from scripts.bootstrap import PreparationFailed
from scripts.system_packages import MissingSoftware

# Stands for uv: notes how it was called, makes .venv, and ends with the status of the file `status`.
UV = """#!/bin/sh
case "$1" in --version) echo "uv 99.1.2 (a build)"; exit ;; esac
cd "$(dirname "$0")" || exit 9
echo "$*" >> calls
echo "${UV_PYTHON_DOWNLOADS-} ${VIRTUAL_ENV-none} ${SSL_CERT_FILE-none}" > environment
mkdir -p .venv/bin && ln -sf /bin/true .venv/bin/python
exit "$(cat status)"
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a lock file, and a uv on PATH that only notes its calls."""
    for file in ("uv.lock", "pyproject.toml", "hatch_build.py"):
        (tmp_path / file).write_text(file)
    (tmp_path / "status").write_text("0")
    uv = tmp_path / "uv"
    uv.write_text(UV)
    uv.chmod(0o755)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / ".tools")
    monkeypatch.setattr(bootstrap, "named_index", lambda: None)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def calls(checkout: Path) -> list[str]:
    """Return how uv was called, without the names of directories."""
    noted = checkout / "calls"
    lines = noted.read_text().splitlines() if noted.exists() else []
    return [" ".join(word for word in line.split() if "/" not in word) for line in lines]


def test_the_lock_file_is_installed_without_test_packages_to_run(checkout: Path) -> None:
    assert bootstrap.prepare(with_tests=False) == checkout / ".venv" / "bin"
    assert calls(checkout) == ["sync --locked --quiet --python --no-dev --inexact"]


def test_nothing_is_called_when_nothing_changed(checkout: Path) -> None:
    bootstrap.prepare(with_tests=False)
    bootstrap.prepare(with_tests=False)
    assert len(calls(checkout)) == 1


def test_what_was_prepared_to_test_is_prepared_to_run(checkout: Path) -> None:
    bootstrap.prepare(with_tests=True)
    bootstrap.prepare(with_tests=False)
    assert calls(checkout) == ["sync --locked --quiet --python"]


def test_what_was_prepared_to_run_is_not_prepared_to_test(checkout: Path) -> None:
    bootstrap.prepare(with_tests=False)
    bootstrap.prepare(with_tests=True)
    assert len(calls(checkout)) == 2


@pytest.mark.parametrize("changed", ["uv.lock", "pyproject.toml", "translations/nl/LC_MESSAGES/newcomer.po"])
def test_a_change_of_what_is_installed_prepares_again(checkout: Path, changed: str) -> None:
    bootstrap.prepare(with_tests=False)
    (checkout / changed).parent.mkdir(parents=True, exist_ok=True)
    (checkout / changed).write_text("changed")
    bootstrap.prepare(with_tests=False)
    assert len(calls(checkout)) == 2


def test_a_failure_is_told_and_tried_again_the_next_time(checkout: Path) -> None:
    (checkout / "status").write_text("1")
    with pytest.raises(PreparationFailed, match="sync --locked"):
        bootstrap.prepare(with_tests=False)
    (checkout / "status").write_text("0")
    bootstrap.prepare(with_tests=False)
    assert len(calls(checkout)) == 2


def test_uv_downloads_no_python_and_trusts_what_pip_trusts(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    monkeypatch.setenv("PIP_CERT", "/certificates")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    bootstrap.prepare(with_tests=False)
    assert (checkout / "environment").read_text() == "never none /certificates\n"


def test_another_index_gets_the_locked_versions_with_their_hashes(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "named_index", lambda: "index-of-this-network")
    bootstrap.prepare(with_tests=False)
    export, _, install, _ = calls(checkout)
    assert export.startswith("export --frozen")
    assert "--default-index index-of-this-network --require-hashes" in install


@pytest.mark.parametrize("variable", bootstrap.INDEX_VARIABLES)
def test_an_index_named_in_the_environment_is_used(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in bootstrap.INDEX_VARIABLES:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, "index-of-this-network")
    assert bootstrap.named_index() == "index-of-this-network"


def test_an_old_uv_is_passed_over_for_one_of_our_own(checkout: Path) -> None:
    (checkout / "uv").write_text("#!/bin/sh\necho uv 0.4.1\n")
    own = checkout / ".tools" / "bin" / "uv"
    own.parent.mkdir(parents=True)
    own.touch()
    assert bootstrap.find_uv() == own


def test_a_uv_that_does_not_tell_its_version_counts_as_old(checkout: Path) -> None:
    (checkout / "uv").write_text("#!/bin/sh\necho what\n")
    assert bootstrap.uv_version(str(checkout / "uv")) == ()


def test_a_python_that_cannot_make_environments_gets_the_package_that_lets_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "uv").unlink()
    monkeypatch.setattr(sys, "executable", str(checkout / "python"))
    (checkout / "python").write_text("#!/bin/sh\nexit 1\n")
    (checkout / "python").chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(MissingSoftware, match="apt-get install --no-install-recommends python3-venv"):
        bootstrap.find_uv()
