"""Databases and servers to measure, on loopback and with the settings of production."""

import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.cpu import cpu_seconds
from benchmarks.desk import MeasuredDesk, set_up_desk
from scripts.processes import start, stop, wait_until_it_answers
from servicebalie.cli.database import migrate_database
from servicebalie.db import Database
from tests.support.postgres_server import APPLICATION, PostgresServer, make_application

ROOT = Path(__file__).parents[1]
OURS = "servicebalie.wsgi:app"
BARE = "benchmarks.baseline:app"


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server."""

    pid: int
    port: int

    def url(self, path: str) -> str:
        """Return the address of a path on this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    def cpu_seconds(self) -> float:
        """Return the processor time used so far, in seconds."""
        return cpu_seconds(self.pid)


@contextmanager
def serving(application: str, database_url: str) -> Iterator[Server]:
    """Serve a WSGI application with the settings of production, on a free port."""
    port = _free_port()
    # `start` lets the environment of this process win; here that could be a database with real questions.
    settings = [f"{name}={value}" for name, value in settings_for(database_url).items()]
    server = [sys.executable, "-m", "benchmarks.granian_server", application, str(port)]
    with tempfile.TemporaryDirectory() as directory:
        program = start(
            application,
            ["env", *settings, *server],
            directory=ROOT,
            log=Path(directory) / "log",
            settings={},
        )
        try:
            wait_until_it_answers(program, port, "/api/v1/openapi.json")
            yield Server(program.process.pid, port)
        finally:
            stop([program])


def make_database(server: PostgresServer, name: str) -> tuple[str, MeasuredDesk]:
    """Make a database with all tables and the measured desk; return its URL and the desk."""
    make_application(server.url())
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" OWNER "{APPLICATION}"'.encode())
    url = make_url(server.url(name)).set(username=APPLICATION).render_as_string(hide_password=False)
    migrate_database(url)
    database = Database(url)
    desk = database.write(set_up_desk)
    database.dispose()
    return url, desk


def connect(url: str) -> psycopg.Connection:
    """Open a connection in autocommit that sees the rows of all desks."""
    return psycopg.connect(url, autocommit=True, options="-c servicebalie.desk=*")


def settings_for(database_url: str) -> Mapping[str, str]:
    """Return the environment of a deployment on a database, and of the baseline."""
    return {
        "SERVICEBALIE_MODE": "production",
        "SERVICEBALIE_DATABASE_URL": database_url,
        "SERVICEBALIE_SECRET": "a secret for measuring, of enough bytes",
        "SERVICEBALIE_MASTER_KEY": "6d" * 32,
        "SERVICEBALIE_PUBLIC_ADDRESS": "https://desk.invalid",
        "SERVICEBALIE_TRUSTED_HOSTS": "127.0.0.1",
        "SERVICEBALIE_TRUSTED_PROXIES": "127.0.0.1",
        "SERVICEBALIE_MAIL_URL": "smtp://mail.invalid:25",
        "SERVICEBALIE_MAIL_FROM": "desk@desk.invalid",
        "BASELINE_DATABASE_URL": database_url,
        # All that is measured comes from one address, and nobody fills in a form so fast.
        "SERVICEBALIE_QUESTIONS_PER_ADDRESS": "3600000",
        "SERVICEBALIE_QUESTIONS_PER_NETWORK": "3600000",
        "SERVICEBALIE_FASTEST_FORM_SECONDS": "0",
        "SERVICEBALIE_REQUESTS_PER_TOKEN": "600000",
        "SERVICEBALIE_REQUESTS_PER_ADDRESS": "600000",
        "SERVICEBALIE_REQUESTS_PER_NETWORK": "600000",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
