import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t

from servicebalie.core.expectations import Baseline, Gap, Model, Protection, fit_baseline
from servicebalie.core.yardsticks import (
    DeskSpread,
    Spread,
    chance,
    compare_with_earlier,
    compare_with_expectation,
    desk_spread,
    own_spread,
    yearly_spread,
)

ALIKE = DeskSpread()
BY_CHANCE = Spread(5.0, ALIKE)
LEVEL = fit_baseline([50, 47, 55, 49, 52, 46, 51, 53, 44, 56, 50, 47], Protection(10, 5.0))


def baselines(
    variation: float, *, months: int = 60, means: tuple[float, ...] = (20, 60, 150, 400)
) -> list[Baseline]:
    """Return fits of 80 series that vary so much beyond chance."""
    random = np.random.default_rng(11)
    found = []
    for mean in means * 20:
        rates = np.full(months, mean)
        if variation:
            rates = rates * random.gamma(variation**-2, variation**2, months)
        numbers = random.poisson(rates) + np.round(random.normal(0, 5**0.5, months)).astype(int)
        found.append(fit_baseline([int(number) for number in numbers], Protection(1, 5.0)))
    return [one for one in found if one is not None]


@pytest.mark.parametrize("score", [0.3, 1.0, 2.5, 5.0, -4.0])
@pytest.mark.parametrize("freedom", [5, 11, 47])
def test_a_score_with_an_estimated_variance_is_as_rare_as_students_t(score: float, freedom: int) -> None:
    spread = Spread(5.0, DeskSpread(certainty=4.0), freedom=freedom - 4)
    exact = norm.isf(t.sf(abs(score), freedom))
    assert abs(spread.normal_score(score)) == pytest.approx(exact, rel=0.01)
    assert math.copysign(1, spread.normal_score(score)) == math.copysign(1, score)
    assert spread.width == pytest.approx(t.isf(0.025, freedom), rel=0.01)


def test_where_series_do_not_differ_the_variance_is_that_of_the_desk() -> None:
    spread = Spread(5.0, DeskSpread(extra=0.01), own=7.0, freedom=11)
    assert spread.phi(100) == pytest.approx(1 + 0.01 * 100**2 / 105)
    assert spread.normal_score(3.3) == 3.3
    assert spread.width == pytest.approx(1.959964)


def test_where_series_differ_the_own_variance_counts_by_its_degrees_of_freedom() -> None:
    spread = Spread(5.0, DeskSpread(certainty=10), own=4.0, freedom=20)
    assert spread.phi(100) == pytest.approx((10 * 1 + 20 * 4) / 30)
    assert Spread(5.0, DeskSpread(certainty=10), own=0.2, freedom=20).phi(100) == 1.0


def test_counting_and_noise_alone_need_no_extra_variance() -> None:
    assert desk_spread(baselines(0.0), Model.SEASONAL).extra < 0.002
    assert desk_spread([], Model.SEASONAL) == DeskSpread()
    assert desk_spread(baselines(0.0), Model.LEVEL) == DeskSpread()


def test_the_extra_variance_of_a_desk_is_found() -> None:
    found = desk_spread(baselines(0.2), Model.SEASONAL)
    assert math.sqrt(found.extra) == pytest.approx(0.2, abs=0.03)


def test_series_that_differ_in_variance_make_the_desk_less_certain() -> None:
    mixed = [*baselines(0.0), *baselines(0.4)]
    assert (
        desk_spread(mixed, Model.SEASONAL).certainty
        < 10
        < desk_spread(baselines(0.2), Model.SEASONAL).certainty
    )


def histories(variation: float, *, series: int = 200) -> list[list[int]]:
    """Return histories of thirteen months, of which only the first and the last are a year apart."""
    random = np.random.default_rng(17)
    rates = [
        mean * (random.gamma(variation**-2, variation**2, 13) if variation else 1) for mean in [80.0] * series
    ]
    noise = [np.round(random.normal(0, 5**0.5, 13)).astype(int) for _ in rates]
    return [
        [int(number) for number in random.poisson(np.full(13, rate)) + drawn]
        for rate, drawn in zip(rates, noise, strict=True)
    ]


def test_between_the_same_months_of_two_years_the_desk_varies_at_least_as_much_as_it_did() -> None:
    quiet, restless = yearly_spread(histories(0.0), 5.0), yearly_spread(histories(0.2), 5.0)
    assert quiet is not None
    assert restless is not None
    assert quiet.desk.certainty == 200
    assert quiet.desk.extra < 0.1**2
    assert 0.2 < math.sqrt(restless.desk.extra) < 0.26


def test_a_few_pairs_of_months_tell_nothing_and_hidden_months_make_no_pair() -> None:
    assert yearly_spread(histories(0.0, series=9), 5.0) is None
    assert yearly_spread([[*history[:12], Gap.HIDDEN] for history in histories(0.0)], 5.0) is None
    assert yearly_spread([], 5.0) is None


def test_a_series_without_a_fit_varies_as_the_desk_does() -> None:
    desk = DeskSpread(0.01, 20.0)
    assert own_spread(None, 5.0, desk) == Spread(5.0, desk)
    assert own_spread(Baseline(Model.HIDDEN, 9.0), 5.0, desk) == Spread(5.0, desk)
    assert own_spread(LEVEL, 5.0, desk).freedom == 11


def test_a_difference_has_the_counting_and_the_noise_of_both_months() -> None:
    found = compare_with_earlier(100, 60, BY_CHANCE, LEVEL, months=12)
    width = 1.96 * math.sqrt(105 + 65)
    assert (found.value, found.low, found.high) == (60, math.floor(40 - width), math.ceil(40 + width))
    assert found.score == pytest.approx(40 / math.sqrt(2 * 85))


def test_a_difference_that_the_season_explains_is_not_beyond_chance() -> None:
    season = Baseline(Model.SEASONAL, 100.0, ratio=2.0)
    falls = Baseline(Model.SEASONAL, 100.0, ratio=0.5)
    flat = Baseline(Model.SEASONAL, 100.0, ratio=1.0)
    assert compare_with_earlier(200, 100, BY_CHANCE, season, months=1).score == 0.0
    assert compare_with_earlier(150, 100, BY_CHANCE, season, months=1).score == 0.0
    assert compare_with_earlier(200, 100, BY_CHANCE, season, months=12).score == pytest.approx(100 / 310**0.5)
    expected_fall = compare_with_earlier(200, 100, BY_CHANCE, falls, months=1).score
    assert expected_fall == compare_with_earlier(200, 100, BY_CHANCE, flat, months=1).score


def test_an_uncertain_season_explains_more() -> None:
    sure = Baseline(Model.SEASONAL, 100.0, ratio=1.1)
    unsure = Baseline(Model.SEASONAL, 100.0, ratio=1.1, ratio_uncertainty=0.05)
    scores = [compare_with_earlier(200, 100, BY_CHANCE, one, months=1).score for one in (sure, unsure)]
    assert scores[0] is not None
    assert scores[1] is not None
    assert 0 < scores[1] < scores[0]


@pytest.mark.parametrize("baseline", [None, Baseline(Model.HIDDEN, 9.0), Baseline(Model.SEASONAL, 50.0)])
def test_where_the_season_is_not_known_a_difference_is_shown_and_not_judged(
    baseline: Baseline | None,
) -> None:
    found = compare_with_earlier(200, 100, BY_CHANCE, baseline, months=1)
    assert (found.value, found.score) == (100, None)
    assert found.low < 100 < found.high


def test_an_expectation_holds_95_of_100_numbers() -> None:
    found = compare_with_expectation(50, Baseline(Model.LEVEL, 50.0), BY_CHANCE)
    random = np.random.default_rng(3)
    drawn = random.poisson(50, 20_000) + np.round(random.normal(0, 5**0.5, 20_000))
    inside = np.mean((drawn >= found.low) & (drawn <= found.high))
    assert 0.95 <= inside < 0.97
    assert found.score == pytest.approx(0, abs=1e-9)


def test_an_uncertain_expectation_is_wider() -> None:
    sure = compare_with_expectation(70, Baseline(Model.LEVEL, 50.0), BY_CHANCE)
    unsure = compare_with_expectation(70, Baseline(Model.LEVEL, 50.0, 0.04), BY_CHANCE)
    assert unsure.low < sure.low < sure.high < unsure.high
    assert 0 < (unsure.score or 0) < (sure.score or 0)


def test_below_the_highest_mean_of_a_hidden_series_there_is_nothing_to_tell() -> None:
    hidden = Baseline(Model.HIDDEN, 9.0)
    assert compare_with_expectation(5, hidden, BY_CHANCE).score == 0.0
    newly = compare_with_expectation(40, hidden, BY_CHANCE)
    assert (newly.value, newly.low) == (9, 0)
    assert (newly.score or 0) > 4


@given(st.integers(10, 400), st.floats(5, 400), st.floats(0, 0.2))
def test_more_persons_are_always_further_up(persons: int, mean: float, uncertainty: float) -> None:
    baseline = Baseline(Model.SEASONAL, mean, uncertainty, ratio=1.2)
    now, more = (compare_with_expectation(n, baseline, BY_CHANCE).score or 0 for n in (persons, persons + 1))
    assert more > now
    then, later = (
        compare_with_earlier(n, 50, BY_CHANCE, baseline, months=12).score or 0 for n in (persons, persons + 1)
    )
    assert later > then


@given(st.floats(-8, 8))
def test_the_chance_of_a_score_is_that_of_a_normal_variable(score: float) -> None:
    assert chance(score) == pytest.approx(2 * norm.sf(abs(score)))
