"""Perturbation tables: which deviation a cell of a given count gets for a given random number.

A row holds the allowed deviations and, for each, the cumulative probability as an integer threshold
`round(cumulative * 2**64)`. The deviation of a cell is the first whose threshold exceeds its 64-bit random
number (Cell Key Method; Eurostat, *Handbook on Statistical Disclosure Control*, chapter 5).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from itertools import accumulate, pairwise

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.max_entropy import ARITHMETIC, maximise_entropy

SCALE = 2**64
"""The threshold that stands for certainty."""


class InvalidTableParameters(ServicebalieError):
    """A perturbation table cannot be made of this; `parameter` names what is wrong."""

    code = "invalid-table-parameters"


class InfeasibleRow(ServicebalieError):
    """No distribution meets the conditions of a row of a perturbation table.

    Parameters: `row`, and `reason`: `variance-below-least` or `variance-above-most` (with the `limit`
    that holds there), or `no-unbiased-row`.
    """

    code = "infeasible-row"


@dataclass(frozen=True, slots=True)
class Row:
    """The deviations of one true count, in rising order, with their cumulative integer thresholds."""

    deviations: tuple[int, ...]
    thresholds: tuple[int, ...]

    @classmethod
    def from_probabilities(cls, deviations: Iterable[int], probabilities: Iterable[Decimal]) -> "Row":
        """Round the cumulative probabilities to integer thresholds; the last is exactly `SCALE`."""
        with localcontext(ARITHMETIC):
            sums = [
                int((total * SCALE).to_integral_value(ROUND_HALF_EVEN)) for total in accumulate(probabilities)
            ]
        return cls(tuple(deviations), (*sums[:-1], SCALE))

    def deviation(self, u: int) -> int:
        """Look up the deviation of the random number `u`, `0 <= u < SCALE`."""
        return self.deviations[bisect_right(self.thresholds, u)]

    def probabilities(self) -> dict[int, Fraction]:
        """Tell the exact probability with which each deviation is drawn."""
        return {
            deviation: Fraction(upper - lower, SCALE)
            for deviation, (lower, upper) in zip(
                self.deviations, pairwise((0, *self.thresholds)), strict=True
            )
        }


@dataclass(frozen=True, slots=True)
class PTable:
    """One row per true count from zero; the last row serves every higher count."""

    rows: tuple[Row, ...]

    def deviation(self, count: int, u: int) -> int:
        """Look up the deviation of a cell with true count `count >= 0` and random number `u`."""
        return self.rows[min(count, len(self.rows) - 1)].deviation(u)


def symmetric_table(distance: int, variance: Decimal) -> PTable:
    """Build the table of the discrete Gaussian truncated to [-distance, distance].

    `p_v` is proportional to `exp(-b v^2)`, with `b >= 0` solved so that the variance is met; every count
    has this row. Raises InvalidTableParameters, or InfeasibleRow when the variance is above the uniform
    distribution's.
    """
    if distance < 1:
        raise InvalidTableParameters(parameter="distance")
    if not variance.is_finite() or variance <= 0:
        raise InvalidTableParameters(parameter="variance")
    uniform = Fraction(distance * (distance + 1), 3)
    if variance > uniform:
        raise InfeasibleRow(row=0, reason="variance-above-most", limit=str(uniform))
    deviations = range(-distance, distance + 1)
    with localcontext(ARITHMETIC):
        squares = [Decimal(value * value) for value in deviations]
        probabilities = maximise_entropy([squares], [variance]).probabilities
    return PTable((Row.from_probabilities(deviations, probabilities),))


def half_width(distributions: Sequence[Mapping[int, Fraction]], coverage: Fraction) -> int:
    """Find the least h so that every distribution lies within [-h, h] with at least this probability."""
    farthest = max(abs(value) for distribution in distributions for value in distribution)
    return next(
        width
        for width in range(farthest + 1)
        if all(_within(distribution, width) >= coverage for distribution in distributions)
    )


def _within(distribution: Mapping[int, Fraction], width: int) -> Fraction:
    return sum((p for value, p in distribution.items() if abs(value) <= width), Fraction(0))
