"""What comes in from the forms for newcomers."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Self

from flask import request
from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from servicebalie.core.code_lists import CodeLists
from servicebalie.core.errors import Fault
from servicebalie.core.municipality_names import find_municipality, suggest_municipalities
from servicebalie.core.vocabulary import Arrival, Channel, Group, NewcomerOutcome, Stay, UnmetReason
from servicebalie.http.fields import (
    Code,
    EmailAddress,
    InputSchema,
    LanguageCode,
    ListedCode,
    PhoneNumber,
    ReturnCode,
    Text,
    TopicCode,
    faults_of,
)
from servicebalie.http.transaction import job
from servicebalie.i18n.newcomer_words import OWN_REASONS
from servicebalie.services.intake import NewQuestion, NewVisit
from servicebalie.services.municipality_names import other_names
from servicebalie.services.visits import VisitFacts

MAX_SEARCH = 100
MAX_TEXT = 1000
MAX_REPLY = 4000


NONE_OF_THESE = "none"
"""The answer to what was offered by somebody who meant something else, or is not sure."""


class MunicipalityName(fields.String):
    """The name of a municipality, which becomes its code.

    Where the name is not clear, the choice of one of the nearest that was made for this name counts; who
    means none of these goes on without a municipality.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | None:  # type: ignore[override]  # no municipality is an answer too
        typed = super()._deserialize(value, attr, data, **kwargs)
        municipalities = job().work.directory.code_lists.municipalities.values()
        found = find_municipality(typed, municipalities, other_names())
        if found:
            return found.code
        chosen = data.get("nearest") if data.get("nearest_for") == value else None
        nearest = [one.code for one in suggest_municipalities(typed, municipalities, other_names())]
        if chosen == NONE_OF_THESE:
            return None
        if chosen not in nearest:
            raise ValidationError("unknown-municipality")
        return str(chosen)


class OfferedTopic(ListedCode):
    """A topic that was offered, or None for somebody who wants none of these."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(attrgetter("topics"), "unknown-topic", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | None:  # type: ignore[override]  # none of these is an answer too
        return None if value == NONE_OF_THESE else super()._deserialize(value, attr, data, **kwargs)


class YesOrNo(fields.String):
    """An answer `yes` or `no`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:  # type: ignore[override]  # a word outside
        said = super()._deserialize(value, attr, data, **kwargs)
        if said not in {"yes", "no"}:
            raise ValidationError("unknown-code")
        return bool(said == "yes")


class TopicSchema(InputSchema):
    """What the question is about, or words to look for a topic with.

    Who would rather write goes on without a topic.
    """

    topic = TopicCode()
    search = Text(MAX_SEARCH)


class FoundSchema(InputSchema):
    """The choice from the topics that were found, which is made again for other words."""

    search = Text(MAX_SEARCH)
    found_for = Text(MAX_SEARCH)
    found = OfferedTopic()

    @validates_schema(skip_on_field_errors=True)
    def need_choice(self, given: Mapping[str, Any], **_kwargs: Any) -> None:
        """Refuse to go on without a choice, even for none of these."""
        if given.get("found_for") != given.get("search"):
            raise ValidationError("not-yet-asked")
        if "found" not in given:
            raise ValidationError("choice-missing", "found")


class QuestionSchema(InputSchema):
    """The question itself: a text, which may be left out when there is a topic."""

    topic = TopicCode()
    text = Text(MAX_TEXT)

    @validates_schema(skip_on_field_errors=True)
    def need_topic_or_text(self, given: Mapping[str, Any], **_kwargs: Any) -> None:
        """Refuse a form that asks nothing."""
        if not given.keys() & {"topic", "text"}:
            raise ValidationError("topic-or-text-missing", "text")


class SuggestionSchema(InputSchema):
    """The choice from the topics that the text speaks for, which is made once."""

    suggested_for = fields.String()
    suggested = OfferedTopic()

    @validates_schema(skip_on_field_errors=True)
    def need_choice(self, given: Mapping[str, Any], **_kwargs: Any) -> None:
        """Refuse to go on without a choice, even for none of these."""
        if "suggested_for" not in given:
            raise ValidationError("not-yet-asked")
        if "suggested" not in given:
            raise ValidationError("choice-missing", "suggested")


class AnswerSchema(InputSchema):
    """The topic whose standard answer was read and was not enough."""

    topic = TopicCode()
    answer = fields.String()

    @validates_schema
    def need_to_have_read_it(self, given: Mapping[str, Any], **_kwargs: Any) -> None:
        """Find out whether the answer was shown that belongs to the topic as it is now."""
        if given.get("answer") != given.get("topic"):
            raise ValidationError("not-yet-asked", "answer")


class AboutSchema(InputSchema):
    """Who asks, as far as they want to say."""

    municipality = MunicipalityName()
    nearest = fields.String()
    nearest_for = fields.String()
    group = Code(Group)
    arrival = Code(Arrival)
    stay = Code(Stay)
    language = LanguageCode()


class ContactSchema(InputSchema):
    """How to reach the person, who may also come back with the return code.

    Whether mail is safe is asked about sensitive topics only. Who says no gives no address, whatever stands
    in its field. Whether the person may be asked later goes with the address.
    """

    email_safe = YesOrNo()
    email = EmailAddress()
    follow_up = YesOrNo()
    phone = PhoneNumber()

    @pre_load
    def leave_out_unsafe_address(self, given: Mapping[str, str], **_kwargs: Any) -> Mapping[str, str]:
        """Drop the address of somebody for whom mail is not safe, before anything else is done with it."""
        return {k: v for k, v in given.items() if k != "email"} if given.get("email_safe") == "no" else given


class ConsentSchema(InputSchema):
    """Whether a question may be passed on; who says nothing does not agree."""

    consents = YesOrNo()


class ContactPageSchema(ContactSchema, ConsentSchema):
    """How to reach the person, and whether the question may be passed on."""


class MoreSchema(QuestionSchema, ConsentSchema):
    """One more question, and whether it may be passed on."""


class HelpedSchema(InputSchema):
    """Whether somebody was helped and, if not, why; a reason need not be given."""

    helped = Code(NewcomerOutcome, required=True, error_messages={"required": "choice-missing"})
    why = Code(UnmetReason, validate=validate.OneOf(list(OWN_REASONS), error="unknown-code"))


class ReturnSchema(InputSchema):
    """The return code that somebody comes back with."""

    code = ReturnCode(required=True)


class ReplySchema(InputSchema):
    """What somebody writes about a question of their own."""

    text = Text(MAX_REPLY, required=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with everything that was said about it, in codes; None for what was not."""

    topic: str | None = None
    text: str | None = None
    language: str | None = None
    municipality: str | None = None
    group: Group | None = None
    stay: Stay | None = None
    arrival: Arrival | None = None
    email_safe: bool | None = None
    email: str | None = None
    follow_up: bool | None = None
    phone: str | None = None
    consents: bool | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Return what was asked, of all values that the pages gave."""
        return cls(**{name: value for name, value in values.items() if name in cls.__slots__})

    def is_sensitive(self, lists: CodeLists) -> bool:
        """Whether the topic is one that nobody is e-mailed about who did not say that it is safe."""
        return self.topic is not None and lists.topics[self.topic].sensitive

    def visit(self, language: str, lists: CodeLists) -> NewVisit:
        """Return the visit to register; `language` is that of the page.

        With a sensitive topic, an e-mail address is kept only of who said that mail is safe.
        """
        facts = VisitFacts(
            channel=Channel.WEB_FORM,
            language=self.language or language,
            municipality=self.municipality,
            group=self.group,
            stay=self.stay,
            arrival=self.arrival,
        )
        sensitive = self.is_sensitive(lists)
        email = None if sensitive and not self.email_safe else self.email
        email_safe = sensitive and email is not None
        return NewVisit(
            facts, email=email, phone=self.phone, email_safe=email_safe, follow_up=bool(self.follow_up)
        )

    def question(self) -> NewQuestion:
        """Return the question to register."""
        return NewQuestion(topic=self.topic, text=self.text, consents=bool(self.consents))


def typed_fields() -> dict[str, str]:
    """Return what was typed on the page that was sent, by field.

    A choice may stand in the form over a hidden value that tells that nothing was chosen; it comes last.
    """
    return {name: values[-1] for name, values in request.form.lists()}


def load(schema: InputSchema, typed: Mapping[str, str]) -> tuple[dict[str, Any], list[Fault]]:
    """Return what was typed into the fields of a schema, as values, and the faults in it.

    A field that was left empty was not filled in.
    """
    given = {name: typed[name] for name in schema.fields if typed.get(name, "").strip()}
    try:
        return schema.load(given), []
    except ValidationError as error:
        return {}, faults_of(error.messages)
