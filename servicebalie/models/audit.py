"""Who did what to which record, and the seals on it.

Codes are plain text here, not members of a list: a line is shown and checked as it stands. There are no
foreign keys, because a line outlives what it is about.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.models.base import Base, BigId, TimeId


class AuditEvent(Base):
    """One line of the audit trail; nothing of it changes once it has its place in the chain.

    `sequence` and `hash` are None until the worker gives the line its place, a moment later. `desk_id` is
    None for what concerns the whole deployment. Triggers of migration 0018 refuse every other change, and
    deleting lines that no seal of the kind *cut* covers.
    """

    __tablename__ = "audit_event"

    id: Mapped[TimeId]
    desk_id: Mapped[int | None]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(40))
    record_kind: Mapped[str | None] = mapped_column(String(40))
    records: Mapped[str] = mapped_column(Text)
    origin: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    result: Mapped[str] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(String(40))
    trace: Mapped[bytes] = mapped_column(LargeBinary(16))
    sequence: Mapped[int | None] = mapped_column(BigId, unique=True)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class AuditSeal(Base):
    """What the chain was at the end of a day, or where its old end was cut off; `mac` shows that it is ours.

    Like the lines, seals are only added.
    """

    __tablename__ = "audit_seal"

    id: Mapped[TimeId]
    kind: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    count: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditSending(Base):
    """Up to which line the trail was sent to a receiver, which is called by the SHA-256 of its address."""

    __tablename__ = "audit_sending"

    receiver: Mapped[str] = mapped_column(String(64), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
