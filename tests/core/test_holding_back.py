"""A question is held back for a reason that its sender can do something about, and for no other."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.holding_back import HeldBack, hold_back

LEAST = timedelta(seconds=5)


def held_back(
    *, trap: str = "", took: timedelta = LEAST, sent_before: bool = False, anyway: bool = False
) -> HeldBack | None:
    """Hold back what is as a person sends it, except for what is told."""
    return hold_back(trap=trap, took=took, at_least=LEAST, sent_before=sent_before, anyway=anyway)


def test_what_a_person_sends_is_not_held_back() -> None:
    assert held_back() is None


def test_a_field_that_people_do_not_see_tells_a_program() -> None:
    assert held_back(trap="https://spam.example", anyway=True) is HeldBack.TRAP_FILLED_IN


def test_a_form_that_is_filled_in_faster_than_anybody_can_is_held_back() -> None:
    assert held_back(took=LEAST - timedelta(seconds=1), anyway=True) is HeldBack.TOO_FAST


def test_a_question_that_was_sent_before_is_held_back_until_its_sender_says_anyway() -> None:
    assert held_back(sent_before=True) is HeldBack.SENT_BEFORE
    assert held_back(sent_before=True, anyway=True) is None


@given(st.timedeltas(min_value=LEAST, max_value=timedelta(days=2)), st.booleans())
def test_however_long_somebody_takes_saying_anyway_is_enough(took: timedelta, sent_before: bool) -> None:
    assert held_back(took=took, sent_before=sent_before, anyway=True) is None
