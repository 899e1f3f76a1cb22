"""What changed beyond chance: every published series of a month against its own earlier published numbers.

Three yardsticks: the month before, the same month a year before, and what the history leads to expect. All
tests of a report share one chance of a false signal. What is computed here follows from published numbers
alone.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum, StrEnum

from servicebalie.core.expectations import YEAR, Baseline, Earlier, Gap, Model, Protection, fit_baseline
from servicebalie.core.multiple_tests import beyond_chance
from servicebalie.core.yardsticks import (
    Comparison,
    DeskSpread,
    Spread,
    chance,
    compare_with_earlier,
    compare_with_expectation,
    desk_spread,
    own_spread,
    yearly_spread,
)

FALSE_ALARMS = 0.05
"""The highest chance that the report of a desk where nothing changed tells of any change."""

_SHARED_BY_TESTS = 0.04
"""What the tests spend of it; the rest is for what is approximate in them."""


class _Yardstick(Enum):
    PREVIOUS = "previous"
    YEAR_BEFORE = "year-before"
    EXPECTED = "expected"


_MONTHS_BEFORE = {_Yardstick.PREVIOUS: 1, _Yardstick.YEAR_BEFORE: YEAR}


class Direction(StrEnum):
    """Which way a number went."""

    MORE = "more"
    FEWER = "fewer"


@dataclass(frozen=True, slots=True)
class Series:
    """A published number of persons, and the same number in earlier months, the newest first."""

    table: str
    labels: tuple[str, ...]
    persons: int
    earlier: Earlier


@dataclass(frozen=True, slots=True)
class Difference:
    """How much a number differs from `value`, that of an earlier month, with the 95% interval of that.

    The interval holds counting and noise in both months.
    """

    value: int
    difference: int
    low: int
    high: int
    beyond_chance: bool

    @property
    def direction(self) -> Direction:
        """Which way the number went."""
        return Direction.MORE if self.difference > 0 else Direction.FEWER


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was expected, and the interval that holds 95 of 100 published numbers if nothing changed.

    `direction` is None within chance. With the model `hidden`, `value` is the highest mean there can be.
    """

    model: Model
    value: int
    low: int
    high: int
    beyond_chance: bool
    direction: Direction | None


@dataclass(frozen=True, slots=True)
class Change:
    """A number held against the three yardsticks; None where there is nothing to hold it against."""

    table: str
    labels: tuple[str, ...]
    persons: int
    previous: Difference | None
    year_before: Difference | None
    expected: Expectation | None


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes of a report, and in how many comparisons (`tests`) the signals were found."""

    tests: int
    series: tuple[Change, ...]


def find_changes(series: Iterable[Series], protection: Protection) -> Changes:
    """Hold all series of a report against their earlier numbers; they stay in order."""
    fitted = [(one, fit_baseline(one.earlier, protection)) for one in series]
    compared = _compare_all(fitted, protection.variance)
    judged = [
        (place, yardstick, comparison.score)
        for place, comparisons in enumerate(compared)
        for yardstick, comparison in comparisons.items()
        if comparison.score is not None
    ]
    verdicts = beyond_chance([chance(score) for *_, score in judged], _SHARED_BY_TESTS)
    standing = {
        (place, yardstick) for (place, yardstick, _), stands in zip(judged, verdicts, strict=True) if stands
    }
    changes = (
        _change(one, baseline, comparisons, {yardstick for at, yardstick in standing if at == place})
        for place, ((one, baseline), comparisons) in enumerate(zip(fitted, compared, strict=True))
    )
    return Changes(len(judged), tuple(changes))


def _compare_all(
    fitted: Sequence[tuple[Series, Baseline | None]], noise: float
) -> list[Mapping[_Yardstick, Comparison]]:
    """Hold all numbers against their yardsticks, once it is known how much the numbers of the desk vary."""
    baselines = [baseline for _, baseline in fitted if baseline is not None]
    desk = {model: desk_spread(baselines, model) for model in Model}
    short = [
        one.earlier for one, baseline in fitted if baseline is not None and baseline.model is Model.LEVEL
    ]
    yearly = yearly_spread(short, noise)
    return [
        _compare(
            one,
            baseline,
            own_spread(baseline, noise, desk[baseline.model] if baseline else DeskSpread()),
            yearly,
        )
        for one, baseline in fitted
    ]


def _compare(
    series: Series, baseline: Baseline | None, spread: Spread, yearly: Spread | None
) -> Mapping[_Yardstick, Comparison]:
    """Hold a number against each yardstick there is for it.

    The spread around a level holds the season, which has no part in a difference between the same months.
    """
    same_month = yearly if yearly and baseline is not None and baseline.model is Model.LEVEL else spread
    comparisons = {}
    for yardstick, months in _MONTHS_BEFORE.items():
        then = series.earlier[months - 1] if months <= len(series.earlier) else Gap.UNKNOWN
        if isinstance(then, int):
            comparisons[yardstick] = compare_with_earlier(
                series.persons, then, same_month if months == YEAR else spread, baseline, months=months
            )
    if baseline is not None:
        comparisons[_Yardstick.EXPECTED] = compare_with_expectation(series.persons, baseline, spread)
    return comparisons


def _change(
    series: Series,
    baseline: Baseline | None,
    comparisons: Mapping[_Yardstick, Comparison],
    standing: Set[_Yardstick],
) -> Change:
    differences = {
        yardstick: _difference(series, comparisons.get(yardstick), stands=yardstick in standing)
        for yardstick in _MONTHS_BEFORE
    }
    expected = comparisons.get(_Yardstick.EXPECTED)
    return Change(
        series.table,
        series.labels,
        series.persons,
        differences[_Yardstick.PREVIOUS],
        differences[_Yardstick.YEAR_BEFORE],
        _expectation(baseline.model, expected, stands=_Yardstick.EXPECTED in standing)
        if baseline is not None and expected is not None
        else None,
    )


def _difference(series: Series, comparison: Comparison | None, *, stands: bool) -> Difference | None:
    if comparison is None:
        return None
    difference = series.persons - comparison.value
    return Difference(comparison.value, difference, comparison.low, comparison.high, stands)


def _expectation(model: Model, comparison: Comparison, *, stands: bool) -> Expectation:
    up = comparison.score is not None and comparison.score > 0
    direction = (Direction.MORE if up else Direction.FEWER) if stands else None
    return Expectation(model, comparison.value, comparison.low, comparison.high, stands, direction)
