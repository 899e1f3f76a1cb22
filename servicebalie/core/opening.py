"""When a service is open next: opening hours in the OpenStreetMap syntax, in Dutch local time.

`PH` in the hours stands for the Dutch public holidays, so that `PH off` closes on King's Day, and `SH` for
the school holidays of the place (see `servicebalie.core.school_holidays`). The syntax is that of
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from opening_hours import (  # type: ignore[attr-defined]  # the library's stub lacks ParserError
    OpeningHours,
    ParserError,
)

from servicebalie.core.directory import Closure, Schedule
from servicebalie.core.errors import InvalidOpeningHours
from servicebalie.core.holiday_hours import with_days
from servicebalie.core.hours import AMSTERDAM, Span, minute_of, span_after

__all__ = [
    "AMSTERDAM",
    "Opening",
    "check_opening_hours",
    "is_open",
    "next_opening",
    "next_span",
    "opening_of",
    "openings_within",
    "whole_opening",
]

_SOME_HOLIDAYS = ((date(2026, 10, 17), date(2026, 10, 25)), (date(2026, 12, 19), date(2027, 1, 3)))
_ONE_DAY = timedelta(days=1)
_ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A time in which a service is open, in Dutch local time; `ends_at` is None when no end is in sight."""

    starts_at: datetime
    ends_at: datetime | None


def next_opening(
    schedules: Sequence[Schedule], now: datetime, closures: Sequence[Closure] = ()
) -> Opening | None:
    """The first time, from the minute of `now` (aware) on, at which one of the schedules is open.

    When it is open already, the opening is what is left of it. Of several that start together the one
    that ends last is told. Nothing is open on the days of a closure. None when nothing opens within a year,
    and for hours that cannot be read.
    """
    return opening_of(next_span(schedules, minute_of(now), closures))


def next_span(schedules: Iterable[Schedule], minute: int, closures: Sequence[Closure] = ()) -> Span | None:
    """Where `next_opening` is for a minute, counted from the epoch."""
    found = _first_span(schedules, minute)
    if not closures:
        return found
    while found and (closed := _closed_on(_day(found[0]), closures)):
        found = _first_span(schedules, _midnight(closed.last_day + _ONE_DAY))
    return _until_closed(found, closures) if found else None


@lru_cache(maxsize=4096)
def opening_of(span: Span | None) -> Opening | None:
    """The opening that is there, or None for none."""
    if span is None:
        return None
    start, end = span
    ends_at = None if end == math.inf else datetime.fromtimestamp(end * 60, AMSTERDAM)
    return Opening(datetime.fromtimestamp(start * 60, AMSTERDAM), ends_at)


def is_open(schedules: Sequence[Schedule], now: datetime, closures: Sequence[Closure] = ()) -> bool:
    """Whether one of the schedules is open in the minute of `now` (aware)."""
    minute = minute_of(now)
    found = next_span(schedules, minute, closures)
    return found is not None and found[0] <= minute


def openings_within(
    schedules: Sequence[Schedule], now: datetime, span: timedelta, closures: Sequence[Closure] = ()
) -> tuple[Opening, ...]:
    """The openings that start within `span` of `now` (aware), in the order of time; see `next_opening`."""
    openings: list[Opening] = []
    opening = next_opening(schedules, now, closures)
    while opening and opening.starts_at < now + span:
        openings.append(opening)
        opening = next_opening(schedules, opening.ends_at, closures) if opening.ends_at else None
    return tuple(openings)


def whole_opening(
    opening: Opening, schedules: Iterable[Schedule], closures: Sequence[Closure] = ()
) -> Opening:
    """An opening as it stands on the door: from its start, where `next_opening` tells what is left of it.

    `schedules` are those that it is of; when none of them ends as it does, it stays as it is.
    """
    midnight = datetime.combine(opening.starts_at.astimezone(AMSTERDAM), time(), AMSTERDAM)
    so_far = opening.starts_at - midnight + _ONE_MINUTE
    for schedule in schedules:
        for each in openings_within([schedule], midnight, so_far, closures):
            if each.ends_at == opening.ends_at:
                return each
    return opening


def check_opening_hours(text: str) -> None:
    """Refuse text that is not opening hours, or not spelled as it should be. Raises `InvalidOpeningHours`.

    `SchoolHolidaysUnclear` is raised when it speaks of school holidays in a form that cannot be read.
    """
    _refuse_unreadable(text)
    dated = with_days(text, _SOME_HOLIDAYS)
    if dated != text:
        _refuse_unreadable(dated)


def _refuse_unreadable(text: str) -> None:
    try:
        hours = OpeningHours(text)
    except ParserError:
        raise InvalidOpeningHours from None
    if hours.warnings:
        raise InvalidOpeningHours


def _first_span(schedules: Iterable[Schedule], minute: int) -> Span | None:
    """The span that starts first and, of those that start together, ends last."""
    first = None
    for schedule in schedules:
        bounded = schedule.valid_from or schedule.valid_to
        span = _span_of(schedule, minute) if bounded else span_after(schedule.hours, minute)
        if span and (first is None or (span[0], -span[1]) < (first[0], -first[1])):
            first = span
    return first


def _closed_on(day: date, closures: Iterable[Closure]) -> Closure | None:
    """The closure that lasts longest of those on a day."""
    on_the_day = (closure for closure in closures if closure.first_day <= day <= closure.last_day)
    return max(on_the_day, key=_last_day, default=None)


def _last_day(closure: Closure) -> date:
    return closure.last_day


def _until_closed(span: Span, closures: Iterable[Closure]) -> Span:
    """The span up to the first closure that begins during it."""
    day = _day(span[0])
    coming = [_midnight(closure.first_day) for closure in closures if closure.first_day > day]
    return span[0], min([span[1], *coming])


def _span_of(schedule: Schedule, minute: int) -> Span | None:
    """Where the first opening of one schedule is, in the days in which the schedule is valid."""
    if schedule.valid_from:
        minute = max(minute, _midnight(schedule.valid_from))
    span = span_after(schedule.hours, minute)
    if span and schedule.valid_to and span[0] >= _midnight(schedule.valid_to + _ONE_DAY):
        return None
    return span


@lru_cache(maxsize=1024)
def _midnight(day: date) -> int:
    return minute_of(datetime.combine(day, time(), AMSTERDAM))


def _day(minute: int) -> date:
    return datetime.fromtimestamp(minute * 60, AMSTERDAM).date()
