"""The code lists: topics, languages, municipalities and services."""

from collections.abc import Mapping
from typing import Any

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
from servicebalie.api.question_answers import AddressSchema, OpeningSchema, address_json, opening_json
from servicebalie.core.code_lists import Topic
from servicebalie.core.directory import Service
from servicebalie.core.opening import AMSTERDAM, next_opening
from servicebalie.core.vocabulary import Destination, Role
from servicebalie.http.fields import Code, InputSchema, LanguageCode, MunicipalityCode, TopicCode
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_roles, job
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


class ServiceSchema(AnswerSchema):
    """A service; `municipalities` is null when it serves the whole country."""

    id = fields.String()
    name = fields.String()
    organisation = fields.String()
    destination = Code(Destination)
    languages = fields.List(fields.String())
    municipalities = fields.List(fields.String(), allow_none=True)
    topics = fields.List(fields.String())
    takesReferrals = fields.Boolean()
    address = fields.Nested(AddressSchema, allow_none=True)
    nextOpening = fields.Nested(OpeningSchema, allow_none=True)


class ServiceFilterSchema(InputSchema):
    """Which services to list."""

    topic = TopicCode()
    municipality = MunicipalityCode()
    language = LanguageCode()


def _list_of(item: type[AnswerSchema]) -> type[AnswerSchema]:
    """Return the schema of a whole list."""
    name = item.__name__.removesuffix("Schema")
    return type(f"{name}ListSchema", (AnswerSchema,), {"items": fields.List(fields.Nested(item))})


@resources.route("/topics", methods=["GET"])
@documents()
@for_roles(*Role)
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
@for_roles(*Role)
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
@for_roles(*Role)
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


@resources.route("/services", methods=["GET"])
@documents()
@for_roles(*Role)
@resources.arguments(ServiceFilterSchema, location="query")
@resources.response(200, _list_of(ServiceSchema))
def get_services(query: Mapping[str, Any]) -> Response:
    """List the open services of the desk's directory, the desk's own first."""
    directory = job().work.directory
    services = [directory.desk_service, *directory.services.values()]
    return json_response({"items": [_service_json(s) for s in services if _is_wanted(s, query)]})


def _is_wanted(service: Service, query: Mapping[str, Any]) -> bool:
    directory, today = job().work.directory, job().work.now.astimezone(AMSTERDAM).date()
    topic = directory.code_lists.topics[query["topic"]] if "topic" in query else None
    return (
        service.active
        and (topic is None or _helps_with(service, topic))
        and ("municipality" not in query or service.serves(query["municipality"]))
        and ("language" not in query or service.speaks(query["language"], today))
    )


def _helps_with(service: Service, topic: Topic) -> bool:
    """Whether routing or staff may send the topic there; the desk takes everything."""
    at_home = service.destination in (Destination.DESK, topic.destination)
    return service.handles(topic) and (at_home or bool(service.topics))


def _service_json(service: Service) -> dict[str, Any]:
    languages = service.languages.union(*(schedule.languages for schedule in service.schedules))
    return {
        "id": str(service.id),
        "name": service.name,
        "organisation": service.organisation,
        "destination": service.destination,
        "languages": sorted(languages),
        "municipalities": service.municipalities and sorted(service.municipalities),
        "topics": sorted(service.topics),
        "takesReferrals": service.takes_referrals,
        "address": address_json(service),
        "nextOpening": opening_json(next_opening(service.schedules, job().work.now)),
    }
