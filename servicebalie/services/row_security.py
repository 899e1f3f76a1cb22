"""For which desk a connection works: what PostgreSQL compares the desk of every row with.

A query that forgets to ask for the rows of one desk finds no others. A connection keeps what it was told
last, so that one that serves the same desk again need not be told again. SQLite compares nothing.
"""

from typing import Final, NewType

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from servicebalie.services.prepared import open_cursor

Desks = NewType("Desks", str)
"""Whose rows are visible and may be written: the id of a desk, all of them, or none."""

ALL_DESKS: Final = Desks("*")
NO_DESK: Final = Desks("")

_SET = "SELECT set_config('servicebalie.desk', $1, false)"
_TOLD = "desks"


def opened_for(desks: Desks | None) -> dict[str, Desks | None]:
    """Return the `info` of a session that works for these desks; None: as its connection did."""
    return {_TOLD: desks}


def one_desk(desk_id: int) -> Desks:
    """Return the rows of one desk."""
    return Desks(str(desk_id))


def work_for(session: Session, desks: Desks) -> None:
    """Let a session work for these desks from here on."""
    session.info[_TOLD] = desks
    tell(session.connection(), desks)


def widen(session: Session) -> bool:
    """Let a session work for all desks; tell whether it saw less before."""
    connection = session.connection()
    if connection.dialect.name != "postgresql" or connection.info.get(_TOLD) == ALL_DESKS:
        return False
    work_for(session, ALL_DESKS)
    return True


def tell(connection: Connection, desks: Desks) -> None:
    """Tell a connection for whom it works, if that is news; on PostgreSQL news costs a round trip."""
    if connection.dialect.name != "postgresql" or connection.info.get(_TOLD) == desks:
        return
    with open_cursor(connection) as cursor:
        cursor.execute(_SET, [desks])
    connection.info[_TOLD] = desks


def tell_at_begin(session: Session, _transaction: object, connection: Connection) -> None:
    """Tell the connection of a session that begins a transaction; an event of sessions, `after_begin`."""
    desks = session.info.get(_TOLD)
    if desks is not None:
        tell(connection, desks)


def forget(connection: Connection) -> None:
    """Know no longer for whom a connection works, which a rollback may have undone; `rollback` of engines."""
    connection.info.pop(_TOLD, None)
