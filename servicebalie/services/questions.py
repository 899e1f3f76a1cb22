"""Questions: who may see which, correcting and closing them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from servicebalie.core.directory import Directory
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.referral_states import End
from servicebalie.core.routing import HANDING_OVER
from servicebalie.core.vocabulary import (
    Author,
    Outcome,
    ReferralAction,
    ReferralStatus,
    Role,
    UnmetReason,
)
from servicebalie.models.accounts import User
from servicebalie.models.base import table_of
from servicebalie.models.questions import (
    Message,
    Question,
    QuestionText,
    Referral,
    ReferralEvent,
    Visit,
)
from servicebalie.services.accounts import Principal
from servicebalie.services.follow_up import note_follow_up
from servicebalie.services.late_changes import note_late_change
from servicebalie.services.question_views import (
    EventView,
    MessageView,
    QuestionView,
    ReferralView,
    TranslationView,
    build_view,
    referral_view,
)
from servicebalie.services.referral_acts import take_back
from servicebalie.services.referral_steps import end_open_referrals
from servicebalie.services.referrals import change_question, closing_columns
from servicebalie.services.restriction import question_restricted, refuse_restricted
from servicebalie.services.translations import (
    forget_translations_of_text,
    read_translations,
    want_translations_of_visit,
)
from servicebalie.services.visits import (
    Contact,
    VisitFacts,
    correct_facts,
    facts_of,
    read_contact,
    set_contact,
)
from servicebalie.services.workplace import Workplace

WITHDRAWN = (ReferralStatus.REVOKED, ReferralStatus.RETURNED, ReferralStatus.EXPIRED)
"""The ends of a referral after which the service sees the question no more."""


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
class Correction:
    """What changes in a question; an absent key stays as it is, and an empty text takes the text away.

    `consents` tells that the person agrees now to the question being handed over, or does not any more.
    `contact` is what changes in how the person of the visit is reached.
    """

    facts: Mapping[str, Any]
    topic: str | None = None
    text: str | None = None
    consents: bool | None = None
    contact: Mapping[str, Any] = field(default_factory=dict)


def find_question(session: Session, work: Workplace, principal: Principal, reference: str) -> QuestionView:
    """Return a question of the user's desk.

    Raises `QuestionNotFound`, or `QuestionNotForYou` for a user who does not see all questions of the
    desk: a partner, or somebody who is not cleared for sensitive topics.
    """
    query = select(Question).where(Question.desk_id == principal.desk_id, Question.reference == reference)
    if principal.role is Role.PARTNER:
        query = query.where(_handed_to(work, principal), ~question_restricted())
    if not principal.cleared:
        query = query.where(Question.topic.not_in(sensitive_topics(work.directory)))
    row = session.scalar(query)
    if row is None:
        sees_all = principal.cleared and principal.role is not Role.PARTNER
        raise QuestionNotFound if sees_all else QuestionNotForYou
    for_partner = principal.organisation_id if principal.role is Role.PARTNER else None
    return seen_by(principal, read_question(session, work, row, for_partner))


def seen_by(principal: Principal, question: QuestionView) -> QuestionView:
    """Return a question as this user may see it: a partner without the contact details, without what happened
    at other organisations and without what the person says of the outcome.

    Who is not cleared does not learn that somebody was asked whether mail is safe, because it tells that
    another question of the same visit is a sensitive one.
    """
    if principal.role is Role.PARTNER:
        own = tuple(
            referral
            for referral in question.referrals
            if referral.service.organisation_id == principal.organisation_id and referral.kind in HANDING_OVER
        )
        return replace(question, contact=None, by_newcomer=None, mark=None, referrals=own, referral=own[-1])
    if question.contact is None or principal.cleared:
        return question
    return replace(question, contact=replace(question.contact, email_safe=None))


def read_question(
    session: Session, work: Workplace, row: Question, for_partner: int | None = None
) -> QuestionView:
    """Return everything about the question of this row, `for_partner` without messages of other partners."""
    visit = session.get_one(Visit, row.visit_id)
    facts = facts_of(visit)
    own_words = session.get(QuestionText, row.id)
    translations = read_translations(session, row.id)
    view = build_view(
        work,
        _columns(row),
        facts,
        _read_referrals(session, work, row.id, facts),
        own_words.body if own_words else None,
        contact=read_contact(session, row.visit_id),
        messages=_read_messages(session, row.id, translations, for_partner),
        translations=translations[None],
    )
    return replace(view, restricted=visit.restricted_at is not None, objected=visit.objected_at is not None)


def _read_referrals(
    session: Session, work: Workplace, question_id: int, facts: VisitFacts
) -> list[ReferralView]:
    """Return the referrals of a question with what happened to each, oldest first."""
    of_question = Referral.question_id == question_id
    referrals = session.scalars(select(Referral).where(of_question).order_by(Referral.id))
    rows = session.scalars(select(ReferralEvent).join(Referral).where(of_question).order_by(ReferralEvent.id))
    events: defaultdict[int, list[EventView]] = defaultdict(list)
    for row in rows:
        events[row.referral_id].append(
            EventView(row.at, row.actor, row.action, row.from_state, row.to_state, row.reason, row.note)
        )
    return [referral_view(work, _columns(row), facts, events[row.id]) for row in referrals]


def _read_messages(
    session: Session,
    question_id: int,
    translations: Mapping[int | None, tuple[TranslationView, ...]],
    for_partner: int | None,
) -> tuple[MessageView, ...]:
    """Return the messages about a question, oldest first; `for_partner` without those of other partners.

    `for_partner` is the id of an organisation.
    """
    messages = select(Message).where(Message.question_id == question_id).order_by(Message.id)
    if for_partner is not None:
        own = select(User.id).where(User.organisation_id == for_partner)
        messages = messages.where((Message.author != Author.PARTNER) | Message.user_id.in_(own))
    return tuple(
        MessageView(row.author, row.body, row.language, row.sent_at, translations[row.id])
        for row in session.scalars(messages)
    )


def correct_question(
    session: Session, work: Workplace, question: QuestionView, correction: Correction, version: int
) -> QuestionView:
    """Change what is known of a question and of its visit, and return it as it is now.

    Facts belong to the visit, so they change for all of its questions. The place where the question is
    stays; `refer_question` moves it. Only what was handed over comes back to the desk when the person takes
    their consent back. Raises `QuestionChanged` when `version` is not the newest.
    """
    changed = session.execute(
        update(Question)
        .where(Question.id == question.id, Question.version == version, ~question_restricted())
        .values(
            topic=correction.topic or question.topic,
            consented_at=_consented_at(work, question, correction),
            updated_at=work.now,
            version=Question.version + 1,
        )
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE returns a CursorResult
        refuse_restricted(session, question.id)
        raise QuestionChanged
    note_late_change(session, question.visit_id, question.received_at, work.now)
    if correction.facts:
        correct_facts(session, work, question.visit_id, replace(question.facts, **correction.facts))
    if question.consented_at and correction.consents is False:
        take_back(session, work, question)
    if correction.text is not None:
        session.execute(delete(QuestionText).where(QuestionText.question_id == question.id))
        forget_translations_of_text(session, question.id)
    if correction.text:
        session.execute(insert(QuestionText).values(question_id=question.id, body=correction.text))
    if correction.contact:
        contact = read_contact(session, question.visit_id) or Contact(None, None)
        set_contact(session, question.visit_id, replace(contact, **correction.contact))
    want_translations_of_visit(session, work, question.visit_id)
    session.expire_all()
    return read_question(session, work, session.get_one(Question, question.id))


def close_question(
    session: Session,
    work: Workplace,
    question: QuestionView,
    outcome: Outcome,
    unmet_reason: UnmetReason | None,
) -> None:
    """Close a question with its outcome; referrals that were under way are completed with it.

    Who said that they may be asked is asked later whether they were helped.
    Raises `QuestionClosed` when it was closed before, also by somebody at the same moment.
    """
    note_late_change(session, question.visit_id, question.received_at, work.now)
    change_question(
        session,
        work,
        question.id,
        outcome=outcome,
        unmet_reason=unmet_reason,
        **closing_columns(work),
    )
    end = End(outcome, unmet_reason)
    end_open_referrals(session, work, question.id, ReferralAction.COMPLETE, end)
    note_follow_up(session, work, question, outcome)


def _consented_at(work: Workplace, question: QuestionView, correction: Correction) -> datetime | None:
    """Return since when the person agrees; who agreed before is not noted as agreeing anew."""
    if correction.consents is None:
        return question.consented_at
    return (question.consented_at or work.now) if correction.consents else None


def _handed_to(work: Workplace, principal: Principal) -> ColumnElement[bool]:
    """Return the condition that a question was handed to a service of the partner's organisation, and was
    not taken or given back since."""
    return exists().where(
        Referral.question_id == Question.id,
        Referral.service_id.in_(own_services(work, principal)),
        Referral.kind.in_(HANDING_OVER),
        Referral.status.not_in(WITHDRAWN),
    )


def own_services(work: Workplace, principal: Principal) -> list[int]:
    """Return the services of a partner's organisation, by their ids."""
    return [
        service.id
        for service in work.directory.services.values()
        if service.organisation_id == principal.organisation_id
    ]


def sensitive_topics(directory: Directory) -> list[str]:
    """Return the topics of which only cleared users see the questions."""
    return [topic.code for topic in directory.code_lists.topics.values() if topic.sensitive]


def _columns(row: Question | Referral) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in table_of(type(row)).columns}
