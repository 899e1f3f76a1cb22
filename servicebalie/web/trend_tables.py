"""The tables of a report as the page shows them: named, in order, and with what was not published."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext

from servicebalie.core.catalogue import Dimension
from servicebalie.core.disclosure import Estimate
from servicebalie.i18n.report_words import DIMENSIONS, OTHER_COMBINATIONS, OTHERS, TABLES
from servicebalie.services.trends import ReportTable
from servicebalie.web.trend_names import name_of, values_of

IN_ORDER = frozenset({Dimension.STAY, Dimension.ARRIVAL})
"""The dimensions that are a scale; values of others are shown from many persons to few."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """The name of a label with its numbers, None where they were not published.

    `group` is the first name where a table counts by two things, otherwise empty.
    """

    name: str
    persons: Estimate | None = None
    questions: Estimate | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table as it is shown; `others` names the rows that are too many to list and not published."""

    name: str
    title: str
    heading: str
    rows: tuple[ShownRow, ...]
    others: str | None


def show_table(table: ReportTable) -> ShownTable:
    """Return a table of one or two dimensions in the language of the page."""
    first, last = Dimension(table.dimensions[0]), Dimension(table.dimensions[-1])
    is_grouped = first is not last
    others = OTHER_COMBINATIONS if is_grouped else OTHERS.get(last)
    return ShownTable(
        name=table.name,
        title=gettext(TABLES[table.name]) if table.name in TABLES else table.name,
        heading=gettext(DIMENSIONS[last]),
        rows=tuple(_grouped_rows(table, first, last) if is_grouped else _rows(table, last)),
        others=others and gettext(others),
    )


def _rows(table: ReportTable, dimension: Dimension) -> Iterator[ShownRow]:
    """Yield a row for every value that was published or is in a short list."""
    published = {cell.labels[0]: cell for cell in table.cells}
    listed = values_of(dimension)
    if dimension not in IN_ORDER:
        listed = (*sorted(published, key=lambda value: -published[value].persons.value), *listed)
    for value in dict.fromkeys((*listed, *published)):
        cell = published.get(value)
        name = name_of(dimension, value)
        yield ShownRow(name, cell.persons, cell.questions) if cell else ShownRow(name)


def _grouped_rows(table: ReportTable, outer: Dimension, inner: Dimension) -> list[ShownRow]:
    """Return what was published, by the name of the group and then from many persons to few."""
    rows = [
        ShownRow(name_of(inner, second), cell.persons, cell.questions, group=name_of(outer, first))
        for cell in sorted(table.cells, key=lambda cell: -cell.persons.value)
        for first, second in [cell.labels]
    ]
    return sorted(rows, key=lambda row: row.group.casefold())
