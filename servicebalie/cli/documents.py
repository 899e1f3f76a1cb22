"""Making the files of the releases, after publication and wherever they are missing."""

from collections.abc import Iterator

import click

from servicebalie.core.periods import Period
from servicebalie.db import Database
from servicebalie.documents.production import all_documents, make_documents
from servicebalie.services.published_documents import (
    DocumentedRelease,
    documented_releases,
    store_documents,
)
from servicebalie.services.releases import is_final
from servicebalie.services.report_background import read_background
from servicebalie.services.trends import document_of, read_report


def tell_documents(database: Database, desk_slug: str) -> None:
    """Make the files that the releases of a desk miss, and say of which periods and how many."""
    for period, count in document_releases(database, desk_slug):
        click.echo(f"Made files of {period}: {count}.")


def document_releases(database: Database, desk_slug: str) -> Iterator[tuple[Period, int]]:
    """Make the files that the releases of a desk miss, and yield each period with how many were stored.

    To be run after all periods that are due were published, because a report uses the longer ones that end
    with it. Each release is stored by itself: what was made stays when something fails later.
    """
    with database.published() as session:
        releases = documented_releases(session, desk_slug)
    for release in releases:
        count = _document(database, desk_slug, release)
        if count:
            yield release.period, count


def _document(database: Database, desk_slug: str, documented: DocumentedRelease) -> int:
    """Make and store the files that a release misses, and return how many another process had not stored."""
    missing = all_documents() - documented.documents
    if not missing:
        return 0
    with database.published() as session:
        release = read_report(document_of(session, documented.release_id))
        background = read_background(session, release)
        final = is_final(session, desk_slug, documented.period.year)
    made = tuple(make_documents(release, background=background, final=final, wanted=missing))
    return database.write(lambda session: store_documents(session, documented.release_id, made))
