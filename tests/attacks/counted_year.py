"""A year as the attacks look at it: every cell of the catalogue, who is in it, and which cells lie within
which.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

from servicebalie.core.catalogue import Catalogue, Levels, Table, Values
from servicebalie.core.cell_keys import YearKeys
from servicebalie.core.contributions import ContributionRules, person_cells
from servicebalie.core.periods import Month, Period, Quarter, Year
from servicebalie.core.tabulation import RawTable, tabulate
from servicebalie.services.publishing_rules import shipped_catalogue
from tests.attacks.simulated_year import YEAR, People, levels, simulate_year

CellId = tuple[str, str, Values]
"""The period, the name of the table, and the label of a cell."""

PERIODS: tuple[Period, ...] = (
    *(Month(YEAR, number) for number in range(1, 13)),
    *(Quarter(YEAR, number) for number in range(1, 5)),
    Year(YEAR),
)


def year_keys(seed: int) -> YearKeys:
    """Return the keys of a run: only the noise depends on the seed, so that the true counts stay the same."""
    fixed = YearKeys.derive(b"the secret of the attacked desks", b"the salt of a year")
    drawn = YearKeys.derive(b"the secret of the attacked desks", f"the salt of run {seed:04}".encode())
    return YearKeys(person=fixed.person, noise=drawn.noise, cap=fixed.cap)


def cells_of(people: People, catalogue: Catalogue) -> Iterator[tuple[bytes, dict[CellId, int]]]:
    """Yield for each person the cells of the year it counts in, and for how many questions."""
    rules = ContributionRules(catalogue.bounds, levels(), year_keys(0).cap)
    months = [(str(period), frozenset(map(str, period.months)), period.kind) for period in PERIODS]
    tables = {kind: catalogue.tables_of(kind) for _, _, kind in months}
    for person in sorted(people.facts):
        facts = people.facts[person]
        present = {fact.month for fact in facts}
        cells: dict[CellId, int] = {}
        for period, within, kind in months:
            if present & within:
                theirs = [fact for fact in facts if fact.month in within]
                for (name, values), count in person_cells(theirs, tables[kind], rules).items():
                    cells[period, name, values] = count
        yield person, cells


@dataclass(frozen=True)
class CountedYear:
    """The true numbers of a year.

    `cells` are all cells that anybody is in, or might be in by `more`; `persons` their true numbers;
    `incidence` has a row per cell and a column per person, with the number of questions.
    """

    catalogue: Catalogue
    people: People
    cells: list[CellId]
    incidence: csr_array

    @cached_property
    def position(self) -> dict[CellId, int]:
        """Where a cell stands."""
        return {cell: position for position, cell in enumerate(self.cells)}

    @cached_property
    def persons(self) -> np.ndarray:
        """The true number of persons of every cell."""
        return np.diff(self.incidence.indptr)

    @cached_property
    def extra_questions(self) -> np.ndarray:
        """The true number of questions of every cell beyond the first of each person."""
        return np.asarray(self.incidence.sum(axis=1)).ravel() - self.persons

    @cached_property
    def by_person(self) -> csr_array:
        """The incidence with a row per person."""
        return self.incidence.T.tocsr()

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables of the catalogue by name."""
        return {table.name: table for table in self.catalogue.tables}

    @cached_property
    def around(self) -> list[list[int]]:
        """For every cell the cells that it lies within: broader tables, longer periods, or both."""
        return [list(self._around(cell)) for cell in self.cells]

    @property
    def levels(self) -> Levels:
        """The levels of topics, languages and places."""
        return levels()

    def _around(self, cell: CellId) -> Iterator[int]:
        period, name, values = cell
        table = self.tables[name]
        for longer in _containing(period):
            for other in self.catalogue.tables_of(longer.kind):
                if other == table and str(longer) != period:
                    label = values
                elif other.is_broader_than(table):
                    label = other.cell_around(values, table, levels())
                else:
                    continue
                position = self.position.get((str(longer), other.name, label))
                if position is not None:
                    yield position

    @cached_property
    def raw_tables(self) -> dict[str, tuple[RawTable, ...]]:
        """The raw tables of each period, as the real tabulation makes them."""
        return {
            str(period): tabulate(
                self.people.of_months(frozenset(map(str, period.months))),
                self.catalogue,
                period.kind,
                levels=levels(),
                keys=year_keys(0),
            )
            for period in PERIODS
        }

    def contributors(self, position: int) -> np.ndarray:
        """The persons in a cell."""
        row = self.incidence
        return row.indices[row.indptr[position] : row.indptr[position + 1]]

    @cached_property
    def sets(self) -> np.ndarray:
        """For every cell the number of its set of persons: equal for cells with exactly the same people."""
        numbers: dict[bytes, int] = {}
        return np.array(
            [
                numbers.setdefault(np.sort(self.contributors(position)).tobytes(), len(numbers))
                for position in range(len(self.cells))
            ]
        )


def count_year(people: People, catalogue: Catalogue, more: Iterable[CellId] = ()) -> CountedYear:
    """Count a year, with cells that nobody is in where they are asked for."""
    position: dict[CellId, int] = {}
    rows, columns, data = [], [], []
    for column, (_, cells) in enumerate(cells_of(people, catalogue)):
        for cell, count in cells.items():
            rows.append(position.setdefault(cell, len(position)))
            columns.append(column)
            data.append(count)
    for cell in more:
        position.setdefault(cell, len(position))
    shape = (len(position), len(people.facts))
    matrix = csr_array((np.array(data), (np.array(rows), np.array(columns))), shape=shape)
    return CountedYear(catalogue, people, list(position), matrix)


def _containing(period: str) -> Iterator[Period]:
    months = next(set(map(str, each.months)) for each in PERIODS if str(each) == period)
    yield from (each for each in PERIODS if months <= set(map(str, each.months)))


@dataclass(frozen=True)
class Prior:
    """What the attacker knows of the people beforehand: the true law by which they come.

    Persons come as a Poisson process with `rate` in a year; each is like one of the pool, drawn from
    independent years of the same simulation. `pool` holds the cells of each, by position in `cells`.
    """

    cells: list[CellId]
    rate: float
    pool: csr_array

    @cached_property
    def by_cell(self) -> csc_array:
        """The pool with a column per cell, for picking cells."""
        return (self.pool > 0).astype(float).tocsc()

    @cached_property
    def mean(self) -> np.ndarray:
        """The expected number of persons in every cell."""
        shares = np.asarray((self.pool > 0).sum(axis=0)).ravel() / self.pool.shape[0]
        return shares * self.rate


def learn_prior(first_seed: int, years: int, persons: int, catalogue: Catalogue) -> Prior:
    """Simulate independent years and pool their people."""
    position: dict[CellId, int] = {}
    rows, columns = [], []
    row = 0
    for seed in range(first_seed, first_seed + years):
        for _, cells in cells_of(simulate_year(seed, persons), catalogue):
            for cell in cells:
                rows.append(row)
                columns.append(position.setdefault(cell, len(position)))
            row += 1
    pool = csr_array((np.ones(len(rows)), (rows, columns)), shape=(row, len(position)))
    return Prior(list(position), row / years, pool)


@dataclass(frozen=True)
class World:
    """The year that is attacked, over all cells that the attacker thinks possible, and the prior."""

    year: CountedYear
    prior: Prior


def make_world(persons: int, prior_years: int, seed: int = 1) -> World:
    """Simulate the year that is attacked and the years that the attacker learns from."""
    catalogue = shipped_catalogue()
    prior = learn_prior(seed + 1000, prior_years, persons, catalogue)
    year = count_year(simulate_year(seed, persons), catalogue, more=prior.cells)
    width = len(year.cells)
    order = np.array([year.position[cell] for cell in prior.cells])
    pool = prior.pool.tocoo()
    others = csr_array((pool.data, (pool.row, order[pool.col])), shape=(pool.shape[0], width))
    # With the true people in the pool nothing that is true is impossible to the attacker.
    everybody = vstack([others, year.by_person > 0]).tocsr().astype(float)
    return World(year, Prior(year.cells, prior.rate, everybody))
