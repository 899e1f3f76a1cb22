"""The end of a year's statistics: its one final revision, if it may be, and the destruction of its keys."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.periods import Period, Year, covers, frozen_periods
from servicebalie.models.releases import FinalYear, Release
from servicebalie.services.askers import destroy_year_salt
from servicebalie.services.late_changes import count_late_changes
from servicebalie.services.publication import FIRST_EPOCH, NewRelease, find_desk_row, store_release

FINAL_EPOCH = FIRST_EPOCH + 1

ENOUGH_CHANGED = 10
"""A revision that follows from fewer people would tell about them."""


class YearNotComplete(ServicebalieError):
    """A period of the year is not published yet; `period` is the first of them."""

    code = "year-not-complete"


class YearFinal(ServicebalieError):
    """The year is final already; its keys are destroyed."""

    code = "year-final"


def periods_of_year(session: Session, desk_slug: str, year: Year) -> tuple[Period, ...]:
    """Return the periods of a year for which the desk was there from their first month."""
    desk = find_desk_row(session, desk_slug)
    periods = frozen_periods(year.months[0], year.frozen_at)
    return tuple(period for period in periods if covers(desk.created_at, period))


def require_complete(session: Session, desk_slug: str, year: Year) -> None:
    """Make sure that a year can be made final; raises `YearFinal` or `YearNotComplete`."""
    if session.scalar(select(exists().where(FinalYear.desk == desk_slug, FinalYear.year == year.year))):
        raise YearFinal(year=str(year))
    published = set(session.scalars(select(Release.period).where(Release.desk == desk_slug)))
    for period in periods_of_year(session, desk_slug, year):
        if str(period) not in published:
            raise YearNotComplete(year=str(year), period=str(period))


def may_be_revised(session: Session, desk_slug: str, year: Year) -> bool:
    """Tell whether enough people changed since publication for a revision that tells of none of them."""
    desk = find_desk_row(session, desk_slug)
    return count_late_changes(session, desk.id, year.year) >= ENOUGH_CHANGED


def store_final_year(
    session: Session, desk_slug: str, year: Year, revision: Iterable[NewRelease], now: datetime
) -> None:
    """Store the revision of all periods, or of none, and destroy the keys of the year: all or nothing.

    Raises `YearFinal` when another process was first.
    """
    require_complete(session, desk_slug, year)
    releases = tuple(revision)
    for release in releases:
        store_release(session, release)
    row = {"desk": desk_slug, "year": year.year, "finalised_at": now, "revised": bool(releases)}
    session.execute(insert(FinalYear).values(row))
    destroy_year_salt(session, find_desk_row(session, desk_slug).id, year.year, now)
