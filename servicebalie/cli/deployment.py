"""What a command works with: the settings of this deployment and its databases."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from servicebalie.config import InvalidSetting, Mode, Settings, mode_of
from servicebalie.core.keys import Keys
from servicebalie.core.sealing import MasterKeys
from servicebalie.db import Database
from servicebalie.logs import Output, configure_logs


def settings_of_environment() -> Settings:
    """Return the settings of this process's environment; raises `InvalidSetting`."""
    return Settings.from_env(os.environ)


def configure_logs_of_command() -> None:
    """Let what a command logs stand beside its answer, as JSON on a server."""
    try:
        as_json = mode_of(os.environ) is Mode.PRODUCTION
    except InvalidSetting:
        # The command itself says so, where it needs the settings.
        as_json = False
    configure_logs(as_json=as_json, output=Output.STANDARD_ERROR)


def keys_of(settings: Settings) -> Keys:
    """Return the keys of a deployment."""
    return Keys.from_secret(settings.secret, MasterKeys(settings.master_keys))


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the databases of a deployment and close them at the end; raises `NotMigrated`."""
    database = Database(
        settings.database_url, settings.published_database_url, owner_url=settings.owner_database_url
    )
    try:
        database.require_tables()
        yield database
    finally:
        database.dispose()


def scrub(database: Database) -> None:
    """Let the database forget destroyed keys at once; say so where only the owner of the tables may."""
    if not database.scrub():
        click.echo(
            "What was destroyed stays in the files of the database until it tidies up by itself. Run this "
            "with SERVICEBALIE_OWNER_DATABASE_URL to have that at once.",
            err=True,
        )
