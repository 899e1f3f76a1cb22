"""Raw tables: true counts and cell keys, made in one pass and never to leave the publication.

Memory grows with the number of cells, not of people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from servicebalie.core.catalogue import Catalogue, Levels, Table, Values
from servicebalie.core.cell_keys import YearKeys, record_key
from servicebalie.core.contributions import Cell, ContributionRules, QuestionFact, person_cells
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.periods import PeriodKind


class UnsortedFacts(ServicebalieError):
    """The facts are not in order of pseudonym, so that a person might count twice."""

    code = "unsorted-facts"


@dataclass(frozen=True, slots=True)
class RawCell:
    """The true counts and keys of a cell; it never shows itself.

    `persons`: distinct persons N. `extra_questions`: questions beyond each person's first, E, capped per
    person. `persons_key` and `questions_key`: sums of record keys, not reduced.
    """

    persons: int = field(repr=False)
    extra_questions: int = field(repr=False)
    persons_key: int = field(repr=False)
    questions_key: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class RawTable:
    """The cells of a table in which somebody counts, by label; never published as it is."""

    definition: Table
    cells: Mapping[Values, RawCell] = field(repr=False)


def tabulate(
    facts: Iterable[QuestionFact], catalogue: Catalogue, kind: PeriodKind, *, levels: Levels, keys: YearKeys
) -> tuple[RawTable, ...]:
    """Count the tables of one period of this kind, in the order of the catalogue.

    `facts` are those of the period in rising order of pseudonym, and each person's oldest visit first.
    Raises UnsortedFacts.
    """
    tables = catalogue.tables_of(kind)
    rules = ContributionRules(catalogue.bounds, levels, keys.cap)
    sums: dict[Cell, list[int]] = {}
    latest = b""
    for person, theirs in groupby(facts, key=attrgetter("person")):
        if person <= latest:
            raise UnsortedFacts
        latest = person
        _add_person(sums, person_cells(list(theirs), tables, rules), person, keys.person)
    return tuple(_raw_table(table, sums) for table in tables)


def _add_person(sums: dict[Cell, list[int]], cells: Mapping[Cell, int], person: bytes, key: bytes) -> None:
    """Add one person to the sums of persons, extra questions, persons' keys and questions' keys."""
    record_keys = {count: record_key(key, person, count) for count in {1, *cells.values()}}
    for cell, questions in cells.items():
        total = sums.get(cell)
        if total is None:
            total = sums[cell] = [0, 0, 0, 0]
        total[0] += 1
        total[1] += questions - 1
        total[2] += record_keys[1]
        total[3] += record_keys[questions]


def _raw_table(table: Table, sums: Mapping[Cell, list[int]]) -> RawTable:
    return RawTable(
        table, {values: RawCell(*total) for (name, values), total in sums.items() if name == table.name}
    )
