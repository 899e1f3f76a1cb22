"""The periods that are published: months (2026-10), quarters (2026-Q4) and years (2026), in Dutch time."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar, TypeAlias

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.opening import AMSTERDAM

LATEST_REGISTRATION = timedelta(days=7)
"""How long after a visit it may still be registered, as when the network was away."""

FROZEN_AFTER = LATEST_REGISTRATION
"""How long after its end a period may still change; a visit registered in time is always counted."""

MONTH_PATTERN = "^(20[0-9]{2})-(0[1-9]|1[0-2])$"
"""How a month is written, as JSON Schema says it too."""

QUARTER_PATTERN = "^(20[0-9]{2})-Q([1-4])$"
"""How a quarter is written."""

YEAR_PATTERN = "^(20[0-9]{2})$"
"""How a year is written."""

PERIOD_PATTERN = "^20[0-9]{2}(-(0[1-9]|1[0-2]|Q[1-4]))?$"
"""How any of them is written."""


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class InvalidPeriod(ServicebalieError):
    """The text is not a month (YYYY-MM), a quarter (YYYY-Q1 to Q4) or a year (YYYY)."""

    code = "invalid-period"


class _Frozen(ABC):
    """What all periods have in common: they end, and a while later they cannot change any more."""

    __slots__ = ()

    @property
    @abstractmethod
    def months(self) -> "tuple[Month, ...]":
        """The months of the period, in their order."""

    @property
    def starts_at(self) -> datetime:
        """The first moment of the period."""
        return self.months[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """The first moment after the period."""
        return self.months[-1].next.starts_at

    @property
    def frozen_at(self) -> datetime:
        """The moment from which the period is not corrected any more and may be published."""
        return self.ends_at + FROZEN_AFTER


@dataclass(frozen=True, slots=True, order=True)
class Month(_Frozen):
    """A month; `number` is 1 to 12."""

    kind: ClassVar[PeriodKind] = PeriodKind.MONTH
    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read a month written YYYY-MM; raises `InvalidPeriod`."""
        match = re.fullmatch(MONTH_PATTERN, text)
        if match is None:
            raise InvalidPeriod
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        """Return the month that a moment lies in."""
        local = moment.astimezone(AMSTERDAM)
        return cls(local.year, local.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def months(self) -> "tuple[Month, ...]":
        """The month itself."""
        return (self,)

    @property
    def starts_at(self) -> datetime:
        """The first moment of the month."""
        return datetime(self.year, self.number, 1, tzinfo=AMSTERDAM)

    @property
    def next(self) -> "Month":
        """The month after this one."""
        return self.later(1)

    @property
    def previous(self) -> "Month":
        """The month before this one."""
        return self.later(-1)

    def later(self, months: int) -> "Month":
        """Return the month so many months after this one; before it when the number is negative."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    @property
    def quarter(self) -> "Quarter":
        """The quarter that the month lies in."""
        return Quarter(self.year, (self.number + 2) // 3)


@dataclass(frozen=True, slots=True, order=True)
class Quarter(_Frozen):
    """A quarter; `number` is 1 to 4."""

    kind: ClassVar[PeriodKind] = PeriodKind.QUARTER
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def months(self) -> tuple[Month, ...]:
        """Its three months."""
        return tuple(Month(self.year, number) for number in range(3 * self.number - 2, 3 * self.number + 1))

    @property
    def next(self) -> "Quarter":
        """The quarter after this one."""
        return self.months[-1].next.quarter

    @property
    def previous(self) -> "Quarter":
        """The quarter before this one."""
        return self.months[0].previous.quarter


@dataclass(frozen=True, slots=True, order=True)
class Year(_Frozen):
    """A calendar year."""

    kind: ClassVar[PeriodKind] = PeriodKind.YEAR
    year: int

    def __str__(self) -> str:
        return f"{self.year:04}"

    @property
    def months(self) -> tuple[Month, ...]:
        """Its twelve months."""
        return tuple(Month(self.year, number) for number in range(1, 13))

    @property
    def next(self) -> "Year":
        """The year after this one."""
        return Year(self.year + 1)

    @property
    def previous(self) -> "Year":
        """The year before this one."""
        return Year(self.year - 1)


Period: TypeAlias = Month | Quarter | Year
"""A month, a quarter or a year."""


@lru_cache(maxsize=1024)
def parse_period(text: str) -> Period:
    """Read a period of any kind; raises `InvalidPeriod`."""
    if re.fullmatch(YEAR_PATTERN, text):
        return Year(int(text))
    if quarter := re.fullmatch(QUARTER_PATTERN, text):
        return Quarter(int(quarter[1]), int(quarter[2]))
    if re.fullmatch(MONTH_PATTERN, text):
        return Month.parse(text)
    raise InvalidPeriod


def periods_ending_with(month: Month) -> tuple[Period, ...]:
    """Return the periods that are complete when a month ends, the shortest first."""
    ending: list[Period] = [month]
    if month.quarter.months[-1] == month:
        ending.append(month.quarter)
    if month.number == 12:
        ending.append(Year(month.year))
    return tuple(ending)


def covers(opened_at: datetime, period: Period) -> bool:
    """Tell whether a desk that opened at a moment was there from the first month of a period."""
    return opened_at < period.months[0].next.starts_at


def frozen_periods(first: Month, now: datetime) -> Iterator[Period]:
    """Yield the periods that end with a month or later and are frozen at a moment, the earliest first."""
    month = first
    while month.frozen_at <= now:
        yield from periods_ending_with(month)
        month = month.next
