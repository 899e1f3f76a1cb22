"""The releases of a desk with the ways to read them: what a catalogue for other catalogues is made from."""

from dataclasses import dataclass
from datetime import date

from servicebalie.core.periods import Period
from servicebalie.documents.model import Named


@dataclass(frozen=True, slots=True)
class Distribution:
    """A way to read a release: an address below that of the catalogue's site, and what it gives.

    `locale` is None for data without a language; `size` is in bytes; `standard` is the address of what the
    file conforms to. `size` and `sha256` are None where the bytes are made anew for each reader.
    """

    path: str
    media_type: str
    locale: str | None = None
    size: int | None = None
    sha256: str | None = None
    standard: str | None = None
    needs_token: bool = False


@dataclass(frozen=True, slots=True)
class CataloguedRelease:
    """A release with the ways to read it; `final` tells that it is never replaced by a revision any more."""

    period: Period
    epoch: int
    simulated: bool
    final: bool
    published_on: date
    distributions: tuple[Distribution, ...]


@dataclass(frozen=True, slots=True)
class ReleaseCatalogue:
    """The releases of a desk, newest first; `site` is the public address without a slash at its end.

    `path` is where the catalogue itself is, below the site, and `landing` a page for people.
    """

    site: str
    path: str
    landing: str
    desk: Named
    releases: tuple[CataloguedRelease, ...]

    @property
    def address(self) -> str:
        """The address of the catalogue, from which those of its parts are made."""
        return self.site + self.path
