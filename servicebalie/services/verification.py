"""Whether the stored releases are still what was published, from the published store alone."""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.core.cell_keys import Measure
from servicebalie.models.releases import PublishedCell, Release
from servicebalie.services.published_documents import are_as_made
from servicebalie.services.publishing_rules import shipped_profile


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about a release; `fault` is None when everything is as it was published.

    Otherwise `document-changed`, `cells-differ`, `profile-differs` or `file-changed`.
    """

    period: str
    epoch: int
    sha256: str
    fault: str | None


def verify_releases(session: Session, desk_slug: str) -> tuple[Verdict, ...]:
    """Check every release of a desk, oldest first: its hash, its cells, its profile and its files."""
    query = select(Release).where(Release.desk == desk_slug).order_by(Release.id)
    return tuple(
        Verdict(release.period, release.epoch, release.sha256, _fault(session, release))
        for release in session.scalars(query)
    )


def _fault(session: Session, release: Release) -> str | None:
    if hashlib.sha256(release.document).hexdigest() != release.sha256:
        return "document-changed"
    content = orjson.loads(release.document)
    if _told_cells(content) != _stored_cells(session, release.id):
        return "cells-differ"
    if shipped_profile(release.profile).sha256 != content["ptableHash"]:
        return "profile-differs"
    return None if are_as_made(session, release.id) else "file-changed"


def _told_cells(content: dict[str, Any]) -> set[tuple[str | int, ...]]:
    """Return the numbers of a document: table, label, measure, value, low, high."""
    return {
        (table["name"], "|".join(cell["labels"]), measure.value, *_numbers(cell[measure.value]))
        for table in content["tables"]
        for cell in table["cells"]
        for measure in Measure
    }


def _numbers(estimate: dict[str, int]) -> tuple[int, int, int]:
    return estimate["value"], estimate["low"], estimate["high"]


def _stored_cells(session: Session, release_id: int) -> set[tuple[str | int, ...]]:
    cells = session.execute(
        select(
            PublishedCell.table_name,
            PublishedCell.label,
            PublishedCell.measure,
            PublishedCell.value,
            PublishedCell.low,
            PublishedCell.high,
        ).where(PublishedCell.release_id == release_id)
    )
    return {tuple(cell) for cell in cells}
