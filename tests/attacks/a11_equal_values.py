"""A11: take equal numbers for the same people.

Of two published cells, one within the other, equal numbers may mean that nobody is in the one only. The
score is the lift: how much oftener cells with equal numbers have the same people than all such cells have.
1 means that equality tells nothing. Cells that are known to have the same people are left out, as in A3.
"""

import numpy as np

from tests.attacks.counted_year import CountedYear, Prior
from tests.attacks.mechanisms import HIDDEN, Mechanism

NEAR = 20
"""Pairs whose numbers differ more are not compared: nobody would take them for the same people."""


def close_pairs(year: CountedYear, prior: Prior) -> np.ndarray:
    """Return inner and outer cell of every nested pair that differs by at most `NEAR` persons."""
    possible = np.asarray((prior.pool > 0).sum(axis=0)).ravel()
    sizes = year.persons
    return np.array(
        [
            (inner, outer)
            for inner, around in enumerate(year.around)
            for outer in around
            if sizes[inner] and sizes[outer] - sizes[inner] <= NEAR and possible[outer] > possible[inner]
        ]
    )


def lift(mechanism: Mechanism, year: CountedYear, pairs: np.ndarray, seeds: range) -> float:
    """Return how much oftener equal numbers have the same people; NaN when no two are equal."""
    shown = equal = same = both = 0
    alike = year.sets[pairs[:, 0]] == year.sets[pairs[:, 1]]
    for seed in seeds:
        published = mechanism.publish(year, seed)
        one, other = published[pairs[:, 0]], published[pairs[:, 1]]
        seen = (one != HIDDEN) & (other != HIDDEN)
        level = seen & (one == other)
        shown, equal = shown + int(seen.sum()), equal + int(level.sum())
        same, both = same + int((seen & alike).sum()), both + int((level & alike).sum())
    return (both / equal) / (same / shown) if equal and same else float("nan")
