"""Releases and what surrounds them, made by hand and without a database."""

import hashlib
from collections.abc import Mapping, Sequence

from servicebalie.core.cell_keys import Measure
from servicebalie.core.changes import Change, Changes, Direction, Expectation
from servicebalie.core.disclosure import Estimate
from servicebalie.core.expectations import Model
from servicebalie.services.report_background import Background
from servicebalie.services.trends import Document, Report, Series, SeriesAnswer, read_report
from tests.support.releases import TABLES, Cells, estimate, make_document

DESK = "informatiepunt-zuidoost"


def release(
    period: str, tables: Mapping[str, Cells] = TABLES, *, epoch: int = 1, simulated: bool = False
) -> Report:
    """Return a release as it is read."""
    document = make_document(DESK, period, tables, epoch=epoch, simulated=simulated)
    return read_report(Document(document, hashlib.sha256(document).hexdigest()))


def _estimate(value: int | None) -> Estimate | None:
    return None if value is None else Estimate(**estimate(value))


def months(numbers: Mapping[str, Sequence[int | None]], periods: Sequence[str]) -> SeriesAnswer:
    """Return numbers over months by label, an empty one for the total."""
    series = (
        Series((label,) if label else (), measure, tuple(map(_estimate, values)))
        for label, values in numbers.items()
        for measure in Measure
    )
    return SeriesAnswer(tuple(periods), simulated=False, series=tuple(series))


LAST_MONTHS = ("2026-08", "2026-09", "2026-10")
BACKGROUND = Background(
    longer=(
        release("2026-Q3", {"total": {(): (400, 600)}, "topic": {("bsn",): (22, 25)}}),
        release("2025", {"total": {(): (900, 1600)}, "topic": {("debt",): (31, 40)}}),
    ),
    totals=months({"": [120, 180, 147]}, LAST_MONTHS),
    main_topics=months({"work": [30, None, 60], "language": [70, 90, 85]}, LAST_MONTHS),
)
"""A quarter, a year, and three months."""

MORE_ABOUT_WORK = Changes(
    tests=1,
    series=(
        Change(
            "main-topic",
            ("work",),
            60,
            previous=None,
            year_before=None,
            expected=Expectation(Model.SEASONAL, 37, 30, 45, beyond_chance=True, direction=Direction.MORE),
        ),
    ),
)
"""The changes of a month in which more people than expected asked about work."""
