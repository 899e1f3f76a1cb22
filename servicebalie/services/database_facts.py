"""What a database tells of itself: the role that we are there, and its clock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_ROLE = text(
    """
    SELECT rolname, rolsuper, rolsuper OR rolbypassrls OR EXISTS (
        SELECT FROM pg_catalog.pg_class AS tables
        WHERE tables.relrowsecurity AND NOT tables.relforcerowsecurity
            AND pg_catalog.pg_has_role(current_user, tables.relowner, 'USAGE')
    ), EXISTS (
        SELECT FROM pg_catalog.pg_class AS tables
        WHERE tables.oid = to_regclass('question')
            AND pg_catalog.pg_has_role(current_user, tables.relowner, 'USAGE')
    )
    FROM pg_catalog.pg_roles WHERE rolname = current_user
    """
)


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """The name of a role of PostgreSQL, whether it may do everything in the server, whether row-level
    security keeps no row from it, and whether it can change the tables and their policies."""

    name: str
    superuser: bool
    sees_all_rows: bool
    owns_tables: bool


def role_facts(session: Session) -> RoleFacts | None:
    """Return the role of a session; None on SQLite, which has none."""
    return RoleFacts(*session.execute(_ROLE).one()) if _is_postgresql(session) else None


def clock_of_database(session: Session) -> datetime | None:
    """Return the time by the clock of the database; None on SQLite, which has that of this machine."""
    if not _is_postgresql(session):
        return None
    now: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return now


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
