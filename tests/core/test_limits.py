"""As many acts as the limit says fit into any hour's beginning, and waiting gives turns back."""

from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.limits import HOUR, busy_for, free_from

PER_HOUR = st.integers(1, 2_000)


@given(PER_HOUR)
def test_all_acts_of_an_hour_may_come_at_once_and_not_one_more(per_hour: int) -> None:
    full = busy_for(per_hour) * per_hour
    assert full <= HOUR
    assert (
        free_from(full - busy_for(per_hour), per_hour) <= 0 < free_from(full, per_hour) + HOUR % per_hour + 1
    )


@given(PER_HOUR)
def test_a_place_that_is_quite_full_gets_its_next_turn_after_its_share_of_an_hour(per_hour: int) -> None:
    assert free_from(HOUR, per_hour) == busy_for(per_hour)


def test_a_limit_that_is_beyond_counting_still_makes_each_act_last() -> None:
    assert busy_for(10 * HOUR) == 1
