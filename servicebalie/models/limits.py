"""What must be remembered of an act for a short while, without remembering who did it."""

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.models.base import Base


class Trace(Base):
    """A keyed hash of where something was done or of what was sent, and until when that matters.

    `until` is in milliseconds since 1970, because the statement that moves it on calculates with it.
    """

    __tablename__ = "trace"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    until: Mapped[int] = mapped_column(BigInteger, index=True)
