"""Standard answers of a desk: texts in several languages, each in all its versions."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.core.vocabulary import TextStatus
from servicebalie.models.base import Base, Code, SerialId


class StandardAnswerRow(Base):
    """The answer of a desk to questions about a topic; `source_locale` is what translations are made from."""

    __tablename__ = "standard_answer"
    __table_args__ = (Index("uq_standard_answer_desk_id_topic", "desk_id", "topic", unique=True),)

    id: Mapped[SerialId]
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    topic: Mapped[str] = mapped_column(ForeignKey("topic.code"))
    source_locale: Mapped[str] = mapped_column(String(12))


class StandardAnswerText(Base):
    """One version of an answer in one language; the newest one counts, older ones stay for their numbers.

    `translated_from` is the version of the source text, None for the source text itself. `checked_by` names
    a function, never a person. `shipped` tells that it came with servicebalie and not from the desk. `shown`,
    `helped` and `not_helped` say how often on the pages, `used` by staff, and lead to nobody.
    """

    __tablename__ = "standard_answer_text"

    answer_id: Mapped[int] = mapped_column(ForeignKey("standard_answer.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(12), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    translated_from: Mapped[int | None]
    status: Mapped[TextStatus] = mapped_column(Code(TextStatus))
    checked_on: Mapped[date]
    checked_by: Mapped[str | None] = mapped_column(String(60))
    source_name: Mapped[str] = mapped_column(String(160))
    source_url: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    shown: Mapped[int] = mapped_column(server_default="0")
    helped: Mapped[int] = mapped_column(server_default="0")
    not_helped: Mapped[int] = mapped_column(server_default="0")
    used: Mapped[int] = mapped_column(server_default="0")
    shipped: Mapped[bool] = mapped_column(server_default=false())
