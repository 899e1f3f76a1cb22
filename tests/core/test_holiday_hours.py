"""School holidays in opening hours become days, or are refused; public holidays show what is right."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours, State

from servicebalie.core.directory import Schedule
from servicebalie.core.errors import InvalidOpeningHours, SchoolHolidaysUnclear
from servicebalie.core.holiday_hours import Days, need_school_holidays, with_days
from servicebalie.core.opening import AMSTERDAM, check_opening_hours, openings_within

AUTUMN = (date(2026, 10, 17), date(2026, 10, 25))
CHRISTMAS = (date(2026, 12, 19), date(2027, 1, 3))
AUTUMN_DAYS = "2026 Oct 17-2026 Oct 25"
CHRISTMAS_DAYS = "2026 Dec 19-2027 Jan 03"
YEAR = (datetime(2026, 1, 5, tzinfo=AMSTERDAM), datetime(2026, 12, 18, tzinfo=AMSTERDAM))


def public_holidays() -> tuple[Days, ...]:
    """Return the public holidays of three years, as the library knows them."""
    start, end = (datetime(year, 1, 1, tzinfo=AMSTERDAM) for year in (2025, 2028))
    spans = OpeningHours("PH", timezone=AMSTERDAM, country="NL").intervals(start, end)
    return tuple(
        (opens.date(), closes.date() - timedelta(days=1))
        for opens, closes, state, _ in spans
        if state == State.OPEN
    )


PUBLIC = public_holidays()


def read(hours: str) -> list[tuple[datetime, datetime, State]]:
    """Return what the library makes of hours in a year; a comment does not matter."""
    parsed = OpeningHours(hours, timezone=AMSTERDAM, country="NL")
    return [(opens, closes, state) for opens, closes, state, _ in parsed.intervals(*YEAR)]


@pytest.mark.parametrize(
    ("hours", "dated"),
    [
        ("Th 14:00-17:00", "Th 14:00-17:00"),
        ("Th 14:00-17:00; SH off", "Th 14:00-17:00; {days} off"),
        ("Th 14:00-17:00;SH closed", "Th 14:00-17:00; {days} closed"),
        ("Mo-Fr 09:00-17:00; PH,SH off", "Mo-Fr 09:00-17:00; PH off; {days} off"),
        ("Mo-Fr 09:00-17:00; SH,PH off", "Mo-Fr 09:00-17:00; PH off; {days} off"),
        ("SH Mo-Fr 10:00-12:00", "{days} Mo-Fr 10:00-12:00"),
        ("SH Mo[1],We 10:00-12:00,13:00-14:00", "{days} Mo[1],We 10:00-12:00,13:00-14:00"),
        ("Mo-Fr,SH 10:00-12:00", "Mo-Fr 10:00-12:00; {days} 10:00-12:00"),
        ("SH 22:00-02:00", "{days} 22:00-02:00"),
        ("SH", "{days}"),
        ('Mo 10:00-12:00; SH off "shut; in SH"', 'Mo 10:00-12:00; {days} off "shut; in SH"'),
        ('SH unknown "ring first"', '{days} unknown "ring first"'),
        ('Th 14:00-17:00 "ask about SH"', 'Th 14:00-17:00 "ask about SH"'),
    ],
)
def test_school_holidays_are_written_out_as_days(hours: str, dated: str) -> None:
    check_opening_hours(hours)
    assert with_days(hours, [AUTUMN, CHRISTMAS]) == dated.format(days=f"{AUTUMN_DAYS},{CHRISTMAS_DAYS}")


@pytest.mark.parametrize(
    "hours",
    [
        "PH, SH off",
        "Th 14:00-17:00, SH off",
        "Th 14:00-17:00; SH off || Mo 10:00-12:00",
        "Mo SH 10:00-12:00",
        "PH,SH Mo-Fr 10:00-12:00",
        "2026 Jan-Jun SH off",
        "week 10 SH off",
        "SH sunrise-sunset",
        "SH 10:00+",
        "SH 10:00-12:00, 13:00-14:00",
        "Mo-Fr,SH 22:00-02:00",
    ],
)
def test_what_dates_cannot_say_is_refused(hours: str) -> None:
    OpeningHours(hours)
    with pytest.raises(SchoolHolidaysUnclear):
        check_opening_hours(hours)


@pytest.mark.parametrize("hours", ["Th 14:00-17:00; sh off", "SH -1 day off", "SH: 10:00-12:00", "SH off;"])
def test_what_the_syntax_does_not_know_is_refused(hours: str) -> None:
    with pytest.raises(InvalidOpeningHours) as refusal:
        check_opening_hours(hours)
    assert refusal.value.code == InvalidOpeningHours.code


def test_without_holidays_their_rules_hold_on_no_day() -> None:
    assert with_days("Th 14:00-17:00; SH off", ()) == "Th 14:00-17:00"
    assert with_days("Th 14:00-17:00; PH,SH off", ()) == "Th 14:00-17:00; PH off"
    assert with_days("SH 10:00-12:00", ()) == ""


def test_only_what_is_no_comment_needs_them() -> None:
    assert need_school_holidays("Mo 10:00-12:00; SH off")
    assert not need_school_holidays('Mo 10:00-12:00 "SH too"')
    assert not need_school_holidays("Mo 10:00-12:00; PH off")


DAYS_OF_WEEK = st.sampled_from(["Mo-Fr", "Tu,Th", "Sa", "Mo-Su", "We[1]", "Fr-Mo"])
TIMES = st.sampled_from(["09:00-17:00", "08:00-12:00,13:00-24:00", "18:00-20:00"])
NIGHTS = st.sampled_from(["22:00-02:00", "20:00-04:00,05:00-06:00"])
ORDINARY = st.one_of(
    st.builds("{} {}".format, DAYS_OF_WEEK, TIMES | NIGHTS),
    st.just("24/7"),
    st.builds("{} off".format, DAYS_OF_WEEK),
)
SPECIAL = st.one_of(
    st.sampled_from(["SH off", "SH closed", "SH", "SH unknown"]),
    st.builds("SH {}".format, TIMES | NIGHTS),
    st.builds("SH {} off".format, TIMES),
    st.builds("SH,{} {}".format, DAYS_OF_WEEK, TIMES),
    st.builds("{},SH off".format, DAYS_OF_WEEK),
)


@given(st.lists(ORDINARY | SPECIAL, min_size=1, max_size=4).map("; ".join))
def test_written_out_they_mean_what_public_holidays_mean_to_the_library(hours: str) -> None:
    check_opening_hours(hours)
    assert read(with_days(hours, PUBLIC)) == read(hours.replace("SH", "PH"))


@given(st.sampled_from(["Mo", "Tu-Th", "Fr-Su", "We[-1]"]), TIMES)
def test_days_of_the_week_in_school_holidays_are_open_in_both_at_once(weekdays: str, times: str) -> None:
    only = Schedule(f"SH {weekdays} {times}", dated=(with_days(f"SH {weekdays} {times}", [CHRISTMAS]),))
    always = Schedule(f"{weekdays} {times}")
    start, span = datetime(2026, 12, 1, tzinfo=AMSTERDAM), timedelta(days=60)
    first, last = CHRISTMAS
    assert openings_within([only], start, span) == tuple(
        opening
        for opening in openings_within([always], start, span)
        if first <= opening.starts_at.date() <= last
    )
