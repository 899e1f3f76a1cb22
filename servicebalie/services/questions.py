"""Questions: who may see which, correcting and closing them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.permissions import (
    WITHDRAWN,
    Action,
    is_limited_to_organisation,
    sees_all_of_desk,
    sees_sensitive,
)
from servicebalie.core.referral_states import End
from servicebalie.core.routing import HANDING_OVER
from servicebalie.core.routing_facts import without_others
from servicebalie.core.sealing import Owner, Sealed
from servicebalie.core.vocabulary import (
    Author,
    Channel,
    Outcome,
    ReferralAction,
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
from servicebalie.services.sealing import Opener, opener_of, sealer_of
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
    `contact` is what changes in how the person of the visit is reached, `locale` the one of pages in the
    language that is told, in which they are written to from now on; what they chose themselves stays unless
    the language changes.
    """

    facts: Mapping[str, Any]
    topic: str | None = None
    text: str | None = None
    consents: bool | None = None
    contact: Mapping[str, Any] = field(default_factory=dict)
    locale: str | None = None


def find_question(session: Session, work: Workplace, principal: Principal, reference: str) -> QuestionView:
    """Return a question of the user's desk.

    Raises `QuestionNotFound`, or `QuestionNotForYou` for a user who does not see all questions of the
    desk: a partner, or somebody who is not cleared for sensitive topics. Raises `RoleNotAllowed` for a
    role that sees none.
    """
    query = select(Question).where(Question.desk_id == principal.desk_id, Question.reference == reference)
    limited = is_limited_to_organisation(principal, Action.READ_QUESTION)
    if limited:
        query = query.where(_handed_to(work, principal), ~question_restricted())
    row = session.scalar(query.where(*not_too_sensitive(work, principal, Action.READ_QUESTION)))
    if row is None:
        sees_all = sees_all_of_desk(principal, Action.READ_QUESTION)
        raise QuestionNotFound if sees_all else QuestionNotForYou
    for_partner = principal.organisation_id if limited else None
    return seen_by(principal, read_question(session, work, row, for_partner))


def seen_by(principal: Principal, question: QuestionView) -> QuestionView:
    """Return a question as this user may see it: a partner without the contact details, without what happened
    at other organisations, so with its own reason for unmet, and without what the person says of the outcome.

    Who is not cleared does not learn that somebody was asked whether mail is safe, because it tells that
    another question of the same visit is a sensitive one.
    """
    if is_limited_to_organisation(principal, Action.READ_QUESTION):
        own = tuple(
            replace(referral, reasons=without_others(referral.reasons))
            for referral in question.referrals
            if referral.service.organisation_id == principal.organisation_id and referral.kind in HANDING_OVER
        )
        theirs = replace(question, referrals=own, referral=own[-1], unmet_reason=own[-1].unmet_reason)
        return replace(theirs, contact=None, by_newcomer=None, mark=None)
    if question.contact is None or sees_sensitive(principal, Action.READ_QUESTION):
        return question
    return replace(question, contact=replace(question.contact, email_safe=None))


def read_question(
    session: Session, work: Workplace, row: Question, for_partner: int | None = None
) -> QuestionView:
    """Return everything about the question of this row, `for_partner` without messages of other partners."""
    visit = session.get_one(Visit, row.visit_id)
    facts = facts_of(visit)
    own_words = session.get(QuestionText, row.id)
    opener = opener_of(session, work.keys.master_keys, Owner.QUESTION, row.id)
    translations = read_translations(session, opener, row.id)
    view = build_view(
        work,
        _columns(row),
        facts,
        _read_referrals(session, work, opener, row.id, facts),
        opener.open(own_words.body, Sealed.QUESTION_TEXT, row.id) if own_words else None,
        contact=read_contact(session, work.keys, row.visit_id),
        messages=_read_messages(session, opener, row.id, translations, for_partner),
        translations=translations[None],
    )
    return replace(view, restricted=visit.restricted_at is not None, objected=visit.objected_at is not None)


def _read_referrals(
    session: Session, work: Workplace, opener: Opener, question_id: int, facts: VisitFacts
) -> list[ReferralView]:
    """Return the referrals of a question with what happened to each, oldest first."""
    of_question = Referral.question_id == question_id
    referrals = session.scalars(select(Referral).where(of_question).order_by(Referral.id))
    rows = session.scalars(select(ReferralEvent).join(Referral).where(of_question).order_by(ReferralEvent.id))
    events: defaultdict[int, list[EventView]] = defaultdict(list)
    for row in rows:
        events[row.referral_id].append(
            EventView(
                *(row.at, row.actor, row.action, row.from_state, row.to_state, row.reason),
                note=opener.open(row.note, Sealed.NOTE, row.id),
            )
        )
    return [referral_view(work, _opened(row, opener), facts, events[row.id]) for row in referrals]


def _opened(row: Referral, opener: Opener) -> dict[str, Any]:
    reason = opener.open(row.override_reason, Sealed.OVERRIDE_REASON, row.id)
    return {**_columns(row), "override_reason": reason}


def _read_messages(
    session: Session,
    opener: Opener,
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
        MessageView(row.author, text, row.language, row.sent_at, translations[row.id])
        for row in session.scalars(messages)
        if (text := opener.open(row.body, Sealed.MESSAGE, row.id)) is not None
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
        facts = replace(question.facts, **correction.facts)
        correct_facts(session, work, question.visit_id, facts)
        chosen = facts.channel is Channel.WEB_FORM and facts.language == question.facts.language
        if correction.locale and not chosen:
            session.execute(
                update(Visit).where(Visit.id == question.visit_id).values(locale=correction.locale)
            )
    if question.consented_at and correction.consents is False:
        take_back(session, work, question)
    if correction.text is not None:
        session.execute(delete(QuestionText).where(QuestionText.question_id == question.id))
        forget_translations_of_text(session, question.id)
    if correction.text:
        sealer = sealer_of(session, work.keys.master_keys, Owner.QUESTION, question.id)
        body = sealer.seal(correction.text, Sealed.QUESTION_TEXT, question.id)
        session.execute(insert(QuestionText).values(question_id=question.id, desk_id=work.desk_id, body=body))
    if correction.contact:
        contact = read_contact(session, work.keys, question.visit_id) or Contact(None, None)
        set_contact(session, work, question.visit_id, replace(contact, **correction.contact))
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


def not_too_sensitive(work: Workplace, principal: Principal, action: Action) -> Sequence[ColumnElement[bool]]:
    """Return the condition that a user may do an action with questions of this topic; none where with all."""
    if sees_sensitive(principal, action):
        return ()
    topics = work.directory.code_lists.topics.values()
    return (Question.topic.not_in([topic.code for topic in topics if topic.sensitive]),)


def _columns(row: Question | Referral) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in table_of(type(row)).columns}
