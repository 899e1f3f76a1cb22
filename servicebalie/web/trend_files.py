"""The files of the reports, as they were stored at publication, and where a page finds them."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request, url_for

from servicebalie.documents.kinds import CHART, KINDS
from servicebalie.documents.model import Report, Table
from servicebalie.documents.words import Words
from servicebalie.http.runtime import runtime
from servicebalie.services.desks import find_desk
from servicebalie.services.published_documents import (
    WITHOUT_LANGUAGE,
    DocumentFacts,
    DocumentNotPublished,
    StoredDocument,
    read_stored_document,
)

FOR_EVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"

pages = Blueprint("report_files", __name__)


@dataclass(frozen=True, slots=True)
class File:
    """A file that a page offers: where it is, what it is, its form and size."""

    address: str
    title: str
    form: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart on a page, and the table with its numbers."""

    address: str
    title: str
    description: str
    table: Table


@pages.get("/<locale:locale>/trends/<period>/<name>.<extension>")
def show(locale: str, period: str, name: str, extension: str) -> Response:
    """Give a file of a report; what was not made of it is not found."""
    kind = KINDS.get(name)
    if kind is None or kind.extension != extension:
        abort(404)
    with runtime().database.shown_to_all() as session:
        desk = find_desk(session, runtime().desk)
    with runtime().database.published() as session:
        try:
            stored = read_stored_document(session, desk.slug, period, name, locale)
        except DocumentNotPublished:
            abort(404)
    return _response(stored, f"trends-{period}-{name}-{locale}.{extension}")


def files_of(report: Report, stored: Collection[DocumentFacts]) -> list[File]:
    """Return the files of a report that readers of its language can have, in the order of the registry."""
    words = Words(report.locale)
    here = {one.name: one for one in stored if one.locale in {report.locale, WITHOUT_LANGUAGE}}
    return [
        File(
            address=_address(report, name),
            title=words.gettext(kind.title),
            form=f"{kind.extension.upper()}, {words.number(-(-here[name].size // 1000))} kB",
        )
        for name, kind in KINDS.items()
        if name in here
    ]


def pictures_of(report: Report, stored: Collection[DocumentFacts]) -> list[Picture]:
    """Return the charts of a report whose pictures are stored in its language."""
    here = {one.name for one in stored if one.locale == report.locale}
    tables = {table.name: table for table in (*report.tables, *report.series)}
    return [
        Picture(
            address=_address(report, CHART.format(chart.name)),
            title=chart.title,
            description=chart.description,
            table=tables[chart.table],
        )
        for chart in report.charts
        if CHART.format(chart.name) in here
    ]


def _address(report: Report, name: str) -> str:
    """Return where a file is; the edition in it lets browsers keep the file for good."""
    return url_for(
        "report_files.show",
        locale=report.locale,
        period=report.period,
        name=name,
        extension=KINDS[name].extension,
        edition=report.epoch,
    )


def _response(stored: StoredDocument, file_name: str) -> Response:
    """Answer with a file; without an edition, a final revision may take its place."""
    response = Response(stored.content, mimetype=stored.media_type)
    response.set_etag(stored.sha256)
    is_edition = request.args.get("edition") == str(stored.epoch)
    response.headers["Cache-Control"] = FOR_EVER if is_edition else A_DAY
    # What is published is for everybody, so a chart may stand on a page of the municipality too.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    response.make_conditional(request)
    return response
