"""What the API answers about questions: the JSON, and the schemas that document it.

Answers are built directly, because dumping them through marshmallow costs more than making them; the
tests hold the real answers against these schemas.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from marshmallow import fields

from servicebalie.api.framework import AnswerSchema
from servicebalie.api.text_answers import (
    MessageSchema,
    TranslationSchema,
    message_json,
    numbers_field,
    numbers_in,
    translation_json,
)
from servicebalie.core.directory import Location, Service
from servicebalie.core.opening import Opening
from servicebalie.core.reference_codes import encode_referral, encode_visit, format_return_code
from servicebalie.core.routing_facts import Reason
from servicebalie.core.vocabulary import (
    Actor,
    Arrival,
    Channel,
    ChosenBy,
    Destination,
    Group,
    Mark,
    NewcomerOutcome,
    Outcome,
    ReferralAction,
    ReferralKind,
    ReferralStatus,
    Registration,
    ReturnReason,
    Status,
    Stay,
    UnmetReason,
)
from servicebalie.http.fields import Code
from servicebalie.http.locale import sentences
from servicebalie.i18n.desk_words import reason_sentence
from servicebalie.services.question_lists import QuestionSummary
from servicebalie.services.question_views import (
    EventView,
    NewcomerAnswer,
    QuestionView,
    ReferralView,
)
from servicebalie.services.visits import Contact


class ServiceNameSchema(AnswerSchema):
    """A service by its id and name."""

    id = fields.String()
    name = fields.String()


class ServiceContactSchema(ServiceNameSchema):
    """A service and how to reach it."""

    organisation = fields.String()
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    url = fields.String(allow_none=True)


class AddressSchema(AnswerSchema):
    """Where a service is."""

    street = fields.String()
    postalCode = fields.String()
    city = fields.String()


class OpeningSchema(AnswerSchema):
    """When a service is open next; without an end it does not close in sight."""

    startsAt = fields.DateTime()
    endsAt = fields.DateTime(allow_none=True)


class ReasonSchema(AnswerSchema):
    """Why a place was chosen."""

    code = fields.String()
    detail = fields.String()


class EventSchema(AnswerSchema):
    """What was done with a referral; `reason` is a code, `note` is from staff to staff."""

    happenedAt = fields.DateTime()
    actor = Code(Actor)
    action = Code(ReferralAction)
    fromStatus = Code(ReferralStatus)
    toStatus = Code(ReferralStatus)
    reason = fields.String(allow_none=True)
    note = fields.String(allow_none=True)


class PastReferralSchema(AnswerSchema):
    """One of the referrals of a question, and what happened with it."""

    reference = fields.String()
    kind = Code(ReferralKind, allow_none=True)
    status = Code(ReferralStatus)
    destination = Code(Destination)
    chosenBy = Code(ChosenBy)
    service = fields.Nested(ServiceNameSchema)
    decidedAt = fields.DateTime()
    dueDate = fields.Date(allow_none=True)
    returnedReason = Code(ReturnReason, allow_none=True)
    outcome = Code(Outcome, allow_none=True)
    unmetReason = Code(UnmetReason, allow_none=True)
    history = fields.List(fields.Nested(EventSchema))


class ReferralSchema(AnswerSchema):
    """Where a question is; `kind` is null when it stays at the desk."""

    kind = Code(ReferralKind, allow_none=True)
    status = Code(ReferralStatus)
    destination = Code(Destination)
    chosenBy = Code(ChosenBy)
    overrideReason = fields.String(allow_none=True)
    service = fields.Nested(ServiceContactSchema)
    address = fields.Nested(AddressSchema, allow_none=True)
    nextOpening = fields.Nested(OpeningSchema, allow_none=True)
    reasons = fields.List(fields.Nested(ReasonSchema))


class ContactAnswerSchema(AnswerSchema):
    """How the person can be reached."""

    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    emailSafe = fields.Boolean(
        allow_none=True,
        metadata={
            "description": "Whether the person said that mail is safe, also about a sensitive topic; "
            "null for who is not cleared for those."
        },
    )
    followUp = fields.Boolean(
        metadata={"description": "Whether the person may be asked later by e-mail whether they were helped."}
    )


class NewcomerAnswerSchema(AnswerSchema):
    """What the person says of how a closed question ended."""

    outcome = Code(NewcomerOutcome)
    unmetReason = Code(
        UnmetReason,
        allow_none=True,
        metadata={
            "description": "Here could-not-be-reached says that the person could not reach who was to help."
        },
    )
    answeredAt = fields.DateTime()


class SummarySchema(AnswerSchema):
    """A question in a list."""

    reference = fields.String()
    status = Code(Status)
    topic = fields.String()
    sensitive = fields.Boolean()
    language = fields.String(allow_none=True)
    municipality = fields.String(allow_none=True)
    channel = Code(Channel)
    service = fields.Nested(ServiceNameSchema)
    receivedAt = fields.DateTime()
    dueDate = fields.Date(allow_none=True)
    overdue = fields.Boolean()
    mark = Code(Mark, allow_none=True, metadata={"description": "Why the question is back at the desk."})
    returnedReason = Code(
        ReturnReason,
        allow_none=True,
        metadata={"description": "Why a service returned the question, while it is marked as returned."},
    )
    outcome = Code(Outcome, allow_none=True)
    unmetReason = Code(UnmetReason, allow_none=True)


class QuestionSchema(AnswerSchema):
    """A question; `returnCode` is there only in the answer that registers the visit."""

    reference = fields.String()
    visit = fields.String()
    returnCode = fields.String(metadata={"sometimes": True})
    status = Code(Status)
    topic = fields.String()
    sensitive = fields.Boolean()
    restricted = fields.Boolean()
    text = fields.String(allow_none=True)
    translations = fields.List(
        fields.Nested(TranslationSchema), metadata={"description": "Of the text of the question."}
    )
    personalNumbers = numbers_field()
    channel = Code(Channel)
    language = fields.String(allow_none=True)
    languageServed = fields.String(allow_none=True)
    interpreterRequested = fields.Boolean(allow_none=True)
    interpreterUsed = fields.Boolean(allow_none=True)
    municipality = fields.String(allow_none=True)
    group = Code(Group, allow_none=True)
    stay = Code(Stay, allow_none=True)
    arrival = Code(Arrival, allow_none=True)
    registration = Code(Registration, allow_none=True)
    receivedAt = fields.DateTime()
    updatedAt = fields.DateTime()
    dueDate = fields.Date(allow_none=True)
    overdue = fields.Boolean()
    closedAt = fields.DateTime(allow_none=True)
    outcome = Code(Outcome, allow_none=True)
    unmetReason = Code(UnmetReason, allow_none=True)
    outcomeByNewcomer = fields.Nested(
        NewcomerAnswerSchema,
        allow_none=True,
        metadata={"description": "Null also for partners, and as long as the person has not said it."},
    )
    consentedAt = fields.DateTime(
        allow_none=True,
        metadata={"description": "When the person agreed that the question is passed on, or null."},
    )
    mark = Code(Mark, allow_none=True, metadata={"description": "Why the question is back at the desk."})
    referral = fields.Nested(ReferralSchema)
    referrals = fields.List(
        fields.Nested(PastReferralSchema),
        metadata={"description": "All of them, the oldest first; for partners those to themselves."},
    )
    messages = fields.List(fields.Nested(MessageSchema))
    hasContact = fields.Boolean()
    contact = fields.Nested(
        ContactAnswerSchema, allow_none=True, metadata={"description": "Null also for partners."}
    )


class QuestionsSchema(AnswerSchema):
    """The questions of a batch."""

    items = fields.List(fields.Nested(QuestionSchema))


class SummariesSchema(AnswerSchema):
    """A page of a list; `nextCursor` is null on the last one."""

    items = fields.List(fields.Nested(SummarySchema))
    nextCursor = fields.String(allow_none=True)


def question_json(view: QuestionView, return_code: str | None = None) -> dict[str, Any]:
    """Return a question as JSON values."""
    facts = view.facts
    answer: dict[str, Any] = {
        "reference": view.reference,
        "visit": encode_visit(view.visit_id),
        "status": view.status,
        "topic": view.topic,
        "sensitive": view.sensitive,
        "restricted": view.restricted,
        "text": view.text,
        "translations": [translation_json(translation) for translation in view.translations],
        "personalNumbers": numbers_in(view.text, view.translations),
        "channel": facts.channel,
        "language": facts.language,
        "languageServed": facts.language_served,
        "interpreterRequested": facts.interpreter_requested,
        "interpreterUsed": facts.interpreter_used,
        "municipality": facts.municipality,
        "group": facts.group,
        "stay": facts.stay,
        "arrival": facts.arrival,
        "registration": facts.registration,
        "receivedAt": view.received_at,
        "updatedAt": view.updated_at,
        "dueDate": view.due_on,
        "overdue": view.overdue,
        "closedAt": view.closed_at,
        "outcome": view.outcome,
        "unmetReason": view.unmet_reason,
        "consentedAt": view.consented_at,
        "outcomeByNewcomer": view.by_newcomer and _newcomer_answer_json(view.by_newcomer),
        "mark": view.mark,
        "referral": _referral_json(view.referral),
        "referrals": [_past_referral_json(referral) for referral in view.referrals],
        "messages": [message_json(message) for message in view.messages],
        "hasContact": view.has_contact,
        "contact": view.contact and contact_json(view.contact),
    }
    if return_code is not None:
        answer["returnCode"] = format_return_code(return_code)
    return answer


def summary_json(summary: QuestionSummary) -> dict[str, Any]:
    """Return a question of a list as JSON values."""
    return {
        "reference": summary.reference,
        "status": summary.status,
        "topic": summary.topic,
        "sensitive": summary.sensitive,
        "language": summary.language,
        "municipality": summary.municipality,
        "channel": summary.channel,
        "service": {"id": str(summary.service_id), "name": summary.service_name},
        "receivedAt": summary.received_at,
        "dueDate": summary.due_on,
        "overdue": summary.overdue,
        "mark": summary.mark,
        "returnedReason": summary.returned_reason,
        "outcome": summary.outcome,
        "unmetReason": summary.unmet_reason,
    }


def address_json(service: Service) -> dict[str, str] | None:
    """Return the address of a service as JSON values."""
    return location_json(service.location)


def location_json(place: Location | None) -> dict[str, str] | None:
    """Return a location as JSON values."""
    if place is None:
        return None
    return {"street": place.street, "postalCode": place.postal_code, "city": place.city}


def opening_json(opening: Opening | None) -> dict[str, datetime | None] | None:
    """Return an opening as JSON values."""
    if opening is None:
        return None
    ends_at = opening.ends_at
    return {
        "startsAt": opening.starts_at.astimezone(UTC),
        "endsAt": ends_at and ends_at.astimezone(UTC),
    }


def contact_json(contact: Contact) -> dict[str, Any]:
    """Return how a person can be reached as JSON values."""
    return {
        "email": contact.email,
        "phone": contact.phone,
        "emailSafe": contact.email_safe,
        "followUp": contact.follow_up,
    }


def _newcomer_answer_json(answer: NewcomerAnswer) -> dict[str, Any]:
    return {
        "outcome": answer.outcome,
        "unmetReason": answer.unmet_reason,
        "answeredAt": answer.answered_at,
    }


def event_json(event: EventView) -> dict[str, Any]:
    """Return what was done with a referral as JSON values."""
    return {
        "happenedAt": event.at,
        "actor": event.actor,
        "action": event.action,
        "fromStatus": event.from_state,
        "toStatus": event.to_state,
        "reason": event.reason,
        "note": event.note,
    }


def _past_referral_json(referral: ReferralView) -> dict[str, Any]:
    return {
        "reference": encode_referral(referral.id),
        "kind": referral.kind,
        "status": referral.status,
        "destination": referral.destination,
        "chosenBy": referral.chosen_by,
        "service": {"id": str(referral.service.id), "name": referral.service.name},
        "decidedAt": referral.decided_at,
        "dueDate": referral.respond_by,
        "returnedReason": referral.returned_reason,
        "outcome": referral.outcome,
        "unmetReason": referral.unmet_reason,
        "history": [event_json(event) for event in referral.events],
    }


def _referral_json(referral: ReferralView) -> dict[str, Any]:
    service = referral.service
    return {
        "kind": referral.kind,
        "status": referral.status,
        "destination": referral.destination,
        "chosenBy": referral.chosen_by,
        "overrideReason": referral.override_reason,
        "service": {
            "id": str(service.id),
            "name": service.name,
            "organisation": service.organisation,
            "phone": service.phone or None,
            "email": service.email or None,
            "url": service.url or None,
        },
        "address": location_json(referral.location),
        "nextOpening": opening_json(referral.opening),
        "reasons": reasons_json(referral.reasons),
    }


def reasons_json(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """Return reasons as JSON values, in the language of the request."""
    say = sentences().gettext
    return [{"code": one.code, "detail": reason_sentence(one, say)} for one in reasons]
