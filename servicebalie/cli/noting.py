"""Noting in the audit trail what a command did, in the transaction of that."""

from datetime import UTC, datetime

from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.services.audit import act_on, by_command, note
from servicebalie.services.insertion import Writer


def note_command(
    session: Writer, desk_id: int, action: AuditAction, kind: RecordKind, *records: str | int
) -> None:
    """Note what a command did at a desk, now; the machine knows who ran it."""
    note(session, by_command(desk_id), act_on(action, kind, *records), datetime.now(UTC))
