from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicebalie.core.changes import Change, Changes, Direction, Series, find_changes
from servicebalie.core.expectations import Gap, Model, Protection

PROTECTION = Protection(threshold=10, variance=5.0)
SEASON = np.array([0.77, 0.89, 0.97, 0.85, 0.98, 0.96, 0.9, 1.47, 1.53, 1.1, 0.96, 0.62])
"""The immigration from Romania by calendar month, the steepest season that is known here."""


def series(persons: int, earlier: Sequence[int | Gap], *labels: str) -> Series:
    return Series("topic", labels or ("digid",), persons, tuple(earlier))


def only(persons: int, earlier: Sequence[int | Gap]) -> Change:
    (change,) = find_changes([series(persons, earlier)], PROTECTION).series
    return change


def drawn(mean: float, months: int, random: np.random.Generator, first_month: int = 0) -> list[int]:
    """Return published numbers of a stable series with a season, the newest first; 0 where hidden."""
    factors = SEASON[(first_month + np.arange(months)) % 12]
    noise = np.round(random.normal(0, 5**0.5, months)).clip(-9, 9)
    numbers = random.poisson(mean * factors) + noise.astype(int)
    return [int(number) if number >= 10 else 0 for number in numbers[::-1]]


def hidden(numbers: Sequence[int]) -> list[int | Gap]:
    return [number or Gap.HIDDEN for number in numbers]


def signals(changes: Changes) -> list[tuple[str, ...]]:
    return [
        change.labels
        for change in changes.series
        if any(
            one is not None and one.beyond_chance
            for one in (change.previous, change.year_before, change.expected)
        )
    ]


def test_a_number_that_doubles_is_beyond_chance_by_every_yardstick() -> None:
    change = only(104, [50, 53, 47, 52, 49, 51, 48, 55, 50, 46, 52, 51] * 3)
    assert change.expected is not None
    assert change.previous is not None
    assert change.year_before is not None
    assert change.expected.model is Model.SEASONAL
    assert change.expected.direction is Direction.MORE
    assert change.expected.low < 51 < change.expected.high < 104
    assert change.previous.beyond_chance
    assert change.previous.direction is Direction.MORE
    assert (change.previous.value, change.previous.difference) == (50, 54)
    assert (change.year_before.value, change.year_before.beyond_chance) == (51, True)


def test_a_number_that_halves_is_beyond_chance() -> None:
    change = only(90, [200, 205, 190, 198, 202, 207, 195, 201, 199, 204, 196, 203] * 3)
    assert change.expected is not None
    assert change.expected.direction is Direction.FEWER
    assert change.previous is not None
    assert change.previous.direction is Direction.FEWER
    assert change.previous.low < -110 < change.previous.high < 0


def test_the_season_is_not_a_change() -> None:
    """In August twice as many come as in June, as every year."""
    months = [round(200 * SEASON[(7 - lag) % 12]) for lag in range(1, 49)]
    assert signals(find_changes([series(round(200 * SEASON[7]), months)], PROTECTION)) == []
    assert signals(find_changes([series(round(200 * SEASON[6]), months)], PROTECTION)) != []


def test_in_its_first_year_a_desk_gets_differences_and_no_verdicts() -> None:
    change = only(400, [100, 100, 100])
    assert change.expected is None
    assert change.year_before is None
    assert change.previous is not None
    assert (change.previous.difference, change.previous.beyond_chance) == (300, False)
    assert change.previous.low < 300 < change.previous.high


def test_a_first_report_has_nothing_to_compare_with() -> None:
    assert find_changes([series(40, [])], PROTECTION) == Changes(
        0, (Change("topic", ("digid",), 40, None, None, None),)
    )


def test_a_number_that_was_always_hidden_appears_only_when_the_threshold_does_not_explain_it() -> None:
    below = [Gap.HIDDEN] * 24
    new = only(40, below)
    assert new.expected is not None
    assert (new.expected.model, new.expected.value, new.expected.low) == (Model.HIDDEN, 9, 0)
    assert new.expected.direction is Direction.MORE
    assert (new.previous, new.year_before) == (None, None)
    barely = only(14, below).expected
    assert barely is not None
    assert (barely.beyond_chance, barely.direction) == (False, None)


def test_with_one_year_the_same_month_a_year_before_is_the_sharpest_yardstick() -> None:
    """Twice as many as last December are no more than in a mean month, and still a change."""
    random = np.random.default_rng(23)
    numbers = [drawn(mean, 14, random, 10) for mean in np.geomspace(40, 300, 30)]
    others = [series(now, past, str(place)) for place, (now, *past) in enumerate(numbers)]
    (change, *_) = find_changes([series(190, drawn(150, 14, random, 10)[1:]), *others], PROTECTION).series
    assert change.expected is not None
    assert change.year_before is not None
    assert (change.expected.model, change.expected.beyond_chance) == (Model.LEVEL, False)
    assert change.year_before.beyond_chance


def test_more_series_need_more_proof() -> None:
    usual = [50, 53, 47, 52, 49, 51, 48, 55, 50, 46, 52, 51] * 3
    alone = find_changes([series(80, usual)], PROTECTION)
    among = find_changes(
        [series(80, usual), *(series(50, usual, f"topic-{number}") for number in range(400))], PROTECTION
    )
    assert (alone.tests, among.tests) == (3, 3 * 401)
    assert (signals(alone), signals(among)) == ([("digid",)], [])


def test_changes_stay_in_the_order_of_the_series() -> None:
    found = find_changes([series(40, [40] * 12, name) for name in ("b", "a", "c")], PROTECTION)
    assert [change.labels for change in found.series] == [("b",), ("a",), ("c",)]


@given(st.integers(10, 2000), st.integers(0, 60))
def test_a_constant_series_never_gives_a_signal(persons: int, months: int) -> None:
    assert signals(find_changes([series(persons, [persons] * months)], PROTECTION)) == []


@given(st.integers(10, 300), st.lists(st.one_of(st.integers(10, 300), st.sampled_from(Gap)), max_size=60))
def test_every_history_gives_intervals_that_hold_what_they_are_about(
    persons: int, earlier: list[int | Gap]
) -> None:
    change = only(persons, earlier)
    for difference in (change.previous, change.year_before):
        if difference is not None:
            assert difference.difference == persons - difference.value
            assert difference.low < difference.difference < difference.high
    if change.expected is not None:
        assert 0 <= change.expected.low <= change.expected.value <= change.expected.high < 100_000


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(15, 200))
def test_what_is_beyond_chance_stays_so_further_up(seed: int, mean: int) -> None:
    earlier = hidden(drawn(mean, 36, np.random.default_rng(seed)))
    verdicts = [
        expected.direction is Direction.MORE
        for persons in range(mean, 4 * mean, max(1, mean // 5))
        if (expected := only(persons, earlier).expected) is not None
    ]
    assert verdicts == sorted(verdicts)


@pytest.mark.parametrize("months", [13, 24, 60])
def test_stable_seasonal_desks_get_a_false_signal_in_at_most_five_of_a_hundred_reports(months: int) -> None:
    """80 reports of 30 series; with a true rate of 5%, more than 8 would be seen twice in 100 times."""
    random = np.random.default_rng(months)
    means = np.geomspace(8, 400, 30)
    false = 0
    for report in range(80):
        numbers = [drawn(mean, months + 1, random, first_month=report) for mean in means]
        shown = [
            series(now, hidden(earlier), str(place)) for place, (now, *earlier) in enumerate(numbers) if now
        ]
        false += bool(signals(find_changes(shown, PROTECTION)))
    assert false <= 8


def test_a_doubling_of_a_middling_topic_is_mostly_found_after_three_years() -> None:
    random = np.random.default_rng(5)
    found = 0
    for report in range(30):
        others = [drawn(mean, 37, random, report) for mean in np.geomspace(15, 300, 20)]
        doubled = random.poisson(2 * 50 * SEASON[(report + 36) % 12])
        topic = series(int(doubled), hidden(drawn(50, 37, random, report)[1:]))
        rest = [series(now, hidden(past), str(place)) for place, (now, *past) in enumerate(others) if now]
        found += ("digid",) in signals(find_changes([topic, *rest], PROTECTION))
    assert found >= 20
