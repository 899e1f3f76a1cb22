"""`/audit`: who did what to which record at the own desk, for administrators."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response
from marshmallow import fields, validate

from servicebalie.api.cursors import make_cursor, read_cursor
from servicebalie.api.framework import (
    AnswerSchema,
    Resources,
    documents,
    json_response,
    page_link,
    refuse_unacceptable,
)
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.permissions import Action
from servicebalie.core.reference_codes import normalise_reference
from servicebalie.http.audit import about
from servicebalie.http.fields import Code, Day, InputSchema
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_action, job
from servicebalie.services.audit_reading import AuditFilter, PlacedLine, newest_lines

MAX_PAGE = 200
MAX_USER = 2**31 - 1

resources = Resources("audit", __name__, url_prefix=f"{API_PATH}/audit", description="Who did what.")
resources.before_request(refuse_unacceptable)


class AuditFilterSchema(InputSchema):
    """Which lines to list; `from` and `to` are days (UTC), both included, `question` is a reference."""

    since = Day(data_key="from")
    until = Day(data_key="to")
    question = fields.String()
    user = fields.Integer(
        validate=validate.Range(1, MAX_USER, error=f"number-out-of-range least=1 most={MAX_USER}"),
    )
    action = Code(AuditAction)
    cursor = fields.String()
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(1, MAX_PAGE, error=f"number-out-of-range least=1 most={MAX_PAGE}"),
    )


class AuditLineSchema(AnswerSchema):
    """One line of the audit trail. `sequence` and `hash` are null until the line has its place in the chain.

    `origin` is a keyed hash of the network from which it was done.
    """

    sequence = fields.Integer(allow_none=True)
    hash = fields.String(allow_none=True)
    doneAt = fields.DateTime()
    actor = fields.String()
    user = fields.Integer(allow_none=True)
    action = fields.String()
    recordKind = fields.String(allow_none=True)
    records = fields.List(fields.String())
    origin = fields.String(allow_none=True)
    result = fields.String()
    error = fields.String(allow_none=True)
    trace = fields.String()


class AuditLinesSchema(AnswerSchema):
    """Lines of the audit trail, the newest first."""

    items = fields.List(fields.Nested(AuditLineSchema))
    nextCursor = fields.String(allow_none=True)


@resources.route("", methods=["GET"])
@documents(HTTPStatus.NOT_FOUND)
@for_action(Action.READ_AUDIT)
@resources.arguments(AuditFilterSchema, location="query")
@resources.response(200, AuditLinesSchema)
def get_lines(query: Mapping[str, Any]) -> Response:
    """List who did what at the desk, the newest first; that it was read is noted as well."""
    limit = query["limit"]
    wanted = AuditFilter(
        desk_id=job().work.desk_id,
        since=query.get("since"),
        until=query.get("until"),
        record=normalise_reference(query["question"]) if "question" in query else None,
        user_id=query.get("user"),
        action=query.get("action"),
    )
    about(RecordKind.AUDIT)
    before = read_cursor(query["cursor"]) if "cursor" in query else None
    found = newest_lines(job().session, wanted, before=before, limit=limit + 1)
    page = found[:limit]
    cursor = make_cursor(page[-1].line.id) if len(found) > limit else None
    return page_link(
        json_response({"items": [_line_json(each) for each in page], "nextCursor": cursor}), cursor
    )


def _line_json(each: PlacedLine) -> dict[str, Any]:
    line, link = each.line, each.link
    return {
        "sequence": link.sequence if link else None,
        "hash": link.hash.hex() if link else None,
        "doneAt": line.at,
        "actor": line.actor,
        "user": line.user_id,
        "action": line.action,
        "recordKind": line.record_kind,
        "records": line.records.split(),
        "origin": line.origin.hex() if line.origin else None,
        "result": line.result,
        "error": line.error,
        "trace": line.trace.hex(),
    }
