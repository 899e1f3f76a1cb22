import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.ptable import (
    SCALE,
    InfeasibleRow,
    InvalidTableParameters,
    PTable,
    Row,
    half_width,
    symmetric_table,
)

REFERENCE = Path(__file__).parent / "reference_ptables"
DEFAULT_PROFILE = symmetric_table(9, Decimal(5))
KNOWN_HALF = (
    ".1783835 .16141388 .1195913 .07254889 .03603582 .01465583 .00488045 .00133069 .00029709 .0000543"
)


@st.composite
def noise_sizes(draw: st.DrawFn) -> tuple[int, Decimal]:
    """A distance, and a variance that a truncated Gaussian of that distance can have."""
    distance = draw(st.integers(1, 12))
    most = Decimal(distance * (distance + 1)) / 3
    return distance, draw(st.decimals(Decimal("0.05"), most, places=2).filter(lambda v: v <= most))


@pytest.mark.parametrize(("distance", "variance", "count"), [(9, 5, 9), (4, 2, 4)])
def test_symmetric_row_agrees_with_the_reference(distance: int, variance: int, count: int) -> None:
    built = symmetric_table(distance, Decimal(variance)).rows[0].probabilities()

    with (REFERENCE / f"sym_lastrow_D{distance}_V{variance}.csv").open(newline="") as file:
        reference = {int(line["v"]): float(line["p"]) for line in csv.DictReader(file)}
    assert built.keys() == reference.keys()
    for deviation, probability in reference.items():
        assert float(built[deviation]) == pytest.approx(probability, abs=1e-6)


def test_default_noise_has_the_known_probabilities() -> None:
    built = DEFAULT_PROFILE.rows[0].probabilities()

    for deviation, known in enumerate(map(float, KNOWN_HALF.split())):
        assert float(built[deviation]) == pytest.approx(known, abs=1e-8)


@given(noise_sizes())
def test_symmetric_noise_is_exactly_unbiased_and_has_its_variance(size: tuple[int, Decimal]) -> None:
    distance, variance = size
    row = symmetric_table(distance, variance).rows[0]
    drawn = row.probabilities()

    assert row.deviations == tuple(range(-distance, distance + 1))
    assert sum(drawn.values()) == 1
    assert all(drawn[value] == drawn[-value] for value in drawn)
    assert sum(value * p for value, p in drawn.items()) == 0
    assert float(sum(value**2 * p for value, p in drawn.items())) == pytest.approx(float(variance), abs=1e-9)


def test_the_handbook_example_turns_three_into_four() -> None:
    row = Row.from_probabilities((-1, 0, 1), (Decimal("0.3"), Decimal("0.4"), Decimal("0.3")))
    key = (Fraction(9, 10) + Fraction(3, 10) + Fraction(6, 10)) % 1

    assert 3 + row.deviation(int(key * SCALE)) == 4


@given(st.integers(0, SCALE - 1))
def test_lookup_gives_the_first_deviation_whose_threshold_exceeds_the_number(u: int) -> None:
    row = DEFAULT_PROFILE.rows[0]

    expected = next(v for v, t in zip(row.deviations, row.thresholds, strict=True) if u < t)

    assert row.deviation(u) == expected


def test_the_ends_of_the_range_give_the_ends_of_the_row() -> None:
    assert DEFAULT_PROFILE.deviation(1, 0) == -9
    assert DEFAULT_PROFILE.deviation(1, SCALE - 1) == 9


def test_a_number_equal_to_a_threshold_belongs_to_the_next_deviation() -> None:
    row = DEFAULT_PROFILE.rows[0]

    assert row.deviation(row.thresholds[0] - 1) == -9
    assert row.deviation(row.thresholds[0]) == -8


def test_high_counts_share_the_last_row() -> None:
    table = PTable((Row((0,), (SCALE,)), Row((7,), (SCALE,))))

    assert [table.deviation(count, 0) for count in (0, 1, 2, 10**6)] == [0, 7, 7, 7]


@pytest.mark.parametrize(
    ("distance", "variance", "parameter"),
    [(0, "1", "distance"), (3, "0", "variance"), (3, "-1", "variance"), (3, "NaN", "variance")],
)
def test_noise_without_size_is_refused(distance: int, variance: str, parameter: str) -> None:
    with pytest.raises(InvalidTableParameters) as refusal:
        symmetric_table(distance, Decimal(variance))

    assert refusal.value.params == {"parameter": parameter}


def test_noise_wider_than_uniform_is_refused_with_the_limit() -> None:
    with pytest.raises(InfeasibleRow) as refusal:
        symmetric_table(4, Decimal("6.67"))

    assert refusal.value.params == {"row": 0, "reason": "variance-above-most", "limit": "20/3"}


def test_half_width_is_the_least_that_covers_enough_of_every_distribution() -> None:
    narrow = {0: Fraction(9, 10), 5: Fraction(1, 10)}
    wide = {-2: Fraction(1, 2), 2: Fraction(1, 2)}

    assert half_width([narrow], Fraction(9, 10)) == 0
    assert half_width([narrow, wide], Fraction(9, 10)) == 2
    assert half_width([narrow], Fraction(91, 100)) == 5
