"""The published store: releases and their cells, apart from everything they were counted from."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.models.base import PUBLISHED_SCHEMA, Base, SerialId


class Release(Base):
    """A frozen set of published numbers of one desk and one period.

    `document` is the canonical JSON of the whole release and `sha256` its hash, in hex.
    """

    __tablename__ = "release"
    __table_args__ = (
        Index("uq_release_desk_period_epoch", "desk", "period", "epoch", unique=True),
        {"schema": PUBLISHED_SCHEMA},
    )

    id: Mapped[SerialId]
    desk: Mapped[str] = mapped_column(String(60))
    desk_name: Mapped[str] = mapped_column(String(120))
    period: Mapped[str] = mapped_column(String(7))
    epoch: Mapped[int]
    catalogue_version: Mapped[str] = mapped_column(String(20))
    profile: Mapped[str] = mapped_column(String(40))
    ptable_hash: Mapped[str] = mapped_column(String(64))
    simulated: Mapped[bool]
    published_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))
    document: Mapped[bytes] = mapped_column(LargeBinary)


class PublishedCell(Base):
    """A protected number with its 95% interval; cells below the threshold are not here."""

    __tablename__ = "published_cell"
    __table_args__ = (
        Index("ix_published_cell_table_name_release_id", "table_name", "release_id"),
        {"schema": PUBLISHED_SCHEMA},
    )

    release_id: Mapped[int] = mapped_column(ForeignKey(Release.id), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(60), primary_key=True)
    label: Mapped[str] = mapped_column(String(120), primary_key=True)
    measure: Mapped[str] = mapped_column(String(12), primary_key=True)
    value: Mapped[int]
    low: Mapped[int]
    high: Mapped[int]


class FinalYear(Base):
    """A desk's year of which no number changes any more, because its keys are destroyed.

    `revised` tells whether all of its periods were published anew, in a last epoch.
    """

    __tablename__ = "final_year"
    __table_args__ = ({"schema": PUBLISHED_SCHEMA},)

    desk: Mapped[str] = mapped_column(String(60), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    finalised_at: Mapped[datetime]
    revised: Mapped[bool]


class PublishedDocument(Base):
    """A file made of a release: its kind, its locale, empty where it has no language, and its SHA-256."""

    __tablename__ = "published_document"
    __table_args__ = ({"schema": PUBLISHED_SCHEMA},)

    release_id: Mapped[int] = mapped_column(ForeignKey(Release.id), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    locale: Mapped[str] = mapped_column(String(10), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
