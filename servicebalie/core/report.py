"""A report as its readers get it: the one model that the page and all documents are made from.

It holds codes and numbers, and no words. Everything in it follows from published numbers alone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from servicebalie.core.disclosure import Estimate

Labels = tuple[str, ...]
"""What a number is about: one code per dimension of its table; none in the table of the total."""


class Origin(StrEnum):
    """Where the number comes from that stands in for one that was not published."""

    QUARTER = "quarter"
    YEAR = "year"
    BROADER = "broader"


@dataclass(frozen=True, slots=True)
class Substitute:
    """The nearest number that was published, where the wanted one is too small.

    `period` is that of the number (`2026-10`, `2026-Q4`, `2026`), `dimensions` and `labels` are what it is
    about: the same as wanted when the period is longer, one level up when the origin is `broader`.
    """

    origin: Origin
    period: str
    dimensions: tuple[str, ...]
    labels: Labels
    persons: Estimate
    questions: Estimate


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; `persons` and `questions` are None below the threshold."""

    labels: Labels
    persons: Estimate | None
    questions: Estimate | None
    substitute: Substitute | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the catalogue.

    `others` tells that there are labels without a line, each below the threshold. `share` is the part of
    the persons of the report that the published lines hold, from 0 to 1, where persons have one value in
    the table and both numbers were published; otherwise None.
    """

    name: str
    dimensions: tuple[str, ...]
    rows: tuple[Row, ...]
    others: bool
    share: float | None


class Direction(StrEnum):
    """Which way a number went."""

    MORE = "more"
    FEWER = "fewer"


class Yardstick(StrEnum):
    """What a number is compared with."""

    EXPECTED = "expected"
    PREVIOUS_MONTH = "previous-month"
    SAME_MONTH_LAST_YEAR = "same-month-last-year"


@dataclass(frozen=True, slots=True)
class Change:
    """The difference with an earlier number and its 95% interval.

    `month` is that of the earlier number; `beyond_chance` tells whether the difference is more than noise
    and chance explain.
    """

    yardstick: Yardstick
    month: str
    earlier: int
    difference: Estimate
    beyond_chance: bool


@dataclass(frozen=True, slots=True)
class Signal:
    """A published number of a month that is more than chance away from what was to be expected.

    `measure` is `persons` or `questions`; `low` to `high` is what was expected.
    """

    table: str
    dimensions: tuple[str, ...]
    labels: Labels
    measure: str
    direction: Direction
    value: int
    expected: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Trend:
    """How a number of persons compares with earlier months; the signals are among these."""

    table: str
    dimensions: tuple[str, ...]
    labels: Labels
    value: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class History:
    """A number of persons over the months up to this report, oldest first; None where not published."""

    table: str
    labels: Labels
    months: tuple[str, ...]
    values: tuple[Estimate | None, ...]


@dataclass(frozen=True, slots=True)
class Protection:
    """How the numbers were protected."""

    profile: str
    largest_noise: int
    variance: float
    threshold: int
    ptable_sha256: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a month (`2026-10`), a quarter (`2026-Q4`) or a year (`2026`).

    `sha256` is the hash of the release, in hex. `final` tells that it is the year's final revision.
    `total` is None when even the total was too small. `signals` is empty for quarters and years.
    """

    period: str
    desk: str
    desk_name: str
    simulated: bool
    final: bool
    epoch: int
    published_at: datetime
    catalogue_version: str
    sha256: str
    protection: Protection
    total: Row | None
    tables: tuple[Table, ...]
    signals: tuple[Signal, ...]
    trends: tuple[Trend, ...]
    histories: tuple[History, ...]
