"""Runs the revisions on the engine that `servicebalie.cli.database` hands over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

# A migration that cannot get its lock soon must fail rather than make the desk wait behind it.
LOCK_TIMEOUT = "5s"


def render_plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write a column type of servicebalie as the type beneath it: revisions never import servicebalie."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def run(connection: Connection) -> None:
    """Run the revisions in one transaction each."""
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes.get("target_metadata"),
        include_schemas=True,
        include_name=lambda name, kind, _parents: kind != "schema" or name in {None, "published"},
        render_item=render_plainly,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        context.run_migrations()


@contextmanager
def foreign_keys_checked_once(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew while rows of other tables point at it, and check them all at the end.

    It changes a table by copying and dropping it, which foreign keys would forbid; and it only listens to
    this setting between two transactions.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a connection that is open has one
    driver.execute("PRAGMA foreign_keys = OFF")
    yield
    if driver.execute("PRAGMA foreign_key_check").fetchall():
        raise RuntimeError("after the migration rows point at rows that are not there")
    driver.execute("PRAGMA foreign_keys = ON")


given = context.config.attributes["connection"]
with foreign_keys_checked_once(given):
    run(given)
