"""One PostgreSQL database for test after test, put back to what it was after the migrations."""

import contextlib
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, Self

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.support.postgres_server import APPLICATION

CATALOGUES = ("pg_class", "pg_constraint", "pg_trigger", "pg_proc", "pg_policy", "pg_attrdef")
"""Where PostgreSQL notes the shape of a database; whatever changes it writes a newer row there."""

SHAPE = ", ".join(
    # Lower numbers are of what PostgreSQL itself has: most of the rows, which no test changes.
    f"(SELECT (count(*), max(xmin::text::bigint))::text FROM {name} WHERE {number} >= 16384)"
    for name, number in [("pg_attribute", "attrelid"), *((name, "oid") for name in CATALOGUES)]
)

TABLES = "SELECT quote_ident(schemaname) || '.' || quote_ident(relname) FROM pg_stat_user_tables"
OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
RESTART = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"


class ReusedDatabase:
    """A copy of a migrated database, made when first asked for and dropped at the end.

    The role of the application owns it, and a superuser empties it. Tests may write into all tables. After
    one that changed the shape of the database, or what the migrations wrote into it, the next test gets a
    new copy.
    """

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._copy = contextlib.ExitStack()
        self._url: str | None = None
        self._superuser: psycopg.Connection | None = None
        self._filled: dict[str, str | None] = {}
        self._emptying = ""
        self._shape: tuple[Any, ...] = ()

    def as_migrated(self) -> str:
        """Return the URL of the database, in which nothing is left of earlier tests."""
        if self._url is None or self._superuser is None or not self._empty(self._superuser):
            self._copy.close()
            self._url = self._copy.enter_context(postgresql_database(self._server, template=self._template))
            # One for all tests: a new connection looks up the whole shape of the database again.
            self._superuser = psycopg.connect(self._address(self._url), autocommit=True)
            self._copy.enter_context(contextlib.closing(self._superuser))
            self._remember(self._superuser)
        return self._url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._copy.close()

    def _remember(self, connection: psycopg.Connection) -> None:
        with connection.transaction():
            self._shape = _shape(connection)
            names = [name for (name,) in connection.execute(TABLES)]
            contents = _contents(connection, names)
        self._filled = {name: content for name, content in contents.items() if content}
        self._emptying = "; ".join(f"DELETE FROM {name}" for name in names if name not in self._filled)

    def _empty(self, connection: psycopg.Connection) -> bool:
        """Delete all rows but those of the migrations, which must be as they were; tell whether they are."""
        with connection.transaction():
            if _shape(connection) != self._shape:
                return False
            connection.execute(OTHERS)
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(self._emptying)
            connection.execute(RESTART)
            return _contents(connection, self._filled) == self._filled

    def _address(self, url: str) -> str:
        """Return where a database is for a superuser, who sees the rows of all desks."""
        return _address(make_url(self._server).set(database=make_url(url).database))


@contextlib.contextmanager
def postgresql_database(server: str, template: str = "template0") -> Iterator[str]:
    """Make a database that the role of the application owns, a copy of another, and drop it at the end."""
    name = f"test_{uuid.uuid4().hex}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
        *(sql.Identifier(each) for each in (name, template, APPLICATION))
    )
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    _on_server(server, create)
    try:
        yield make_url(server).set(database=name, username=APPLICATION).render_as_string(hide_password=False)
    finally:
        _on_server(server, drop)


def _on_server(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(_address(make_url(server)), autocommit=True) as connection:
        connection.execute(statement)


def _address(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _shape(connection: psycopg.Connection) -> tuple[Any, ...]:
    """Return what is another when the shape of the database is: how many rows describe it, and the newest."""
    return connection.execute(f"SELECT {SHAPE}").fetchone() or ()


def _contents(connection: psycopg.Connection, names: Iterable[str]) -> dict[str, str | None]:
    """Return a hash of all rows of each table; None for an empty one."""
    hashes = (f"(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} AS t)" for name in names)
    row = connection.execute(f"SELECT {', '.join(hashes)}").fetchone() or ()
    return dict(zip(names, row, strict=True))
