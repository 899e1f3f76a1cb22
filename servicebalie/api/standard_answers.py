"""Standard answers, for staff to read out, send and check."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response
from marshmallow import fields, validate

from servicebalie.api.framework import (
    AnswerSchema,
    Resources,
    documents,
    json_response,
    refuse_unacceptable,
)
from servicebalie.api.questions import IDEMPOTENCY_KEY, WITH_BODY
from servicebalie.core.answer_file import HIGHEST_VERSION
from servicebalie.core.permissions import Action
from servicebalie.core.routing import RoutingFacts
from servicebalie.core.standard_answers import (
    FOR_STAFF,
    ChosenText,
    StandardAnswer,
    choose_text,
    filled_in,
    service_to_name,
)
from servicebalie.core.vocabulary import TextStatus
from servicebalie.http.fields import Code, InputSchema, LanguageCode, MunicipalityCode, Text, TopicCode
from servicebalie.http.idempotency import idempotent
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_action, job
from servicebalie.i18n.answer_words import placeholder_words
from servicebalie.i18n.registry import locale_of_language
from servicebalie.services.standard_answers import count_use_by_staff, read_answer

MAX_TAG = 12

resources = Resources(
    "standard-answers", __name__, url_prefix=API_PATH, description="Standard answers to frequent questions."
)
resources.before_request(refuse_unacceptable)


class SourceSchema(AnswerSchema):
    """The public source that a text rests on."""

    name = fields.String()
    url = fields.String()


class StandardAnswerSchema(AnswerSchema):
    """An answer in one language, with the service for the topic filled in.

    With `check-before-use` nobody at the desk has checked it, `checkedBy` is null, and newcomers do not see
    it. `inOtherLanguage` tells that there is none in the language that was asked for; `outdated`, that the
    text it was translated from has changed.
    """

    topic = fields.String()
    language = fields.String(metadata={"description": "The BCP 47 tag of the text."})
    inOtherLanguage = fields.Boolean()
    outdated = fields.Boolean()
    text = fields.String()
    version = fields.Integer()
    status = Code(TextStatus)
    checkedDate = fields.Date()
    checkedBy = fields.String(allow_none=True)
    source = fields.Nested(SourceSchema)


class StandardAnswersSchema(AnswerSchema):
    """The answers about a topic: one for a language, and all of them when no language was asked for."""

    items = fields.List(fields.Nested(StandardAnswerSchema))


class StandardAnswerFilterSchema(InputSchema):
    """Which answers to give; `municipality` is where the person lives, for the service to name."""

    topic = TopicCode(required=True)
    language = LanguageCode()
    municipality = MunicipalityCode()


class UsedTextSchema(InputSchema):
    """The text that was used, as its topic, language and version were given."""

    topic = TopicCode(required=True)
    language = Text(MAX_TAG, required=True, metadata={"description": "The BCP 47 tag of the text."})
    version = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(
            1, HIGHEST_VERSION, error=f"number-out-of-range least=1 most={HIGHEST_VERSION}"
        ),
    )


class TextUsesSchema(AnswerSchema):
    """How often staff used this version."""

    used = fields.Integer()


@resources.route("/standard-answers", methods=["GET"])
@documents()
@for_action(Action.READ_STANDARD_ANSWERS)
@resources.arguments(StandardAnswerFilterSchema, location="query")
@resources.response(200, StandardAnswersSchema)
def get_standard_answers(query: Mapping[str, Any]) -> Response:
    """Give the standard answer about a topic in a language, or in another one when there is none."""
    prepared = job()
    answer = read_answer(prepared.session, prepared.work.desk_id, query["topic"])
    chosen = _chosen(answer, query.get("language")) if answer else ()
    return json_response({"items": [_answer_json(each, query) for each in chosen]})


@resources.route("/standard-answers/uses", methods=["POST"])
@documents(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, *WITH_BODY, header=IDEMPOTENCY_KEY)
@for_action(Action.COUNT_STANDARD_ANSWER, writes=True)
@idempotent
@resources.body(UsedTextSchema)
@resources.response(201, TextUsesSchema)
def post_use(body: Mapping[str, Any]) -> Response:
    """Count that a standard answer was read out or sent; nothing is kept of when, by whom or to whom."""
    prepared = job()
    used = count_use_by_staff(
        prepared.session, prepared.work.desk_id, body["topic"], body["language"], body["version"]
    )
    return json_response({"used": used}, 201)


def _chosen(answer: StandardAnswer, language: str | None) -> Iterator[ChosenText]:
    """Yield the best text for a language, or for None every text that staff may see."""
    locales = answer.texts if language is None else [locale_of_language(language)]
    for locale in locales:
        chosen = choose_text(answer, locale, FOR_STAFF)
        if chosen and not (language is None and chosen.in_other_language):
            yield chosen


def _answer_json(chosen: ChosenText, query: Mapping[str, Any]) -> dict[str, Any]:
    work, text = job().work, chosen.text
    language = query.get("language") or text.locale.partition("-")[0]
    facts = RoutingFacts(chosen.topic, language, query.get("municipality"))
    local = service_to_name(facts, work.directory, work.now)
    return {
        "topic": chosen.topic,
        "language": text.locale,
        "inOtherLanguage": chosen.in_other_language,
        "outdated": chosen.outdated,
        "text": filled_in(text.body, placeholder_words(local, text.locale)),
        "version": text.version,
        "status": text.status,
        "checkedDate": text.checked_on,
        "checkedBy": text.checked_by,
        "source": {"name": text.source_name, "url": text.source_url},
    }
