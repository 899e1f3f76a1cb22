"""Where a number is too small to be published: the nearest numbers that were, from published ones alone.

The same label in a longer period comes first, because it answers the same question; then the value one
level up in the same period, such as the main topic of a topic or the province of a region. What stands in for
a number is a published number with its own interval. It tells nothing that was not told already.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import fmean

from servicebalie.core.catalogue import BROADER, SINGLE_VALUED, Dimension, Levels, Values
from servicebalie.core.disclosure import SafeCell
from servicebalie.core.periods import Period, PeriodKind

OLDEST_IN_MONTHS = 12
"""A longer period that ended more months before is too old to stand in for anything."""

FEW_LINES = 1
"""A table with at most so many published lines says next to nothing."""

_LONGER: Mapping[PeriodKind, tuple[PeriodKind, ...]] = {
    PeriodKind.MONTH: (PeriodKind.QUARTER, PeriodKind.YEAR),
    PeriodKind.QUARTER: (PeriodKind.YEAR,),
    PeriodKind.YEAR: (),
}

_ONE_VALUE = SINGLE_VALUED | {Dimension.LANGUAGE_FAMILY, Dimension.COROP, Dimension.PROVINCE}
"""Where a person is in one line at most: what follows from a single value is single too."""


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """The lines of a table that were published, by label."""

    name: str
    dimensions: tuple[Dimension, ...]
    cells: Mapping[Values, SafeCell]


@dataclass(frozen=True, slots=True)
class PublishedPeriod:
    """The tables that were published of a period, by name."""

    period: Period
    tables: Mapping[str, PublishedTable]

    @property
    def total(self) -> SafeCell | None:
        """The numbers of everybody together, if they were published."""
        everybody = next((table for table in self.tables.values() if not table.dimensions), None)
        return everybody.cells.get(()) if everybody else None


@dataclass(frozen=True, slots=True)
class Nearest:
    """Published numbers that stand in for others, and what they are about: a period, dimensions, values."""

    cell: SafeCell
    period: Period
    dimensions: tuple[Dimension, ...]
    values: Values


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A period, the longer periods that may stand in for it, the best first, and the levels of values."""

    own: PublishedPeriod
    longer: tuple[PublishedPeriod, ...]
    levels: Levels

    def nearest(self, table: PublishedTable, values: Values) -> Nearest | None:
        """Return what stands in for a line that was not published, None if nothing does."""
        for one in self.longer:
            cell = _cell(one, table.name, values)
            if cell is not None:
                return Nearest(cell, one.period, table.dimensions, values)
        return self._one_level_up(table, values)

    def labels_elsewhere(self, table: PublishedTable) -> tuple[Values, ...]:
        """Return the labels that only longer periods have numbers of, those of most persons first."""
        found: dict[Values, int] = {}
        for one in self.longer:
            longer = one.tables.get(table.name)
            for values, cell in longer.cells.items() if longer else ():
                if values not in table.cells:
                    found.setdefault(values, cell.persons.value)
        return tuple(sorted(found, key=lambda values: (-found[values], values)))

    def _one_level_up(self, table: PublishedTable, values: Values) -> Nearest | None:
        if len(table.dimensions) != 1 or table.dimensions[0] not in BROADER:
            return None
        dimension, value = table.dimensions[0], values[0]
        above, broader = BROADER[dimension], self.levels[dimension].get(value)
        for other in self.own.tables.values():
            if other.dimensions == (above,) and broader is not None and (broader,) in other.cells:
                return Nearest(other.cells[broader,], self.own.period, other.dimensions, (broader,))
        return None


def longer_periods(period: Period, published: Iterable[Period]) -> tuple[Period, ...]:
    """Return which published periods may stand in for a period: the newest quarter, then the newest year.

    Both are longer than the period, end with it or before it, and at most `OLDEST_IN_MONTHS` before it began.
    """
    oldest = period.months[0].later(-OLDEST_IN_MONTHS).starts_at
    fitting = [one for one in published if oldest <= one.ends_at <= period.ends_at]
    newest = (
        max((one for one in fitting if one.kind is kind), key=lambda one: one.starts_at, default=None)
        for kind in _LONGER[period.kind]
    )
    return tuple(one for one in newest if one is not None)


def is_thin(table: PublishedTable) -> bool:
    """Tell whether so few lines of a table were published that it says next to nothing."""
    return len(table.cells) <= FEW_LINES


def share_of_table(table: PublishedTable, total: SafeCell | None) -> float | None:
    """Return the part of all persons that the published lines of a table hold, from 0 to 1.

    None where a person can be in several lines, and where the number of all persons was not published. Both
    numbers carry noise, so a share is as exact as they are; one above 1 is 1.
    """
    if total is None or not table.dimensions or not _ONE_VALUE.issuperset(table.dimensions):
        return None
    persons = sum(cell.persons.value for cell in table.cells.values())
    return float(min(Fraction(1), Fraction(persons, total.persons.value)))


def share_of_report(report: PublishedPeriod) -> float | None:
    """Return the average of the shares of the tables of one dimension; None where no table has a share."""
    shares = [
        share
        for table in report.tables.values()
        if len(table.dimensions) == 1
        for share in (share_of_table(table, report.total),)
        if share is not None
    ]
    return fmean(shares) if shares else None


def _cell(period: PublishedPeriod, table: str, values: Values) -> SafeCell | None:
    found = period.tables.get(table)
    return found.cells.get(values) if found else None
