from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours, ParserError, State

from servicebalie.core.directory import Closure, Schedule
from servicebalie.core.errors import InvalidOpeningHours
from servicebalie.core.hours import WEEK, minute_of
from servicebalie.core.open_spans import ClosedDays, OpenTimes, spans_of_week
from servicebalie.core.opening import (
    Opening,
    check_opening_hours,
    is_open,
    next_opening,
    openings_within,
    whole_opening,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = "Mo-Fr 09:00-17:00; PH off"

moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
days = st.dates(date(2020, 1, 1), date(2035, 1, 1))
hours_texts = st.sampled_from(
    [OFFICE, "Sa 10:00-16:00", "Tu,Th 18:00-20:00", "Fr 22:00-02:00", "24/7", "PH 09:00-12:00", "", "lundi"]
)
schedules = st.builds(
    Schedule, opening_hours=hours_texts, valid_from=st.none() | days, valid_to=st.none() | days
)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 4, day, hour, minute, tzinfo=AMSTERDAM)


def opening_of(hours: str, now: datetime) -> Opening | None:
    return next_opening([Schedule(hours)], now)


def test_a_service_that_is_closed_opens_the_next_morning() -> None:
    assert opening_of(OFFICE, local(22, 18)) == Opening(local(23, 9), local(23, 17))


def test_a_service_that_is_open_is_open_from_this_minute_until_it_closes() -> None:
    now = local(22, 10, 30).replace(second=59)

    assert opening_of(OFFICE, now) == Opening(local(22, 10, 30), local(22, 17))


def test_a_service_is_closed_from_the_minute_in_which_it_closes() -> None:
    assert opening_of(OFFICE, local(22, 17)) == Opening(local(23, 9), local(23, 17))


def test_a_service_that_closes_on_holidays_is_closed_on_kings_day() -> None:
    assert opening_of(OFFICE, local(24, 18)) == Opening(local(28, 9), local(28, 17))


def test_hours_are_dutch_local_time_whatever_the_zone_of_now() -> None:
    winter = datetime(2026, 1, 14, 7, 59, tzinfo=UTC)
    summer = datetime(2026, 7, 15, 6, 59, tzinfo=UTC)

    starts = [opening.starts_at for now in (winter, summer) if (opening := opening_of(OFFICE, now))]

    assert starts == [winter + timedelta(minutes=1), summer + timedelta(minutes=1)]


def test_a_service_that_never_closes_has_no_end() -> None:
    assert opening_of("24/7", local(22, 18)) == Opening(local(22, 18), None)


@pytest.mark.parametrize("hours", ["", "off", "2020 Mo 09:00-10:00", "unknown", "by appointment"])
def test_hours_without_an_opening_give_none(hours: str) -> None:
    assert opening_of(hours, local(22, 18)) is None


def test_a_schedule_is_not_open_before_it_is_valid() -> None:
    schedule = Schedule(OFFICE, valid_from=date(2026, 4, 29))

    assert next_opening([schedule], local(22, 10)) == Opening(local(29, 9), local(29, 17))


def test_a_schedule_is_open_on_its_last_day_and_not_after() -> None:
    schedule = Schedule(OFFICE, valid_to=date(2026, 4, 22))

    assert next_opening([schedule], local(22, 8)) == Opening(local(22, 9), local(22, 17))
    assert next_opening([schedule], local(22, 18)) is None


def test_an_opening_ends_when_its_schedule_ceases_to_be_valid() -> None:
    night = [Schedule("We 22:00-02:00", valid_to=date(2026, 4, 22))]

    assert next_opening(night, local(22, 23)) == Opening(local(22, 23), local(23, 0))
    assert not is_open(night, local(23, 0, 30))


def test_what_becomes_valid_in_more_than_a_year_is_not_in_sight_yet() -> None:
    assert next_opening([Schedule("24/7", valid_from=date(2027, 4, 24))], local(22, 10)) is None
    assert next_opening([Schedule("24/7")], local(22, 10), [closed_until(2027, 5)]) is None


@pytest.mark.parametrize("far", [date.max, date(9999, 12, 30), date(2199, 12, 31), date(2300, 1, 1)])
def test_days_that_nobody_will_see_are_as_good_as_never(far: date) -> None:
    hours = Schedule(OFFICE, valid_to=far)
    closed_for_good = Closure(date(2026, 4, 22), far)

    assert next_opening([hours], local(22, 8)) == Opening(local(22, 9), local(22, 17))
    assert next_opening([hours], local(22, 8), [closed_for_good]) is None
    assert next_opening([Schedule(OFFICE, valid_from=far)], local(22, 8)) is None
    times = OpenTimes(OFFICE, date.min, far, (ClosedDays(date.min, date(2020, 1, 1)),))
    assert len(spans_of_week(times, minute_of(local(22, 8)) // WEEK)) == 6


def test_an_hour_that_the_clock_skips_is_no_opening() -> None:
    found = next_opening([Schedule("Su 02:00-03:00")], datetime(2027, 3, 27, tzinfo=AMSTERDAM))
    assert found
    assert found.starts_at == datetime(2027, 4, 4, 2, tzinfo=AMSTERDAM)


def test_the_first_of_several_schedules_is_told() -> None:
    evening = Schedule("We 19:00-21:00")

    assert next_opening([Schedule(OFFICE), evening], local(22, 18)) == Opening(local(22, 19), local(22, 21))


def test_of_two_openings_that_start_together_the_longest_is_told() -> None:
    schedules = [Schedule("We 09:00-12:00"), Schedule("We 09:00-17:00"), Schedule("We 09:00-13:00")]

    assert next_opening(schedules, local(22, 8)) == Opening(local(22, 9), local(22, 17))


@given(st.lists(schedules, max_size=3), moments)
def test_an_opening_is_never_in_the_past_nor_empty(offered: list[Schedule], now: datetime) -> None:
    opening = next_opening(offered, now)

    if opening:
        assert opening.starts_at > now - timedelta(minutes=1)
        assert opening.ends_at is None or opening.ends_at > max(opening.starts_at, now)


@given(st.lists(schedules, max_size=3), schedules, moments)
def test_more_hours_never_make_a_service_open_later(
    offered: list[Schedule], added: Schedule, now: datetime
) -> None:
    before = next_opening(offered, now)
    after = next_opening([*offered, added], now)

    if before:
        assert after is not None
        assert after.starts_at <= before.starts_at


@given(st.lists(schedules, max_size=3), moments)
def test_an_opening_told_earlier_is_still_the_next_one_until_it_starts(
    offered: list[Schedule], now: datetime
) -> None:
    opening = next_opening(offered, now)

    if opening:
        assert next_opening(offered, opening.starts_at) == opening


@pytest.mark.parametrize(
    "text", [OFFICE, "24/7", 'Mo 09:00-12:00 "only by appointment"', "Mo[1] 10:00-12:00"]
)
def test_hours_in_the_openstreetmap_syntax_are_accepted(text: str) -> None:
    check_opening_hours(text)


@pytest.mark.parametrize(
    "text", ["", "lundi", "Mo-Fr 9-17", "Mo 25:99", "mo 09:00-10:00", "PH Mo-Fr 10:00-12:00"]
)
def test_other_text_is_refused_as_hours(text: str) -> None:
    with pytest.raises(InvalidOpeningHours):
        check_opening_hours(text)


def test_the_openings_of_a_week_are_told_in_order_from_what_is_left_of_today() -> None:
    schedules = [Schedule("We,Th 09:00-17:00; PH off"), Schedule("Th 18:00-20:00")]

    assert openings_within(schedules, local(22, 10), timedelta(days=7)) == (
        Opening(local(22, 10), local(22, 17)),
        Opening(local(23, 9), local(23, 17)),
        Opening(local(23, 18), local(23, 20)),
        Opening(local(29, 9), local(29, 17)),
    )


def test_a_service_that_never_closes_opens_once_and_one_by_appointment_never() -> None:
    assert len(openings_within([Schedule("24/7")], local(22, 10), timedelta(days=7))) == 1
    assert openings_within([Schedule("")], local(22, 10), timedelta(days=7)) == ()


@given(st.lists(schedules), moments)
def test_openings_of_a_week_follow_each_other(given_schedules: list[Schedule], now: datetime) -> None:
    found = openings_within(given_schedules, now, timedelta(days=7))

    for opening, following in pairwise(found):
        assert opening.ends_at is not None
        assert opening.ends_at <= following.starts_at < now + timedelta(days=7)


def closed_until(year: int, month: int) -> Closure:
    return Closure(date(2026, 4, 1), date(year, month, 1))


def closed(first: int, last: int) -> Closure:
    return Closure(date(2026, 4, first), date(2026, 4, last))


def test_nothing_is_open_while_a_service_is_closed() -> None:
    hours = [Schedule("Mo-Fr 09:00-17:00")]

    assert next_opening(hours, local(22, 10), [closed(22, 22)]) == Opening(local(23, 9), local(23, 17))
    assert next_opening(hours, local(22, 10), [closed(22, 22), closed(22, 23)]) == Opening(
        local(24, 9), local(24, 17)
    )
    assert next_opening(hours, local(22, 10), [closed(1, 3)]) == Opening(local(22, 10), local(22, 17))


def test_an_opening_ends_when_a_service_closes_for_days() -> None:
    assert next_opening([Schedule("24/7")], local(22, 10), [closed(24, 25), closed(28, 28)]) == Opening(
        local(22, 10), local(24, 0)
    )
    night = [Schedule("We 22:00-02:00")]
    assert next_opening(night, local(22, 10), [closed(23, 23)]) == Opening(local(22, 22), local(23, 0))
    assert next_opening(night, local(22, 10), [closed(24, 24)]) == Opening(local(22, 22), local(23, 2))


def test_a_service_is_open_between_its_hours_only() -> None:
    hours = [Schedule(OFFICE)]

    assert is_open(hours, local(22, 10))
    assert not is_open(hours, local(22, 8))
    assert not is_open(hours, local(22, 10), [closed(22, 22)])


def test_what_opens_in_a_year_and_a_bit_is_not_in_sight_yet() -> None:
    hours = "2027 Apr 23 12:00-13:00"

    assert opening_of(hours, local(22, 11)) is None
    assert opening_of(hours, local(22, 13)) is not None


@given(hours_texts, moments)
def test_what_is_read_once_a_day_is_what_is_read_at_the_minute_itself(hours: str, now: datetime) -> None:
    start = now.astimezone(AMSTERDAM).replace(second=0, microsecond=0)
    horizon = start + timedelta(days=366)
    try:
        intervals = OpeningHours(hours, timezone=AMSTERDAM, country="NL").intervals(start, horizon)
    except ParserError:
        intervals = iter(())
    found = next(((begin, end) for begin, end, state, _ in intervals if state == State.OPEN), None)
    opening = opening_of(hours, now)

    assert (opening is None) == (found is None)
    if opening and found:
        assert opening.starts_at == found[0]
        assert opening.ends_at == (None if found[1] == horizon else found[1])


def test_what_is_open_in_a_time_leaves_out_closed_days() -> None:
    closed = [Closure(date(2026, 4, 23), date(2026, 4, 23))]
    found = openings_within([Schedule("Mo-Fr 09:00-17:00")], local(22, 12), timedelta(days=3), closed)
    assert [each.starts_at for each in found] == [local(22, 12), local(24, 9)]


def test_an_opening_as_it_stands_on_the_door_ends_with_closed_days_too() -> None:
    closed = [Closure(date(2026, 4, 23), date(2026, 4, 23))]
    nights = [Schedule("Mo-Fr 18:00-02:00")]
    left = next_opening(nights, local(22, 20), closed)
    assert left == Opening(local(22, 20), local(23, 0))
    assert whole_opening(left, nights, closed) == Opening(local(22, 18), local(23, 0))


def test_an_opening_as_it_stands_on_the_door_starts_before_now() -> None:
    broken = [Schedule("Mo-Fr 08:00-12:00,13:00-17:00"), Schedule("Th 15:00-16:00")]
    left = next_opening(broken, local(22, 14, 30))
    assert left == Opening(local(22, 14, 30), local(22, 17))
    assert whole_opening(left, broken) == Opening(local(22, 13), local(22, 17))


def test_an_opening_of_other_hours_stays_as_it_is() -> None:
    left = Opening(local(22, 14, 30), local(22, 17))
    assert whole_opening(left, [Schedule("Mo-Fr 09:00-16:00")]) == left
    assert whole_opening(left, []) == left
