"""Quasi-Poisson regression of protected counts, of which some are known only to lie below a limit.

The variance of a count with mean m is `phi (m + V)`: counting, the known variance V of the noise, and an
overdispersion phi. The estimating equations are those of quasi-likelihood (Wedderburn 1974), solved by
scoring (McCullagh and Nelder 1989, chapter 9). A hidden count enters by its mean given that it is below the
limit, and its information is what a truncated normal variable leaves (the EM principle; Louis 1982).
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]

_CONVERGED = 1e-5
_MOST_STEPS = 60
_LONGEST_STEP = 2.0
_RIDGE = 1e-11
_LOWEST, _HIGHEST = math.log(1e-3), math.log(1e9)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: one row of the design per count, and which are hidden below `limit`.

    `noise` is V. The value of a hidden count is not looked at.
    """

    design: Numbers
    values: Numbers
    hidden: NDArray[np.bool_]
    limit: float
    noise: float

    @property
    def freedom(self) -> int:
        """How many visible counts there are beyond the number of coefficients."""
        return int((~self.hidden).sum()) - int(self.design.shape[1])


@dataclass(frozen=True, slots=True)
class Fit:
    """The coefficients of the logarithm of the mean, and their covariance for phi = 1.

    `means` and `leverages` belong to the counts; `weights` are those that the fit was given.
    """

    coefficients: Numbers
    covariance: Numbers
    means: Numbers
    leverages: Numbers
    weights: Numbers

    def predict(self, row: Numbers) -> tuple[float, float]:
        """Return the mean at a row of the design, and the variance of its logarithm for phi = 1."""
        return math.exp(float(row @ self.coefficients)), float(row @ self.covariance @ row)


def fit_counts(counts: Counts, weights: Numbers | None = None) -> Fit:
    """Fit the log-linear model; every coefficient must bear on a visible count."""
    given = np.ones(len(counts.values)) if weights is None else weights
    start = np.log(np.maximum(np.where(counts.hidden, counts.limit / 2, counts.values), 0.5))
    coefficients = _solved(_curvature(counts.design, given), counts.design.T @ (given * start))
    longest, steps = math.inf, 0
    while longest > _CONVERGED and steps < _MOST_STEPS:
        score, information = _score(counts, _means(counts, coefficients))
        curvature = _curvature(counts.design, given * information)
        step = _solved(curvature, counts.design.T @ (given * score))
        longest, steps = float(np.abs(step).max()), steps + 1
        coefficients = coefficients + step * min(1.0, _LONGEST_STEP / max(longest, _CONVERGED))
    return _fit(counts, coefficients, given)


def squared_residuals(counts: Counts, fit: Fit) -> Numbers:
    """Return the squared Pearson residuals of the visible counts, each times its weight."""
    visible = ~counts.hidden
    means = fit.means[visible]
    residuals: Numbers = (counts.values[visible] - means) ** 2 / (means + counts.noise)
    return residuals * fit.weights[visible]


def dispersion(counts: Counts, fit: Fit) -> float:
    """Return phi by Pearson's residuals, at least 1: people are never more regular than chance.

    It is 1 as well when there are no more counts than coefficients.
    """
    if counts.freedom < 1:
        return 1.0
    return max(1.0, float(squared_residuals(counts, fit).sum()) / counts.freedom)


def anscombe_residuals(counts: Counts, fit: Fit, phi: float) -> Numbers:
    """Return the standardised Anscombe residuals on the scale of two thirds; 0 for hidden counts.

    Without noise they are those of Farrington et al. 1996.
    """
    means = fit.means
    spread = means ** (-1 / 3) * np.sqrt(phi * (means + counts.noise) * (1 - fit.leverages))
    values = np.where(counts.hidden, means, np.maximum(counts.values, 0.0))
    residuals: Numbers = 1.5 * (values ** (2 / 3) - means ** (2 / 3)) / spread
    return residuals


def _fit(counts: Counts, coefficients: Numbers, weights: Numbers) -> Fit:
    means = _means(counts, coefficients)
    _, information = _score(counts, means)
    covariance = np.linalg.inv(_curvature(counts.design, weights * information)).astype(np.float64)
    spread = ((counts.design @ covariance) * counts.design).sum(axis=1)
    leverages: Numbers = np.clip(weights * information * spread, 0.0, 0.99)
    return Fit(coefficients, covariance, means, leverages, weights)


def _means(counts: Counts, coefficients: Numbers) -> Numbers:
    means: Numbers = np.exp(np.clip(counts.design @ coefficients, _LOWEST, _HIGHEST))
    return means


def _score(counts: Counts, means: Numbers) -> tuple[Numbers, Numbers]:
    """Return the derivative of the quasi-likelihood by the logarithm of each mean, and its information."""
    variances = means + counts.noise
    known = np.ones(len(means))
    values = counts.values.astype(np.float64)
    for index in np.flatnonzero(counts.hidden):
        spread = math.sqrt(variances[index])
        limit = (counts.limit - means[index]) / spread
        hazard = _hazard(limit)
        values[index] = means[index] - spread * hazard
        known[index] = max(limit * hazard + hazard**2, 1e-6)
    return means * (values - means) / variances, known * means**2 / variances


def _hazard(limit: float) -> float:
    """Return the density of a normal variable at a limit, divided by the chance to lie below it."""
    if limit < -8:
        return -limit + 1 / -limit
    density = math.exp(-(limit**2) / 2) / math.sqrt(2 * math.pi)
    return density / (math.erfc(-limit / math.sqrt(2)) / 2)


def _curvature(design: Numbers, information: Numbers) -> Numbers:
    """The ridge keeps the equations regular where hidden counts leave next to no information."""
    curvature: Numbers = design.T @ (design * information[:, None])
    return curvature + np.eye(len(curvature)) * (_RIDGE * max(float(np.trace(curvature)), 1.0))


def _solved(curvature: Numbers, right: Numbers) -> Numbers:
    solution: Numbers = np.linalg.solve(curvature, right).astype(np.float64, copy=False)
    return solution
