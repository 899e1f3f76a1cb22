"""`servicebalie release`: what is published, whether it is still the same, and the end of a year."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from servicebalie.cli.deployment import open_database, scrub, settings_of_environment
from servicebalie.cli.documents import tell_documents
from servicebalie.cli.noting import note_command
from servicebalie.cli.sentences import counted
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.keys import Keys
from servicebalie.core.periods import Year
from servicebalie.db import Database
from servicebalie.services.desks import DeskFacts, find_desk
from servicebalie.services.final_years import (
    FINAL_EPOCH,
    may_be_revised,
    periods_of_year,
    require_complete,
    store_final_year,
)
from servicebalie.services.insertion import Writer, session_of
from servicebalie.services.publication import NewRelease, prepare_release
from servicebalie.services.releases import list_releases
from servicebalie.services.verification import verify_releases

FAULTS = {
    "document-changed": "the document is not the one that was published",
    "cells-differ": "the stored numbers are not those of the document",
    "profile-differs": "this version of the software has another table of noise under that name",
    "file-changed": "one of its files is not the one that was made",
}
"""What is wrong with a release, by the code of `services.verification`."""

desk_option = click.option("--desk", "slug", help="The short name of the desk, where there are several.")


@click.group()
def release() -> None:
    """List and verify what was published, and make a year final."""


@release.command("list")
@desk_option
def list_command(slug: str | None) -> None:
    """List the releases of a desk, newest period first."""
    with _desk(slug) as (database, desk), database.published() as session:
        for one in list_releases(session, desk.slug):
            state = "final" if one.final else "provisional"
            day = one.published_at.date()
            click.echo(f"{one.period:<8} edition {one.epoch}  {state:<11}  {day}  {one.sha256}")


@release.command()
@desk_option
def verify(slug: str | None) -> None:
    """Check that every release is still what was published; ends with status 1 when one is not."""
    with _desk(slug) as (database, desk), database.published() as session:
        verdicts = verify_releases(session, desk.slug)
    for verdict in verdicts:
        found = f"WRONG: {FAULTS[verdict.fault]}" if verdict.fault else "as published"
        click.echo(f"{verdict.period:<8} edition {verdict.epoch}  {verdict.sha256}  {found}")
    wrong = sum(verdict.fault is not None for verdict in verdicts)
    click.echo(f"{counted(len(verdicts), 'release')}, {wrong} wrong.")
    if wrong:
        raise SystemExit(1)


@release.command()
@click.option("--year", "number", type=click.IntRange(2000, 2099), required=True)
@desk_option
def finalise(number: int, slug: str | None) -> None:
    """Make a year final: revise it once, if enough people changed, and destroy its keys for good.

    After that nobody can make a number of that year again, or find out which visits were one person. Also
    destroy backups of the database from before, for they hold the keys.
    """
    with _desk(slug) as (database, desk):
        revised = finalise_year(database, desk.slug, Year(number), _keys(), datetime.now(UTC))
        what = "published anew" if revised else "left as it was published"
        click.echo(f"{number} of {desk.name} is final: {what}, and its keys are destroyed.")
        tell_documents(database, desk.slug)


def finalise_year(database: Database, desk_slug: str, year: Year, keys: Keys, now: datetime) -> bool:
    """Make a year of a desk final, in one transaction, and tell whether it was revised.

    Raises `YearFinal`, `YearNotComplete`, and `AuditFailed` with nothing changed.
    """
    with database.snapshot() as session:
        require_complete(session, desk_slug, year)
        revision: list[NewRelease] = []
        if may_be_revised(session, desk_slug, year):
            for period in periods_of_year(session, desk_slug, year):
                anew = prepare_release(
                    session, desk_slug, period, keys, now, epoch=FINAL_EPOCH, beside=revision
                )
                revision.append(anew)
    database.write(lambda session: _store(session, desk_slug, year, revision, now))
    scrub(database)
    return bool(revision)


def _store(writer: Writer, desk_slug: str, year: Year, revision: list[NewRelease], now: datetime) -> None:
    session = session_of(writer)
    store_final_year(session, desk_slug, year, revision, now)
    desk = find_desk(session, desk_slug)
    note_command(session, desk.id, AuditAction.YEAR_MADE_FINAL, RecordKind.RELEASE, str(year))


@contextmanager
def _desk(slug: str | None) -> Iterator[tuple[Database, DeskFacts]]:
    settings = settings_of_environment()
    with open_database(settings) as database:
        with database.read() as session:
            desk = find_desk(session, slug or settings.desk)
        yield database, desk


def _keys() -> Keys:
    return Keys.from_secret(settings_of_environment().secret)
