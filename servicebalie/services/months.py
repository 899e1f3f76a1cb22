"""Months as they are published: Dutch calendar months, written YYYY-MM."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.opening import AMSTERDAM

LATEST_REGISTRATION = timedelta(days=7)
"""How long after a visit it may still be registered, as when the network was away."""

FROZEN_AFTER = LATEST_REGISTRATION
"""How long after its end a month may still change; a visit registered in time is always counted."""

MONTH_PATTERN = "^(20[0-9]{2})-(0[1-9]|1[0-2])$"
"""How a month is written, as JSON Schema says it too."""


class InvalidMonth(ServicebalieError):
    """The text is not a month as YYYY-MM."""

    code = "invalid-month"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the Dutch calendar."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read a month written YYYY-MM; raises `InvalidMonth`."""
        match = re.fullmatch(MONTH_PATTERN, text)
        if match is None:
            raise InvalidMonth
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        """Return the month that a moment lies in."""
        local = moment.astimezone(AMSTERDAM)
        return cls(local.year, local.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def starts_at(self) -> datetime:
        """The first moment of the month."""
        return datetime(self.year, self.number, 1, tzinfo=AMSTERDAM)

    @property
    def next(self) -> "Month":
        """The month after this one."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def frozen_at(self) -> datetime:
        """The moment from which the month is not corrected any more and may be published."""
        return self.next.starts_at + FROZEN_AFTER
