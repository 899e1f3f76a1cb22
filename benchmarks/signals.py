"""How often a report tells of a change that is none, and how often it finds one that is there.

`python -m benchmarks.signals`; simulated desks of three sizes, with histories of four lengths, protected as
in production. The rule that people use without help, "more than 20% up or down against the previous month",
is applied to the same numbers. Needs no database.
"""

import math
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import mean, stdev

import click

from benchmarks.figures import markdown_table
from benchmarks.stable_desk import LEVELS, PROFILE, TABLES, StableDesk, World
from servicebalie.core.changes import Change, Changes, Direction, Series, find_changes
from servicebalie.core.expectations import Protection
from servicebalie.core.histories import PublishedMonth, earlier_number, place_of

SIZES = (150, 300, 3000)
HISTORIES = (13, 24, 36, 60)
REPORTS = 12
GOAL = 0.05
NAIVE = 0.2
TOPICS = ("finding-a-home", "employer-housing")
JUMPS = (1.5, 2.0)
SLOW = 1.05
RESTLESS = World({}, restless=0.1)
PROTECTION = Protection(PROFILE.threshold, float(PROFILE.variance))

Months = Sequence[PublishedMonth]
Case = tuple[int, int]
"""A size and a length of history."""


@dataclass(slots=True)
class Found:
    """What was found in the reports of each deployment: shares, one per deployment."""

    false: defaultdict[Case, list[float]] = field(default_factory=lambda: defaultdict(list))
    restless: defaultdict[Case, list[float]] = field(default_factory=lambda: defaultdict(list))
    naive: defaultdict[Case, list[float]] = field(default_factory=lambda: defaultdict(list))
    tests: defaultdict[Case, list[int]] = field(default_factory=lambda: defaultdict(list))
    power: defaultdict[tuple[Case, str], list[float]] = field(default_factory=lambda: defaultdict(list))


@click.command()
@click.option("--deployments", type=click.IntRange(2, 2000), default=60, show_default=True)
@click.option("--size", "sizes", type=int, multiple=True, default=SIZES, show_default=True)
@click.option("--minutes", type=float, default=math.inf, help="Begin no deployment after so many minutes.")
def main(deployments: int, sizes: tuple[int, ...], minutes: float) -> None:
    """Measure and print the figures; end with status 1 when more than 5% of stable reports give a signal."""
    found = Found()
    deadline = time.monotonic() + 60 * minutes
    for number in range(deployments):
        if number >= 2 and time.monotonic() > deadline:
            break
        for size in sizes:
            _measure(found, size, number)
            print(f"{size} persons: {number + 1} of {deployments}", file=sys.stderr)
    cases = [(size, history) for size in sizes for history in HISTORIES]
    print(_false_table(found, cases), "\n", _power_table(found, cases), sep="\n")
    sys.exit(any(mean(found.false[case]) - 2 * _error(found.false[case]) > GOAL for case in cases))


def _measure(found: Found, size: int, number: int) -> None:
    """Simulate a deployment, and add what its last twelve reports say with each length of history."""
    length = max(HISTORIES) + REPORTS
    desk = StableDesk(size, seed=1000 * size + number)
    numbers = [(number + position) % 12 + 1 for position in range(length)]
    quiet = [desk.month(month) for month in numbers]
    restless = [desk.month(month, RESTLESS) for month in numbers]
    for history in HISTORIES:
        case = (size, history)
        reports = [_changes(quiet, end, history) for end in range(length - REPORTS, length)]
        found.tests[case].extend(report.tests for report in reports)
        found.false[case].append(mean(any(_signals(report)) for report in reports))
        found.restless[case].append(
            mean(
                any(_signals(_changes(restless, end, history)))
                for end in range(length - REPORTS + number % 2, length, 2)
            )
        )
        found.naive[case].append(
            mean(_naive_signal(quiet[end - 1], quiet[end]) for end in range(length - REPORTS, length))
        )
    for topic in TOPICS:
        for name, months in _risen(desk, topic, quiet, numbers):
            for history in HISTORIES:
                told = _tells(_changes(months, length - 1, history), topic)
                found.power[(size, history), f"{topic}, {name}"].append(told)


def _risen(
    desk: StableDesk, topic: str, quiet: Months, numbers: Sequence[int]
) -> Iterator[tuple[str, Months]]:
    """Yield the same history with a topic that jumps in the last month, and that rises for a year."""
    for jump in JUMPS:
        yield f"+{jump - 1:.0%}", [*quiet[:-1], desk.month(numbers[-1], World({topic: jump}))]
    rising = [
        desk.month(month, World({topic: SLOW**months}))
        for months, month in enumerate(numbers[-REPORTS:], start=1)
    ]
    yield f"+{SLOW - 1:.0%} a month for a year", [*quiet[:-REPORTS], *rising]


def _changes(months: Months, end: int, history: int) -> Changes:
    """Return the changes of the month at a position, against so many months before it."""
    earlier = months[end - history : end][::-1]
    places = (
        (place_of(table, labels, TABLES, LEVELS), persons)
        for table in TABLES
        for labels, persons in sorted(months[end].tables[table.name].items())
    )
    series = [
        Series(place.table.name, place.labels, persons, tuple(earlier_number(place, one) for one in earlier))
        for place, persons in places
    ]
    return find_changes(series, PROTECTION)


def _signals(changes: Changes) -> Iterator[tuple[Change, Direction]]:
    for change in changes.series:
        for yardstick in (change.expected, change.previous, change.year_before):
            if yardstick is not None and yardstick.beyond_chance and yardstick.direction is not None:
                yield change, yardstick.direction


def _tells(changes: Changes, topic: str) -> bool:
    return any(
        (change.table, change.labels, direction) == ("topic", (topic,), Direction.MORE)
        for change, direction in _signals(changes)
    )


def _naive_signal(before: PublishedMonth, now: PublishedMonth) -> bool:
    return any(
        abs(persons - then) > NAIVE * then
        for name, cells in now.tables.items()
        for labels, persons in cells.items()
        if (then := before.tables[name].get(labels)) is not None
    )


def _error(shares: Sequence[float]) -> float:
    """Return the standard error of a mean over deployments, which are independent of each other."""
    return stdev(shares) / len(shares) ** 0.5


def _false_table(found: Found, cases: Sequence[Case]) -> str:
    rows = [
        [
            str(case[0]),
            str(case[1]),
            f"{mean(found.tests[case]):.0f}",
            str(len(found.tests[case])),
            *(_rate(shares[case]) for shares in (found.false, found.restless, found.naive)),
        ]
        for case in cases
    ]
    header = [
        "persons a month",
        "months before",
        "comparisons",
        "reports",
        "stable",
        "topics vary by 10%",
        "20% rule",
    ]
    return markdown_table(header, rows)


def _rate(shares: Sequence[float]) -> str:
    return f"{mean(shares):.1%} (± {_error(shares):.1%})"


def _power_table(found: Found, cases: Sequence[Case]) -> str:
    names = list(dict.fromkeys(name for _, name in found.power))
    rows = [
        [str(case[0]), str(case[1]), *(f"{mean(found.power[case, name]):.0%}" for name in names)]
        for case in cases
    ]
    return markdown_table(["persons a month", "months before", *names], rows)


if __name__ == "__main__":
    main()
