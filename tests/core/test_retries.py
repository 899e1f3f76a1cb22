"""What failed is tried again ever later, and not for ever."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.retries import FIRST_DELAY, LONGEST_DELAY, MAX_ATTEMPTS, delay_after

ATTEMPTS = st.integers(1, MAX_ATTEMPTS - 1)
JITTERS = st.floats(0, 1)


def wait(attempts: int, jitter: float) -> timedelta:
    delay = delay_after(attempts, jitter)
    assert delay is not None
    return delay


@given(ATTEMPTS, JITTERS)
def test_a_delay_lies_between_half_the_first_and_the_longest(attempts: int, jitter: float) -> None:
    assert FIRST_DELAY / 2 <= wait(attempts, jitter) <= LONGEST_DELAY


@given(JITTERS)
def test_delays_double_until_they_are_as_long_as_they_may_be(jitter: float) -> None:
    delays = [wait(attempts, jitter) for attempts in range(1, MAX_ATTEMPTS)]
    longest = wait(MAX_ATTEMPTS - 1, jitter)
    assert delays[0] < longest
    for earlier, later in pairwise(delays):
        assert abs(later - min(earlier * 2, longest)) <= timedelta(microseconds=2)


@given(ATTEMPTS)
def test_more_jitter_is_a_longer_delay_of_at_most_twice_the_shortest(attempts: int) -> None:
    assert wait(attempts, 0) < wait(attempts, 0.5) < wait(attempts, 1) == wait(attempts, 0) * 2


@pytest.mark.parametrize("attempts", [MAX_ATTEMPTS, MAX_ATTEMPTS + 1])
def test_after_the_last_attempt_there_is_none(attempts: int) -> None:
    assert delay_after(attempts, 0.5) is None


def test_mail_is_tried_for_about_four_days() -> None:
    tried = sum((wait(attempts, 0.5) for attempts in range(1, MAX_ATTEMPTS)), timedelta())
    assert timedelta(days=3.5) < tried < timedelta(days=5)
