"""What readers are told of the method agrees with the tables of noise and the catalogue."""

from decimal import Decimal
from fractions import Fraction

import pytest

from servicebalie.core.method_facts import ledger, noise_facts
from servicebalie.core.periods import PeriodKind
from servicebalie.services.publishing_rules import PROFILES, shipped_catalogue, shipped_profile

ALL = sorted(PROFILES.values())


@pytest.mark.parametrize("name", ALL)
def test_the_chances_of_all_distances_add_up_to_one(name: str) -> None:
    facts = noise_facts(shipped_profile(name))
    assert sum(facts.chances.values()) + facts.further == 1


@pytest.mark.parametrize("name", ALL)
def test_in_95_of_100_cases_a_number_is_within_its_margin(name: str) -> None:
    facts = noise_facts(shipped_profile(name))
    assert 0 < facts.further <= Fraction(5, 100)
    assert list(facts.chances) == list(range(facts.persons_margin + 1))


def test_the_margin_is_no_wider_than_it_must_be() -> None:
    facts = noise_facts(shipped_profile("default-1"))
    assert facts.further + facts.chances[facts.persons_margin] > Fraction(5, 100)


def test_a_distance_counts_both_directions() -> None:
    facts = noise_facts(shipped_profile("default-1"))
    assert float(facts.chances[0]) == pytest.approx(0.1783835, abs=1e-7)
    assert float(facts.chances[1]) == pytest.approx(2 * 0.16141388, abs=1e-7)


@pytest.mark.parametrize(("name", "hidden"), [("default-1", 18), ("detailed-1", 8), ("census-1", 14)])
def test_a_true_number_can_be_hidden_as_far_above_the_threshold_as_the_noise_goes(
    name: str, hidden: int
) -> None:
    assert noise_facts(shipped_profile(name)).highest_hidden == hidden


def test_the_ledger_divides_the_cells_of_one_person_by_twice_the_variance() -> None:
    lines = ledger(shipped_catalogue(), shipped_profile("default-1"))
    assert [(line.kind, line.cells, line.rho) for line in lines] == [
        (PeriodKind.MONTH, 25, Decimal("2.5")),
        (PeriodKind.QUARTER, 23, Decimal("2.3")),
        (PeriodKind.YEAR, 25, Decimal("2.5")),
    ]
    assert [line.tables for line in lines] == [17, 18, 20]


def test_less_noise_costs_more_in_the_ledger() -> None:
    default, detailed = (
        sum(line.rho for line in ledger(shipped_catalogue(), shipped_profile(name)))
        for name in ("default-1", "detailed-1")
    )
    assert detailed == default * Decimal("2.5")
