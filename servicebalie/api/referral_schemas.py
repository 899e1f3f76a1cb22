"""What referrals look like from outside."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from servicebalie.api.framework import AnswerSchema
from servicebalie.api.question_answers import (
    ContactAnswerSchema,
    EventSchema,
    ServiceNameSchema,
    contact_json,
    event_json,
)
from servicebalie.api.question_schemas import (
    MAX_MESSAGE,
    MAX_PAGE,
    MAX_TEXT,
    outcome_faults,
    raise_faults,
)
from servicebalie.api.text_answers import (
    MessageSchema,
    message_json,
    numbers_field,
    numbers_in,
)
from servicebalie.core.errors import InvalidReference
from servicebalie.core.reference_codes import encode_referral, normalise_reference
from servicebalie.core.referral_states import REFERRAL_OUTCOMES
from servicebalie.core.vocabulary import (
    Outcome,
    ReferralKind,
    ReferralStatus,
    ReturnReason,
    UnmetReason,
)
from servicebalie.http.fields import Boolean, Code, InputSchema, LanguageCode, Text
from servicebalie.services.referral_acts import ReferralCase
from servicebalie.services.referral_inbox import ReferralSummary, is_late
from servicebalie.services.workplace import Workplace

FOR_STAFF = {"description": "For staff of the desk; the person can read it in the copy of everything."}


class QuestionReference(fields.String):
    """The reference of a question, in capitals or not."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return normalise_reference(super()._deserialize(value, attr, data, **kwargs))
        except InvalidReference as error:
            raise ValidationError(error.code) from None


class InboxFilterSchema(InputSchema):
    """Which referrals to list; without a status those that are open."""

    status = Code(ReferralStatus)
    overdue = Boolean()
    question = QuestionReference(metadata={"description": "Only those of the question with this reference."})
    cursor = fields.String()
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(1, MAX_PAGE, error=f"number-out-of-range least=1 most={MAX_PAGE}"),
    )


class NoteSchema(InputSchema):
    """A word to the staff of the desk."""

    note = Text(MAX_TEXT, metadata=FOR_STAFF)


class ReturnSchema(NoteSchema):
    """Why a referral is given back."""

    reason = Code(ReturnReason, required=True)


class LetterSchema(InputSchema):
    """What is written to the person."""

    text = Text(MAX_MESSAGE, required=True)
    language = LanguageCode()


class CompletionSchema(NoteSchema):
    """How a referral ended."""

    outcome = Code(Outcome, required=True, metadata={"enum": list(REFERRAL_OUTCOMES)})
    unmetReason = Code(UnmetReason)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_outcome(self, data: Mapping[str, Any], original: Any, **_: Any) -> None:
        outcome = data.get("outcome")
        if outcome is not None and outcome not in REFERRAL_OUTCOMES:
            raise_faults({"outcome": f"unknown-code allowed={','.join(REFERRAL_OUTCOMES)}"})
        raise_faults(outcome_faults(data, original if isinstance(original, Mapping) else {}))


class InboxItemSchema(AnswerSchema):
    """A referral in a list."""

    reference = fields.String()
    question = fields.String(metadata={"description": "The reference of the question."})
    status = Code(ReferralStatus)
    kind = Code(ReferralKind)
    topic = fields.String()
    sensitive = fields.Boolean()
    language = fields.String(allow_none=True)
    municipality = fields.String(allow_none=True)
    service = fields.Nested(ServiceNameSchema)
    requestedAt = fields.DateTime()
    dueDate = fields.Date(allow_none=True)
    overdue = fields.Boolean()
    returnedReason = Code(ReturnReason, allow_none=True)
    outcome = Code(Outcome, allow_none=True)
    unmetReason = Code(UnmetReason, allow_none=True)


class InboxItemsSchema(AnswerSchema):
    """A page of a list; `nextCursor` is null on the last one."""

    items = fields.List(fields.Nested(InboxItemSchema))
    nextCursor = fields.String(allow_none=True)


class InboxReferralSchema(InboxItemSchema):
    """A referral; text and messages are there until it is given or taken back."""

    text = fields.String(allow_none=True)
    personalNumbers = numbers_field()
    hasContact = fields.Boolean()
    contact = fields.Nested(
        ContactAnswerSchema,
        allow_none=True,
        metadata={"description": "For a partner only while it is at work on an accepted referral."},
    )
    messages = fields.List(fields.Nested(MessageSchema))
    history = fields.List(fields.Nested(EventSchema))


def inbox_item_json(summary: ReferralSummary) -> dict[str, Any]:
    """Return a referral of a list as JSON values."""
    return {
        "reference": encode_referral(summary.id),
        "question": summary.question,
        "status": summary.status,
        "kind": summary.kind,
        "topic": summary.topic,
        "sensitive": summary.sensitive,
        "language": summary.language,
        "municipality": summary.municipality,
        "service": {"id": str(summary.service_id), "name": summary.service_name},
        "requestedAt": summary.decided_at,
        "dueDate": summary.respond_by,
        "overdue": summary.overdue,
        "returnedReason": summary.returned_reason,
        "outcome": summary.outcome,
        "unmetReason": summary.unmet_reason,
    }


def inbox_referral_json(case: ReferralCase, work: Workplace) -> dict[str, Any]:
    """Return a referral as JSON values."""
    question, referral = case.question, case.referral
    return {
        "reference": encode_referral(referral.id),
        "question": question.reference,
        "status": referral.status,
        "kind": referral.kind,
        "topic": question.topic,
        "sensitive": question.sensitive,
        "language": question.facts.language,
        "municipality": question.facts.municipality,
        "service": {"id": str(referral.service.id), "name": referral.service.name},
        "requestedAt": referral.decided_at,
        "dueDate": referral.respond_by,
        "overdue": is_late(referral.status, referral.respond_by, work),
        "text": question.text,
        "personalNumbers": numbers_in(question.text, question.translations),
        "returnedReason": referral.returned_reason,
        "outcome": referral.outcome,
        "unmetReason": referral.unmet_reason,
        "hasContact": question.has_contact,
        "contact": question.contact and contact_json(question.contact),
        "messages": [message_json(message) for message in question.messages],
        "history": [event_json(event) for event in referral.events],
    }
