"""Opening hours that speak of school holidays (`SH`), written out as the days that these are.

The library that reads opening hours knows no school holidays. `Th 14:00-17:00; SH off` becomes
`Th 14:00-17:00; 2026 Oct 10-2026 Oct 18,2026 Dec 19-2027 Jan 03 off`, and so do all forms for which dates say
exactly the same.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from servicebalie.core.errors import SchoolHolidaysUnclear

Days: TypeAlias = tuple[date, date]
"""The first and the last day of a holiday."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COMMENT = r'"[^"]*"'
_RULES = re.compile(rf'(?:{_COMMENT}|[^;"])+')

_WEEKDAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_WEEKDAYS = rf"{_WEEKDAY}(?:-{_WEEKDAY}|\[-?\d(?:[,-]-?\d)*\])?"
_TIME = r"\d?\d:\d\d"
_TIMES = rf"{_TIME}-{_TIME}(?:,{_TIME}-{_TIME})*"
_KIND = rf"(?:PH|SH|{_WEEKDAYS})"
_RULE = re.compile(
    rf"(?:SH(?: (?P<on>{_WEEKDAYS}(?:,{_WEEKDAYS})*))?|(?P<either>{_KIND}(?:,{_KIND})+))"
    rf"(?P<then>(?: (?P<times>{_TIMES}))?(?: (?P<state>off|closed|open|unknown))?(?: ?{_COMMENT})?)"
)
"""School holidays, some days of the week in them, or either of several kinds of days; and what is then."""


def without_comments(hours: str) -> str:
    """Return hours without what is said about them in words."""
    return re.sub(_COMMENT, "", hours)


def need_school_holidays(hours: str) -> bool:
    """Whether hours depend on school holidays."""
    return re.search(r"\bSH\b", without_comments(hours)) is not None


def with_days(hours: str, holidays: Sequence[Days]) -> str:
    """Return hours with the days of these holidays in place of `SH`; hours without it as they are.

    Without any holidays its rules hold on no day and are left out. Raises `SchoolHolidaysUnclear` for a form
    that cannot be written out.
    """
    if not need_school_holidays(hours):
        return hours
    dates = ",".join(f"{_day(first)}-{_day(last)}" for first, last in holidays)
    rules = [_written_out(rule.strip(), dates) for rule in _RULES.findall(hours)]
    return "; ".join(rule for rule in rules if rule)


def _written_out(rule: str, dates: str) -> str:
    if not need_school_holidays(rule):
        return rule
    found = _RULE.fullmatch(rule)
    if found is None:
        raise SchoolHolidaysUnclear
    then = found["then"]
    if found["either"] is None:
        on = f" {found['on']}" if found["on"] else ""
        return f"{dates}{on}{then}" if dates else ""
    if found["times"] and not _by_day(found["times"]):
        # Of two rules the later one for a day takes away what the earlier one leaves of the night before.
        raise SchoolHolidaysUnclear
    others = ",".join(kind for kind in found["either"].split(",") if kind != "SH")
    return "; ".join(f"{days}{then}" for days in (others, dates) if days)


def _by_day(times: str) -> bool:
    """Whether every time ends on the day on which it begins."""
    spans = (span.split("-") for span in times.split(","))
    return all(opens.zfill(5) < closes.zfill(5) <= "24:00" for opens, closes in spans)


def _day(day: date) -> str:
    return f"{day.year} {_MONTHS[day.month - 1]} {day.day:02}"
