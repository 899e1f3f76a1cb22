"""Publication: the only code that sees questions and published numbers together.

It reads a snapshot of a month, counts and protects it (`core.tabulation`, `core.disclosure`), and makes of
it a release that is stored once and never changed. What it counted is gone when it returns.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson
from sqlalchemy import exists, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from servicebalie.core.catalogue import Dimension
from servicebalie.core.cell_keys import Measure, YearKeys
from servicebalie.core.contributions import QuestionFact
from servicebalie.core.disclosure import SafeTable, common_categories, protect_all
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import Keys
from servicebalie.core.profile import Profile
from servicebalie.core.tabulation import tabulate_month, tabulate_visitors
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


CommonCategories: TypeAlias = Mapping[Dimension, frozenset[str]]
"""The values that are not rare; none is rare in a dimension that is not here."""


@dataclass(frozen=True, slots=True)
class NewRelease:
    """A release that is ready to be stored: its columns, and its cells."""

    row: dict[str, Any]
    cells: list[dict[str, Any]]


def open_month(session: Session, desk_slug: str, month: Month, now: datetime) -> None:
    """Make sure that there are keys for publishing a month, whoever came or did not come until now.

    Refuses first what could not be published: raises `MonthNotFrozen` and `AlreadyPublished`.
    """
    _require_frozen(month, now)
    _refuse_second_release(session, desk_slug, month)
    desk = _desk(session, desk_slug)
    # The keys of the year before tell which categories were rare in it.
    for year in (month.year - 1, month.year):
        year_salt(session, desk.id, year)


def prepare_release(session: Session, desk_slug: str, month: Month, keys: Keys, now: datetime) -> NewRelease:
    """Count and protect a month of a desk that `open_month` made keys for; raises `MonthNotFrozen`.

    The session must see one moment (`Database.snapshot`).
    """
    _require_frozen(month, now)
    desk = _desk(session, desk_slug)
    catalogue, profile = shipped_catalogue(), shipped_profile(desk.profile)
    levels = {Dimension.TOPIC: _main_topics(session)}
    year_keys = _year_keys(session, desk, month.year, keys)
    raw = tabulate_month(
        _facts(session, desk, month), catalogue, month=str(month), levels=levels, keys=year_keys
    )
    common = _common_categories(session, desk, month.year, keys, profile)
    tables = protect_all(raw, profile, year_keys, epoch=FIRST_EPOCH, levels=levels, common=common)
    row = {
        "desk": desk.slug,
        "desk_name": desk.name,
        "period": str(month),
        "epoch": FIRST_EPOCH,
        "catalogue_version": catalogue.version,
        "profile": profile.name,
        "ptable_hash": profile.sha256,
        "simulated": desk.simulated,
        "published_at": now.astimezone(UTC).replace(microsecond=0),
    }
    return _release(row, profile, common, tables)


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


def _require_frozen(month: Month, now: datetime) -> None:
    if now < month.frozen_at:
        raise MonthNotFrozen(month=str(month), frozen_on=month.frozen_at.date())


def _year_keys(session: Session, desk: Desk, year: int, keys: Keys) -> YearKeys:
    return YearKeys.derive(keys.statistics, year_salt(session, desk.id, year))


def _facts(session: Session, desk: Desk, month: Month) -> Iterator[QuestionFact]:
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
        .where(
            Question.desk_id == desk.id,
            Question.id >= first_id_of(month.starts_at),
            Question.id < first_id_of(month.next.starts_at),
        )
        .order_by(Visit.asker, Visit.id, Question.id)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    for row in rows:
        yield QuestionFact(*row)


def _common_categories(
    session: Session, desk: Desk, year: int, keys: Keys, profile: Profile
) -> CommonCategories:
    """Return which languages and municipalities were not rare in the year before.

    The first release of a year decides for all of it, so that later ones tell nothing of what was erased
    in between. A desk that opened during the year before has nothing to judge by, and calls nothing rare.
    """
    first = select(Release.document).where(Release.desk == desk.slug, Release.period.startswith(f"{year}-"))
    decided = session.scalar(first.order_by(Release.id).limit(1))
    if decided is not None:
        common = orjson.loads(decided)["commonCategories"]
        return {Dimension(name): frozenset(values) for name, values in common.items()}
    if desk.created_at >= Month(year - 1, 2).starts_at:
        return {}
    year_keys = _year_keys(session, desk, year - 1, keys)
    columns = {Dimension.LANGUAGE: Visit.language, Dimension.MUNICIPALITY: Visit.municipality}
    return {
        dimension: common_categories(
            tabulate_visitors(dimension, _visitors(session, desk, year - 1, column), year_keys),
            profile,
            year_keys,
            epoch=FIRST_EPOCH,
        )
        for dimension, column in columns.items()
    }


def _visitors(
    session: Session, desk: Desk, year: int, column: InstrumentedAttribute[str | None]
) -> Iterator[tuple[str, bytes]]:
    """Yield each value of a column of the year's visits with each person who came with it, once."""
    rows = session.execute(
        select(column, Visit.asker)
        .where(
            Visit.desk_id == desk.id,
            Visit.id >= first_id_of(Month(year, 1).starts_at),
            Visit.id < first_id_of(Month(year + 1, 1).starts_at),
        )
        .distinct()
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    for value, asker in rows:
        if value is not None:
            yield value, asker


def _release(
    row: dict[str, Any], profile: Profile, common: CommonCategories, tables: tuple[SafeTable, ...]
) -> NewRelease:
    """Complete the columns of a release with its document, canonical JSON (sorted keys), and hash."""
    cells = [cell for table in tables for cell in _cell_rows(table)]
    content = {
        "catalogueVersion": row["catalogue_version"],
        "cells": len(cells),
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
