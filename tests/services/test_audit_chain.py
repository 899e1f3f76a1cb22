"""Lines of the audit trail get their place once, can be sealed and cut, and change for nobody."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from servicebalie.core.audit import START, AuditAction, Link, RecordKind, Seal, SealKind, make_seal
from servicebalie.core.audit_check import Break, Finding
from servicebalie.core.origins import Origin
from servicebalie.db import Database
from servicebalie.models.audit import AuditEvent, AuditSeal
from servicebalie.services import audit_chain
from servicebalie.services.audit import act_on, by_worker, note, origin_of_newcomer, origin_of_user
from servicebalie.services.audit_chain import (
    chain_end,
    chain_waiting,
    check_trail,
    cut_lines,
    list_seals,
    seal_yesterday,
    waits_for_place,
)
from servicebalie.services.audit_seals import UnreadableSeal, read_seals, write_seals
from tests.support.workplace import KEYS

NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def write_lines(database: Database, count: int, now: datetime = NOW) -> None:
    with database.begin() as session:
        for number in range(count):
            note(session, by_worker(1), act_on(AuditAction.MAIL_SENT, RecordKind.USER, number), now)


def chain_all(database: Database) -> None:
    while database.write(chain_waiting):
        pass


def check(database: Database, *elsewhere: Seal, now: datetime = NOW) -> list[Finding]:
    with database.snapshot() as session:
        return list(check_trail(session, KEYS, elsewhere, now))


def seal(database: Database, now: datetime) -> Seal | None:
    return database.write(lambda session: seal_yesterday(session, KEYS, now))


def cut(database: Database, before: date, now: datetime = NOW) -> Seal | None:
    return database.write(lambda session: cut_lines(session, KEYS, before, now, by=by_worker(None)))


def end(database: Database) -> Link:
    with database.read() as session:
        return chain_end(session)


def count_of(session: Session, model: type[Any]) -> int:
    return session.scalars(select(func.count()).select_from(model)).one()


def by_force(database: Database, *statements: str) -> None:
    """Do to the tables what only who owns the database can."""
    sqlite = database.url.get_backend_name() == "sqlite"
    with database.begin() as session:
        if sqlite:
            for name in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER IF EXISTS audit_event_no_{name}"))
                session.execute(text(f"DROP TRIGGER IF EXISTS audit_seal_no_{name}"))
        else:
            for name in ("event", "seal"):
                session.execute(text(f"ALTER TABLE audit_{name} DISABLE TRIGGER USER"))
        for statement in statements:
            session.execute(text(statement))


def test_lines_get_their_place_in_batches_whoever_writes_and_chains_meanwhile(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_chain, "AT_ONCE", 3)

    def write_and_chain(_: int) -> None:
        write_lines(database, 2)
        database.write(chain_waiting)

    assert end(database) == START
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_and_chain, range(6)))
    chain_all(database)
    assert end(database).sequence == 12
    assert check(database) == []
    with database.read() as session:
        assert not waits_for_place(session)


@pytest.mark.parametrize(
    "statement",
    [
        update(AuditEvent).values(action="visit-read"),
        update(AuditEvent).values(sequence=None, hash=None),
        update(AuditEvent).where(AuditEvent.sequence.is_(None)).values(records="1", sequence=9, hash=b""),
        delete(AuditEvent),
        update(AuditSeal).values(count=9),
        delete(AuditSeal),
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_a_line(database: Database, statement: Any) -> None:
    write_lines(database, 1)
    chain_all(database)
    seal(database, NOW)
    write_lines(database, 1)
    with pytest.raises(DBAPIError, match="only added"), database.begin() as session:
        session.execute(statement)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM audit_event WHERE sequence = 2", Finding(Break.REMOVED, 2)),
        ("DELETE FROM audit_event WHERE sequence = 4", Finding(Break.END_REMOVED, 4)),
        ("UPDATE audit_event SET records = '9' WHERE sequence = 2", Finding(Break.CHANGED, 2)),
        ("UPDATE audit_event SET sequence = 9 WHERE sequence = 2", Finding(Break.REMOVED, 2)),
        ("UPDATE audit_seal SET sequence = 3", Finding(Break.SEAL_FORGED, 3)),
    ],
)
def test_what_the_owner_of_the_database_does_is_found(
    database: Database, statement: str, found: Finding
) -> None:
    write_lines(database, 4)
    chain_all(database)
    seal(database, NOW)
    by_force(database, statement)
    assert check(database)[0] == found


def test_one_seal_a_day_says_how_far_the_chain_was(database: Database) -> None:
    assert seal(database, NOW) is None
    write_lines(database, 3)
    chain_all(database)
    first = seal(database, NOW + DAY)
    assert first is not None
    assert (first.day, first.sequence, first.count, first.link) == (NOW.date(), 3, 3, end(database))
    write_lines(database, 2, NOW + DAY)
    chain_all(database)
    assert seal(database, NOW + DAY) is None
    second = seal(database, NOW + 2 * DAY)
    assert second is not None
    assert (second.sequence, second.count) == (5, 2)
    assert seal(database, NOW + 3 * DAY) is None
    assert check(database, now=NOW + 9 * DAY) == []


def test_lines_that_wait_too_long_for_their_place_or_seal_are_found(database: Database) -> None:
    write_lines(database, 1)
    assert check(database, now=NOW + timedelta(minutes=59)) == []
    assert check(database, now=NOW + timedelta(minutes=61)) == [Finding(Break.NOT_CHAINED, 1)]
    chain_all(database)
    assert check(database, now=NOW + DAY) == []
    assert check(database, now=NOW + 3 * DAY) == [Finding(Break.NOT_SEALED, 1)]


def test_only_whole_sealed_days_are_cut_off_and_the_rest_is_still_a_chain(database: Database) -> None:
    for day in range(3):
        write_lines(database, 2, NOW + day * DAY)
        chain_all(database)
        seal(database, NOW + (day + 1) * DAY)
    assert cut(database, NOW.date()) is None
    made = cut(database, (NOW + DAY).date(), NOW + 3 * DAY)
    assert made is not None
    assert (made.kind, made.sequence, made.count) == (SealKind.CUT, 2, 2)
    assert cut(database, (NOW + DAY).date()) is None
    chain_all(database)
    assert check(database, now=NOW + 3 * DAY) == []
    with database.read() as session:
        kept = session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert kept == ["mail-sent"] * 4 + ["audit-cut"]


def test_a_chain_of_which_nothing_is_left_goes_on_where_it_was(database: Database) -> None:
    write_lines(database, 2)
    chain_all(database)
    seal(database, NOW + DAY)
    cut(database, (NOW + DAY).date())
    assert end(database).sequence == 2
    chain_all(database)
    assert end(database).sequence == 3
    assert check(database) == []


def test_who_pretends_a_cut_without_our_key_is_found(database: Database) -> None:
    write_lines(database, 3)
    chain_all(database)
    forged = make_seal(b"x" * 32, SealKind.CUT, end(database), day=NOW.date(), count=3, made_at=NOW)
    with database.begin() as session:
        session.add(AuditSeal(id=1, **{name: getattr(forged, name) for name in Seal.__slots__}))
        session.flush()
        session.execute(delete(AuditEvent))
    assert check(database) == [Finding(Break.SEAL_FORGED, 3)]


def test_seals_that_are_kept_elsewhere_show_that_the_whole_chain_was_made_anew(
    database: Database, tmp_path: Path
) -> None:
    write_lines(database, 3)
    chain_all(database)
    seal(database, NOW + DAY)
    with database.read() as session:
        seals = list_seals(session)
    directory = tmp_path / "seals"
    assert write_seals(directory, seals) == 1
    assert write_seals(directory, seals) == 0
    anew = "UPDATE audit_event SET sequence = NULL, hash = NULL, user_id = 8"
    by_force(database, anew, "DELETE FROM audit_seal")
    chain_all(database)
    assert check(database) == []
    assert check(database, *read_seals(directory)) == [Finding(Break.SEAL_BROKEN, 3)]


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"kind": "week"}'])
def test_a_file_that_is_no_seal_is_told_by_its_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "day-2026-11-03-1.json").write_text(content)
    (tmp_path / "readme.txt").write_text("Seals")
    with pytest.raises(UnreadableSeal, match="day-2026-11-03-1"):
        read_seals(tmp_path)


def test_no_network_is_kept_and_that_of_a_newcomer_has_another_hash_tomorrow() -> None:
    here = Origin("203.0.113.7", "203.0.113.0/24")
    elsewhere = replace(here, network="198.51.100.0/24")
    user = origin_of_user(KEYS, here)
    newcomer, later = (origin_of_newcomer(KEYS, here, moment) for moment in (NOW, NOW + timedelta(hours=1)))
    assert newcomer == later
    assert (
        len({user, newcomer, origin_of_user(KEYS, elsewhere), origin_of_newcomer(KEYS, here, NOW + DAY)}) == 4
    )
