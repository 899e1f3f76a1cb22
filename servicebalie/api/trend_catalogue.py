"""The catalogue of a desk's releases: where each of them can be read, and as what."""

from collections.abc import Iterator, Mapping

from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.periods import parse_period
from servicebalie.documents.kinds import KINDS
from servicebalie.documents.model import Named
from servicebalie.documents.release_catalogue import CataloguedRelease, Distribution, ReleaseCatalogue
from servicebalie.http.security import API_PATH
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.services.published_documents import DocumentFacts
from servicebalie.services.releases import ReleaseFacts

PATH = f"{API_PATH}/trends/catalogue"

Stored = Mapping[str, tuple[Distribution, ...]]
"""The documents that are stored beside the releases, by period."""


def catalogue_of(
    desk: str,
    releases: tuple[ReleaseFacts, ...],
    *,
    site: str,
    has_pages: bool,
    stored: Stored,
) -> ReleaseCatalogue:
    """Return the catalogue of the releases of a desk, given by its slug.

    `has_pages` tells whether the pages of this site are those of the desk.
    """
    # As the desk was called when it last published, for the published store knows no other name.
    name = releases[0].desk_name if releases else desk
    return ReleaseCatalogue(
        site=site,
        path=PATH,
        landing=f"/{next(iter(DESK_LOCALES))}/trends" if has_pages else f"{API_PATH}/trends/releases",
        desk=Named(desk, name),
        releases=tuple(
            CataloguedRelease(
                period=parse_period(release.period),
                epoch=release.epoch,
                simulated=release.simulated,
                final=release.final,
                published_on=release.published_at.astimezone(AMSTERDAM).date(),
                distributions=(
                    *(_pages(release) if has_pages else ()),
                    *_data(release),
                    *(stored.get(release.period, ()) if has_pages else ()),
                ),
            )
            for release in releases
        ),
    )


def stored_files(files: Mapping[str, tuple[DocumentFacts, ...]]) -> Stored:
    """Return the stored files of the releases, by period, with where the pages give them."""
    return {period: tuple(_stored_file(period, one) for one in those) for period, those in files.items()}


def _stored_file(period: str, facts: DocumentFacts) -> Distribution:
    kind = KINDS.get(facts.name)
    extension = f".{kind.extension}" if kind else ""
    locale = facts.locale or next(iter(DESK_LOCALES))
    return Distribution(
        path=f"/{locale}/trends/{period}/{facts.name}{extension}",
        media_type=facts.media_type,
        locale=facts.locale or None,
        size=facts.size,
        sha256=facts.sha256,
        standard=kind.standard if kind else None,
    )


def _pages(release: ReleaseFacts) -> Iterator[Distribution]:
    for tag in DESK_LOCALES:
        yield Distribution(f"/{tag}/trends/{release.period}", "text/html", locale=tag)


def _data(release: ReleaseFacts) -> Iterator[Distribution]:
    """Yield what the API answers; the JSON is the release itself, byte for byte."""
    path = f"{API_PATH}/trends/{parse_period(release.period).kind}s/{release.period}"
    yield Distribution(path, "application/json", size=release.size, sha256=release.sha256, needs_token=True)
    yield Distribution(path, "text/csv", needs_token=True)
