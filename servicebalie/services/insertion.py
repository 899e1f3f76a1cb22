"""Writing the rows of a change together, on the path by which every question comes in.

PostgreSQL takes the rows of several tables in one statement: all but the last become data-modifying WITH
queries, and foreign keys are checked at the end. Such a statement can be a whole transaction, and can look
itself whether what the change was decided by is still so.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import CTE, Connection, Dialect, Insert, Select, Table, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from servicebalie.services.prepared import Guard, Process, find_row, open_cursor, prepare

Row: TypeAlias = tuple[Table, Mapping[str, Any]]
"""A new row: its table, and its values by the names of the columns; columns that are left out stay NULL."""

Shape: TypeAlias = tuple[tuple[Table, tuple[str, ...]], ...]
"""The tables of rows that are written by one statement, and the names of the columns that get values."""

ROWS_TOGETHER = 11
"""What one question can consist of, with the line of the audit trail.

More rows are written one by one, or there would be too many shapes."""


class NeedsTransaction(Exception):
    """The work takes more than inserting rows."""


class PendingRows:
    """Takes the rows of a change in the place of a session, to be written by `insert_guarded` at the end."""

    def __init__(self) -> None:
        self.rows: list[Row] = []


Writer: TypeAlias = Session | PendingRows
"""What a change goes to that may be no more than rows."""


def session_of(writer: Writer) -> Session:
    """Return the session of a change that takes more than inserting rows; raises `NeedsTransaction`."""
    if isinstance(writer, PendingRows):
        raise NeedsTransaction
    return writer


@dataclass(frozen=True, slots=True)
class _Insertion:
    """A statement that inserts rows; each parameter is a value of the guard (0) or of a row (from 1 on)."""

    sql: str
    parameters: tuple[tuple[int, str, Process], ...]


def insert_rows(writer: Writer, rows: Sequence[Row]) -> None:
    """Insert rows in the transaction of the session, no row before one it refers to.

    Raises `IntegrityError`.
    """
    if isinstance(writer, PendingRows):
        writer.rows += rows
        return
    append_rows(writer.connection(), rows)


def append_rows(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert rows in the transaction of a connection, or committed when it has none.

    Raises `IntegrityError`.
    """
    together = connection.dialect.name == "postgresql" and 1 <= len(rows) <= ROWS_TOGETHER
    with _cursor_for_inserting(connection) as cursor:
        for group in [rows] if together else [[row] for row in rows]:
            _insert_together(cursor, group, connection.dialect, None)


def insert_guarded(connection: Connection, rows: Sequence[Row], guard: Guard) -> bool:
    """Insert rows if the guard finds that all is still so; tell whether they were inserted.

    On PostgreSQL this is one statement, so the connection needs no transaction. Raises `IntegrityError`.
    """
    if connection.dialect.name == "postgresql":
        with _cursor_for_inserting(connection) as cursor:
            _insert_together(cursor, rows, connection.dialect, guard)
            inserted: int = cursor.rowcount
            return inserted > 0
    if find_row(connection, guard.query, guard.values) is None:
        return False
    with _cursor_for_inserting(connection) as cursor:
        for row in rows:
            _insert_together(cursor, [row], connection.dialect, None)
    return True


def _insert_together(cursor: Any, rows: Sequence[Row], dialect: Dialect, guard: Guard | None) -> None:
    shape = tuple([(table, tuple(row)) for table, row in rows])
    insertion = _insertion(shape, dialect, guard.query if guard else None)
    values = [guard.values if guard else {}, *(row for _, row in rows)]
    # Some sixty of them, which is why there is no function here to call for each.
    parameters = [
        values[number][name] if process is None else process(values[number][name])
        for number, name, process in insertion.parameters
    ]
    cursor.execute(insertion.sql, parameters)


@contextmanager
def _cursor_for_inserting(connection: Connection) -> Iterator[Any]:
    try:
        with open_cursor(connection) as cursor:
            yield cursor
    except connection.dialect.loaded_dbapi.IntegrityError as error:
        raise IntegrityError("INSERT", None, error) from error


@lru_cache(maxsize=128)
def _insertion(shape: Shape, dialect: Dialect, guard: Select[Any] | None) -> _Insertion:
    """Make the statement for rows of a shape; parameters of rows are named by the row and the column."""
    still_so = guard.cte("still_so") if guard is not None else None
    *first, last = (
        _insert(table, [(name, f"{number} {name}") for name in names], still_so)
        for number, (table, names) in enumerate(shape, start=1)
    )
    together = last.add_cte(*(insertion.cte(f"row_{number}") for number, insertion in enumerate(first)))
    prepared = prepare(together, dialect)
    return _Insertion(prepared.sql, tuple(map(_located, prepared.parameters)))


def _insert(table: Table, parameters: Sequence[tuple[str, str]], guard: CTE | None) -> Insert:
    values = {name: bindparam(parameter, type_=table.c[name].type) for name, parameter in parameters}
    if guard is None:
        return table.insert().values(values)
    return table.insert().from_select(list(values), select(*values.values()).select_from(guard))


def _located(parameter: tuple[str, Process]) -> tuple[int, str, Process]:
    """Return in which row the value of a parameter is, under which name, and how it is brought in."""
    name, process = parameter
    number, _, column = name.partition(" ")
    return (int(number), column, process) if number.isdecimal() else (0, name, process)
