"""Noting what a request did, to which records, by whom and from where (`servicebalie.services.audit`).

While a request is answered it becomes known what it is about; the line is written in the transaction of what
was done. Of what was only read it is written before the answer goes out, so nothing is shown without a line.
What was refused is noted in a transaction of its own.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from servicebalie.core.audit import (
    AuditAction,
    AuditActor,
    AuditResult,
    ErrorCode,
    RecordId,
    RecordKind,
    error_code,
    record_id,
)
from servicebalie.core.directory import Directory
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.origins import Origin, origin_of
from servicebalie.db import DatabaseUnavailable
from servicebalie.http.acts import ACTIONS
from servicebalie.http.locale import current_tag
from servicebalie.http.runtime import runtime
from servicebalie.http.statuses import STATUS
from servicebalie.services.accounts import Principal
from servicebalie.services.audit import (
    Act,
    Trail,
    audit_row,
    new_trace,
    note_refusal,
    origin_of_newcomer,
    origin_of_user,
)
from servicebalie.services.desks import NoDesk, find_desk
from servicebalie.services.insertion import Row
from servicebalie.services.workplace import Workplace

DENIED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
"""Refusals that are noted: somebody wanted what is not theirs. Other mistakes say nothing about access."""

WRONG = error_code("invalid-input")

OF_NOBODY_YET = frozenset(
    {
        AuditAction.SIGNED_IN_WITH_TOKEN,
        AuditAction.SIGNED_IN_WITH_PASSWORD,
        AuditAction.SIGNED_IN_WITH_PROVIDER,
        AuditAction.PASSWORD_CHANGED,
        AuditAction.AUTHENTICATOR_CHANGED,
    }
)
"""What is done, or tried, by who is not signed in but works with the desk, as they say."""

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")

origin_of_peer = lru_cache(maxsize=1024)(origin_of)


@dataclass(slots=True)
class _Current:
    """What is known up to now of the act of a request; nothing is noted of one without an `action`.

    `usual` is the action that its endpoint usually is.
    """

    usual: AuditAction | None
    action: AuditAction | None
    principal: Principal | None = None
    kind: RecordKind | None = None
    records: list[RecordId] = field(default_factory=list)
    result: AuditResult = AuditResult.DONE
    error: ErrorCode | None = None


_CURRENT: ContextVar[_Current] = ContextVar("servicebalie_act")


@contextmanager
def acting() -> Iterator[None]:
    """Let a request act in this block, and note it if it is refused to somebody who is known."""
    usual = _action()
    current = _Current(usual, usual)
    token = _CURRENT.set(current)
    try:
        yield
    except ServicebalieError as refusal:
        if STATUS.get(refusal.code) in DENIED:
            _note_denied(current, refusal.code)
        raise
    except HTTPException as refusal:
        if refusal.code in DENIED:
            _note_denied(current, "not-found" if refusal.code == HTTPStatus.NOT_FOUND else "forbidden")
        raise
    finally:
        _CURRENT.reset(token)


def begin_act() -> None:
    """Forget what an earlier try to answer the request was about."""
    current = _CURRENT.get()
    current.action, current.kind, current.error = current.usual, None, None
    current.records.clear()
    current.result = AuditResult.DONE


def acts_for(principal: Principal) -> None:
    """Say who the sender of the request turned out to be."""
    current = _CURRENT.get(None)
    if current is not None:
        current.principal = principal


def about(kind: RecordKind, *records: str | int) -> None:
    """Say which records the request is about."""
    current = _CURRENT.get()
    current.kind = kind
    for record in records:
        checked = record_id(kind, record)
        if checked not in current.records:
            current.records.append(checked)


def did(action: AuditAction | None) -> None:
    """Say what the request did, where that is not what its endpoint usually does; None for nothing."""
    _CURRENT.get().action = action


def did_again() -> None:
    """Say that what was asked had been done before, and only its answer was given once more."""
    _CURRENT.get().result = AuditResult.REPEATED


def did_not(code: str) -> None:
    """Say that what was asked was refused with this code, on a page and without an error."""
    current = _CURRENT.get()
    current.result, current.error = AuditResult.REFUSED, error_code(code)
    runtime().watch.tell(code, request.endpoint)


def act_rows(work: Workplace, principal: Principal | None, response: Response) -> list[Row]:
    """Return the row that notes what the request did, if it is one that is noted.

    Of people with a return code only what is about their visit is, and wrong codes: of the others nothing
    is known.
    """
    current = _CURRENT.get()
    who = principal or current.principal
    if current.action is None or (who is None and current.kind is None and current.error is None):
        return []
    if response.status_code >= HTTPStatus.BAD_REQUEST and current.error is None:
        current.result, current.error = AuditResult.REFUSED, WRONG
    return [audit_row(_trail(work, who), _act(current, current.action), work.now)]


def _note_denied(current: _Current, code: str) -> None:
    who, action = current.principal, current.action
    if who is None or action is None:
        return
    current.result, current.error = AuditResult.REFUSED, error_code(code)

    def note(session: Session) -> None:
        directory = runtime().directories.get(session, who.desk_id, who.directory_version)
        work = _work_at(who.desk_id, directory, who.user_id)
        note_refusal(session, work, _trail(work, who), _act(current, action))

    with suppress(DatabaseUnavailable):
        runtime().database.write(note, who.desk_id)


def note_wrong_token(code: str) -> None:
    """Note, within limits, that a program came with a token that is not good, at the desk of the pages.

    Of which desk it wanted something nobody knows.
    """
    act = Act(AuditAction.SIGNED_IN_WITH_TOKEN, result=AuditResult.REFUSED, error=error_code(code))
    with suppress(DatabaseUnavailable, NoDesk):
        with runtime().database.shown_to_all() as session:
            desk = find_desk(session, runtime().desk)

        def note(session: Session) -> None:
            directory = runtime().directories.get(session, desk.id, desk.directory_version)
            work = _work_at(desk.id, directory)
            origin = origin_of_user(work.keys, _request_origin())
            note_refusal(session, work, Trail(AuditActor.SIGNING_IN, desk.id, None, origin, _trace()), act)

        runtime().database.write(note, desk.id)


def _work_at(desk_id: int, directory: Directory, user_id: int | None = None) -> Workplace:
    return Workplace(
        desk_id=desk_id,
        directory=directory,
        keys=runtime().keys,
        asker_keys=runtime().asker_keys,
        now=datetime.now(UTC),
        locale=current_tag(),
        user_id=user_id,
    )


def _act(current: _Current, action: AuditAction) -> Act:
    return Act(action, current.kind, tuple(current.records), current.result, current.error)


def _trail(work: Workplace, principal: Principal | None) -> Trail:
    origin = _request_origin()
    if principal is None and _CURRENT.get().action in OF_NOBODY_YET:
        return Trail(AuditActor.SIGNING_IN, work.desk_id, None, origin_of_user(work.keys, origin), _trace())
    if principal is None:
        hashed = origin_of_newcomer(work.keys, origin, work.now)
        return Trail(AuditActor.NEWCOMER, work.desk_id, None, hashed, new_trace())
    hashed = origin_of_user(work.keys, origin)
    return Trail(AuditActor.USER, principal.desk_id, principal.user_id, hashed, _trace())


def _request_origin() -> Origin:
    forwarded = request.headers.get("X-Forwarded-For")
    return origin_of_peer(request.remote_addr, forwarded, runtime().trusted_proxies)


def _trace() -> bytes:
    """Return the trace that a program of ours or of a partner says that its request belongs to, or a new one.

    https://www.w3.org/TR/trace-context/#traceparent-header
    """
    found = _TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
    return bytes.fromhex(found[1]) if found else new_trace()


def _action() -> AuditAction | None:
    endpoint = request.endpoint or ""
    action = ACTIONS.get(endpoint)
    if action is None and (given := request.view_args):
        action = ACTIONS.get(f"{endpoint} {given.get('act') or given.get('decision')}")
    return action
