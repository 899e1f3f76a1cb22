"""Commands as a person types them, on a fresh database."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from servicebalie.__main__ import main
from servicebalie.cli import demo, publish, release
from servicebalie.db import Database

SECRET = "a secret of the tests that is long enough"


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended and what it said."""

    status: int
    output: str
    error: str


class Terminal:
    """Runs commands of `servicebalie` in this process."""

    def run(self, *arguments: object) -> Finished:
        """Run one command to its end; what it does with signals is undone."""
        with _signals_as_before(), CliRunner().isolation() as (output, error, _):
            try:
                main([str(argument) for argument in arguments])
            except SystemExit as end:
                # The interpreter prints the text with which a program ends, and calls that status 1.
                if isinstance(end.code, str):
                    return Finished(1, output.getvalue().decode(), end.code)
                return Finished(int(end.code or 0), output.getvalue().decode(), error.getvalue().decode())
        raise AssertionError("a command must end the process")


@contextmanager
def _signals_as_before() -> Iterator[None]:
    """Give signals back to who had them: a worker keeps them, and processes that tests start inherit that."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def terminal_of(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal of the deployment with this database, as long as the environment is patched."""
    monkeypatch.setenv("SERVICEBALIE_DATABASE_URL", database_url)
    monkeypatch.setenv("SERVICEBALIE_SECRET", SECRET)
    monkeypatch.setenv("SERVICEBALIE_MASTER_KEY", "6d" * 32)
    return Terminal()


@pytest.fixture
def terminal(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of a deployment with a migrated, empty database."""
    return terminal_of(database_url, monkeypatch)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The database of the terminal."""
    database = Database(database_url)
    yield database
    database.dispose()


def make_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let reports be published without the files of them, which take longer to make than all else."""
    monkeypatch.setattr(demo, "document_releases", lambda *_: [])
    for command in (publish, release):
        monkeypatch.setattr(command, "tell_documents", lambda *_: None)


@pytest.fixture
def without_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that publish reports and make no files of them."""
    make_no_files(monkeypatch)


@pytest.fixture
def one_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration of one reported month and the running one, instead of a year more."""
    monkeypatch.setattr(demo, "REPORTS", 1)
