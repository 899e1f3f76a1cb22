"""Messages about a question."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from servicebalie.core.vocabulary import Author, Status
from servicebalie.models.questions import Message, Visit
from servicebalie.services.identity import new_id
from servicebalie.services.outbox import Delivery, enqueue
from servicebalie.services.question_views import MessageView, QuestionView
from servicebalie.services.referrals import change_question
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
    awaits_reply: bool = False,
) -> MessageView:
    """Add a message to a question.

    A message of the desk or a partner is announced by e-mail where the person left an address and, about a
    sensitive topic, said that mail is safe; with `awaits_reply` the question waits for the person. A message
    of the person ends that waiting. Raises `QuestionClosed`.
    """
    change_question(
        session, work, question.id, status=_status_after(question, author, awaits_reply=awaits_reply)
    )
    message = MessageView(author, text, language, work.now)
    session.execute(
        insert(Message).values(
            id=new_id(work.now),
            question_id=question.id,
            author=author,
            user_id=work.user_id,
            language=language,
            body=text,
            sent_at=work.now,
        )
    )
    if author is not Author.NEWCOMER and _may_be_mailed(session, question):
        locale = session.scalars(select(Visit.locale).where(Visit.id == question.visit_id)).one()
        payload = {"visit": question.visit_id}
        enqueue(session, work.desk_id, Delivery.QUESTION_ANSWERED, payload, locale, work.now)
    return message


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
