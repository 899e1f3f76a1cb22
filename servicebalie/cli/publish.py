"""`servicebalie publish`: makes the protected releases of months, quarters and years."""

from datetime import UTC, datetime

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.cli.documents import tell_documents
from servicebalie.cli.noting import note_command
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.keys import Keys
from servicebalie.core.periods import Period, parse_period
from servicebalie.db import Database
from servicebalie.services.desks import DeskFacts, find_desk
from servicebalie.services.insertion import Writer, session_of
from servicebalie.services.publication import (
    AlreadyPublished,
    NewRelease,
    due_periods,
    open_period,
    prepare_release,
    store_release,
)


@click.command()
@click.option(
    "--period",
    "--month",
    "text",
    metavar="PERIOD",
    help="A month (2026-10), quarter (2026-Q4) or year (2026) that has ended; without it, all that are due.",
)
@click.option("--desk", "slug", help="The short name of the desk, where there are several.")
def publish(text: str | None, slug: str | None) -> None:
    """Publish what was asked in a period, protected; a release is made once and never changes.

    Without a period, everything is published that is due: to be run every day. Then the files are made that
    releases of the desk do not have yet.
    """
    settings = settings_of_environment()
    wanted = parse_period(text) if text else None
    keys = Keys.from_secret(settings.secret)
    with open_database(settings) as database:
        with database.read() as session:
            desk = find_desk(session, slug or settings.desk)
        now = datetime.now(UTC)
        if wanted:
            _tell(desk, wanted, publish_period(database, desk.slug, wanted, keys, now))
        else:
            _publish_due(database, desk, keys, now)
        tell_documents(database, desk.slug)


def publish_period(
    database: Database, desk_slug: str, period: Period, keys: Keys, now: datetime
) -> tuple[str, int]:
    """Publish a period of a desk and return the hash of the release and how many numbers it has.

    Counting happens outside the transaction that stores, so that the desk works on meanwhile. Raises
    `PeriodNotFrozen`, `AlreadyPublished`, `EarlierPeriodMissing`, `YearKeysDestroyed` or `AuditFailed`.
    """
    database.write(lambda session: open_period(session, desk_slug, period, now))
    with database.snapshot() as session:
        release = prepare_release(session, desk_slug, period, keys, now)
    database.write(lambda session: _store(session, desk_slug, period, release))
    return release.row["sha256"], len(release.cells)


def _store(writer: Writer, desk_slug: str, period: Period, release: NewRelease) -> None:
    session = session_of(writer)
    store_release(session, release)
    desk = find_desk(session, desk_slug)
    note_command(session, desk.id, AuditAction.RELEASE_PUBLISHED, RecordKind.RELEASE, str(period))


def _publish_due(database: Database, desk: DeskFacts, keys: Keys, now: datetime) -> None:
    with database.read() as session:
        due = due_periods(session, desk.slug, now)
    if not due:
        click.echo(f"Nothing is due for {desk.name}.")
    for period in due:
        try:
            _tell(desk, period, publish_period(database, desk.slug, period, keys, now))
        except AlreadyPublished:
            click.echo(f"{period} was published by another process at the same moment.")


def _tell(desk: DeskFacts, period: Period, release: tuple[str, int]) -> None:
    sha256, cells = release
    click.echo(f"Published {period} for {desk.name}: {cells} numbers, SHA-256 {sha256}")
