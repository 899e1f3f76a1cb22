"""What questions look like from outside."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from servicebalie.core.outcomes import outcome_fault
from servicebalie.core.vocabulary import (
    Arrival,
    Channel,
    Group,
    Outcome,
    ReferralKind,
    Registration,
    Status,
    Stay,
    UnmetReason,
)
from servicebalie.http.fields import (
    Boolean,
    Code,
    Day,
    EmailAddress,
    InputSchema,
    LanguageCode,
    MomentOfVisit,
    MunicipalityCode,
    PhoneNumber,
    ReturnCode,
    ServiceId,
    Text,
    TopicCode,
    VisitReference,
)
from servicebalie.i18n.registry import DEFAULT, newcomer_locale
from servicebalie.services.intake import NewQuestion, NewVisit
from servicebalie.services.question_lists import QuestionFilter
from servicebalie.services.questions import Correction
from servicebalie.services.translations import NewTranslation
from servicebalie.services.visits import VisitFacts

CONSENT = {"description": "The person agrees to the question being passed on to another organisation."}
MAX_TEXT = 1000
MAX_REASON = 300
MAX_MESSAGE = 4000
MAX_BATCH = 200
MAX_PAGE = 200

VISIT_FACTS = {
    "channel": "channel",
    "language": "language",
    "languageServed": "language_served",
    "interpreterRequested": "interpreter_requested",
    "interpreterUsed": "interpreter_used",
    "municipality": "municipality",
    "group": "group",
    "stay": "stay",
    "arrival": "arrival",
    "registration": "registration",
}
"""The facts of a visit, by their name outside and inside."""

CONTACT = {"email": "email", "phone": "phone", "emailSafe": "email_safe", "followUp": "follow_up"}
"""How a person can be reached, by the names outside and inside."""

OF_NEW_VISIT = frozenset({*VISIT_FACTS, "contact", "returnCode", "receivedAt"})
"""What can be told only of a visit that is new."""


class ContactSchema(InputSchema):
    """How the person wants to be reached."""

    email = EmailAddress()
    phone = PhoneNumber()
    emailSafe = Boolean(
        metadata={
            "description": "The person said that mail is safe, also about a sensitive topic. Without it "
            "nobody is mailed about one."
        }
    )
    followUp = Boolean(
        metadata={
            "description": "The person may be asked by e-mail, some time after a question was closed, "
            "whether they were helped."
        }
    )


class FactsSchema(InputSchema):
    """The facts of a visit; all are optional, and the person declares them."""

    channel = Code(Channel)
    language = LanguageCode(
        metadata={
            "description": "The language in which the person asks (BCP 47). Mail, replies and their "
            "translations are in it, or for a new visit in English where there are no pages in it; who is "
            "registered without it is written to in that of Accept-Language."
        }
    )
    languageServed = LanguageCode(metadata={"description": "The language in which the desk helps."})
    interpreterRequested = Boolean(metadata={"description": "Somebody asked for an interpreter."})
    interpreterUsed = Boolean()
    municipality = MunicipalityCode(metadata={"description": "CBS code, such as GM0772."})
    group = Code(Group)
    stay = Code(Stay)
    arrival = Code(Arrival)
    registration = Code(Registration)


class NewVisitSchema(FactsSchema):
    """A visit to register."""

    contact = fields.Nested(ContactSchema)
    returnCode = ReturnCode(metadata={"description": "Of an earlier visit of the same person."})
    receivedAt = MomentOfVisit(
        metadata={"description": "When the visit was, if not now; at most seven days ago."}
    )


class NeedSchema(InputSchema):
    """What somebody asks; a topic or a text is needed."""

    topic = TopicCode()
    text = Text(MAX_TEXT)
    service = ServiceId(metadata={"description": "Overrules routing; needs overrideReason."})
    overrideReason = Text(MAX_REASON)
    outcome = Code(Outcome, metadata={"description": "Closes the question at once."})
    unmetReason = Code(UnmetReason)
    consent = Boolean(metadata=CONSENT)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_together(self, data: Mapping[str, Any], original: Any, **_: Any) -> None:
        if not isinstance(original, Mapping):
            return
        # What was sent but is wrong by itself has its own fault, and is not missing.
        faults = {}
        if "topic" not in original and "text" not in original:
            faults["topic"] = "topic-or-text-missing"
        if "service" in original and "overrideReason" not in original:
            faults["overrideReason"] = "override-reason-missing"
        raise_faults(faults | outcome_faults(data, original))


class NewQuestionSchema(NewVisitSchema, NeedSchema):
    """A question, with the visit it belongs to: one to register, or one that is there (`visit`)."""

    visit = VisitReference(metadata={"description": "Of an earlier answer: one more question of that visit."})

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_visit(self, _data: Mapping[str, Any], original: Any, **_: Any) -> None:
        if isinstance(original, Mapping) and "visit" in original:
            raise_faults(dict.fromkeys(sorted(OF_NEW_VISIT & original.keys()), "visit-facts-not-allowed"))


class BatchSchema(InputSchema):
    """Several questions at once: each a visit of its own, or all of one `visit`."""

    visit = fields.Nested(NewVisitSchema)
    questions = fields.List(
        fields.Nested(NewQuestionSchema),
        required=True,
        validate=[
            validate.Length(min=1, error="too-few"),
            validate.Length(max=MAX_BATCH, error=f"too-many limit={MAX_BATCH}"),
        ],
    )

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_visit(self, _data: Mapping[str, Any], original: Any, **_: Any) -> None:
        questions = original.get("questions") if isinstance(original, Mapping) else None
        if not isinstance(questions, list) or "visit" not in original:
            return
        forbidden = OF_NEW_VISIT | {"visit"}
        faults = {
            position: {name: ["visit-facts-not-allowed"] for name in sorted(forbidden & question.keys())}
            for position, question in enumerate(questions)
            if isinstance(question, Mapping) and forbidden & question.keys()
        }
        if faults:
            raise ValidationError({"questions": faults})


class CorrectionSchema(FactsSchema):
    """What to correct; what is left out stays."""

    topic = TopicCode()
    text = Text(MAX_TEXT)
    contact = fields.Nested(ContactSchema)
    consent = Boolean(
        metadata={"description": "Whether the question may be passed on; false takes consent back."}
    )

    @post_load
    def _make(self, data: Mapping[str, Any], **_: Any) -> Correction:
        return Correction(
            facts=given_facts(data),
            topic=data.get("topic"),
            text=data.get("text"),
            consents=data.get("consent"),
            contact=given_contact(data),
            locale=newcomer_locale(data.get("language")),
        )


class NewReferralSchema(InputSchema):
    """Where to send a question; without a service it is routed again."""

    service = ServiceId()
    kind = Code(ReferralKind)
    reason = Text(MAX_REASON)
    consent = Boolean(load_default=False, metadata=CONSENT)
    alongside = Boolean(
        load_default=False,
        metadata={"description": "Leave the referrals that are open as they are; else they are revoked."},
    )

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_reason(self, _data: Mapping[str, Any], original: Any, **_: Any) -> None:
        if isinstance(original, Mapping) and "service" in original and "reason" not in original:
            raise_faults({"reason": "override-reason-missing"})


class NewTranslationSchema(InputSchema):
    """What a person, such as an interpreter, made of a message in another language."""

    language = LanguageCode(required=True)
    text = Text(MAX_MESSAGE, required=True)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: Any) -> NewTranslation:
        return NewTranslation(data["language"], data["text"])


class NewMessageSchema(InputSchema):
    """A message to the person."""

    text = Text(MAX_MESSAGE, required=True)
    language = LanguageCode(
        metadata={"description": "Without it, the one that the text is surely in, or else Dutch."}
    )
    translation = fields.Nested(
        NewTranslationSchema,
        metadata={"description": "Shown to the person as the message, with the text itself beside it."},
    )
    awaitsReply = Boolean(load_default=False)


class ClosingSchema(InputSchema):
    """How a question ended."""

    outcome = Code(Outcome, required=True)
    unmetReason = Code(UnmetReason)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_reason(self, data: Mapping[str, Any], original: Any, **_: Any) -> None:
        raise_faults(outcome_faults(data, original if isinstance(original, Mapping) else {}))


class FilterSchema(InputSchema):
    """Which questions to list; `receivedFrom` and `receivedTo` are days, both included."""

    status = Code(Status)
    topic = TopicCode()
    language = LanguageCode()
    municipality = MunicipalityCode()
    service = ServiceId()
    channel = Code(Channel)
    receivedFrom = Day()
    receivedTo = Day()
    overdue = Boolean()
    attention = Boolean(
        load_default=False,
        metadata={"description": "Only what came back from a service, and after that what is overdue."},
    )
    cursor = fields.String()
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(1, MAX_PAGE, error=f"number-out-of-range least=1 most={MAX_PAGE}"),
    )

    @validates_schema
    def _check_days(self, data: Mapping[str, Any], **_: Any) -> None:
        first, last = data.get("receivedFrom"), data.get("receivedTo")
        if first and last and first > last:
            raise_faults({"receivedFrom": "from-after-to"})


def raise_faults(faults: Mapping[str, str]) -> None:
    """Raise faults by field, if there are any."""
    if faults:
        raise ValidationError({name: [code] for name, code in faults.items()})


def outcome_faults(data: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with an outcome and its reason together, where each is right by itself."""
    if any(name in sent and name not in data for name in ("outcome", "unmetReason")):
        return {}
    fault = outcome_fault(data.get("outcome"), data.get("unmetReason"))
    return {"unmetReason": fault} if fault else {}


def given_facts(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a visit that were sent, by their names inside."""
    return {inside: data[outside] for outside, inside in VISIT_FACTS.items() if outside in data}


def given_contact(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent of how to reach the person, by the names inside."""
    contact = data.get("contact", {})
    return {inside: contact[outside] for outside, inside in CONTACT.items() if outside in contact}


def new_visit(data: Mapping[str, Any]) -> NewVisit:
    """Return the visit to register."""
    return NewVisit(
        facts=VisitFacts(**given_facts(data)),
        **given_contact(data),
        return_code=data.get("returnCode"),
        received_at=data.get("receivedAt"),
        locale=_written_to(data.get("language")),
    )


def _written_to(language: str | None) -> str | None:
    """Return the locale in which to write to who speaks a language; None when that is not known."""
    return (newcomer_locale(language) or DEFAULT) if language else None


def new_question(data: Mapping[str, Any]) -> NewQuestion:
    """Return the question to register."""
    return NewQuestion(
        topic=data.get("topic"),
        text=data.get("text"),
        service_id=data.get("service"),
        override_reason=data.get("overrideReason"),
        outcome=data.get("outcome"),
        unmet_reason=data.get("unmetReason"),
        consents=data.get("consent", False),
    )


def question_filter(data: Mapping[str, Any]) -> QuestionFilter:
    """Return the filter of a list."""
    return QuestionFilter(
        status=data.get("status"),
        topic=data.get("topic"),
        language=data.get("language"),
        municipality=data.get("municipality"),
        service=data.get("service"),
        channel=data.get("channel"),
        received_from=data.get("receivedFrom"),
        received_to=data.get("receivedTo"),
        overdue=data.get("overdue"),
        attention=data["attention"],
    )
