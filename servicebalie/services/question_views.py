"""A question as it is told to those who may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from servicebalie.core.directory import Location, Service
from servicebalie.core.opening import AMSTERDAM, Opening
from servicebalie.core.ranking import Asked, place_of
from servicebalie.core.routing_facts import Reason, ReasonCode, RoutingFacts, nobody_waits
from servicebalie.core.vocabulary import (
    Actor,
    Author,
    ChosenBy,
    Destination,
    Mark,
    Outcome,
    ReferralAction,
    ReferralKind,
    ReferralStatus,
    ReturnReason,
    Status,
    UnmetReason,
)
from servicebalie.services.visits import Contact, VisitFacts
from servicebalie.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class EventView:
    """What was done with a referral, by whom, and to which state that led.

    `reason` is a code of the list that belongs to the action; `note` is from staff to staff.
    """

    at: datetime
    actor: Actor
    action: ReferralAction
    from_state: ReferralStatus
    to_state: ReferralStatus
    reason: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ReferralView:
    """Where a question was sent and why; `kind` is None when it stays at the desk.

    `respond_by` is the last day on which the service is in time, None where it has nothing to do in time;
    `location` the one of the service's locations that is best for the person.
    """

    id: int
    service: Service
    destination: Destination
    kind: ReferralKind | None
    status: ReferralStatus
    chosen_by: ChosenBy
    override_reason: str | None
    reasons: tuple[Reason, ...]
    opening: Opening | None
    location: Location | None
    decided_at: datetime
    respond_by: date | None
    returned_reason: ReturnReason | None
    outcome: Outcome | None
    unmet_reason: UnmetReason | None
    events: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message; `language` is the one it is written in, where known."""

    author: Author
    text: str
    language: str | None
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionView:
    """Everything about one question; a partner learns that there is a contact, not which.

    `referral` is the newest of the `referrals`, which come oldest first; of a partner's view all are those of
    its own organisation. `mark` tells why the question is back at the desk.
    """

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
    mark: Mark | None
    days_left: int | None
    referral: ReferralView
    referrals: tuple[ReferralView, ...]
    messages: tuple[MessageView, ...]
    has_contact: bool
    contact: Contact | None


def build_view(
    work: Workplace,
    question: Mapping[str, Any],
    facts: VisitFacts,
    referrals: Sequence[ReferralView],
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
        mark=question.get("mark"),
        days_left=question.get("days_left"),
        referral=referrals[-1],
        referrals=tuple(referrals),
        messages=tuple(messages),
        has_contact=contact is not None,
        contact=contact,
    )


def is_overdue(status: Status, due_on: date | None, now: datetime) -> bool:
    """Whether a question should have been answered before today, Dutch time."""
    return status is not Status.CLOSED and due_on is not None and due_on < now.astimezone(AMSTERDAM).date()


def referral_view(
    work: Workplace, referral: Mapping[str, Any], facts: VisitFacts, events: Sequence[EventView] = ()
) -> ReferralView:
    """Return a referral from its row, just written or read, and what happened with it."""
    service = work.directory[referral["service_id"]]
    where = RoutingFacts(None, facts.language, facts.municipality)
    location, opening = place_of(service, Asked(where, None, work.directory, work.now, nobody_waits))
    return ReferralView(
        id=referral["id"],
        service=service,
        destination=referral["destination"],
        kind=referral["kind"],
        status=referral["status"],
        chosen_by=referral["chosen_by"],
        override_reason=referral["override_reason"],
        reasons=tuple(Reason(ReasonCode(reason["code"]), reason["value"]) for reason in referral["reasons"]),
        opening=opening,
        location=location,
        decided_at=referral["decided_at"],
        respond_by=referral["respond_by"],
        returned_reason=referral.get("returned_reason"),
        outcome=referral.get("outcome"),
        unmet_reason=referral.get("unmet_reason"),
        events=tuple(events),
    )
