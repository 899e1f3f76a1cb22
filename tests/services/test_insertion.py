"""Rows of a change are written together, or none of them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from servicebalie.core.vocabulary import Destination, Role
from servicebalie.db import Database
from servicebalie.models.accounts import Token, User
from servicebalie.models.base import table_of
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.desks import Desk
from servicebalie.models.directory import OrganisationRow
from servicebalie.services.insertion import (
    ROWS_TOGETHER,
    NeedsTransaction,
    PendingRows,
    Row,
    insert_rows,
    session_of,
)
from servicebalie.services.prepared import Guard

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def desk(number: int) -> Row:
    row = {
        "id": number,
        "slug": f"desk-{number}",
        "name": f"Desk {number}",
        "simulated": False,
        "profile": "default-1",
        "directory_version": 1,
        "created_at": NOW,
    }
    return table_of(Desk), row


def user(number: int, desk_number: int) -> Row:
    row = {
        "id": number,
        "desk_id": desk_number,
        "name": "100% %s ? $1",
        "role": Role.PARTNER,
        "organisation_id": None,
        "cleared": False,
        "active": True,
    }
    return table_of(User), row


def desks(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(Desk.id).order_by(Desk.id)))


def test_rows_of_several_tables_are_read_as_they_were_written(database: Database) -> None:
    organisation: Row = (
        table_of(OrganisationRow),
        {"id": 3, "uid": "library", "desk_id": 1, "name": "Bibliotheek", "kind": Destination.LIBRARY},
    )
    token: Row = (
        table_of(Token),
        {
            "id": 4,
            "user_id": 2,
            "hash": bytes(range(32)),
            "prefix": "sb_",
            "created_at": NOW,
            "expires_at": NOW,
            "revoked_at": None,
        },
    )
    delivery: Row = (
        table_of(OutboxMessage),
        {
            "id": 5,
            "desk_id": 1,
            "kind": "referral-requested",
            "payload": {"question": 7},
            "locale": "nl",
            "created_at": NOW,
            "available_at": NOW,
            "attempts": 0,
        },
    )
    database.write(lambda session: insert_rows(session, [desk(1), user(2, 1), organisation, token, delivery]))
    with database.read() as session:
        assert session.get_one(User, 2).role is Role.PARTNER
        assert session.get_one(User, 2).name == "100% %s ? $1"
        assert session.get_one(OrganisationRow, 3).kind is Destination.LIBRARY
        assert session.get_one(Token, 4).hash == bytes(range(32))
        assert session.get_one(Token, 4).created_at == NOW
        assert session.get_one(OutboxMessage, 5).payload == {"question": 7}
        assert session.get_one(OutboxMessage, 5).lease is None


@pytest.mark.parametrize("count", [0, 1, ROWS_TOGETHER, ROWS_TOGETHER + 1])
def test_any_number_of_rows_is_written(database: Database, count: int) -> None:
    numbers = list(range(1, count + 1))
    database.write(lambda session: insert_rows(session, [desk(number) for number in numbers]))
    assert desks(database) == numbers


@pytest.mark.parametrize("others", [1, ROWS_TOGETHER])
def test_a_key_that_was_taken_undoes_all_rows(database: Database, others: int) -> None:
    database.write(lambda session: insert_rows(session, [desk(100)]))
    rows = [*(desk(number) for number in range(1, others + 1)), desk(100)]
    with pytest.raises(IntegrityError):
        database.write(lambda session: insert_rows(session, rows))
    assert desks(database) == [100]


def test_a_row_that_refers_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        database.write(lambda session: insert_rows(session, [desk(1), user(2, desk_number=9)]))
    assert desks(database) == []


HAS_DESK = select(table_of(Desk).c.id).where(table_of(Desk).c.id == bindparam("desk"))


def test_rows_are_written_at_once_while_the_guard_finds_that_all_is_still_so(database: Database) -> None:
    database.write(lambda session: insert_rows(session, [desk(1)]))
    rows = [desk(2), user(3, desk_number=2)]
    assert not database.write_at_once(rows, Guard(HAS_DESK, {"desk": 9}))
    assert desks(database) == [1]
    assert database.write_at_once(rows, Guard(HAS_DESK, {"desk": 1}))
    assert desks(database) == [1, 2]
    with database.read() as session:
        assert session.get_one(User, 3).desk_id == 2


@pytest.mark.parametrize("last", [desk(1), user(3, desk_number=9)])
def test_when_one_row_is_refused_none_is_written_at_once(database: Database, last: Row) -> None:
    database.write(lambda session: insert_rows(session, [desk(1)]))
    assert not database.write_at_once([desk(2), last], Guard(HAS_DESK, {"desk": 1}))
    assert desks(database) == [1]


@pytest.mark.parametrize("count", [0, ROWS_TOGETHER + 1])
def test_what_is_no_single_statement_is_not_written_at_once(database: Database, count: int) -> None:
    database.write(lambda session: insert_rows(session, [desk(100)]))
    rows = [desk(number) for number in range(1, count + 1)]
    assert not database.write_at_once(rows, Guard(HAS_DESK, {"desk": 100}))
    assert desks(database) == [100]


def test_pending_rows_keep_the_order_in_which_they_came_and_are_no_session() -> None:
    pending = PendingRows()
    insert_rows(pending, [desk(1), desk(2)])
    insert_rows(pending, [user(3, 1)])
    assert pending.rows == [desk(1), desk(2), user(3, 1)]
    with pytest.raises(NeedsTransaction):
        session_of(pending)
