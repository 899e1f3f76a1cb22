"""The open code lists. Rows are deactivated, never deleted, because old questions refer to them."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.core.vocabulary import Destination
from servicebalie.models.base import Base, Code


class TopicRow(Base):
    """A node of the two-level topic tree."""

    __tablename__ = "topic"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    parent: Mapped[str | None] = mapped_column(ForeignKey("topic.code"))
    destination: Mapped[Destination] = mapped_column(Code(Destination))
    sensitive: Mapped[bool]
    position: Mapped[int]
    active: Mapped[bool]


class LanguageRow(Base):
    """A language in which a question may be asked."""

    __tablename__ = "language"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    iso639_2t: Mapped[str] = mapped_column(String(3))
    name_nl: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    direction: Mapped[str] = mapped_column(String(3))
    family: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    active: Mapped[bool]


class MunicipalityRow(Base):
    """A municipality and the areas it lies in (source: CBS, CC BY 4.0)."""

    __tablename__ = "municipality"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    corop: Mapped[str] = mapped_column(String(4))
    province: Mapped[str] = mapped_column(String(4))
    active: Mapped[bool]
