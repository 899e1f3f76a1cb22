"""What partners find in their inbox: the referrals to their own organisation, with the least they need."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, select, union_all
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.permissions import (
    Action,
    Subject,
    is_limited_to_organisation,
    may,
    sees_all_of_desk,
    sees_sensitive,
)
from servicebalie.core.referral_states import OPEN
from servicebalie.core.routing import HANDING_OVER
from servicebalie.core.vocabulary import (
    Outcome,
    ReferralKind,
    ReferralStatus,
    ReturnReason,
    UnmetReason,
)
from servicebalie.models.questions import Question, Referral
from servicebalie.services.accounts import Principal
from servicebalie.services.question_views import QuestionView, ReferralView
from servicebalie.services.questions import (
    not_too_sensitive,
    own_services,
    read_question,
    seen_by,
)
from servicebalie.services.referral_acts import ReferralCase
from servicebalie.services.referral_steps import OPEN_REFERRAL
from servicebalie.services.referrals import today
from servicebalie.services.restriction import question_restricted
from servicebalie.services.visits import Contact, read_contact
from servicebalie.services.workplace import Workplace


class ReferralNotFound(ServicebalieError):
    """The desk has no such referral."""

    code = "referral-not-found"


class ReferralNotForYou(ServicebalieError):
    """The user may not see this referral, or there is none; the answer is the same for both."""

    code = "referral-not-for-you"


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """Which referrals to list. Without a status these are the open ones; `question` is a reference."""

    status: ReferralStatus | None = None
    overdue: bool | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class ReferralSummary:
    """A referral in an inbox: coded facts only."""

    id: int
    question: str
    status: ReferralStatus
    kind: ReferralKind
    topic: str
    sensitive: bool
    language: str | None
    municipality: str | None
    service_id: int
    service_name: str
    decided_at: datetime
    respond_by: date | None
    overdue: bool
    returned_reason: ReturnReason | None
    outcome: Outcome | None
    unmet_reason: UnmetReason | None


def list_referrals(
    session: Session,
    work: Workplace,
    principal: Principal,
    wanted: ReferralFilter,
    *,
    before: int | None,
    limit: int,
) -> list[ReferralSummary]:
    """Return the newest referrals to the partner's organisation, `limit` at most, older than the id `before`.

    One query, in which every service of the organisation gives its newest ones from an index.
    """
    conditions = [*_conditions(work, wanted), *_may_see(work, principal, Action.READ_INBOX)]
    if before is not None:
        conditions.append(Referral.id < before)
    pages = [
        select(_newest(service, conditions, limit).subquery()) for service in own_services(work, principal)
    ]
    if not pages:
        return []
    every = union_all(*pages).subquery()
    rows = session.connection().execute(select(every).order_by(every.c.id.desc()).limit(limit))
    return [_summary(row, work) for row in rows]


def find_referral(session: Session, work: Workplace, principal: Principal, referral_id: int) -> ReferralCase:
    """Return a referral and its question as this user may see them.

    A partner sees how to reach the person only while it is at work on the referral, and nothing of the
    question once the referral was given or taken back. Raises `ReferralNotFound`, or `ReferralNotForYou` for
    a user who does not see all questions of the desk.
    """
    found = select(Question).join(Referral).where(Referral.id == referral_id)
    conditions = [
        Question.desk_id == principal.desk_id,
        *_may_see(work, principal, Action.READ_REFERRAL),
    ]
    is_partner = is_limited_to_organisation(principal, Action.READ_REFERRAL)
    if is_partner:
        conditions.append(Referral.service_id.in_(own_services(work, principal)))
    row = session.scalar(found.where(*conditions))
    if row is None:
        sees_all = sees_all_of_desk(principal, Action.READ_REFERRAL)
        raise ReferralNotFound if sees_all else ReferralNotForYou
    for_partner = principal.organisation_id if is_partner else None
    question = seen_by(principal, read_question(session, work, row, for_partner))
    referral = next(one for one in question.referrals if one.id == referral_id)
    if is_partner:
        about = _subject(principal, question, referral)
        question = replace(question, contact=_contact(session, work, principal, question, about))
        if not may(principal, Action.READ_TEXT, about):
            question = replace(question, text=None, translations=(), messages=())
    return ReferralCase(question, referral)


def is_late(status: ReferralStatus, respond_by: date | None, work: Workplace) -> bool:
    """Whether a service should have responded before today, Dutch time."""
    return status in OPEN and respond_by is not None and respond_by < today(work)


def _subject(principal: Principal, question: QuestionView, referral: ReferralView) -> Subject:
    """Return what somebody acts on who was found to see this referral of their own desk."""
    return Subject(
        principal.desk_id,
        referral.service.organisation_id,
        state=referral.status,
        sensitive=question.sensitive,
    )


def _contact(
    session: Session, work: Workplace, principal: Principal, question: QuestionView, about: Subject
) -> Contact | None:
    """Return how a service that is at work reaches the person who agreed to that, or None."""
    if not may(principal, Action.READ_CONTACT, about) or question.consented_at is None:
        return None
    contact = read_contact(session, work.keys, question.visit_id)
    if contact is None or sees_sensitive(principal, Action.READ_CONTACT):
        return contact
    return replace(contact, email_safe=None)


def _may_see(work: Workplace, principal: Principal, action: Action) -> list[ColumnElement[bool]]:
    """Return the conditions that a referral hands a question over, and one that the user may see."""
    limited = is_limited_to_organisation(principal, action)
    unrestricted = [~question_restricted()] if limited else []
    return [Referral.kind.in_(HANDING_OVER), *not_too_sensitive(work, principal, action), *unrestricted]


def _conditions(work: Workplace, wanted: ReferralFilter) -> list[ColumnElement[bool] | TextClause]:
    conditions: list[ColumnElement[bool] | TextClause] = []
    if wanted.status is not None:
        conditions.append(Referral.status == wanted.status)
    if wanted.status is None or wanted.status in OPEN:
        conditions.append(OPEN_REFERRAL)
    if wanted.question is not None:
        conditions.append(Question.reference == wanted.question)
    if wanted.overdue is not None:
        late = Referral.respond_by < today(work)
        conditions.append(late if wanted.overdue else ~late | Referral.respond_by.is_(None))
    return conditions


def _newest(
    service_id: int, conditions: Sequence[ColumnElement[bool] | TextClause], limit: int
) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Referral.id,
            Referral.status,
            Referral.kind,
            Referral.service_id,
            Referral.decided_at,
            Referral.respond_by,
            Referral.returned_reason,
            Referral.outcome,
            Referral.unmet_reason,
            Question.reference,
            Question.topic,
            Question.language,
            Question.municipality,
        )
        .join(Question, Question.id == Referral.question_id)
        .where(Referral.service_id == service_id, *conditions)
        .order_by(Referral.id.desc())
        .limit(limit)
    )


def _summary(row: Any, work: Workplace) -> ReferralSummary:
    return ReferralSummary(
        id=row.id,
        question=row.reference,
        status=row.status,
        kind=row.kind,
        topic=row.topic,
        sensitive=work.directory.code_lists.topics[row.topic].sensitive,
        language=row.language,
        municipality=row.municipality,
        service_id=row.service_id,
        service_name=work.directory[row.service_id].name,
        decided_at=row.decided_at,
        respond_by=row.respond_by,
        overdue=is_late(row.status, row.respond_by, work),
        returned_reason=row.returned_reason,
        outcome=row.outcome,
        unmet_reason=row.unmet_reason,
    )
