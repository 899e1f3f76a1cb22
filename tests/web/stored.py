"""What is in the database after a newcomer was there."""

from sqlalchemy import func, select, update

from servicebalie.core.sealing import Owner, Sealed
from servicebalie.core.vocabulary import Author, Outcome, Status
from servicebalie.db import Database
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.questions import (
    Message,
    Question,
    QuestionText,
    Referral,
    Translation,
    Visit,
    VisitContact,
)
from servicebalie.services.sealing import sealer_of
from tests.support.sealed import opened
from tests.support.workplace import KEYS

ABOUT_PEOPLE = (Visit, VisitContact, Question, QuestionText, Referral, Message, Translation)


def counts(database: Database) -> dict[str, int]:
    """Return how many rows each table about people has."""
    with database.read() as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in ABOUT_PEOPLE
        }


def only_visit(database: Database) -> Visit:
    """Return the one visit there is."""
    with database.read() as session:
        return session.scalars(select(Visit)).one()


def only_question(database: Database) -> Question:
    """Return the one question there is."""
    with database.read() as session:
        return session.scalars(select(Question)).one()


def contacts(database: Database) -> list[tuple[str | None, str | None]]:
    """Return every e-mail address and telephone number."""
    with database.read() as session:
        emails, phones = opened(session, Sealed.EMAIL), opened(session, Sealed.PHONE)
        return [(emails[visit], phones[visit]) for visit in emails]


def safe_to_mail(database: Database) -> list[bool]:
    """Return of everybody who can be reached whether they said that mail is safe."""
    with database.read() as session:
        return list(session.scalars(select(VisitContact.email_safe)))


def may_be_asked(database: Database) -> list[bool]:
    """Return of everybody who can be reached whether they may be asked later if they were helped."""
    with database.read() as session:
        return list(session.scalars(select(VisitContact.follow_up)))


def deliveries(database: Database) -> list[str]:
    """Return the kinds of what waits to be delivered."""
    with database.read() as session:
        return list(session.scalars(select(OutboxMessage.kind)))


def answer(database: Database, text: str, language: str) -> None:
    """Let the desk answer the one question and wait for a reply."""
    question = only_question(database)
    message_id = question.id + 1
    with database.begin() as session:
        sealer = sealer_of(session, KEYS.master_keys, Owner.QUESTION, question.id)
        session.add(
            Message(
                id=message_id,
                question_id=question.id,
                author=Author.DESK,
                language=language,
                body=sealer.seal(text, Sealed.MESSAGE, message_id),
                sent_at=question.received_at,
            )
        )
        session.get_one(Question, question.id).status = Status.WAITING


def close_all(database: Database) -> None:
    """Let the desk close all questions as ones that could be helped."""
    with database.begin() as session:
        session.execute(
            update(Question).values(
                status=Status.CLOSED, outcome=Outcome.MET, closed_at=Question.received_at, due_on=None
            )
        )


def close(database: Database) -> None:
    """Close the one question as one that could be helped."""
    with database.begin() as session:
        question = session.scalars(select(Question)).one()
        question.status = Status.CLOSED
        question.outcome = Outcome.MET
