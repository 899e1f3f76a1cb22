"""What is restricted (GDPR, article 18) is kept, and nothing else is done with it until that is lifted.

Whoever changes, sends or counts something about a visit asks here first. Deleting is not among that: the
person may do it, and the desk at their wish.
"""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.models.questions import Question, Visit


class VisitRestricted(ServicebalieError):
    """The person had the use of the visit restricted: it is kept, and nothing is done with it."""

    code = "visit-restricted"


def question_restricted() -> ColumnElement[bool]:
    """Return the condition that the visit of the question of a statement is restricted."""
    return exists().where(Visit.id == Question.visit_id, Visit.restricted_at.is_not(None))


def require_unrestricted(session: Session, visit_id: int) -> None:
    """Do nothing when a visit may be used; raises `VisitRestricted`."""
    if session.scalar(select(Visit.restricted_at).where(Visit.id == visit_id)) is not None:
        raise VisitRestricted


def refuse_restricted(session: Session, question_id: int) -> None:
    """Raise `VisitRestricted` when that is why a question could not be changed."""
    restricted = select(Question.id).where(Question.id == question_id, question_restricted())
    if session.scalar(restricted) is not None:
        raise VisitRestricted
