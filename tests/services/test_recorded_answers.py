"""Answers that are kept for a day, and that only the sender can open."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from servicebalie.db import Database
from servicebalie.models.delivery import RecordedAnswer
from servicebalie.services.recorded_answers import (
    KEPT_FOR,
    Answer,
    AnswerSlot,
    KeyUsedForAnotherRequest,
    find_answer,
    forget_old_answers,
    record_answer,
)
from tests.support.workplace import KEYS, NOW

ANSWER = Answer(201, b'{"returnCode": "123 456"}', "/api/v1/questions/K7M3Q2XC", '"1"')
MOMENT = timedelta(microseconds=1)


def slot(key: str = "key", sender: str = "user 1", request: bytes = b"POST") -> AnswerSlot:
    """Return the slot of a request."""
    return AnswerSlot.of(KEYS.answers, sender=sender, idempotency_key=key, request=request)


def record(
    database: Database, where: AnswerSlot, answer: Answer = ANSWER, after: timedelta = timedelta()
) -> None:
    """Record an answer some time after now."""
    database.write(lambda session: record_answer(session, where, answer, NOW + after))


def find(database: Database, where: AnswerSlot, after: timedelta = timedelta()) -> Answer | None:
    """Look for an answer some time after now."""
    with database.read() as session:
        return find_answer(session, where, NOW + after)


def test_an_answer_is_found_as_it_was_for_one_day(database: Database) -> None:
    record(database, slot())
    assert find(database, slot()) == ANSWER
    assert find(database, slot(), KEPT_FOR - MOMENT) == ANSWER
    assert find(database, slot(), KEPT_FOR) is None


@pytest.mark.parametrize("other", [slot(key="another"), slot(sender="user 2")])
def test_an_answer_belongs_to_one_key_of_one_sender(database: Database, other: AnswerSlot) -> None:
    record(database, slot())
    assert find(database, other) is None


def test_a_key_stands_for_one_request(database: Database) -> None:
    record(database, slot())
    with pytest.raises(KeyUsedForAnotherRequest):
        find(database, slot(request=b"POST something else"))


def test_after_its_day_a_key_can_be_used_again(database: Database) -> None:
    record(database, slot())
    another = Answer(200, b"{}")
    record(database, slot(request=b"other"), another, KEPT_FOR)
    assert find(database, slot(request=b"other"), KEPT_FOR) == another


def test_the_database_alone_cannot_open_an_answer(database: Database) -> None:
    record(database, slot())
    with database.read() as session:
        row = session.scalars(select(RecordedAnswer)).one()
    stored = row.key_hash + row.request_hash + row.sealed
    for secret in (b"returnCode", b"123 456", b"K7M3Q2XC", b"key"):
        assert secret not in stored


def test_answers_are_forgotten_when_their_day_is_over(database: Database) -> None:
    record(database, slot())
    record(database, slot(key="later"), after=timedelta(hours=1))
    database.write(lambda session: forget_old_answers(session, NOW + KEPT_FOR))
    with database.read() as session:
        assert len(session.scalars(select(RecordedAnswer)).all()) == 1
    assert find(database, slot(key="later"), KEPT_FOR) == ANSWER
