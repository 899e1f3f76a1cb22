"""When a service is open next: opening hours in the OpenStreetMap syntax, in Dutch local time.

`PH` in the hours stands for the Dutch public holidays, so that `PH off` closes on King's Day, and `SH` for
the school holidays of the place (see `servicebalie.core.school_holidays`). The syntax is that of
https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification.
"""

import math
import re
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
from servicebalie.core.holiday_hours import with_days, without_comments
from servicebalie.core.hours import AMSTERDAM, Span, minute_of
from servicebalie.core.open_spans import next_span

__all__ = [
    "AMSTERDAM",
    "Opening",
    "check_opening_hours",
    "is_open",
    "next_opening",
    "opening_of",
    "openings_within",
    "whole_opening",
]

_SOME_HOLIDAYS = ((date(2026, 10, 17), date(2026, 10, 25)), (date(2026, 12, 19), date(2027, 1, 3)))
_HOLIDAYS_ON_WEEKDAYS = re.compile(r"\bPH (?:Mo|Tu|We|Th|Fr|Sa|Su)\b")
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
    # By the syntax holidays before days of the week are those that fall on them; the library takes either.
    if hours.warnings or _HOLIDAYS_ON_WEEKDAYS.search(without_comments(text)):
        raise InvalidOpeningHours
