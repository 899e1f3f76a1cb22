"""The catalogue: the only tables that exist, and the proof that one person moves few of their cells.

The catalogue is data. Its checker computes K, the number of visible cells of one period that one person
and month can fall in, and refuses a catalogue in which K is above `HIGHEST_K`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import prod
from types import MappingProxyType
from typing import Any

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.periods import PeriodKind

HIGHEST_K = 25


class InvalidCatalogue(ServicebalieError):
    """A catalogue that cannot be published from.

    `reason` is one of: `malformed`, `unknown-value`, `bound-missing`, `bound-follows`,
    `bound-not-positive`, `repeated-name`, `repeated-dimensions`, `broader-table-later`, `too-many-cells`.
    `table` or `dimension` tells where, if anywhere in particular.
    """

    code = "invalid-catalogue"


class Dimension(StrEnum):
    """What people are counted by."""

    TOPIC = "topic"
    MAIN_TOPIC = "main-topic"
    LANGUAGE = "language"
    LANGUAGE_FAMILY = "language-family"
    GROUP = "group"
    STAY = "stay"
    ARRIVAL = "arrival"
    REGISTRATION = "registration"
    CHANNEL = "channel"
    OUTCOME = "outcome"
    UNMET_REASON = "unmet-reason"
    RETURN_REASON = "return-reason"
    MUNICIPALITY = "municipality"
    COROP = "corop"
    PROVINCE = "province"
    DESTINATION = "destination"
    SERVED = "served"
    OFFERED = "offered"


SINGLE_VALUED = frozenset(
    {
        Dimension.LANGUAGE,
        Dimension.GROUP,
        Dimension.STAY,
        Dimension.ARRIVAL,
        Dimension.REGISTRATION,
        Dimension.MUNICIPALITY,
        Dimension.SERVED,
    }
)
"""The dimensions in which a person has one value a month: that of the last visit."""

BROADER: Mapping[Dimension, Dimension] = MappingProxyType(
    {
        Dimension.TOPIC: Dimension.MAIN_TOPIC,
        Dimension.LANGUAGE: Dimension.LANGUAGE_FAMILY,
        Dimension.MUNICIPALITY: Dimension.COROP,
        Dimension.COROP: Dimension.PROVINCE,
    }
)
"""The dimension one level up, finer ones first; a person has at most as many values there."""

Levels = Mapping[Dimension, Mapping[str, str]]
"""For each dimension in BROADER: the value one level up of each of its values."""

Values = tuple[str, ...]
"""The label of a cell: one value per dimension of its table."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is published every period it lists: counts by its dimensions, or one total."""

    name: str
    periods: tuple[PeriodKind, ...]
    dimensions: tuple[Dimension, ...]

    def is_broader_than(self, other: "Table") -> bool:
        """Tell whether every cell of the other table lies within one cell of this table."""
        return self.dimensions != other.dimensions and all(
            any(dimension in _upwards(finer) for finer in other.dimensions) for dimension in self.dimensions
        )

    def cell_around(self, values: Values, other: "Table", levels: Levels) -> Values:
        """Return the label of the cell of this, broader, table that a cell of the other lies within."""
        labels = zip(other.dimensions, values, strict=True)
        lifted = {key: lifted for label in labels for key, lifted in _lift(*label, levels)}
        return tuple(lifted[dimension] for dimension in self.dimensions)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Tables, broader ones first, and how many values of each dimension one person and month counts in."""

    version: str
    bounds: Mapping[Dimension, int]
    tables: tuple[Table, ...]

    def tables_of(self, period: PeriodKind) -> tuple[Table, ...]:
        """Return the tables published over such a period, in order."""
        return tuple(table for table in self.tables if period in table.periods)

    def cells_per_person(self, period: PeriodKind) -> int:
        """Return K: the most cells of one period's tables that one person and month can fall in."""
        return sum(
            prod(self.bounds[dimension] for dimension in table.dimensions) for table in self.tables_of(period)
        )


def parse_catalogue(text: str) -> Catalogue:
    """Read a catalogue (TOML) and check it; raises InvalidCatalogue."""
    try:
        document = tomllib.loads(text)
        catalogue = Catalogue(
            version=str(document["version"]),
            bounds=_bounds(document["bounds"]),
            tables=tuple(_table(entry) for entry in document["table"]),
        )
    except (tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError) as error:
        raise InvalidCatalogue(reason="malformed") from error
    except ValueError as error:
        raise InvalidCatalogue(reason="unknown-value") from error
    _check(catalogue)
    return catalogue


def _bounds(entries: Mapping[str, int]) -> Mapping[Dimension, int]:
    """Complete the bounds given for many-valued dimensions with those that follow from them."""
    bounds = {Dimension(name): bound for name, bound in entries.items()}
    for dimension, bound in bounds.items():
        if dimension in SINGLE_VALUED or dimension in BROADER.values():
            raise InvalidCatalogue(reason="bound-follows", dimension=dimension)
        if bound < 1:
            raise InvalidCatalogue(reason="bound-not-positive", dimension=dimension)
    bounds |= dict.fromkeys(SINGLE_VALUED, 1)
    for finer, broader in BROADER.items():
        if finer in bounds:
            bounds[broader] = bounds[finer]
    for dimension in Dimension:
        if dimension not in bounds:
            raise InvalidCatalogue(reason="bound-missing", dimension=dimension)
    return MappingProxyType(bounds)


def _table(entry: Mapping[str, Any]) -> Table:
    return Table(
        name=str(entry["name"]),
        periods=tuple(PeriodKind(period) for period in entry["periods"]),
        dimensions=tuple(Dimension(dimension) for dimension in entry["dimensions"]),
    )


def _check(catalogue: Catalogue) -> None:
    names: set[str] = set()
    for position, table in enumerate(catalogue.tables):
        earlier = catalogue.tables[:position]
        if table.name in names:
            raise InvalidCatalogue(reason="repeated-name", table=table.name)
        if len(set(table.dimensions)) < len(table.dimensions) or any(
            set(table.dimensions) == set(other.dimensions) for other in earlier
        ):
            raise InvalidCatalogue(reason="repeated-dimensions", table=table.name)
        if any(table.is_broader_than(other) for other in earlier):
            raise InvalidCatalogue(reason="broader-table-later", table=table.name)
        names.add(table.name)
    for period in PeriodKind:
        if catalogue.cells_per_person(period) > HIGHEST_K:
            raise InvalidCatalogue(reason="too-many-cells", period=period)


def _upwards(dimension: Dimension) -> Iterator[Dimension]:
    """Yield the dimension and those above it."""
    yield dimension
    if dimension in BROADER:
        yield from _upwards(BROADER[dimension])


def _lift(dimension: Dimension, value: str, levels: Levels) -> Iterator[tuple[Dimension, str]]:
    """Yield the value with its dimension, and the values above it."""
    yield dimension, value
    if dimension in BROADER:
        yield from _lift(BROADER[dimension], levels[dimension][value], levels)
