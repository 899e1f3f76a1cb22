"""The code lists: topics, languages and municipalities."""

from flask import Response
from flask_babel import get_locale, gettext
from marshmallow import fields

from servicebalie.api.framework import (
    AnswerSchema,
    Resources,
    documents,
    json_response,
    refuse_unacceptable,
)
from servicebalie.core.permissions import Action
from servicebalie.core.vocabulary import Destination
from servicebalie.http.fields import Code
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_action, job
from servicebalie.i18n.language_names import language_name
from servicebalie.i18n.newcomer_words import TOPICS

resources = Resources("code-lists", __name__, url_prefix=API_PATH, description="The codes and their labels.")
resources.before_request(refuse_unacceptable)


class TopicSchema(AnswerSchema):
    """A topic; `parent` is null for a main topic."""

    code = fields.String()
    parent = fields.String(allow_none=True)
    label = fields.String()
    sensitive = fields.Boolean()
    destination = Code(Destination)


class LanguageSchema(AnswerSchema):
    """A language in which a question may be asked."""

    code = fields.String()
    label = fields.String()
    direction = fields.String()


class MunicipalitySchema(AnswerSchema):
    """A municipality and the areas around it (CBS, CC BY 4.0)."""

    code = fields.String()
    name = fields.String()
    corop = fields.String()
    province = fields.String()


def _list_of(item: type[AnswerSchema]) -> type[AnswerSchema]:
    """Return the schema of a whole list."""
    name = item.__name__.removesuffix("Schema")
    return type(f"{name}ListSchema", (AnswerSchema,), {"items": fields.List(fields.Nested(item))})


@resources.route("/topics", methods=["GET"])
@documents()
@for_action(Action.READ_CODE_LISTS)
@resources.response(200, _list_of(TopicSchema))
def get_topics() -> Response:
    """List the topics in force, main topics before their subtopics."""
    return json_response(
        {
            "items": [
                {
                    "code": topic.code,
                    "parent": topic.parent,
                    "label": gettext(TOPICS[topic.code]),
                    "sensitive": topic.sensitive,
                    "destination": topic.destination,
                }
                for topic in job().work.directory.code_lists.topics.values()
                if topic.active
            ]
        }
    )


@resources.route("/languages", methods=["GET"])
@documents()
@for_action(Action.READ_CODE_LISTS)
@resources.response(200, _list_of(LanguageSchema))
def get_languages() -> Response:
    """List the languages in which a question may be asked, the most spoken first."""
    return json_response(
        {
            "items": [
                {
                    "code": language.code,
                    "label": language_name(language, get_locale()),
                    "direction": language.direction,
                }
                for language in job().work.directory.code_lists.languages.values()
                if language.active
            ]
        }
    )


@resources.route("/municipalities", methods=["GET"])
@documents()
@for_action(Action.READ_CODE_LISTS)
@resources.response(200, _list_of(MunicipalitySchema))
def get_municipalities() -> Response:
    """List the municipalities of the Netherlands by name."""
    return json_response(
        {
            "items": [
                {"code": m.code, "name": m.name, "corop": m.corop, "province": m.province}
                for m in job().work.directory.code_lists.municipalities.values()
                if m.active
            ]
        }
    )
