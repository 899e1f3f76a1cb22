"""`servicebalie publish`: makes the protected release of a month."""

from datetime import UTC, datetime

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.core.keys import Keys
from servicebalie.db import Database
from servicebalie.services.desks import find_desk
from servicebalie.services.months import Month
from servicebalie.services.publication import open_month, prepare_release, store_release


@click.command()
@click.option("--month", "text", required=True, metavar="YYYY-MM", help="A month that has ended.")
@click.option("--desk", "slug", help="The short name of the desk, where there are several.")
def publish(text: str, slug: str | None) -> None:
    """Publish what was asked in a month, protected; a release is made once and never changes."""
    settings = settings_of_environment()
    month = Month.parse(text)
    with open_database(settings) as database:
        with database.read() as session:
            desk = find_desk(session, slug or settings.desk)
        sha256, cells = publish_month(
            database, desk.slug, month, Keys.from_secret(settings.secret), datetime.now(UTC)
        )
    click.echo(f"Published {month} for {desk.name}: {cells} numbers, SHA-256 {sha256}")


def publish_month(
    database: Database, desk_slug: str, month: Month, keys: Keys, now: datetime
) -> tuple[str, int]:
    """Publish a month of a desk and return the hash of the release and how many numbers it has.

    Counting happens outside the transaction that stores, so that the desk works on meanwhile. Raises
    `MonthNotFrozen` or `AlreadyPublished`.
    """
    database.write(lambda session: open_month(session, desk_slug, month, now))
    with database.snapshot() as session:
        release = prepare_release(session, desk_slug, month, keys, now)
    database.write(lambda session: store_release(session, release))
    return release.row["sha256"], len(release.cells)
