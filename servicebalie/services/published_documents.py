"""The files of the releases: stored once beside the release, read without being made again."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.periods import Period, parse_period
from servicebalie.models.base import table_of
from servicebalie.models.releases import PublishedDocument, Release
from servicebalie.services.releases import newest_reports

WITHOUT_LANGUAGE = ""
"""The locale of a file that is the same in every language."""

_TABLE = table_of(PublishedDocument)

Key = tuple[str, str]
"""The kind and the locale of a file."""


class DocumentNotPublished(ServicebalieError):
    """The report of `period` has no such file; `documents` are the kinds that it has."""

    code = "document-not-published"


class NewDocument(Protocol):
    """A file that was made of a release."""

    @property
    def name(self) -> str:
        """Its kind."""

    @property
    def locale(self) -> str:
        """Its language, empty where it has none."""

    @property
    def media_type(self) -> str:
        """What its content is."""

    @property
    def content(self) -> bytes:
        """The file itself."""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A stored file without its content; `size` is in bytes, `locale` empty where it has no language."""

    name: str
    locale: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A stored file; `epoch` is that of its release, `sha256` the hash of the content in hex."""

    media_type: str
    sha256: str
    content: bytes
    epoch: int


@dataclass(frozen=True, slots=True)
class DocumentedRelease:
    """A release and the files that it has."""

    release_id: int
    period: Period
    documents: frozenset[Key]


def list_documents(session: Session, desk_slug: str, period: str) -> tuple[DocumentFacts, ...]:
    """Return the files of the report of a period by name and locale; none where there is no report."""
    return _listed(session, desk_slug, Release.period == period).get(period, ())


def list_all_documents(session: Session, desk_slug: str) -> Mapping[str, tuple[DocumentFacts, ...]]:
    """Return the files of all reports of a desk, by period, name and locale, with one query."""
    return _listed(session, desk_slug)


def _listed(
    session: Session, desk_slug: str, *conditions: ColumnElement[bool]
) -> Mapping[str, tuple[DocumentFacts, ...]]:
    rows = session.execute(
        select(
            Release.period,
            PublishedDocument.name,
            PublishedDocument.locale,
            PublishedDocument.media_type,
            PublishedDocument.sha256,
            func.length(PublishedDocument.content),
        )
        .join(Release, Release.id == PublishedDocument.release_id)
        .where(*newest_reports(desk_slug), *conditions)
    )
    found: dict[str, tuple[DocumentFacts, ...]] = {}
    # Sorted here, because databases order text differently.
    for period, *facts in sorted(map(tuple, rows)):
        found[period] = (*found.get(period, ()), DocumentFacts(*facts))
    return found


def read_stored_document(
    session: Session, desk_slug: str, period: str, name: str, locale: str
) -> StoredDocument:
    """Return a file of the report of a period, in a language or without any, with one query.

    Raises `DocumentNotPublished`.
    """
    row = session.execute(
        select(
            PublishedDocument.media_type,
            PublishedDocument.sha256,
            PublishedDocument.content,
            Release.epoch,
        )
        .join(Release, Release.id == PublishedDocument.release_id)
        .where(
            *newest_reports(desk_slug),
            Release.period == period,
            PublishedDocument.name == name,
            PublishedDocument.locale.in_((locale, WITHOUT_LANGUAGE)),
        )
    ).first()
    if row is None:
        names = dict.fromkeys(one.name for one in list_documents(session, desk_slug, period))
        raise DocumentNotPublished(period=period, documents=", ".join(names) or "–")
    return StoredDocument(*row)


def documented_releases(session: Session, desk_slug: str) -> tuple[DocumentedRelease, ...]:
    """Return the reports of a desk with the files that each has, the newest release first."""
    rows = session.execute(
        select(Release.id, Release.period, PublishedDocument.name, PublishedDocument.locale)
        .outerjoin(PublishedDocument, PublishedDocument.release_id == Release.id)
        .where(*newest_reports(desk_slug))
        .order_by(Release.id.desc())
    )
    documents: dict[tuple[int, str], set[Key]] = {}
    for release_id, period, name, locale in rows:
        found = documents.setdefault((release_id, period), set())
        if name is not None:
            found.add((name, locale))
    return tuple(
        DocumentedRelease(release_id, parse_period(period), frozenset(found))
        for (release_id, period), found in documents.items()
    )


def store_documents(session: Session, release_id: int, documents: Collection[NewDocument]) -> int:
    """Store the files of a release that are not there yet and return how many.

    What is there stays: a file is never made anew.
    """
    query = select(PublishedDocument.name, PublishedDocument.locale)
    stored = session.execute(query.where(PublishedDocument.release_id == release_id))
    there = {(name, locale) for name, locale in stored}
    rows = [_row(release_id, one) for one in documents if (one.name, one.locale) not in there]
    if rows:
        session.connection().execute(_TABLE.insert(), rows)
    return len(rows)


def are_as_made(session: Session, release_id: int) -> bool:
    """Tell whether every file of a release is still the one that was made."""
    files = session.execute(
        select(PublishedDocument.content, PublishedDocument.sha256).where(
            PublishedDocument.release_id == release_id
        )
    )
    return all(_hash(content) == sha256 for content, sha256 in files)


def _row(release_id: int, document: NewDocument) -> dict[str, object]:
    return {
        "release_id": release_id,
        "name": document.name,
        "locale": document.locale,
        "media_type": document.media_type,
        "sha256": _hash(document.content),
        "content": document.content,
    }


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
