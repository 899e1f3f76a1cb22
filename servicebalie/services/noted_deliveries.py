"""Noting in the audit trail what was delivered: for that the worker read how to reach a person, or a text."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.models.questions import Question
from servicebalie.services.audit import act_on, by_worker, note
from servicebalie.services.outbox import Claim, finish_delivery


def finish_and_note(session: Session, claim: Claim, done: AuditAction | None, now: datetime) -> bool:
    """Finish a delivery as `finish_delivery` does, and note what was done for it, also after the lease."""
    if done is not None:
        _note(session, claim, done, now)
    return finish_delivery(session, claim, now)


def _note(session: Session, claim: Claim, done: AuditAction, now: datetime) -> None:
    """Note a delivery about one question, or about all of a visit; nothing of what was erased meanwhile."""
    payload = claim.payload
    question, visit = payload.get("question"), payload.get("visit")
    chosen = Question.visit_id == visit if question is None else Question.id == question
    found = select(Question.desk_id, Question.reference).where(chosen).order_by(Question.id)
    rows = session.execute(found).all()
    if rows:
        references = (row.reference for row in rows)
        note(session, by_worker(rows[0].desk_id), act_on(done, RecordKind.QUESTION, *references), now)
