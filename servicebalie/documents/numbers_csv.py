"""Published numbers as CSV (RFC 4180): one row per number; what was not published has no row.

Codes stand in it and no names, so it is the same in every language; what they mean is told by its metadata,
`servicebalie.documents.csvw`.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from servicebalie.core.cell_keys import Measure
from servicebalie.core.disclosure import Estimate
from servicebalie.documents import model
from servicebalie.documents.numbers import all_tables
from servicebalie.services.trends import Labels, Report, SeriesAnswer

LABEL_COLUMNS = 2
"""No table of the catalogue has more dimensions."""

KEY = ("table", *(f"label_{position}" for position in range(1, LABEL_COLUMNS + 1)), "measure")
"""The columns that say what a number is about."""

_COLUMNS = (*KEY, "value", "low", "high")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = Iterable[str | int]


def render_csv(report: model.Report) -> bytes:
    """Return all numbers of a report in UTF-8: the very text that `report_csv` makes of its release."""
    return _csv(_COLUMNS, _shown_rows(report)).encode()


def report_csv(report: Report) -> str:
    """Return all numbers of a release."""
    return _csv(_COLUMNS, _report_rows(report))


def series_csv(table: str, answer: SeriesAnswer) -> str:
    """Return the numbers of a table over the periods, each with its period in front."""
    return _csv(("period", *_COLUMNS), _series_rows(table, answer))


def _shown_rows(report: model.Report) -> Iterator[Row]:
    """Yield the rows in the order of the release, which is not the one in which lines are shown."""
    for table in all_tables(report):
        lines = ((tuple(label.code for label in line.labels), line) for line in table.rows)
        for labels, line in sorted(lines, key=lambda each: each[0]):
            for measure, estimate in ((Measure.PERSONS, line.persons), (Measure.QUESTIONS, line.questions)):
                if estimate is not None:
                    yield _row(table.name, labels, measure, estimate)


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
