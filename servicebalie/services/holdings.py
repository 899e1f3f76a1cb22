"""Everything that is held about a visit, for the person whose visit it is (GDPR, articles 15 and 20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CompoundSelect, select, union_all
from sqlalchemy.orm import Session

from servicebalie.core.routing import Reason, ReasonCode
from servicebalie.core.vocabulary import (
    ChosenBy,
    Destination,
    Outcome,
    ReferralKind,
    ReferralStatus,
    ReturnReason,
    UnmetReason,
)
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.questions import Message, Question, Referral, ReferralEvent, Visit
from servicebalie.services.outbox import KEPT_FOR, deliveries_about
from servicebalie.services.question_views import EventView, QuestionView, ReferralView
from servicebalie.services.questions import read_question
from servicebalie.services.retention_holds import Hold, holds_of_visit
from servicebalie.services.rights_register import RightRecord, rights_of_visit
from servicebalie.services.visits import Contact, VisitFacts, facts_of, read_contact
from servicebalie.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class HeldReferral:
    """Where a question was sent, by whom and why, when and how that ended, and what was done with it."""

    service: str
    organisation: str
    destination: Destination
    kind: ReferralKind | None
    status: ReferralStatus
    chosen_by: ChosenBy
    override_reason: str | None
    reasons: tuple[Reason, ...]
    directory_version: int
    rules_version: int
    decided_at: datetime
    respond_by: date | None
    remind_on: date | None
    returned_reason: ReturnReason | None
    outcome: Outcome | None
    unmet_reason: UnmetReason | None
    events: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class HeldQuestion:
    """A question with its messages, and all places that it was sent to, the first one first."""

    view: QuestionView
    referrals: tuple[HeldReferral, ...]


@dataclass(frozen=True, slots=True)
class HeldDelivery:
    """A mail, or a text for a translator, that was or is to be sent because of the visit.

    It is deleted at `kept_until` at the latest, once it was made or given up.
    """

    kind: str
    locale: str
    created_at: datetime
    available_at: datetime
    attempts: int
    finished_at: datetime | None
    failure: str | None
    kept_until: datetime


@dataclass(frozen=True, slots=True)
class Holdings:
    """A visit with all that belongs to it. `asker` is the pseudonym under which the person is counted."""

    visit_id: int
    received_at: datetime
    locale: str
    asker: bytes
    changed_late: bool
    restricted_at: datetime | None
    objected_at: datetime | None
    facts: VisitFacts
    contact: Contact | None
    questions: tuple[HeldQuestion, ...]
    deliveries: tuple[HeldDelivery, ...]
    rights: tuple[RightRecord, ...]
    holds: tuple[Hold, ...]


def read_holdings(session: Session, work: Workplace, visit_id: int) -> Holdings:
    """Return everything that is held about a visit."""
    visit = session.get_one(Visit, visit_id)
    rows = session.scalars(select(Question).where(Question.visit_id == visit_id).order_by(Question.id))
    return Holdings(
        visit_id=visit_id,
        received_at=visit.received_at,
        locale=visit.locale,
        asker=visit.asker,
        changed_late=visit.changed_late,
        restricted_at=visit.restricted_at,
        objected_at=visit.objected_at,
        facts=facts_of(visit),
        contact=read_contact(session, work.keys, visit_id),
        questions=tuple(_question(session, work, row) for row in rows),
        deliveries=tuple(_delivery(row) for row in deliveries_of(session, visit_id)),
        rights=tuple(rights_of_visit(session, visit_id)),
        holds=tuple(holds_of_visit(session, visit_id)),
    )


def deliveries_of(session: Session, visit_id: int) -> Sequence[OutboxMessage]:
    """Return what was or is to be delivered because of a visit, the oldest first."""
    questions = list(session.scalars(select(Question.id).where(Question.visit_id == visit_id)))
    moments: CompoundSelect[tuple[datetime | None]] = union_all(
        select(Visit.received_at).where(Visit.id == visit_id),
        select(Question.received_at).where(Question.visit_id == visit_id),
        select(Question.closed_at).where(Question.visit_id == visit_id),
        select(Referral.decided_at).where(Referral.question_id.in_(questions)),
        select(Message.sent_at).where(Message.question_id.in_(questions)),
        select(ReferralEvent.at).join(Referral).where(Referral.question_id.in_(questions)),
    )
    return deliveries_about(session, filter(None, session.scalars(moments)), {visit_id, *questions})


def _question(session: Session, work: Workplace, row: Question) -> HeldQuestion:
    view = read_question(session, work, row)
    views = {referral.id: referral for referral in view.referrals}
    rows = session.scalars(select(Referral).where(Referral.question_id == row.id).order_by(Referral.id))
    return HeldQuestion(view, tuple(_referral(work, referral, views[referral.id]) for referral in rows))


def _referral(work: Workplace, row: Referral, view: ReferralView) -> HeldReferral:
    service = work.directory[row.service_id]
    return HeldReferral(
        service=service.name,
        organisation=service.organisation,
        destination=row.destination,
        kind=row.kind,
        status=row.status,
        chosen_by=row.chosen_by,
        override_reason=view.override_reason,
        reasons=tuple(Reason(ReasonCode(reason["code"]), reason["value"]) for reason in row.reasons),
        directory_version=row.directory_version,
        rules_version=row.rules_version,
        decided_at=row.decided_at,
        respond_by=row.respond_by,
        remind_on=row.remind_on,
        returned_reason=row.returned_reason,
        outcome=row.outcome,
        unmet_reason=row.unmet_reason,
        events=view.events,
    )


def _delivery(row: OutboxMessage) -> HeldDelivery:
    return HeldDelivery(
        kind=row.kind,
        locale=row.locale,
        created_at=row.created_at,
        available_at=row.available_at,
        attempts=row.attempts,
        finished_at=row.finished_at,
        failure=row.failure,
        kept_until=max(row.created_at + KEPT_FOR, row.available_at),
    )
