"""What a report shows besides its own numbers: longer periods for what it lacks, and the months before it.

Only what was published when the report was, or before, takes part. So a page that is made years later and
a file that was made at once say the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.core.granularity import longer_periods
from servicebalie.core.periods import Period, parse_period
from servicebalie.models.releases import Release
from servicebalie.services.releases import newest_reports
from servicebalie.services.trends import (
    Document,
    Report,
    SeriesAnswer,
    SeriesWanted,
    read_report,
    read_series,
)

MONTHS_SHOWN = 25
"""Two years, and the same month of the year before them."""

TOTAL_TABLE = "total"
MAIN_TOPIC_TABLE = "main-topic"

_NO_SERIES = SeriesAnswer((), simulated=False, series=())


@dataclass(frozen=True, slots=True)
class Background:
    """What surrounds a report.

    `longer` are the reports that may stand in for it, the best first. `totals` and `main_topics` are the
    numbers of these tables over the months that end with the report.
    """

    longer: tuple[Report, ...] = ()
    totals: SeriesAnswer = _NO_SERIES
    main_topics: SeriesAnswer = _NO_SERIES


def read_background(session: Session, report: Report) -> Background:
    """Return what surrounds a report, as it was known when the report was published."""
    last = report.period.months[-1]
    totals, main_topics = (
        read_series(
            session,
            report.desk_slug,
            SeriesWanted(table, last.later(1 - MONTHS_SHOWN), last),
            known_at=report.published_at,
        )
        for table in (TOTAL_TABLE, MAIN_TOPIC_TABLE)
    )
    return Background(tuple(_longer_reports(session, report)), totals, main_topics)


def _longer_reports(session: Session, report: Report) -> Iterator[Report]:
    known = newest_reports(report.desk_slug, known_at=report.published_at)
    published = session.scalars(select(Release.period).where(*known))
    wanted = longer_periods(report.period, map(parse_period, published))
    documents = _documents(session, report, wanted)
    return (read_report(documents[period]) for period in wanted)


def _documents(session: Session, report: Report, periods: Iterable[Period]) -> dict[Period, Document]:
    known = newest_reports(report.desk_slug, known_at=report.published_at)
    rows = session.execute(
        select(Release.period, Release.document, Release.sha256).where(
            *known, Release.period.in_(map(str, periods))
        )
    )
    return {parse_period(row.period): Document(row.document, row.sha256) for row in rows}
