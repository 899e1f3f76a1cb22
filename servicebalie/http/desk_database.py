"""The databases as requests get them: every session is for one desk, and each opening says for which."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.db import Database
from servicebalie.services.insertion import Row
from servicebalie.services.prepared import Guard
from servicebalie.services.row_security import NO_DESK, one_desk, widen, work_for

T = TypeVar("T")
Found = TypeVar("Found")


class DeskDatabase:
    """The databases of a server."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.published = database.published
        self.dispose = database.dispose

    def serve(
        self,
        look_up: Callable[[Session], tuple[int, Found]],
        answer: Callable[[Session, Found], T],
        *,
        nobody: type[ServicebalieError],
        writes: bool,
    ) -> T:
        """Answer a request in one transaction, at the desk whose id `look_up` returns with what it found.

        `look_up` sees what the connection saw last, which is right nearly always and costs nothing. When it
        raises `nobody` it is called again and sees all desks. `answer` sees its own desk and no other.
        """

        def served(session: Session) -> T:
            try:
                desk_id, found = look_up(session)
            except nobody:
                if not widen(session):
                    raise
                desk_id, found = look_up(session)
            work_for(session, one_desk(desk_id))
            return answer(session, found)

        if writes:
            return self._database.write(served, None)
        with self._database.read(None) as session:
            return served(session)

    def write(self, change: Callable[[Session], T], desk_id: int) -> T:
        """Run a change of one desk in a transaction of its own and commit it."""
        return self._database.write(change, one_desk(desk_id))

    def write_at_once(self, rows: Sequence[Row], guard: Guard, desk_id: int) -> bool:
        """Insert the rows of one change of a desk, as `Database.write_at_once` does."""
        return self._database.write_at_once(rows, guard, one_desk(desk_id))

    def append(self, rows: Sequence[Row]) -> None:
        """Insert rows of one desk, which each of them names, and commit them."""
        self._database.append(rows, one_desk(rows[0][1]["desk_id"]))

    @contextmanager
    def shown_to_all(self) -> Iterator[Session]:
        """Open a session that reads what every page shows to everybody: the desks, and how they look."""
        with self._database.read(NO_DESK) as session:
            yield session
