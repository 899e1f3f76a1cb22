"""Writing the rows of a change together, on the path by which every question comes in.

PostgreSQL takes the rows of several tables in one statement: all but the last become data-modifying WITH
queries, and foreign keys are checked at the end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Dialect, Table, bindparam
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from servicebalie.services.prepared import Process, bring, open_cursor, prepare

Row: TypeAlias = tuple[Table, Mapping[str, Any]]
"""A new row: its table, and its values by the names of the columns; columns that are left out stay NULL."""

Shape: TypeAlias = tuple[tuple[Table, tuple[str, ...]], ...]
"""The tables of rows that are written by one statement, and the names of the columns that get values."""

ROWS_TOGETHER = 7
"""What one question can consist of; more rows are written one by one, or there would be too many shapes."""


@dataclass(frozen=True, slots=True)
class _Insertion:
    """A statement that inserts rows; each parameter is a column of one of the rows."""

    sql: str
    parameters: tuple[tuple[int, str, Process], ...]


def insert_rows(session: Session, rows: Sequence[Row]) -> None:
    """Insert rows in the transaction of the session, no row before one it refers to.

    Raises `IntegrityError`.
    """
    connection = session.connection()
    dialect = connection.dialect
    together = dialect.name == "postgresql" and 1 <= len(rows) <= ROWS_TOGETHER
    try:
        with open_cursor(connection) as cursor:
            for group in [rows] if together else [[row] for row in rows]:
                insertion = _insertion(tuple((table, tuple(row)) for table, row in group), dialect)
                values = [bring(group[n][1][name], process) for n, name, process in insertion.parameters]
                cursor.execute(insertion.sql, values)
    except dialect.loaded_dbapi.IntegrityError as error:
        raise IntegrityError("INSERT", None, error) from error


@lru_cache(maxsize=128)
def _insertion(shape: Shape, dialect: Dialect) -> _Insertion:
    """Make the statement for rows of a shape; its parameters are named by the row and the column."""
    *first, last = (
        table.insert().values({name: bindparam(f"{number} {name}") for name in names})
        for number, (table, names) in enumerate(shape)
    )
    together = last.add_cte(*(insertion.cte(f"row_{number}") for number, insertion in enumerate(first)))
    prepared = prepare(together, dialect)
    parameters = (
        (int(number), name, process)
        for parameter, process in prepared.parameters
        for number, name in [parameter.split(" ", 1)]
    )
    return _Insertion(prepared.sql, tuple(parameters))
