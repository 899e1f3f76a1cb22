"""The files of a release: stored once, found by kind and language, and checked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import event, select, update

from servicebalie.core.periods import Month, PeriodKind
from servicebalie.db import Database
from servicebalie.documents.model import Document
from servicebalie.models.releases import PublishedDocument, Release
from servicebalie.services.published_documents import (
    DocumentedRelease,
    DocumentNotPublished,
    StoredDocument,
    are_as_made,
    documented_releases,
    list_documents,
    read_stored_document,
    store_documents,
)
from servicebalie.services.releases import is_final
from servicebalie.services.trends import document_of, read_document
from tests.support.releases import add_release

DESK = "balie"
DUTCH = Document("chart-stay", "nl", "image/svg+xml", "<svg>één</svg>".encode())
ENGLISH = Document("chart-stay", "en", "image/svg+xml", b"<svg>one</svg>")
DATA = Document("data", "", "application/json", b"{}")
SHA256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database with two months."""
    database = Database(database_url)
    for month in ("2026-09", "2026-10"):
        add_release(database, DESK, month)
    yield database
    database.dispose()


def release_id(database: Database, period: str, epoch: int = 1) -> int:
    """Return the id of a release."""
    with database.published() as session:
        query = select(Release.id).where(Release.period == period, Release.epoch == epoch)
        return session.execute(query).scalar_one()


def store(database: Database, period: str, *documents: Document, epoch: int = 1) -> int:
    """Store files of a release and return how many."""
    release = release_id(database, period, epoch)
    return database.write(lambda session: store_documents(session, release, documents))


def test_a_file_is_found_by_kind_and_language_with_one_query(database: Database) -> None:
    store(database, "2026-10", DUTCH, ENGLISH, DATA)
    seen: list[str] = []
    with database.published() as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
        stored = read_stored_document(session, DESK, "2026-10", "chart-stay", "en")
    assert (stored.content, stored.media_type, stored.epoch) == (ENGLISH.content, "image/svg+xml", 1)
    assert [statement.split()[0] for statement in seen if statement != "BEGIN"] == ["SELECT"]


@pytest.mark.parametrize("locale", ["nl", "en", ""])
def test_a_file_without_language_is_found_in_every_language(database: Database, locale: str) -> None:
    store(database, "2026-10", DATA)
    with database.published() as session:
        stored = read_stored_document(session, DESK, "2026-10", "data", locale)
    assert stored == StoredDocument("application/json", SHA256, b"{}", 1)


@pytest.mark.parametrize(
    ("desk", "period", "name", "told"),
    [
        (DESK, "2026-10", "pdf", "chart-stay, data"),
        (DESK, "2026-09", "data", "–"),
        (DESK, "2031-01", "data", "–"),
        (DESK, "october", "data", "–"),
        ("elsewhere", "2026-10", "data", "–"),
    ],
)
def test_what_was_not_made_is_refused_with_what_there_is(
    database: Database, desk: str, period: str, name: str, told: str
) -> None:
    store(database, "2026-10", DUTCH, ENGLISH, DATA)
    with database.published() as session, pytest.raises(DocumentNotPublished) as refused:
        read_stored_document(session, desk, period, name, "nl")
    assert refused.value.params == {"period": period, "documents": told}


def test_files_are_listed_by_name_and_language_with_their_size(database: Database) -> None:
    store(database, "2026-10", DATA, DUTCH, ENGLISH)
    with database.published() as session:
        listed = list_documents(session, DESK, "2026-10")
    assert [(one.name, one.locale, one.size) for one in listed] == [
        ("chart-stay", "en", 14),
        ("chart-stay", "nl", 16),
        ("data", "", 2),
    ]
    assert listed[-1].sha256 == SHA256


def test_a_file_that_is_there_is_never_made_anew(database: Database) -> None:
    assert store(database, "2026-10", DATA) == 1
    other = Document("data", "", "application/json", b"[]")
    assert store(database, "2026-10", other, DUTCH) == 1
    assert store(database, "2026-10", other, DUTCH) == 0
    with database.published() as session:
        assert read_stored_document(session, DESK, "2026-10", "data", "nl").content == b"{}"


def test_two_processes_at_once_store_every_file_once(database_url: str, database: Database) -> None:
    release, together = release_id(database, "2026-10"), Barrier(2)

    def store_too(_number: int) -> int:
        own = Database(database_url)
        together.wait()
        stored = own.write(lambda session: store_documents(session, release, [DATA, DUTCH, ENGLISH]))
        own.dispose()
        return stored

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(store_too, range(2))) == [0, 3]


def test_a_revision_has_files_of_its_own_and_none_of_the_first_edition(database: Database) -> None:
    store(database, "2026-10", DATA)
    add_release(database, DESK, "2026-10", epoch=2)
    with database.published() as session:
        assert list_documents(session, DESK, "2026-10") == ()
    store(database, "2026-10", DATA, epoch=2)
    with database.published() as session:
        assert read_stored_document(session, DESK, "2026-10", "data", "").epoch == 2


def test_releases_are_told_with_their_files_newest_first(database: Database) -> None:
    store(database, "2026-09", DATA, DUTCH)
    with database.published() as session:
        assert documented_releases(session, DESK) == (
            DocumentedRelease(release_id(database, "2026-10"), Month(2026, 10), frozenset()),
            DocumentedRelease(
                release_id(database, "2026-09"),
                Month(2026, 9),
                frozenset({("data", ""), ("chart-stay", "nl")}),
            ),
        )
        assert documented_releases(session, "elsewhere") == ()


def test_a_release_is_read_by_its_id(database: Database) -> None:
    with database.published() as session:
        document = read_document(session, DESK, "2026-09", PeriodKind.MONTH)
        assert document_of(session, release_id(database, "2026-09")) == document


def test_a_file_that_was_changed_is_noticed(database: Database) -> None:
    store(database, "2026-10", DATA, DUTCH)
    release = release_id(database, "2026-10")
    with database.published() as session:
        assert are_as_made(session, release)
    change = update(PublishedDocument).where(PublishedDocument.name == "data").values(content=b"{ }")
    database.write(lambda session: session.execute(change))
    with database.published() as session:
        assert not are_as_made(session, release)


def test_a_year_is_not_final_before_it_was_made_so(database: Database) -> None:
    with database.published() as session:
        assert not is_final(session, DESK, 2026)
