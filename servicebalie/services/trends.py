"""What the reports say: the published numbers of a period, and of a table over many periods.

Only the published store is read here. What was not published has left no trace in it, so neither an
answer nor a refusal can tell of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from servicebalie.core.cell_keys import Measure
from servicebalie.core.changes import Changes
from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import InvalidPeriod, Period, PeriodKind, parse_period
from servicebalie.models.base import table_of
from servicebalie.models.releases import PublishedCell, Release
from servicebalie.services.change_records import read_changes
from servicebalie.services.releases import PeriodNotPublished, published_periods

_RELEASES = table_of(Release)
_NEWEST = (
    select(_RELEASES.c.document, _RELEASES.c.sha256)
    .where(_RELEASES.c.desk == bindparam("desk"), _RELEASES.c.period == bindparam("period"))
    .order_by(_RELEASES.c.epoch.desc())
    .limit(1)
)
"""Built once, because for a document of any size building the query costs as much as running it."""

_RELEASES_BETWEEN = (
    select(_RELEASES.c.id, _RELEASES.c.period, _RELEASES.c.simulated)
    .where(
        _RELEASES.c.desk == bindparam("desk"),
        _RELEASES.c.period.between(bindparam("first"), bindparam("last")),
    )
    .order_by(_RELEASES.c.epoch)
)
_CELL = table_of(PublishedCell)
_CELLS = select(
    _CELL.c.release_id, _CELL.c.label, _CELL.c.measure, _CELL.c.value, _CELL.c.low, _CELL.c.high
).where(
    _CELL.c.table_name == bindparam("table"),
    _CELL.c.release_id.in_(bindparam("releases", expanding=True)),
)

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
    releases = _newest_by_period(session, desk_slug, wanted, known_at)
    periods = tuple(sorted(releases))
    places = {releases[period].id: place for place, period in enumerate(periods)}
    found: dict[tuple[str, str], list[Estimate | None]] = {}
    for release_id, label, measure, *numbers in _read_cells(session, wanted, list(places)):
        values = found.get((label, measure))
        if values is None:
            values = found[label, measure] = [None] * len(periods)
        values[places[release_id]] = Estimate(*numbers)
    return SeriesAnswer(
        periods=periods,
        simulated=any(release.simulated for release in releases.values()),
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


def _newest_by_period(
    session: Session, desk_slug: str, wanted: SeriesWanted, known_at: datetime | None
) -> dict[str, Any]:
    """Return the id of the report of each period, and whether it is simulated.

    Asked for before the cells and not with them: a database that joins the two finds out for every single
    cell whether its release was revised.
    """
    values = {"desk": desk_slug, "first": str(wanted.first), "last": str(wanted.last)}
    query = _RELEASES_BETWEEN
    if known_at is not None:
        query = query.where(_RELEASES.c.published_at <= known_at)
    rows = session.connection().execute(query, values)
    # Oldest epoch first, so that the newest one of a period stays.
    return {row.period: row for row in rows if parse_period(row.period).kind is wanted.first.kind}


def _read_cells(session: Session, wanted: SeriesWanted, releases: list[int]) -> Iterable[Any]:
    query = _CELLS
    if wanted.label is not None:
        query = query.where(_CELL.c.label == wanted.label)
    if wanted.measure is not None:
        query = query.where(_CELL.c.measure == wanted.measure.value)
    values = {"table": wanted.table, "releases": releases}
    return session.connection().execute(query, values).all()
