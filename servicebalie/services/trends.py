"""What the reports say: the published numbers of a period, and of a table over many periods.

Only the published store is read here. What was not published has left no trace in it, so neither an
answer nor a refusal can tell of it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Boolean, Integer, Select, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from servicebalie.core.cell_keys import Measure
from servicebalie.core.changes import Changes
from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import InvalidPeriod, Period, PeriodKind, parse_period
from servicebalie.models.base import table_of
from servicebalie.models.releases import PublishedCell, Release
from servicebalie.services.change_records import read_changes
from servicebalie.services.prepared import find_rows
from servicebalie.services.releases import PeriodNotPublished, published_periods

_RELEASES = table_of(Release)
_NEWEST = (
    select(_RELEASES.c.document, _RELEASES.c.sha256)
    .where(_RELEASES.c.desk == bindparam("desk"), _RELEASES.c.period == bindparam("period"))
    .order_by(_RELEASES.c.epoch.desc())
    .limit(1)
)
"""Built once, because for a document of any size building the query costs as much as running it."""

_OF_SERIES = (
    _RELEASES.c.desk == bindparam("desk"),
    _RELEASES.c.period.between(bindparam("first"), bindparam("last")),
    # Periods of one kind: a year is shorter than the others.
    func.length(_RELEASES.c.period) == bindparam("length", type_=Integer),
    _RELEASES.c.period.like(literal_column("'%Q%'")) == bindparam("quarters", type_=Boolean),
    _RELEASES.c.published_at <= bindparam("known_at"),
)
_RELEASES_OF_SERIES = (
    select(_RELEASES.c.id, _RELEASES.c.period, _RELEASES.c.simulated)
    .where(*_OF_SERIES)
    .order_by(_RELEASES.c.epoch)
)
_CELL = table_of(PublishedCell)
_CELLS_OF_SERIES = (
    select(_CELL.c.release_id, _CELL.c.label, _CELL.c.measure, _CELL.c.value, _CELL.c.low, _CELL.c.high)
    .join(_RELEASES, _RELEASES.c.id == _CELL.c.release_id)
    .where(*_OF_SERIES, _CELL.c.table_name == bindparam("table"))
)

_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)

Labels = tuple[str, ...]
"""What a number is about: one value per dimension of its table; none in the table of the total."""


@dataclass(frozen=True, slots=True)
class Document:
    """A release as it was frozen: canonical JSON in UTF-8, and the SHA-256 of these bytes in hex."""

    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A published number of persons with the number of their questions."""

    labels: Labels
    persons: Estimate
    questions: Estimate


@dataclass(frozen=True, slots=True)
class ReportTable:
    """The cells of a table that were published, in the order of the document."""

    name: str
    dimensions: tuple[str, ...]
    cells: tuple[ReportCell, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A release, read. Numbers below `threshold` were not published; `sha256` is the hash of its document.

    `changes` are those of a month against earlier months; None for other periods, and for months of before
    changes were told.
    """

    sha256: str
    period: Period
    desk_slug: str
    desk_name: str
    simulated: bool
    epoch: int
    published_at: datetime
    catalogue_version: str
    profile: str
    largest_noise: int
    threshold: int
    tables: tuple[ReportTable, ...]
    changes: Changes | None = None


@dataclass(frozen=True, slots=True)
class SeriesWanted:
    """A table over periods of one kind, all of it or one label (values joined by `|`) or measure."""

    table: str
    first: Period
    last: Period
    label: str | None = None
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One number over the periods; None where it was not published."""

    labels: Labels
    measure: str
    values: tuple[Estimate | None, ...]


@dataclass(frozen=True, slots=True)
class SeriesAnswer:
    """The periods that have a report, oldest first, and the series with a value for each of them."""

    periods: tuple[str, ...]
    simulated: bool
    series: tuple[Series, ...]


def read_document(session: Session, desk_slug: str, period: str, kind: PeriodKind) -> Document:
    """Return the report of a period of this kind as it was frozen, with one query.

    Raises `InvalidPeriod` or `PeriodNotPublished`, both with the `periods` that have a report.
    """
    try:
        given = parse_period(period)
    except InvalidPeriod:
        given = None
    if given is None or given.kind is not kind:
        raise InvalidPeriod(kind=kind, periods=_told(session, desk_slug, kind))
    row = session.connection().execute(_NEWEST, {"desk": desk_slug, "period": period}).first()
    if row is None:
        raise PeriodNotPublished(period=period, periods=_told(session, desk_slug, kind))
    return Document(row.document, row.sha256)


def document_of(session: Session, release_id: int) -> Document:
    """Return a release, which must be there, as it was frozen."""
    query = select(_RELEASES.c.document, _RELEASES.c.sha256).where(_RELEASES.c.id == release_id)
    return Document(*session.execute(query).one())


def read_report(document: Document) -> Report:
    """Return the contents of a release."""
    content = orjson.loads(document.content)
    return Report(
        sha256=document.sha256,
        period=parse_period(content["period"]),
        desk_slug=content["desk"]["slug"],
        desk_name=content["desk"]["name"],
        simulated=content["simulated"],
        epoch=content["epoch"],
        published_at=datetime.fromisoformat(content["publishedAt"]),
        catalogue_version=content["catalogueVersion"],
        profile=content["profile"]["name"],
        largest_noise=content["profile"]["largestNoise"],
        threshold=content["profile"]["threshold"],
        tables=tuple(_table(table) for table in content["tables"]),
        changes=read_changes(content),
    )


def read_series(
    session: Session, desk_slug: str, wanted: SeriesWanted, *, known_at: datetime | None = None
) -> SeriesAnswer:
    """Return the published numbers of a table over the periods, with two queries.

    A label that was never published is answered like one that does not exist: without any series. With
    `known_at` these are the numbers as they were at that moment.
    """
    values = _values(desk_slug, wanted, known_at)
    # Oldest epoch first, so that the newest one of a period stays.
    releases = {row[1]: row for row in find_rows(session, _RELEASES_OF_SERIES, values)}
    periods = tuple(sorted(releases))
    places = {releases[period][0]: place for place, period in enumerate(periods)}
    found: dict[tuple[str, str], list[Estimate | None]] = {}
    for release_id, label, measure, value, low, high in find_rows(session, _cells(wanted), values):
        # Revised releases are left out here: a database would look at every single cell for that.
        if release_id in places:
            numbers = found.setdefault((label, measure), [])
            if not numbers:
                numbers += [None] * len(periods)
            numbers[places[release_id]] = Estimate(value, low, high)
    return SeriesAnswer(
        periods=periods,
        simulated=any(simulated for _, _, simulated in releases.values()),
        # Sorted here, because databases order text differently.
        series=tuple(
            Series(split_label(label), measure, tuple(found[label, measure]))
            for label, measure in sorted(found)
        ),
    )


def split_label(label: str) -> Labels:
    """Return the values that a label of the published store joins by `|`."""
    return tuple(label.split("|")) if label else ()


def _told(session: Session, desk_slug: str, kind: PeriodKind) -> str:
    return ", ".join(published_periods(session, desk_slug, kind)) or "–"


def _table(table: dict[str, Any]) -> ReportTable:
    cells = (
        ReportCell(tuple(cell["labels"]), Estimate(**cell["persons"]), Estimate(**cell["questions"]))
        for cell in table["cells"]
    )
    return ReportTable(table["name"], tuple(table["dimensions"]), tuple(cells))


def _values(desk_slug: str, wanted: SeriesWanted, known_at: datetime | None) -> dict[str, Any]:
    return {
        "desk": desk_slug,
        "first": str(wanted.first),
        "last": str(wanted.last),
        "length": len(str(wanted.first)),
        "quarters": wanted.first.kind is PeriodKind.QUARTER,
        "known_at": known_at or _END_OF_TIME,
        "table": wanted.table,
        "label": wanted.label,
        "measure": wanted.measure,
    }


def _cells(wanted: SeriesWanted) -> Select[Any]:
    """Return the query for the cells; one of four, each always the same object."""
    return _cells_query(of_label=wanted.label is not None, of_measure=wanted.measure is not None)


@cache
def _cells_query(*, of_label: bool, of_measure: bool) -> Select[Any]:
    query = _CELLS_OF_SERIES
    if of_label:
        query = query.where(_CELL.c.label == bindparam("label"))
    return query.where(_CELL.c.measure == bindparam("measure")) if of_measure else query
