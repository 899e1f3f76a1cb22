"""Carrying out the rights that people have over what is kept of them (GDPR, articles 15 to 21)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import not_, select, update
from sqlalchemy.orm import Session

from servicebalie.core.permissions import Action
from servicebalie.core.rights import Right
from servicebalie.models.questions import Question, Visit
from servicebalie.services.accounts import Principal
from servicebalie.services.late_changes import note_late_change
from servicebalie.services.questions import QuestionNotForYou, QuestionNotFound, not_too_sensitive
from servicebalie.services.returning import erase_visit
from servicebalie.services.rights_register import RightRecord, count_questions, note_use
from servicebalie.services.workplace import Workplace

CARRIED_OUT = (
    Right.ACCESS,
    Right.ERASURE,
    Right.RESTRICTION,
    Right.RESTRICTION_LIFTED,
    Right.OBJECTION,
    Right.OBJECTION_WITHDRAWN,
)
"""The rights that are carried out at one stroke; what is wrong is corrected where it stands."""


def exercise_right(
    session: Session, work: Workplace, right: Right, visit_id: int, request_id: int | None = None
) -> RightRecord:
    """Carry out a right over a visit, once it is sure that its person wants that, and note it.

    `request_id` is what was asked, if it stands in the register; raises `RequestNotFound`.
    """
    count = count_questions(session, visit_id)
    columns = _CHANGES.get(right)
    if columns is not None:
        values = {name: work.now if is_set else None for name, is_set in columns.items()}
        _change(session, work, visit_id, values)
    elif right is Right.ERASURE:
        erase_visit(session, visit_id, work.now)
    held = None if right is Right.ERASURE else visit_id
    return note_use(session, work, right, held, count, request_id)


def find_visit_of(session: Session, work: Workplace, principal: Principal, visit_id: int) -> int:
    """Return the id of a visit of the user's desk; raises `QuestionNotFound`.

    Somebody who is not cleared learns nothing of a visit with a sensitive question (`QuestionNotForYou`).
    """
    found = select(Visit.id).where(Visit.id == visit_id, Visit.desk_id == principal.desk_id)
    seen = not_too_sensitive(work, principal, Action.EXERCISE_RIGHT)
    sensitive = select(Question.id).where(Question.visit_id == visit_id, *(not_(one) for one in seen))
    hidden = bool(seen) and session.scalar(sensitive.limit(1)) is not None
    if session.scalar(found) is None or hidden:
        raise QuestionNotForYou if seen else QuestionNotFound
    return visit_id


def references_of_visit(session: Session, visit_id: int) -> Sequence[str]:
    """Return the references of the questions of a visit, the oldest first."""
    query = select(Question.reference).where(Question.visit_id == visit_id).order_by(Question.id)
    return session.scalars(query).all()


_CHANGES = {
    Right.RESTRICTION: {"restricted_at": True},
    Right.RESTRICTION_LIFTED: {"restricted_at": False},
    Right.OBJECTION: {"objected_at": True},
    Right.OBJECTION_WITHDRAWN: {"objected_at": False},
}
"""The columns that a right sets to the moment, or empties."""


def _change(session: Session, work: Workplace, visit_id: int, values: dict[str, datetime | None]) -> None:
    """Let a visit be counted and used, or not any more, from now on.

    For the reports it is as if the visit were erased, or came back: what is published stays, and a change
    after its month was frozen is noted for the one revision of the year.
    """
    received_at = session.scalars(select(Visit.received_at).where(Visit.id == visit_id)).one()
    note_late_change(session, visit_id, received_at, work.now)
    session.execute(update(Visit).where(Visit.id == visit_id).values(values))
    # Whoever has one of the questions open must read it again before changing it.
    session.execute(
        update(Question)
        .where(Question.visit_id == visit_id)
        .values(updated_at=work.now, version=Question.version + 1)
    )
    session.expire_all()
