"""When a service is open next: opening hours in the OpenStreetMap syntax, in Dutch local time.

`PH` in the hours stands for the Dutch public holidays, so that `PH off` closes on King's Day. The syntax
is that of https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
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


@dataclass(frozen=True, slots=True)
class Opening:
    """A time in which a service is open, in Dutch local time; `ends_at` is None when no end is in sight."""

    starts_at: datetime
    ends_at: datetime | None


def next_opening(
    schedules: Iterable[Schedule], now: datetime, closures: Sequence[Closure] = ()
) -> Opening | None:
    """The first time, from the minute of `now` (aware) on, at which one of the schedules is open.

    When it is open already, the opening is what is left of it. Of several that start together the one
    that ends last is told. Nothing is open on the days of a closure. None when nothing opens within a year,
    and for hours that cannot be read.
    """
    offered = tuple(schedules) if closures else schedules
    found = _first_opening(offered, _minute(now))
    while found and (closed := _closed_on(found.starts_at.date(), closures)):
        found = _first_opening(offered, _midnight(closed.last_day + _ONE_DAY))
    return _until_closed(found, closures) if found else None


def is_open(schedules: Iterable[Schedule], now: datetime, closures: Sequence[Closure] = ()) -> bool:
    """Whether one of the schedules is open in the minute of `now` (aware)."""
    opening = next_opening(schedules, now, closures)
    return opening is not None and opening.starts_at <= now


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


def _first_opening(schedules: Iterable[Schedule], minute: int) -> Opening | None:
    openings = (_opening_of(schedule, minute) for schedule in schedules)
    return min((opening for opening in openings if opening), key=_soonest_and_longest, default=None)


def _closed_on(day: date, closures: Iterable[Closure]) -> Closure | None:
    """The closure that lasts longest of those on a day."""
    on_the_day = (closure for closure in closures if closure.first_day <= day <= closure.last_day)
    return max(on_the_day, key=_last_day, default=None)


def _last_day(closure: Closure) -> date:
    return closure.last_day


def _until_closed(opening: Opening, closures: Iterable[Closure]) -> Opening:
    """The opening up to the first closure that begins during it."""
    day = opening.starts_at.date()
    coming = [closure.first_day for closure in closures if closure.first_day > day]
    if not coming:
        return opening
    closes_at = datetime.combine(min(coming), time(), AMSTERDAM)
    if opening.ends_at is not None and opening.ends_at <= closes_at:
        return opening
    return Opening(opening.starts_at, closes_at)


def _opening_of(schedule: Schedule, minute: int) -> Opening | None:
    """The first opening of one schedule, in the days in which the schedule is valid."""
    if schedule.valid_from:
        minute = max(minute, _midnight(schedule.valid_from))
    opening = _opening_after(schedule.opening_hours, minute)
    if opening and schedule.valid_to and opening.starts_at.date() > schedule.valid_to:
        return None
    return opening


def _opening_after(text: str, minute: int) -> Opening | None:
    """The first opening from a minute, counted from the epoch, on."""
    start = datetime.fromtimestamp(minute * 60, AMSTERDAM)
    horizon = start + _HORIZON
    for opening in _openings_from(text, start.date()):
        if opening.starts_at >= horizon:
            break
        if opening.ends_at is None or opening.ends_at > start:
            ends_at = None if opening.ends_at is None or opening.ends_at >= horizon else opening.ends_at
            return Opening(max(opening.starts_at, start), ends_at)
    return None


@lru_cache(maxsize=16384)
def _openings_from(text: str, day: date) -> tuple[Opening, ...]:
    """The openings of a day, and the first one after it.

    Hours are read once a day: whatever the minute, the next opening is one of these.
    """
    hours = _parsed(text)
    if hours is None:
        return ()
    start = datetime.combine(day, time(), AMSTERDAM)
    # The year of a minute late on that day ends a day later.
    horizon = start + _HORIZON + _ONE_DAY
    found: list[Opening] = []
    for starts_at, ends_at, state, _comment in hours.intervals(start, horizon):
        if state == State.OPEN:
            found.append(Opening(starts_at, None if ends_at == horizon else ends_at))
            if starts_at.date() > day:
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


def _soonest_and_longest(opening: Opening) -> tuple[float, float]:
    ends = opening.ends_at.timestamp() if opening.ends_at else math.inf
    return opening.starts_at.timestamp(), -ends
