"""From raw tables to tables that may be published: noise, threshold, and the rules for telling cells.

A cell of N persons gets y = N + v from its key; it is kept when y reaches the threshold, and its number of
questions is then y + E + 2v'. What is kept is hidden after all when it lies under a cell that is not
published, when a category was rare last year, or when it tells of nearly everyone in a small group. These
rules look at perturbed values only, so that they tell nothing more.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import InitVar, dataclass, field
from fractions import Fraction
from types import MappingProxyType

from servicebalie.core.catalogue import Dimension, Levels, Table, Values
from servicebalie.core.cell_keys import Measure, YearKeys, random_number
from servicebalie.core.profile import Profile
from servicebalie.core.ptable import PTable, half_width
from servicebalie.core.tabulation import RawCell, RawTable

COMMON_FROM = 30
"""A category with a lower perturbed yearly total is rare."""

SMALL_GROUP_BELOW = 30
"""A group with a lower perturbed count is small."""

_NEARLY_EVERYONE = Fraction(9, 10)
_COVERAGE = Fraction(95, 100)
_QUESTION_NOISE = 2
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

    A dimension without an entry in `common` has no last year, and none of its values is called rare.
    """

    levels: Levels
    broader: tuple[SafeTable, ...] = ()
    common: Mapping[Dimension, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))


def protect(
    raw: RawTable, profile: Profile, keys: YearKeys, *, epoch: int, surroundings: Surroundings
) -> SafeTable:
    """Draw the noise of a table and keep what may be published.

    `surroundings.broader` holds at least the tables of the same period that are broader than this one.
    """
    kept = {
        values: cell
        for values, cell in _perturbed(raw, profile, keys, epoch)
        if not _is_rare(raw.definition, values, surroundings.common)
        and all(_may_show(cell, around) for around in _cells_around(raw.definition, values, surroundings))
    }
    return SafeTable(raw.definition, MappingProxyType(kept), _SEAL)


def protect_all(
    raw_tables: Iterable[RawTable],
    profile: Profile,
    keys: YearKeys,
    *,
    epoch: int,
    levels: Levels,
    common: Mapping[Dimension, frozenset[str]],
) -> tuple[SafeTable, ...]:
    """Protect all tables of one period, given broader ones first as a catalogue orders them."""
    safe: tuple[SafeTable, ...] = ()
    for raw in raw_tables:
        surroundings = Surroundings(levels, safe, common)
        safe += (protect(raw, profile, keys, epoch=epoch, surroundings=surroundings),)
    return safe


def common_categories(yearly_totals: Mapping[str, int]) -> frozenset[str]:
    """Tell which categories are not rare, given the published (perturbed) total of last year for each."""
    return frozenset(category for category, total in yearly_totals.items() if total >= COMMON_FROM)


def persons_margin(table: PTable) -> int:
    """Tell the half width of the 95% interval of persons."""
    return half_width([row.probabilities() for row in table.rows], _COVERAGE)


def questions_margin(table: PTable) -> int:
    """Tell the half width of the 95% interval of questions, whose noise is v + 2v'."""
    sums = []
    for row in table.rows:
        total: dict[int, Fraction] = {}
        for v, p in row.probabilities().items():
            for second, q in row.probabilities().items():
                noise = v + _QUESTION_NOISE * second
                total[noise] = total.get(noise, Fraction(0)) + p * q
        sums.append(total)
    return half_width(sums, _COVERAGE)


def _perturbed(
    raw: RawTable, profile: Profile, keys: YearKeys, epoch: int
) -> Iterator[tuple[Values, SafeCell]]:
    """Yield the cells that reach the threshold, in order of label, which tells nothing of their people."""
    margins = persons_margin(profile.table), questions_margin(profile.table)
    for values, cell in sorted(raw.cells.items()):
        persons = cell.persons + _deviation(profile.table, cell, keys.noise, Measure.PERSONS, epoch)
        if persons >= profile.threshold:
            second = _deviation(profile.table, cell, keys.noise, Measure.QUESTIONS, epoch)
            questions = persons + cell.extra_questions + _QUESTION_NOISE * second
            yield values, SafeCell(_estimate(persons, margins[0]), _estimate(questions, margins[1]))


def _deviation(table: PTable, cell: RawCell, key: bytes, measure: Measure, epoch: int) -> int:
    cell_key = cell.persons_key if measure is Measure.PERSONS else cell.questions_key
    return table.deviation(cell.persons, random_number(key, measure, epoch, cell_key))


def _estimate(value: int, margin: int) -> Estimate:
    return Estimate(value, max(0, value - margin), max(0, value + margin))


def _is_rare(table: Table, values: Values, common: Mapping[Dimension, frozenset[str]]) -> bool:
    return any(
        dimension in common and value not in common[dimension]
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
