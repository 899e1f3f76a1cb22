"""One number held against an earlier one or against what was expected: interval and score.

The variance of a number with mean m is `phi (m + V)`: counting, noise, and an overdispersion that is the
highest of three: 1; what this series showed; and what a number of this size shows at this desk.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

from servicebalie.core.expectations import Baseline, Model
from servicebalie.core.quasi_poisson import dispersion, squared_residuals

_WIDTH = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Spread:
    """How much the numbers of a series vary: the `noise` variance, its own phi, and the desk's `extra`.

    `extra` is the variance beyond counting and noise, as a share of the mean squared.
    """

    noise: float
    own: float = 1.0
    extra: float = 0.0

    def phi(self, mean: float) -> float:
        """Return the overdispersion of a number with this mean."""
        return max(self.own, 1 + self.extra * mean**2 / (mean + self.noise))

    def variance(self, mean: float) -> float:
        """Return the variance of a published number with this mean."""
        return self.phi(mean) * (mean + self.noise)


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


def own_spread(baseline: Baseline | None, noise: float, extra: float) -> Spread:
    """Return how much a series varies, given how much the desk's numbers vary beyond chance."""
    if baseline is None or baseline.counts is None or baseline.fit is None:
        return Spread(noise, extra=extra)
    return Spread(noise, dispersion(baseline.counts, baseline.fit), extra)


def shared_extra(baselines: Iterable[Baseline], model: Model) -> float:
    """Estimate, over all series fitted with a model, the variance beyond counting and noise.

    It is a share of the mean squared, as in a negative binomial distribution: by the moments of Pearson's
    residuals, in which large numbers, which tell most about it, weigh most.
    """
    surplus = information = 0.0
    for baseline in baselines:
        counts, fit = baseline.counts, baseline.fit
        if baseline.model is model and counts is not None and fit is not None and counts.freedom > 0:
            surplus += float(squared_residuals(counts, fit).sum()) - counts.freedom
            means = fit.means[~counts.hidden]
            share = counts.freedom / len(means)
            information += share * float((means**2 / (means + counts.noise)).sum())
    return max(0.0, surplus / information) if information else 0.0


def compare_with_earlier(
    now: int, then: int, spread: Spread, baseline: Baseline | None, *, months: int
) -> Comparison:
    """Hold a number against that of the same series so many months before.

    The difference is beyond chance only if it is explained neither by equal means nor, from another time of
    the year, by means as the season lets expect: the score is the nearer of the two to zero. It is judged
    only where a fit tells how the season goes, or holds the season in its overdispersion.
    """
    width = _WIDTH * math.sqrt(spread.variance(now) + spread.variance(then))
    difference = now - then
    low, high = math.floor(difference - width), math.ceil(difference + width)
    score = None
    if baseline is not None and baseline.ratio is not None:
        score = _difference_score(now, then, spread, 1.0, 0.0)
        if months % 12:
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
    return (now - ratio * then) / math.sqrt(variance)


def compare_with_expectation(now: int, baseline: Baseline, spread: Spread) -> Comparison:
    """Hold a number against what was expected of it.

    On the scale of two thirds, where counts are nearly symmetric (Farrington et al. 1996).
    """
    mean = baseline.mean
    variance = spread.variance(mean) + spread.phi(mean) * mean**2 * baseline.uncertainty
    scaled = 2 / 3 * mean ** (-1 / 3) * math.sqrt(variance)
    middle = mean ** (2 / 3)
    score = (max(now, 0) ** (2 / 3) - middle) / scaled
    if baseline.model is Model.HIDDEN:
        # Below the highest possible mean there is nothing to tell.
        score = max(score, 0.0)
    low = max(0.0, middle - _WIDTH * scaled) ** 1.5 if baseline.model is not Model.HIDDEN else 0.0
    high = (middle + _WIDTH * scaled) ** 1.5
    return Comparison(round(mean), math.floor(low), math.ceil(high), score)
