"""Accounts with a password and a second factor, for desks without single sign-on."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.core.local_accounts import LinkPurpose
from servicebalie.models.base import Base, Code


class LocalAccount(Base):
    """The login of a user, which no other user of the deployment has; nobody can use it without a password.

    `totp_sealed` is the secret of the authenticator, encrypted under a key outside the database;
    `totp_step` is the last step of 30 seconds of which a code was used.
    """

    __tablename__ = "local_account"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, autoincrement=False)
    login: Mapped[str] = mapped_column(String(254), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    locale: Mapped[str] = mapped_column(String(12))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary(80))
    totp_step: Mapped[int] = mapped_column(BigInteger)


class RecoveryCode(Base):
    """A code that takes the place of the authenticator once, kept as its SHA-256; used ones are deleted."""

    __tablename__ = "recovery_code"

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)


class AccountLink(Base):
    """A link with which a user sets up the account or chooses a new password, kept as its SHA-256.

    What was chosen waits here until all of it is there; then the account gets it and the link is deleted.
    """

    __tablename__ = "account_link"

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(Code(LinkPurpose))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary(80))
