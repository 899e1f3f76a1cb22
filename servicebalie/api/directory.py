"""The directory as a whole, to exchange it with other desks and systems."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, request
from marshmallow import fields

from servicebalie.api.framework import AnswerSchema, Resources, documents, json_response, refuse_unacceptable
from servicebalie.api.questions import IDEMPOTENCY_KEY
from servicebalie.core.audit import RecordKind
from servicebalie.core.directory_files import Format, read_directory_file, write_directory
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.permissions import Action
from servicebalie.http.audit import about, did
from servicebalie.http.body import allow_bodies_of
from servicebalie.http.fields import Boolean, InputSchema
from servicebalie.http.idempotency import idempotent
from servicebalie.http.problems import NotAcceptable, UnsupportedMediaType
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_action, job
from servicebalie.services.directory_import import (
    MOST_NAMED,
    NamedService,
    directory_entries,
    import_directory,
    refuse,
)

MOST_BYTES = 48_000_000
"""How large the file of a directory may be; ten thousand services take about thirty-five million bytes."""

MEDIA_TYPES: Mapping[str, Format] = {"application/json": Format.JSON, "text/csv": Format.CSV}

_FILE = {
    200: {
        "description": "The directory as HSDS 3.0, or as one sheet.",
        "content": {
            "application/json": {"schema": {"type": "object", "additionalProperties": True}},
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": {"oneOf": [{"type": "object"}, {"type": "array"}]}},
        "text/csv": {"schema": {"type": "string"}},
    },
}

resources = Resources(
    "directory", __name__, url_prefix=API_PATH, description="The directory as a file, in and out."
)


class ImportQuerySchema(InputSchema):
    """How to import: `dryRun` stores nothing, `replaceAll` closes services that the file does not have."""

    dryRun = Boolean(load_default=False)
    replaceAll = Boolean(load_default=False)


class NamedServiceSchema(AnswerSchema):
    """A service that an import changes."""

    organisation = fields.String()
    name = fields.String()


class ImportedServicesSchema(AnswerSchema):
    """Which services are added, changed and closed: of each the first ones, the numbers tell of how many."""

    added = fields.List(fields.Nested(NamedServiceSchema))
    changed = fields.List(fields.Nested(NamedServiceSchema))
    closed = fields.List(fields.Nested(NamedServiceSchema))


class ImportReportSchema(AnswerSchema):
    """How many services were, or with `dryRun` would be, added, changed, closed and left as they were.

    `services` names them, at most 20 of a kind.
    """

    dryRun = fields.Boolean()
    added = fields.Integer()
    changed = fields.Integer()
    closed = fields.Integer()
    unchanged = fields.Integer()
    services = fields.Nested(ImportedServicesSchema)


@resources.route("/directory", methods=["GET"])
@resources.doc(responses=_FILE)
@documents()
@for_action(Action.READ_DIRECTORY)
def get_directory() -> Response:
    """Give the whole directory, as HSDS JSON or as a sheet (text/csv), whichever is accepted."""
    wanted = request.accept_mimetypes
    media_type = wanted.best_match(list(MEDIA_TYPES)) if wanted else "application/json"
    if media_type is None:
        raise NotAcceptable
    form = MEDIA_TYPES[media_type]
    entries = directory_entries(job().session, job().work.desk_id)
    content = write_directory(entries, job().work.directory.code_lists, form)
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="directory.{form}"'
    response.headers["Vary"] = "Accept"
    return response


@resources.route("/directory/imports", methods=["POST"])
@resources.doc(requestBody=_BODY)
@documents(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    header=IDEMPOTENCY_KEY,
)
@allow_bodies_of(MOST_BYTES)
@for_action(Action.IMPORT_DIRECTORY, writes=True)
@idempotent
@resources.arguments(ImportQuerySchema, location="query")
@resources.response(200, ImportReportSchema)
def post_directory_import(query: Mapping[str, Any]) -> Response:
    """Take over organisations and services, all or nothing; every fault is told with its place."""
    refuse_unacceptable()
    form = MEDIA_TYPES.get(request.mimetype)
    if form is None:
        raise UnsupportedMediaType
    session, work = job().session, job().work
    entries, faults = read_directory_file(request.get_data(), work.directory.code_lists, form)
    refuse(faults)
    with session.begin_nested() as savepoint:
        today = work.now.astimezone(AMSTERDAM).date()
        report = import_directory(session, work.desk_id, entries, today, replace_all=query["replaceAll"])
        if query["dryRun"]:
            savepoint.rollback()
            did(None)
    about(RecordKind.DIRECTORY)
    return json_response(
        {
            "dryRun": query["dryRun"],
            "added": len(report.added),
            "changed": len(report.changed),
            "closed": len(report.closed),
            "unchanged": report.unchanged,
            "services": {
                "added": _named(report.added),
                "changed": _named(report.changed),
                "closed": _named(report.closed),
            },
        }
    )


def _named(services: Sequence[NamedService]) -> list[dict[str, str]]:
    return [{"organisation": each.organisation, "name": each.name} for each in services[:MOST_NAMED]]
