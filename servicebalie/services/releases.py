"""Which reports there are, from the published store alone.

A month may be revised once, in a new epoch that draws all numbers again; the newest epoch is the report.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from servicebalie.core.errors import ServicebalieError
from servicebalie.models.releases import Release

_MONTH = "____-__"
_QUARTER = "____-Q_"


class MonthNotPublished(ServicebalieError):
    """The desk has published no report of the month; `months` are those it has, newest first."""

    code = "month-not-published"


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """A report, without its numbers; `period` is a month as YYYY-MM, `sha256` the hash of the document."""

    period: str
    epoch: int
    simulated: bool
    published_at: datetime
    sha256: str
    catalogue_version: str
    profile: str


def list_releases(session: Session, desk_slug: str) -> tuple[ReleaseFacts, ...]:
    """Return the monthly reports of a desk, newest month first."""
    rows = session.execute(
        select(
            Release.period,
            Release.epoch,
            Release.simulated,
            Release.published_at,
            Release.sha256,
            Release.catalogue_version,
            Release.profile,
        )
        .where(*monthly_reports(desk_slug))
        .order_by(Release.period.desc())
    )
    return tuple(ReleaseFacts(*row) for row in rows)


def published_months(session: Session, desk_slug: str) -> tuple[str, ...]:
    """Return the months, as YYYY-MM, of which a desk published a report, newest first."""
    months = select(Release.period).where(*monthly_reports(desk_slug)).order_by(Release.period.desc())
    return tuple(session.scalars(months))


def latest_month(session: Session, desk_slug: str) -> str | None:
    """Return the newest month, as YYYY-MM, of which a desk published a report, or None."""
    return next(iter(published_months(session, desk_slug)), None)


def monthly_reports(desk_slug: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the releases that are the reports of a desk's months."""
    later = aliased(Release)
    revised = exists().where(
        later.desk == Release.desk, later.period == Release.period, later.epoch > Release.epoch
    )
    return (
        Release.desk == desk_slug,
        Release.period.like(_MONTH),
        Release.period.not_like(_QUARTER),
        ~revised,
    )
