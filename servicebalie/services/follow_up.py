"""Whether somebody was helped, as they say it themselves, beside the outcome that the desk or a partner gave.

They can say it with the return code from the moment that a question is closed, and change it. Who left an
e-mail address and said that they may be asked is asked by one mail, a while later.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from servicebalie.core.vocabulary import NewcomerOutcome, Outcome, Status, UnmetReason
from servicebalie.models.questions import Question, Visit
from servicebalie.services.insertion import Row, insert_rows
from servicebalie.services.outbox import Delivery, delivery_row
from servicebalie.services.question_views import QuestionView
from servicebalie.services.restriction import question_restricted
from servicebalie.services.visits import Contact, read_contact
from servicebalie.services.workplace import Workplace


def follow_up_rows(
    work: Workplace, question: QuestionView, outcome: Outcome | None, contact: Contact | None, locale: str
) -> list[Row]:
    """Return the row that notes that somebody is to be asked whether a question that ends now was answered.

    None for a question that does not end, for one that the person withdrew, and for who may not be asked or
    mailed. Whether they still may when it is time is found out then.
    """
    if outcome in {None, Outcome.WITHDRAWN} or contact is None or not contact.follow_up:
        return []
    if not contact.may_be_mailed(sensitive=question.sensitive):
        return []
    payload = {"visit": question.visit_id, "question": question.id}
    return [
        delivery_row(work.desk_id, Delivery.FOLLOW_UP, payload, locale, work.now, later=work.follow_up_after)
    ]


def note_follow_up(session: Session, work: Workplace, question: QuestionView, outcome: Outcome) -> None:
    """Note, in the transaction that closes a question, that its person is to be asked, if they may be."""
    # Not by the contact of the view, which whoever closes may not be allowed to see.
    contact = read_contact(session, work.keys, question.visit_id)
    if contact is None or not contact.follow_up:
        return
    locale = session.scalars(select(Visit.locale).where(Visit.id == question.visit_id)).one()
    insert_rows(session, follow_up_rows(work, question, outcome, contact, locale))


def answer_follow_up(
    session: Session,
    work: Workplace,
    question: QuestionView,
    outcome: NewcomerOutcome,
    unmet_reason: UnmetReason | None,
) -> bool:
    """Keep what the person says of how a question ended, in the place of what they said before.

    Who was helped has no reason. The outcome of the desk or the partner stays as it is. False when the
    question is not closed, or restricted.
    """
    answered = session.execute(
        update(Question)
        .where(Question.id == question.id, Question.status == Status.CLOSED, ~question_restricted())
        .values(
            newcomer_outcome=outcome,
            newcomer_unmet_reason=None if outcome is NewcomerOutcome.MET else unmet_reason,
            newcomer_answered_at=work.now,
            updated_at=work.now,
            version=Question.version + 1,
        )
        .returning(Question.id)
    )
    return answered.first() is not None
