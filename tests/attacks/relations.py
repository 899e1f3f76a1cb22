"""What an attacker knows of any desk's numbers before seeing one: the linear relations between cells.

A cell within another is at most as large. Where everybody has a value, the parts together are at least the
whole; where nobody has two, at most; and with at most k values, at most k times. A quarter is at most its
months together. All of these hold for the true numbers, whatever they are; a test holds them against the
truth.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from servicebalie.core.catalogue import BROADER, SINGLE_VALUED, Dimension, Table
from tests.attacks.counted_year import CountedYear

ALWAYS_KNOWN = frozenset(
    {
        Dimension.LANGUAGE,
        Dimension.LANGUAGE_FAMILY,
        Dimension.MAIN_TOPIC,
        Dimension.CHANNEL,
        Dimension.OUTCOME,
        Dimension.DESTINATION,
        Dimension.OFFERED,
    }
)
"""The dimensions in which everybody at the simulated desk has a value."""

NEVER_CHANGES = frozenset(
    {
        Dimension.LANGUAGE,
        Dimension.LANGUAGE_FAMILY,
        Dimension.GROUP,
        Dimension.STAY,
        Dimension.REGISTRATION,
        Dimension.MUNICIPALITY,
        Dimension.COROP,
        Dimension.PROVINCE,
    }
)
"""The dimensions in which nobody at the simulated desk has two values in a year."""

_ONE_A_MONTH = SINGLE_VALUED | NEVER_CHANGES


@dataclass(frozen=True)
class Relations:
    """Rows of `matrix @ numbers <= 0`, without constants: all relations are between cells."""

    matrix: csr_array

    @classmethod
    def of(cls, year: CountedYear) -> "Relations":
        """Write down the relations between all possible cells of a year."""
        rows: list[dict[int, float]] = []
        rows.extend({inner: 1.0, outer: -1.0} for inner, outer in _closest(year))
        rows.extend(_parts_and_wholes(year))
        indices = [cell for row in rows for cell in row]
        data = [value for row in rows for value in row.values()]
        starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        return cls(csr_array((data, indices, starts), shape=(len(rows), len(year.cells))))


def _closest(year: CountedYear) -> Iterator[tuple[int, int]]:
    """Yield every cell with those around it that have none in between."""
    for inner, around in enumerate(year.around):
        beyond = {further for outer in around for further in year.around[outer]}
        yield from ((inner, outer) for outer in around if outer not in beyond)


def _parts_and_wholes(year: CountedYear) -> Iterator[dict[int, float]]:
    parts: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for inner, around in enumerate(year.around):
        for outer in around:
            period, name, _ = year.cells[inner]
            parts[outer, period, name].append(inner)
    longer: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (outer, period, name), inner in parts.items():
        whole = year.cells[outer]
        if whole[0] == period:
            least, most = _times(
                year.tables[whole[1]],
                year.tables[name],
                year,
                monthly=period.count("-") == 1 and "Q" not in period,
            )
            if least:
                yield {outer: 1.0} | dict.fromkeys(inner, -1.0)
            if most:
                yield {outer: -float(most)} | dict.fromkeys(inner, 1.0)
        elif whole[1] == name:
            longer[outer, len(period)].extend(inner)
    for (outer, _), inner in longer.items():
        yield {outer: 1.0} | dict.fromkeys(inner, -1.0)


def _times(whole: Table, part: Table, year: CountedYear, *, monthly: bool) -> tuple[bool, int | None]:
    """Tell whether everybody of a whole is in a part, and in how many at most (None: not known)."""
    added = [dimension for dimension in part.dimensions if dimension not in whole.dimensions]
    lifted = [dimension for dimension in whole.dimensions if dimension not in part.dimensions]
    if len(added) != 1 or len(lifted) > 1:
        return False, None
    dimension = added[0]
    if lifted and BROADER.get(dimension) != lifted[0]:
        return False, None
    # A place is known at all levels or at none, and so is a language; a main topic may have no topic.
    everybody = dimension in ALWAYS_KNOWN or (bool(lifted) and dimension is not Dimension.TOPIC)
    single = dimension in (_ONE_A_MONTH if monthly else NEVER_CHANGES)
    if single:
        return everybody, 1
    return everybody, year.catalogue.bounds[dimension] if monthly else None


__all__ = ["Relations"]
