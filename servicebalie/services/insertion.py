"""Writing the rows of a change together, on the path by which every question comes in.

PostgreSQL takes the rows of several tables in one statement: all but the last become data-modifying WITH
queries, and foreign keys are checked at the end. The statement is made by SQLAlchemy, once for each list of
tables, and given to the driver itself; what SQLAlchemy does at each execution of five single insertions
costs more than the insertions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from psycopg import RawCursor
from sqlalchemy import Connection, Dialect, Table, bindparam, create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

Row: TypeAlias = tuple[Table, Mapping[str, Any]]
"""A new row: its table, and its values by the names of the columns; columns that are left out stay NULL."""

Shape: TypeAlias = tuple[tuple[Table, tuple[str, ...]], ...]
"""The tables of rows that are written by one statement, and the names of the columns that get values."""

ROWS_TOGETHER = 7
"""What one question can consist of; more rows are written one by one, or there would be too many shapes."""

_NUMBERED = create_engine("postgresql+psycopg://", paramstyle="numeric_dollar").dialect
"""Writes parameters as PostgreSQL itself does, which saves the driver reading through the statement."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A parameter: the column of one of the rows, and what brings its value into the driver's form."""

    row: int
    column: str
    process: Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Insertion:
    """A statement that inserts rows, and its parameters in order."""

    sql: str
    values: tuple[_Value, ...]

    def parameters(self, rows: Sequence[Row]) -> list[Any]:
        """Return the parameters that insert these rows."""
        found = []
        for value in self.values:
            content = rows[value.row][1][value.column]
            found.append(value.process(content) if value.process else content)
        return found


def insert_rows(session: Session, rows: Sequence[Row]) -> None:
    """Insert rows in the transaction of the session, no row before one it refers to.

    Raises `IntegrityError`.
    """
    connection = session.connection()
    dialect = connection.dialect
    together = dialect.name == "postgresql" and 1 <= len(rows) <= ROWS_TOGETHER
    cursor = _cursor(connection)
    try:
        for group in [rows] if together else [[row] for row in rows]:
            insertion = _insertion(tuple((table, tuple(row)) for table, row in group), dialect)
            cursor.execute(insertion.sql, insertion.parameters(group))
    except dialect.loaded_dbapi.IntegrityError as error:
        raise IntegrityError("INSERT", None, error) from error
    finally:
        cursor.close()


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return RawCursor(driver) if connection.dialect.name == "postgresql" else driver.cursor()


@lru_cache(maxsize=128)
def _insertion(shape: Shape, dialect: Dialect) -> _Insertion:
    """Make the statement for rows of a shape; parameters are named by the row and the column."""
    *first, last = (
        table.insert().values({name: bindparam(f"{number} {name}") for name in names})
        for number, (table, names) in enumerate(shape)
    )
    statement = last.add_cte(*(insertion.cte(f"row_{number}") for number, insertion in enumerate(first)))
    compiled = statement.compile(dialect=_NUMBERED if dialect.name == "postgresql" else dialect)
    values = []
    for parameter in compiled.positiontup or ():
        number, _, name = parameter.partition(" ")
        column = shape[int(number)][0].columns[name]
        values.append(_Value(int(number), name, column.type.dialect_impl(dialect).bind_processor(dialect)))
    return _Insertion(str(compiled), tuple(values))
