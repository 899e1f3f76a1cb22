"""Runs the revisions on the engine that `servicebalie.cli.database` hands over."""

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


given = context.config.attributes["connection"]
run(given)
