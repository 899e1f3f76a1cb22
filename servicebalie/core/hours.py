"""Opening hours in the OpenStreetMap syntax as spans of minutes, counted from the epoch.

Each text is read once a week, whoever has these hours (see `servicebalie.core.opening` for what they mean).
"""

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # the library's stub lacks ParserError
    OpeningHours,
    ParserError,
    State,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEK = 7 * 24 * 60
_SURELY_IN_SIGHT = 360 * 24 * 60
"""Minutes: a week, and a time within which an opening is in sight whatever clocks do in between."""
READINGS = 16384
"""How many weeks of how many texts are remembered, together."""
_HORIZON = timedelta(days=366)
_ONE_DAY = timedelta(days=1)

Span: TypeAlias = tuple[int, float]
"""An opening: the minute in which it starts and the one in which it ends, counted from the epoch.

Infinity stands for no end in sight.
"""


@lru_cache(maxsize=4096)
def span_after(text: str, minute: int) -> Span | None:
    """Where the first opening from a minute on is, up to a year later."""
    for opens, end in spans_from(text, minute // WEEK):
        if end > minute:
            start = max(opens, minute)
            if end - minute < _SURELY_IN_SIGHT:
                return start, end
            horizon = _horizon(minute)
            return (start, end if end < horizon else math.inf) if start < horizon else None
    return None


def is_in_sight(start: float, minute: int) -> bool:
    """Whether what starts in a minute is an opening for `span_after` another minute, and not too far off."""
    return start - minute < _SURELY_IN_SIGHT or start < _horizon(minute)


def _horizon(minute: int) -> int:
    return minute_of(datetime.fromtimestamp(minute * 60, AMSTERDAM) + _HORIZON)


@lru_cache(maxsize=READINGS)
def spans_from(text: str, week: int) -> tuple[Span, ...]:
    """Where the openings of a week are, counted from the epoch, and the first one after it.

    Hours are read once a week: whatever the minute, the next opening is one of these.
    """
    hours = _parsed(text)
    if hours is None:
        return ()
    start, end = (datetime.fromtimestamp(each * WEEK * 60, AMSTERDAM) for each in (week, week + 1))
    # The year of the last minute of the week ends a week later, and clocks may change in between.
    # Counted in UTC, because an hour of the Dutch clock that is skipped in spring cannot be asked for.
    horizon = (end.astimezone(UTC) + _HORIZON + _ONE_DAY).astimezone(AMSTERDAM)
    found: list[Span] = []
    for starts_at, ends_at, state, _comment in hours.intervals(start, horizon):
        opens, closes = minute_of(starts_at), math.inf if ends_at == horizon else minute_of(ends_at)
        # Hours that the clock skips in spring are none.
        if state == State.OPEN and opens < closes:
            found.append((opens, closes))
            if starts_at >= end:
                break
    return tuple(found)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> OpeningHours | None:
    try:
        return OpeningHours(text, timezone=AMSTERDAM, country="NL")
    except ParserError:
        return None


def minute_of(moment: datetime) -> int:
    """The minute of an aware moment, counted from the epoch."""
    return int(moment.timestamp()) // 60
