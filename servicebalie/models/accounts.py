"""Users, the tokens with which they reach the API, and the browsers in which they are signed in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.core.vocabulary import Role, SignedInWith
from servicebalie.models.base import Base, Code, SerialId


class User(Base):
    """Somebody who works with a desk; a partner belongs to an organisation.

    Only a user who is `cleared` sees questions about sensitive topics. Who signs in at a provider of
    identities is told by its `issuer` and what they are called there for ever, the `subject`. Who does not
    work here any more is closed and not `active`, since `closed_at`; the row stays, because others name its
    number, and after a while it has no name (`servicebalie.services.former_users`).
    """

    __tablename__ = "user"
    __table_args__ = (Index("ix_user_issuer_subject_desk_id", "issuer", "subject", "desk_id", unique=True),)

    id: Mapped[SerialId]
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str | None] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(Code(Role))
    cleared: Mapped[bool]
    active: Mapped[bool]
    closed_at: Mapped[datetime | None]
    issuer: Mapped[str | None] = mapped_column(String(255))
    subject: Mapped[str | None] = mapped_column(String(255))


class Token(Base):
    """A bearer token, kept as its SHA-256; the first characters tell people which one it is.

    `scopes` are what it may be used for, with spaces between them, NULL for all that the role may.
    `used_at` is when that was last noted, which happens once an hour at most. `made_with` is the token with
    which it was made, or in whose place it came.
    """

    __tablename__ = "token"

    id: Mapped[SerialId]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    prefix: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    scopes: Mapped[str | None] = mapped_column(String(400))
    used_at: Mapped[datetime | None]
    made_with: Mapped[int | None] = mapped_column(ForeignKey("token.id"), index=True)


class UserSession(Base):
    """A browser in which somebody signed in; kept as the SHA-256 of what its cookie holds.

    It ends with the user, at `ends_at`, and with the token that it was opened with, if it was; `id` can be
    shown and opens nothing.
    """

    __tablename__ = "user_session"

    id: Mapped[SerialId]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_id: Mapped[int | None] = mapped_column(ForeignKey("token.id"), index=True)
    how: Mapped[SignedInWith] = mapped_column(Code(SignedInWith))
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
