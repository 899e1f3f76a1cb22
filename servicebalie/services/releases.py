"""Which reports there are, from the published store alone.

A year may be revised once, in a new epoch that draws all numbers again; the newest epoch is the report.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.periods import PeriodKind, parse_period
from servicebalie.models.releases import FinalYear, Release


class PeriodNotPublished(ServicebalieError):
    """The desk has published no report of the period; `periods` are those of its kind, newest first."""

    code = "period-not-published"


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """A report, without its numbers; `sha256` is the hash of the document, `size` its length in bytes.

    `desk_name` is what the desk was called then. `final` tells that nothing of its year changes any more.
    """

    period: str
    epoch: int
    simulated: bool
    published_at: datetime
    sha256: str
    catalogue_version: str
    profile: str
    desk_name: str
    size: int
    final: bool


def list_releases(
    session: Session, desk_slug: str, kind: PeriodKind | None = None
) -> tuple[ReleaseFacts, ...]:
    """Return the reports of a desk, all or of one kind, by their end: the newest first, then the longest."""
    rows = session.execute(
        select(
            Release.period,
            Release.epoch,
            Release.simulated,
            Release.published_at,
            Release.sha256,
            Release.catalogue_version,
            Release.profile,
            Release.desk_name,
            func.length(Release.document).label("size"),
        ).where(*newest_reports(desk_slug, kind))
    )
    final = set(session.scalars(select(FinalYear.year).where(FinalYear.desk == desk_slug)))
    reports = sorted(rows, key=lambda row: _end(row.period), reverse=True)
    return tuple(
        ReleaseFacts(**row._asdict(), final=parse_period(row.period).year in final) for row in reports
    )


def is_final(session: Session, desk_slug: str, year: int) -> bool:
    """Tell whether nothing of a year of a desk changes any more."""
    query = select(exists().where(FinalYear.desk == desk_slug, FinalYear.year == year))
    return bool(session.scalar(query))


def published_periods(session: Session, desk_slug: str, kind: PeriodKind) -> tuple[str, ...]:
    """Return the periods of one kind of which a desk published a report, newest first."""
    periods = select(Release.period).where(*newest_reports(desk_slug, kind)).order_by(Release.period.desc())
    return tuple(session.scalars(periods))


def latest_month(session: Session, desk_slug: str) -> str | None:
    """Return the newest month, as YYYY-MM, of which a desk published a report, or None."""
    return next(iter(published_periods(session, desk_slug, PeriodKind.MONTH)), None)


def newest_reports(
    desk_slug: str, kind: PeriodKind | None = None, *, known_at: datetime | None = None
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the releases that are the reports of a desk, all or of one kind.

    With `known_at` these are the reports as they were at that moment.
    """
    later = aliased(Release)
    revisions = [later.desk == Release.desk, later.period == Release.period, later.epoch > Release.epoch]
    conditions = [Release.desk == desk_slug]
    if known_at is not None:
        revisions.append(later.published_at <= known_at)
        conditions.append(Release.published_at <= known_at)
    of_kind = () if kind is None else _OF_KIND[kind]
    return (*conditions, ~exists().where(*revisions), *of_kind)


_OF_KIND = {
    PeriodKind.MONTH: (Release.period.like("____-__"), Release.period.not_like("____-Q_")),
    PeriodKind.QUARTER: (Release.period.like("____-Q_"),),
    PeriodKind.YEAR: (Release.period.like("____"),),
}


def _end(period: str) -> tuple[datetime, int]:
    months = parse_period(period).months
    return months[-1].starts_at, len(months)
