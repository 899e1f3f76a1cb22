"""The import contracts hold, and each of them still catches what it forbids."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

# contract, module that breaks it, the line that does
VIOLATIONS = [
    ("layers", "core/planted.py", "import servicebalie.models"),
    ("layers", "core/planted.py", "import servicebalie.config"),
    ("layers", "models/planted.py", "import servicebalie.services"),
    ("layers", "services/planted.py", "import servicebalie.db"),
    ("layers", "db.py", "import servicebalie.i18n"),
    ("layers", "i18n/planted.py", "import servicebalie.http"),
    ("layers", "http/planted.py", "import servicebalie.api"),
    ("layers", "api/planted.py", "import servicebalie.web"),
    ("layers", "services/planted.py", "import servicebalie.documents"),
    ("layers", "documents/planted.py", "import servicebalie.http"),
    ("layers", "worker/planted.py", "import servicebalie.cli"),
    ("layers", "web/planted.py", "import servicebalie.app"),
    ("layers", "app.py", "import servicebalie.wsgi"),
    ("layers", "attic.py", "import json"),
    ("client-alone", "client/planted.py", "import servicebalie.core.vocabulary"),
    ("client-apart", "worker/planted.py", "import servicebalie.client"),
    ("core-pure", "core/planted.py", "import os"),
    ("core-pure", "core/planted.py", "import random"),
    ("core-pure", "core/planted.py", "import time"),
    ("core-pure", "core/planted.py", "import socket"),
    ("core-pure", "core/planted.py", "import logging"),
    ("core-pure", "core/planted.py", "from sqlalchemy import select"),
    ("core-pure", "core/planted.py", "from flask import request"),
    ("services-without-edges", "services/planted.py", "from flask import request"),
    ("services-without-edges", "models/planted.py", "import marshmallow"),
    ("services-without-edges", "i18n/planted.py", "from werkzeug.exceptions import NotFound"),
    ("services-without-edges", "services/planted.py", "import click"),
    ("services-without-edges", "documents/planted.py", "from flask_babel import gettext"),
    ("edges-without-tables", "documents/planted.py", "import servicebalie.models"),
    ("edges-without-tables", "web/planted.py", "import servicebalie.models"),
    ("edges-without-tables", "api/planted.py", "from sqlalchemy import select"),
    ("edges-without-tables", "cli/planted.py", "from sqlalchemy.orm import Session"),
    ("edges-without-tables", "worker/planted.py", "import servicebalie.models"),
    ("edges-without-tables", "documents/planted.py", "import servicebalie.models"),
    ("network", "services/planted.py", "import requests"),
    ("network", "web/planted.py", "import smtplib"),
    ("network", "cli/planted.py", "import urllib3"),
    ("network", "http/planted.py", "import requests"),
    ("network", "web/planted.py", "import authlib"),
    ("network", "http/openid.py", "import smtplib"),
    ("trends-blind", "services/releases.py", "import servicebalie.models.questions"),
    ("trends-blind", "services/releases.py", "import servicebalie.services.questions"),
    ("trends-blind", "services/trends.py", "import servicebalie.services.publication"),
    ("trends-blind", "api/trends.py", "import servicebalie.services.questions"),
    ("trends-blind", "api/trend_catalogue.py", "import servicebalie.services.questions"),
    ("trends-blind", "documents/dcat.py", "import servicebalie.models.questions"),
    ("trends-blind", "web/trends.py", "import servicebalie.services.intake"),
    ("trends-blind", "documents/planted.py", "import servicebalie.services.questions"),
    ("trends-blind", "services/report_background.py", "import servicebalie.models.questions"),
    ("changes-protected", "services/changes.py", "import servicebalie.services.publication"),
    ("changes-protected", "services/changes.py", "import servicebalie.core.disclosure"),
    ("changes-protected", "services/changes.py", "import servicebalie.models.questions"),
    ("changes-protected", "core/changes.py", "import servicebalie.core.tabulation"),
    ("raw-tables", "services/trends.py", "import servicebalie.core.tabulation"),
    ("raw-tables", "cli/planted.py", "import servicebalie.core.contributions"),
    ("configuration", "web/planted.py", "import servicebalie.config"),
    ("configuration", "services/planted.py", "import servicebalie.config"),
    ("no-circles", "models/base.py", "import servicebalie.models.questions"),
    ("commands-without-web", "cli/planted.py", "from flask import Flask"),
    ("commands-without-web", "worker/planted.py", "import servicebalie.http"),
]


def contracts() -> ConfigParser:
    """Return the configured contracts as sections."""
    configuration = ConfigParser()
    configuration.read(ROOT / ".importlinter")
    return configuration


def lint(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Check the package `servicebalie` in this directory against the contracts there."""
    command = [LINT_IMPORTS, "--no-logo", "--no-cache", *arguments]
    # Wide lines keep the names of contracts in one piece.
    wide = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, cwd=directory, env=wide, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a copy of the package and of the contracts."""
    directory = tmp_path_factory.mktemp("contracts")
    package = shutil.ignore_patterns("__pycache__", "templates", "static", "reference_data")
    shutil.copytree(ROOT / "servicebalie", directory / "servicebalie", ignore=package)
    shutil.copy(ROOT / ".importlinter", directory)
    return directory


@contextmanager
def planted(file: Path, line: str) -> Iterator[None]:
    """Add a line to a module, which need not be there, until the end of the block."""
    before = file.read_text(encoding="utf-8") if file.exists() else None
    with file.open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    try:
        yield
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before, encoding="utf-8")


def test_the_contracts_hold() -> None:
    checked = lint(ROOT)
    assert checked.returncode == 0, checked.stdout


def test_every_contract_has_a_violation_to_catch() -> None:
    named = {section.rsplit(":", 1)[1] for section in contracts().sections() if ":contract:" in section}
    assert named == {contract for contract, _, _ in VIOLATIONS}


@pytest.mark.parametrize(("contract", "module", "line"), VIOLATIONS)
def test_a_planted_violation_is_caught(copy: Path, contract: str, module: str, line: str) -> None:
    with planted(copy / "servicebalie" / module, line):
        checked = lint(copy, "--contract", contract)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert f"{contracts()[f'importlinter:contract:{contract}']['name']} BROKEN" in checked.stdout
