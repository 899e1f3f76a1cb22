"""What the database holds about a visit, found by following foreign keys: a new table is found by itself."""

from typing import Any

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from servicebalie.models import Base

Rows = list[dict[str, Any]]


def tables_about_a_visit() -> list[Table]:
    """Return the table of visits and every table that refers to it, or to one that does, in that order."""
    found = [Base.metadata.tables["visit"]]
    for table in Base.metadata.sorted_tables:
        if table not in found and any(key.column.table in found for key in table.foreign_keys):
            found.append(table)
    return found


def rows_about(session: Session, visit_id: int) -> dict[str, Rows]:
    """Return all rows about a visit by the name of their table, as the columns are called in the database."""
    found: dict[str, Rows] = {}
    for table in tables_about_a_visit():
        keys = [key for key in table.foreign_keys if key.column.table.name in found]
        conditions = [
            key.parent.in_([row[key.column.name] for row in found[key.column.table.name]]) for key in keys
        ]
        condition = or_(*conditions) if table.name != "visit" else table.c.id == visit_id
        rows = session.execute(select(table).where(condition))
        found[table.name] = [dict(row._mapping) for row in rows]
    return found
