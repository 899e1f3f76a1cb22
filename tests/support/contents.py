"""All that a database holds, as somebody who steals its files or a dump of it has it."""

from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.support.postgres_server import as_superuser

_TABLES = """
    SELECT schemaname, tablename FROM pg_catalog.pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""


def forget_what_was_deleted(database_url: str) -> None:
    """Write the tables of PostgreSQL anew, without what other tests left in their files; SQLite's are new."""
    if make_url(database_url).get_backend_name() == "postgresql":
        with psycopg.connect(as_superuser(database_url), autocommit=True) as connection:
            connection.execute("VACUUM FULL")


def everything_in(database_url: str) -> bytes:
    """Return the bytes of the files of SQLite, journals included, or what PostgreSQL copies of all tables.

    Of PostgreSQL also the files of the tables themselves, where a superuser may read them: these hold what
    was deleted until it is written anew.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.stem}*"))
    with psycopg.connect(as_superuser(database_url), autocommit=True) as connection:
        names = [sql.Identifier(*row) for row in connection.execute(_TABLES).fetchall()]
        may_read = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        if may_read == (True,):
            connection.execute("CHECKPOINT")
        return b"".join(_table(connection, name, files=may_read == (True,)) for name in names)


def _table(connection: psycopg.Connection, name: sql.Identifier, *, files: bool) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(name)) as copy:
        found = b"".join(bytes(part) for part in copy)
    if files:
        of_table = "SELECT pg_read_binary_file(pg_relation_filepath(%s::regclass))"
        row = connection.execute(of_table, [name.as_string(connection)]).fetchone()
        found += row[0] if row else b""
    return found


def found_in(contents: bytes, texts: set[str]) -> set[str]:
    """Return which of the texts stand in the contents, as they are or as the bytes of a dump."""
    return {text for text in texts if text.encode() in contents or text.encode().hex().encode() in contents}
