import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import truncnorm

from servicebalie.core.quasi_poisson import (
    Counts,
    Numbers,
    anscombe_residuals,
    dispersion,
    fit_counts,
    squared_residuals,
)

VALUES = [23, 31, 18, 40, 27, 35, 52, 44, 61, 38, 49, 58]
SERIES = st.lists(st.integers(10, 500), min_size=6, max_size=12)


def counts(values: list[int | None], design: Numbers | None = None, *, noise: float = 0.0) -> Counts:
    """Return counts of which those that are None are hidden below ten; the mean alone if not told."""
    return Counts(
        design=np.ones((len(values), 1)) if design is None else design,
        values=np.array([0.0 if value is None else value for value in values]),
        hidden=np.array([value is None for value in values]),
        limit=9.5,
        noise=noise,
    )


def trend(size: int) -> Numbers:
    return np.column_stack([np.ones(size), np.arange(size) / 12])


@pytest.mark.parametrize("noise", [0.0, 5.0])
def test_the_fit_is_where_another_optimiser_finds_the_greatest_quasi_likelihood(noise: float) -> None:
    """The quasi-likelihood of variance m + V is (y + V) log(m + V) - m (McCullagh and Nelder, table 9.1)."""
    design, values = trend(len(VALUES)), np.array(VALUES, dtype=float)

    def loss(coefficients: Numbers) -> float:
        means = np.exp(design @ coefficients)
        return float((means - (values + noise) * np.log(means + noise)).sum())

    independent = minimize(loss, [3.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11})
    fit = fit_counts(counts(list(VALUES), design, noise=noise))

    assert fit.coefficients == pytest.approx(independent.x, abs=1e-6)
    information = design.T @ (design * (fit.means**2 / (fit.means + noise))[:, None])
    assert fit.covariance == pytest.approx(np.linalg.inv(information), rel=1e-6)


def test_a_level_for_each_group_is_the_mean_of_the_group() -> None:
    groups = np.repeat(np.eye(3), 4, axis=0)
    fit = fit_counts(counts(list(VALUES), groups))

    assert np.exp(fit.coefficients) == pytest.approx([28, 39.5, 51.5])
    assert np.diag(fit.covariance) == pytest.approx([1 / 112, 1 / 158, 1 / 206])
    assert fit.leverages == pytest.approx(np.full(12, 0.25))
    assert fit.predict(np.array([0.0, 1.0, 0.0])) == pytest.approx((39.5, 1 / 158))


def test_a_hidden_count_pulls_as_much_as_its_mean_below_the_limit() -> None:
    """The mean is that of the visible counts and, for each hidden one, of a normal variable cut off there."""
    fit = fit_counts(counts([12, 14, 10, None, None, 11], noise=5.0))
    mean, spread = fit.means[0], math.sqrt(fit.means[0] + 5)
    below = truncnorm.mean(-np.inf, (9.5 - mean) / spread, loc=mean, scale=spread)

    assert mean == pytest.approx((12 + 14 + 10 + 11 + 2 * below) / 6)
    assert 8.5 < mean < 11


def test_hidden_counts_are_neither_zero_nor_left_out() -> None:
    drawn = np.random.default_rng(7).poisson(11, 4000)
    fit = fit_counts(counts([int(value) if value >= 10 else None for value in drawn]))

    assert fit.means[0] == pytest.approx(11, abs=0.15)


def test_hidden_counts_far_from_what_they_would_be_pull_hard_and_far_below_not_at_all() -> None:
    assert fit_counts(counts([2000, 2100, None, 1900])).means[0] < 1800
    few = fit_counts(counts([10, *[None] * 30]))
    assert 0 < few.means[0] < 7


def test_residuals_and_dispersion_are_those_of_pearson_and_anscombe() -> None:
    given = counts([20, 30, 25, 45])
    fit = fit_counts(given)

    assert squared_residuals(given, fit) == pytest.approx([100 / 30, 0, 25 / 30, 225 / 30])
    assert dispersion(given, fit) == pytest.approx(350 / 30 / 3)
    scale = 1.5 / (30 ** (1 / 6) * math.sqrt(2 * 0.75))
    assert anscombe_residuals(given, fit, 2.0) == pytest.approx(
        [scale * (value ** (2 / 3) - 30 ** (2 / 3)) for value in (20, 30, 25, 45)]
    )


def test_a_count_of_less_weight_pulls_less() -> None:
    given = counts([20, 20, 80])
    fit = fit_counts(given, np.array([1.0, 1.0, 0.5]))

    assert fit.means[0] == pytest.approx((20 + 20 + 40) / 2.5)


def test_there_is_no_dispersion_without_a_count_to_spare() -> None:
    given = counts([20, 30], trend(2))
    assert dispersion(given, fit_counts(given)) == 1.0


@given(SERIES, st.integers(2, 50))
def test_so_many_times_the_counts_are_so_many_times_the_mean(values: list[int], factor: int) -> None:
    design = trend(len(values))
    once = fit_counts(counts(list(values), design))
    more = fit_counts(counts([factor * value for value in values], design))

    assert more.means == pytest.approx(factor * once.means, rel=1e-6)


@given(SERIES)
def test_people_are_never_more_regular_than_chance(values: list[int]) -> None:
    given = counts(list(values))
    assert dispersion(given, fit_counts(given)) >= 1.0


@given(st.lists(st.one_of(st.none(), st.integers(10, 60)), min_size=4, max_size=30), st.integers(10, 60))
def test_a_series_with_hidden_counts_has_a_mean_between_zero_and_its_visible_mean(
    values: list[int | None], visible: int
) -> None:
    series = [visible, *values]
    fit = fit_counts(counts(series, noise=5.0))
    seen = [value for value in series if value is not None]

    assert 0 < fit.means[0] <= sum(seen) / len(seen) + 1e-6
    assert np.isfinite(fit.covariance).all()
