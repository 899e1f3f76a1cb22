"""What a month's number would be if all went on as before, from the published numbers of earlier months.

With two years or more: a level for each month of the year and a trend, fitted as in the flexible Farrington
method (Noufaily et al. 2013; Farrington et al. 1996): months far from the first fit count less in the second,
and the last months are left out while enough remain, so that a change that is under way does not become what
is expected. With one year: one level, whose overdispersion holds the season too. With less: nothing.

A month below the threshold is not a zero and not a gap: the fit knows that it lies below. A series that was
mostly below is held against the threshold, the highest mean it can have had.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from servicebalie.core.quasi_poisson import (
    Counts,
    Fit,
    Numbers,
    anscombe_residuals,
    dispersion,
    fit_counts,
)

YEAR = 12
ENOUGH_FOR_SEASON = 2 * YEAR
ENOUGH_FOR_LEVEL = YEAR
LEFT_OUT = 3
"""How many of the last months a seasonal fit leaves out, while two years remain."""

MOST_UNCERTAIN = 1.0
"""The variance of the logarithm of a mean above which it tells nothing: it may as well be e times as much."""

OUTLYING = 2.58
"""The Anscombe residual from which a month counts less (Noufaily et al. 2013)."""


class Gap(Enum):
    """Why an earlier number is not there."""

    HIDDEN = "hidden"
    """It was below the threshold."""

    UNKNOWN = "unknown"
    """There was no release, no such table, or another rule that may have held it back."""


Earlier: TypeAlias = Sequence[int | Gap]
"""The published numbers of a series before the month in question, the newest first."""


class Model(StrEnum):
    """What an expectation rests on."""

    SEASONAL = "seasonal"
    LEVEL = "level"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Protection:
    """How the numbers were protected: not published below `threshold`, with noise of this variance."""

    threshold: int
    variance: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """A fit of a series: `mean` is what it expects, `uncertainty` the variance of its logarithm, phi = 1.

    `ratio` is how many times the previous month's mean it expects, None when it cannot tell, and
    `ratio_uncertainty` the variance of its logarithm. `counts` and `fit` are None for a series that was
    mostly hidden, of which `mean` is the highest possible.
    """

    model: Model
    mean: float
    uncertainty: float = 0.0
    ratio: float | None = None
    ratio_uncertainty: float = 0.0
    counts: Counts | None = None
    fit: Fit | None = None


def fit_baseline(earlier: Earlier, protection: Protection) -> Baseline | None:
    """Return what a series is held against; None when its history tells too little."""
    known = [lag for lag, value in enumerate(earlier, start=1) if value is not Gap.UNKNOWN]
    visible = [lag for lag in known if isinstance(earlier[lag - 1], int)]
    if len(known) < ENOUGH_FOR_LEVEL:
        return None
    if len(known) >= ENOUGH_FOR_SEASON and sum(lag % YEAR == 0 for lag in visible) >= 2:
        fitted = _seasonal(earlier, _settled(known), protection)
    elif 2 * len(visible) >= len(known):
        fitted = _level(earlier, known, protection)
    else:
        return _hidden(earlier, protection)
    return fitted if fitted.uncertainty <= MOST_UNCERTAIN else None


def _settled(known: Sequence[int]) -> Sequence[int]:
    """Leave out the last months as long as two years remain."""
    return [lag for lag in known if lag > min(LEFT_OUT, len(known) - ENOUGH_FOR_SEASON)]


def _seasonal(earlier: Earlier, known: Sequence[int], protection: Protection) -> Baseline:
    """Fit a level for each month of the year that was ever published in the time fitted, and a trend."""
    levels = tuple(sorted({lag % YEAR for lag in known if isinstance(earlier[lag - 1], int)}))
    lags = tuple(lag for lag in known if lag % YEAR in levels)
    design = _design(lags, levels)
    counts = _counts(earlier, lags, design, protection)
    fit = _reweighted(counts)
    now = _row(0, levels)
    mean, uncertainty = fit.predict(now)
    ratio, ratio_uncertainty = fit.predict(now - _row(1, levels)) if 1 in levels else (None, 0.0)
    return Baseline(Model.SEASONAL, mean, uncertainty, ratio, ratio_uncertainty, counts, fit)


@lru_cache(maxsize=256)
def _design(lags: tuple[int, ...], levels: tuple[int, ...]) -> Numbers:
    """Return the rows of so many months back; series of a desk mostly have the same ones."""
    design = np.array([_row(lag, levels) for lag in lags])
    design.setflags(write=False)
    return design


def _row(lag: int, levels: Sequence[int]) -> Numbers:
    """The first level is that of the month in question; the trend counts years, and is zero there."""
    others = [float(lag % YEAR == level) for level in levels[1:]]
    return np.array([1.0, *others, -lag / YEAR])


def _level(earlier: Earlier, known: Sequence[int], protection: Protection) -> Baseline:
    counts = _counts(earlier, known, np.ones((len(known), 1)), protection)
    fit = _reweighted(counts)
    mean, uncertainty = fit.predict(np.ones(1))
    return Baseline(Model.LEVEL, mean, uncertainty, 1.0, counts=counts, fit=fit)


def _hidden(earlier: Earlier, protection: Protection) -> Baseline | None:
    """Hold a series against the threshold, unless it may be one that comes up each year at this time."""
    seasons_ago = [
        lag for lag in range(YEAR - 1, len(earlier) + 1) if lag % YEAR in {YEAR - 1, 0, 1} and lag > 1
    ]
    if all(earlier[lag - 1] is Gap.HIDDEN for lag in seasons_ago):
        return Baseline(Model.HIDDEN, protection.threshold - 1)
    return None


def _counts(earlier: Earlier, lags: Sequence[int], design: Numbers, protection: Protection) -> Counts:
    values = [earlier[lag - 1] for lag in lags]
    return Counts(
        design=design,
        values=np.array([value if isinstance(value, int) else 0.0 for value in values]),
        hidden=np.array([value is Gap.HIDDEN for value in values]),
        # Whole numbers below the threshold, as a continuous variable.
        limit=protection.threshold - 0.5,
        noise=protection.variance,
    )


def _reweighted(counts: Counts) -> Fit:
    """Fit twice; in the second fit outlying months weigh by the inverse square of their residual."""
    first = fit_counts(counts)
    residuals = np.abs(anscombe_residuals(counts, first, dispersion(counts, first)))
    if residuals.max() <= OUTLYING:
        return first
    weights = np.where(residuals > OUTLYING, np.maximum(residuals, OUTLYING) ** -2.0, 1.0)
    return fit_counts(counts, weights * (len(weights) / weights.sum()))
