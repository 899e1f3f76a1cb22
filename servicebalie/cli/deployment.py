"""What a command works with: the settings of this deployment and its databases."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from servicebalie.config import Settings
from servicebalie.db import Database


def settings_of_environment() -> Settings:
    """Return the settings of this process's environment; raises `InvalidSetting`."""
    return Settings.from_env(os.environ)


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the databases of a deployment and close them at the end; raises `NotMigrated`."""
    database = Database(settings.database_url, settings.published_database_url)
    try:
        database.require_tables()
        yield database
    finally:
        database.dispose()
