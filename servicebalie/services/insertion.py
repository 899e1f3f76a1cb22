"""Writing the rows of a change all at once, on the path by which every question comes in.

The statements are made by SQLAlchemy, once for every table, and then given to the driver itself: for a row
that is only written, what SQLAlchemy does at each execution costs as much as the insertion. PostgreSQL gets
all of them before it answers the first, in what is called pipeline mode.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Dialect, Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

Row: TypeAlias = tuple[Table, Mapping[str, Any]]
"""A new row: its table and its values by the names of the columns; columns without a value stay NULL."""


def insert_rows(session: Session, rows: Iterable[Row]) -> None:
    """Insert rows, in this order, in the transaction of the session; raises `IntegrityError`."""
    connection = session.connection()
    dialect = connection.dialect
    assert dialect.loaded_dbapi is not None  # noqa: S101 - a connection has a driver
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a session lets go of its connection at its end
    cursor = driver.cursor()
    try:
        with driver.pipeline() if dialect.name == "postgresql" else nullcontext():
            for table, row in rows:
                statement = _insertion(table, frozenset(row), dialect)
                cursor.execute(statement.sql, statement.parameters(row))
    except dialect.loaded_dbapi.IntegrityError as error:
        raise IntegrityError("INSERT", None, error) from error
    finally:
        cursor.close()


@dataclass(frozen=True, slots=True)
class _Insertion:
    """An INSERT in the words of a driver, and what brings each value, by column, into its form there."""

    sql: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]

    def parameters(self, row: Mapping[str, Any]) -> list[Any]:
        """Return the values of a row in the order of the statement."""
        return [process(row[name]) if process else row[name] for name, process in self.columns]


@lru_cache(maxsize=128)
def _insertion(table: Table, names: frozenset[str], dialect: Dialect) -> _Insertion:
    columns = [column for column in table.columns if column.name in names]
    sql = table.insert().compile(dialect=dialect, column_keys=[column.name for column in columns])
    processors = (column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns)
    return _Insertion(str(sql), tuple(zip((column.name for column in columns), processors, strict=True)))
