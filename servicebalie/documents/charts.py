"""Which charts a report has, and what they show in words. Their pictures are drawn at publication only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import Period
from servicebalie.documents.model import Chart, Row, Table
from servicebalie.documents.series import MAIN_TOPIC_BY_MONTH, TOTAL_BY_MONTH
from servicebalie.documents.words import Words
from servicebalie.i18n.marking import msgid as _

FEWEST_BARS = 2
"""Fewer bars compare nothing."""

CHART_NAMES = ("main-topic", "stay", "total-by-month", "main-topic-by-month")
"""All charts that a report can have, in the order in which they are shown; each is called as its table."""

BAR_CHARTS = ("main-topic", "stay")

_TITLES = {
    "main-topic": _("Persons by main topic: %(period)s"),
    "stay": _("Passing through or staying: persons by expected stay, %(period)s"),
    TOTAL_BY_MONTH: _("Persons in each month, up to %(period)s"),
    MAIN_TOPIC_BY_MONTH: _("Persons by main topic in each month, up to %(period)s"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A number with its name."""

    name: str
    persons: Estimate


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a chart, in the order of the table, and the period that their numbers are about."""

    period: Period
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A number over the months: its name, empty for the total; months with a number, oldest first."""

    name: str
    months: tuple[Row, ...]


def charts_of(
    tables: tuple[Table, ...], series: tuple[Table, ...], period: Period, words: Words
) -> tuple[Chart, ...]:
    """Return the charts of a report that have something to show, not drawn yet."""
    there = {table.name: table for table in (*tables, *series)}
    charts = (_chart(there[name], period, words) for name in CHART_NAMES if name in there)
    return tuple(chart for chart in charts if chart is not None)


def bars_of(table: Table, period: Period) -> Bars | None:
    """Return the bars of a table: its own numbers, or those of the longer period where it has none at all.

    None where too few numbers are left to compare.
    """
    own = tuple(Bar(row.labels[0].name, row.persons) for row in table.rows if row.persons)
    if own:
        return Bars(period, own) if len(own) >= FEWEST_BARS else None
    stand_ins = [row.substitute.period for row in table.rows if row.substitute]
    longer = next((one for one in stand_ins if one is not None), None)
    bars = tuple(
        Bar(row.labels[0].name, row.substitute.persons)
        for row in table.rows
        if row.substitute and row.substitute.period == longer
    )
    return Bars(longer, bars) if longer and len(bars) >= FEWEST_BARS else None


def lines_of(table: Table) -> tuple[Line, ...]:
    """Return the lines of a table over the months, in the order of the table."""
    by_name: dict[str, list[Row]] = {}
    for row in table.rows:
        by_name.setdefault(", ".join(label.name for label in row.labels[:-1]), []).append(row)
    return tuple(Line(name, tuple(rows)) for name, rows in by_name.items())


def _chart(table: Table, period: Period, words: Words) -> Chart | None:
    """Return the chart of a table, None where there would be nothing to see."""
    if table.name not in BAR_CHARTS:
        lines = lines_of(table)
        described = " ".join(_DESCRIBED[table.name](lines, words))
    else:
        bars = bars_of(table, period)
        if bars is None:
            return None
        period = bars.period
        described = _describe_bars(bars, words)
    title = words.gettext(_TITLES[table.name], period=words.period(period))
    return Chart(name=table.name, title=title, description=described, table=table.name)


def _describe_bars(bars: Bars, words: Words) -> str:
    numbers = (f"{bar.name} {words.estimate(bar.persons)}" for bar in bars.bars)
    return words.gettext(
        "Bars show how many persons there were, with a line from the lowest to the highest likely number: "
        "%(numbers)s. What has no bar is too small to be published.",
        numbers="; ".join(numbers),
    )


def _describe_total(lines: tuple[Line, ...], words: Words) -> Iterator[str]:
    (line,) = lines
    yield words.gettext(
        "A line shows the number of persons in each month, in a band from the lowest to the highest likely "
        "number."
    )
    yield _course(line, words)


def _describe_topics(lines: tuple[Line, ...], words: Words) -> Iterator[str]:
    yield words.gettext(
        "Each main topic has a small picture of its own, all to the same scale, with a line for the number "
        "of persons in each month and a band from the lowest to the highest likely number. A line that is "
        "interrupted is too small to be published there."
    )
    for line in lines:
        yield f"{line.name}: {_course(line, words)}"


def _course(line: Line, words: Words) -> str:
    """Say where a line begins and ends, and where it is highest and lowest."""
    months = [(row.labels[-1].name, row.persons) for row in line.months if row.persons]
    lowest, highest = (choose(months, key=lambda month: month[1].value) for choose in (min, max))
    return words.gettext(
        "From %(first)s in %(first_month)s to %(last)s in %(last_month)s; highest %(highest)s "
        "(%(highest_month)s), lowest %(lowest)s (%(lowest_month)s).",
        first=words.number(months[0][1].value),
        first_month=months[0][0],
        last=words.number(months[-1][1].value),
        last_month=months[-1][0],
        highest=words.number(highest[1].value),
        highest_month=highest[0],
        lowest=words.number(lowest[1].value),
        lowest_month=lowest[0],
    )


_DESCRIBED: dict[str, Callable[[tuple[Line, ...], Words], Iterator[str]]] = {
    TOTAL_BY_MONTH: _describe_total,
    MAIN_TOPIC_BY_MONTH: _describe_topics,
}
