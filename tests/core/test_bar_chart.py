"""The chart of a report: bars in proportion, within the width, with round numbers on the axis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.bar_chart import MOST_STEPS, Tick, draw_bars
from servicebalie.core.disclosure import Estimate


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    value = draw(st.integers(10, 10**7))
    margin = draw(st.integers(0, 30))
    return Estimate(value, max(0, value - margin), value + margin)


@given(st.lists(estimates(), max_size=20))
def test_every_bar_and_its_interval_are_within_the_width(numbers: list[Estimate]) -> None:
    bars = draw_bars(numbers).bars
    assert len(bars) == len(numbers)
    assert all(0 <= bar.low <= bar.end <= bar.high <= 100.000001 for bar in bars)


@given(estimates(), estimates())
def test_bars_are_in_proportion_to_their_numbers(one: Estimate, other: Estimate) -> None:
    first, second = draw_bars([one, other]).bars
    assert first.end * other.value == pytest.approx(second.end * one.value)


@given(st.lists(estimates(), min_size=1))
def test_the_axis_goes_in_a_few_equal_steps_of_a_round_number(numbers: list[Estimate]) -> None:
    ticks = draw_bars(numbers).ticks
    step = ticks[1].number
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert [tick.number for tick in ticks] == [place * step for place in range(len(ticks))]
    assert len(ticks) <= MOST_STEPS + 1
    assert ticks[-1].at == pytest.approx(100)
    assert ticks[-1].number >= max(number.high for number in numbers) > ticks[-2].number


def test_the_axis_ends_at_the_next_round_number() -> None:
    assert draw_bars([Estimate(85, 81, 89)]).ticks == (
        Tick(0, 0),
        Tick(20, 20),
        Tick(40, 40),
        Tick(60, 60),
        Tick(80, 80),
        Tick(100, 100),
    )


def test_a_chart_without_numbers_still_has_an_axis() -> None:
    assert draw_bars([]).ticks == (Tick(0, 0), Tick(1, 100))
