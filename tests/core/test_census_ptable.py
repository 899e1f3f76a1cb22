import csv
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.census_ptable import CensusParameters, census_table
from servicebalie.core.ptable import InfeasibleRow, InvalidTableParameters, Row

REFERENCE = Path(__file__).parent / "reference_ptables"
KNOWN = {
    "ptable_D2_V1.csv": CensusParameters(2, Decimal(1)),
    "ptable_D2_V0.9.csv": CensusParameters(2, Decimal("0.9")),
    "ptable_D3_V1.csv": CensusParameters(3, Decimal(1)),
    "ptable_D5_V3_js2.csv": CensusParameters(5, Decimal(3), blocked=2),
    "ptable_D2_V1.05_js1_monoTTFT_pt_ex_cnts.csv": CensusParameters(
        2, Decimal("1.05"), blocked=1, rising=(True, True, False, True)
    ),
}


def _moment(row: Row, power: int) -> float:
    return float(sum(value**power * p for value, p in row.probabilities().items()))


@pytest.mark.parametrize("name", KNOWN)
def test_census_table_agrees_with_the_reference(name: str) -> None:
    reference: dict[int, dict[int, float]] = defaultdict(dict)
    with (REFERENCE / name).open(newline="") as file:
        for line in csv.DictReader(file):
            reference[int(line["i"])][int(line["v"])] = float(line["p"])

    built = census_table(KNOWN[name])

    assert len(built.rows) == len(reference)
    for count, expected in reference.items():
        probabilities = built.rows[count].probabilities()
        assert probabilities.keys() == expected.keys()
        for deviation, probability in expected.items():
            assert float(probabilities[deviation]) == pytest.approx(probability, abs=1e-6)


def _least_variance(blocked: int) -> int:
    return (blocked + 1) ** 2 // 4


@st.composite
def shapes(draw: st.DrawFn) -> tuple[int, int]:
    """A distance and a number of blocked counts that leave some variance between the extremes."""
    distance = draw(st.integers(1, 6))
    blocked = draw(st.integers(0, distance - 1).filter(lambda js: _least_variance(js) <= distance))
    return distance, blocked


def _meets_shape(row: Row, count: int, distance: int, blocked: int) -> bool:
    targets = [count + deviation for deviation in row.deviations]
    return all(
        target >= 0 and not 0 < target <= blocked and abs(target - count) <= distance for target in targets
    )


@given(shapes(), st.fractions(0, 1, max_denominator=16))
def test_every_variance_between_the_extremes_is_met_exactly(shape: tuple[int, int], share: Fraction) -> None:
    distance, blocked = shape
    least = Fraction(_least_variance(blocked) or "1/64")
    exact = least + (distance - least) * share
    variance = Decimal(exact.numerator) / exact.denominator
    parameters = CensusParameters(distance, variance, blocked, rising=(False,), exact=(True,))

    table = census_table(parameters)

    for count, row in enumerate(table.rows[1:], start=1):
        assert _meets_shape(row, count, distance, blocked)
        assert _moment(row, 1) == pytest.approx(0, abs=1e-9)
        assert _moment(row, 2) == pytest.approx(float(variance), abs=1e-9)


@given(shapes(), st.integers(0, 40))
def test_variance_as_a_bound_is_kept_and_probabilities_rise_to_the_true_count(
    shape: tuple[int, int], quarters: int
) -> None:
    distance, blocked = shape
    variance = max(Decimal(_least_variance(blocked)), Decimal("0.1")) + Decimal(quarters) / 4

    table = census_table(CensusParameters(distance, variance, blocked))

    for count, row in enumerate(table.rows[1:], start=1):
        left = [p for deviation, p in row.probabilities().items() if deviation <= 0]
        assert _meets_shape(row, count, distance, blocked)
        assert _moment(row, 1) == pytest.approx(0, abs=1e-9)
        assert _moment(row, 2) <= float(variance) + 1e-9
        assert all(lower <= upper + 1e-15 for lower, upper in pairwise(left))


def test_a_bound_that_does_not_bind_leaves_the_row_of_greatest_entropy() -> None:
    table = census_table(CensusParameters(2, Decimal(9), rising=(False,)))

    assert {round(float(p), 9) for p in table.rows[2].probabilities().values()} == {0.2}


def test_a_variance_just_under_the_freest_still_binds_nothing() -> None:
    free = census_table(CensusParameters(3, Decimal("4.5"), rising=(False,)))

    assert _moment(free.rows[3], 2) == pytest.approx(4)


def test_a_count_stays_as_it_is_with_the_probability_asked_for() -> None:
    stay = (None, Decimal("0.25"), Decimal("0.5"))
    table = census_table(CensusParameters(4, Decimal(2), stay=stay, rising=(False,), exact=(True,)))

    assert float(table.rows[2].probabilities()[0]) == pytest.approx(0.25)
    for row in table.rows[3:]:
        assert float(row.probabilities()[0]) == pytest.approx(0.5)
        assert _moment(row, 1) == pytest.approx(0, abs=1e-9)
        assert _moment(row, 2) == pytest.approx(2)


def test_a_blocked_count_cannot_stay() -> None:
    table = census_table(CensusParameters(5, Decimal(3), 1, stay=(Decimal("0.2"),), rising=(False,)))

    assert 0 not in table.rows[1].deviations
    assert float(table.rows[2].probabilities()[0]) == pytest.approx(0.2)


def test_a_row_with_one_way_to_meet_its_conditions_takes_it_whatever_the_bound() -> None:
    table = census_table(CensusParameters(1, Decimal(2), blocked=1))

    assert table.rows[1].probabilities() == {-1: Fraction(1, 2), 1: Fraction(1, 2)}


def test_zero_stays_zero() -> None:
    assert census_table(CensusParameters(5, Decimal(3), blocked=2)).rows[0].deviations == (0,)


@pytest.mark.parametrize(
    ("parameters", "params"),
    [
        (
            CensusParameters(5, Decimal("1.99"), blocked=2),
            {"row": 1, "reason": "variance-below-least", "limit": "2.000000"},
        ),
        (
            CensusParameters(3, Decimal("3.01"), rising=(False,), exact=(True,)),
            {"row": 1, "reason": "variance-above-most", "limit": "3.000000"},
        ),
        (
            CensusParameters(4, Decimal(2), stay=(Decimal("0.1"),)),
            {"row": 1, "reason": "no-unbiased-row"},
        ),
        (CensusParameters(2, Decimal(9), blocked=3), {"row": 1, "reason": "no-unbiased-row"}),
    ],
)
def test_conditions_that_exclude_each_other_are_refused_with_the_reason(
    parameters: CensusParameters, params: dict[str, object]
) -> None:
    with pytest.raises(InfeasibleRow) as refusal:
        census_table(parameters)

    assert refusal.value.params == params


@pytest.mark.parametrize(
    ("parameters", "parameter"),
    [
        (CensusParameters(0, Decimal(1)), "distance"),
        (CensusParameters(2, Decimal(0)), "variance"),
        (CensusParameters(2, Decimal("Infinity")), "variance"),
        (CensusParameters(2, Decimal(1), blocked=-1), "blocked"),
        (CensusParameters(2, Decimal(1), stay=(Decimal(1),)), "stay"),
        (CensusParameters(2, Decimal(1), stay=()), "stay"),
        (CensusParameters(2, Decimal(1), rising=()), "rising"),
        (CensusParameters(2, Decimal(1), exact=()), "exact"),
    ],
)
def test_parameters_without_meaning_are_refused_by_name(parameters: CensusParameters, parameter: str) -> None:
    with pytest.raises(InvalidTableParameters) as refusal:
        census_table(parameters)

    assert refusal.value.params == {"parameter": parameter}
