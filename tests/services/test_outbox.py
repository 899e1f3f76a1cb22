"""Deliveries wait until they are made, are claimed by one worker at a time, and end."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from servicebalie.core.directory import Service
from servicebalie.core.retries import FIRST_DELAY, MAX_ATTEMPTS
from servicebalie.core.vocabulary import Destination
from servicebalie.db import Database
from servicebalie.services.desks import create_desk
from servicebalie.services.outbox import (
    KEPT_FOR,
    LEASE,
    Claim,
    Delivery,
    OutboxStatus,
    claim_delivery,
    enqueue,
    finish_delivery,
    forget_deliveries,
    give_up_delivery,
    outbox_status,
    postpone_delivery,
)

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
COUNTER = Service(0, "Counter", "Desk", 0, Destination.DESK)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with one desk, number 1."""
    database = Database(database_url)
    database.write(lambda session: create_desk(session, "Desk", (), COUNTER, NOW))
    yield database
    database.dispose()


def note(database: Database, visit: int = 1, now: datetime = NOW) -> None:
    """Note that a visit must be told that its question was received."""
    payload = {"visit": visit}
    database.write(lambda session: enqueue(session, 1, Delivery.QUESTION_RECEIVED, payload, "pl", now))


def claim(database: Database, now: datetime = NOW) -> Claim | None:
    return database.write(lambda session: claim_delivery(session, now))


def claimed(database: Database, now: datetime = NOW) -> Claim:
    """Claim a delivery that must be there."""
    found = claim(database, now)
    assert found is not None
    return found


def finish(database: Database, mine: Claim, now: datetime = NOW) -> bool:
    return database.write(lambda session: finish_delivery(session, mine, now))


def postpone(database: Database, mine: Claim, now: datetime = NOW) -> bool:
    return database.write(lambda session: postpone_delivery(session, mine, "smtp-451", now, 0.5))


def give_up(database: Database, mine: Claim, now: datetime = NOW) -> bool:
    return database.write(lambda session: give_up_delivery(session, mine, "smtp-550", now))


def status(database: Database, now: datetime = NOW) -> OutboxStatus:
    with database.read() as session:
        return outbox_status(session, now)


def test_what_is_claimed_is_what_was_noted(database: Database) -> None:
    note(database, visit=12)
    mine = claimed(database)
    assert (mine.kind, mine.payload, mine.locale, mine.attempts) == (
        "question-received",
        {"visit": 12},
        "pl",
        1,
    )


def test_a_claimed_delivery_is_nobody_elses_while_the_lease_lasts(database: Database) -> None:
    note(database)
    claimed(database)
    assert claim(database, NOW + LEASE - SECOND) is None


def test_a_delivery_is_claimed_again_when_its_worker_was_stopped(database: Database) -> None:
    note(database)
    first = claimed(database)
    second = claimed(database, NOW + LEASE)
    assert (second.id, second.attempts) == (first.id, 2)


@pytest.mark.parametrize("decide", [finish, postpone, give_up])
def test_who_lost_the_lease_decides_nothing(
    database: Database, decide: Callable[[Database, Claim, datetime], bool]
) -> None:
    note(database)
    late = claimed(database)
    mine = claimed(database, NOW + LEASE)
    assert not decide(database, late, NOW + LEASE)
    assert finish(database, mine, NOW + LEASE)
    assert status(database) == OutboxStatus(waiting=0, due=0, failed=0)


def test_a_finished_delivery_is_never_claimed_again(database: Database) -> None:
    note(database)
    assert finish(database, claimed(database))
    assert claim(database, NOW + timedelta(days=400)) is None


def test_what_has_been_due_longest_comes_first(database: Database) -> None:
    note(database, visit=2, now=NOW)
    note(database, visit=1, now=NOW - SECOND)
    assert [claimed(database).payload["visit"] for _ in range(2)] == [1, 2]


def test_nothing_is_due_before_its_time(database: Database) -> None:
    note(database, now=NOW + SECOND)
    assert claim(database, NOW) is None


def test_a_failed_delivery_waits_longer_after_each_attempt(database: Database) -> None:
    note(database)
    now = NOW
    waits = []
    for _ in range(3):
        assert postpone(database, claimed(database, now), now)
        later = now
        while status(database, later).due == 0:
            later += FIRST_DELAY / 4
        waits.append(later - now)
        now = later
    assert waits == [FIRST_DELAY * 3 / 4, FIRST_DELAY * 3 / 2, FIRST_DELAY * 3]


def test_a_failed_delivery_does_not_hold_up_the_next_one(database: Database) -> None:
    note(database, visit=1, now=NOW - SECOND)
    note(database, visit=2)
    postpone(database, claimed(database))
    assert claimed(database).payload["visit"] == 2


def test_after_the_last_attempt_a_delivery_is_given_up_and_counted(database: Database) -> None:
    note(database)
    now = NOW
    for _ in range(MAX_ATTEMPTS):
        assert status(database, now).failed == 0
        postpone(database, claimed(database, now), now)
        now += timedelta(hours=6)
    assert claim(database, now) is None
    assert status(database, now) == OutboxStatus(waiting=0, due=0, failed=1)


def test_a_delivery_that_can_never_be_made_is_given_up_at_once(database: Database) -> None:
    note(database)
    assert give_up(database, claimed(database))
    assert claim(database, NOW + timedelta(days=400)) is None
    assert status(database).failed == 1


def test_a_delivery_made_after_failures_is_no_failure(database: Database) -> None:
    note(database)
    postpone(database, claimed(database))
    finish(database, claimed(database, NOW + FIRST_DELAY), NOW + FIRST_DELAY)
    assert status(database, NOW + FIRST_DELAY) == OutboxStatus(waiting=0, due=0, failed=0)


def test_the_status_tells_what_waits_and_what_is_due(database: Database) -> None:
    note(database)
    note(database)
    note(database, now=NOW + timedelta(hours=1))
    claimed(database)
    assert status(database) == OutboxStatus(waiting=3, due=1, failed=0)


def test_what_was_finished_long_ago_is_forgotten_and_what_waits_is_not(database: Database) -> None:
    for noted in (NOW - KEPT_FOR - SECOND, NOW - KEPT_FOR + SECOND):
        note(database, now=noted)
        give_up(database, claimed(database))
    note(database, now=NOW - KEPT_FOR - SECOND)
    assert status(database) == OutboxStatus(waiting=1, due=1, failed=2)
    database.write(lambda session: forget_deliveries(session, NOW))
    assert status(database) == OutboxStatus(waiting=1, due=1, failed=1)


def test_a_delivery_noted_in_a_change_that_is_undone_does_not_exist(database: Database) -> None:
    def change(session: Session) -> None:
        enqueue(session, 1, Delivery.QUESTION_RECEIVED, {"visit": 1}, "pl", NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write(change)
    assert claim(database) is None


def test_workers_at_the_same_time_never_claim_the_same_delivery(
    database: Database, database_url: str
) -> None:
    for visit in range(30):
        note(database, visit=visit)
    taken: list[int] = []
    start = threading.Barrier(3)

    def work() -> None:
        own = Database(database_url)
        start.wait()
        while mine := claim(own):
            taken.append(mine.payload["visit"])
            assert finish(own, mine)
        own.dispose()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == list(range(30))
