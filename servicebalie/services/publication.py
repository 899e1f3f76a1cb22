"""Publication: the only code that sees questions and published numbers together.

It reads a snapshot of a period, counts and protects it (`core.tabulation`, `core.disclosure`), and makes of
it a release that is stored once and never changed. What it counted is gone when it returns.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, exists, insert, select
from sqlalchemy.orm import Session

from servicebalie.core.catalogue import Dimension
from servicebalie.core.cell_keys import Measure, YearKeys
from servicebalie.core.disclosure import CommonCategories, SafeTable, common_categories, protect_all
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import Keys
from servicebalie.core.periods import Month, Period, Year, covers, frozen_periods, parse_period
from servicebalie.core.profile import Profile
from servicebalie.core.release_audit import audit_release
from servicebalie.core.tabulation import tabulate
from servicebalie.models.base import table_of
from servicebalie.models.desks import Desk
from servicebalie.models.releases import FinalYear, PublishedCell, Release
from servicebalie.services.askers import year_salt
from servicebalie.services.changes import describe_changes
from servicebalie.services.counted_facts import read_facts, read_levels
from servicebalie.services.publishing_rules import shipped_catalogue, shipped_profile

FIRST_EPOCH = 1


class PeriodNotFrozen(ServicebalieError):
    """The period can still change; `frozen_on` is the day from which it may be published."""

    code = "period-not-frozen"


class AlreadyPublished(ServicebalieError):
    """The period has a release, which never changes."""

    code = "already-published"


class ProfileChanged(ServicebalieError):
    """The desk `desk` was given another profile after the release was prepared."""

    code = "profile-changed"


class EarlierPeriodMissing(ServicebalieError):
    """The year before tells what is rare, so it must be published first; `earlier` is that year."""

    code = "earlier-period-missing"


@dataclass(frozen=True, slots=True)
class NewRelease:
    """A release that is ready to be stored: its columns, and its cells."""

    row: dict[str, Any]
    cells: list[dict[str, Any]]


def due_periods(session: Session, desk_slug: str, now: datetime) -> tuple[Period, ...]:
    """Return the periods that can be published and are not, in the order in which they must be.

    A quarter or year in which the desk opened later than in its first month is never due.
    """
    desk = find_desk_row(session, desk_slug)
    published = set(session.scalars(select(Release.period).where(Release.desk == desk_slug)))
    final = set(session.scalars(select(FinalYear.year).where(FinalYear.desk == desk_slug)))
    return tuple(
        period
        for period in frozen_periods(Month.of(desk.created_at), now)
        if str(period) not in published and period.year not in final and covers(desk.created_at, period)
    )


def open_period(session: Session, desk_slug: str, period: Period, now: datetime) -> None:
    """Make sure that there are keys for publishing a period, whoever came or did not come until now.

    Refuses first what could not be published: raises `PeriodNotFrozen`, `AlreadyPublished`,
    `EarlierPeriodMissing`, and `YearKeysDestroyed` when the year is final.
    """
    _require_frozen(period, now)
    desk = find_desk_row(session, desk_slug)
    _refuse_second_release(session, desk_slug, period, FIRST_EPOCH)
    _require_year_before(session, desk, period)
    year_salt(session, desk.id, period.year)


def prepare_release(
    session: Session,
    desk_slug: str,
    period: Period,
    keys: Keys,
    now: datetime,
    *,
    epoch: int = FIRST_EPOCH,
    beside: Sequence[NewRelease] = (),
) -> NewRelease:
    """Count, protect and audit a period of a desk that `open_period` made keys for; tell what changed.

    The session must see one moment (`Database.snapshot`). `beside` are releases of earlier periods that will
    be stored together with this one. Raises `PeriodNotFrozen` and `AuditFailed`.
    """
    _require_frozen(period, now)
    desk = find_desk_row(session, desk_slug)
    catalogue, profile = shipped_catalogue(), shipped_profile(desk.profile)
    levels = read_levels(session)
    year_keys = YearKeys.derive(keys.statistics, year_salt(session, desk.id, period.year))
    facts = read_facts(session, desk.id, period)
    raw = tabulate(facts, catalogue, period.kind, levels=levels, keys=year_keys)
    common = _common_categories(session, desk, period)
    tables = protect_all(
        raw, profile, year_keys, period=str(period), epoch=epoch, levels=levels, common=common
    )
    audit_release(tables, catalogue.tables_of(period.kind), profile, levels=levels, common=common)
    row = {
        "desk": desk.slug,
        "desk_name": desk.name,
        "period": str(period),
        "epoch": epoch,
        "catalogue_version": catalogue.version,
        "profile": profile.name,
        "ptable_hash": profile.sha256,
        "simulated": desk.simulated,
        "published_at": now.astimezone(UTC).replace(microsecond=0),
    }
    content = _content(row, profile, common_categories(tables) if common is None else common, tables)
    if isinstance(period, Month):
        earlier = [orjson.loads(release.row["document"]) for release in beside]
        content["changes"] = describe_changes(session, content, period, levels=levels, beside=earlier)
    return _release(row, content, tables)


def store_release(session: Session, release: NewRelease) -> None:
    """Store a release with its cells.

    Raises `AlreadyPublished` when another process was first, and `ProfileChanged`.
    """
    row = release.row
    _require_profile(session, row["desk"], row["profile"])
    _refuse_second_release(session, row["desk"], parse_period(row["period"]), row["epoch"])
    stored = session.execute(insert(Release).returning(Release.id), row)
    release_id = stored.scalar_one()
    if release.cells:
        rows = [{"release_id": release_id, **cell} for cell in release.cells]
        session.connection().execute(table_of(PublishedCell).insert(), rows)


def find_desk_row(session: Session, slug: str) -> Desk:
    """Return the desk with this slug, which must be there."""
    return session.scalars(select(Desk).where(Desk.slug == slug)).one()


def _refuse_second_release(session: Session, desk_slug: str, period: Period, epoch: int) -> None:
    same = exists().where(Release.desk == desk_slug, Release.period == str(period), Release.epoch == epoch)
    if session.scalar(select(same)):
        raise AlreadyPublished(period=str(period))


def _require_profile(session: Session, desk_slug: str, profile: str) -> None:
    """Refuse a profile that is not the desk's, and keep it the desk's until the transaction ends."""
    query = select(Desk.profile).where(Desk.slug == desk_slug).with_for_update(key_share=True)
    if session.scalars(query).one() != profile:
        raise ProfileChanged(desk=desk_slug)


def _require_frozen(period: Period, now: datetime) -> None:
    if now < period.frozen_at:
        raise PeriodNotFrozen(period=str(period), frozen_on=period.frozen_at.date())


def _require_year_before(session: Session, desk: Desk, period: Period) -> None:
    """Refuse a month or quarter as long as the year before, if the desk was there then, has no release."""
    before = Year(period.year - 1)
    if isinstance(period, Year) or not covers(desk.created_at, before):
        return
    if _oldest_document(session, desk, Release.period == str(before)) is None:
        raise EarlierPeriodMissing(period=str(period), earlier=str(before))


def _common_categories(session: Session, desk: Desk, period: Period) -> CommonCategories | None:
    """Return which languages and municipalities were not rare in the year before; None for a year.

    The first release of a year decides for all of it, so that later ones tell nothing of what was erased or
    revised in between. A desk that opened during the year before has nothing to judge by, and calls nothing
    rare.
    """
    if isinstance(period, Year):
        return None
    decided = _oldest_document(session, desk, Release.period.startswith(f"{period.year}-"))
    decided = decided or _oldest_document(session, desk, Release.period == str(Year(period.year - 1)))
    if decided is None or not covers(desk.created_at, Year(period.year - 1)):
        return {}
    common = orjson.loads(decided)["commonCategories"]
    return {Dimension(name): frozenset(values) for name, values in common.items()}


def _oldest_document(session: Session, desk: Desk, condition: ColumnElement[bool]) -> bytes | None:
    query = select(Release.document).where(Release.desk == desk.slug, condition)
    return session.scalar(query.order_by(Release.id).limit(1))


def _content(
    row: dict[str, Any], profile: Profile, common: CommonCategories, tables: tuple[SafeTable, ...]
) -> dict[str, Any]:
    """Return what the document of a release says."""
    return {
        "catalogueVersion": row["catalogue_version"],
        "cells": 2 * sum(len(table.cells) for table in tables),
        "commonCategories": {dimension.value: sorted(values) for dimension, values in common.items()},
        "desk": {"name": row["desk_name"], "slug": row["desk"]},
        "epoch": row["epoch"],
        "period": row["period"],
        "profile": {
            "name": profile.name,
            "largestNoise": profile.distance,
            "variance": float(profile.variance),
            "threshold": profile.threshold,
        },
        "ptableHash": row["ptable_hash"],
        "publishedAt": row["published_at"],
        "simulated": row["simulated"],
        "tables": [_table_json(table) for table in tables],
    }


def _release(row: dict[str, Any], content: dict[str, Any], tables: tuple[SafeTable, ...]) -> NewRelease:
    """Complete the columns of a release with its document, canonical JSON (sorted keys), and hash."""
    cells = [cell for table in tables for cell in _cell_rows(table)]
    document = orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)
    return NewRelease({**row, "sha256": hashlib.sha256(document).hexdigest(), "document": document}, cells)


def _table_json(table: SafeTable) -> dict[str, Any]:
    return {
        "name": table.definition.name,
        "dimensions": table.definition.dimensions,
        "cells": [
            {"labels": labels, "persons": asdict(cell.persons), "questions": asdict(cell.questions)}
            for labels, cell in table.cells.items()
        ],
    }


def _cell_rows(table: SafeTable) -> Iterator[dict[str, Any]]:
    for labels, cell in table.cells.items():
        for measure, estimate in ((Measure.PERSONS, cell.persons), (Measure.QUESTIONS, cell.questions)):
            yield {
                "table_name": table.definition.name,
                "label": "|".join(labels),
                "measure": measure.value,
                **asdict(estimate),
            }
