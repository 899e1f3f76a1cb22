"""What must be kept although its period is over: held with a reason, until a day, or until it is let go."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.rights import HoldReason
from servicebalie.models.questions import Question, Visit
from servicebalie.models.retention import RetentionHold

LONGEST = timedelta(days=731)
"""Two years; a hold that is still needed then is placed anew, by somebody who thought about it."""

CASE_NUMBER = r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}"
"""No spaces, so that nobody writes about people here."""


class InvalidHold(ServicebalieError):
    """A hold cannot be placed; `reason` is a code."""

    code = "invalid-hold"


class NoSuchHold(ServicebalieError):
    """The desk has no hold with this number that is in force."""

    code = "no-such-hold"


@dataclass(frozen=True, slots=True)
class Hold:
    """What is held: the visit of the question `reference`, or for None all of the desk."""

    id: int
    visit_id: int | None
    reason: HoldReason
    case_number: str | None
    placed_at: datetime
    until: date
    lifted_at: datetime | None = None


def place_hold(
    session: Session,
    desk_id: int,
    reason: HoldReason,
    now: datetime,
    *,
    until: date,
    visit_id: int | None = None,
    case_number: str | None = None,
) -> int:
    """Hold a visit, or for None all of a desk, and return the number of the hold.

    Raises `InvalidHold` for a day that has passed or is too far off, and for a case number with spaces.
    """
    today = _day(now)
    if not today <= until <= today + LONGEST:
        raise InvalidHold(reason="until")
    if case_number is not None and not re.fullmatch(CASE_NUMBER, case_number):
        raise InvalidHold(reason="case-number")
    hold = RetentionHold(
        desk_id=desk_id,
        visit_id=visit_id,
        reason=reason,
        case_number=case_number,
        placed_at=now,
        until=until,
    )
    session.add(hold)
    session.flush()
    return hold.id


def lift_hold(session: Session, desk_id: int, hold_id: int, now: datetime) -> None:
    """Let go what a hold holds; raises `NoSuchHold`."""
    lifted = session.execute(
        update(RetentionHold)
        .where(RetentionHold.id == hold_id, RetentionHold.desk_id == desk_id, in_force(now))
        .values(lifted_at=now)
    )
    if lifted.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE returns a CursorResult
        raise NoSuchHold


def list_holds(session: Session, desk_id: int, now: datetime) -> Sequence[Hold]:
    """Return the holds of a desk that are in force, those that end first first."""
    rows = session.scalars(
        select(RetentionHold)
        .where(RetentionHold.desk_id == desk_id, in_force(now))
        .order_by(RetentionHold.until, RetentionHold.id)
    )
    return [_hold(row) for row in rows]


def holds_of_visit(session: Session, visit_id: int) -> Sequence[Hold]:
    """Return all holds on a visit, those that ended too, the oldest first."""
    rows = select(RetentionHold).where(RetentionHold.visit_id == visit_id).order_by(RetentionHold.id)
    return [_hold(row) for row in session.scalars(rows)]


def visit_of_question(session: Session, desk_id: int, reference: str) -> int:
    """Return the visit of a question of a desk; raises `InvalidHold` when there is none."""
    query = select(Question.visit_id).where(Question.desk_id == desk_id, Question.reference == reference)
    visit_id = session.scalar(query)
    if visit_id is None:
        raise InvalidHold(reason="question")
    return visit_id


def is_held(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a visit is held, by itself, with its desk, or because its person had its use
    restricted: then it is to be kept, and nothing else."""
    of_visit = or_(RetentionHold.visit_id == Visit.id, RetentionHold.visit_id.is_(None))
    held = exists().where(RetentionHold.desk_id == Visit.desk_id, of_visit, in_force(now))
    return or_(held, Visit.restricted_at.is_not(None))


def is_desk_held(desk_id: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition that all of a desk is held."""
    whole = (RetentionHold.desk_id == desk_id, RetentionHold.visit_id.is_(None))
    return exists().where(*whole, in_force(now))


def in_force(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a hold was not lifted and has not ended."""
    return RetentionHold.lifted_at.is_(None) & (RetentionHold.until >= _day(now))


def _hold(row: RetentionHold) -> Hold:
    return Hold(row.id, row.visit_id, row.reason, row.case_number, row.placed_at, row.until, row.lifted_at)


def _day(now: datetime) -> date:
    return now.astimezone(AMSTERDAM).date()
