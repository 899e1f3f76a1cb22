"""Deleting what is held about visits: the only place where rows of newcomers go.

Each class of data goes by one function, whoever asks for it: the person, the desk, or a period that is over.
Each tells how many rows it deleted or emptied. `visits` are ids, of a few hundred visits at most.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Delete, Select, Update, bindparam, delete, select, update
from sqlalchemy.orm import Session

from servicebalie.core.reference_codes import RANDOM_BYTES, make_reference
from servicebalie.core.sealing import Owner
from servicebalie.models.base import table_of
from servicebalie.models.questions import (
    Message,
    Question,
    QuestionText,
    Referral,
    ReferralEvent,
    Translation,
    Visit,
    VisitContact,
)
from servicebalie.models.retention import RetentionHold, RightExercised
from servicebalie.services.askers import PSEUDONYM_BYTES
from servicebalie.services.sealing import destroy_keys

_HASH_BYTES = 32


def forget_contact(session: Session, visits: Sequence[int]) -> int:
    """Delete how the people of visits are reached."""
    destroy_keys(session, Owner.VISIT, visits)
    return _rows(session, delete(VisitContact).where(VisitContact.visit_id.in_(visits)))


def forget_texts(session: Session, visits: Sequence[int]) -> int:
    """Delete what people asked in their own words, and its translations."""
    questions = _questions_of(visits)
    of_texts = (Translation.question_id.in_(questions), Translation.message_id.is_(None))
    count = _rows(session, delete(Translation).where(*of_texts))
    count += _rows(session, delete(QuestionText).where(QuestionText.question_id.in_(questions)))
    _destroy_needless_keys(session, visits)
    return count


def forget_messages(session: Session, visits: Sequence[int]) -> int:
    """Delete what was written about questions afterwards: messages, their translations, notes of staff."""
    questions = _questions_of(visits)
    referrals = select(Referral.id).where(Referral.question_id.in_(questions))
    of_messages = (Translation.question_id.in_(questions), Translation.message_id.is_not(None))
    statements = (
        delete(Translation).where(*of_messages),
        delete(Message).where(Message.question_id.in_(questions)),
        update(ReferralEvent)
        .where(ReferralEvent.referral_id.in_(referrals), ReferralEvent.note.is_not(None))
        .values(note=None),
        update(Referral)
        .where(Referral.question_id.in_(questions), Referral.override_reason.is_not(None))
        .values(override_reason=None),
    )
    count = sum(_rows(session, statement) for statement in statements)
    _destroy_needless_keys(session, visits)
    return count


def delete_visits(session: Session, visits: Sequence[int]) -> int:
    """Delete visits and all that is held about them; tell how many visits that were.

    That a right was used stays on record, without telling by whom.
    """
    for forget in (forget_contact, forget_texts, forget_messages):
        forget(session, visits)
    _let_go(session, visits)
    questions = _questions_of(visits)
    referrals = select(Referral.id).where(Referral.question_id.in_(questions))
    session.execute(delete(ReferralEvent).where(ReferralEvent.referral_id.in_(referrals)))
    session.execute(delete(Referral).where(Referral.question_id.in_(questions)))
    session.execute(delete(Question).where(Question.visit_id.in_(visits)))
    return _rows(session, delete(Visit).where(Visit.id.in_(visits)))


def anonymise_visits(session: Session, visits: Sequence[int], now: datetime) -> int:
    """Cut what leads from visits to people, so that what is left can be counted; tell how many that were.

    The pseudonym, the return code and the references are replaced by chance, so that visits of one person
    cannot be told from those of several, and no code and no letter leads to them any more. What was typed,
    how to reach the person, and who of the staff did what go too.
    """
    for forget in (forget_contact, forget_texts, forget_messages):
        forget(session, visits)
    _let_go(session, visits)
    questions = session.scalars(_questions_of(visits)).all()
    connection = session.connection()
    visit, question = table_of(Visit), table_of(Question)
    connection.execute(
        update(visit)
        .where(visit.c.id == bindparam("of"))
        .values(asker=bindparam("by"), return_code_hash=bindparam("code"), anonymised_at=now),
        [
            {
                "of": each,
                "by": secrets.token_bytes(PSEUDONYM_BYTES),
                "code": secrets.token_bytes(_HASH_BYTES),
            }
            for each in visits
        ],
    )
    connection.execute(
        update(question).where(question.c.id == bindparam("of")).values(reference=bindparam("name")),
        [{"of": each, "name": make_reference(secrets.token_bytes(RANDOM_BYTES))} for each in questions],
    )
    referrals = select(Referral.id).where(Referral.question_id.in_(questions))
    session.execute(update(Referral).where(Referral.question_id.in_(questions)).values(user_id=None))
    session.execute(
        update(ReferralEvent).where(ReferralEvent.referral_id.in_(referrals)).values(user_id=None)
    )
    return len(visits)


def _destroy_needless_keys(session: Session, visits: Sequence[int]) -> None:
    """Destroy the keys of questions about which nothing is left that they seal."""
    noted = select(Referral.question_id).join(ReferralEvent).where(ReferralEvent.note.is_not(None))
    sealed = (
        select(QuestionText.question_id).where(QuestionText.question_id == Question.id),
        select(Message.question_id).where(Message.question_id == Question.id),
        select(Translation.question_id).where(Translation.question_id == Question.id),
        select(Referral.question_id).where(
            Referral.question_id == Question.id, Referral.override_reason.is_not(None)
        ),
        noted.where(Referral.question_id == Question.id),
    )
    needless = _questions_of(visits).where(*(~each.exists() for each in sealed))
    destroy_keys(session, Owner.QUESTION, session.scalars(needless).all())


def _let_go(session: Session, visits: Sequence[int]) -> None:
    """Delete holds on visits, and let the records of rights not lead to them any more."""
    session.execute(delete(RetentionHold).where(RetentionHold.visit_id.in_(visits)))
    session.execute(update(RightExercised).where(RightExercised.visit_id.in_(visits)).values(visit_id=None))


def _questions_of(visits: Sequence[int]) -> Select[int]:
    return select(Question.id).where(Question.visit_id.in_(visits))


def _rows(session: Session, statement: Delete | Update) -> int:
    """Return how many rows a statement deleted or changed."""
    done = session.execute(statement)
    return int(done.rowcount)  # type: ignore[attr-defined]  # both return a CursorResult
