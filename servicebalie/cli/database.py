"""`servicebalie migrate`: brings the tables and the code lists up to date."""

import click
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from servicebalie.cli.deployment import keys_of, settings_of_environment
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import Keys
from servicebalie.db import Database, NotMigrated, migration_engine
from servicebalie.services.code_lists import load_shipped_code_lists
from servicebalie.services.database_facts import role_facts
from servicebalie.services.old_texts import OldTextSealer
from servicebalie.shipped import shipped


class NotTheOwner(ServicebalieError):
    """The tables belong to another role than the one that is to change them; `role` is that one."""

    code = "not-the-owner"


@click.command()
def migrate() -> None:
    """Make the tables, or bring them and the code lists up to date.

    Texts and contact details from before they were encrypted are encrypted.

    On PostgreSQL also makes the role of SERVICEBALIE_PUBLISHED_DATABASE_URL, if that is another one than the
    owner of the tables: it may read the published numbers, and nothing else. With
    SERVICEBALIE_OWNER_DATABASE_URL that role owns the tables, and the one of SERVICEBALIE_DATABASE_URL is
    made, which works with them and cannot change them.
    """
    settings = settings_of_environment()
    _refuse_who_owns_nothing(settings.owner_database_url or settings.database_url)
    free = migrate_database(
        settings.owner_database_url or settings.database_url,
        settings.published_database_url,
        keys=keys_of(settings),
        application_url=settings.database_url,
    )
    if free:
        click.echo(
            "The role of SERVICEBALIE_DATABASE_URL is a superuser or has BYPASSRLS, so the database itself "
            "does not keep desks apart. How to change that: docs/operating/row-security.md.",
            err=True,
        )


def _refuse_who_owns_nothing(url: str) -> None:
    database = Database(url)
    try:
        if database.is_yet_to_be_made():
            return
        database.require_tables()
        with database.read() as session:
            role = role_facts(session)
    except NotMigrated:
        return
    finally:
        database.dispose()
    if role and not role.owns_tables:
        raise NotTheOwner(role=role.name)


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


def migrate_database(
    database_url: str,
    published_url: str | None = None,
    *,
    keys: Keys | None = None,
    application_url: str | None = None,
) -> bool:
    """Bring both stores to the newest revision and load the code lists that came with it.

    `database_url` is with the role that owns the tables, `application_url` with the one that works with them.
    Return whether that bypasses row-level security. Without `keys` a database
    that holds texts from before they were sealed is left as it is, with a `RuntimeError`.
    """
    engine = migration_engine(database_url, published_url)
    config = alembic_config()
    sealer = OldTextSealer(keys) if keys else None
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            config.attributes["sealer"] = sealer
            command.upgrade(config, "head")
            connection.commit()
    finally:
        engine.dispose()
    database = Database(database_url, published_url)
    try:
        database.write(load_shipped_code_lists)
        database.provide_reader()
        database.provide_application(application_url or database_url)
        if sealer and sealer.sealed:
            database.rewrite()
    finally:
        database.dispose()
    application = Database(application_url or database_url)
    try:
        return application.bypasses_row_security()
    finally:
        application.dispose()
