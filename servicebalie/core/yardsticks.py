"""One number held against an earlier one or against what was expected: interval and score.

The variance of a number with mean m is `phi (m + V)`: counting, noise, and an overdispersion of at least 1,
from what the series showed itself and what numbers of its size show at this desk.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from servicebalie.core.expectations import YEAR, Baseline, Earlier, Model
from servicebalie.core.quasi_poisson import Counts, Fit, squared_residuals

_WIDTH = NormalDist().inv_cdf(0.975)
_ENOUGH_RESIDUALS = 5
_ENOUGH_PAIRS = 10
_CAUTION = 2.0
"""How many standard errors the variance between years is taken above its estimate."""


@dataclass(frozen=True, slots=True)
class DeskSpread:
    """How much the numbers of a desk vary beyond counting and noise, over all series of one model.

    `extra` is that variance as a share of the mean squared. `certainty` says how alike the series are in
    this: as many degrees of freedom as what they have in common is worth for one series; infinite when they
    do not differ more than by chance.
    """

    extra: float = 0.0
    certainty: float = math.inf

    def phi(self, mean: float, noise: float) -> float:
        """Return the overdispersion that a number with this mean shows at this desk."""
        return 1 + self.extra * mean**2 / (mean + noise)


@dataclass(frozen=True, slots=True)
class Spread:
    """How much the numbers of one series vary: as the desk's do, and as its own did (`own`, Pearson's phi).

    Both count by their degrees of freedom, as a variance does that is squeezed towards a common one
    (Smyth 2004).
    """

    noise: float
    desk: DeskSpread
    own: float = 1.0
    freedom: int = 0

    def phi(self, mean: float) -> float:
        """Return the overdispersion of a number with this mean, at least 1."""
        common = self.desk.phi(mean, self.noise)
        if math.isinf(self.desk.certainty):
            return common
        whole = self.desk.certainty + self.freedom
        return max(1.0, (self.desk.certainty * common + self.freedom * self.own) / whole)

    def variance(self, mean: float) -> float:
        """Return the variance of a published number with this mean."""
        return self.phi(mean) * (mean + self.noise)

    def normal_score(self, score: float) -> float:
        """Return the standard normal score that is as rare as this one, whose variance was estimated.

        Wallace's approximation of Student's distribution (Wallace 1959).
        """
        whole = self.desk.certainty + self.freedom
        if math.isinf(whole):
            return score
        size = _wallace(whole) * math.sqrt(whole * math.log1p(score**2 / whole))
        return math.copysign(size, score)

    @property
    def width(self) -> float:
        """How many standard deviations the half of a 95% interval has."""
        whole = self.desk.certainty + self.freedom
        if math.isinf(whole):
            return _WIDTH
        return math.sqrt(whole * math.expm1((_WIDTH / _wallace(whole)) ** 2 / whole))


def _wallace(freedom: float) -> float:
    return (8 * freedom + 1) / (8 * freedom + 3)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A yardstick's `value`, the 95% interval that belongs to it, and how far from chance the number is.

    The interval is of the difference for an earlier number, and of the number itself for an expectation.
    `score` is standard normal when nothing changed, and above zero when there are more; None when too little
    is known to judge by.
    """

    value: int
    low: int
    high: int
    score: float | None


def chance(score: float) -> float:
    """Return the chance, on both sides, of a standard normal score as far from zero as this one."""
    return math.erfc(abs(score) / math.sqrt(2))


def desk_spread(baselines: Iterable[Baseline], model: Model) -> DeskSpread:
    """Estimate how much the series that were fitted with a model vary, by the moments of Pearson's residuals.

    Variance that grows with the square of the mean, as in a negative binomial distribution; large numbers
    tell most about it and weigh most.
    """
    fits = [_Residuals.of(one.counts, one.fit) for one in baselines if one.model is model]
    judged = [fit for fit in fits if fit is not None]
    if not judged:
        return DeskSpread()
    surplus = sum(fit.squares - fit.freedom for fit in judged)
    extra = max(0.0, surplus / sum(fit.freedom * fit.information for fit in judged))
    ratios = [(fit.squares / fit.freedom / (1 + extra * fit.information), fit.freedom) for fit in judged]
    unlike = sum((ratio - 1) ** 2 - 2 / freedom for ratio, freedom in ratios)
    unlike /= sum(1 + 2 / freedom for _, freedom in ratios)
    return DeskSpread(extra, 4 + 2 / unlike if unlike > 0 else math.inf)


def yearly_spread(histories: Iterable[Earlier], noise: float) -> Spread | None:
    """Estimate how much numbers vary between the same months of two years, over all series together.

    For desks with too short a history to know their season, which has no part in such differences. What grew
    or shrank from one year to the next counts as variation, so that only more than that is beyond chance. As
    a few pairs of months tell little, the upper end of what they allow is taken. None where too few numbers
    can tell at all.
    """
    pairs = [
        (now, then)
        for earlier in histories
        for now, then in zip(earlier, earlier[YEAR:], strict=False)
        if isinstance(now, int) and isinstance(then, int)
    ]
    if len(pairs) < _ENOUGH_PAIRS:
        return None
    means = np.array(pairs).mean(axis=1)
    squares = np.diff(np.array(pairs), axis=1)[:, 0] ** 2 / (2 * (means + noise))
    growth = float((means**2 / (means + noise)).sum())
    surplus = float((squares - 1).sum())
    error = float(squares.std()) * math.sqrt(len(pairs))
    return Spread(noise, DeskSpread(max(0.0, (surplus + _CAUTION * error) / growth), len(pairs)))


@dataclass(frozen=True, slots=True)
class _Residuals:
    """The sum of the squared residuals of a fit, and what an extra variance of 1 would add to each."""

    squares: float
    freedom: int
    information: float

    @classmethod
    def of(cls, counts: Counts | None, fit: Fit | None) -> "_Residuals | None":
        """Sum up a fit; None where its residuals say next to nothing."""
        if counts is None or fit is None or counts.freedom < _ENOUGH_RESIDUALS:
            return None
        means = fit.means[~counts.hidden]
        information = float((means**2 / (means + counts.noise)).mean())
        return cls(float(squared_residuals(counts, fit).sum()), counts.freedom, information)


def own_spread(baseline: Baseline | None, noise: float, desk: DeskSpread) -> Spread:
    """Return how much a series varies at a desk."""
    residuals = _Residuals.of(baseline.counts, baseline.fit) if baseline is not None else None
    if residuals is None:
        return Spread(noise, desk)
    return Spread(noise, desk, residuals.squares / residuals.freedom, residuals.freedom)


def compare_with_earlier(
    now: int, then: int, spread: Spread, baseline: Baseline | None, *, months: int
) -> Comparison:
    """Hold a number against that of the same series so many months before.

    The difference is beyond chance only if it is explained neither by equal means nor, from another time of
    the year, by means as the season lets expect: the score is the nearer of the two to zero. It is judged
    only where a fit tells how the season goes, or holds the season in its overdispersion.
    """
    width = spread.width * math.sqrt(spread.variance(now) + spread.variance(then))
    difference = now - then
    low, high = math.floor(difference - width), math.ceil(difference + width)
    score = None
    if baseline is not None and baseline.ratio is not None:
        score = _difference_score(now, then, spread, 1.0, 0.0)
        if months % YEAR:
            seasonal = _difference_score(now, then, spread, baseline.ratio, baseline.ratio_uncertainty)
            score = min(score, seasonal, key=abs) if score * seasonal > 0 else 0.0
    return Comparison(then, low, high, score)


def _difference_score(now: int, then: int, spread: Spread, ratio: float, uncertainty: float) -> float:
    """Return the score of a difference when the mean now is `ratio` times the mean then.

    The means are estimated from both numbers, because that is what holds when nothing changed.
    """
    mean = (now + then) / (1 + ratio)
    variance = spread.variance(ratio * mean) + ratio**2 * spread.variance(mean)
    variance += spread.phi(mean) * (ratio * mean) ** 2 * uncertainty
    return spread.normal_score((now - ratio * then) / math.sqrt(variance))


def compare_with_expectation(now: int, baseline: Baseline, spread: Spread) -> Comparison:
    """Hold a number against what was expected of it.

    On the scale of two thirds, where counts are nearly symmetric (Farrington et al. 1996).
    """
    # Below one person the scale has no meaning, and nothing is published there.
    mean = max(baseline.mean, 1.0)
    variance = spread.variance(mean) + spread.phi(mean) * mean**2 * baseline.uncertainty
    scaled = 2 / 3 * mean ** (-1 / 3) * math.sqrt(variance)
    middle = mean ** (2 / 3)
    score = spread.normal_score((max(now, 0) ** (2 / 3) - middle) / scaled)
    low = max(0.0, middle - spread.width * scaled) ** 1.5
    high = (middle + spread.width * scaled) ** 1.5
    if baseline.model is Model.HIDDEN:
        # The mean may be anything below, so a low number tells nothing.
        score, low = max(score, 0.0), 0.0
    return Comparison(round(mean), math.floor(low), math.ceil(high), score)
