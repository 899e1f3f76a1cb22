from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.directory import Closure
from servicebalie.core.working_days import add_working_days, is_working_day, working_days_until

days = st.dates(date(2000, 1, 1), date(2060, 1, 1))
counts = st.integers(0, 60)

HOLIDAYS_ON_WEEKDAYS_OF_2026 = {
    date(2026, 1, 1): "New Year's Day",
    date(2026, 4, 3): "Good Friday",
    date(2026, 4, 6): "Easter Monday",
    date(2026, 4, 27): "the King's birthday",
    date(2026, 5, 5): "the fifth of May",
    date(2026, 5, 14): "Ascension Day",
    date(2026, 5, 25): "Whit Monday",
    date(2026, 12, 25): "Christmas Day",
}


def test_the_weekdays_of_a_year_without_the_holidays_of_the_act_are_its_working_days() -> None:
    year = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]

    off = {day for day in year if day.weekday() < 5 and not is_working_day(day)}

    assert off == set(HOLIDAYS_ON_WEEKDAYS_OF_2026)


@pytest.mark.parametrize("year", [2020, 2021, 2025, 2026])
def test_the_fifth_of_may_is_a_holiday_in_every_year_and_not_only_each_lustrum(year: int) -> None:
    assert not is_working_day(date(year, 5, 5))


def test_the_kings_birthday_on_a_sunday_is_celebrated_the_day_before() -> None:
    assert is_working_day(date(2031, 4, 28))
    assert not is_working_day(date(2032, 4, 27))


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Good Friday, Easter and Easter Monday
        (date(2026, 4, 24), 1, date(2026, 4, 28)),  # over the weekend and the King's birthday
        (date(2026, 12, 24), 5, date(2027, 1, 4)),  # over Christmas and into the next year
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # from a Saturday
    ],
)
def test_working_days_are_counted_over_weekends_and_holidays(day: date, count: int, due: date) -> None:
    assert add_working_days(day, count) == due


@given(days)
def test_no_working_days_later_is_the_day_itself(day: date) -> None:
    assert add_working_days(day, 0) == day


@given(days, counts)
def test_the_number_of_working_days_up_to_the_due_day_is_the_count(day: date, count: int) -> None:
    due = add_working_days(day, count)
    passed = [day + timedelta(days=offset) for offset in range(1, (due - day).days + 1)]

    assert sum(map(is_working_day, passed)) == count


@given(days, st.integers(1, 60))
def test_what_is_due_is_due_on_a_working_day(day: date, count: int) -> None:
    assert is_working_day(add_working_days(day, count))


@given(days, counts, counts)
def test_counting_on_is_the_same_as_counting_at_once(day: date, first: int, second: int) -> None:
    assert add_working_days(add_working_days(day, first), second) == add_working_days(day, first + second)


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 4, 2), -1)


CLOSED = (Closure(date(2026, 11, 4), date(2026, 11, 5)),)
"""A Wednesday and a Thursday."""


def test_days_on_which_an_office_is_closed_do_not_count() -> None:
    tuesday = date(2026, 11, 3)
    assert add_working_days(tuesday, 1, CLOSED) == date(2026, 11, 6)
    assert add_working_days(tuesday, 2, CLOSED) == date(2026, 11, 9)
    assert working_days_until(tuesday, date(2026, 11, 9), CLOSED) == 2


def test_no_working_days_are_left_of_a_term_that_has_passed() -> None:
    assert working_days_until(date(2026, 11, 3), date(2026, 11, 2)) == 0


@given(st.dates(date(2020, 1, 1), date(2080, 1, 1)), st.integers(0, 40))
def test_counting_days_undoes_adding_them(day: date, count: int) -> None:
    assert working_days_until(day, add_working_days(day, count, CLOSED), CLOSED) == count
