"""Published numbers as CSV (RFC 4180): one row per number; what was not published has no row."""

import csv
import io
from collections.abc import Iterable, Iterator

from servicebalie.core.cell_keys import Measure
from servicebalie.core.disclosure import Estimate
from servicebalie.services.trends import Labels, Report, SeriesAnswer

LABEL_COLUMNS = 2
"""No table of the catalogue has more dimensions."""

_COLUMNS = ("table", "label_1", "label_2", "measure", "value", "low", "high")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = Iterable[str | int]


def report_csv(report: Report) -> str:
    """Return all numbers of a report."""
    return _csv(_COLUMNS, _report_rows(report))


def series_csv(table: str, answer: SeriesAnswer) -> str:
    """Return the numbers of a table over the periods, each with its period in front."""
    return _csv(("period", *_COLUMNS), _series_rows(table, answer))


def _report_rows(report: Report) -> Iterator[Row]:
    for table in report.tables:
        for cell in table.cells:
            yield _row(table.name, cell.labels, Measure.PERSONS, cell.persons)
            yield _row(table.name, cell.labels, Measure.QUESTIONS, cell.questions)


def _series_rows(table: str, answer: SeriesAnswer) -> Iterator[Row]:
    for one in answer.series:
        for period, estimate in zip(answer.periods, one.values, strict=True):
            if estimate is not None:
                yield period, *_row(table, one.labels, one.measure, estimate)


def _row(table: str, labels: Labels, measure: str, estimate: Estimate) -> Row:
    columns = [_harmless(label) for label in labels] + [""] * (LABEL_COLUMNS - len(labels))
    return table, *columns, measure, estimate.value, estimate.low, estimate.high


def _harmless(text: str) -> str:
    """Return text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(header: Row, rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
