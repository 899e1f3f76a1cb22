"""The classical maximum-entropy perturbation tables of census offices.

Conditions of a row: probabilities sum to one, the deviation is unbiased, its variance is given, counts
from 1 to `js` never result, and of all such distributions the row has the greatest entropy (Giessing
2016; Enderle, Giessing and Tent 2018; the R package ptable). With `mono` the probabilities do not fall up
to the true count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import combinations
from typing import TypeVar

from servicebalie.core.linear_equations import solve
from servicebalie.core.max_entropy import ARITHMETIC, maximise_entropy
from servicebalie.core.ptable import SCALE, InfeasibleRow, InvalidTableParameters, PTable, Row

_NOTHING = Decimal("1e-40")
"""Less than this is a rounding error."""

T = TypeVar("T")
Probabilities = Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class CensusParameters:
    """The parameters of ptable. Those that are tuples hold one value per row from row 1; the last repeats.

    `distance` (D): the largest deviation. `variance` (V). `blocked` (js): counts from 1 to this never
    result. `stay` (pstay): the probability that a count stays as it is, None for no condition. `rising`
    (mono): probabilities do not fall up to the true count. `exact` (optim): the variance equals V
    (optim=4) instead of being at most V (optim=1).
    """

    distance: int
    variance: Decimal
    blocked: int = 0
    stay: tuple[Decimal | None, ...] = (None,)
    rising: tuple[bool, ...] = (True,)
    exact: tuple[bool, ...] = (False,)


@dataclass(frozen=True, slots=True)
class _Conditions:
    """What one row must meet: allowed deviations, how many rise, and the means of its features."""

    row: int
    deviations: tuple[int, ...]
    rising: int
    stay: Decimal | None
    variance: Decimal
    exact: bool

    def fixed(self) -> tuple[list[list[Decimal]], list[Decimal]]:
        """Tell the features with a fixed mean, other than the variance: the deviation, and staying."""
        features = [[Decimal(value) for value in self.deviations]]
        means = [Decimal(0)]
        if self.stay is not None and 0 in self.deviations:
            features.append([Decimal(value == 0) for value in self.deviations])
            means.append(self.stay)
        return features, means

    def squares(self) -> list[Decimal]:
        return [Decimal(value * value) for value in self.deviations]


def census_table(parameters: CensusParameters) -> PTable:
    """Build the table of ptable's `create_cnt_ptable`, rows 0 to D (D + js + 1 when js > 0).

    Raises InvalidTableParameters, or InfeasibleRow for the first row that cannot meet its conditions.
    """
    _check(parameters)
    last = parameters.distance + (parameters.blocked + 1 if parameters.blocked else 0)
    rows = [Row((0,), (SCALE,))]
    with localcontext(ARITHMETIC):
        for count in range(1, last + 1):
            conditions = _conditions(parameters, count)
            rows.append(Row.from_probabilities(conditions.deviations, _best(conditions)))
    return PTable(tuple(rows))


def _check(parameters: CensusParameters) -> None:
    sound = {
        "distance": parameters.distance >= 1,
        "variance": parameters.variance.is_finite() and parameters.variance > 0,
        "blocked": parameters.blocked >= 0,
        "stay": bool(parameters.stay) and all(p is None or 0 < p < 1 for p in parameters.stay),
        "rising": bool(parameters.rising),
        "exact": bool(parameters.exact),
    }
    for parameter, is_sound in sound.items():
        if not is_sound:
            raise InvalidTableParameters(parameter=parameter)


def _conditions(parameters: CensusParameters, count: int) -> _Conditions:
    reach = range(max(0, count - parameters.distance), count + parameters.distance + 1)
    targets = [target for target in reach if target == 0 or target > parameters.blocked]
    rises = _of_row(parameters.rising, count)
    return _Conditions(
        row=count,
        deviations=tuple(target - count for target in targets),
        rising=sum(target <= count for target in targets) if rises else 0,
        stay=_of_row(parameters.stay, count),
        variance=parameters.variance,
        exact=_of_row(parameters.exact, count),
    )


def _of_row(values: Sequence[T], count: int) -> T:
    return values[min(count, len(values)) - 1]


def _best(conditions: _Conditions) -> Probabilities:
    """Find the row of greatest entropy, or raise InfeasibleRow."""
    least, most = _extremes(conditions)
    if conditions.variance < _variance(conditions, least) - _NOTHING:
        raise _infeasible(conditions, "variance-below-least", _variance(conditions, least))
    if conditions.exact and conditions.variance > _variance(conditions, most) + _NOTHING:
        raise _infeasible(conditions, "variance-above-most", _variance(conditions, most))
    for extreme in (least, most) if conditions.exact else (least,):
        if abs(conditions.variance - _variance(conditions, extreme)) <= _NOTHING:
            return extreme
    return _inner(conditions, least, most)


def _inner(conditions: _Conditions, least: Probabilities, most: Probabilities) -> Probabilities:
    """Find the row when its variance lies strictly between the extremes, or above them as mere bound."""
    if _variance(conditions, most) - _variance(conditions, least) <= _NOTHING:
        return least
    features, means = conditions.fixed()
    if conditions.variance < _variance(conditions, most) - _NOTHING:
        met = maximise_entropy(
            [conditions.squares(), *features], [conditions.variance, *means], rising=conditions.rising
        )
        if conditions.exact or met.multipliers[0] <= 0:
            return met.probabilities
    return maximise_entropy(features, means, rising=conditions.rising).probabilities


def _extremes(conditions: _Conditions) -> tuple[Probabilities, Probabilities]:
    """Find rows of the least and the greatest variance; raises InfeasibleRow when there is no row at all.

    A linear programme over mixtures of corner distributions: its optimum mixes as many corners as there
    are equations, so that few mixtures need be tried.
    """
    features, means = conditions.fixed()
    corners = list(_corners(conditions))
    mixtures = []
    for chosen in combinations(corners, len(means) + 1):
        equations = [[Decimal(1)] * len(chosen)]
        equations += [[_mean(corner, feature) for corner in chosen] for feature in features]
        weights = solve(equations, [Decimal(1), *means])
        if weights is not None and min(weights) >= -_NOTHING:
            mixtures.append(_mix(weights, chosen))
    if not mixtures:
        raise InfeasibleRow(row=conditions.row, reason="no-unbiased-row")
    return (
        min(mixtures, key=lambda mixture: _variance(conditions, mixture)),
        max(mixtures, key=lambda mixture: _variance(conditions, mixture)),
    )


def _corners(conditions: _Conditions) -> Iterator[Probabilities]:
    """Yield the distributions whose mixtures are all distributions that rise where they must."""
    size = len(conditions.deviations)
    for first in range(size):
        stop = max(first + 1, conditions.rising)
        share = Decimal(1) / (stop - first)
        yield [share if first <= index < stop else Decimal(0) for index in range(size)]


def _mix(weights: Sequence[Decimal], corners: Sequence[Probabilities]) -> Probabilities:
    return [_mean(weights, shares) for shares in zip(*corners, strict=True)]


def _variance(conditions: _Conditions, probabilities: Probabilities) -> Decimal:
    return _mean(probabilities, conditions.squares())


def _mean(probabilities: Probabilities, values: Sequence[Decimal]) -> Decimal:
    return sum((p * value for p, value in zip(probabilities, values, strict=True)), Decimal(0))


def _infeasible(conditions: _Conditions, reason: str, limit: Decimal) -> InfeasibleRow:
    return InfeasibleRow(row=conditions.row, reason=reason, limit=f"{limit:.6f}")
