"""How the changes of a report are written in its document, and read back."""

from collections.abc import Mapping
from typing import Any

from servicebalie.core.changes import FALSE_ALARMS, Change, Changes, Difference, Direction, Expectation
from servicebalie.core.expectations import YEAR, Model
from servicebalie.core.periods import Month


def write_changes(changes: Changes, month: Month) -> dict[str, Any]:
    """Return the changes of a month as they stand in a document: JSON values, in the order of the tables.

    The earlier months are named once, because they are the same for all series.
    """
    return {
        "falseAlarms": FALSE_ALARMS,
        "previousPeriod": str(month.previous),
        "series": [_series(change) for change in changes.series],
        "tests": changes.tests,
        "yearBeforePeriod": str(month.later(-YEAR)),
    }


def read_changes(content: Mapping[str, Any]) -> Changes | None:
    """Return the changes that a document tells; None when it has none, as quarters and old months."""
    written = content.get("changes")
    if written is None:
        return None
    return Changes(written["tests"], tuple(_change(series) for series in written["series"]))


def _series(change: Change) -> dict[str, Any]:
    return {
        "expected": change.expected and _written_expectation(change.expected),
        "labels": change.labels,
        "persons": change.persons,
        "previous": change.previous and _written_difference(change.previous),
        "table": change.table,
        "yearBefore": change.year_before and _written_difference(change.year_before),
    }


def _written_expectation(expected: Expectation) -> dict[str, Any]:
    return {
        "beyondChance": expected.beyond_chance,
        "direction": expected.direction,
        "high": expected.high,
        "low": expected.low,
        "model": expected.model,
        "value": expected.value,
    }


def _written_difference(difference: Difference) -> dict[str, Any]:
    return {
        "beyondChance": difference.beyond_chance,
        "difference": difference.difference,
        "high": difference.high,
        "low": difference.low,
        "value": difference.value,
    }


def _change(series: Mapping[str, Any]) -> Change:
    return Change(
        table=series["table"],
        labels=tuple(series["labels"]),
        persons=series["persons"],
        previous=_difference(series["previous"]),
        year_before=_difference(series["yearBefore"]),
        expected=_expectation(series["expected"]),
    )


def _difference(written: Mapping[str, Any] | None) -> Difference | None:
    if written is None:
        return None
    return Difference(
        written["value"], written["difference"], written["low"], written["high"], written["beyondChance"]
    )


def _expectation(written: Mapping[str, Any] | None) -> Expectation | None:
    if written is None:
        return None
    direction = written["direction"]
    return Expectation(
        Model(written["model"]),
        written["value"],
        written["low"],
        written["high"],
        written["beyondChance"],
        Direction(direction) if direction else None,
    )
