"""Noting who did what to which record, in the transaction of what they did.

What a line can say is checked by type: actions, kinds and results are closed lists, and a record or an error
is named by a code. So nothing that people typed can get in, and no way to reach them.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from servicebalie.core.audit import (
    AuditAction,
    AuditActor,
    AuditResult,
    ErrorCode,
    RecordId,
    RecordKind,
    record_id,
)
from servicebalie.core.keys import Keys, keyed_hash
from servicebalie.core.limits import Limit
from servicebalie.core.origins import Origin
from servicebalie.models.audit import AuditEvent
from servicebalie.models.base import table_of
from servicebalie.services.identity import new_id
from servicebalie.services.insertion import Row, Writer, insert_rows
from servicebalie.services.limits import take_turn
from servicebalie.services.workplace import Workplace

_EVENTS = table_of(AuditEvent)

TRACE_BYTES = 16
ORIGIN_BYTES = 16

REFUSALS = Limit("audit-refusals", per_address=60, per_network=300)
"""How many refusals of a user are noted in an hour: of one kind, and of all kinds."""


@dataclass(frozen=True, slots=True)
class Trail:
    """Who acts, at which desk, from where, and for which request."""

    actor: AuditActor
    desk_id: int | None
    user_id: int | None = None
    origin: bytes | None = None
    trace: bytes = b""


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to which records, and what came of it; `error` is there when it was refused."""

    action: AuditAction
    kind: RecordKind | None = None
    records: tuple[RecordId, ...] = ()
    result: AuditResult = AuditResult.DONE
    error: ErrorCode | None = None


def act_on(action: AuditAction, kind: RecordKind, *records: str | int) -> Act:
    """Return an act that was done to these records."""
    return Act(action, kind, tuple([record_id(kind, record) for record in records]))


def note(writer: Writer, trail: Trail, act: Act, now: datetime) -> None:
    """Note an act in the transaction of a session, or with the rows of a change."""
    insert_rows(writer, [audit_row(trail, act, now)])


def audit_row(trail: Trail, act: Act, now: datetime) -> Row:
    """Return the row that notes an act."""
    return _EVENTS, {
        "id": new_id(now),
        "desk_id": trail.desk_id,
        "at": now,
        "actor": trail.actor.value,
        "user_id": trail.user_id,
        "action": act.action.value,
        "record_kind": act.kind.value if act.kind else None,
        "records": " ".join(act.records),
        "origin": trail.origin,
        "result": act.result.value,
        "error": act.error,
        "trace": trail.trace or new_trace(),
    }


def new_trace() -> bytes:
    """Return what is common to all that belongs to one request (W3C Trace Context)."""
    return secrets.token_bytes(TRACE_BYTES)


def by_command(desk_id: int | None) -> Trail:
    """Return the trail of who may run commands; the machine knows who that is."""
    return Trail(AuditActor.COMMAND_LINE, desk_id)


def by_worker(desk_id: int | None) -> Trail:
    """Return the trail of the worker."""
    return Trail(AuditActor.WORKER, desk_id)


def origin_of_user(keys: Keys, origin: Origin) -> bytes:
    """Return the keyed hash of the network of somebody who works with the desk.

    It stays the same, so that one can see that a user acts from where they never did before, and look
    whether it was from a network that one suspects. The network itself is not kept.
    """
    return _of_user(keys.audit, origin.network)


@lru_cache(maxsize=1024)
def _of_user(key: bytes, network: str) -> bytes:
    return keyed_hash(key, b"origin of a user", network.encode())[:ORIGIN_BYTES]


def origin_of_newcomer(keys: Keys, origin: Origin, now: datetime) -> bytes:
    """Return the keyed hash of the network of somebody with a return code, another one every day (UTC).

    So what a person does on two days, or two persons who share a home, cannot be linked for longer.
    """
    day = now.date().isoformat().encode()
    return keyed_hash(keys.audit, b"origin of a newcomer", day, origin.network.encode())[:ORIGIN_BYTES]


def note_refusal(session: Session, work: Workplace, trail: Trail, act: Act) -> bool:
    """Note what a user was refused, unless that happened too often within the hour; tell whether.

    So who is refused again and again leaves a line a minute and cannot fill the database.
    """
    user = f"user {trail.user_id}"
    if take_turn(session, work, REFUSALS, Origin(f"{user} {act.action} {act.error}", user)):
        return False
    note(session, trail, act, work.now)
    return True
