import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.expectations import Baseline, Earlier, Gap, Model, Protection, fit_baseline

PROTECTION = Protection(threshold=10, variance=5.0)
SEASON = [1.0, 0.8, 0.9, 1.1, 1.5, 1.4, 0.9, 0.8, 1.0, 0.9, 1.1, 0.6]
"""Factors by how many months back, and again every year; the month in question is the first."""


def seasonal(mean: float, months: int) -> list[int]:
    return [round(mean * SEASON[lag % 12]) for lag in range(1, months + 1)]


def baseline(earlier: Earlier) -> Baseline:
    found = fit_baseline(earlier, PROTECTION)
    assert found is not None
    return found


def test_with_less_than_a_year_nothing_is_expected() -> None:
    assert fit_baseline([50] * 11, PROTECTION) is None
    assert fit_baseline([*[50] * 11, *[Gap.UNKNOWN] * 30], PROTECTION) is None


def test_with_a_year_the_mean_is_expected_whatever_the_season() -> None:
    found = baseline(seasonal(100, 23))
    assert (found.model, found.ratio) == (Model.LEVEL, 1.0)
    assert found.mean == pytest.approx(sum(seasonal(100, 23)) / 23)


def test_with_two_years_the_season_is_expected() -> None:
    found = baseline(seasonal(100, 24))
    assert found.model is Model.SEASONAL
    assert found.mean == pytest.approx(100, rel=1e-3)
    assert found.ratio == pytest.approx(1 / 0.8, rel=1e-3)
    december = baseline([100, *seasonal(100, 35)])
    assert december.mean == pytest.approx(60, rel=1e-2)


def test_a_steady_growth_is_expected_to_go_on() -> None:
    growing = [round(300 * 1.01**-lag) for lag in range(1, 49)]
    assert baseline(growing).mean == pytest.approx(300, rel=0.01)


def test_the_last_three_months_do_not_become_what_is_expected_while_two_years_remain() -> None:
    risen = [200, 190, 180, *seasonal(100, 51)[3:]]
    assert baseline(risen).mean == pytest.approx(100, rel=1e-2)
    assert baseline(risen[:24]).mean > 110


def test_a_month_far_out_counts_less() -> None:
    usual = [50, 47, 55, 49, 52, 46, 51, 53] * 3
    outlying = [*usual[:10], 250, *usual[11:]]
    unweighted = sum(outlying) / 24
    assert baseline(outlying[:23]).mean < (unweighted + 50) / 2


def test_a_hidden_month_is_neither_zero_nor_left_out() -> None:
    earlier = [14, 12, Gap.HIDDEN, 11, 13, 10, Gap.HIDDEN, 12, Gap.HIDDEN, 15, 11, 12, Gap.HIDDEN]
    seen = [value for value in earlier if isinstance(value, int)]
    found = baseline(earlier)
    assert found.model is Model.LEVEL
    assert sum(seen) / len(earlier) < found.mean < sum(seen) / len(seen)


def test_an_unknown_month_is_left_out() -> None:
    known = seasonal(60, 20)
    assert baseline([*known[:5], Gap.UNKNOWN, *known[5:]]).mean == pytest.approx(baseline(known).mean)


def test_a_month_of_the_year_that_was_always_hidden_says_nothing_about_the_others() -> None:
    """In July, one month before, nobody shows; so no change from July can be judged."""
    earlier = [Gap.HIDDEN if lag % 12 == 1 else 40 for lag in range(1, 49)]
    found = baseline(earlier)
    assert (found.model, found.ratio) == (Model.SEASONAL, None)
    assert found.mean == pytest.approx(40, rel=1e-6)


def test_a_series_that_shows_at_this_time_of_every_year_is_held_against_those_times() -> None:
    earlier = [60 if lag % 12 == 0 else Gap.HIDDEN for lag in range(1, 37)]
    found = baseline(earlier)
    assert found.model is Model.SEASONAL
    assert found.mean == pytest.approx(60, rel=1e-6)


def test_a_series_that_was_mostly_hidden_is_held_against_the_threshold() -> None:
    found = baseline([*[Gap.HIDDEN] * 9, 12, *[Gap.HIDDEN] * 20])
    assert (found.model, found.mean, found.fit) == (Model.HIDDEN, 9, None)


@pytest.mark.parametrize("lag", [11, 12, 13, 24])
def test_a_series_that_may_come_up_each_year_at_this_time_is_not_called_new(lag: int) -> None:
    earlier = [30 if back == lag else Gap.HIDDEN for back in range(1, 25)]
    assert fit_baseline(earlier, PROTECTION) is None


def test_a_history_that_leaves_everything_open_gives_no_expectation() -> None:
    """Two times long ago, at the edge of being seen, and never since."""
    earlier = [10 if lag in {48, 60} else Gap.HIDDEN for lag in range(1, 61)]
    assert fit_baseline(earlier, PROTECTION) is None


@given(
    st.lists(st.one_of(st.integers(10, 300), st.sampled_from(Gap)), max_size=60),
)
def test_every_history_has_a_positive_expectation_or_none(earlier: list[int | Gap]) -> None:
    found = fit_baseline(earlier, PROTECTION)
    known = [value for value in earlier if value is not Gap.UNKNOWN]
    if len(known) < 12:
        assert found is None
    if found is not None:
        assert found.mean > 0
        assert found.uncertainty >= 0
        assert found.ratio is None or found.ratio > 0


@given(st.integers(12, 60), st.integers(10, 5000))
def test_a_constant_series_is_expected_to_stay(months: int, value: int) -> None:
    assert baseline([value] * months).mean == pytest.approx(value, rel=1e-6)
