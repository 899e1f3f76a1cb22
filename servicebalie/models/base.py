"""What all tables share: naming of constraints, column types, and UTC timestamps."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

# A fixed scheme of names lets a migration name a constraint it wants to drop on either database.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

PUBLISHED_SCHEMA = "published"
"""The schema of published tables: an attached file on SQLite, a schema of its own on PostgreSQL."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database; refuses naive values."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring an aware moment to UTC; SQLite stores no zone, so it gets the bare UTC time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a moment without a time zone cannot be stored")
        moment = value if value.tzinfo is UTC else value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Code(TypeDecorator[StrEnum]):
    """A closed code list stored as its code; codes may be added without a migration."""

    impl = String(40)
    cache_ok = True

    def __init__(self, codes: type[StrEnum]) -> None:
        super().__init__()
        self.codes = codes

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Store the code itself."""
        return _code_of(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[StrEnum | None], str | None]:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Store the code itself, with nothing in between: a question has sixteen of them."""
        return _code_of

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return the member of the code list."""
        return None if value is None else self.codes(value)


def _code_of(value: StrEnum | None) -> str | None:
    return None if value is None else str(value)


# SQLite numbers rows by itself only in a column that it calls INTEGER, whatever the size.
BigId = BigInteger().with_variant(Integer(), "sqlite")

SerialId = Annotated[int, mapped_column(Integer, primary_key=True)]
"""A key that the database gives out."""

TimeId = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=False)]
"""A key made by `servicebalie.services.identity.new_id`, in the order of time."""


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy reads this class attribute


def table_of(model: type[Base]) -> Table:
    """Return the table of a model, for the statements of paths on which the cost of the ORM counts."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - narrows the type; every model here has a table
    return table
