"""A release that was tampered with is found, whatever of it was changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from servicebalie.db import Database
from servicebalie.documents.model import Document
from servicebalie.models.releases import PublishedCell, PublishedDocument, Release
from servicebalie.services.published_documents import store_documents
from servicebalie.services.verification import verify_releases
from tests.support.counted_desk import CountedDesk, open_desk


@pytest.fixture
def desk(database_url: str) -> Iterator[CountedDesk]:
    """A desk with a published month."""
    database = Database(database_url)
    desk = open_desk(database, datetime(2026, 1, 2, tzinfo=UTC))
    desk.crowd(datetime(2026, 3, 10, tzinfo=UTC), 40)
    desk.publish("2026-03")
    release = desk.release("2026-03").id
    file = Document("chart-stay", "nl", "image/svg+xml", b"<svg></svg>")
    database.write(lambda session: store_documents(session, release, [file]))
    yield desk
    database.dispose()


def faults(desk: CountedDesk) -> list[str | None]:
    with desk.database.published() as session:
        return [verdict.fault for verdict in verify_releases(session, desk.slug)]


def test_what_is_as_it_was_published_has_no_fault(desk: CountedDesk) -> None:
    assert faults(desk) == [None]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (update(Release).values(document=b"{}"), "document-changed"),
        (update(PublishedCell).values(value=PublishedCell.value + 1), "cells-differ"),
        (update(Release).values(profile="detailed-1"), "profile-differs"),
        (update(PublishedDocument).values(content=b"<svg/>"), "file-changed"),
    ],
)
def test_what_was_changed_is_named(desk: CountedDesk, change: Any, fault: str) -> None:
    desk.database.write(lambda session: session.execute(change))

    assert faults(desk) == [fault]
