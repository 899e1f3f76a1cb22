"""What a command works with: the settings of this deployment and its databases."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from servicebalie.config import Settings
from servicebalie.core.errors import ServicebalieError
from servicebalie.db import Database


class NotMigrated(ServicebalieError):
    """The database has no tables yet."""

    code = "not-migrated"


def settings_of_environment() -> Settings:
    """Return the settings of this process's environment; raises `InvalidSetting`."""
    return Settings.from_env(os.environ)


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the databases of a deployment and close them at the end; raises `NotMigrated`."""
    database = Database(settings.database_url, settings.published_database_url)
    try:
        if not database.has_tables():
            raise NotMigrated
        yield database
    finally:
        database.dispose()
