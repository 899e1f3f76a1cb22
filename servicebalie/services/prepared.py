"""Statements that go to the driver itself, for what every request does.

SQLAlchemy writes such a statement once, in the words of the driver, and tells how each value is brought into
the driver's form and back. What it does besides at every execution costs more than a short statement itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from psycopg import RawCursor
from sqlalchemy import Connection, Dialect, Insert, Select, bindparam, create_engine, literal_column
from sqlalchemy.orm import Session

Process: TypeAlias = Callable[[Any], Any] | None
"""What brings a value into another form; None leaves it as it is."""

_NUMBERED = create_engine("postgresql+psycopg://", paramstyle="numeric_dollar").dialect
"""Writes parameters as PostgreSQL itself does, which saves the driver reading through the statement."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement in the words of a driver, its parameters by name in order, and its results in order."""

    sql: str
    parameters: tuple[tuple[str, Process], ...]
    results: tuple[Process, ...]


@dataclass(frozen=True, slots=True)
class Guard:
    """What must still be so when something is written: a query, and parameters for which it finds a row."""

    query: Select[Any]
    values: Mapping[str, Any]


def find_row(
    source: Session | Connection, query: Select[Any], values: Mapping[str, Any]
) -> tuple[Any, ...] | None:
    """Return the first row of a query that is always the same object, given its parameters by name."""
    prepared, rows = _execute(source, query, values, most=1)
    return _processed(rows[0], prepared.results) if rows else None


def find_rows(
    source: Session | Connection, query: Select[Any], values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """Return all rows of a query that is always the same object, given its parameters by name."""
    prepared, rows = _execute(source, query, values, most=None)
    if any(prepared.results):
        return [_processed(row, prepared.results) for row in rows]
    return rows


def _execute(
    source: Session | Connection, query: Select[Any], values: Mapping[str, Any], *, most: int | None
) -> tuple[Prepared, list[tuple[Any, ...]]]:
    connection = source if isinstance(source, Connection) else source.connection()
    prepared = _prepared_query(query, connection.dialect)
    with open_cursor(connection) as cursor:
        cursor.execute(prepared.sql, [_bring(values[name], process) for name, process in prepared.parameters])
        return prepared, cursor.fetchall() if most is None else cursor.fetchmany(most)


def _processed(row: tuple[Any, ...], results: Sequence[Process]) -> tuple[Any, ...]:
    return tuple([_bring(value, process) for value, process in zip(row, results, strict=True)])


def still_so(query: Select[Any]) -> Select[Any]:
    """Return a query that finds a row as long as another one finds the same values as before."""
    unchanged = [
        column.is_not_distinct_from(bindparam(_was(number), type_=column.type))
        for number, column in enumerate(query.selected_columns)
    ]
    return query.with_only_columns(literal_column("1"), maintain_column_froms=True).where(*unchanged)


def values_before(row: Sequence[Any]) -> dict[str, Any]:
    """Return what `still_so` compares with: the row that was found, as parameters."""
    return {_was(number): value for number, value in enumerate(row)}


@contextmanager
def open_cursor(connection: Connection) -> Iterator[Any]:
    """Open a cursor of the driver, in the transaction of the connection."""
    driver: Any = connection.connection.driver_connection
    cursor = RawCursor(driver) if connection.dialect.name == "postgresql" else driver.cursor()
    try:
        yield cursor
    finally:
        cursor.close()


def prepare(statement: Select[Any] | Insert, dialect: Dialect) -> Prepared:
    """Return a statement in the words of the driver of a dialect."""
    compiled = statement.compile(dialect=_NUMBERED if dialect.name == "postgresql" else dialect)
    parameters = [
        (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in compiled.positiontup or ()
    ]
    columns = statement.selected_columns if isinstance(statement, Select) else ()
    results = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return Prepared(str(compiled), tuple(parameters), tuple(results))


def _bring(value: Any, process: Process) -> Any:
    return value if process is None else process(value)


def _was(number: int) -> str:
    return f"was {number}"


_prepared_query = lru_cache(maxsize=64)(prepare)
