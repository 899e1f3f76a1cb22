"""`servicebalie grant-reader`: a role that reads the published numbers and can do nothing else."""

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import ProgrammingError

from servicebalie.config import Settings
from servicebalie.db import Database
from servicebalie.documents.model import Document
from servicebalie.models.base import Base, table_of
from servicebalie.models.questions import Question
from servicebalie.services.published_documents import list_documents, store_documents
from servicebalie.services.releases import list_releases
from tests.cli.conftest import Terminal
from tests.support.counted_desk import CountedDesk, open_desk


@pytest.fixture
def superuser(postgresql_server_url: str, postgresql_database_url: str) -> Iterator[Database]:
    """The same database with the right to undo what a test did with roles, and to see passwords."""
    own = make_url(postgresql_server_url).set(database=make_url(postgresql_database_url).database)
    database = Database(own.render_as_string(hide_password=False))
    yield database
    database.dispose()


@pytest.fixture
def role(postgresql_database_url: str, superuser: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A fresh role of the server, and a terminal of a deployment on PostgreSQL."""
    monkeypatch.setenv("SERVICEBALIE_DATABASE_URL", postgresql_database_url)
    monkeypatch.setenv("SERVICEBALIE_SECRET", "a secret of the tests that is long enough")
    monkeypatch.setenv("SERVICEBALIE_MASTER_KEY", "6d" * 32)
    name = f"Reader {secrets.token_hex(6)}"
    database = Database(postgresql_database_url)
    with database.begin() as session:
        session.execute(text(f"CREATE ROLE \"{name}\" LOGIN PASSWORD 'of the tests'"))
    yield name
    with superuser.begin() as session:
        session.execute(text(f'DROP OWNED BY "{name}"'))
        session.execute(text(f'DROP ROLE "{name}"'))
    database.dispose()


@pytest.fixture
def desk(postgresql_database_url: str) -> Iterator[CountedDesk]:
    """A desk with a published month."""
    database = Database(postgresql_database_url)
    desk = open_desk(database, datetime(2026, 1, 2, tzinfo=UTC))
    desk.crowd(datetime(2026, 3, 10, tzinfo=UTC), 40)
    desk.publish("2026-03")
    release = desk.release("2026-03").id
    file = Document("chart-stay", "nl", "image/svg+xml", b"<svg></svg>")
    database.write(lambda session: store_documents(session, release, [file]))
    yield desk
    database.dispose()


def reading_as(role: str, url: str) -> Database:
    """Return the databases of a deployment that reads the trends with a role."""
    own = make_url(url).set(username=role, password="of the tests")
    return Database(url, own.render_as_string(hide_password=False))


def test_the_role_reads_the_published_numbers(
    role: str, desk: CountedDesk, postgresql_database_url: str
) -> None:
    granted = Terminal().run("grant-reader", role)
    assert granted.output == f"{role} may read the published numbers, and nothing else.\n"

    database = reading_as(role, postgresql_database_url)
    with database.published() as session:
        assert session.scalar(text("SELECT current_user")) == role
        assert [release.period for release in list_releases(session, desk.slug)] == ["2026-03"]
        assert [one.name for one in list_documents(session, desk.slug, "2026-03")] == ["chart-stay"]
    database.dispose()


def test_migrating_makes_the_role_of_the_published_store_and_sets_its_password(
    role: str,
    desk: CountedDesk,
    superuser: Database,
    postgresql_database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    fresh = f"{role} made"
    (tmp_path / "password").write_text("it's 100% secret\n")
    url = make_url(postgresql_database_url).set(username=fresh, password=None)
    monkeypatch.setenv("SERVICEBALIE_PUBLISHED_DATABASE_URL", url.render_as_string())
    monkeypatch.setenv("SERVICEBALIE_PUBLISHED_DATABASE_PASSWORD_FILE", str(tmp_path / "password"))
    database = Database(postgresql_database_url, Settings.from_env(os.environ).published_database_url)

    # The second time the role is there, and gets the password once more.
    for _ in range(2):
        migrated = Terminal().run("migrate")
        assert migrated.status == 0, migrated.error
        assert migrated.error == ""

    try:
        with database.published() as session:
            assert session.scalar(text("SELECT current_user")) == fresh
            assert [release.period for release in list_releases(session, desk.slug)] == ["2026-03"]
            with pytest.raises(ProgrammingError, match="permission denied"):
                session.execute(select(table_of(Question)))
        stored = select(text("rolpassword")).select_from(text("pg_authid")).where(text("rolname = :role"))
        with superuser.begin() as session:
            assert session.scalar(stored, {"role": fresh}).startswith("SCRAM-SHA-256$")
    finally:
        with superuser.begin() as session:
            session.execute(text(f'DROP OWNED BY "{fresh}"'))
            session.execute(text(f'DROP ROLE "{fresh}"'))
        database.dispose()


def test_the_role_is_refused_everything_else(
    role: str, desk: CountedDesk, postgresql_database_url: str
) -> None:
    Terminal().run("grant-reader", role)
    database = reading_as(role, postgresql_database_url)

    for table in Base.metadata.tables.values():
        if table.schema is None:
            with database.published() as session, pytest.raises(ProgrammingError, match="permission denied"):
                session.execute(select(table))
        else:
            with database.published() as session, pytest.raises(ProgrammingError, match="permission denied"):
                session.execute(table.delete())
    assert table_of(Question).schema is None
    database.dispose()


def test_a_role_that_is_not_there_is_refused(role: str) -> None:
    refused = Terminal().run("grant-reader", "nobody; DROP TABLE question")

    assert refused.status == 1
    assert refused.error.startswith("servicebalie: PostgreSQL has no role nobody; DROP TABLE question.")


def test_migrating_as_a_superuser_says_that_row_level_security_does_not_hold(
    role: str, superuser: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICEBALIE_DATABASE_URL", superuser.url.render_as_string(hide_password=False))
    migrated = Terminal().run("migrate")
    assert migrated.status == 0
    assert migrated.error.startswith("The role of SERVICEBALIE_DATABASE_URL is a superuser")


def test_sqlite_has_no_roles(sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICEBALIE_DATABASE_URL", sqlite_database_url)
    monkeypatch.setenv("SERVICEBALIE_SECRET", "a secret of the tests that is long enough")
    monkeypatch.setenv("SERVICEBALIE_MASTER_KEY", "6d" * 32)

    refused = Terminal().run("grant-reader", "reader")

    assert refused.status == 1
    assert refused.error.startswith("servicebalie: SQLite knows no roles")
