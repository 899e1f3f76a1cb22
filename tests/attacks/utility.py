"""What a way of publishing leaves for the readers: the price of every score."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from tests.attacks.counted_year import CountedYear
from tests.attacks.mechanisms import HIDDEN


@dataclass(frozen=True)
class Utility:
    """The mean absolute error of published cells of ten persons and more, the share of persons who are in
    published cells (of all persons in all cells), and the rate of false trends from month to month."""

    error: float
    coverage: float
    false_trends: float


def utility(year: CountedYear, published: np.ndarray) -> Utility:
    """Measure what readers get.

    A false trend: the number says a rise or fall of at least a fifth from one month to the next, where the
    true one is less than half of that, or the other way.
    """
    truth = year.persons
    shown = published != HIDDEN
    large = shown & (truth >= 10)
    return Utility(
        error=float(np.abs(published - truth)[large].mean()),
        coverage=float(truth[shown].sum() / truth.sum()),
        false_trends=_false_trends(year, published),
    )


def _false_trends(year: CountedYear, published: np.ndarray) -> float:
    months: dict[tuple[str, tuple[str, ...]], dict[int, int]] = defaultdict(dict)
    for position, (period, name, values) in enumerate(year.cells):
        if "-" in period and "Q" not in period and year.persons[position] >= 10 and published[position] > 0:
            months[name, values][int(period[-2:])] = position
    said, false = 0, 0
    for cells in months.values():
        for month, position in cells.items():
            if month + 1 in cells:
                later = cells[month + 1]
                change = published[later] / published[position] - 1
                true = year.persons[later] / year.persons[position] - 1
                if abs(change) >= 0.2:
                    said += 1
                    false += abs(true) < abs(change) / 2 or true * change < 0
    return false / said if said else 0.0
