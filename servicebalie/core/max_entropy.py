"""Distributions of greatest entropy with given means, also when part of them must not fall.

The dual of the problem is minimised by a regularised Newton method with line search (Li, Fukushima, Qi
and Yamashita 2004). The condition that the first probabilities do not fall is met by pooling adjacent
violators (Barlow and Brunk 1972): for given multipliers the best distribution is constant on blocks, and
its logarithm there is the mean of the unconstrained one. The dual stays convex and smooth, so one method
serves both cases.

All arithmetic is decimal with a fixed precision: it gives the same digits on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from servicebalie.core.linear_equations import solve

ARITHMETIC = Context(prec=60)
"""The decimal context in which distributions are computed."""

_CONVERGED = Decimal("1e-35")
_ENOUGH_DESCENT = Decimal("1e-4")
_ROUNDING = Decimal("1e-50")


@dataclass(frozen=True, slots=True)
class Solution:
    """The probabilities of the points, and one multiplier per feature (positive: pushes its mean up)."""

    probabilities: tuple[Decimal, ...]
    multipliers: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class _Tilt:
    """The distribution that belongs to given multipliers, with the value and gradient of the dual there."""

    pooled: list[list[Decimal]]
    probabilities: list[Decimal]
    value: Decimal
    gradient: list[Decimal]


def maximise_entropy(
    features: Sequence[Sequence[Decimal]], means: Sequence[Decimal], *, rising: int = 0
) -> Solution:
    """Find the distribution of greatest entropy under which each feature has its mean, to 1e-35.

    `features` holds one value per point for each feature. The first `rising` probabilities do not fall.
    The means must lie strictly within what such distributions can reach; the caller sees to that. Run it
    in the decimal context `ARITHMETIC`.
    """
    multipliers = [Decimal(0)] * len(features)
    tilt = _tilt(features, means, multipliers, rising)
    while (error := max(map(abs, tilt.gradient))) > _CONVERGED:
        step = _newton_step(tilt, error)
        slope = _dot(step, tilt.gradient)
        length = Decimal(1)
        while True:
            tried = [value + length * change for value, change in zip(multipliers, step, strict=True)]
            candidate = _tilt(features, means, tried, rising)
            if candidate.value <= tilt.value + _ENOUGH_DESCENT * length * slope + _ROUNDING:
                break
            length /= 2
        multipliers, tilt = tried, candidate
    return Solution(tuple(tilt.probabilities), tuple(multipliers))


def _tilt(
    features: Sequence[Sequence[Decimal]],
    means: Sequence[Decimal],
    multipliers: Sequence[Decimal],
    rising: int,
) -> _Tilt:
    points = list(zip(*features, strict=True))
    blocks = _pool([_dot(multipliers, point) for point in points], rising)
    pooled = [[_mean(feature, block) for block in blocks for _ in block] for feature in features]
    scores = [_dot(multipliers, point) for point in zip(*pooled, strict=True)]
    highest = max(scores)
    weights = [(score - highest).exp() for score in scores]
    total = sum(weights, Decimal(0))
    probabilities = [weight / total for weight in weights]
    gradient = [_dot(probabilities, feature) - mean for feature, mean in zip(pooled, means, strict=True)]
    value = total.ln() + highest - _dot(multipliers, means)
    return _Tilt(pooled, probabilities, value, gradient)


def _pool(scores: Sequence[Decimal], rising: int) -> list[range]:
    """Divide the points into blocks so that the block means of the first `rising` scores do not fall."""
    blocks: list[range] = []
    for index in range(len(scores)):
        block = range(index, index + 1)
        while blocks and index < rising and _mean(scores, blocks[-1]) > _mean(scores, block):
            block = range(blocks.pop().start, block.stop)
        blocks.append(block)
    return blocks


def _newton_step(tilt: _Tilt, error: Decimal) -> list[Decimal]:
    """Solve for the step; `error` on the diagonal keeps the equations regular where blocks are few."""
    centred = [[value - _dot(tilt.probabilities, feature) for value in feature] for feature in tilt.pooled]
    curvature = [
        [
            sum((p * a * b for p, a, b in zip(tilt.probabilities, one, other, strict=True)), Decimal(0))
            + (error if one is other else 0)
            for other in centred
        ]
        for one in centred
    ]
    step = solve(curvature, [-slope for slope in tilt.gradient])
    assert step is not None, "a covariance plus a positive diagonal is never singular"  # noqa: S101  # an invariant
    return step


def _mean(values: Sequence[Decimal], block: range) -> Decimal:
    return sum((values[index] for index in block), Decimal(0)) / len(block)


def _dot(left: Sequence[Decimal], right: Sequence[Decimal]) -> Decimal:
    return sum((a * b for a, b in zip(left, right, strict=True)), Decimal(0))
