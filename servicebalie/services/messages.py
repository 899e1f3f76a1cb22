"""Messages about a question."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.core.sealing import Owner, Sealed
from servicebalie.core.vocabulary import Actor, Author, ReferralAction, ReferralStatus, Status
from servicebalie.core.working_days import add_working_days, working_days_until
from servicebalie.models.questions import Message, Question, Visit
from servicebalie.services.identity import new_id
from servicebalie.services.insertion import Row, insert_rows
from servicebalie.services.outbox import Delivery, delivery_row
from servicebalie.services.question_views import (
    MessageView,
    QuestionView,
    ReferralView,
    TranslationView,
)
from servicebalie.services.referral_steps import NO_TERM, earliest_term, open_referrals, take_step
from servicebalie.services.referrals import QuestionNow, change_question, due_on, today
from servicebalie.services.sealing import sealer_of
from servicebalie.services.text_language import (
    DESK_LANGUAGE,
    language_of_desk,
    language_of_locale,
    other_language,
)
from servicebalie.services.translations import NewTranslation, add_translation, translation_wanted
from servicebalie.services.visits import read_contact
from servicebalie.services.workplace import Workplace


def post_message(  # noqa: PLR0913 - what is written, and what it means for the question
    session: Session,
    work: Workplace,
    question: QuestionView,
    author: Author,
    text: str,
    *,
    language: str | None = None,
    translation: NewTranslation | None = None,
    awaits_reply: bool = False,
    referral: ReferralView | None = None,
) -> MessageView:
    """Add a message to a question, and the `translation` that a person made of it.

    Without a `language` it is the one that the message is surely in, and of the desk or a partner else that
    of the desk. Their message is announced by e-mail where the person left an address and, about a sensitive
    topic, said that mail is safe; with `awaits_reply` the question waits for the person. A message of the
    person ends that waiting; until then the clock stands still. `referral` is the one because of which a
    partner writes. Where there is a translator, the message is noted for it, unless the topic is sensitive.
    Raises `QuestionClosed`, for a partner what `take_step` raises, and `InvalidInput` for a translation into
    the language of the message.
    """
    language = language or _language_of(work, author, text)
    translations = (_by_a_person(work, translation, language),) if translation else ()
    _move(session, work, question, author, awaits_reply=awaits_reply, referral=referral)
    message_id = new_id(work.now)
    sealer = sealer_of(session, work.keys.master_keys, Owner.QUESTION, question.id)
    session.execute(
        insert(Message).values(
            id=message_id,
            question_id=question.id,
            author=author,
            user_id=work.user_id,
            language=language,
            body=sealer.seal(text, Sealed.MESSAGE, message_id),
            sent_at=work.now,
        )
    )
    for view in translations:
        add_translation(session, sealer, question.id, message_id, view)
    insert_rows(session, _deliveries(session, work, question, author, message_id))
    return MessageView(author, text, language, work.now, translations)


def _move(
    session: Session,
    work: Workplace,
    question: QuestionView,
    author: Author,
    *,
    awaits_reply: bool,
    referral: ReferralView | None,
) -> None:
    """Let the question and its referral go to where they are once somebody has written."""
    now = change_question(session, work, question.id)
    if author is Author.NEWCOMER:
        _end_waiting(session, work, question, now)
    elif referral is not None:
        _act_by_writing(session, work, referral, awaits_reply=awaits_reply)
    if awaits_reply and now.status is not Status.WAITING:
        _wait(session, work, question, referral, now)
    elif referral is not None and now.status is not Status.WAITING:
        _set(session, question, due_on=earliest_term(session, question.id))


def _language_of(work: Workplace, author: Author, text: str) -> str | None:
    if author is Author.NEWCOMER:
        # In which of their languages a person writes is not known; only another one than expected shows.
        return other_language(text, language_of_locale(work.locale))
    return language_of_desk(text)


def _by_a_person(work: Workplace, translation: NewTranslation, language: str | None) -> TranslationView:
    if translation.language == language:
        raise InvalidInput(Fault("/translation/language", "translation-same-language"))
    return TranslationView(
        translation.language, translation.text, machine=False, engine=None, made_at=work.now
    )


def _deliveries(
    session: Session, work: Workplace, question: QuestionView, author: Author, message_id: int
) -> list[Row]:
    """Return what must be delivered because of a message: a mail, and the text to a translator."""
    rows = []
    locale = DESK_LANGUAGE
    if author is not Author.NEWCOMER:
        locale = session.scalars(select(Visit.locale).where(Visit.id == question.visit_id)).one()
        if _may_be_mailed(session, work, question):
            payload = {"visit": question.visit_id}
            rows.append(delivery_row(work.desk_id, Delivery.QUESTION_ANSWERED, payload, locale, work.now))
    if work.translates and not question.sensitive:
        rows.append(translation_wanted(work, question.visit_id, question.id, message_id, locale=locale))
    return rows


def _may_be_mailed(session: Session, work: Workplace, question: QuestionView) -> bool:
    # Not by the contact of the view, which whoever writes may not be allowed to see.
    contact = read_contact(session, work.keys, question.visit_id)
    return contact is not None and contact.may_be_mailed(sensitive=question.sensitive)


def _act_by_writing(session: Session, work: Workplace, referral: ReferralView, *, awaits_reply: bool) -> None:
    """Note that a service asked or answered; with that it has accepted the referral."""
    action = ReferralAction.ASK_BACK if awaits_reply else ReferralAction.ANSWER
    columns: dict[str, Any] = {}
    if awaits_reply:
        columns = NO_TERM
    elif referral.status is ReferralStatus.REQUESTED:
        columns = {"respond_by": due_on(work, referral.service), "remind_on": None}
    take_step(session, work, referral, action, Actor.PARTNER, **columns)


def _wait(
    session: Session,
    work: Workplace,
    question: QuestionView,
    referral: ReferralView | None,
    now: QuestionNow,
) -> None:
    """Let a question wait for its person, and keep how many working days remain for the answer."""
    service = (referral or question.referral).service
    if referral is not None and referral.status is ReferralStatus.REQUESTED:
        left = service.response_days
    else:
        last = referral.respond_by if referral else now.due_on
        left = working_days_until(today(work), last or today(work), service.closures)
    _set(session, question, status=Status.WAITING, due_on=None, days_left=left)


def _end_waiting(session: Session, work: Workplace, question: QuestionView, now: QuestionNow) -> None:
    """Go on with a question that waited for its person, with the working days that were left, at least one.

    People reply at night and on Sundays: who asked on the last day must be able to read it in time.
    """
    if now.status is not Status.WAITING:
        return
    service = question.referral.service
    left = service.response_days if now.days_left is None else now.days_left
    due = add_working_days(today(work), max(left, 1), service.closures)
    still_open = open_referrals(session, question.id)
    for one in still_open:
        if one.status is ReferralStatus.ASKED_BACK:
            take_step(session, work, one, ReferralAction.REPLY, Actor.NEWCOMER, respond_by=due)
    _set(
        session,
        question,
        status=Status.OPEN if question.referral.kind is None and not still_open else Status.REFERRED,
        due_on=earliest_term(session, question.id) or due,
        days_left=None,
    )


def _set(session: Session, question: QuestionView, **columns: Any) -> None:
    session.execute(update(Question).where(Question.id == question.id).values(**columns))
