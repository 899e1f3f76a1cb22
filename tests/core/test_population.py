"""The people of the demonstration are drawn from weights, and everything shipped about them is in order."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.population import Mix, parse_population
from servicebalie.core.vocabulary import Destination, Group, Outcome, ReturnReason
from tests.core.demo_world import codes, numbers, shipped_population, text

WEIGHTS = st.dictionaries(st.integers(), st.floats(0.01, 100), min_size=1, max_size=8)
UNIFORM = st.floats(0, 1, exclude_max=True)


@given(WEIGHTS, UNIFORM)
def test_a_mix_gives_one_of_its_values(weights: dict[int, float], number: float) -> None:
    assert Mix.of(weights.items()).pick(lambda: number) in weights


@given(WEIGHTS, UNIFORM)
def test_what_has_no_weight_is_never_picked(weights: dict[int, float], number: float) -> None:
    mix: Mix[int | str] = Mix.of([("never", 0.0), *weights.items(), ("never", 0.0)])
    assert mix.pick(lambda: number) != "never"


def test_values_are_picked_in_proportion_to_their_weights() -> None:
    mix = Mix.of([("often", 3.0), ("seldom", 1.0)])
    counted = Counter(mix.pick(lambda position=position: position / 1000) for position in range(1000))
    assert counted == {"often": 750, "seldom": 250}


def test_the_seasons_are_the_measured_ones_and_average_to_one() -> None:
    population = shipped_population()
    for language in ("pl", "ro", "bg", "en"):
        year = [population.season(language, month) for month in range(1, 13)]
        assert sum(year) / 12 == pytest.approx(1)
        assert max(year) == year[8], "September is the busiest month"
    assert population.season("ro", 9) == pytest.approx(1.528, abs=0.005)


def test_a_shock_multiplies_one_group_and_passes() -> None:
    shock = shipped_population().shock
    factors = [shock.factor(Group.DISPLACED_UKRAINE, month) for month in range(14)]
    assert factors[shock.first_month - 1] == 1
    assert factors[shock.first_month] == max(factors) > 3
    assert factors[-1] == 1
    assert {shock.factor(Group.STATUS_HOLDER, month) for month in range(14)} == {1}


def test_everything_that_is_shipped_speaks_in_known_codes() -> None:
    population = shipped_population()
    topics, languages = codes("topics.csv", 0), codes("languages.csv", 3)
    for newcomers in population.groups.values():
        assert set(newcomers.topics) <= topics
        assert set(newcomers.languages) <= languages
    assert {place.municipality for place in population.places} <= codes("municipalities_2026.csv", 0)
    assert set(population.courses) | set(population.rising) <= topics
    assert {topic for topic, _ in population.phrases} <= topics
    assert {language for _, language in population.phrases} <= languages


def test_every_place_has_groups_that_are_described() -> None:
    population = shipped_population()
    assert len(population.places) == 14
    for place in population.places:
        assert set(place.groups) <= set(population.groups)
        asked = {topic for group in place.groups for topic in population.groups[group].topics}
        assert set(place.emphasis) <= asked


def test_every_channel_that_people_use_has_its_times() -> None:
    population = shipped_population()
    used = {channel for newcomers in population.groups.values() for channel in newcomers.channels.values}
    assert used == set(population.channels)


def test_no_question_that_went_on_ends_as_answered_on_the_spot() -> None:
    population = shipped_population()
    for course in (population.default_course, *population.courses.values()):
        assert Outcome.ANSWERED_AT_DESK not in course.outcomes.values


def test_a_topic_without_a_course_of_its_own_has_the_usual_one() -> None:
    population = shipped_population()
    assert population.course("bsn") is population.default_course
    assert population.course("finding-a-home") is not population.default_course


def test_every_kind_of_partner_but_the_desk_has_its_habits() -> None:
    population = shipped_population()
    assert set(population.partners) == set(Destination) - {Destination.DESK}
    for habits in population.partners.values():
        assert all(
            0 < share < 1 for share in (habits.accepts, habits.asks_back, habits.silent, habits.returns)
        )
    assert {reason for habits in population.partners.values() for reason in habits.reasons.values} == set(
        ReturnReason
    )


def test_an_unknown_code_is_refused() -> None:
    wrong = text("demo/population.toml").replace("[groups.status-holder]", "[groups.tourist]")
    with pytest.raises(ValueError, match="tourist"):
        parse_population(wrong, text("derived_seasonal_index.csv"), "")


@given(st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_numbers(seed: int) -> None:
    first, second = numbers(seed), numbers(seed)
    assert [first() for _ in range(5)] == [second() for _ in range(5)]
