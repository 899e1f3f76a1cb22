"""How far the audit trail was sent elsewhere, so that each line is sent at least once."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from servicebalie.core.audit import ChainedLine
from servicebalie.models.audit import AuditEvent, AuditSending
from servicebalie.models.base import table_of
from servicebalie.services.audit_chain import chained_lines

AT_ONCE = 200
"""How many lines are sent together."""

_SEQUENCE = table_of(AuditEvent).c.sequence


def lines_to_send(session: Session, receiver: str) -> Sequence[ChainedLine]:
    """Return the oldest lines that a receiver did not get yet, `AT_ONCE` at most."""
    sent = session.scalar(select(AuditSending.sequence).where(AuditSending.receiver == receiver)) or 0
    return list(chained_lines(session, sent < _SEQUENCE, most=AT_ONCE))


def note_sent(session: Session, receiver: str, sequence: int) -> None:
    """Note that a receiver has all lines up to this one."""
    known = update(AuditSending).where(AuditSending.receiver == receiver).values(sequence=sequence)
    if session.execute(known.returning(AuditSending.receiver)).first() is None:
        session.execute(insert(AuditSending).values(receiver=receiver, sequence=sequence))
