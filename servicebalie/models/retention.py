"""How long what is kept: the rules of a desk, what must stay longer, and what was destroyed.

None of these tables holds what people wrote, or who they are.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.core.retention import Act, DataClass, Trigger
from servicebalie.core.rights import HoldReason, Right, RightResult
from servicebalie.core.vocabulary import Actor
from servicebalie.models.base import Base, BigId, Code, SerialId, TimeId

_UNFINISHED = text("finished_at IS NULL")
_OPEN = text("handled_at IS NULL")


class RetentionRule(Base):
    """A rule of the schedule that a desk chose itself, in the place of the shipped one."""

    __tablename__ = "retention_rule"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    data_class: Mapped[DataClass] = mapped_column(Code(DataClass), primary_key=True)
    counted_from: Mapped[Trigger] = mapped_column(Code(Trigger))
    period: Mapped[str] = mapped_column(String(20))
    act: Mapped[Act] = mapped_column(Code(Act))
    changed_at: Mapped[datetime]


class RetentionHold(Base):
    """What no run may touch until a day: a visit, or for None all of a desk.

    `case_number` leads to the file of the matter, which is kept elsewhere.
    """

    __tablename__ = "retention_hold"

    id: Mapped[SerialId]
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("visit.id"), index=True)
    reason: Mapped[HoldReason] = mapped_column(Code(HoldReason))
    case_number: Mapped[str | None] = mapped_column(String(40))
    placed_at: Mapped[datetime]
    until: Mapped[date]
    lifted_at: Mapped[datetime | None]


class RetentionRun(Base):
    """The newest run of a desk; while `finished_at` is None it is under way, or was stopped."""

    __tablename__ = "retention_run"

    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Destruction(Base):
    """The record of what a run destroyed of one class: under which rule, up to when, and how many rows.

    It tells of no person. `done_by` is `worker` or `command`. A record without an end is gone on with.
    """

    __tablename__ = "destruction"
    __table_args__ = (
        Index(
            "uq_destruction_desk_id_data_class_unfinished",
            "desk_id",
            "data_class",
            unique=True,
            postgresql_where=_UNFINISHED,
            sqlite_where=_UNFINISHED,
        ),
    )

    id: Mapped[TimeId]
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    data_class: Mapped[DataClass] = mapped_column(Code(DataClass))
    act: Mapped[Act] = mapped_column(Code(Act))
    counted_from: Mapped[Trigger] = mapped_column(Code(Trigger))
    period: Mapped[str] = mapped_column(String(20))
    cut_off: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    count: Mapped[int]
    done_by: Mapped[str] = mapped_column(String(20))


class RightExercised(Base):
    """That somebody used a right, or asked the desk to: which, when, and what became of it.

    What it was about is not here. `actor` tells who carried it out: the person, with the return code, or the
    desk. `visit_id` is None after erasure, and where no visit was found. `due_on` is the last day for an
    answer, None where it was carried out at once; `count` is how many questions it was about.
    """

    __tablename__ = "right_exercised"
    __table_args__ = (
        Index("ix_right_exercised_desk_id_id", "desk_id", "id"),
        Index("ix_right_exercised_visit_id", "visit_id"),
        Index(
            "ix_right_exercised_desk_id_due_on_open",
            "desk_id",
            "due_on",
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
    )

    id: Mapped[TimeId]
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    right: Mapped[Right] = mapped_column("right_name", Code(Right))
    actor: Mapped[Actor] = mapped_column(Code(Actor))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    visit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("visit.id"))
    received_at: Mapped[datetime]
    due_on: Mapped[date | None]
    extended: Mapped[bool]
    handled_at: Mapped[datetime | None]
    result: Mapped[RightResult | None] = mapped_column(Code(RightResult))
    count: Mapped[int | None]
