"""Statements for the driver itself behave as those of SQLAlchemy do."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import OperationalError

from servicebalie.db import Database
from servicebalie.models.base import table_of
from servicebalie.models.delivery import OutboxMessage, RecordedAnswer
from servicebalie.services.prepared import find_row, still_so, values_before

MOMENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ANSWERS = table_of(RecordedAnswer)
FIND = select(ANSWERS.c.created_at, ANSWERS.c.sealed).where(ANSWERS.c.key_hash == bindparam("key"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with one recorded answer."""
    database = Database(database_url)
    row = {"key_hash": b"key", "request_hash": b"request", "sealed": b"sealed", "created_at": MOMENT}
    database.write(lambda session: session.execute(insert(RecordedAnswer).values(row)))
    yield database
    database.dispose()


def test_a_row_comes_in_the_types_of_its_columns(database: Database) -> None:
    with database.read() as session:
        assert find_row(session, FIND, {"key": b"key"}) == (MOMENT, b"sealed")


def test_no_row_is_told_as_nothing(database: Database) -> None:
    with database.begin() as session:
        assert find_row(session, FIND, {"key": b"other"}) is None


def test_it_sees_what_its_transaction_wrote(database: Database) -> None:
    with database.begin() as session:
        session.execute(ANSWERS.update().values(sealed=b"changed"))
        assert find_row(session, FIND, {"key": b"key"}) == (MOMENT, b"changed")


def test_after_connections_are_lost_only_one_request_meets_it(postgresql_database_url: str) -> None:
    database = Database(postgresql_database_url)
    query = select(func.count()).select_from(ANSWERS)
    with ExitStack() as stack:
        for session in [stack.enter_context(database.read()) for _ in range(3)]:
            find_row(session, query, {})
    _cut_off_everybody(postgresql_database_url)
    with pytest.raises(OperationalError), database.read() as session:
        find_row(session, query, {})
    for _ in range(3):
        with database.read() as session:
            assert find_row(session, query, {}) == (0,)
    database.dispose()


def _cut_off_everybody(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database() AND usename = current_user"
        )


STILL_SO = still_so(FIND)


def test_a_row_is_still_so_until_one_of_its_values_changes(database: Database) -> None:
    with database.begin() as session:
        before = {"key": b"key", **values_before((MOMENT, b"sealed"))}
        assert find_row(session, STILL_SO, before) == (1,)
        session.execute(update(RecordedAnswer).values(sealed=b"changed"))
        assert find_row(session, STILL_SO, before) is None
        session.execute(update(RecordedAnswer).values(sealed=b"sealed"))
        assert find_row(session, STILL_SO, before) == (1,)
        assert find_row(session, STILL_SO, {**before, "key": b"other"}) is None


def test_a_value_that_was_missing_is_still_so_until_there_is_one(database: Database) -> None:
    table = table_of(OutboxMessage)
    query = select(table.c.finished_at).where(table.c.id == bindparam("id"))
    row = {"id": 1, "desk_id": 1, "kind": "k", "payload": {}, "locale": "nl", "attempts": 0}
    with database.begin() as session:
        session.execute(insert(OutboxMessage).values(**row, created_at=MOMENT, available_at=MOMENT))
        before = {"id": 1, **values_before((None,))}
        assert find_row(session, still_so(query), before) == (1,)
        session.execute(update(OutboxMessage).values(finished_at=MOMENT))
        assert find_row(session, still_so(query), before) is None
