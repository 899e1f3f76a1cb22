"""Opening hours of every week, in the syntax of OpenStreetMap and as the recurrence rules of HSDS (RFC 5545).

Rules know no holidays, so `PH off` and `PH,SH off` have no rule: the hours say more than their rules.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from servicebalie.core.errors import ServicebalieError

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_TIME = r"(?:[01]\d|2[0-4]):[0-5]\d"
_SPANS = re.compile(rf"{_TIME}-{_TIME}(?:,{_TIME}-{_TIME})*")
_RULE = re.compile(r"(?:(?P<days>[A-Z][A-Za-z,-]*) )?(?P<times>off|\d[\d:,-]*)")
_HOLIDAYS_OFF = re.compile(r"(?:PH|SH)(?:,(?:PH|SH))* off")
_BYDAY = re.compile(r"(?P<number>[+-]?\d+)?(?P<day>MO|TU|WE|TH|FR|SA|SU)")
_CLOCK = re.compile(r"(?P<time>(?:[01]\d|2[0-4]):[0-5]\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")


class NotWeekly(ServicebalieError):
    """The rule of a schedule is none of those that can be written as opening hours."""

    code = "hours-not-weekly"


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """Days of the week (`MO,TU`) with the same hours, in Dutch local time."""

    byday: str
    opens_at: str
    closes_at: str


def weekly_rules(opening_hours: str) -> tuple[WeeklyRule, ...]:
    """Return the rules of hours that are the same every week; none for all other hours."""
    week: dict[str, list[str]] = {day: [] for day in _DAYS}
    for text in opening_hours.split(";"):
        rule = _RULE.fullmatch(text.strip())
        if rule is None:
            return ()
        if _HOLIDAYS_OFF.fullmatch(rule[0]):
            continue
        days = list(_days(rule["days"])) if rule["days"] else list(_DAYS)
        if not days or (rule["times"] != "off" and not _SPANS.fullmatch(rule["times"])):
            return ()
        for day in days:
            # A later rule for a day takes the place of an earlier one.
            week[day] = [] if rule["times"] == "off" else rule["times"].split(",")
    return tuple(_grouped(week))


def hours_of_rule(freq: str | None, byday: str, opens_at: str, closes_at: str) -> str:
    """Return the opening hours of a rule for days of the week, or of the month as in 2MO.

    An offset from UTC is not looked at: a rule for a whole year has no one offset, and people mean the clock
    on the wall. Raises `NotWeekly`.
    """
    opens, closes = _CLOCK.fullmatch(opens_at), _CLOCK.fullmatch(closes_at)
    days = [_BYDAY.fullmatch(day.strip()) for day in byday.split(",")]
    if opens is None or closes is None or freq not in {None, "WEEKLY", "MONTHLY"}:
        raise NotWeekly
    named = []
    for day in days:
        if day is None or (day["number"] is not None) != (freq == "MONTHLY"):
            raise NotWeekly
        number = f"[{int(day['number'])}]" if day["number"] else ""
        named.append(day["day"].capitalize() + number)
    return f"{','.join(named)} {opens['time']}-{closes['time']}"


def _days(text: str) -> Iterator[str]:
    """Yield the days of a text such as `Mo-We,Fr`; none at all when something else is in it."""
    found: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            return
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        found += [_DAYS[(start + step) % 7] for step in range((end - start) % 7 + 1)]
    yield from found


def _grouped(week: dict[str, list[str]]) -> Iterator[WeeklyRule]:
    spans = dict.fromkeys(span for day in _DAYS for span in week[day])
    for span in spans:
        opens, _, closes = span.partition("-")
        yield WeeklyRule(",".join(day.upper() for day in _DAYS if span in week[day]), opens, closes)
