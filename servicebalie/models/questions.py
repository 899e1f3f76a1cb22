"""Visits, questions and what became of them.

Coded facts stand in `visit`, `question` and `referral`; what people typed and how to reach them stand in
`question_text`, `message` and `visit_contact`, so that each can be read, kept and deleted on its own; what
others made of it in another language stands in `translation`. Texts and contact details are sealed
(`servicebalie.services.sealing`), which is why they are bytes here.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from servicebalie.core.vocabulary import (
    Actor,
    Arrival,
    Author,
    Channel,
    ChosenBy,
    Destination,
    Group,
    Mark,
    NewcomerOutcome,
    Outcome,
    ReferralAction,
    ReferralKind,
    ReferralStatus,
    Registration,
    ReturnReason,
    Status,
    Stay,
    UnmetReason,
)
from servicebalie.models.base import Base, BigId, Code, TimeId


class Visit(Base):
    """One encounter in which a person asks one or more questions.

    `asker` is the person's pseudonym of that year; `return_code_hash` the keyed hash of the return code;
    `locale` the language in which the person reads our pages and mail. `changed_late` tells that something
    that is counted changed after the month was frozen.

    Who had the use of the visit restricted (`restricted_at`) wants it kept and nothing else; who objected to
    being counted (`objected_at`) is in no report from then on. What leads to the person was cut at
    `anonymised_at`.
    """

    __tablename__ = "visit"

    id: Mapped[TimeId]
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    asker: Mapped[bytes] = mapped_column(LargeBinary(16))
    return_code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    channel: Mapped[Channel] = mapped_column(Code(Channel))
    locale: Mapped[str] = mapped_column(String(12))
    language: Mapped[str | None] = mapped_column(ForeignKey("language.code"))
    language_served: Mapped[str | None] = mapped_column(ForeignKey("language.code"))
    interpreter_requested: Mapped[bool | None]
    interpreter_used: Mapped[bool | None]
    municipality: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    group: Mapped[Group | None] = mapped_column("newcomer_group", Code(Group))
    stay: Mapped[Stay | None] = mapped_column(Code(Stay))
    arrival: Mapped[Arrival | None] = mapped_column(Code(Arrival))
    registration: Mapped[Registration | None] = mapped_column(Code(Registration))
    received_at: Mapped[datetime]
    changed_late: Mapped[bool] = mapped_column(server_default=false())
    restricted_at: Mapped[datetime | None]
    objected_at: Mapped[datetime | None]
    anonymised_at: Mapped[datetime | None]


class VisitContact(Base):
    """How to reach the person, if they wanted to be reached.

    `desk_id` repeats the visit's, for row-level security. `email_safe` tells that they said that mail is safe
    for them, also about a sensitive topic; `follow_up` that they may be asked later whether they were helped.
    The indexes are what a visit is found by (`servicebalie.core.contact_index`).
    """

    __tablename__ = "visit_contact"

    visit_id: Mapped[int] = mapped_column(BigId, ForeignKey("visit.id"), primary_key=True)
    desk_id: Mapped[int]
    email: Mapped[bytes | None]
    phone: Mapped[bytes | None]
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    email_safe: Mapped[bool] = mapped_column(server_default=false())
    follow_up: Mapped[bool] = mapped_column(server_default=false())


class Question(Base):
    """One need within a visit.

    `desk_id`, `language`, `municipality` and `channel` repeat the visit's, so that every list filter is
    served by an index of this table alone; `services.visits.correct_facts` changes both. `service_id` and
    `destination` are those of the newest referral. What is repeated has its foreign key there only. A
    closed question is not due any more, so `due_on` is None then. `consented_at` is when the person agreed
    that the question is handed to another organisation (None: did not). While the person is asked something
    the clock stands still: `due_on` is None and `days_left` working days remain. `mark` tells that the
    question came back from a service.

    What the person said of how it ended stands beside the outcome and never replaces it; here the reason
    `could-not-be-reached` says that the person could not reach those who were to help.
    """

    __tablename__ = "question"
    __table_args__ = (
        Index("uq_question_desk_id_reference", "desk_id", "reference", unique=True),
        Index("ix_question_desk_id_id", "desk_id", "id"),
        Index("ix_question_desk_id_status_id", "desk_id", "status", "id"),
        Index("ix_question_desk_id_topic_id", "desk_id", "topic", "id"),
        Index("ix_question_desk_id_language_id", "desk_id", "language", "id"),
        Index("ix_question_desk_id_municipality_id", "desk_id", "municipality", "id"),
        Index("ix_question_service_id_id", "service_id", "id"),
        Index("ix_question_visit_id", "visit_id"),
        Index(
            "ix_question_desk_id_id_due",
            "desk_id",
            "id",
            "due_on",
            postgresql_where=text("due_on IS NOT NULL"),
            sqlite_where=text("due_on IS NOT NULL"),
        ),
        Index(
            "ix_question_desk_id_id_mark",
            "desk_id",
            "id",
            postgresql_where=text("mark IS NOT NULL"),
            sqlite_where=text("mark IS NOT NULL"),
        ),
    )

    id: Mapped[TimeId]
    desk_id: Mapped[int]
    visit_id: Mapped[int] = mapped_column(BigId, ForeignKey("visit.id"))
    reference: Mapped[str] = mapped_column(String(10))
    topic: Mapped[str] = mapped_column(ForeignKey("topic.code"))
    language: Mapped[str | None] = mapped_column(String(12))
    municipality: Mapped[str | None] = mapped_column(String(6))
    channel: Mapped[Channel] = mapped_column(Code(Channel))
    status: Mapped[Status] = mapped_column(Code(Status))
    outcome: Mapped[Outcome | None] = mapped_column(Code(Outcome))
    unmet_reason: Mapped[UnmetReason | None] = mapped_column(Code(UnmetReason))
    destination: Mapped[Destination] = mapped_column(Code(Destination))
    service_id: Mapped[int]
    due_on: Mapped[date | None]
    days_left: Mapped[int | None]
    mark: Mapped[Mark | None] = mapped_column(Code(Mark))
    received_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    consented_at: Mapped[datetime | None]
    newcomer_outcome: Mapped[NewcomerOutcome | None] = mapped_column(Code(NewcomerOutcome))
    newcomer_unmet_reason: Mapped[UnmetReason | None] = mapped_column(Code(UnmetReason))
    newcomer_answered_at: Mapped[datetime | None]
    version: Mapped[int]


class QuestionText(Base):
    """What the person asked, in their own words; `desk_id` repeats the question's, for row-level security."""

    __tablename__ = "question_text"

    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("question.id"), primary_key=True)
    desk_id: Mapped[int]
    body: Mapped[bytes]


CAME_BACK = "status IN ('returned', 'expired')"
"""The condition of a referral that came back without help, word for word as its index has it."""

IS_OPEN = "status IN ('requested', 'accepted', 'asked-back')"
"""The condition of an open referral, word for word as its index has it, or the index does not serve it."""


IS_SEEN = "kind IN ('referral', 'warm-hand-over') AND status NOT IN ('revoked', 'returned', 'expired')"
"""The condition of a referral because of which its service sees the question, word for word likewise."""


class Referral(Base):
    """Where a question was sent, by whom and why; `kind` is None when it was kept at the desk.

    `respond_by` is the last day on which the service is in time: to accept and, once it has, to end it. It
    is None where nothing is asked of a service, and while the service waits for the person. `remind_on` is
    the day from which the service is to be reminded, None when there is nothing more to remind of. `desk_id`
    repeats the question's, for row-level security.
    """

    __tablename__ = "referral"
    __table_args__ = (
        Index("ix_referral_question_id_id", "question_id", "id"),
        Index(
            "ix_referral_service_id_id_open",
            "service_id",
            "id",
            "respond_by",
            postgresql_where=text(IS_OPEN),
            sqlite_where=text(IS_OPEN),
        ),
        Index(
            "ix_referral_service_id_question_id_seen",
            "service_id",
            "question_id",
            postgresql_where=text(IS_SEEN),
            sqlite_where=text(IS_SEEN),
        ),
        Index(
            "ix_referral_service_id_id_back",
            "service_id",
            "id",
            postgresql_where=text(CAME_BACK),
            sqlite_where=text(CAME_BACK),
        ),
    )

    id: Mapped[TimeId]
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("question.id"))
    desk_id: Mapped[int]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    destination: Mapped[Destination] = mapped_column(Code(Destination))
    kind: Mapped[ReferralKind | None] = mapped_column(Code(ReferralKind))
    status: Mapped[ReferralStatus] = mapped_column(Code(ReferralStatus))
    chosen_by: Mapped[ChosenBy] = mapped_column(Code(ChosenBy))
    override_reason: Mapped[bytes | None]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    directory_version: Mapped[int]
    rules_version: Mapped[int] = mapped_column(server_default="0")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime]
    respond_by: Mapped[date | None]
    remind_on: Mapped[date | None]
    returned_reason: Mapped[ReturnReason | None] = mapped_column(Code(ReturnReason))
    outcome: Mapped[Outcome | None] = mapped_column(Code(Outcome))
    unmet_reason: Mapped[UnmetReason | None] = mapped_column(Code(UnmetReason))


class ReferralEvent(Base):
    """What happened with a referral after it was decided.

    `reason` is a code of the list that belongs to the action; `note` is from staff to staff.
    """

    __tablename__ = "referral_event"
    __table_args__ = (Index("ix_referral_event_referral_id_id", "referral_id", "id"),)

    id: Mapped[TimeId]
    referral_id: Mapped[int] = mapped_column(BigId, ForeignKey("referral.id"))
    at: Mapped[datetime]
    actor: Mapped[Actor] = mapped_column(Code(Actor))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    action: Mapped[ReferralAction] = mapped_column(Code(ReferralAction))
    from_state: Mapped[ReferralStatus] = mapped_column(Code(ReferralStatus))
    to_state: Mapped[ReferralStatus] = mapped_column(Code(ReferralStatus))
    reason: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[bytes | None]


class Message(Base):
    """One message about a question, between the newcomer, the desk and a partner."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_question_id_id", "question_id", "id"),)

    id: Mapped[TimeId]
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("question.id"))
    author: Mapped[Author] = mapped_column(Code(Author))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    language: Mapped[str | None] = mapped_column(String(12))
    body: Mapped[bytes]
    sent_at: Mapped[datetime]


class Translation(Base):
    """What somebody wrote about a question, in another language: of a message, or of the person's own text.

    `message_id` is None for the text of the question. `machine` tells that a program made it, and `engine`
    which one, and where; a person, such as an interpreter, has none. What was written stays as it is.
    """

    __tablename__ = "translation"
    __table_args__ = (
        Index("ix_translation_question_id", "question_id"),
        Index(
            "uq_translation_message_id_language",
            "message_id",
            "language",
            unique=True,
            postgresql_where=text("message_id IS NOT NULL"),
            sqlite_where=text("message_id IS NOT NULL"),
        ),
        Index(
            "uq_translation_question_id_language",
            "question_id",
            "language",
            unique=True,
            postgresql_where=text("message_id IS NULL"),
            sqlite_where=text("message_id IS NULL"),
        ),
    )

    id: Mapped[TimeId]
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("question.id"))
    message_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("message.id"))
    language: Mapped[str] = mapped_column(String(12))
    body: Mapped[bytes]
    machine: Mapped[bool]
    engine: Mapped[str | None] = mapped_column(String(300))
    made_at: Mapped[datetime]
