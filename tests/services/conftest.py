"""Services at work for a small desk, on both databases."""

from collections.abc import Iterator

import pytest

from servicebalie.db import Database
from tests.support.workplace import SmallWorkplace, open_small_desk


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def small_desk(database: Database) -> SmallWorkplace:
    """A small desk at work."""
    return open_small_desk(database)
