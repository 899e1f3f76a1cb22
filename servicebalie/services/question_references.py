"""How questions are called in the audit trail, whatever else is known of them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.models.questions import Question


def references_of_visit(session: Session, visit_id: int) -> list[str]:
    """Return the references of the questions of a visit, oldest first."""
    query = select(Question.reference).where(Question.visit_id == visit_id).order_by(Question.id)
    return list(session.scalars(query))


def reference_of_question(session: Session, question_id: int) -> str | None:
    """Return the reference of a question, or None when it was erased."""
    return session.scalar(select(Question.reference).where(Question.id == question_id))
