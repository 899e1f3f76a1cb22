"""Months are those of the Dutch calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.periods import (
    InvalidPeriod,
    Month,
    Period,
    Quarter,
    Year,
    covers,
    frozen_periods,
    parse_period,
)

PERIODS = st.one_of(
    st.builds(Month, st.integers(2000, 2099), st.integers(1, 12)),
    st.builds(Quarter, st.integers(2000, 2099), st.integers(1, 4)),
    st.builds(Year, st.integers(2000, 2099)),
)
MONTHS = st.builds(Month, st.integers(2000, 2099), st.integers(1, 12))


@given(MONTHS)
def test_a_month_is_read_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-00",
        "2026-13",
        "2026-1",
        "26-01",
        "1999-12",
        "2026-01-01",
        "2026-01\n",
        "２０２６-01",
    ],
)
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(InvalidPeriod):
        Month.parse(text)


@given(MONTHS)
def test_a_month_lasts_until_the_next_one_starts(month: Month) -> None:
    last = month.next.starts_at - timedelta(microseconds=1)

    assert Month.of(month.starts_at) == Month.of(last) == month
    assert month < month.next
    assert 28 <= (month.next.starts_at.date() - month.starts_at.date()).days <= 31


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 1, 31, 22, 59, tzinfo=UTC), "2026-01"),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), "2026-02"),
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), "2026-06"),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), "2026-07"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "2027-01"),
    ],
)
def test_midnight_is_dutch(moment: datetime, month: str) -> None:
    assert str(Month.of(moment)) == month


@pytest.mark.parametrize(
    ("month", "frozen_at"),
    [
        ("2026-02", datetime(2026, 3, 7, 23, tzinfo=UTC)),
        ("2026-03", datetime(2026, 4, 7, 22, tzinfo=UTC)),
        ("2026-12", datetime(2027, 1, 7, 23, tzinfo=UTC)),
    ],
)
def test_a_month_is_frozen_when_no_visit_of_it_can_be_registered_any_more(
    month: str, frozen_at: datetime
) -> None:
    assert Month.parse(month).frozen_at == frozen_at


@given(PERIODS)
def test_a_period_of_any_kind_is_read_as_it_is_written(period: Period) -> None:
    assert parse_period(str(period)) == period


@pytest.mark.parametrize(
    "text", ["", "26", "2026-Q0", "2026-Q5", "2026-13", "2026Q1", "2026-q1", "1999", "2026\n"]
)
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(InvalidPeriod):
        parse_period(text)


@given(PERIODS)
def test_a_period_lasts_until_the_next_one_of_its_kind_starts(period: Period) -> None:
    assert period.ends_at == period.next.starts_at
    assert period.next.previous == period
    assert period.months[0].starts_at == period.starts_at
    assert all(a.next == b for a, b in zip(period.months, period.months[1:], strict=False))


def test_periods_are_frozen_in_the_order_of_their_ends_and_the_shortest_first() -> None:
    frozen = frozen_periods(Month(2025, 11), datetime(2026, 2, 8, tzinfo=UTC))

    assert [str(period) for period in frozen] == ["2025-11", "2025-12", "2025-Q4", "2025", "2026-01"]


def test_a_desk_covers_a_period_when_it_was_there_in_the_first_month() -> None:
    opened_at = datetime(2026, 1, 31, 22, tzinfo=UTC)

    assert covers(opened_at, Year(2026))
    assert not covers(opened_at + timedelta(hours=2), Year(2026))
    assert covers(opened_at + timedelta(hours=2), Month(2026, 2))
