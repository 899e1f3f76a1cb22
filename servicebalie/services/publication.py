"""Publication: the only code that sees questions and published numbers together.

It reads a snapshot of a month, counts and protects it (`core.tabulation`, `core.disclosure`), and makes of
it a release that is stored once and never changed. What it counted is gone when it returns.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import ColumnElement, exists, insert, select
from sqlalchemy.orm import Session

from servicebalie.core.catalogue import Catalogue, Dimension
from servicebalie.core.cell_keys import Measure, YearKeys, random_number, record_key
from servicebalie.core.contributions import QuestionFact
from servicebalie.core.disclosure import SafeTable, common_categories, protect_all
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import Keys
from servicebalie.core.profile import Profile
from servicebalie.core.tabulation import tabulate_month
from servicebalie.models.base import table_of
from servicebalie.models.code_lists import TopicRow
from servicebalie.models.desks import Desk
from servicebalie.models.questions import Question, Visit
from servicebalie.models.releases import PublishedCell, Release
from servicebalie.services.askers import year_salt
from servicebalie.services.identity import first_id_of
from servicebalie.services.months import Month
from servicebalie.services.publishing_rules import shipped_catalogue, shipped_profile

FIRST_EPOCH = 1
ROWS_AT_A_TIME = 5000


class MonthNotFrozen(ServicebalieError):
    """The month can still change; `frozen_on` is the day from which it may be published."""

    code = "month-not-frozen"


class AlreadyPublished(ServicebalieError):
    """The month has a release, which never changes."""

    code = "already-published"


@dataclass(frozen=True, slots=True)
class NewRelease:
    """A release that is ready to be stored: its columns, and its cells."""

    row: dict[str, Any]
    cells: list[dict[str, Any]]


def open_year(session: Session, desk_slug: str, month: Month) -> None:
    """Make sure that the desk has keys for the year of a month, in which nobody may have come yet."""
    year_salt(session, _desk(session, desk_slug).id, month.year)


def prepare_release(session: Session, desk_slug: str, month: Month, keys: Keys, now: datetime) -> NewRelease:
    """Count and protect a month of a desk; the session must see one moment (`Database.snapshot`).

    Raises `MonthNotFrozen`, and `AlreadyPublished` before counting anything.
    """
    if now < month.frozen_at:
        raise MonthNotFrozen(month=str(month), frozen_on=month.frozen_at.date())
    desk = _desk(session, desk_slug)
    _refuse_second_release(session, desk_slug, month)
    catalogue, profile = shipped_catalogue(), shipped_profile(desk.profile)
    levels = {Dimension.TOPIC: _main_topics(session)}
    year_keys = _year_keys(session, desk.id, month.year, keys)
    raw = tabulate_month(
        _facts(session, desk.id, month), catalogue, month=str(month), levels=levels, keys=year_keys
    )
    common = _common_categories(session, desk, month.year - 1, keys, profile)
    tables = protect_all(raw, profile, year_keys, epoch=FIRST_EPOCH, levels=levels, common=common)
    return _release(desk, month, profile, catalogue, tables, now)


def store_release(session: Session, release: NewRelease) -> None:
    """Store a release with its cells; raises `AlreadyPublished` when another process was first."""
    _refuse_second_release(session, release.row["desk"], Month.parse(release.row["period"]))
    stored = session.execute(insert(Release).returning(Release.id), release.row)
    release_id = stored.scalar_one()
    if release.cells:
        rows = [{"release_id": release_id, **cell} for cell in release.cells]
        session.connection().execute(table_of(PublishedCell).insert(), rows)


def _desk(session: Session, slug: str) -> Desk:
    return session.scalars(select(Desk).where(Desk.slug == slug)).one()


def _refuse_second_release(session: Session, desk_slug: str, month: Month) -> None:
    if session.scalar(select(exists().where(Release.desk == desk_slug, Release.period == str(month)))):
        raise AlreadyPublished(month=str(month))


def _main_topics(session: Session) -> dict[str, str]:
    """Return the main topic of each subtopic."""
    rows = session.execute(select(TopicRow.code, TopicRow.parent).where(TopicRow.parent.is_not(None)))
    return {code: parent for code, parent in rows if parent is not None}


def _year_keys(session: Session, desk_id: int, year: int, keys: Keys) -> YearKeys:
    return YearKeys.derive(keys.statistics, year_salt(session, desk_id, year))


def _received_in(desk_id: int, starts_at: datetime, ends_at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the questions of a desk in a time; keys are in the order of time."""
    return (
        Question.desk_id == desk_id,
        Question.id >= first_id_of(starts_at),
        Question.id < first_id_of(ends_at),
    )


def _facts(session: Session, desk_id: int, month: Month) -> Iterator[QuestionFact]:
    """Yield the coded facts of the month's questions, each person's together and oldest visit first."""
    rows = session.execute(
        select(
            Visit.asker,
            Question.topic,
            Visit.language,
            Visit.group,
            Visit.stay,
            Visit.arrival,
            Visit.channel,
            Question.outcome,
            Question.unmet_reason,
            Visit.municipality,
            Question.destination,
        )
        .join(Visit, Visit.id == Question.visit_id)
        .where(*_received_in(desk_id, month.starts_at, month.next.starts_at))
        .order_by(Visit.asker, Visit.id, Question.id)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    for row in rows:
        yield QuestionFact(*row)


def _common_categories(
    session: Session, desk: Desk, year: int, keys: Keys, profile: Profile
) -> Mapping[Dimension, frozenset[str]]:
    """Return which languages and municipalities were not rare in a year, by perturbed yearly totals.

    A year in which the desk was not open from the start tells nothing yet, and calls nothing rare.
    """
    if _opened_after(session, desk.id, Month(year, 1)):
        return {}
    year_keys = _year_keys(session, desk.id, year, keys)
    return {
        Dimension.LANGUAGE: _common(session, desk.id, year, Visit.language, year_keys, profile),
        Dimension.MUNICIPALITY: _common(session, desk.id, year, Visit.municipality, year_keys, profile),
    }


def _opened_after(session: Session, desk_id: int, month: Month) -> bool:
    """Whether the desk had no question in a month or before it."""
    first = select(Question.id).where(Question.desk_id == desk_id).order_by(Question.id).limit(1)
    return (session.scalar(first) or first_id_of(month.next.starts_at)) >= first_id_of(month.next.starts_at)


def _common(
    session: Session, desk_id: int, year: int, column: Any, keys: YearKeys, profile: Profile
) -> frozenset[str]:
    """Return the values whose perturbed number of persons in the year is not rare."""
    rows = session.execute(
        select(column, Visit.asker)
        .where(
            Visit.desk_id == desk_id,
            Visit.id >= first_id_of(Month(year, 1).starts_at),
            Visit.id < first_id_of(Month(year + 1, 1).starts_at),
            column.is_not(None),
        )
        .distinct()
        .order_by(column)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    totals = {}
    for value, persons in groupby(rows, key=lambda row: row[0]):
        record_keys = [record_key(keys.person, row.asker, 1) for row in persons]
        number = random_number(keys.noise, Measure.PERSONS, FIRST_EPOCH, sum(record_keys))
        totals[value] = len(record_keys) + profile.table.deviation(len(record_keys), number)
    return common_categories(totals)


def _release(
    desk: Desk,
    month: Month,
    profile: Profile,
    catalogue: Catalogue,
    tables: tuple[SafeTable, ...],
    now: datetime,
) -> NewRelease:
    cells = [cell for table in tables for cell in _cell_rows(table)]
    content = {
        "catalogueVersion": catalogue.version,
        "cells": len(cells),
        "desk": {"name": desk.name, "slug": desk.slug},
        "epoch": FIRST_EPOCH,
        "period": str(month),
        "profile": {
            "name": profile.name,
            "largestNoise": profile.distance,
            "variance": float(profile.variance),
            "threshold": profile.threshold,
        },
        "ptableHash": profile.sha256,
        "publishedAt": now.astimezone(UTC).replace(microsecond=0),
        "simulated": desk.simulated,
        "tables": [_table_json(table) for table in tables],
    }
    document = orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)
    row = {
        "desk": desk.slug,
        "desk_name": desk.name,
        "period": str(month),
        "epoch": FIRST_EPOCH,
        "catalogue_version": catalogue.version,
        "profile": profile.name,
        "ptable_hash": profile.sha256,
        "simulated": desk.simulated,
        "published_at": now,
        "sha256": hashlib.sha256(document).hexdigest(),
        "document": document,
    }
    return NewRelease(row, cells)


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
