"""Questions: who may see which, finding them, correcting and closing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from servicebalie.core.directory import Directory
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.vocabulary import (
    Channel,
    Outcome,
    ReferralKind,
    ReferralStatus,
    Role,
    Status,
    UnmetReason,
)
from servicebalie.models.base import table_of
from servicebalie.models.questions import Message, Question, QuestionText, Referral, Visit
from servicebalie.services.accounts import Principal
from servicebalie.services.identity import first_id_of
from servicebalie.services.late_changes import note_late_change
from servicebalie.services.question_views import MessageView, QuestionView, build_view, is_overdue
from servicebalie.services.referrals import change_question
from servicebalie.services.visits import correct_facts, facts_of, read_contact
from servicebalie.services.workplace import Workplace

HANDED_OVER = (ReferralKind.REFERRAL, ReferralKind.WARM_HAND_OVER)
"""The kinds of referral with which a service gets to see the question."""


class QuestionNotFound(ServicebalieError):
    """The desk has no question with this reference."""

    code = "question-not-found"


class QuestionNotForYou(ServicebalieError):
    """The user may not see this question, or there is none; the answer is the same for both."""

    code = "question-not-for-you"


class QuestionChanged(ServicebalieError):
    """Somebody else changed the question since it was read."""

    code = "question-changed"


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """Which questions to list; None means any. The days are Dutch days, both included."""

    status: Status | None = None
    topic: str | None = None
    language: str | None = None
    municipality: str | None = None
    service: int | None = None
    channel: Channel | None = None
    received_from: date | None = None
    received_to: date | None = None
    overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class QuestionSummary:
    """A question in a list: coded facts only."""

    id: int
    reference: str
    status: Status
    topic: str
    sensitive: bool
    language: str | None
    municipality: str | None
    channel: Channel
    service_id: int
    service_name: str
    received_at: datetime
    due_on: date | None
    overdue: bool
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Correction:
    """What changes in a question; an absent key stays as it is, and an empty text takes the text away.

    `consents` tells that the person agrees now to the question being handed over, or does not any more.
    """

    facts: Mapping[str, Any]
    topic: str | None = None
    text: str | None = None
    consents: bool | None = None


def find_question(session: Session, work: Workplace, principal: Principal, reference: str) -> QuestionView:
    """Return a question of the user's desk.

    Raises `QuestionNotFound`, or `QuestionNotForYou` for a user who does not see all questions of the
    desk: a partner, or somebody who is not cleared for sensitive topics.
    """
    query = select(Question).where(Question.desk_id == principal.desk_id, Question.reference == reference)
    if principal.role is Role.PARTNER:
        query = query.where(_handed_to(work, principal))
    if not principal.cleared:
        query = query.where(Question.topic.not_in(_sensitive_topics(work.directory)))
    row = session.scalar(query)
    if row is None:
        sees_all = principal.cleared and principal.role is not Role.PARTNER
        raise QuestionNotFound if sees_all else QuestionNotForYou
    return seen_by(principal, read_question(session, work, row))


def seen_by(principal: Principal, question: QuestionView) -> QuestionView:
    """Return a question as this user may see it: a partner without the contact details.

    Who is not cleared does not learn that somebody was asked whether mail is safe, because it tells that
    another question of the same visit is a sensitive one.
    """
    if principal.role is Role.PARTNER:
        return replace(question, contact=None)
    if question.contact is None or principal.cleared:
        return question
    return replace(question, contact=replace(question.contact, email_safe=None))


def read_question(session: Session, work: Workplace, row: Question) -> QuestionView:
    """Return everything about the question of this row."""
    visit = session.get_one(Visit, row.visit_id)
    referral = session.scalars(
        select(Referral).where(Referral.question_id == row.id).order_by(Referral.id.desc()).limit(1)
    ).one()
    text = session.get(QuestionText, row.id)
    return build_view(
        work,
        _columns(row),
        facts_of(visit),
        _columns(referral),
        text.body if text else None,
        contact=read_contact(session, row.visit_id),
        messages=read_messages(session, row.id),
    )


def read_messages(session: Session, question_id: int) -> tuple[MessageView, ...]:
    """Return the messages about a question, oldest first."""
    rows = session.scalars(select(Message).where(Message.question_id == question_id).order_by(Message.id))
    return tuple(MessageView(row.author, row.body, row.language, row.sent_at) for row in rows)


def list_questions(
    session: Session,
    work: Workplace,
    principal: Principal,
    wanted: QuestionFilter,
    *,
    before: int | None,
    limit: int,
) -> list[QuestionSummary]:
    """Return the newest questions that the user may see, `limit` at most, older than the id `before`.

    One query, however many there are; keys are in the order of time, so a page starts where an index does.
    """
    query = _SUMMARIES.where(Question.desk_id == principal.desk_id, *_conditions(work, wanted))
    if not principal.cleared:
        query = query.where(Question.topic.not_in(_sensitive_topics(work.directory)))
    if principal.role is Role.PARTNER:
        query = query.where(_handed_to(work, principal))
    if before is not None:
        query = query.where(Question.id < before)
    rows = session.connection().execute(query.order_by(Question.id.desc()).limit(limit))
    return [_summary(row, work) for row in rows]


def correct_question(
    session: Session, work: Workplace, question: QuestionView, correction: Correction, version: int
) -> QuestionView:
    """Change what is known of a question and of its visit, and return it as it is now.

    Facts belong to the visit, so they change for all of its questions. The place where the question is
    stays; `refer_question` moves it. Raises `QuestionChanged` when `version` is not the newest.
    """
    changed = session.execute(
        update(Question)
        .where(Question.id == question.id, Question.version == version)
        .values(
            topic=correction.topic or question.topic,
            consented_at=_consented_at(work, question, correction),
            updated_at=work.now,
            version=Question.version + 1,
        )
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE returns a CursorResult
        raise QuestionChanged
    note_late_change(session, question.visit_id, question.received_at, work.now)
    if correction.facts:
        correct_facts(session, work, question.visit_id, replace(question.facts, **correction.facts))
    if correction.text is not None:
        session.execute(delete(QuestionText).where(QuestionText.question_id == question.id))
    if correction.text:
        session.execute(insert(QuestionText).values(question_id=question.id, body=correction.text))
    session.expire_all()
    return read_question(session, work, session.get_one(Question, question.id))


def close_question(
    session: Session,
    work: Workplace,
    question: QuestionView,
    outcome: Outcome,
    unmet_reason: UnmetReason | None,
) -> None:
    """Close a question with its outcome; a referral that was under way is completed.

    Raises `QuestionClosed` when it was closed before, also by somebody at the same moment.
    """
    note_late_change(session, question.visit_id, question.received_at, work.now)
    change_question(
        session,
        work,
        question.id,
        status=Status.CLOSED,
        outcome=outcome,
        unmet_reason=unmet_reason,
        closed_at=work.now,
        due_on=None,
    )
    session.execute(
        update(Referral)
        .where(Referral.question_id == question.id, Referral.status == ReferralStatus.REQUESTED)
        .values(status=ReferralStatus.COMPLETED)
    )


_SUMMARIES = select(
    Question.id,
    Question.reference,
    Question.status,
    Question.topic,
    Question.language,
    Question.municipality,
    Question.channel,
    Question.service_id,
    Question.received_at,
    Question.due_on,
    Question.outcome,
)


def _consented_at(work: Workplace, question: QuestionView, correction: Correction) -> datetime | None:
    """Return since when the person agrees; who agreed before is not noted as agreeing anew."""
    if correction.consents is None:
        return question.consented_at
    return (question.consented_at or work.now) if correction.consents else None


def _conditions(work: Workplace, wanted: QuestionFilter) -> Sequence[ColumnElement[bool]]:
    """Return the SQL conditions of a filter."""
    today = work.now.astimezone(AMSTERDAM).date()
    conditions = [
        column == value
        for column, value in (
            (Question.status, wanted.status),
            (Question.language, wanted.language),
            (Question.municipality, wanted.municipality),
            (Question.service_id, wanted.service),
            (Question.channel, wanted.channel),
        )
        if value is not None
    ]
    if wanted.topic is not None:
        conditions.append(Question.topic.in_(_with_subtopics(work.directory, wanted.topic)))
    if wanted.received_from is not None:
        conditions.append(Question.id >= first_id_of(_midnight(wanted.received_from)))
    if wanted.received_to is not None:
        conditions.append(Question.id < first_id_of(_midnight(wanted.received_to) + timedelta(days=1)))
    if wanted.overdue is not None:
        late = Question.due_on < today
        conditions.append(late if wanted.overdue else ~late | Question.due_on.is_(None))
    return conditions


def _handed_to(work: Workplace, principal: Principal) -> ColumnElement[bool]:
    """Return the condition that a question is now with a service of the partner's organisation."""
    own = [
        service.id
        for service in work.directory.services.values()
        if service.organisation_id == principal.organisation_id
    ]
    handed_over = exists().where(
        Referral.question_id == Question.id,
        Referral.service_id.in_(own),
        Referral.kind.in_(HANDED_OVER),
        Referral.status != ReferralStatus.REVOKED,
    )
    return Question.service_id.in_(own) & handed_over


def _with_subtopics(directory: Directory, topic: str) -> list[str]:
    return [t.code for t in directory.code_lists.topics.values() if topic in {t.code, t.parent}]


def _sensitive_topics(directory: Directory) -> list[str]:
    return [topic.code for topic in directory.code_lists.topics.values() if topic.sensitive]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=AMSTERDAM)


def _summary(row: Any, work: Workplace) -> QuestionSummary:
    return QuestionSummary(
        id=row.id,
        reference=row.reference,
        status=row.status,
        topic=row.topic,
        sensitive=work.directory.code_lists.topics[row.topic].sensitive,
        language=row.language,
        municipality=row.municipality,
        channel=row.channel,
        service_id=row.service_id,
        service_name=work.directory[row.service_id].name,
        received_at=row.received_at,
        due_on=row.due_on,
        overdue=is_overdue(row.status, row.due_on, work.now),
        outcome=row.outcome,
    )


def _columns(row: Question | Referral) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in table_of(type(row)).columns}
