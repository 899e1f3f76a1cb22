"""A4: hold months against their quarter, and quarters and months against their year.

Two scores. The accuracy is that of A3 over pairs of different periods: who came in the quarter but not in
that month; and over longer periods less all their published parts: how many came back. The effective
variance is that of the best linear estimate (A6) of a cell from all periods of the same table and label, in
units of the variance of one number.
"""

from collections import defaultdict

import numpy as np

from tests.attacks.a03_differencing import (
    DIFFERENCES,
    Accuracy,
    nested_pairs,
    remainder_likelihoods,
    share_right,
)
from tests.attacks.counted_year import CountedYear, Prior
from tests.attacks.mechanisms import HIDDEN, Mechanism


def pairs_in_time(year: CountedYear, prior: Prior) -> list[tuple[int, int]]:
    """Return the nested pairs of two different periods."""
    return [
        (inner, outer)
        for inner, outer in nested_pairs(year, prior)
        if year.cells[inner][0] != year.cells[outer][0]
    ]


def parts_in_time(year: CountedYear) -> list[tuple[int, list[int]]]:
    """Return each cell of a quarter or year with the cells of its months, or quarters, under the same
    label.
    """
    parts: dict[tuple[int, int], list[int]] = defaultdict(list)
    for inner, around in enumerate(year.around):
        for outer in around:
            one, other = year.cells[inner], year.cells[outer]
            if one[1:] == other[1:] and one[0] != other[0]:
                parts[outer, len(one[0])].append(inner)
    return [(outer, inner) for (outer, _), inner in parts.items() if len(inner) > 1]


def guess_returning(
    mechanism: Mechanism, year: CountedYear, wholes: list[tuple[int, list[int]]], seed: int
) -> Accuracy:
    """Guess how many persons came in more than one part: the parts together are larger by that."""
    published = mechanism.publish(year, seed)
    tried, right = [0, 0, 0], [0.0, 0.0, 0.0]
    for outer, parts in wholes:
        shown = [part for part in parts if published[part] != HIDDEN]
        difference = int(year.persons[shown].sum() - year.persons[outer])
        if published[outer] == HIDDEN or len(shown) < 2 or difference not in DIFFERENCES:
            continue
        likelihoods = remainder_likelihoods(
            mechanism, published[shown].tolist(), int(published[outer]), direction=-1
        )
        tried[difference] += 1
        right[difference] += share_right(likelihoods, difference)
    return Accuracy(tuple(tried), tuple(right))


def series(year: CountedYear, published: np.ndarray) -> list[np.ndarray]:
    """Return the published cells that tell of the same thing in different periods."""
    found: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for position in np.flatnonzero(published >= 10).tolist():
        _, name, values = year.cells[position]
        found[name, values].append(position)
    return [np.array(each) for each in found.values() if len(each) > 1]
