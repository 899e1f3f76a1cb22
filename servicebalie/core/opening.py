"""When a service is open next: opening hours in the OpenStreetMap syntax, in Dutch local time.

`PH` in the hours stands for the Dutch public holidays, so that `PH off` closes on King's Day. The syntax
is that of https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # the library's stub lacks ParserError
    OpeningHours,
    ParserError,
    State,
)

from servicebalie.core.directory import Closure, Schedule
from servicebalie.core.errors import InvalidOpeningHours

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_HORIZON = timedelta(days=366)
_ONE_DAY = timedelta(days=1)
_WEEK = 7 * 24 * 60
_SURELY_IN_SIGHT = 360 * 24 * 60
"""Minutes: a week, and a time within which an opening is in sight whatever clocks do in between."""

_Span: TypeAlias = tuple[int, float]
"""An opening: the minute in which it starts and the one in which it ends, counted from the epoch.

Infinity stands for no end in sight.
"""


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
    found = _next_span(schedules, now, closures)
    return _opening_of(found) if found else None


def next_start(schedules: Sequence[Schedule], now: datetime, closures: Sequence[Closure] = ()) -> float:
    """The minute, counted from the epoch, in which `next_opening` starts; infinity when nothing opens."""
    found = _next_span(schedules, now, closures)
    return found[0] if found else math.inf


def is_open(schedules: Sequence[Schedule], now: datetime, closures: Sequence[Closure] = ()) -> bool:
    """Whether one of the schedules is open in the minute of `now` (aware)."""
    return next_start(schedules, now, closures) <= _minute(now)


def openings_within(schedules: Sequence[Schedule], now: datetime, span: timedelta) -> tuple[Opening, ...]:
    """The openings that start within `span` of `now` (aware), in the order of time; see `next_opening`."""
    openings: list[Opening] = []
    opening = next_opening(schedules, now)
    while opening and opening.starts_at < now + span:
        openings.append(opening)
        opening = next_opening(schedules, opening.ends_at) if opening.ends_at else None
    return tuple(openings)


def check_opening_hours(text: str) -> None:
    """Refuse text that is not opening hours, or not spelled as it should be. Raises `InvalidOpeningHours`."""
    try:
        hours = OpeningHours(text)
    except ParserError:
        raise InvalidOpeningHours from None
    if hours.warnings:
        raise InvalidOpeningHours


def _next_span(schedules: Sequence[Schedule], now: datetime, closures: Sequence[Closure]) -> _Span | None:
    """Where the next opening is, which no closure is in."""
    found = _first_span(schedules, _minute(now))
    if not closures:
        return found
    while found and (closed := _closed_on(_day(found[0]), closures)):
        found = _first_span(schedules, _midnight(closed.last_day + _ONE_DAY))
    return _until_closed(found, closures) if found else None


def _first_span(schedules: Iterable[Schedule], minute: int) -> _Span | None:
    """The span that starts first and, of those that start together, ends last."""
    first = None
    for schedule in schedules:
        span = _span_of(schedule, minute)
        if span and (first is None or (span[0], -span[1]) < (first[0], -first[1])):
            first = span
    return first


def _closed_on(day: date, closures: Iterable[Closure]) -> Closure | None:
    """The closure that lasts longest of those on a day."""
    on_the_day = (closure for closure in closures if closure.first_day <= day <= closure.last_day)
    return max(on_the_day, key=_last_day, default=None)


def _last_day(closure: Closure) -> date:
    return closure.last_day


def _until_closed(span: _Span, closures: Iterable[Closure]) -> _Span:
    """The span up to the first closure that begins during it."""
    day = _day(span[0])
    coming = [_midnight(closure.first_day) for closure in closures if closure.first_day > day]
    return span[0], min([span[1], *coming])


def _span_of(schedule: Schedule, minute: int) -> _Span | None:
    """Where the first opening of one schedule is, in the days in which the schedule is valid."""
    if schedule.valid_from:
        minute = max(minute, _midnight(schedule.valid_from))
    span = _span_after(schedule.opening_hours, minute)
    if span and schedule.valid_to and span[0] >= _midnight(schedule.valid_to + _ONE_DAY):
        return None
    return span


@lru_cache(maxsize=4096)
def _span_after(text: str, minute: int) -> _Span | None:
    """Where the first opening from a minute on is, up to a year later."""
    for opens, end in _spans_from(text, minute // _WEEK):
        if end > minute:
            start = max(opens, minute)
            if end - minute < _SURELY_IN_SIGHT:
                return start, end
            horizon = _minute(datetime.fromtimestamp(minute * 60, AMSTERDAM) + _HORIZON)
            return (start, end if end < horizon else math.inf) if start < horizon else None
    return None


@lru_cache(maxsize=16384)
def _spans_from(text: str, week: int) -> tuple[_Span, ...]:
    """Where the openings of a week are, counted from the epoch, and the first one after it.

    Hours are read once a week: whatever the minute, the next opening is one of these.
    """
    hours = _parsed(text)
    if hours is None:
        return ()
    start, end = (datetime.fromtimestamp(each * _WEEK * 60, AMSTERDAM) for each in (week, week + 1))
    # The year of the last minute of the week ends a week later, and clocks may change in between.
    # Counted in UTC, because an hour of the Dutch clock that is skipped in spring cannot be asked for.
    horizon = (end.astimezone(UTC) + _HORIZON + _ONE_DAY).astimezone(AMSTERDAM)
    found: list[_Span] = []
    for starts_at, ends_at, state, _comment in hours.intervals(start, horizon):
        if state == State.OPEN:
            found.append((_minute(starts_at), math.inf if ends_at == horizon else _minute(ends_at)))
            if starts_at >= end:
                break
    return tuple(found)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> OpeningHours | None:
    try:
        return OpeningHours(text, timezone=AMSTERDAM, country="NL")
    except ParserError:
        return None


@lru_cache(maxsize=1024)
def _midnight(day: date) -> int:
    return _minute(datetime.combine(day, time(), AMSTERDAM))


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def _day(minute: int) -> date:
    return datetime.fromtimestamp(minute * 60, AMSTERDAM).date()


def _opening_of(span: _Span) -> Opening:
    start, end = span
    ends_at = None if end == math.inf else datetime.fromtimestamp(end * 60, AMSTERDAM)
    return Opening(datetime.fromtimestamp(start * 60, AMSTERDAM), ends_at)
