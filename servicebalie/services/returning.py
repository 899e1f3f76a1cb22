"""What a newcomer can do with a return code: see the visit, reply, and delete everything."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.questions import Question, Visit
from servicebalie.services.erasing import delete_visits
from servicebalie.services.holdings import deliveries_of
from servicebalie.services.late_changes import note_late_erasure
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import read_question
from servicebalie.services.visits import hash_return_code
from servicebalie.services.workplace import Workplace


class ReturnCodeNotKnown(ServicebalieError):
    """No visit has this return code: it was typed wrongly, or everything was deleted."""

    code = "return-code-not-known"


def find_visit(session: Session, work: Workplace, return_code: str) -> int:
    """Return the id of the visit with this (normalised) return code; raises `ReturnCodeNotKnown`."""
    visit_id = session.scalar(
        select(Visit.id).where(
            Visit.return_code_hash == hash_return_code(work, return_code), Visit.desk_id == work.desk_id
        )
    )
    if visit_id is None:
        raise ReturnCodeNotKnown
    return visit_id


def read_visit_questions(session: Session, work: Workplace, visit_id: int) -> tuple[QuestionView, ...]:
    """Return the questions of a visit, oldest first."""
    rows = session.scalars(select(Question).where(Question.visit_id == visit_id).order_by(Question.id))
    return tuple(read_question(session, work, row) for row in rows)


def erase_visit(session: Session, visit_id: int, now: datetime) -> None:
    """Delete a visit and all that is held about it: facts, texts, messages, translations, contact, referrals
    and what was done with them. Their keys go too, and with them every other copy of the texts.

    Only published figures stay; they are protected so that they tell nothing about one person. What was to
    be delivered goes too; a worker that is delivering it at this moment finds nothing to tell.
    """
    note_late_erasure(session, session.get_one(Visit, visit_id), now)
    deliveries = [row.id for row in deliveries_of(session, visit_id)]
    session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(deliveries)))
    delete_visits(session, [visit_id])
