"""`servicebalie worker`, as an operator starts and stops it."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.support.network import free_port
from tests.worker.conftest import Desk

SETTINGS = {
    "SERVICEBALIE_SECRET": "a secret of the tests that is long enough",
    "SERVICEBALIE_MASTER_KEY": "6d" * 32,
    "SERVICEBALIE_PUBLIC_ADDRESS": "https://desk.example.org",
    "SERVICEBALIE_MAIL_FROM": "desk@example.org",
}
PATIENCE_SECONDS = 60


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """The directory into which the worker delivers."""
    return tmp_path / "mails"


@pytest.fixture
def settings(database_url: str, mails: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a deployment whose mails become files."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SERVICEBALIE_DATABASE_URL", database_url)
    monkeypatch.setenv("SERVICEBALIE_MAIL_URL", f"directory:{mails}")
    return monkeypatch


@pytest.fixture
def terminal(settings: pytest.MonkeyPatch) -> Terminal:
    """A terminal of the deployment."""
    return Terminal()


@pytest.fixture
def desk_of_today(desk: Desk) -> Desk:
    """A desk whose clock is that of this machine, as a worker's is."""
    return replace(desk, work=replace(desk.work, now=datetime.now(UTC)))


def test_a_worker_that_runs_once_delivers_what_is_due_and_ends(
    terminal: Terminal, desk_of_today: Desk, mails: Path
) -> None:
    desk_of_today.register()
    desk_of_today.register(locale="ar")
    assert terminal.run("worker", "--once").status == 0
    assert len(list(mails.glob("*.eml"))) == 2


def test_what_a_worker_cannot_deliver_is_told_without_whom_it_is_for_and_what_it_says(
    terminal: Terminal, settings: pytest.MonkeyPatch, desk_of_today: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.setenv("SERVICEBALIE_MAIL_URL", f"smtp://127.0.0.1:{free_port()}")
    desk_of_today.register()
    finished = terminal.run("worker", "--once")
    told = finished.output + finished.error + "".join(capfd.readouterr())
    assert "connection-lost" in told
    for secret in ("newcomer@example.net", "newcomer", "dentist", "example.net"):
        assert secret not in told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_delivers_until_a_signal_stops_it_cleanly(
    settings: pytest.MonkeyPatch, desk_of_today: Desk, mails: Path, number: signal.Signals
) -> None:
    with subprocess.Popen([sys.executable, "-m", "servicebalie", "worker"], env=os.environ) as worker:
        try:
            desk_of_today.register()
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not list(mails.glob("*.eml")) and time.monotonic() < deadline:
                time.sleep(0.05)
            worker.send_signal(number)
            assert worker.wait(PATIENCE_SECONDS) == 0
        finally:
            worker.kill()
    assert len(list(mails.glob("*.eml"))) == 1


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SERVICEBALIE_MAIL_URL", "imap://mail.example.org", "SERVICEBALIE_MAIL_URL must be smtp://"),
        ("SERVICEBALIE_MAIL_FROM", "the desk", "SERVICEBALIE_MAIL_FROM must be an e-mail address."),
        ("SERVICEBALIE_DATABASE_URL", "sqlite:///{empty}", "The database has no tables yet."),
    ],
)
def test_a_worker_that_cannot_work_says_why(
    terminal: Terminal, settings: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    settings.setenv(name, value.format(empty=tmp_path / "empty.sqlite"))
    refused = terminal.run("worker")
    assert refused.status == 1
    assert refused.error.startswith(f"servicebalie: {sentence}")


def test_a_command_in_a_test_leaves_signals_as_they_were(terminal: Terminal) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    terminal.run("worker", "--once")
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
