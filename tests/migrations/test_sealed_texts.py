"""Texts from before they were sealed are sealed on the way up, and opened on the way down."""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, text

from servicebalie.cli.database import alembic_config, migrate_database
from servicebalie.core.sealing import Owner, Sealed
from servicebalie.db import Database, migration_engine
from servicebalie.services.old_texts import OldTextSealer
from servicebalie.services.sealing import destroy_keys
from tests.support.contents import everything_in, found_in
from tests.support.sealed import ROWS, opened
from tests.support.workplace import KEYS

WRITTEN = {
    Sealed.EMAIL: {10: "anna@example.com"},
    Sealed.PHONE: {10: "+31612345678"},
    Sealed.QUESTION_TEXT: {20: "Where is the town hall?"},
    Sealed.OVERRIDE_REASON: {30: "The library knows her", 31: None},
    Sealed.NOTE: {40: "Ask for Hanna", 41: None},
    Sealed.MESSAGE: {50: "In the middle of town"},
    Sealed.TRANSLATION: {60: "Gdzie jest ratusz?"},
}
ROWS_BEFORE = (
    "INSERT INTO desk (id, slug, name, simulated, profile, directory_version, created_at) "
    "VALUES (1, 'desk', 'Desk', false, 'default', 1, '2026-01-01')",
    "INSERT INTO topic VALUES ('bsn', NULL, 'desk', false, 1, true)",
    "INSERT INTO organisation (id, desk_id, uid, name, kind) VALUES (1, 1, 'a', 'Library', 'library')",
    "INSERT INTO service (id, organisation_id, uid, name, destination, response_days, takes_referrals, "
    "active) VALUES (1, 1, 'b', 'Help', 'library', 5, true, true)",
    "INSERT INTO visit (id, desk_id, asker, return_code_hash, channel, locale, received_at) "
    "VALUES (10, 1, 'x', 'y', 'counter', 'pl', '2026-01-01')",
    "INSERT INTO visit_contact (visit_id, email, phone) VALUES (10, 'anna@example.com', '+31612345678')",
    "INSERT INTO question (id, desk_id, visit_id, reference, topic, channel, status, destination, "
    "service_id, received_at, updated_at, version) VALUES "
    "(20, 1, 10, 'r', 'bsn', 'counter', 'open', 'library', 1, '2026-01-01', '2026-01-01', 1)",
    "INSERT INTO question_text VALUES (20, 'Where is the town hall?')",
    "INSERT INTO referral (id, question_id, service_id, destination, status, chosen_by, override_reason, "
    "reasons, directory_version, decided_at) VALUES "
    "(30, 20, 1, 'library', 'requested', 'staff', 'The library knows her', '[]', 1, '2026-01-01'), "
    "(31, 20, 1, 'library', 'requested', 'routing', NULL, '[]', 1, '2026-01-01')",
    "INSERT INTO referral_event (id, referral_id, at, actor, action, from_state, to_state, note) VALUES "
    "(40, 30, '2026-01-01', 'partner', 'accept', 'requested', 'accepted', 'Ask for Hanna'), "
    "(41, 30, '2026-01-01', 'partner', 'accept', 'requested', 'accepted', NULL)",
    "INSERT INTO message (id, question_id, author, body, sent_at) "
    "VALUES (50, 20, 'desk', 'In the middle of town', '2026-01-01')",
    "INSERT INTO translation (id, question_id, language, body, machine, made_at) "
    "VALUES (60, 20, 'pl', 'Gdzie jest ratusz?', true, '2026-01-01')",
)
"""What a database of revision 0013 holds, and what it holds of each sealed column afterwards."""


@pytest.fixture
def connection(empty_database_url: str) -> Iterator[Connection]:
    """A database of revision 0013 with something in every column that is sealed from 0014 on."""
    engine = migration_engine(empty_database_url)
    with engine.connect() as connection:
        _migrate(connection, "0013")
        for statement in ROWS_BEFORE:
            connection.execute(text(statement))
        connection.commit()
        yield connection
    engine.dispose()


def _migrate(connection: Connection, revision: str, *, down: bool = False) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    config.attributes["sealer"] = OldTextSealer(KEYS)
    connection.commit()
    (command.downgrade if down else command.upgrade)(config, revision)
    connection.commit()


def _held(connection: Connection) -> dict[Sealed, dict[int, Any]]:
    """Return what stands in the columns, as it stands there."""
    held = {}
    for what in Sealed:
        table, column = what.split(".")
        key = {"visit_contact": "visit_id", "question_text": "question_id"}.get(table, "id")
        rows = connection.execute(text(f"SELECT {key}, {column} FROM {table}"))
        held[what] = {row[0]: row[1] for row in rows}
    return held


def test_texts_are_sealed_on_the_way_up_and_opened_on_the_way_down(
    connection: Connection, empty_database_url: str
) -> None:
    before = _held(connection)
    assert before == WRITTEN
    for _ in range(2):
        _migrate(connection, "0014")
        database = Database(empty_database_url)
        with database.read() as session:
            assert {what: opened(session, what) for what in ROWS} == WRITTEN
        database.dispose()
        assert connection.scalar(text("SELECT count(*) FROM data_key")) == 2
        assert (
            connection.scalar(text("SELECT count(*) FROM visit_contact WHERE email_index IS NOT NULL")) == 1
        )
        _migrate(connection, "0013", down=True)
        assert _held(connection) == before


def test_what_was_erased_stays_erased_on_the_way_down(
    connection: Connection, empty_database_url: str
) -> None:
    _migrate(connection, "0014")
    database = Database(empty_database_url)
    with database.begin() as session:
        destroy_keys(session, Owner.QUESTION, [20])
    database.dispose()
    _migrate(connection, "0013", down=True)
    assert _held(connection)[Sealed.MESSAGE] == {50: ""}
    assert _held(connection)[Sealed.EMAIL] == WRITTEN[Sealed.EMAIL]


def test_without_keys_nothing_is_lost(connection: Connection, empty_database_url: str) -> None:
    before = _held(connection)
    connection.rollback()
    with pytest.raises(RuntimeError, match="servicebalie migrate"):
        migrate_database(empty_database_url)
    assert _held(connection) == before


def test_the_command_leaves_nothing_in_the_open(connection: Connection, empty_database_url: str) -> None:
    connection.rollback()
    connection.close()
    typed = {value for held in WRITTEN.values() for value in held.values() if value}
    assert found_in(everything_in(empty_database_url), typed) == typed
    migrate_database(empty_database_url, keys=KEYS)
    database = Database(empty_database_url)
    with database.read() as session:
        assert {what: opened(session, what) for what in ROWS} == WRITTEN
    database.dispose()
    assert found_in(everything_in(empty_database_url), typed) == set()
