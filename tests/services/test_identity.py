"""Keys in the order of time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from servicebalie.services.identity import first_id_of, new_id

FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2088, 12, 31, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(), LAST - FIRST).map(FIRST.__add__)
MILLISECOND = timedelta(milliseconds=1)


@given(MOMENTS, MOMENTS)
def test_what_came_later_has_a_higher_key(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    if later - earlier >= MILLISECOND:
        assert new_id(earlier) < new_id(later)


@given(MOMENTS)
def test_all_keys_of_a_moment_lie_from_its_first_one_up_to_that_of_the_next_millisecond(
    moment: datetime,
) -> None:
    assert first_id_of(moment) <= new_id(moment) < first_id_of(moment + MILLISECOND)


def test_milliseconds_are_counted_and_not_rounded() -> None:
    moment = datetime(2020, 7, 14, tzinfo=UTC)

    assert first_id_of(moment + MILLISECOND) - first_id_of(moment) == 2**22


@given(MOMENTS)
def test_a_key_fits_in_63_bits(moment: datetime) -> None:
    assert 0 <= new_id(moment) < 2**63


def test_before_the_first_key_there_is_none() -> None:
    assert first_id_of(datetime(1970, 1, 1, tzinfo=UTC)) == 0
