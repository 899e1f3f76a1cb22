"""The keys under which texts and contact details are sealed."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.core.sealing import Owner
from servicebalie.models.base import Base, BigId, Code


class DataKeyRow(Base):
    """The data key of a visit (contact details) or a question (texts), wrapped by a master key.

    `record_id` is the key of that visit or question. It is no foreign key: backups of this table are kept
    apart, and are restored without asking which records are there. Deleting the row is erasure.
    """

    __tablename__ = "data_key"

    record_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    owner: Mapped[Owner] = mapped_column(Code(Owner), primary_key=True)
    master_key_id: Mapped[str] = mapped_column(String(16))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary(60))
