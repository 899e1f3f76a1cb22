"""The history of a published number: its earlier values, and why one is not there.

A number that is not in a release was below the threshold, or another rule may have held it back. Only the
former says something about how large it was.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from servicebalie.core.catalogue import Dimension, Levels, Table, Values
from servicebalie.core.cell_rules import SMALL_GROUP_BELOW
from servicebalie.core.expectations import Gap


@dataclass(frozen=True, slots=True)
class PublishedMonth:
    """The persons of a month's release by table and label; `common` are the values that were not rare."""

    tables: Mapping[str, Mapping[Values, int]]
    common: Mapping[Dimension, Set[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a table, with the cells of broader tables that it lies within."""

    table: Table
    labels: Values
    around: tuple[tuple[str, Values], ...]


def place_of(table: Table, labels: Values, catalogue: Sequence[Table], levels: Levels) -> Place:
    """Return the place of a cell among the tables of its period."""
    return Place(
        table,
        labels,
        tuple(
            (broader.name, broader.cell_around(labels, table, levels))
            for broader in catalogue
            if broader.is_broader_than(table)
        ),
    )


def earlier_number(place: Place, month: PublishedMonth | None) -> int | Gap:
    """Return what a month published at a place, or why there is nothing; None is a month without release."""
    if month is None or place.table.name not in month.tables:
        return Gap.UNKNOWN
    number = month.tables[place.table.name].get(place.labels)
    if number is not None:
        return number
    return Gap.UNKNOWN if _is_rare(place, month) or _is_in_small_group(place, month) else Gap.HIDDEN


def _is_rare(place: Place, month: PublishedMonth) -> bool:
    return any(
        dimension in month.common and value not in month.common[dimension]
        for dimension, value in zip(place.table.dimensions, place.labels, strict=True)
    )


def _is_in_small_group(place: Place, month: PublishedMonth) -> bool:
    """Tell whether the cell may have told of nearly everyone in a small group, or lay under one that did."""
    groups = [month.tables.get(name, {}).get(labels) for name, labels in place.around]
    return any(group is not None and group < SMALL_GROUP_BELOW for group in groups)
