"""What tests do to questions that takes days in real life."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from servicebalie.models.questions import Question


def make_overdue(session: Session, reference: str) -> None:
    """Let a question have been due on the day before it came in."""
    question = session.query(Question).filter_by(reference=reference).one()
    session.execute(
        update(Question)
        .where(Question.id == question.id)
        .values(due_on=(question.received_at - timedelta(days=1)).date())
    )
