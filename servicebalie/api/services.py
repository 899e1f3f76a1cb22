"""The organisations and services of a desk's directory."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, request

from servicebalie.api.framework import Resources, documents, json_response, refuse_unacceptable
from servicebalie.api.questions import IF_MATCH
from servicebalie.api.service_schemas import (
    OrganisationListSchema,
    ServiceChangeSchema,
    ServiceFilterSchema,
    ServiceListSchema,
    ServiceSchema,
    changes_of,
    organisation_json,
    service_json,
)
from servicebalie.core.audit import RecordKind
from servicebalie.core.code_lists import Topic
from servicebalie.core.directory import Service
from servicebalie.core.freshness import Freshness, Level
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.permissions import Action
from servicebalie.core.vocabulary import Destination
from servicebalie.http.audit import about
from servicebalie.http.problems import IfMatchMissing
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_action, job
from servicebalie.services.directory_changes import (
    ServiceChanged,
    ServiceNotFound,
    change_service,
    version_of,
)
from servicebalie.services.directory_freshness import freshness_of_services
from servicebalie.services.directory_reading import read_organisations

resources = Resources(
    "services", __name__, url_prefix=API_PATH, description="Who helps with what, where and when."
)
resources.before_request(refuse_unacceptable)


@resources.route("/organisations", methods=["GET"])
@documents()
@for_action(Action.READ_DIRECTORY)
@resources.response(200, OrganisationListSchema)
def get_organisations() -> Response:
    """List the organisations of the desk's directory, the desk's own among them."""
    found = read_organisations(job().session, job().work.desk_id)
    return json_response({"items": [organisation_json(organisation) for organisation in found]})


@resources.route("/services", methods=["GET"])
@documents()
@for_action(Action.READ_DIRECTORY)
@resources.arguments(ServiceFilterSchema, location="query")
@resources.response(200, ServiceListSchema)
def get_services(query: Mapping[str, Any]) -> Response:
    """List the open services of the desk's directory, the desk's own first."""
    directory = job().work.directory
    services = [directory.desk_service, *directory.services.values()]
    wanted = [service for service in services if _is_wanted(service, query)]
    judged = _judged(wanted)
    if "stale" in query:
        wanted = [each for each in wanted if (judged[each.id].level is Level.STALE) == query["stale"]]
    return json_response({"items": [service_json(each, judged[each.id]) for each in wanted]})


@resources.route("/services/<service_id>", methods=["GET"])
@documents(HTTPStatus.NOT_FOUND)
@for_action(Action.READ_DIRECTORY)
@resources.response(200, ServiceSchema)
def get_service(service_id: str) -> Response:
    """Show a service, open or closed; its ETag is needed to change it."""
    service = job().work.directory.service(_number(service_id))
    if service is None:
        raise ServiceNotFound
    return _shown(service)


@resources.route("/services/<service_id>", methods=["PATCH"])
@documents(
    HTTPStatus.NOT_FOUND,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.PRECONDITION_REQUIRED,
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    header=IF_MATCH,
)
@for_action(Action.CHANGE_SERVICE, writes=True)
@resources.body(ServiceChangeSchema)
@resources.response(200, ServiceSchema)
def patch_service(changes: Mapping[str, Any], service_id: str) -> Response:
    """Open, close or assure a service, or change its capacity or the days on which nobody is there."""
    if not request.if_match:
        raise IfMatchMissing
    work, key = job().work, _number(service_id)
    service = work.directory.service(key)
    if service is None:
        raise ServiceNotFound
    about(RecordKind.SERVICE, key)
    version = version_of(service, work.directory.code_lists)
    if not request.if_match.contains(version):
        raise ServiceChanged
    return _shown(change_service(job().session, work.desk_id, key, changes_of(changes), version))


def _number(service_id: str) -> int:
    """Return the number of a service, which no service has when it is none."""
    return int(service_id) if service_id.isdecimal() and len(service_id) < 10 else -1


def _shown(service: Service) -> Response:
    response = json_response(service_json(service, _judged([service])[service.id]))
    response.set_etag(version_of(service, job().work.directory.code_lists))
    return response


def _judged(services: list[Service]) -> Mapping[int, Freshness]:
    work = job().work
    by_id = {service.id: service for service in services}
    return freshness_of_services(job().session, work.desk_id, by_id, work.now)


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
