from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core import hours_index
from servicebalie.core.directory import Closure, Schedule
from servicebalie.core.hours import WEEK, is_in_sight, minute_of, spans_from
from servicebalie.core.hours_index import MOST_WEEKS
from servicebalie.core.open_spans import ClosedDays, OpenTimes, next_span, spans_of_week
from servicebalie.core.ranking import Asked
from servicebalie.core.routing_facts import RoutingFacts, nobody_waits
from tests.core.routing_world import LANGUAGES, NOW, directory_of, moments, service

DAYS = st.dates(date(2026, 4, 1), date(2026, 5, 31))
spoken = st.frozensets(st.sampled_from(LANGUAGES), max_size=2)
services = st.fixed_dictionaries(
    {
        "schedules": st.lists(
            st.builds(
                Schedule,
                st.sampled_from(
                    ["Mo-Fr 09:00-17:00; PH off", "We 18:00-20:00", "24/7", "2027 Apr-Sep 10:00-12:00", "bad"]
                ),
                valid_from=st.none() | st.none() | DAYS,
                valid_to=st.none() | st.none() | DAYS,
                languages=spoken,
                dated=st.sampled_from([(), (), ("Mo-Fr 09:00-17:00; 2026 Apr 25-2026 May 03 off",)]),
            ),
            max_size=3,
        ).map(tuple),
        "languages": spoken,
        "closures": st.sampled_from(
            [
                (),
                (Closure(date(2026, 5, 1), date(2026, 5, 20)),),
                (Closure(date(2026, 4, 24), date(2026, 4, 24)), Closure(date(2026, 4, 28), date(2027, 6, 1))),
            ]
        ),
    }
)


@given(st.lists(services, min_size=9, max_size=14), st.none() | st.sampled_from(LANGUAGES), moments)
def test_many_open_together_when_each_of_them_does(
    crowd: list[dict[str, Any]], language: str | None, now: datetime
) -> None:
    directory = directory_of(*(service(number, **fields) for number, fields in enumerate(crowd, 1)))
    asked = Asked(RoutingFacts(None, language, None), None, directory, now, nobody_waits)
    offers = directory.offers
    everybody = (1 << len(crowd)) - 1

    groups = [offers.listed(group) for group in asked.by_start(everybody)]

    one_by_one = sorted(offers.listed(everybody), key=asked.starts)
    assert groups == [list(group) for _, group in groupby(one_by_one, key=asked.starts)]
    assert asked.open_among(everybody) == offers.chosen(everybody, asked.is_open)


def test_hours_that_were_read_ahead_are_not_read_again() -> None:
    tuesdays = Schedule("Tu 09:00-09:01; SH off", valid_to=date(2027, 1, 1), dated=("Tu 09:00-09:01",))
    directory = directory_of(service(1, schedules=(Schedule("Mo 09:00-09:01"), tuesdays)))
    week = minute_of(NOW) // (7 * 24 * 60)

    directory.offers.hours.read_weeks(minute_of(NOW), 3)

    misses = spans_from.cache_info().misses
    assert len(spans_from("Tu 09:00-09:01", week + 2)) == 2
    assert spans_from.cache_info().misses == misses


def test_what_opens_in_more_than_a_year_never_opens() -> None:
    far_off = [service(number, schedules=(Schedule("2027 Apr 24 10:00-12:00"),)) for number in range(1, 9)]
    directory = directory_of(*far_off, service(9, schedules=(Schedule("bad"),)))
    asked = Asked(RoutingFacts(None, None, None), None, directory, NOW, nobody_waits)

    assert list(asked.by_start(0b111111111)) == [0b111111111]


def test_weeks_long_ago_are_looked_at_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    directory = directory_of(*(service(number, schedules=(Schedule("24/7"),)) for number in range(1, 10)))
    hours = directory.offers.hours
    hours.read_weeks(minute_of(NOW), 8)
    looked_at = []
    monkeypatch.setattr(
        hours_index, "spans_of_week", lambda times, week: looked_at.append(week) or spans_of_week(times, week)
    )

    for weeks in range(3 * MOST_WEEKS):
        for minute in range(3):
            hours.open_among(1, minute_of(NOW) - weeks * WEEK + minute, NOW.date(), None)

    assert len(looked_at) == len(set(looked_at)) == 3 * MOST_WEEKS - 1


def test_more_weeks_than_are_kept_can_be_asked_about_in_any_order() -> None:
    mornings = [service(number, schedules=(Schedule("Mo-Fr 09:00-12:00"),)) for number in range(1, 10)]
    weekends = [service(number, schedules=(Schedule("Sa,Su 10:00-15:00"),)) for number in range(10, 20)]
    directory = directory_of(*mornings, *weekends)
    directory.offers.hours.read_weeks(minute_of(NOW), 3)
    everybody = (1 << 19) - 1

    for number in (0, 2 * MOST_WEEKS, -MOST_WEEKS, 1, *range(3 * MOST_WEEKS), 0):
        for minutes in range(0, WEEK, 300):
            now = NOW + timedelta(weeks=number, minutes=minutes)
            asked = Asked(RoutingFacts(None, None, None), None, directory, now, nobody_waits)
            assert asked.open_among(everybody) == directory.offers.chosen(everybody, asked.is_open)


@given(
    st.sampled_from(
        ["Mo-Fr 09:00-12:00,13:00-17:00; PH off", "Fr,Sa 22:00-02:00", "24/7", "2027 Apr", "Mo[1]"]
    ),
    st.none() | DAYS,
    st.none() | DAYS,
    st.lists(st.tuples(DAYS, DAYS).map(lambda days: ClosedDays(*sorted(days))), max_size=2),
    st.integers(0, WEEK - 1),
)
def test_a_week_has_the_spans_that_are_found_one_by_one(
    text: str, first: date | None, last: date | None, closures: list[ClosedDays], into: int
) -> None:
    times = OpenTimes(text, first, last, tuple(closures))
    week = minute_of(NOW) // WEEK
    minute = week * WEEK + into

    following = [span for span in spans_of_week(times, week) if span[1] > minute]
    found = next_span([times], minute, closures)

    if found is None:
        assert not following or not is_in_sight(following[0][0], minute)
    else:
        start, end = following[0]
        assert max(start, minute) == found[0]
        assert min(end, minute + WEEK) == min(found[1], minute + WEEK)
