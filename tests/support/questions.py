"""What tests do to questions that takes days in real life."""

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from servicebalie.models.questions import Question


def make_overdue(session: Session, reference: str) -> None:
    """Let a question have been due long ago."""
    session.execute(update(Question).where(Question.reference == reference).values(due_on=date(2020, 1, 2)))
