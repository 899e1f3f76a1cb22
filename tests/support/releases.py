"""Releases made by hand: what publication leaves in the published store, without any question."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from servicebalie.core.changes import Changes
from servicebalie.core.periods import Month
from servicebalie.db import Database
from servicebalie.models.releases import PublishedCell, Release
from servicebalie.services.change_records import write_changes

PUBLISHED_AT = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)

Cells = Mapping[tuple[str, ...], tuple[int, int]]
"""Persons and questions by label."""

TABLES: Mapping[str, Cells] = {
    "total": {(): (147, 231)},
    "main-topic": {("work",): (60, 80), ("language",): (85, 101)},
    "topic": {("dutch-course",): (40, 44), ("wages-payslip",): (12, 15)},
    "language": {("pl",): (70, 110), ("en",): (31, 40)},
    "group": {},
    "stay": {("under-4-months",): (55, 60), ("over-5-years",): (10, 10)},
    "arrival": {},
    "channel": {("counter",): (100, 150)},
    "outcome": {("met",): (90, 120)},
    "unmet-reason": {},
    "municipality": {("GM0772",): (110, 160), ("GM0861",): (13, 20)},
    "destination": {("library",): (70, 90)},
    "municipality-by-main-topic": {("GM0772", "work"): (45, 60), ("GM0772", "language"): (61, 70)},
}
"""What a small desk might publish of a month."""

DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "total": (),
    "municipality-by-main-topic": ("municipality", "main-topic"),
    "reason-for-coming": ("group",),
}
"""The dimensions of the tables that are not named after their only one."""


def add_release(
    database: Database,
    desk: str,
    period: str,
    tables: Mapping[str, Cells] = TABLES,
    *,
    epoch: int = 1,
    simulated: bool = False,
    published_at: datetime = PUBLISHED_AT,
    changes: Changes | None = None,
) -> bytes:
    """Store a release and return its document."""
    document = make_document(
        desk,
        period,
        tables,
        epoch=epoch,
        simulated=simulated,
        published_at=published_at,
        changes=changes,
    )
    with database.begin() as session:
        release = Release(
            desk=desk,
            desk_name="Informatiepunt Zuidoost",
            period=period,
            epoch=epoch,
            catalogue_version="1",
            profile="default-1",
            ptable_hash="ab" * 32,
            simulated=simulated,
            published_at=published_at,
            sha256=hashlib.sha256(document).hexdigest(),
            document=document,
        )
        session.add(release)
        session.flush()
        for name, cells in tables.items():
            session.add_all(
                PublishedCell(
                    release_id=release.id,
                    table_name=name,
                    label="|".join(labels),
                    measure=measure,
                    **estimate(number),
                )
                for labels, numbers in cells.items()
                for measure, number in zip(("persons", "questions"), numbers, strict=True)
            )
    return document


def make_document(
    desk: str,
    period: str,
    tables: Mapping[str, Cells],
    *,
    epoch: int = 1,
    simulated: bool = False,
    published_at: datetime = PUBLISHED_AT,
    changes: Changes | None = None,
) -> bytes:
    """Return the document of a release; only months have changes."""
    content = {
        "catalogueVersion": "1",
        "cells": 2 * sum(len(cells) for cells in tables.values()),
        "commonCategories": {},
        "desk": {"name": "Informatiepunt Zuidoost", "slug": desk},
        "epoch": epoch,
        "period": period,
        "profile": {"name": "default-1", "largestNoise": 9, "variance": 5.0, "threshold": 10},
        "ptableHash": "ab" * 32,
        "publishedAt": published_at,
        "simulated": simulated,
        "tables": [_table(name, cells) for name, cells in tables.items()],
    }
    if changes is not None:
        content["changes"] = write_changes(changes, Month.parse(period))
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def estimate(value: int) -> dict[str, int]:
    """Return a number with an interval of four to either side."""
    return {"value": value, "low": max(0, value - 4), "high": value + 4}


def _table(name: str, cells: Cells) -> dict[str, Any]:
    return {
        "name": name,
        "dimensions": DIMENSIONS.get(name, (name,)),
        "cells": [
            {"labels": labels, "persons": estimate(persons), "questions": estimate(questions)}
            for labels, (persons, questions) in cells.items()
        ],
    }
