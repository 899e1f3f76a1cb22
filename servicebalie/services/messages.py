"""Messages about a question."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.core.vocabulary import Author, Status
from servicebalie.models.questions import Message, Visit
from servicebalie.services.identity import new_id
from servicebalie.services.insertion import Row, insert_rows
from servicebalie.services.outbox import Delivery, delivery_row
from servicebalie.services.question_views import MessageView, QuestionView, TranslationView
from servicebalie.services.referrals import change_question
from servicebalie.services.text_language import (
    DESK_LANGUAGE,
    language_of_desk,
    language_of_locale,
    other_language,
)
from servicebalie.services.translations import NewTranslation, add_translation, translation_wanted
from servicebalie.services.visits import read_contact
from servicebalie.services.workplace import Workplace


def post_message(
    session: Session,
    work: Workplace,
    question: QuestionView,
    author: Author,
    text: str,
    *,
    language: str | None = None,
    translation: NewTranslation | None = None,
    awaits_reply: bool = False,
) -> MessageView:
    """Add a message to a question, and the `translation` that a person made of it.

    Without a `language` it is the one that the message is surely in, and of the desk or a partner else that
    of the desk. Their message is announced by e-mail where the person left an address and, about a sensitive
    topic, said that mail is safe; with `awaits_reply` the question waits for the person. A message of the
    person ends that waiting. Where there is a translator, the message is noted for it, unless the topic is
    sensitive. Raises `QuestionClosed`, and `InvalidInput` for a translation into the language of the message.
    """
    language = language or _language_of(work, author, text)
    translations = (_by_a_person(work, translation, language),) if translation else ()
    change_question(
        session, work, question.id, status=_status_after(question, author, awaits_reply=awaits_reply)
    )
    message_id = new_id(work.now)
    session.execute(
        insert(Message).values(
            id=message_id,
            question_id=question.id,
            author=author,
            user_id=work.user_id,
            language=language,
            body=text,
            sent_at=work.now,
        )
    )
    for view in translations:
        add_translation(session, question.id, message_id, view)
    insert_rows(session, _deliveries(session, work, question, author, message_id))
    return MessageView(author, text, language, work.now, translations)


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
        if _may_be_mailed(session, question):
            payload = {"visit": question.visit_id}
            rows.append(delivery_row(work.desk_id, Delivery.QUESTION_ANSWERED, payload, locale, work.now))
    if work.translates and not question.sensitive:
        rows.append(translation_wanted(work, question.visit_id, question.id, message_id, locale=locale))
    return rows


def _may_be_mailed(session: Session, question: QuestionView) -> bool:
    # Not by the contact of the view, which whoever writes may not be allowed to see.
    contact = read_contact(session, question.visit_id)
    return contact is not None and contact.may_be_mailed(sensitive=question.sensitive)


def _status_after(question: QuestionView, author: Author, *, awaits_reply: bool) -> Status:
    if author is not Author.NEWCOMER:
        return Status.WAITING if awaits_reply else question.status
    if question.status is not Status.WAITING:
        return question.status
    return Status.OPEN if question.referral.kind is None else Status.REFERRED
