"""From raw tables to tables that may be published: noise, threshold, and the rules for telling cells.

A cell of N persons gets y = N + v from its key; it is kept when y reaches the threshold, and its number of
questions is then y + E + v1 + v2 + v3 + v4, each with a draw of its own (docs/adr/0009). What is kept is
hidden after all when it lies under a cell that is not published, when a category is rare, or when it tells of
nearly everyone in a small group. These rules look at perturbed values only, so that they tell
nothing more.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import InitVar, dataclass, field
from fractions import Fraction
from functools import cache, partial
from itertools import product
from types import MappingProxyType
from typing import TypeAlias

from servicebalie.core.catalogue import Dimension, Levels, Table, Values
from servicebalie.core.cell_keys import DRAWS, Measure, YearKeys, random_numbers
from servicebalie.core.cell_rules import COMMON_FROM, SMALL_GROUP_BELOW
from servicebalie.core.profile import Profile
from servicebalie.core.ptable import PTable, Row, half_width
from servicebalie.core.tabulation import RawCell, RawTable

RARE_DIMENSIONS = (Dimension.LANGUAGE, Dimension.MUNICIPALITY)
"""The dimensions in which a rare category is published only in the broader one."""

CommonCategories: TypeAlias = Mapping[Dimension, frozenset[str]]
"""The values that are not rare; none is rare in a dimension that is not here."""

_JUDGED = tuple((dimension,) for dimension in RARE_DIMENSIONS)
_NEARLY_EVERYONE = Fraction(9, 10)
_COVERAGE = Fraction(95, 100)
_SEAL = object()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A perturbed number and its 95% interval: the noise stays within it in 95 of 100 draws, or more."""

    value: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class SafeCell:
    """A cell that may be published: persons, and their questions."""

    persons: Estimate
    questions: Estimate


@dataclass(frozen=True, slots=True)
class SafeTable:
    """The cells of a table that may be published, in order of label; only this module makes one."""

    definition: Table
    cells: Mapping[Values, SafeCell]
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("a SafeTable is made by protect alone")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a table is judged by: broader tables, the levels of values, and which values are not rare.

    `common` is None when the tables are those of a year, which judge for themselves what is rare.
    """

    levels: Levels
    broader: tuple[SafeTable, ...] = ()
    common: CommonCategories | None = field(default_factory=lambda: MappingProxyType({}))


def protect(
    raw: RawTable,
    profile: Profile,
    keys: YearKeys,
    *,
    period: str,
    epoch: int,
    surroundings: Surroundings,
) -> SafeTable:
    """Draw the noise of a table of a period and keep what may be published.

    `surroundings.broader` holds at least the tables of the same period that are broader than this one.
    """
    kept = {
        values: cell
        for values, cell in _perturbed(raw, profile, keys, _Occasion(period, epoch))
        if not _is_rare(raw.definition, values, cell, surroundings)
        and all(_may_show(cell, around) for around in _cells_around(raw.definition, values, surroundings))
    }
    return SafeTable(raw.definition, MappingProxyType(kept), _SEAL)


def protect_all(
    raw_tables: Iterable[RawTable],
    profile: Profile,
    keys: YearKeys,
    *,
    period: str,
    epoch: int,
    levels: Levels,
    common: CommonCategories | None,
) -> tuple[SafeTable, ...]:
    """Protect all tables of one period, given broader ones first as a catalogue orders them.

    `common` is None for a year: its own totals tell what is rare in it.
    """
    safe: tuple[SafeTable, ...] = ()
    for raw in raw_tables:
        surroundings = Surroundings(levels, safe, common)
        safe += (protect(raw, profile, keys, period=period, epoch=epoch, surroundings=surroundings),)
    return safe


def common_categories(year: Iterable[SafeTable]) -> CommonCategories:
    """Tell from the protected tables of a year which values were not rare in it."""
    return {
        table.definition.dimensions[0]: frozenset(value for (value,) in table.cells)
        for table in year
        if table.definition.dimensions in _JUDGED
    }


def persons_margin(table: PTable) -> int:
    """Tell the half width of the 95% interval of persons."""
    return half_width([row.probabilities() for row in table.rows], _COVERAGE)


@cache
def questions_margin(table: PTable) -> int:
    """Tell the half width of the 95% interval of questions, whose noise adds to that of persons."""
    draws = DRAWS[Measure.PERSONS] + DRAWS[Measure.QUESTIONS]
    return half_width([_sum_of_draws(row, draws) for row in table.rows], _COVERAGE)


def _sum_of_draws(row: Row, draws: int) -> dict[int, Fraction]:
    """Tell the exact probability of each sum of independent draws from a row."""
    one_draw = row.probabilities()
    sums = {0: Fraction(1)}
    for _ in range(draws):
        longer: dict[int, Fraction] = {}
        for (total, p), (v, q) in product(sums.items(), one_draw.items()):
            longer[total + v] = longer.get(total + v, Fraction(0)) + p * q
        sums = longer
    return sums


@dataclass(frozen=True, slots=True)
class _Occasion:
    """When a table is published: the period that it tells of, and the epoch."""

    period: str
    epoch: int

    def place(self, table: Table, values: Values) -> bytes:
        """Write what tells a cell from all others of the year."""
        return "\0".join((self.period, table.name, *values)).encode()


def _perturbed(
    raw: RawTable, profile: Profile, keys: YearKeys, occasion: _Occasion
) -> Iterator[tuple[Values, SafeCell]]:
    """Yield the cells that reach the threshold, in order of label, which tells nothing of their people."""
    margins = persons_margin(profile.table), questions_margin(profile.table)
    for values, cell in sorted(raw.cells.items()):
        place = occasion.place(raw.definition, values)
        noise = partial(_noise, profile, cell, keys, epoch=occasion.epoch, place=place)
        persons = cell.persons + noise(Measure.PERSONS)
        if persons >= profile.threshold:
            questions = persons + cell.extra_questions + noise(Measure.QUESTIONS)
            yield values, SafeCell(_estimate(persons, margins[0]), _estimate(questions, margins[1]))


def _noise(
    profile: Profile, cell: RawCell, keys: YearKeys, measure: Measure, *, epoch: int, place: bytes
) -> int:
    cell_key = cell.persons_key if measure is Measure.PERSONS else cell.questions_key
    numbers = random_numbers(keys.noise, measure, epoch, cell_key, place=place)
    return sum(profile.table.deviation(cell.persons, number) for number in numbers)


def _estimate(value: int, margin: int) -> Estimate:
    """Noise can bring questions below zero; to cut that off uses the perturbed value only."""
    return Estimate(max(0, value), max(0, value - margin), max(0, value + margin))


def _is_rare(table: Table, values: Values, cell: SafeCell, surroundings: Surroundings) -> bool:
    """Tell whether a cell is about a rare category; under a rare one nothing is published in any case."""
    if surroundings.common is None:
        return table.dimensions in _JUDGED and cell.persons.value < COMMON_FROM
    return any(
        dimension in surroundings.common and value not in surroundings.common[dimension]
        for dimension, value in zip(table.dimensions, values, strict=True)
    )


def _cells_around(table: Table, values: Values, surroundings: Surroundings) -> Iterator[SafeCell | None]:
    """Yield the cells of broader tables that a cell lies within, None for those that are not published."""
    for broader in surroundings.broader:
        if broader.definition.is_broader_than(table):
            label = broader.definition.cell_around(values, table, surroundings.levels)
            yield broader.cells.get(label)


def _may_show(cell: SafeCell, around: SafeCell | None) -> bool:
    """A cell shows within a published one, unless it tells of nearly everyone in a small group."""
    if around is None:
        return False
    group = around.persons.value
    return group >= SMALL_GROUP_BELOW or cell.persons.value < _NEARLY_EVERYONE * group
