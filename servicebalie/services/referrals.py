"""Handing a question to a service, and telling that service."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from servicebalie.core.directory import Service
from servicebalie.core.errors import Fault, InvalidInput, ServicebalieError
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.routing import HANDING_OVER, Decision, RoutingFacts, explain_override, route
from servicebalie.core.routing_facts import passed_over
from servicebalie.core.sealing import Owner, Sealed
from servicebalie.core.vocabulary import (
    ChosenBy,
    Mark,
    ReferralAction,
    ReferralKind,
    ReferralStatus,
    Status,
)
from servicebalie.core.working_days import add_working_days
from servicebalie.models.base import table_of
from servicebalie.models.questions import Question, Referral
from servicebalie.services.identity import new_id
from servicebalie.services.insertion import Row, insert_rows
from servicebalie.services.late_changes import note_late_change
from servicebalie.services.outbox import Delivery, delivery_row
from servicebalie.services.question_views import QuestionView
from servicebalie.services.referral_counts import referral_counts
from servicebalie.services.referral_steps import (
    NO_TERM,
    earliest_term,
    end_open_referrals,
    open_referrals,
    tried_services,
)
from servicebalie.services.restriction import question_restricted, refuse_restricted
from servicebalie.services.sealing import Sealer, sealer_of
from servicebalie.services.visits import routing_facts
from servicebalie.services.workplace import Workplace

PARTNER_LOCALE = "nl"
"""Partners are Dutch public organisations; their mail is in Dutch."""

_REFERRALS = table_of(Referral)


class QuestionClosed(ServicebalieError):
    """The question is closed, so it cannot be referred, closed again or written about by staff."""

    code = "question-closed"


def refer_question(
    session: Session,
    work: Workplace,
    question: QuestionView,
    *,
    service_id: int | None,
    kind: ReferralKind | None,
    reason: str | None,
    consents: bool = False,
    alongside: bool = False,
) -> None:
    """Send a question to a service that staff choose, or for None to where routing sends it now.

    Former referrals that are open are revoked, unless the new one goes `alongside` them. `consents` tells
    that the person agrees now to a hand-over, if they did not before. Raises `QuestionClosed`, and
    `InvalidInput` for an unknown service, a hand-over to which the person did not agree, a service that has
    the question already. What routing leaves at the desk keeps the mark with which it came back.
    """
    agreed = {"consented_at": func.coalesce(Question.consented_at, work.now)} if consents else {}
    # Before anything is decided, because the person may have taken consent back since the question was read.
    now = change_question(session, work, question.id, **agreed)
    where = routing_facts(question.topic, question.facts, consents=now.consented_at is not None)
    if service_id is None:
        chosen_by, decision = ChosenBy.ROUTING, route_now(session, work, question.id, where)
    else:
        chosen_by, decision = ChosenBy.STAFF, send_to(work, service_id, where, kind)
    note_late_change(session, question.visit_id, question.received_at, work.now)
    if not alongside:
        end_open_referrals(session, work, question.id, ReferralAction.REVOKE)
    elif any(one.service_id == decision.service.id for one in open_referrals(session, question.id)):
        raise InvalidInput(Fault("/service", "service-has-it"))
    waits = alongside and now.status is Status.WAITING
    mark = now.mark if chosen_by is ChosenBy.ROUTING and decision.kind is None else None
    send_question(session, work, question.id, decision, chosen_by, reason=reason, mark=mark, waits=waits)


def route_now(session: Session, work: Workplace, question_id: int, where: RoutingFacts) -> Decision:
    """Return where routing sends a question now, with these facts: not to who returned it or let it lie."""
    tried = tried_services(session, question_id)
    return route(where, work.directory, work.now, referral_counts(session), passed_over(tried))


def send_question(
    session: Session,
    work: Workplace,
    question_id: int,
    decision: Decision,
    chosen_by: ChosenBy,
    *,
    reason: str | None = None,
    mark: Mark | None = None,
    waits: bool = False,
) -> None:
    """Add the referral of a decision to a question, beside those that are open, and move the question there.

    `mark` tells why the question is back at the desk; a question that `waits` for its person goes on to.
    """
    referral = referral_columns(work, question_id, decision, chosen_by, reason)
    former = session.execute(select(func.max(Referral.id)).where(Referral.question_id == question_id))
    # The newest referral has the highest key, whatever the clocks of two machines say.
    referral["id"] = max(referral["id"], former.scalar_one() + 1)
    masters = work.keys.master_keys
    sealer = sealer_of(session, masters, Owner.QUESTION, question_id) if reason else None
    insert_rows(session, referral_rows(work, referral, sealer))
    beside = any(one.id != referral["id"] for one in open_referrals(session, question_id))
    standing = {
        "status": Status.REFERRED if beside else status_after(decision),
        "due_on": earliest_term(session, question_id) or due_on(work, decision.service),
        "days_left": None,
    }
    session.execute(
        update(Question)
        .where(Question.id == question_id)
        .values(
            destination=decision.destination,
            service_id=decision.service.id,
            mark=mark,
            **({} if waits and beside else standing),
        )
    )


@dataclass(frozen=True, slots=True)
class QuestionNow:
    """Where a question stands while its row is ours, whatever it was when it was read."""

    status: Status
    due_on: date | None
    days_left: int | None
    consented_at: datetime | None
    mark: Mark | None


def change_question(session: Session, work: Workplace, question_id: int, **columns: Any) -> QuestionNow:
    """Change columns of a question that is not closed, and return where it stands.

    Raises `QuestionClosed`, and `VisitRestricted`.

    It comes first in every change: from here to the end of the transaction the row is ours, so that of two
    people who act at once the later one meets what the other did.
    """
    changed = session.execute(
        update(Question)
        .where(Question.id == question_id, Question.status != Status.CLOSED, ~question_restricted())
        .values(**columns, updated_at=work.now, version=Question.version + 1)
        .returning(
            *(Question.status, Question.due_on, Question.days_left, Question.consented_at, Question.mark)
        )
    ).first()
    if changed is None:
        refuse_restricted(session, question_id)
        raise QuestionClosed
    return QuestionNow(*changed)


def closing_columns(work: Workplace) -> dict[str, Any]:
    """Return the columns of a question that is closed now, apart from how it ended."""
    return {
        "status": Status.CLOSED,
        "closed_at": work.now,
        "due_on": None,
        "days_left": None,
        "mark": None,
    }


def send_to(
    work: Workplace, service_id: int, where: RoutingFacts, kind: ReferralKind | None = None
) -> Decision:
    """Return the decision of staff for a service.

    Raises `InvalidInput` when there is no such service, and for a hand-over without the person's consent.
    """
    service = work.directory.service(service_id)
    if service is None or not service.active:
        raise InvalidInput(Fault("/service", "unknown-service"))
    decision = explain_override(service, where, work.directory, work.now)
    if kind in HANDING_OVER and decision.kind and not where.consents:
        raise InvalidInput(Fault("/consent", "consent-missing"))
    return replace(decision, kind=kind) if kind and decision.kind else decision


def status_after(decision: Decision) -> Status:
    """Return where a question stands once this is decided."""
    return Status.OPEN if decision.kind is None else Status.REFERRED


def due_on(work: Workplace, service: Service) -> date:
    """Return the last working day on which an answer of the service is in time."""
    return add_working_days(today(work), service.response_days, service.closures)


def today(work: Workplace) -> date:
    """Return the day, Dutch time."""
    return work.now.astimezone(AMSTERDAM).date()


def _terms(service: Service, status: ReferralStatus, start: date) -> dict[str, date | None]:
    """Return until when a service has to respond to a referral, and when it is to be reminded first.

    That is one working day before, or where that has come already, on the day itself.
    """
    if status is not ReferralStatus.REQUESTED:
        return NO_TERM
    respond_by = add_working_days(start, service.response_days, service.closures)
    before = add_working_days(start, max(service.response_days - 1, 0), service.closures)
    remind_on = before if before > start else respond_by if respond_by > start else None
    return {"respond_by": respond_by, "remind_on": remind_on}


def referral_columns(
    work: Workplace,
    question_id: int,
    decision: Decision,
    chosen_by: ChosenBy,
    override_reason: str | None,
    start: date | None = None,
) -> dict[str, Any]:
    """Return the columns that keep a decision, with its reasons, terms and the version of the directory.

    The term begins at `start`, if not today.
    """
    status = _first_status(decision.kind)
    return {
        "id": new_id(work.now),
        "question_id": question_id,
        "desk_id": work.desk_id,
        "service_id": decision.service.id,
        "destination": decision.destination,
        "kind": decision.kind,
        "status": status,
        "chosen_by": chosen_by,
        "override_reason": override_reason,
        "reasons": [{"code": reason.code, "value": reason.value} for reason in decision.reasons],
        "directory_version": work.directory.version,
        "rules_version": work.directory.rules.version,
        "user_id": work.user_id,
        "decided_at": work.now,
        **_terms(decision.service, status, start or today(work)),
    }


def referral_rows(work: Workplace, referral: Mapping[str, Any], sealer: Sealer | None) -> list[Row]:
    """Return the row of a referral and, where the service waits to be told and can be, that of the mail.

    `sealer` is that of the question, without which a reason why staff chose is not kept.
    """
    reason = referral["override_reason"]
    sealed = sealer.seal(reason, Sealed.OVERRIDE_REASON, referral["id"]) if reason and sealer else None
    rows: list[Row] = [(_REFERRALS, {**referral, "override_reason": sealed})]
    if referral["status"] is ReferralStatus.REQUESTED and work.directory[referral["service_id"]].email:
        payload = {"question": referral["question_id"], "referral": referral["id"]}
        rows.append(
            delivery_row(work.desk_id, Delivery.REFERRAL_REQUESTED, payload, PARTNER_LOCALE, work.now)
        )
    return rows


def _first_status(kind: ReferralKind | None) -> ReferralStatus:
    if kind is None:
        return ReferralStatus.KEPT
    return ReferralStatus.GIVEN if kind is ReferralKind.INFORMATION_ONLY else ReferralStatus.REQUESTED
