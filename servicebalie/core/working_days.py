"""The Dutch working days, by which a partner must have answered.

A working day is a day from Monday to Friday that is not a holiday in the sense of article 3 of the Dutch
Algemene termijnenwet (General Extension of Time Limits Act): New Year's Day, Easter Monday, Whit Monday,
both days of Christmas, Ascension Day, the day on which the King's birthday is celebrated, the fifth of
May of every year and, put on a par with these, Good Friday. Days put on a par by royal decree for a
single year (the third paragraph of the article) are not counted as holidays.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from holidays import OPTIONAL, PUBLIC, country_holidays

from servicebalie.core.directory import Closure

_ONE_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Whether offices are expected to be at work on the day."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def add_working_days(day: date, count: int, closures: Sequence[Closure] = ()) -> date:
    """The working day that is `count` working days after the day; the day itself, whatever it is, for 0.

    Days on which the office is closed do not count. Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("working days are counted forwards")
    return _after(day, count, tuple(closures))


@lru_cache(maxsize=1024)
def _after(day: date, count: int, closures: Sequence[Closure]) -> date:
    # All questions of a day have the same few terms.
    while count:
        day += _ONE_DAY
        count -= _counts(day, closures)
    return day


def working_days_until(day: date, last: date, closures: Sequence[Closure] = ()) -> int:
    """How many working days come after the day, up to and including the last; 0 when that has passed.

    Days on which the office is closed do not count.
    """
    days = (day + timedelta(days=number) for number in range(1, (last - day).days + 1))
    return sum(_counts(each, closures) for each in days)


def _counts(day: date, closures: Sequence[Closure]) -> bool:
    closed = any(closure.first_day <= day <= closure.last_day for closure in closures)
    return not closed and is_working_day(day)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    # The fifth of May is in the optional category: it is a day off for everyone in lustrum years only.
    return frozenset(country_holidays("NL", years=year, categories=(OPTIONAL, PUBLIC)))
