"""The last look at protected tables before they are published: the rules once more, written another way.

Protection decides cell by cell as it goes; here the finished tables are held against the promises. It sees
no true counts, only what everybody will see.
"""

from collections.abc import Iterator, Mapping, Sequence

from servicebalie.core.catalogue import Levels, Table, Values
from servicebalie.core.cell_rules import COMMON_FROM, SMALL_GROUP_BELOW
from servicebalie.core.disclosure import (
    RARE_DIMENSIONS,
    CommonCategories,
    SafeCell,
    SafeTable,
    persons_margin,
)
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.profile import Profile

ByName = Mapping[str, SafeTable]


class AuditFailed(ServicebalieError):
    """A table breaks a promise and nothing was published.

    `reason` is `not-in-catalogue`, `below-threshold`, `wrong-interval`, `cell-without-broader`,
    `nearly-everyone` or `rare-category`; `table` tells where.
    """

    code = "audit-failed"


def audit_release(
    tables: Sequence[SafeTable],
    expected: Sequence[Table],
    profile: Profile,
    *,
    levels: Levels,
    common: CommonCategories | None,
) -> None:
    """Hold the tables of a period against what is promised of them; raises `AuditFailed`.

    `expected` are the catalogue's tables of such a period; `common` is None for a year.
    """
    if [table.definition for table in tables] != list(expected):
        raise AuditFailed(reason="not-in-catalogue")
    for table in tables:
        for reason in _broken(table, tables, profile, levels, common):
            raise AuditFailed(reason=reason, table=table.definition.name)


def _broken(
    table: SafeTable,
    tables: Sequence[SafeTable],
    profile: Profile,
    levels: Levels,
    common: CommonCategories | None,
) -> Iterator[str]:
    margin = persons_margin(profile.table)
    broader = [other for other in tables if other.definition.is_broader_than(table.definition)]
    for values, cell in table.cells.items():
        persons = cell.persons
        if persons.value < profile.threshold:
            yield "below-threshold"
        if (persons.low, persons.high) != (max(0, persons.value - margin), persons.value + margin):
            yield "wrong-interval"
        if _is_rare(table.definition, values, cell, common):
            yield "rare-category"
        for other in broader:
            around = other.cells.get(other.definition.cell_around(values, table.definition, levels))
            if around is None:
                yield "cell-without-broader"
            elif around.persons.value < SMALL_GROUP_BELOW and 10 * persons.value >= 9 * around.persons.value:
                yield "nearly-everyone"


def _is_rare(definition: Table, values: Values, cell: SafeCell, common: CommonCategories | None) -> bool:
    labels = zip(definition.dimensions, values, strict=True)
    if common is None:
        judged = len(values) == 1 and definition.dimensions[0] in RARE_DIMENSIONS
        return judged and cell.persons.value < COMMON_FROM
    return any(value not in common[dimension] for dimension, value in labels if dimension in common)
