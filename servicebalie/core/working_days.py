"""The Dutch working days, by which a partner must have answered.

A working day is a day from Monday to Friday that is not a holiday in the sense of article 3 of the Dutch
Algemene termijnenwet (General Extension of Time Limits Act): New Year's Day, Easter Monday, Whit Monday,
both days of Christmas, Ascension Day, the day on which the King's birthday is celebrated, the fifth of
May of every year and, put on a par with these, Good Friday. Days put on a par by royal decree for a
single year (the third paragraph of the article) are not counted as holidays.
"""

from datetime import date, timedelta
from functools import lru_cache

from holidays import OPTIONAL, PUBLIC, country_holidays

_ONE_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Whether offices are expected to be at work on the day."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The working day that is `count` working days after the day; the day itself, whatever it is, for 0.

    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("working days are counted forwards")
    while count:
        day += _ONE_DAY
        count -= is_working_day(day)
    return day


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    # The fifth of May is in the optional category: it is a day off for everyone in lustrum years only.
    return frozenset(country_holidays("NL", years=year, categories=(OPTIONAL, PUBLIC)))
