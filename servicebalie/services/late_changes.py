"""What changes after its month was frozen: noted, so that the year's final revision knows whether it may be.

A revision that follows from the change of a few people would tell about them, so it needs enough of them
(disclosure control, releases).
"""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from servicebalie.core.periods import Month, Year
from servicebalie.models.desks import StatisticsYear
from servicebalie.models.questions import Visit
from servicebalie.services.identity import first_id_of


def note_late_change(session: Session, visit_id: int, received_at: datetime, now: datetime) -> None:
    """Note that something that is counted of a visit changed, when its month is frozen by now.

    `received_at` is when the question that changed was asked. One that was added in a later year than that
    of the visit is not noted: its year then counts a person too few, which can only keep a revision from
    being made, while the year of the visit would count one too many.
    """
    if _is_late(received_at, now) and _is_of_year(visit_id, Month.of(received_at).year):
        session.execute(update(Visit).where(Visit.id == visit_id).values(changed_late=True))


def note_late_erasure(session: Session, visit: Visit, now: datetime) -> None:
    """Note that a visit is about to be erased, when its month is frozen by now.

    A person counts once, with their last visit of the year; of others that stay the change is noted.
    """
    if not _is_late(visit.received_at, now):
        return
    year = Month.of(visit.received_at).year
    other = aliased(Visit)
    of_person = (other.asker == visit.asker, other.desk_id == visit.desk_id, other.id != visit.id)
    remaining = session.scalar(select(func.min(other.id)).where(*of_person))
    if remaining is not None:
        session.execute(update(Visit).where(Visit.id == remaining).values(changed_late=True))
        return
    session.execute(
        update(StatisticsYear)
        .where(StatisticsYear.desk_id == visit.desk_id, StatisticsYear.year == year)
        .values(erased_late=StatisticsYear.erased_late + 1)
    )


def count_late_changes(session: Session, desk_id: int, year: int) -> int:
    """Return how many persons of a desk's year changed or were erased after their month was frozen."""
    changed = session.scalar(
        select(func.count(Visit.asker.distinct())).where(
            Visit.desk_id == desk_id,
            Visit.changed_late,
            Visit.id >= first_id_of(Year(year).starts_at),
            Visit.id < first_id_of(Year(year).ends_at),
        )
    )
    erased = session.scalar(
        select(StatisticsYear.erased_late).where(
            StatisticsYear.desk_id == desk_id, StatisticsYear.year == year
        )
    )
    return (changed or 0) + (erased or 0)


def _is_of_year(visit_id: int, year: int) -> bool:
    return first_id_of(Year(year).starts_at) <= visit_id < first_id_of(Year(year).ends_at)


def _is_late(received_at: datetime, now: datetime) -> bool:
    return now >= Month.of(received_at).frozen_at
