"""The attackers know the truth about what they attack."""

import numpy as np
import opendp.prelude as dp
import pytest

from servicebalie.core.cell_keys import DRAWS, NUMBERS, Measure, move
from tests.attacks.a01_programming import given_bounds, pass_along
from tests.attacks.a02_posterior import hidden_ranges
from tests.attacks.a03_differencing import exact_accuracy
from tests.attacks.a06_averaging import repeated_looks
from tests.attacks.a08_everyone_else import accuracy_in_cells
from tests.attacks.measure import SEED, Battlefield
from tests.attacks.mechanisms import HIDDEN, DiscreteGaussian, Mechanism, all_mechanisms, ours
from tests.attacks.noise import given_number


@pytest.mark.parametrize("mechanism", all_mechanisms(), ids=lambda each: each.name)
def test_the_chances_of_all_outputs_add_up_to_one(mechanism: Mechanism) -> None:
    for count in (0, 1, 2, 3, 9, 10, 11, 40):
        assert sum(mechanism.chances(count).values()) == pytest.approx(1)


@pytest.mark.parametrize("mechanism", all_mechanisms(), ids=lambda each: each.name)
def test_what_is_published_is_possible_for_the_true_number(mechanism: Mechanism, field: Battlefield) -> None:
    year = field.world.year
    published = mechanism.publish(year, SEED)
    for truth, output in {*zip(year.persons.tolist(), published.tolist(), strict=True)}:
        # Rules may hide any cell; a number always comes from the noise.
        assert output == HIDDEN or output in mechanism.chances(truth)


def test_the_noise_that_is_published_has_the_law_that_the_attackers_use(field: Battlefield) -> None:
    year = field.world.year
    deviations = np.concatenate(
        [
            (published - year.persons)[(year.persons >= 40) & (published != HIDDEN)]
            for published in (ours().publish(year, seed) for seed in range(20))
        ]
    )
    assert len(deviations) > 2000
    assert np.mean(deviations) == pytest.approx(0, abs=0.2)
    assert np.var(deviations) == pytest.approx(5, rel=0.15)


def test_our_counts_are_those_of_the_real_tabulation(field: Battlefield) -> None:
    year = field.world.year
    counted = 0
    for period, tables in year.raw_tables.items():
        for table in tables:
            for values, cell in table.cells.items():
                position = year.position[period, table.definition.name, values]
                assert (cell.persons, cell.extra_questions) == (
                    year.persons[position],
                    year.extra_questions[position],
                )
                counted += 1
    assert counted == np.count_nonzero(year.persons)


def test_every_relation_that_the_attackers_use_is_true(field: Battlefield) -> None:
    assert field.relations.matrix.shape[0] > len(field.world.year.cells)
    assert (field.relations.matrix @ field.world.year.persons).max() <= 0


@pytest.mark.parametrize("mechanism", all_mechanisms(), ids=lambda each: each.name)
def test_the_true_numbers_lie_in_the_ranges_that_the_attackers_start_from(
    mechanism: Mechanism, field: Battlefield
) -> None:
    year = field.world.year
    published = mechanism.publish(year, SEED)
    low, high = given_bounds(mechanism, published, hidden_ranges(mechanism, year, published))
    assert (low <= year.persons).all()
    assert (year.persons <= high).all()
    passed_on = pass_along(field.relations, low, high)
    assert (passed_on[0] <= year.persons).all()
    assert (year.persons <= passed_on[1]).all()


def test_the_law_of_two_looks_at_the_same_people_is_that_of_the_code() -> None:
    row = ours().noise.row(0)
    table = ours().profile.table
    random = np.random.default_rng(5)
    numbers = random.integers(0, NUMBERS, 40_000, dtype=np.uint64).tolist()
    steps = random.integers(0, NUMBERS, (40_000, 2), dtype=np.uint64).tolist()
    looks = np.array(
        [
            [table.deviation(50, move(number, step)) for step in pair]
            for number, pair in zip(numbers, steps, strict=True)
        ]
    )
    drawn = np.zeros((len(row), len(row)))
    np.add.at(drawn, (looks[:, 0] + 9, looks[:, 1] + 9), 1 / len(looks))
    assert np.abs(drawn - ours().noise.joint(50)).max() < 0.006
    assert given_number(row).mean(axis=0) == pytest.approx(row, abs=1e-9)


def test_the_discrete_gaussian_is_that_of_opendp() -> None:
    dp.enable_features("contrib")
    space = dp.atom_domain(T=int), dp.absolute_distance(T=int)
    measurement = dp.m.make_gaussian(*space, scale=5**0.5)
    drawn = np.array([measurement(0) for _ in range(20_000)])
    chances = DiscreteGaussian().noise.row(0)
    for deviation in range(-6, 7):
        # Six standard deviations: it fails once in hundreds of millions of runs.
        expected = chances[deviation + 15]
        allowed = 6 * (expected * (1 - expected) / len(drawn)) ** 0.5
        assert np.mean(drawn == deviation) == pytest.approx(expected, abs=allowed)


def test_more_looks_at_the_same_people_never_make_a_number_exact() -> None:
    row = ours().noise.row(0)
    alone, nine = repeated_looks(row, 1, 200, 1), repeated_looks(row, 9, 200, 1)
    assert alone == pytest.approx(1)
    assert nine > 1 / 3


def test_the_accuracy_over_cells_is_that_of_theory() -> None:
    # Phi(sqrt(K / V) / 2) with K = 12 and V = 5.
    assert accuracy_in_cells(ours(), 12, 100_000, 1) == pytest.approx(0.7807, abs=0.01)


def test_a_difference_of_exact_numbers_is_always_right() -> None:
    assert exact_accuracy(all_mechanisms()[0], range(100, 110)) == 1


def test_questions_get_the_draws_that_the_attackers_count_on() -> None:
    assert DRAWS[Measure.QUESTIONS] == 4
