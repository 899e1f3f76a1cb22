from decimal import Decimal, localcontext
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.max_entropy import ARITHMETIC, maximise_entropy

TINY = Decimal("1e-30")


def test_without_pressure_every_point_is_as_likely() -> None:
    with localcontext(ARITHMETIC):
        found = maximise_entropy([[Decimal(-1), Decimal(0), Decimal(1)]], [Decimal(0)])

    assert max(found.probabilities) - min(found.probabilities) < TINY
    assert found.multipliers == (Decimal(0),)


@st.composite
def reachable_problems(draw: st.DrawFn) -> tuple[list[list[Decimal]], list[Decimal], list[Decimal], int]:
    """Features, means that some rising distribution has, that distribution, and how many points rise."""
    rising = draw(st.integers(0, 4))
    steps = draw(st.lists(st.integers(1, 9), min_size=6, max_size=6))
    weights = [sum(steps[: index + 1]) if index < rising else step for index, step in enumerate(steps)]
    witness = [Decimal(weight) / sum(weights) for weight in weights]
    points = [Decimal(value) for value in range(-2, 4)]
    features = [points, [value * value for value in points]]
    return features, [_mean(witness, feature) for feature in features], witness, rising


def _mean(probabilities: list[Decimal], values: list[Decimal]) -> Decimal:
    return sum((p * value for p, value in zip(probabilities, values, strict=True)), Decimal(0))


def _entropy(probabilities: list[Decimal]) -> Decimal:
    return -sum((p * p.ln() for p in probabilities), Decimal(0))


@given(reachable_problems())
def test_the_distribution_meets_its_means_rises_and_has_at_least_the_entropy_of_any_other(
    problem: tuple[list[list[Decimal]], list[Decimal], list[Decimal], int],
) -> None:
    features, means, witness, rising = problem
    with localcontext(ARITHMETIC):
        found = list(maximise_entropy(features, means, rising=rising).probabilities)

        assert abs(sum(found, Decimal(0)) - 1) < TINY
        for feature, mean in zip(features, means, strict=True):
            assert abs(_mean(found, feature) - mean) < TINY
        assert all(lower <= upper + TINY for lower, upper in pairwise(found[:rising]))
        assert _entropy(found) >= _entropy(witness) - Decimal("1e-20")


def test_a_step_that_meets_a_single_block_still_finds_the_distribution() -> None:
    with localcontext(ARITHMETIC):
        points = [Decimal(-1), Decimal(0), Decimal(1)]
        found = maximise_entropy([points, [p * p for p in points]], [Decimal(0), Decimal("0.6")], rising=2)

    for p, expected in zip(found.probabilities, ("0.3", "0.4", "0.3"), strict=True):
        assert abs(p - Decimal(expected)) < TINY


def test_a_far_point_among_many_near_ones_gets_its_weight_although_the_first_step_goes_too_far() -> None:
    with localcontext(ARITHMETIC):
        far = [Decimal(0)] * 100 + [Decimal(100)]
        found = maximise_entropy([far], [Decimal(50)])

    assert abs(found.probabilities[-1] - Decimal("0.5")) < TINY
    assert abs(found.probabilities[0] - Decimal("0.005")) < TINY
