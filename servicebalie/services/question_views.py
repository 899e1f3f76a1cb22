"""A question as it is told to those who may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from servicebalie.core.directory import Service
from servicebalie.core.opening import AMSTERDAM, Opening, next_opening
from servicebalie.core.routing import Reason, ReasonCode
from servicebalie.core.vocabulary import (
    Author,
    ChosenBy,
    Destination,
    Outcome,
    ReferralKind,
    ReferralStatus,
    Status,
    UnmetReason,
)
from servicebalie.services.visits import Contact, VisitFacts
from servicebalie.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class ReferralView:
    """Where a question is now and why; `kind` is None when it stays at the desk."""

    service: Service
    destination: Destination
    kind: ReferralKind | None
    status: ReferralStatus
    chosen_by: ChosenBy
    override_reason: str | None
    reasons: tuple[Reason, ...]
    opening: Opening | None


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message; `language` is the one it is written in, where known."""

    author: Author
    text: str
    language: str | None
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionView:
    """Everything about one question; a partner learns that there is a contact, not which."""

    id: int
    visit_id: int
    reference: str
    status: Status
    topic: str
    sensitive: bool
    text: str | None
    facts: VisitFacts
    received_at: datetime
    updated_at: datetime
    due_on: date | None
    overdue: bool
    closed_at: datetime | None
    outcome: Outcome | None
    unmet_reason: UnmetReason | None
    consented_at: datetime | None
    version: int
    referral: ReferralView
    messages: tuple[MessageView, ...]
    has_contact: bool
    contact: Contact | None


def build_view(
    work: Workplace,
    question: Mapping[str, Any],
    facts: VisitFacts,
    referral: Mapping[str, Any],
    text: str | None,
    *,
    contact: Contact | None,
    messages: Sequence[MessageView] = (),
) -> QuestionView:
    """Put a question together from its rows, just written or read."""
    return QuestionView(
        id=question["id"],
        visit_id=question["visit_id"],
        reference=question["reference"],
        status=question["status"],
        topic=question["topic"],
        sensitive=work.directory.code_lists.topics[question["topic"]].sensitive,
        text=text,
        facts=facts,
        received_at=question["received_at"],
        updated_at=question["updated_at"],
        due_on=question["due_on"],
        overdue=is_overdue(question["status"], question["due_on"], work.now),
        closed_at=question["closed_at"],
        outcome=question["outcome"],
        unmet_reason=question["unmet_reason"],
        consented_at=question["consented_at"],
        version=question["version"],
        referral=_referral_view(work, referral, facts),
        messages=tuple(messages),
        has_contact=contact is not None,
        contact=contact,
    )


def is_overdue(status: Status, due_on: date | None, now: datetime) -> bool:
    """Whether a question should have been answered before today, Dutch time."""
    return status is not Status.CLOSED and due_on is not None and due_on < now.astimezone(AMSTERDAM).date()


def _referral_view(work: Workplace, referral: Mapping[str, Any], facts: VisitFacts) -> ReferralView:
    service = work.directory[referral["service_id"]]
    today = work.now.astimezone(AMSTERDAM).date()
    return ReferralView(
        service=service,
        destination=referral["destination"],
        kind=referral["kind"],
        status=referral["status"],
        chosen_by=referral["chosen_by"],
        override_reason=referral["override_reason"],
        reasons=tuple(Reason(ReasonCode(reason["code"]), reason["value"]) for reason in referral["reasons"]),
        opening=next_opening(service.schedules_for(facts.language, today), work.now),
    )
