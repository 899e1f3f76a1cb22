"""A10: learn what nearly everybody in a group asks, without knowing any of them.

A group is a cell of a table by group, language, expected stay or municipality in a month or quarter, of at
least two persons, of whom at least nine in ten share a main topic. It is revealed when the numbers of the
group and of that topic in it are both published and the second is at least nine tenths of the first.
Reported: knowing what is true of whole groups is what statistics are for, unless the group is small.
"""

from dataclasses import dataclass

import numpy as np

from tests.attacks.counted_year import CountedYear
from tests.attacks.mechanisms import HIDDEN, Mechanism

LEAST = 2
SHARE = 0.9


@dataclass(frozen=True)
class Groups:
    """How many groups share a topic, and the share that is revealed."""

    groups: int
    revealed: float


def groups_that_share(year: CountedYear) -> dict[int, list[int]]:
    """Return the groups that share a topic, with the cells of such topics."""
    found: dict[int, list[int]] = {}
    for inner, around in enumerate(year.around):
        period, name, _ = year.cells[inner]
        if not name.endswith("-by-main-topic"):
            continue
        group = name.removesuffix("-by-main-topic")
        for outer in around:
            same = year.cells[outer][:2] == (period, group)
            if same and year.persons[outer] >= LEAST and year.persons[inner] >= SHARE * year.persons[outer]:
                found.setdefault(outer, []).append(inner)
    return found


def reveal(mechanism: Mechanism, year: CountedYear, seed: int) -> Groups:
    """Count the groups whose shared topic can be read off."""
    published = mechanism.publish(year, seed)
    groups = groups_that_share(year)
    revealed = [
        published[group] > 0
        and any(
            published[topic] != HIDDEN and published[topic] >= SHARE * published[group] for topic in topics
        )
        for group, topics in groups.items()
    ]
    return Groups(len(groups), float(np.mean(revealed)) if revealed else float("nan"))
