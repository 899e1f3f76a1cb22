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
    NewcomerOutcome,
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
class TranslationView:
    """What was written, in another language; `engine` tells which `machine` made it, and where."""

    language: str
    text: str
    machine: bool
    engine: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message; `language` is the one it is written in, where known."""

    author: Author
    text: str
    language: str | None
    sent_at: datetime
    translations: tuple[TranslationView, ...] = ()

    def translation_for(self, language: str) -> TranslationView | None:
        """Return the translation to show to a person who reads this language.

        That is the one in this language; if there is none, and the message is not in it either, what a
        person translated for them, or else the newest.
        """
        if self.language == language:
            return None
        by_fit = sorted(self.translations, key=lambda one: (one.language == language, not one.machine))
        return by_fit[-1] if by_fit else None


@dataclass(frozen=True, slots=True)
class NewcomerAnswer:
    """What the person says of how a closed question ended, and when they said so."""

    outcome: NewcomerOutcome
    unmet_reason: UnmetReason | None
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionView:
    """Everything about one question; a partner learns that there is a contact, not which, and not
    what the person says of the outcome.

    `referral` is the newest of the `referrals`, which come oldest first; of a partner's view all are those of
    its own organisation. `mark` tells why the question is back at the desk. `translations` are those of its
    text. Of a `restricted` question nothing is done but keeping it; the person may have `objected` to being
    counted.
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
    by_newcomer: NewcomerAnswer | None
    version: int
    mark: Mark | None
    days_left: int | None
    referral: ReferralView
    referrals: tuple[ReferralView, ...]
    messages: tuple[MessageView, ...]
    has_contact: bool
    contact: Contact | None
    translations: tuple[TranslationView, ...] = ()
    restricted: bool = False
    objected: bool = False


def build_view(
    work: Workplace,
    question: Mapping[str, Any],
    facts: VisitFacts,
    referrals: Sequence[ReferralView],
    text: str | None,
    *,
    contact: Contact | None,
    messages: Sequence[MessageView] = (),
    translations: Sequence[TranslationView] = (),
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
        by_newcomer=_newcomer_answer(question),
        version=question["version"],
        mark=question.get("mark"),
        days_left=question.get("days_left"),
        referral=referrals[-1],
        referrals=tuple(referrals),
        messages=tuple(messages),
        has_contact=contact is not None,
        contact=contact,
        translations=tuple(translations),
    )


def _newcomer_answer(question: Mapping[str, Any]) -> NewcomerAnswer | None:
    # A question that was just written has no such columns yet.
    outcome = question.get("newcomer_outcome")
    if outcome is None:
        return None
    return NewcomerAnswer(outcome, question["newcomer_unmet_reason"], question["newcomer_answered_at"])


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
