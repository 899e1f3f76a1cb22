"""A6: average all published numbers that bear on one number.

The best linear unbiased estimate: the attacker knows how the true numbers hang together (the covariance of
all cells under the true prior, which for a Poisson process of persons is the expected number of persons
that two cells share) and how their noise does, and lets every published number of the whole year, in
proportion, bear on each. The score is the variance of what the published numbers alone tell of a cell, in
units of the variance of one number: 1 when nothing helps, 1/k for k independent looks at the same people.
"""

import numpy as np

from tests.attacks.counted_year import CountedYear, Prior
from tests.attacks.mechanisms import Mechanism
from tests.attacks.noise import given_number


def effective_variances(
    mechanism: Mechanism, year: CountedYear, prior: Prior, cells: np.ndarray
) -> np.ndarray:
    """Return the effective variance of each of these published cells, from all of them, as a share of V.

    Which cells happen to have the same people is taken from the truth, so that the noise is weighed right.
    """
    variance = mechanism.noise.variance()
    members = prior.by_cell[:, cells]
    truth = (members.T @ members).toarray() * (prior.rate / prior.pool.shape[0])
    sets = year.sets[cells]
    same = sets[:, None] == sets[None, :]
    noise = variance * np.where(same, mechanism.noise.same_people(), 0.0)
    # A trace more on the diagonal, so that cells with the same people and the same noise can be inverted.
    np.fill_diagonal(noise, variance * (1 + 1e-6))
    before = np.diag(truth).copy()
    usable = before > 0
    explained = np.linalg.solve(truth + noise, truth)
    after = before - np.einsum("ij,ji->i", truth, explained)
    # What is known afterwards less what was known before is what the numbers told.
    told = 1 / np.maximum(after[usable], 1e-9) - 1 / before[usable]
    return 1 / (told * variance)


def repeated_looks(row: np.ndarray, looks: int, draws: int, seed: int) -> float:
    """Return the mean posterior variance, as a share of V, of a number that is published so many times.

    Not linear but the best there is: the full posterior of the true number under a flat prior, from the
    joint law of the noise in cells with the same people.
    """
    given = given_number(row, points=512)
    reach = len(row) // 2
    random = np.random.default_rng(seed)
    deviations = np.arange(-reach, reach + 1)
    log_given = np.log(np.maximum(given, 1e-300))
    variances = []
    for point in random.integers(0, len(given), draws).tolist():
        drawn = random.choice(deviations, looks, p=given[point] / given[point].sum())
        # The true number is taken as 0; it could be any at which all deviations are possible.
        candidates = np.arange(drawn.max() - reach, drawn.min() + reach + 1)
        chances = np.array(
            [np.exp(log_given[:, drawn - each + reach].sum(axis=1)).sum() for each in candidates]
        )
        chances /= chances.sum()
        mean = chances @ candidates
        variances.append(chances @ (candidates - mean) ** 2)
    return float(np.mean(variances) / (row @ deviations**2))
