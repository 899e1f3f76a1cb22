"""The tables of a report: named, in order, and with what stands in for numbers that are too small."""

from collections.abc import Iterator
from dataclasses import dataclass

from servicebalie.core.catalogue import Dimension, Values
from servicebalie.core.disclosure import SafeCell
from servicebalie.core.granularity import (
    Nearest,
    PublishedPeriod,
    PublishedTable,
    Surroundings,
    is_thin,
    share_of_table,
)
from servicebalie.documents.model import Named, Row, Substitute, Table
from servicebalie.documents.names import name_of, values_of
from servicebalie.documents.words import Words
from servicebalie.i18n.report_words import DIMENSIONS, OTHER_COMBINATIONS, OTHERS, TABLES
from servicebalie.services.trends import Report

IN_ORDER = frozenset({Dimension.STAY, Dimension.ARRIVAL})
"""The dimensions that are a scale; values of others are shown from many persons to few."""


def published_period(report: Report) -> PublishedPeriod:
    """Return the numbers of a report, by table and label."""
    tables = (
        PublishedTable(
            name=table.name,
            dimensions=tuple(map(Dimension, table.dimensions)),
            cells={cell.labels: SafeCell(cell.persons, cell.questions) for cell in table.cells},
        )
        for table in report.tables
    )
    return PublishedPeriod(report.period, {table.name: table for table in tables})


@dataclass(frozen=True, slots=True)
class TableMaker:
    """Makes the tables of one report in one language."""

    surroundings: Surroundings
    words: Words

    def tables(self) -> tuple[Table, ...]:
        """Return the tables that count by something, in the order of the report."""
        own = self.surroundings.own
        return tuple(self._table(table) for table in own.tables.values() if table.dimensions)

    def total(self) -> Row:
        """Return the numbers of everybody together."""
        own = self.surroundings.own
        everybody = next((table for table in own.tables.values() if not table.dimensions), None)
        return self._row(everybody, ()) if everybody else Row(())

    def _table(self, table: PublishedTable) -> Table:
        rows = tuple(self._pairs(table) if len(table.dimensions) > 1 else self._single(table))
        others = OTHER_COMBINATIONS if len(table.dimensions) > 1 else OTHERS.get(table.dimensions[0])
        return Table(
            name=table.name,
            title=self.words.gettext(TABLES[table.name]) if table.name in TABLES else table.name,
            dimensions=tuple(
                Named(dimension, self.words.gettext(DIMENSIONS[dimension])) for dimension in table.dimensions
            ),
            rows=rows,
            others=others and self.words.gettext(others),
            share=share_of_table(table, self.surroundings.own.total),
            note=self._note(table, helped=any(row.substitute for row in rows)),
        )

    def _single(self, table: PublishedTable) -> Iterator[Row]:
        """Yield a row for every value that was published, here or over longer, or is in a short list."""
        found = (*_by_persons(table), *self.surroundings.labels_elsewhere(table))
        listed = tuple((value,) for value in values_of(table.dimensions[0]))
        ordered = (*listed, *found) if table.dimensions[0] in IN_ORDER else (*found, *listed)
        return (self._row(table, values) for values in dict.fromkeys(ordered))

    def _pairs(self, table: PublishedTable) -> list[Row]:
        """Return what was published by the first name, from many to few; if little, also over longer."""
        elsewhere = self.surroundings.labels_elsewhere(table) if is_thin(table) else ()
        rows = [self._row(table, values) for values in (*_by_persons(table), *elsewhere)]
        return sorted(rows, key=lambda row: [label.name.casefold() for label in row.labels[:-1]])

    def _row(self, table: PublishedTable, values: Values) -> Row:
        labels = tuple(
            Named(value, name_of(dimension, value, self.words.tag))
            for dimension, value in zip(table.dimensions, values, strict=True)
        )
        cell = table.cells.get(values)
        if cell is not None:
            return Row(labels, cell.persons, cell.questions)
        nearest = self.surroundings.nearest(table, values)
        return Row(labels, substitute=self._substitute(nearest) if nearest else None)

    def _substitute(self, nearest: Nearest) -> Substitute:
        cell = nearest.cell
        if nearest.period != self.surroundings.own.period:
            note = self.words.period(nearest.period)
            return Substitute(note, cell.persons, cell.questions, nearest.period)
        name = name_of(nearest.dimensions[0], nearest.values[0], self.words.tag)
        return Substitute(self.words.gettext("%(name)s as a whole", name=name), cell.persons, cell.questions)

    def _note(self, table: PublishedTable, *, helped: bool) -> str | None:
        """Return what to say about a table with hardly a number; `helped`: something stands in."""
        if not is_thin(table):
            return None
        if not helped:
            sentence = (
                None
                if table.cells
                else self.words.gettext(
                    "No number in this table is large enough to be published, and no longer period has one."
                )
            )
        elif table.cells:
            sentence = self.words.gettext(
                "Only one number in this table is large enough to be published. "
                "Where another is missing, the nearest published one is given."
            )
        else:
            sentence = self.words.gettext(
                "No number in this table is large enough to be published. "
                "The nearest published ones are given instead."
            )
        return sentence


def _by_persons(table: PublishedTable) -> tuple[Values, ...]:
    """Return the published labels, those of most persons first."""
    return tuple(sorted(table.cells, key=lambda values: -table.cells[values].persons.value))
