"""Where the bars of a chart end and what its axis says, in percent of the width."""

from collections.abc import Sequence
from dataclasses import dataclass

from servicebalie.core.disclosure import Estimate

MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the axis to `end`, and the line over its interval from `low` to `high`."""

    end: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on the axis and where it stands."""

    number: int
    at: float


@dataclass(frozen=True, slots=True)
class BarChart:
    """The bars in the order of their estimates, and the ticks from 0 upwards."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


def draw_bars(estimates: Sequence[Estimate]) -> BarChart:
    """Return the chart of these numbers; the axis ends at the first round number not below any interval."""
    highest = max((estimate.high for estimate in estimates), default=0)
    step = _step(highest)
    steps = max(1, -(-highest // step))
    scale = 100 / (steps * step)
    return BarChart(
        bars=tuple(Bar(one.value * scale, one.low * scale, one.high * scale) for one in estimates),
        ticks=tuple(Tick(number * step, number * step * scale) for number in range(steps + 1)),
    )


def _step(highest: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50, ... that reaches the highest number in few steps."""
    unit = 1
    while True:
        for step in (unit, 2 * unit, 5 * unit):
            if step * MOST_STEPS >= highest:
                return step
        unit *= 10
