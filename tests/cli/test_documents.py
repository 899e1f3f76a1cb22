"""The files of releases: made after publication, made where they are missing, and made once."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import delete, update

from servicebalie.cli import documents
from servicebalie.core.vocabulary import Stay
from servicebalie.db import Database
from servicebalie.documents.kinds import KINDS
from servicebalie.documents.production import all_documents
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.models.releases import PublishedDocument
from servicebalie.services.published_documents import (
    WITHOUT_LANGUAGE,
    DocumentFacts,
    documented_releases,
    list_documents,
    read_stored_document,
)
from servicebalie.services.visits import VisitFacts
from tests.cli.conftest import Terminal
from tests.support.counted_desk import CountedDesk, open_desk

OPENED = datetime(2026, 1, 2, 9, tzinfo=UTC)
IN_MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
ALL_FILES = sorted(
    (name, locale)
    for name, kind in KINDS.items()
    # A single month has no picture over the months.
    if not name.endswith("-by-month")
    for locale in (DESK_LOCALES if kind.in_each_language else (WITHOUT_LANGUAGE,))
)
"""The kinds and languages of the files of March and its quarter."""


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    """A day on which the first quarter may be published."""
    with time_machine.travel(datetime(2026, 4, 20, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def desk(terminal: Terminal, database: Database) -> CountedDesk:
    """A desk with visitors on two main topics in March, of whom few in each month will stay long."""
    desk = open_desk(database, OPENED, "Desk South")
    desk.crowd(IN_MARCH, 30, "bsn", facts=VisitFacts(stay=Stay.UNDER_4_MONTHS))
    desk.crowd(IN_MARCH, 20, "permit", first=30, facts=VisitFacts(stay=Stay.OVER_5_YEARS))
    return desk


def files(desk: CountedDesk, period: str) -> tuple[DocumentFacts, ...]:
    """Return the files of the report of a period."""
    with desk.database.published() as session:
        return list_documents(session, desk.slug, period)


def test_publishing_makes_the_files_of_what_is_new_in_each_language(
    terminal: Terminal, desk: CountedDesk
) -> None:
    published = terminal.run("publish")

    assert published.status == 0, published.error
    made = published.output.splitlines()[4:]
    assert made[:2] == [f"Made files of {period}: {len(ALL_FILES)}." for period in ("2026-Q1", "2026-03")]
    assert [(one.name, one.locale) for one in files(desk, "2026-03")] == ALL_FILES
    stored = {one.name: one.media_type for one in files(desk, "2026-03")}
    assert stored == {name: KINDS[name].media_type for name in stored}


def test_a_month_without_a_number_has_no_pictures_and_is_no_news(
    terminal: Terminal, desk: CountedDesk
) -> None:
    terminal.run("publish")

    without_pictures = [(name, locale) for name, locale in ALL_FILES if not name.startswith("chart-")]
    assert [(one.name, one.locale) for one in files(desk, "2026-01")] == without_pictures
    assert terminal.run("publish").output == "Nothing is due for Desk South.\n"


def test_a_single_month_gets_its_files_at_once(terminal: Terminal, desk: CountedDesk) -> None:
    published = terminal.run("publish", "--month", "2026-03")

    assert published.output.splitlines()[-1] == f"Made files of 2026-03: {len(ALL_FILES)}."


def test_files_are_made_after_all_periods_so_that_a_month_uses_the_quarter_that_ends_with_it(
    terminal: Terminal, database: Database
) -> None:
    desk = open_desk(database, OPENED, "Desk North")
    for month in (1, 2, 3):
        day = datetime(2026, month, 10, 9, tzinfo=UTC)
        for number, stay in enumerate((Stay.UNDER_4_MONTHS, Stay.OVER_5_YEARS)):
            # Too few in a month, enough in a quarter.
            desk.crowd(day, 5, first=100 * month + 10 * number, facts=VisitFacts(stay=stay))

    terminal.run("publish")

    with desk.database.published() as session:
        drawn = read_stored_document(session, desk.slug, "2026-03", "chart-stay", "en").content.decode()
    assert "1st quarter 2026" in drawn


def test_a_release_that_lost_its_files_in_a_crash_gets_them_at_the_next_publication(
    terminal: Terminal, desk: CountedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("the power failed")

    with monkeypatch.context() as patched:
        patched.setattr(documents, "make_documents", crash)
        with pytest.raises(RuntimeError, match="the power failed"):
            terminal.run("publish")
    assert files(desk, "2026-03") == ()

    resumed = terminal.run("publish")

    assert resumed.output.splitlines()[:3] == [
        "Nothing is due for Desk South.",
        f"Made files of 2026-Q1: {len(ALL_FILES)}.",
        f"Made files of 2026-03: {len(ALL_FILES)}.",
    ]
    assert [(one.name, one.locale) for one in files(desk, "2026-03")] == ALL_FILES


def test_only_what_is_missing_is_made(terminal: Terminal, desk: CountedDesk) -> None:
    terminal.run("publish")
    before = files(desk, "2026-03")
    gone = delete(PublishedDocument).where(
        PublishedDocument.release_id == desk.release("2026-03").id,
        PublishedDocument.name == "chart-stay",
        PublishedDocument.locale == "nl",
    )
    desk.database.write(lambda session: session.execute(gone))

    assert terminal.run("publish").output.splitlines()[-1] == "Made files of 2026-03: 1."
    assert files(desk, "2026-03") == before


def test_another_process_that_made_them_at_the_same_moment_is_accepted(
    terminal: Terminal, desk: CountedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.run("publish", "--month", "2026-03")
    stored = files(desk, "2026-03")
    with desk.database.published() as session:
        releases = documented_releases(session, desk.slug)
    unaware = tuple(documents.DocumentedRelease(one.release_id, one.period, frozenset()) for one in releases)
    monkeypatch.setattr(documents, "documented_releases", lambda *_: unaware)

    assert list(documents.document_releases(desk.database, desk.slug)) == []
    assert files(desk, "2026-03") == stored


def test_a_final_revision_gets_files_of_its_own(terminal: Terminal, database: Database) -> None:
    desk = open_desk(database, datetime(2025, 12, 1, 9, tzinfo=UTC), "Desk South")
    in_december = datetime(2025, 12, 10, 9, tzinfo=UTC)
    desk.crowd(in_december, 30, "bsn")
    late = desk.crowd(in_december, 30, "permit", first=30)
    terminal.run("publish", "--month", "2025-12")
    first = files(desk, "2025-12")
    desk.erase(late[:12], datetime(2026, 3, 1, tzinfo=UTC))

    made = terminal.run("release", "finalise", "--year", "2025")

    assert "published anew" in made.output
    assert made.output.splitlines()[-1].startswith("Made files of 2025-12: ")
    second = files(desk, "2025-12")
    assert [one.name for one in second] == [one.name for one in first]
    assert {one.sha256 for one in second}.isdisjoint({one.sha256 for one in first})
    assert terminal.run("release", "verify").status == 0


def test_every_kind_of_file_is_made_in_each_language_or_once() -> None:
    keys = all_documents()
    assert ("chart-stay", "nl") in keys
    assert ("chart-stay", "en") in keys
    assert all(locale in {"nl", "en", ""} for _, locale in keys)


def test_a_file_that_was_changed_is_told(terminal: Terminal, desk: CountedDesk) -> None:
    terminal.run("publish", "--month", "2026-03")
    change = update(PublishedDocument).values(content=b"<svg/>")
    desk.database.write(lambda session: session.execute(change))

    verified = terminal.run("release", "verify")

    assert verified.status == 1
    assert "WRONG: one of its files is not the one that was made" in verified.output
