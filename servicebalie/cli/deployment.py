"""What a command works with: the settings of this deployment and its databases."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from servicebalie.config import Settings
from servicebalie.core.keys import Keys
from servicebalie.core.sealing import MasterKeys
from servicebalie.db import Database


def settings_of_environment() -> Settings:
    """Return the settings of this process's environment; raises `InvalidSetting`."""
    return Settings.from_env(os.environ)


def keys_of(settings: Settings) -> Keys:
    """Return the keys of a deployment."""
    return Keys.from_secret(settings.secret, MasterKeys(settings.master_keys))


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the databases of a deployment and close them at the end; raises `NotMigrated`."""
    database = Database(settings.database_url, settings.published_database_url)
    try:
        database.require_tables()
        yield database
    finally:
        database.dispose()
