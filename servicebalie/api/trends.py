"""`/trends`: the published reports, one period as it was frozen, and a table over the periods."""

from http import HTTPStatus
from typing import Any

from flask import Response, request

from servicebalie.api.framework import Resources, documents, json_response, refuse_unacceptable
from servicebalie.api.trend_catalogue import catalogue_of, stored_files
from servicebalie.api.trend_schemas import (
    ReleaseListSchema,
    ReleaseQuerySchema,
    ReportSchema,
    SeriesQuerySchema,
    SeriesSchema,
)
from servicebalie.core.periods import MONTH_PATTERN, QUARTER_PATTERN, YEAR_PATTERN, PeriodKind, parse_period
from servicebalie.core.permissions import Action
from servicebalie.documents.dcat import render_dcat
from servicebalie.documents.numbers_csv import report_csv, series_csv
from servicebalie.http.problems import NotAcceptable
from servicebalie.http.runtime import runtime
from servicebalie.http.security import API_PATH
from servicebalie.http.transaction import for_readers
from servicebalie.services.published_documents import list_all_documents
from servicebalie.services.releases import ReleaseFacts, list_releases
from servicebalie.services.trends import (
    Document,
    SeriesAnswer,
    SeriesWanted,
    read_document,
    read_report,
    read_series,
)

PATH = f"{API_PATH}/trends"
JSON = "application/json"
JSON_LD = "application/ld+json"
CSV = "text/csv"
A_DAY = "private, max-age=86400"


def _in_path(kind: PeriodKind, description: str, pattern: str, example: str) -> dict[str, Any]:
    """Describe the period in an address."""
    return {
        "in": "path",
        "name": kind.value,
        "description": description,
        "required": True,
        "schema": {"type": "string", "pattern": pattern, "example": example},
    }


MONTH = _in_path(PeriodKind.MONTH, "A month, as YYYY-MM.", MONTH_PATTERN, "2026-10")
QUARTER = _in_path(PeriodKind.QUARTER, "A quarter, as YYYY-Q1 to YYYY-Q4.", QUARTER_PATTERN, "2026-Q3")
YEAR = _in_path(PeriodKind.YEAR, "A year, as YYYY.", YEAR_PATTERN, "2025")
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "description": "The ETag of a copy; if it is still the report, the answer is 304 without a body.",
    "schema": {"type": "string"},
}
AS_CSV = {200: {"content": {CSV: {"schema": {"type": "string"}}}}}
AS_JSON_LD = {200: {"description": "OK", "content": {JSON_LD: {"schema": {"type": "object"}}}}}
NOT_CHANGED = {304: {"description": "The copy is still the report."}}

resources = Resources("trends", __name__, url_prefix=PATH, description="Published numbers, protected.")


@resources.route("/releases", methods=["GET"])
@documents()
@for_readers(Action.READ_TRENDS)
@resources.arguments(ReleaseQuerySchema, location="query")
@resources.response(200, ReleaseListSchema)
def get_releases(desk: str, wanted: dict[str, Any]) -> Response:
    """List the reports of the desk, newest first."""
    refuse_unacceptable()
    with runtime().database.published() as session:
        releases = list_releases(session, desk, wanted.get("kind"))
    return json_response({"items": [_release_json(release) for release in releases]})


@resources.route("/catalogue", methods=["GET"])
@resources.doc(responses=AS_JSON_LD)
@documents()
@for_readers(Action.READ_TRENDS)
def get_catalogue(desk: str) -> Response:
    """Describe the reports of the desk for catalogues of data (DCAT-AP-NL 3.0), with absolute addresses."""
    accepted = request.accept_mimetypes
    if accepted and not accepted.best_match((JSON_LD, JSON)):
        raise NotAcceptable
    with runtime().database.published() as session:
        releases = list_releases(session, desk)
        stored = stored_files(list_all_documents(session, desk))
    site, has_pages = runtime().public_address, runtime().desk in (None, desk)
    catalogue = catalogue_of(desk, releases, site=site, has_pages=has_pages, stored=stored)
    return Response(render_dcat(catalogue), mimetype=JSON_LD)


@resources.route("/months/<month>", methods=["GET"], parameters=[MONTH])
@resources.doc(responses=AS_CSV | NOT_CHANGED)
@documents(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, header=IF_NONE_MATCH)
@for_readers(Action.READ_TRENDS)
@resources.response(200, ReportSchema)
def get_month(desk: str, month: str) -> Response:
    """Give the report of a month; the SHA-256 of the JSON, byte for byte, is its hash and its ETag."""
    return _report(desk, month, PeriodKind.MONTH)


@resources.route("/quarters/<quarter>", methods=["GET"], parameters=[QUARTER])
@resources.doc(responses=AS_CSV | NOT_CHANGED)
@documents(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, header=IF_NONE_MATCH)
@for_readers(Action.READ_TRENDS)
@resources.response(200, ReportSchema)
def get_quarter(desk: str, quarter: str) -> Response:
    """Give the report of a quarter, as that of a month."""
    return _report(desk, quarter, PeriodKind.QUARTER)


@resources.route("/years/<year>", methods=["GET"], parameters=[YEAR])
@resources.doc(responses=AS_CSV | NOT_CHANGED)
@documents(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, header=IF_NONE_MATCH)
@for_readers(Action.READ_TRENDS)
@resources.response(200, ReportSchema)
def get_year(desk: str, year: str) -> Response:
    """Give the report of a year, as that of a month."""
    return _report(desk, year, PeriodKind.YEAR)


@resources.route("/series", methods=["GET"])
@resources.doc(responses=AS_CSV)
@documents()
@for_readers(Action.READ_TRENDS)
@resources.arguments(SeriesQuerySchema, location="query")
@resources.response(200, SeriesSchema)
def get_series(desk: str, wanted: SeriesWanted) -> Response:
    """Give the published numbers of a table over the periods; null where a number was not published."""
    form = _wanted_form()
    with runtime().database.published() as session:
        answer = read_series(session, desk, wanted)
    if form == CSV:
        name = f"trends-{wanted.table}-{wanted.first}-{wanted.last}"
        response = _csv_response(series_csv(wanted.table, answer), name)
    else:
        response = json_response(_series_json(wanted, answer))
    response.vary.add("Accept")
    return response


def _report(desk: str, period: str, kind: PeriodKind) -> Response:
    """Answer with a frozen report; a final revision may take its place, so a copy is asked about again."""
    form = _wanted_form()
    with runtime().database.published() as session:
        document = read_document(session, desk, period, kind)
    response = _csv_report(document, period) if form == CSV else _json_report(document)
    response.headers["Cache-Control"] = A_DAY
    response.vary.update(("Accept", "Authorization"))
    response.make_conditional(request)
    return response


def _wanted_form() -> str:
    """Return the media type that the sender likes best; raises `NotAcceptable`."""
    accepted = request.accept_mimetypes
    form = accepted.best_match((JSON, CSV)) if accepted else JSON
    if form is None:
        raise NotAcceptable
    return form


def _json_report(document: Document) -> Response:
    response = Response(document.content, mimetype=JSON)
    response.set_etag(document.sha256)
    return response


def _csv_report(document: Document, period: str) -> Response:
    response = _csv_response(report_csv(read_report(document)), f"trends-{period}")
    response.set_etag(f"{document.sha256}-csv")
    return response


def _csv_response(text: str, name: str) -> Response:
    response = Response(text, content_type=f"{CSV}; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _release_json(release: ReleaseFacts) -> dict[str, Any]:
    kind = parse_period(release.period).kind
    report = f"{PATH}/{kind}s/{release.period}"
    return {
        "period": release.period,
        "kind": kind,
        "final": release.final,
        "epoch": release.epoch,
        "simulated": release.simulated,
        "publishedAt": release.published_at,
        "sha256": release.sha256,
        "catalogueVersion": release.catalogue_version,
        "profile": release.profile,
        "links": {"report": report, "documents": f"{report}/documents"},
    }


def _series_json(wanted: SeriesWanted, answer: SeriesAnswer) -> dict[str, Any]:
    return {
        "table": wanted.table,
        "from": str(wanted.first),
        "to": str(wanted.last),
        "periods": answer.periods,
        "simulated": answer.simulated,
        "series": answer.series,
    }
