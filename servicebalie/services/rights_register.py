"""The register of rights: what people used or asked for, and what became of it (GDPR, articles 12 to 21).

Each use leaves a trace: which right, when, by whom, with what result; never what it was about. What the desk
is asked to do stands there from the day on which it was asked, until it was answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.rights import Right, RightResult, answer_by
from servicebalie.core.vocabulary import Actor
from servicebalie.models.questions import Question
from servicebalie.models.retention import RightExercised
from servicebalie.services.identity import new_id
from servicebalie.services.workplace import Workplace


class RequestNotFound(ServicebalieError):
    """The desk has no request with this reference that waits for an answer."""

    code = "rights-request-not-found"


@dataclass(frozen=True, slots=True)
class RightRecord:
    """That a right was used, or that the desk was asked for it.

    `due_on` is the last day for the answer, None where none was waited for; `count` how many questions it
    was about, None where no visit was named.
    """

    id: int
    right: Right
    actor: Actor
    visit_id: int | None
    received_at: datetime
    due_on: date | None
    extended: bool
    handled_at: datetime | None
    result: RightResult | None
    count: int | None


def note_right(session: Session, work: Workplace, right: Right, visit_id: int) -> None:
    """Note that a right over a visit was used that others carry out."""
    note_use(session, work, right, visit_id, count_questions(session, visit_id))


def note_use(
    session: Session,
    work: Workplace,
    right: Right,
    visit_id: int | None,
    count: int,
    request_id: int | None = None,
) -> RightRecord:
    """Note that a right was used over `count` questions, under the request for it if there is one.

    Raises `RequestNotFound`.
    """
    done = {"handled_at": work.now, "result": RightResult.DONE, "count": count}
    if request_id is None:
        return _insert(session, work, right, visit_id, received_at=work.now, **done)
    _open(session, work, request_id)
    return _update(session, request_id, visit_id=visit_id, user_id=work.user_id, **done)


def count_questions(session: Session, visit_id: int) -> int:
    """Return how many questions a visit has."""
    return session.scalar(select(func.count(Question.id)).where(Question.visit_id == visit_id)) or 0


def register_request(
    session: Session, work: Workplace, right: Right, received_on: date, visit_id: int | None = None
) -> RightRecord:
    """Write down what somebody asked the desk; it has a month to answer."""
    received_at = datetime.combine(received_on, time(), AMSTERDAM)
    return _insert(session, work, right, visit_id, received_at=received_at, due_on=answer_by(received_on))


def extend_request(session: Session, work: Workplace, request_id: int) -> RightRecord:
    """Take two months more for an answer, once: the person must be told why before the first has passed.

    Raises `RequestNotFound`, also when the first month has passed.
    """
    request = _open(session, work, request_id)
    if request.extended or (request.due_on and request.due_on < _day(work.now)):
        raise RequestNotFound
    due_on = answer_by(_day(request.received_at), extended=True)
    return _update(session, request_id, extended=True, due_on=due_on)


def answer_request(session: Session, work: Workplace, request_id: int, result: RightResult) -> RightRecord:
    """Note what became of what somebody asked; raises `RequestNotFound`."""
    _open(session, work, request_id)
    return _update(session, request_id, handled_at=work.now, result=result, user_id=work.user_id)


def list_rights(session: Session, desk_id: int, *, waiting: bool, limit: int = 100) -> Sequence[RightRecord]:
    """Return what waits for an answer at a desk, the most urgent first; or the newest uses of all rights."""
    rows = select(RightExercised).where(RightExercised.desk_id == desk_id).limit(limit)
    if waiting:
        rows = rows.where(RightExercised.handled_at.is_(None)).order_by(RightExercised.due_on)
    return [_record(row) for row in session.scalars(rows.order_by(RightExercised.id.desc()))]


def rights_of_visit(session: Session, visit_id: int) -> Sequence[RightRecord]:
    """Return the uses of rights over a visit, the oldest first."""
    rows = select(RightExercised).where(RightExercised.visit_id == visit_id).order_by(RightExercised.id)
    return [_record(row) for row in session.scalars(rows)]


def _insert(
    session: Session, work: Workplace, right: Right, visit_id: int | None, **columns: object
) -> RightRecord:
    row = RightExercised(
        id=new_id(work.now),
        desk_id=work.desk_id,
        right=right,
        actor=Actor.NEWCOMER if work.user_id is None else Actor.DESK,
        user_id=work.user_id,
        visit_id=visit_id,
        extended=False,
        **columns,
    )
    session.add(row)
    session.flush()
    return _record(row)


def _open(session: Session, work: Workplace, request_id: int) -> RightRecord:
    row = session.scalar(
        select(RightExercised)
        .where(
            RightExercised.id == request_id,
            RightExercised.desk_id == work.desk_id,
            RightExercised.handled_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        raise RequestNotFound
    return _record(row)


def _update(session: Session, request_id: int, **columns: object) -> RightRecord:
    session.execute(update(RightExercised).where(RightExercised.id == request_id).values(columns))
    session.expire_all()
    return _record(session.get_one(RightExercised, request_id))


def _record(row: RightExercised) -> RightRecord:
    return RightRecord(
        row.id,
        row.right,
        row.actor,
        row.visit_id,
        row.received_at,
        row.due_on,
        row.extended,
        row.handled_at,
        row.result,
        row.count,
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(AMSTERDAM).date()
