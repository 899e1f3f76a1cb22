"""What stands in for a number that is too small: published numbers, the nearest first."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.catalogue import BROADER, Dimension, Values
from servicebalie.core.disclosure import Estimate, SafeCell
from servicebalie.core.granularity import (
    OLDEST_IN_MONTHS,
    Nearest,
    PublishedPeriod,
    PublishedTable,
    Surroundings,
    is_thin,
    longer_periods,
    share_of_report,
    share_of_table,
)
from servicebalie.core.periods import Month, Period, PeriodKind, Quarter, Year, parse_period

LEVELS: Mapping[Dimension, Mapping[str, str]] = {
    Dimension.TOPIC: {"bsn": "registration", "permit": "residence"},
    Dimension.LANGUAGE: {"pl": "slavic"},
    Dimension.MUNICIPALITY: {"GM0772": "CR36"},
    Dimension.COROP: {"CR36": "PV30"},
}

periods = st.one_of(
    st.builds(Month, st.integers(2020, 2030), st.integers(1, 12)),
    st.builds(Quarter, st.integers(2020, 2030), st.integers(1, 4)),
    st.builds(Year, st.integers(2020, 2030)),
)


def cell(persons: int) -> SafeCell:
    """Return published numbers."""
    return SafeCell(Estimate(persons, persons - 4, persons + 4), Estimate(2 * persons, persons, 3 * persons))


def table(name: str, dimensions: Iterable[Dimension], numbers: Mapping[Values, int]) -> PublishedTable:
    """Return a table with these numbers of persons."""
    return PublishedTable(name, tuple(dimensions), {values: cell(n) for values, n in numbers.items()})


def published(period: str, *tables: PublishedTable) -> PublishedPeriod:
    """Return a period with these tables."""
    return PublishedPeriod(parse_period(period), {one.name: one for one in tables})


def topics(numbers: Mapping[Values, int]) -> PublishedTable:
    """Return a table of topics."""
    return table("topic", [Dimension.TOPIC], numbers)


def main_topics(numbers: Mapping[Values, int]) -> PublishedTable:
    """Return a table of main topics."""
    return table("main-topic", [Dimension.MAIN_TOPIC], numbers)


EMPTY = topics({})
MONTH = published("2026-10", EMPTY, main_topics({("registration",): 31}))
QUARTER = published("2026-Q3", topics({("bsn",): 14}))
YEAR = published("2025", topics({("bsn",): 60, ("permit",): 33}))


def test_the_same_label_in_the_quarter_comes_before_the_year_and_the_broader_topic() -> None:
    nearest = Surroundings(MONTH, (QUARTER, YEAR), LEVELS).nearest(EMPTY, ("bsn",))
    assert nearest == Nearest(cell(14), Quarter(2026, 3), (Dimension.TOPIC,), ("bsn",))


def test_the_year_stands_in_where_the_quarter_is_too_small_as_well() -> None:
    nearest = Surroundings(MONTH, (QUARTER, YEAR), LEVELS).nearest(EMPTY, ("permit",))
    assert nearest == Nearest(cell(33), Year(2025), (Dimension.TOPIC,), ("permit",))


def test_without_a_longer_period_the_broader_topic_of_the_same_month_stands_in() -> None:
    nearest = Surroundings(MONTH, (), LEVELS).nearest(EMPTY, ("bsn",))
    assert nearest == Nearest(cell(31), Month(2026, 10), (Dimension.MAIN_TOPIC,), ("registration",))


@pytest.mark.parametrize("topic", ["permit", "was-once"])
def test_nothing_stands_in_where_the_broader_topic_is_too_small_or_not_known(topic: str) -> None:
    assert Surroundings(MONTH, (), LEVELS).nearest(EMPTY, (topic,)) is None


def test_a_value_without_levels_and_a_pair_of_values_have_nothing_above_them() -> None:
    stays = table("stay", [Dimension.STAY], {})
    pairs = table("municipality-by-main-topic", [Dimension.MUNICIPALITY, Dimension.MAIN_TOPIC], {})
    surroundings = Surroundings(published("2026-10", stays, pairs), (), LEVELS)
    assert surroundings.nearest(stays, ("over-5-years",)) is None
    assert surroundings.nearest(pairs, ("GM0772", "registration")) is None


def test_a_longer_period_without_the_table_does_not_stand_in() -> None:
    surroundings = Surroundings(MONTH, (published("2026-Q3"),), LEVELS)
    nearest = surroundings.nearest(EMPTY, ("bsn",))
    assert nearest is not None
    assert nearest.dimensions == (Dimension.MAIN_TOPIC,)
    assert surroundings.labels_elsewhere(EMPTY) == ()


def test_labels_that_only_longer_periods_have_come_from_many_persons_to_few() -> None:
    surroundings = Surroundings(MONTH, (QUARTER, YEAR), LEVELS)
    # The quarter's number counts where there is one, so that a label has one place.
    assert surroundings.labels_elsewhere(EMPTY) == (("permit",), ("bsn",))
    assert surroundings.labels_elsewhere(topics({("bsn",): 12})) == (("permit",),)


@pytest.mark.parametrize(
    ("period", "stand_in"),
    [
        ("2026-10", ["2026-Q3", "2025"]),
        ("2026-09", ["2026-Q3", "2025"]),
        ("2026-08", ["2026-Q2", "2025"]),
        ("2026-12", ["2026-Q4", "2026"]),
        ("2026-Q3", ["2025"]),
        ("2026-Q4", ["2026"]),
        ("2026", []),
    ],
)
def test_the_newest_longer_periods_that_ended_by_then_stand_in(period: str, stand_in: list[str]) -> None:
    there = ["2025", "2026", *(f"2026-Q{number}" for number in range(1, 5)), "2026-08", "2026-10"]
    found = longer_periods(parse_period(period), map(parse_period, there))
    assert [str(one) for one in found] == stand_in


def test_what_ended_over_a_year_before_is_too_old() -> None:
    assert longer_periods(Month(2026, 10), [Year(2024), Quarter(2025, 2)]) == ()
    assert longer_periods(Month(2026, 10), [Quarter(2025, 3)]) == (Quarter(2025, 3),)


@given(periods, st.lists(periods))
def test_what_stands_in_is_published_longer_and_not_later(period: Period, there: list[Period]) -> None:
    found = longer_periods(period, there)
    assert set(found) <= set(there)
    assert sorted(found, key=lambda one: len(one.months)) == list(found)
    for one in found:
        assert len(one.months) > len(period.months)
        assert one.ends_at <= period.ends_at
        assert one.ends_at >= period.months[0].later(-OLDEST_IN_MONTHS).starts_at
    assert len({one.kind for one in found}) == len(found)


@pytest.mark.parametrize(("lines", "thin"), [(0, True), (1, True), (2, False)])
def test_a_table_with_one_line_is_thin(lines: int, thin: bool) -> None:
    assert is_thin(topics({(str(number),): 10 for number in range(lines)})) is thin


TOTAL = table("total", [], {(): 100})
LANGUAGES = table("language", [Dimension.LANGUAGE], {("pl",): 40, ("en",): 20})
FAMILIES = table("language-family", [Dimension.LANGUAGE_FAMILY], {("slavic",): 80})


def test_a_share_is_the_part_of_all_persons_that_the_lines_hold() -> None:
    assert share_of_table(LANGUAGES, cell(100)) == 0.6
    assert share_of_table(table("language", [Dimension.LANGUAGE], {}), cell(100)) == 0


def test_noise_makes_no_share_larger_than_everybody() -> None:
    assert share_of_table(LANGUAGES, cell(58)) == 1


@pytest.mark.parametrize(
    "one", [topics({("bsn",): 40}), table("destination", [Dimension.DESTINATION], {}), TOTAL]
)
def test_where_a_person_can_be_in_several_lines_or_all_are_in_one_there_is_no_share(
    one: PublishedTable,
) -> None:
    assert share_of_table(one, cell(100)) is None


def test_without_the_number_of_all_persons_there_is_no_share() -> None:
    assert share_of_table(LANGUAGES, None) is None
    assert share_of_report(published("2026-10", LANGUAGES)) is None
    assert share_of_report(published("2026-10", table("total", [], {}), LANGUAGES)) is None


def test_the_share_of_a_report_is_the_average_of_its_tables_of_one_dimension() -> None:
    pairs = table("municipality-by-stay", [Dimension.MUNICIPALITY, Dimension.STAY], {("GM0772", "x"): 10})
    report = published("2026-10", TOTAL, LANGUAGES, FAMILIES, topics({("bsn",): 40}), pairs)
    assert share_of_report(report) == pytest.approx(0.7)
    assert share_of_report(published("2026-10", TOTAL, topics({("bsn",): 40}))) is None


@given(st.lists(st.integers(10, 500), max_size=20), st.integers(10, 5000))
def test_a_share_is_between_nothing_and_everybody(lines: list[int], everybody: int) -> None:
    one = table("language", [Dimension.LANGUAGE], {(str(key),): n for key, n in enumerate(lines)})
    share = share_of_table(one, cell(everybody))
    assert share is not None
    assert 0 <= share <= 1


def test_every_kind_of_period_has_its_longer_ones() -> None:
    there = [Month(2025, 12), Quarter(2025, 4), Year(2025)]
    counts = {kind: len(longer_periods(one, there)) for kind, one in zip(PeriodKind, there, strict=True)}
    assert counts == {PeriodKind.MONTH: 2, PeriodKind.QUARTER: 1, PeriodKind.YEAR: 0}


@pytest.mark.parametrize("dimension", BROADER)
def test_every_dimension_with_levels_finds_the_value_above(dimension: Dimension) -> None:
    value, broader = next(iter(LEVELS[dimension].items()))
    own = table("finer", [dimension], {})
    above = table("broader", [BROADER[dimension]], {(broader,): 50})
    nearest = Surroundings(published("2026-10", own, above), (), LEVELS).nearest(own, (value,))
    assert nearest is not None
    assert (nearest.values, nearest.cell) == ((broader,), cell(50))
