"""The pictures as Vega-Lite specifications: plain data, in shades that are told apart on any paper.

Everything is drawn 400 units wide, so that the letters are read on a telephone as well, and grows with the
page. Names stand over their bars, because beside them they would leave no room for the bars.
"""

from textwrap import wrap
from typing import Any, TypeAlias

from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import Month
from servicebalie.documents.charts import BAR_CHARTS, Bars, Line, bars_of, lines_of
from servicebalie.documents.model import Chart, Report, Table
from servicebalie.documents.words import Words

Specification: TypeAlias = dict[str, Any]

WIDTH = 400
INK = "#16252b"
SOFT = "#4a5b62"
# Light enough for the line over its end, dark enough against the page (3:1).
BAR = "#4190a0"
BAND = "#a9ccd3"

# So many letters fit in the widest of the common fonts; the fonts of the reader decide, not those here.
_LETTERS_IN_TITLE = 42
_LETTERS_IN_SUBTITLE = 60
_LETTERS_IN_SMALL_TITLE = 22
_ROW = 44
_MOST_MONTH_NAMES = 4


def specification(report: Report, chart: Chart) -> Specification:
    """Return the picture of a chart of a report."""
    words = Words(report.locale)
    table = next(one for one in (*report.tables, *report.series) if one.name == chart.table)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": f"{chart.title}. {chart.description}",
        "title": {"text": wrap(chart.title, _LETTERS_IN_TITLE), "subtitle": _subtitle(report)},
        "background": "white",
        "padding": 8,
        "config": _config(),
        **_picture(table, report, words),
    }


def _picture(table: Table, report: Report, words: Words) -> Specification:
    if table.name in BAR_CHARTS:
        bars = bars_of(table, report.period)
        assert bars is not None  # noqa: S101 - a chart is made for a table with bars only
        return _bars(bars, words)
    lines = lines_of(table)
    if len(table.dimensions) > 1:
        return _small_lines(lines, words)
    return _line(lines[0], words) | {"width": WIDTH, "height": 220, "autosize": _FIT}


_FIT = {"type": "fit-x", "contains": "padding"}


def _subtitle(report: Report) -> list[str]:
    """Return whose numbers these are and, where it is so, that they are made up."""
    said = (report.desk.name, report.simulated_note or "")
    return [line for text in said for line in wrap(text, _LETTERS_IN_SUBTITLE)]


def _config() -> Specification:
    return {
        "font": "sans-serif",
        "view": {"stroke": None},
        "title": {
            "anchor": "start",
            "color": INK,
            "fontSize": 15,
            "subtitleFontSize": 12,
            "subtitleColor": SOFT,
            "subtitlePadding": 4,
            "offset": 10,
        },
        "axis": {
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelColor": SOFT,
            "titleColor": SOFT,
            "gridColor": "#dde3e4",
            "domainColor": SOFT,
            "tickColor": SOFT,
        },
        "text": {"fontSize": 13, "color": INK},
        "concat": {"spacing": 18},
    }


def _bars(bars: Bars, words: Words) -> Specification:
    values = [
        {"place": place, "name": bar.name, "number": words.number(bar.persons.value), **_numbers(bar.persons)}
        for place, bar in enumerate(bars.bars)
    ]
    at = {"field": "place", "type": "ordinal", "axis": None}
    low = {"field": "low", "type": "quantitative"}
    high = {"field": "high", "type": "quantitative"}
    stroke = {"color": INK, "strokeWidth": 1.5, "yOffset": 9}
    name = {"type": "text", "align": "left", "baseline": "middle", "dy": -9}
    return {
        "width": WIDTH,
        "height": {"step": _ROW},
        "autosize": _FIT,
        "data": {"values": values},
        "encoding": {"y": at},
        "layer": [
            {
                "mark": {"type": "bar", "height": 14, "color": BAR, "yOffset": 9},
                "encoding": {"x": _axis("value", words.gettext("Persons"))},
            },
            {"mark": {"type": "rule", **stroke}, "encoding": {"x": low, "x2": {"field": "high"}}},
            {"mark": {"type": "tick", "size": 10, "thickness": 1.5, **stroke}, "encoding": {"x": low}},
            {"mark": {"type": "tick", "size": 10, "thickness": 1.5, **stroke}, "encoding": {"x": high}},
            {"mark": name, "encoding": {"text": {"field": "name"}, "x": {"value": 0}}},
            {
                "mark": {**name, "align": "right", "fontWeight": "bold"},
                "encoding": {"text": {"field": "number"}, "x": {"value": "width"}},
            },
        ],
    }


def _small_lines(lines: tuple[Line, ...], words: Words) -> Specification:
    """Return a small picture for each line, two in a row, all to the same scale."""
    highest = max(row.persons.high for line in lines for row in line.months if row.persons)
    small = [
        {
            **_line(line, words, highest=highest, names=2),
            "title": {"text": wrap(line.name, _LETTERS_IN_SMALL_TITLE), "fontSize": 13, "offset": 4},
            "width": 150,
            "height": 80,
        }
        for line in lines
    ]
    return {"concat": small, "columns": 2}


def _line(
    line: Line, words: Words, *, highest: int | None = None, names: int = _MOST_MONTH_NAMES
) -> Specification:
    """Return a line with its band; months without a number interrupt it, and `names` are named."""
    values = [
        {"month": row.labels[-1].code, **(_numbers(row.persons) if row.persons else _NOTHING)}
        for row in line.months
    ]
    at = {
        "field": "month",
        "type": "temporal",
        "timeUnit": "utcyearmonth",
        "axis": {
            "title": None,
            "format": "%b %Y",
            "values": _named_months(line, names),
            "grid": False,
            "labelFlush": True,
        },
    }
    axis = _axis("value", words.gettext("Persons") if highest is None else None)
    if highest is not None:
        axis["scale"] = {"domain": [0, highest], "nice": True}
    low = {**axis, "field": "low"}
    return {
        "data": {"values": values},
        "encoding": {"x": at},
        "layer": [
            {"mark": {"type": "area", "color": BAND}, "encoding": {"y": low, "y2": {"field": "high"}}},
            {
                "mark": {
                    "type": "line",
                    "color": INK,
                    "strokeWidth": 1.8,
                    "point": {"color": INK, "size": 18},
                },
                "encoding": {"y": axis},
            },
        ],
    }


def _named_months(line: Line, names: int) -> list[Specification]:
    """Return which months an axis names: the first, the last, and some at equal distances between."""
    last = len(line.months) - 1
    places = dict.fromkeys(round(last * number / (names - 1)) for number in range(names))
    months = (Month.parse(line.months[place].labels[-1].code) for place in places)
    return [{"year": month.year, "month": month.number, "date": 1, "utc": True} for month in months]


_NOTHING = {"value": None, "low": None, "high": None}


def _axis(field: str, title: str | None) -> Specification:
    """Return the axis of a number, which begins at zero."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"zero": True, "nice": True},
        "axis": {"title": title, "format": ",d", "tickCount": 5, "tickMinStep": 1},
    }


def _numbers(estimate: Estimate) -> dict[str, int]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
