"""When somebody is open: by opening hours, the days in which these hold, and closed days."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol

from servicebalie.core.hours import AMSTERDAM, WEEK, Span, is_in_sight, minute_of, span_after, spans_from

_ONE_DAY = timedelta(days=1)
_FIRST_DAY, _FAR_OFF = date(1970, 1, 2), date(2200, 1, 1)


class Hours(Protocol):
    """Opening hours from a day up to and including another (None: no bound)."""

    @property
    def hours(self) -> str:
        """The hours in the syntax of OpenStreetMap, with the days of school holidays written out."""

    @property
    def valid_from(self) -> date | None:
        """The first day."""

    @property
    def valid_to(self) -> date | None:
        """The last day."""


class Closed(Protocol):
    """Days, both included, on which nothing is open."""

    @property
    def first_day(self) -> date:
        """The first day."""

    @property
    def last_day(self) -> date:
        """The last day."""


class ClosedDays(NamedTuple):
    """`Closed` as nothing but its days."""

    first_day: date
    last_day: date


class OpenTimes(NamedTuple):
    """`Hours` with the closed days in their order: who has the same ones is open at the same times."""

    hours: str
    valid_from: date | None = None
    valid_to: date | None = None
    closures: tuple[ClosedDays, ...] = ()


def next_span(hours: Iterable[Hours], minute: int, closures: Sequence[Closed] = ()) -> Span | None:
    """The first span from a minute on in which one of some hours is open, up to a year later, or None.

    It begins at the minute when it is open already. Of several that start together it is the one that ends
    last. It ends where the hours cease to hold, and where closed days begin.
    """
    found = _first_span(hours, minute)
    if closures:
        while found and (closed := _closed_on(_day(found[0]), closures)):
            reopens = _midnight_after(closed.last_day)
            found = _first_span(hours, int(reopens)) if is_in_sight(reopens, minute) else None
        found = _until_closed(found, closures) if found else None
    return found if found and is_in_sight(found[0], minute) else None


def spans_of_week(times: OpenTimes, week: int) -> Sequence[Span]:
    """The spans of a week (see `WEEK`) and the first one after it, as `next_span` finds them one by one.

    Of a span that lasts for months, the end may be told otherwise.
    """
    spans = spans_from(times.hours, week)
    if not spans or _hold_throughout(times, spans[0][0], spans[-1][1]):
        return spans
    found: list[Span] = []
    minute: float = week * WEEK
    end = minute + WEEK
    while minute < end:
        # What is not in sight at the beginning of a week may be so at its end.
        span = next_span([times], int(minute), times.closures) or next_span([times], int(end), times.closures)
        if span is None:
            break
        found.append(span)
        minute = span[1]
    return found


def _hold_throughout(times: OpenTimes, start: float, end: float) -> bool:
    """Whether hours hold from one minute to another, without a closed day."""
    return (
        (times.valid_from is None or _midnight(times.valid_from) <= start)
        and (times.valid_to is None or end <= _midnight_after(times.valid_to))
        and all(
            end <= _midnight(closed.first_day) or _midnight_after(closed.last_day) <= start
            for closed in times.closures
        )
    )


def _first_span(hours: Iterable[Hours], minute: int) -> Span | None:
    """The span that starts first and, of those that start together, ends last."""
    first = None
    for each in hours:
        bounded = each.valid_from or each.valid_to
        span = _valid_span(each, minute) if bounded else span_after(each.hours, minute)
        if span and (first is None or (span[0], -span[1]) < (first[0], -first[1])):
            first = span
    return first


def _valid_span(hours: Hours, minute: int) -> Span | None:
    """The first span in the days in which hours hold."""
    begins = _midnight(hours.valid_from) if hours.valid_from else minute
    if not is_in_sight(begins, minute):
        return None
    span = span_after(hours.hours, max(minute, int(begins)))
    if span is None or hours.valid_to is None:
        return span
    start, end = span
    over = _midnight_after(hours.valid_to)
    return (start, min(end, over)) if start < over else None


def _closed_on(day: date, closures: Iterable[Closed]) -> Closed | None:
    """The closed days that last longest of those that a day is among."""
    on_the_day = (closed for closed in closures if closed.first_day <= day <= closed.last_day)
    return max(on_the_day, key=_last_day, default=None)


def _last_day(closed: Closed) -> date:
    return closed.last_day


def _until_closed(span: Span, closures: Iterable[Closed]) -> Span:
    """The span up to the first closed days that begin during it."""
    day = _day(span[0])
    coming = [_midnight(closed.first_day) for closed in closures if closed.first_day > day]
    return span[0], min([span[1], *coming])


@lru_cache(maxsize=1024)
def _midnight(day: date) -> float:
    """The minute in which a day begins; infinity for days so far off that nobody asks, as for no end."""
    if day < _FIRST_DAY:
        return 0
    return minute_of(datetime.combine(day, time(), AMSTERDAM)) if day < _FAR_OFF else math.inf


def _midnight_after(day: date) -> float:
    return _midnight(day + _ONE_DAY) if day < _FAR_OFF else math.inf


def _day(minute: int) -> date:
    return datetime.fromtimestamp(minute * 60, AMSTERDAM).date()
