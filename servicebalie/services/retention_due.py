"""What is due to be deleted or anonymised at a desk, and what waits, and for what.

Nothing of the facts of a year is due before the year is final (ADR 38): until then a quarter, the year or its
one revision may still be counted from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from servicebalie.core.periods import Month, Year
from servicebalie.core.retention import OF_VISITS, Act, DataClass, Rule, Trigger
from servicebalie.core.vocabulary import Status
from servicebalie.models.accounts import Token, User
from servicebalie.models.desks import Desk
from servicebalie.models.questions import (
    Message,
    Question,
    QuestionText,
    Referral,
    ReferralEvent,
    Visit,
    VisitContact,
)
from servicebalie.models.releases import FinalYear
from servicebalie.models.retention import RightExercised
from servicebalie.services.identity import first_id_of
from servicebalie.services.retention_holds import is_desk_held, is_held

AT_ONCE = 100
"""How many visits, or rows of other classes, one transaction deals with: some hundredths of a second."""


@dataclass(frozen=True, slots=True)
class DueCount:
    """How many visits (of other classes: rows) are due, are held, and wait for their year to be final."""

    rule: Rule
    due: int
    held: int = 0
    waiting: int = 0


def count_due(session: Session, desk_id: int, rule: Rule, now: datetime) -> DueCount:
    """Count what a run would do with a class now; nothing is changed."""
    if rule.data_class not in OF_VISITS:
        column, conditions, held = _others(desk_id, rule, rule.cut_off(now), now)
        both = select(func.count(column).filter(~held), func.count(column).filter(held)).where(*conditions)
        return DueCount(rule, *session.execute(both).one())
    over, held = _is_over(desk_id, rule, rule.cut_off(now)), is_held(now)
    settled = _is_settled(session, desk_id, rule)
    counts = select(
        func.count().filter(~held, settled),
        func.count().filter(held),
        func.count().filter(~held, ~settled),
    ).where(*over)
    return DueCount(rule, *session.execute(counts.select_from(Visit)).one())


def find_due(
    session: Session, desk_id: int, rule: Rule, cut_off: datetime, now: datetime, *, after: int = 0
) -> Sequence[int]:
    """Return what is due of a class with the lowest keys above `after`, `AT_ONCE` at most.

    These are ids of visits, or of rows of the class.
    """
    column, conditions = _due(session, desk_id, rule, cut_off, now)
    query = select(column).where(*conditions, column > after).order_by(column).limit(AT_ONCE)
    return session.scalars(query).all()


def still_due(
    session: Session, desk_id: int, rule: Rule, cut_off: datetime, now: datetime, *, ids: Sequence[int]
) -> Sequence[int]:
    """Return those that are due still, and keep them so until the transaction ends.

    Whoever changes a question changes its row first, so nothing happens to it while we hold that.
    """
    column, conditions = _due(session, desk_id, rule, cut_off, now)
    if rule.data_class in OF_VISITS:
        rows = select(Question.id).where(Question.visit_id.in_(ids)).order_by(Question.id)
        session.execute(rows.with_for_update())
    return session.scalars(select(column).where(*conditions, column.in_(ids)).order_by(column)).all()


def first_unsettled_year(session: Session, desk_id: int) -> Year:
    """Return the first year since a desk opened that is not final; no report needs what came before."""
    desk = session.get_one(Desk, desk_id)
    final = set(session.scalars(select(FinalYear.year).where(FinalYear.desk == desk.slug)))
    year = Month.of(desk.created_at).year
    while year in final:
        year += 1
    return Year(year)


def _due(
    session: Session, desk_id: int, rule: Rule, cut_off: datetime, now: datetime
) -> tuple[InstrumentedAttribute[int], list[ColumnElement[bool]]]:
    if rule.data_class not in OF_VISITS:
        column, conditions, held = _others(desk_id, rule, cut_off, now)
        return column, [*conditions, ~held]
    settled = _is_settled(session, desk_id, rule)
    return Visit.id, [*_is_over(desk_id, rule, cut_off), ~is_held(now), settled]


def _is_over(desk_id: int, rule: Rule, cut_off: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions that a visit holds something of a class whose period is over."""
    goes_on: ColumnElement[bool]
    if rule.trigger is Trigger.CLOSED:
        goes_on = (Question.status != Status.CLOSED) | (Question.closed_at > cut_off)
    else:
        goes_on = Question.updated_at > cut_off
    return [
        Visit.desk_id == desk_id,
        # Nothing happens to a visit before it; and keys are in the order of time.
        Visit.id < first_id_of(cut_off),
        _holds(rule),
        ~exists().where(Question.visit_id == Visit.id, goes_on),
    ]


def _holds(rule: Rule) -> ColumnElement[bool]:
    """Return the condition that there is something of a class about a visit."""
    # Two selects deep SQLAlchemy takes `visit` for another table than the one outside, unless it is told.
    questions = select(Question.id).where(Question.visit_id == Visit.id).correlate(Visit)
    match rule.data_class:
        case DataClass.CONTACT:
            return exists().where(VisitContact.visit_id == Visit.id)
        case DataClass.TEXTS:
            return exists().where(QuestionText.question_id.in_(questions))
        case DataClass.MESSAGES:
            referrals = select(Referral.id).where(Referral.question_id.in_(questions))
            return or_(
                exists().where(Message.question_id.in_(questions)),
                exists().where(Referral.question_id.in_(questions), Referral.override_reason.is_not(None)),
                exists().where(ReferralEvent.referral_id.in_(referrals), ReferralEvent.note.is_not(None)),
            )
    return Visit.anonymised_at.is_(None) if rule.act is Act.ANONYMISE else true()


def _is_settled(session: Session, desk_id: int, rule: Rule) -> ColumnElement[bool]:
    """Return the condition that no report will be counted from a visit any more, where that matters.

    Questions that were added in a later year count in that year, with what is known of the visit.
    """
    if rule.data_class is not DataClass.FACTS:
        return true()
    start = first_id_of(first_unsettled_year(session, desk_id).starts_at)
    return ~exists().where(Question.visit_id == Visit.id, Question.id >= start)


def _others(
    desk_id: int, rule: Rule, cut_off: datetime, now: datetime
) -> tuple[InstrumentedAttribute[Any], list[ColumnElement[bool]], ColumnElement[bool]]:
    """Return the key of a class that is not about visits, when a row of it is over, and when it is held."""
    if rule.data_class is DataClass.USERS:
        # Without a name nothing is left of them, so they are not due a second time.
        over = [User.desk_id == desk_id, User.closed_at <= cut_off, User.name.is_not(None)]
        return User.id, over, is_desk_held(desk_id, now)
    if rule.data_class is DataClass.TOKENS:
        users = select(User.id).where(User.desk_id == desk_id)
        ended = func.coalesce(Token.revoked_at, Token.expires_at)
        return Token.id, [Token.user_id.in_(users), ended <= cut_off], false()
    handled = [RightExercised.desk_id == desk_id, RightExercised.handled_at <= cut_off]
    return RightExercised.id, handled, false()
