"""Spam is held back on both databases alike, and nothing but keyed hashes is kept to know it by."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from servicebalie.core.holding_back import SENT_AGAIN_WITHIN, HeldBack
from servicebalie.core.limits import Limit
from servicebalie.core.origins import Origin
from servicebalie.models.limits import Trace
from servicebalie.services.holding_back import Sending, hold_back_question
from servicebalie.services.traces import milliseconds
from tests.support.workplace import NOW, SmallWorkplace

LIMIT = Limit("questions", per_address=3, per_network=100)
LEAST = timedelta(seconds=5)
HERE = Origin("203.0.113.7", "203.0.113.0/24")
NEXT_DOOR = Origin("203.0.113.8", "203.0.113.0/24")
ELSEWHERE = Origin("198.51.100.1", "198.51.100.0/24")
SENDING = Sending(
    origin=HERE,
    began_at=NOW - timedelta(minutes=2),
    trap="",
    anyway=False,
    topic="health",
    text="Where is a dentist?",
    contacts=("anna@example.com",),
)


def sent(desk: SmallWorkplace, sending: Sending = SENDING, **changes: object) -> HeldBack | None:
    """Send a question and return why it was held back, if it was."""
    return desk.do(hold_back_question, LIMIT, LEAST, replace(sending, **changes))  # type: ignore[arg-type]  # the names are those of Sending


def test_the_first_question_of_a_person_is_taken(small_desk: SmallWorkplace) -> None:
    assert sent(small_desk) is None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"text": "where  is a\nDENTIST?"},
        {"origin": NEXT_DOOR, "contacts": ()},
        {"origin": ELSEWHERE},
    ],
)
def test_the_same_question_from_the_same_network_or_with_the_same_contact_was_sent_before(
    small_desk: SmallWorkplace, changes: dict[str, object]
) -> None:
    sent(small_desk)
    assert sent(small_desk, **changes) is HeldBack.SENT_BEFORE
    assert sent(small_desk, **changes, anyway=True) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "Where is a doctor?"},
        {"topic": "work"},
        {"origin": ELSEWHERE, "contacts": ()},
        {"origin": ELSEWHERE, "contacts": ("jan@example.com",)},
        {"text": None},
    ],
)
def test_another_question_and_another_person_were_not(
    small_desk: SmallWorkplace, changes: dict[str, object]
) -> None:
    sent(small_desk)
    assert sent(small_desk, **changes) is None


def test_neighbours_who_choose_the_same_topic_and_write_nothing_are_not_taken_for_one_person(
    small_desk: SmallWorkplace,
) -> None:
    nothing = replace(SENDING, text=None, contacts=())
    assert [sent(small_desk, nothing) for _ in range(3)] == [None] * 3


def test_without_a_text_the_contact_tells(small_desk: SmallWorkplace) -> None:
    sent(small_desk, text=None)
    assert sent(small_desk, text=None, origin=ELSEWHERE) is HeldBack.SENT_BEFORE


def test_after_a_while_the_same_question_may_be_asked_again(small_desk: SmallWorkplace) -> None:
    sent(small_desk)
    later = small_desk.at(NOW + SENT_AGAIN_WITHIN)
    assert sent(later) is None


def test_the_place_that_sends_too_many_is_asked_to_wait_and_others_are_not(
    small_desk: SmallWorkplace,
) -> None:
    told = [sent(small_desk, text=f"Question {number}", contacts=()) for number in range(4)]
    assert told == [None, None, None, HeldBack.TOO_MANY]
    assert sent(small_desk, text="Question 3", contacts=(), origin=ELSEWHERE) is None
    later = small_desk.at(NOW + timedelta(minutes=20))
    assert sent(later, text="Question 3", contacts=()) is None


def test_what_is_held_back_uses_up_no_turn_and_is_not_noted_as_sent(small_desk: SmallWorkplace) -> None:
    for _ in range(9):
        assert sent(small_desk, trap="spam") is HeldBack.TRAP_FILLED_IN
        assert sent(small_desk, began_at=NOW) is HeldBack.TOO_FAST
    assert sent(small_desk) is None


def test_all_that_is_kept_are_keyed_hashes_that_end(small_desk: SmallWorkplace) -> None:
    sent(small_desk)
    rows = small_desk.read(lambda session: session.scalars(select(Trace)).all())
    assert len(rows) == 4
    assert all(len(row.key_hash) == 32 for row in rows)
    assert max(row.until for row in rows) == milliseconds(NOW + SENT_AGAIN_WITHIN)
