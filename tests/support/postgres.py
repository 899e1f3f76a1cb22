"""Fresh databases for tests: every test that asks for `database_url` runs on SQLite and on PostgreSQL.

One PostgreSQL server serves the whole run: TEST_DATABASE_URL if that is set, otherwise a private one that
starts at first need and stops at the end. Under xdist the controller owns it and the workers share it.
A machine without PostgreSQL fails these tests with a message that says what to install.

A test gets the database of the test before it, emptied (`ReusedDatabase`): a copy of its own would take
most of the time of most tests.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from xdist.workermanage import WorkerController

from scripts.system_packages import MissingSoftware
from tests.support.postgres_server import PostgresServer, make_application
from tests.support.reused_database import ReusedDatabase, postgresql_database

PRIVATE_SERVER = pytest.StashKey[PostgresServer]()
HANDED_OVER = "postgresql_server_url"


def server_url(config: pytest.Config) -> str:
    """Return the URL of the maintenance database of this run's server, starting the server if needed."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    if PRIVATE_SERVER not in config.stash:
        config.stash[PRIVATE_SERVER] = PostgresServer()
    return config.stash[PRIVATE_SERVER].url()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    """Give each worker the address of the controller's server; without one, its tests say what is missing."""
    with contextlib.suppress(MissingSoftware):
        node.workerinput[HANDED_OVER] = server_url(node.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the private server of this process, if it has one."""
    if PRIVATE_SERVER in config.stash:
        config.stash[PRIVATE_SERVER].close()


@pytest.fixture(scope="session")
def postgresql_server_url(pytestconfig: pytest.Config) -> str:
    """The maintenance database of the server of this run; its role is a superuser."""
    handed_over: dict[str, str] = getattr(pytestconfig, "workerinput", {})
    url = handed_over.get(HANDED_OVER) or server_url(pytestconfig)
    make_application(url)
    return url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server_url: str) -> Iterator[str]:
    """The name of a migrated PostgreSQL database to copy from; nobody may connect to it."""
    with postgresql_database(postgresql_server_url) as url:
        _migrate(url)
        yield make_url(url).database or ""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a migrated pair of SQLite files to copy from."""
    directory = tmp_path_factory.mktemp("sqlite-template")
    _migrate(_sqlite_url(directory))
    return directory


@pytest.fixture
def sqlite_database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database of two files: desk.sqlite and desk-published.sqlite."""
    shutil.copytree(sqlite_template, tmp_path / "database")
    return _sqlite_url(tmp_path / "database")


@pytest.fixture(scope="session")
def reused_database(postgresql_server_url: str, postgresql_template: str) -> Iterator[ReusedDatabase]:
    """The PostgreSQL database of all tests of this process, one after the other."""
    with ReusedDatabase(postgresql_server_url, postgresql_template) as database:
        yield database


@pytest.fixture
def postgresql_database_url(reused_database: ReusedDatabase) -> str:
    """A PostgreSQL database as it is just after the migrations."""
    return reused_database.as_migrated()


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that does not exist yet, for tests of migrations."""
    return _sqlite_url(tmp_path)


@pytest.fixture
def empty_postgresql_url(postgresql_server_url: str) -> Iterator[str]:
    """A PostgreSQL database without any table, for tests of migrations; dropped after the test."""
    with postgresql_database(postgresql_server_url) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_database_url")
    return url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A migrated database for all tests of a run together, each with a desk of its own; on both systems."""
    with _copied_database(request, tmp_path_factory) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A migrated database for the tests of one module, which only read what was put into it once."""
    with _copied_database(request, tmp_path_factory) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database without any table, once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url


@pytest.fixture
def durable_postgresql() -> Iterator[PostgresServer]:
    """A server of one test alone that writes to disk as in production, for tests that crash it."""
    with PostgresServer(durable=True) as server:
        yield server


@contextlib.contextmanager
def _copied_database(request: pytest.FixtureRequest, directories: pytest.TempPathFactory) -> Iterator[str]:
    """Make a copy of the migrated database of the system that the parameter of a fixture names."""
    if request.param == "sqlite":
        directory = directories.mktemp("copied") / "database"
        shutil.copytree(request.getfixturevalue("sqlite_template"), directory)
        yield _sqlite_url(directory)
        return
    server = request.getfixturevalue("postgresql_server_url")
    with postgresql_database(server, template=request.getfixturevalue("postgresql_template")) as url:
        yield url


def _sqlite_url(directory: Path) -> str:
    return f"sqlite:///{directory / 'desk.sqlite'}"


def _migrate(url: str) -> None:
    from servicebalie.cli.database import migrate_database

    migrate_database(url, None)
