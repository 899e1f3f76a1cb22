"""What must happen exactly once: messages to deliver, and answers to repeat."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.models.base import Base, TimeId

_WAITING = text("finished_at IS NULL")


class OutboxMessage(Base):
    """Something to deliver, written in the transaction of the change that caused it.

    `payload` holds ids and codes only; `locale` is the recipient's; `desk_id` repeats the visit's, so it has
    no foreign key of its own. A message is finished when it was delivered or, after too many attempts, when
    it was given up (`failure` then holds a code).
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(
            "ix_outbox_message_available_at_waiting",
            "available_at",
            postgresql_where=_WAITING,
            sqlite_where=_WAITING,
        ),
    )

    id: Mapped[TimeId]
    desk_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    locale: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    available_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(SmallInteger)
    lease: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    finished_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(40))


class RecordedAnswer(Base):
    """The answer given to a request that carried an Idempotency-Key, sealed with that key."""

    __tablename__ = "recorded_answer"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(index=True)
