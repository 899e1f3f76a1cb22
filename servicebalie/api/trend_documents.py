"""`/trends/{months|quarters|years}/{period}/documents`: the files of a report, as they were stored."""

from http import HTTPStatus
from typing import Any

from flask import Response, request

from servicebalie.api.framework import Resources, documents, json_response, refuse_unacceptable
from servicebalie.api.trend_schemas import DocumentListSchema, DocumentQuerySchema
from servicebalie.api.trends import A_DAY, IF_NONE_MATCH, NOT_CHANGED, PATH
from servicebalie.core.periods import PERIOD_PATTERN, InvalidPeriod, PeriodKind, parse_period
from servicebalie.core.permissions import Action
from servicebalie.documents.kinds import KINDS
from servicebalie.http.problems import NotAcceptable
from servicebalie.http.runtime import runtime
from servicebalie.http.transaction import for_readers
from servicebalie.i18n.registry import DESK_LOCALES, negotiate
from servicebalie.services.published_documents import (
    DocumentFacts,
    DocumentNotPublished,
    StoredDocument,
    list_documents,
    read_stored_document,
)
from servicebalie.services.trends import read_document

PERIODS = {f"{kind}s": kind for kind in PeriodKind}
"""The kinds of periods as an address names them."""

_IN_PATH = [
    {
        "in": "path",
        "name": "periods",
        "description": "Which kind of period it is.",
        "required": True,
        "schema": {"type": "string", "enum": list(PERIODS)},
    },
    {
        "in": "path",
        "name": "period",
        "description": "A month (2026-10), a quarter (2026-Q3) or a year (2025) that has a report.",
        "required": True,
        "schema": {"type": "string", "pattern": PERIOD_PATTERN, "example": "2026-10"},
    },
]
_NAME = {
    "in": "path",
    "name": "document",
    "description": "The kind of file, such as one that the list of files names.",
    "required": True,
    "schema": {"type": "string", "example": "chart-main-topic"},
}
_FILE = {
    200: {
        "description": "The file, byte for byte as it was made; its SHA-256 is its ETag.",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in {kind.media_type for kind in KINDS.values()}
        },
    }
}

resources = Resources(
    "trend-documents", __name__, url_prefix=PATH, description="The files of the published reports."
)


@resources.route(
    f"/<any({','.join(PERIODS)}):periods>/<period>/documents", methods=["GET"], parameters=_IN_PATH
)
@documents(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)
@for_readers(Action.READ_TRENDS)
@resources.response(200, DocumentListSchema)
def get_documents(desk: str, periods: str, period: str) -> Response:
    """List the files of a report; they are made when it is published, and never made anew."""
    refuse_unacceptable()
    with runtime().database.published() as session:
        # The list of a report without files is empty, that of no report a problem.
        read_document(session, desk, period, PERIODS[periods])
        stored = list_documents(session, desk, period)
    path = f"{PATH}/{periods}/{period}/documents"
    return json_response({"items": [_facts_json(path, facts) for facts in stored]})


@resources.route(
    f"/<any({','.join(PERIODS)}):periods>/<period>/documents/<document>",
    methods=["GET"],
    parameters=[*_IN_PATH, _NAME],
)
@resources.doc(responses=_FILE | NOT_CHANGED)
@documents(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, header=IF_NONE_MATCH)
@for_readers(Action.READ_TRENDS)
@resources.arguments(DocumentQuerySchema, location="query")
def get_document(desk: str, wanted: dict[str, Any], periods: str, period: str, document: str) -> Response:
    """Give a file of a report, in the language that is asked for."""
    locale = wanted.get("locale") or negotiate(request.headers.get("Accept-Language"), DESK_LOCALES)
    kind = PERIODS[periods]
    with runtime().database.published() as session:
        if not _is_of_kind(period, kind):
            read_document(session, desk, period, kind)
        try:
            stored = read_stored_document(session, desk, period, document, locale)
        except DocumentNotPublished:
            # Where there is no report at all, that is what is told.
            read_document(session, desk, period, kind)
            raise
    if request.accept_mimetypes and not request.accept_mimetypes.best_match([stored.media_type]):
        raise NotAcceptable
    return _file(stored, f"trends-{period}-{document}-{locale}{_extension(document)}")


def _is_of_kind(period: str, kind: PeriodKind) -> bool:
    try:
        return parse_period(period).kind is kind
    except InvalidPeriod:
        return False


def _extension(name: str) -> str:
    return f".{KINDS[name].extension}" if name in KINDS else ""


def _facts_json(path: str, facts: DocumentFacts) -> dict[str, Any]:
    query = f"?locale={facts.locale}" if facts.locale else ""
    return {
        "name": facts.name,
        "locale": facts.locale or None,
        "mediaType": facts.media_type,
        "size": facts.size,
        "sha256": facts.sha256,
        "links": {"document": f"{path}/{facts.name}{query}"},
    }


def _file(stored: StoredDocument, file_name: str) -> Response:
    """Answer with a file; a final revision may take its place, so a copy is asked about again."""
    response = Response(stored.content, mimetype=stored.media_type)
    response.set_etag(stored.sha256)
    response.headers["Cache-Control"] = A_DAY
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response.vary.update(("Accept", "Authorization"))
    response.make_conditional(request)
    return response
