"""A1: the least and the greatest that every cell can be, given all published cells as intervals.

The attacker writes down every relation between the true numbers of the year (`relations.py`), the interval
that each published number and each gap leaves, and looks for the range of each cell. A cell is determined
when only one number is possible.

That is decided from both sides. Passing bounds along the relations until nothing changes gives an outer
range. Every other population that would be published in just the same way gives an inner one: a cell that
differs in it is not determined, whatever one computes. Such populations are the true one with a person more
or less, of any kind. What neither decides is put to an integer programme (HiGHS), which is exact; and the
widths of a sample to the linear programme.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from tests.attacks.counted_year import World
from tests.attacks.mechanisms import HIDDEN, HiddenRange, Mechanism, Ours
from tests.attacks.relations import Relations

ROUNDS = 60
"""How often bounds are passed along the relations at most; they settle sooner."""

TAKEN_PLACES = 60
"""For how many cells, of those that a single person does not settle, an exchange of two persons is tried."""

SECONDS = 15
"""How long one programme may take; what it leaves open stays undecided."""


@dataclass(frozen=True)
class Ranges:
    """What is left of each cell in question.

    `determined` cells can have one number only, `undecided` ones may or may not. The width of the range of
    whole numbers lies between `least_width` and `most_width`. `low` and `high` are outer ranges of all
    cells.
    """

    cells: np.ndarray
    determined: np.ndarray
    undecided: np.ndarray
    least_width: np.ndarray
    most_width: np.ndarray
    low: np.ndarray
    high: np.ndarray


def given_bounds(
    mechanism: Mechanism, published: np.ndarray, hidden: Sequence[HiddenRange]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and highest true number that each output alone leaves.

    `hidden` tells of every cell why it may be hidden (`hidden_ranges`). Where there may be another cause than
    a small number, nothing is known.
    """
    most = 2.0 * published.max() + 100
    ranges = {output: mechanism.interval(output) for output in np.unique(published).tolist()}
    low = np.array([ranges[output][0] for output in published.tolist()], dtype=float)
    high = np.array([ranges[output][1] for output in published.tolist()], dtype=float)
    for position in np.flatnonzero(published == HIDDEN).tolist():
        cause = hidden[position]
        if cause is None or cause[1] < math.inf:
            high[position] = most
        elif isinstance(mechanism, Ours):
            high[position] = cause[0] - 1 + mechanism.noise.reach
    return low, high


def pass_along(relations: Relations, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tighten bounds by every relation in turn until nothing changes."""
    matrix = relations.matrix
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    columns, values = matrix.indices, matrix.data
    positive = values > 0
    for _ in range(ROUNDS):
        least = np.where(positive, values * low[columns], values * high[columns])
        totals = np.bincount(rows, weights=least, minlength=matrix.shape[0])
        rest = -(totals[rows] - least) / values
        new_low, new_high = low.copy(), high.copy()
        np.minimum.at(new_high, columns[positive], np.floor(rest[positive] + 1e-9))
        np.maximum.at(new_low, columns[~positive], np.ceil(rest[~positive] - 1e-9))
        if np.array_equal(new_high, high) and np.array_equal(new_low, low):
            break
        low, high = new_low, new_high
    return low, high


def find_ranges(
    relations: Relations,
    bounds: tuple[np.ndarray, np.ndarray],
    world: World,
    cells: np.ndarray,
    *,
    one_by_one: int,
) -> Ranges:
    """Find the ranges of these cells; of the undecided ones so many are put to the integer programme."""
    low, high = pass_along(relations, *bounds)
    more, fewer = _room(world, bounds)
    unsettled = cells[(high > low)[cells] & (more + fewer == 0)[cells]]
    for cell in unsettled[:TAKEN_PLACES].tolist():
        more[cell] = _may_take_a_place(world, bounds, cell)
    ranges = Ranges(
        cells=cells,
        determined=(high == low)[cells],
        undecided=(high > low)[cells] & (more + fewer == 0)[cells],
        least_width=(more + fewer)[cells],
        most_width=(high - low)[cells],
        low=low,
        high=high,
    )
    return _decide(relations, ranges, world.year.persons, one_by_one)


def _room(world: World, bounds: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Tell how many like persons could be more, and whether one could be fewer, in every cell, unnoticed.

    Somebody of the pool may be added as often as all of the cells they are in have room; somebody who is
    there may be missing when none of theirs would become too small.
    """
    low, high = bounds
    truth = world.year.persons
    more, fewer = np.zeros(len(truth)), np.zeros(len(truth))
    for room, people, result in (
        (high - truth, world.prior.pool, more),
        (np.minimum(truth - low, 1), world.year.by_person, fewer),
    ):
        times = np.minimum.reduceat(room[people.indices], people.indptr[:-1])
        per_entry = np.repeat(times, np.diff(people.indptr))
        np.maximum.at(result, people.indices, per_entry)
    return more, fewer


def _may_take_a_place(world: World, bounds: tuple[np.ndarray, np.ndarray], cell: int) -> bool:
    """Tell whether somebody who is in a cell could have come instead of somebody who is not, unnoticed."""
    low, high = bounds
    year, truth = world.year, world.year.persons
    pool = world.prior.pool
    present = year.by_person
    for newcomer in pool[:, [cell]].nonzero()[0].tolist():
        joins = pool.indices[pool.indptr[newcomer] : pool.indptr[newcomer + 1]]
        full = joins[truth[joins] + 1 > high[joins]]
        if cell in full or not len(full):
            continue
        leavers = set.intersection(*(set(year.contributors(each).tolist()) for each in full.tolist()))
        for leaver in leavers:
            leaves = present.indices[present.indptr[leaver] : present.indptr[leaver + 1]]
            alone = np.setdiff1d(leaves, joins)
            if cell not in leaves and (truth[alone] - 1 >= low[alone]).all():
                return True
    return False


def _decide(relations: Relations, ranges: Ranges, truth: np.ndarray, one_by_one: int) -> Ranges:
    determined, undecided = ranges.determined.copy(), ranges.undecided.copy()
    for position in np.flatnonzero(undecided)[:one_by_one].tolist():
        cell = int(ranges.cells[position])
        others = [_extreme(relations.matrix, ranges, cell, sign) for sign in (1.0, -1.0)]
        if None not in others or any(other not in (None, truth[cell]) for other in others):
            undecided[position] = False
            determined[position] = all(other == truth[cell] for other in others)
    return replace(ranges, determined=determined, undecided=undecided)


def _extreme(matrix: csr_array, ranges: Ranges, cell: int, sign: float) -> int | None:
    """Return the least (sign 1) or greatest (-1) whole number that a cell can be, None when time is up."""
    objective = np.zeros(matrix.shape[1])
    objective[cell] = sign
    solved = milp(
        objective,
        constraints=LinearConstraint(matrix, -np.inf, 0),
        bounds=Bounds(ranges.low, ranges.high),
        integrality=np.ones(len(objective)),
        options={"time_limit": SECONDS},
    )
    return None if solved.x is None or solved.status != 0 else round(float(solved.x[cell]))


def linear_widths(relations: Relations, ranges: Ranges, cells: np.ndarray) -> np.ndarray:
    """Return the widths of the linear programme for some cells, without those that take too long."""
    matrix = relations.matrix
    widths = []
    for cell in cells.tolist():
        ends = []
        for sign in (1.0, -1.0):
            objective = np.zeros(matrix.shape[1])
            objective[cell] = sign
            solved = linprog(
                objective,
                A_ub=matrix,
                b_ub=np.zeros(matrix.shape[0]),
                bounds=np.column_stack([ranges.low, ranges.high]),
                method="highs",
                options={"time_limit": SECONDS},
            )
            if solved.status == 0:
                ends.append(sign * solved.fun)
        if len(ends) == 2:
            widths.append(np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6))
    return np.array(widths)
