"""A private PostgreSQL server in a directory of its own, reached through a Unix socket in it."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from scripts.system_packages import require_postgresql

SERVER_USER = "postgres"
APPLICATION = "servicebalie_tests"
"""The role that owns databases as in production: for a superuser there is no row-level security."""
START_SECONDS = 60
FORGETFUL = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


class PostgresServer:
    """One PostgreSQL cluster, made when the object is made and removed by `close`.

    A durable server writes to disk as in production (fsync on), for tests of crashes; the others are
    fast and lose everything in a crash. Raises MissingSoftware where PostgreSQL is not installed.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._binaries = require_postgresql()
        self._durable = durable
        self._owner = SERVER_USER if os.geteuid() == 0 else None
        self._directory = Path(tempfile.mkdtemp(prefix="servicebalie-postgresql-"))
        if self._owner:
            shutil.chown(self._directory, self._owner)
        self._process: subprocess.Popen[bytes] | None = None
        self._make_cluster()
        self.start()

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of one database of this server."""
        return f"postgresql://{SERVER_USER}@/{database}?host={quote(str(self._directory), safe='')}"

    @property
    def directory(self) -> Path:
        """Where all its files are, its log and its journal too."""
        return self._directory

    def pid(self) -> int:
        """Return the process id of the server, whose other processes are its children."""
        assert self._process is not None, "the server does not run"
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it answers. Raises RuntimeError with its log if it does not."""
        options = [
            "-c",
            "listen_addresses=",
            "-c",
            "max_connections=200",
            *(() if self._durable else FORGETFUL),
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._cluster, "-k", self._directory, *options],
                user=self._owner,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_it_answers(self._process)

    def crash(self) -> None:
        """Stop at once, as a power cut does: no checkpoint, open transactions lost."""
        self._stop(signal.SIGQUIT)

    def close(self) -> None:
        """Stop the server, closing every connection, and remove its directory."""
        self._stop(signal.SIGINT)
        shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _cluster(self) -> Path:
        return self._directory / "cluster"

    @property
    def _log(self) -> Path:
        return self._directory / "log"

    def _make_cluster(self) -> None:
        command: list[str | Path] = [
            self._binaries / "initdb",
            "-D",
            self._cluster,
            "-U",
            SERVER_USER,
            "--auth=trust",
        ]
        subprocess.run(
            [*command, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            user=self._owner,
            cwd=self._directory,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}")

    def _stop(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None


def as_superuser(url: str) -> str:
    """Return the address of a database for the role that made it, as psycopg takes it."""
    given = os.environ.get("TEST_DATABASE_URL")
    server = make_url(given) if given else make_url(url).set(username=SERVER_USER)
    own = server.set(drivername="postgresql", database=make_url(url).database)
    return own.render_as_string(hide_password=False)


def make_application(server: str) -> None:
    """Make the role of the application on the server of a URL, if it is not there already."""
    address = make_url(server).set(drivername="postgresql")
    create = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS PASSWORD {}").format(
        sql.Identifier(APPLICATION), sql.Literal(address.password)
    )
    there = (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation)
    with (
        contextlib.suppress(*there),
        psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection,
    ):
        connection.execute(create)
