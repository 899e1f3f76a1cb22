"""`servicebalie migrate`: brings the tables and the code lists up to date."""

import click
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from servicebalie.cli.deployment import settings_of_environment
from servicebalie.db import Database, migration_engine
from servicebalie.services.code_lists import load_shipped_code_lists
from servicebalie.shipped import shipped


@click.command()
def migrate() -> None:
    """Make the tables, or bring them and the code lists up to date.

    On PostgreSQL also makes the role of SERVICEBALIE_PUBLISHED_DATABASE_URL, if that is another one than the
    owner of the tables: it may read the published numbers, and nothing else.
    """
    settings = settings_of_environment()
    migrate_database(settings.database_url, settings.published_database_url)


def is_migrated(database_url: str, published_url: str | None = None) -> bool:
    """Whether the tables are those of this version; raises SQLAlchemy's errors when nobody answers."""
    engine = migration_engine(database_url, published_url)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_heads()
    finally:
        engine.dispose()
    return set(found) == set(ScriptDirectory.from_config(alembic_config()).get_heads())


def alembic_config() -> Config:
    """Return Alembic's settings, which point at the revisions that came with this installation."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    return config


def migrate_database(database_url: str, published_url: str | None = None, revision: str = "head") -> None:
    """Bring both stores to `revision` and, at the head, load the code lists that came with it."""
    engine = migration_engine(database_url, published_url)
    config = alembic_config()
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            connection.commit()
    finally:
        engine.dispose()
    database = Database(database_url, published_url)
    try:
        database.write(load_shipped_code_lists)
        database.provide_reader()
    finally:
        database.dispose()
