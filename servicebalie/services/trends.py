"""What the reports say: the published numbers of a period, and of a table over many periods.

Only the published store is read here. What was not published has left no trace in it, so neither an
answer nor a refusal can tell of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from servicebalie.core.cell_keys import Measure
from servicebalie.core.changes import Changes
from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import InvalidPeriod, Period, PeriodKind, parse_period
from servicebalie.models.base import table_of
from servicebalie.models.releases import PublishedCell, Release
from servicebalie.services.change_records import read_changes
from servicebalie.services.releases import PeriodNotPublished, newest_reports, published_periods

_RELEASES = table_of(Release)
_NEWEST = (
    select(_RELEASES.c.document, _RELEASES.c.sha256)
    .where(_RELEASES.c.desk == bindparam("desk"), _RELEASES.c.period == bindparam("period"))
    .order_by(_RELEASES.c.epoch.desc())
    .limit(1)
)
"""Built once, because for a document of any size building the query costs as much as running it."""

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
    """A release, read. Numbers below `threshold` were not published.

    `changes` are those of a month against earlier months; None for other periods, and for months of before
    changes were told.
    """

    period: Period
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


def read_report(document: Document) -> Report:
    """Return the contents of a release."""
    content = orjson.loads(document.content)
    return Report(
        period=parse_period(content["period"]),
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


def read_series(session: Session, desk_slug: str, wanted: SeriesWanted) -> SeriesAnswer:
    """Return the published numbers of a table over the periods, with one query.

    A label that was never published is answered like one that does not exist: without any series.
    """
    rows = session.execute(
        select(
            Release.period,
            Release.simulated,
            PublishedCell.label,
            PublishedCell.measure,
            PublishedCell.value,
            PublishedCell.low,
            PublishedCell.high,
        )
        .outerjoin(PublishedCell, _cells_of(wanted))
        .where(
            *newest_reports(desk_slug, wanted.first.kind),
            Release.period.between(str(wanted.first), str(wanted.last)),
        )
    ).all()
    periods = tuple(sorted({row.period for row in rows}))
    # Sorted here, because databases order text differently.
    published = sorted((row for row in rows if row.label is not None), key=attrgetter("label", "measure"))
    return SeriesAnswer(
        periods=periods,
        simulated=any(row.simulated for row in rows),
        series=tuple(
            Series(split_label(label), measure, _values(cells, periods))
            for (label, measure), cells in groupby(published, key=attrgetter("label", "measure"))
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


def _cells_of(wanted: SeriesWanted) -> Any:
    """Return the condition of the cells of a release that are wanted."""
    conditions = [PublishedCell.release_id == Release.id, PublishedCell.table_name == wanted.table]
    if wanted.label is not None:
        conditions.append(PublishedCell.label == wanted.label)
    if wanted.measure is not None:
        conditions.append(PublishedCell.measure == wanted.measure.value)
    return and_(*conditions)


def _values(cells: Iterable[Any], periods: tuple[str, ...]) -> tuple[Estimate | None, ...]:
    """Return a value for each period from the cells of one number."""
    by_period = {cell.period: Estimate(cell.value, cell.low, cell.high) for cell in cells}
    return tuple(by_period.get(period) for period in periods)
