"""The desk: a tenant with its own staff, partners, municipalities and statistics."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.models.base import Base, SerialId


class Desk(Base):
    """A service desk. `directory_version` rises with every change that routing must see."""

    __tablename__ = "desk"

    id: Mapped[SerialId]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    simulated: Mapped[bool]
    profile: Mapped[str] = mapped_column(String(40))
    directory_version: Mapped[int]
    created_at: Mapped[datetime]


class DeskMunicipality(Base):
    """A municipality that a desk works for."""

    __tablename__ = "desk_municipality"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)


class DeskTheme(Base):
    """How the pages of a desk look: colours by the name of their token, and a logo.

    `logo_sha256` is that of `logo` and part of its address; `logo_kind` is how the name of its file ends.
    """

    __tablename__ = "desk_theme"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    colours: Mapped[dict[str, str]] = mapped_column(JSON)
    logo: Mapped[bytes | None]
    logo_kind: Mapped[str | None] = mapped_column(String(4))
    logo_sha256: Mapped[str | None] = mapped_column(String(64))


class StatisticsYear(Base):
    """The salt from which a desk's keys of one year are derived.

    Destroying the salt destroys the keys: after that nobody can tell which visits were one person, or
    remove the noise from that year's releases. What stays is the record of it: when, and the SHA-256 of the
    salt. `erased_late` is how many people were erased after their last month was frozen.
    """

    __tablename__ = "statistics_year"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    salt_sha256: Mapped[str | None] = mapped_column(String(64))
    destroyed_at: Mapped[datetime | None]
    erased_late: Mapped[int] = mapped_column(server_default="0")
