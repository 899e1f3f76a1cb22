"""Giving lines of the audit trail their place in the chain, sealing it, and cutting its old end off.

Lines are written without a place, so that nobody who writes one waits for another. The worker gives them
their places a moment later, under a lock that only workers take.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from servicebalie.core.audit import (
    START,
    AuditAction,
    AuditLine,
    ChainedLine,
    Link,
    RecordKind,
    Seal,
    SealKind,
    chain_lines,
    make_seal,
)
from servicebalie.core.audit_check import Break, Finding, check_chain
from servicebalie.core.keys import Keys
from servicebalie.models.audit import AuditEvent, AuditSeal
from servicebalie.models.base import table_of
from servicebalie.services.audit import Trail, act_on, note
from servicebalie.services.identity import first_id_of, new_id

AT_ONCE = 500
"""How many lines get their place in one transaction."""

LONGEST_WAIT = timedelta(hours=1)
"""How long a line may wait for its place before that is a finding."""

LONGEST_UNSEALED = timedelta(days=2)
"""How long lines may wait for a seal before that is a finding; one day is usual."""

_LOCK = 0x5342_6175_6469_7401
"""The advisory lock of PostgreSQL under which places are given; on SQLite there is one writer anyway."""

_EVENTS, _SEALS = table_of(AuditEvent), table_of(AuditSeal)
_LINE = _EVENTS.c
_LINE_COLUMNS = [_LINE[name] for name in AuditLine.__slots__]
_PLACE = (
    update(_EVENTS)
    .where(_LINE.id == bindparam("line"), _LINE.sequence.is_(None))
    .values(sequence=bindparam("place"), hash=bindparam("hash_then"))
)


def waits_for_place(session: Session) -> bool:
    """Whether a line has no place in the chain yet."""
    return session.execute(select(_LINE.id).where(_LINE.sequence.is_(None)).limit(1)).first() is not None


def waits_since(session: Session) -> datetime | None:
    """Return since when the oldest line without a place has been there; None when every line has one."""
    oldest = select(_LINE.at).where(_LINE.sequence.is_(None)).order_by(_LINE.id).limit(1)
    since: datetime | None = session.scalar(oldest)
    return since


def chain_waiting(session: Session) -> Link | None:
    """Give the oldest lines without one their place, `AT_ONCE` at most, and return the new end of the chain.

    None when no line waits.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    waiting = select(*_LINE_COLUMNS).where(_LINE.sequence.is_(None)).order_by(_LINE.id).limit(AT_ONCE)
    lines = [AuditLine(*row) for row in session.execute(waiting)]
    if not lines:
        return None
    chained = list(chain_lines(chain_end(session), lines))
    session.connection().execute(
        _PLACE,
        [
            {"line": each.line.id, "place": each.link.sequence, "hash_then": each.link.hash}
            for each in chained
        ],
    )
    return chained[-1].link


def chain_end(session: Session) -> Link:
    """Return the newest place of the chain; where everything was cut off, that of the last line of that."""
    newest = select(_LINE.sequence, _LINE.hash).where(_LINE.sequence.is_not(None))
    row = session.execute(newest.order_by(_LINE.sequence.desc()).limit(1)).first()
    if row is not None:
        return Link(row.sequence, row.hash)
    cut = _newest_seal(session, SealKind.CUT)
    return cut.link if cut else START


def seal_yesterday(session: Session, keys: Keys, now: datetime) -> Seal | None:
    """Seal the chain as it is at the end of a day (UTC), once a day; None when that was done or is empty."""
    yesterday = (now - timedelta(days=1)).date()
    last = _newest_seal(session, SealKind.DAY)
    end = chain_end(session)
    if end == START or (last is not None and (last.day >= yesterday or last.sequence >= end.sequence)):
        return None
    count = end.sequence - (last.sequence if last else 0)
    seal = make_seal(keys.audit, SealKind.DAY, end, day=yesterday, count=count, made_at=now)
    _add_seal(session, seal)
    return seal


def cut_lines(session: Session, keys: Keys, before: date, now: datetime, *, by: Trail) -> Seal | None:
    """Delete the lines that were sealed at the end of days before this one, and seal where the chain begins.

    Only whole sealed days go, and what was never sealed stays, so that the check can go on from what was
    vouched for. Return the seal of the cut, with the count of lines that went; None when there are none.
    """
    sealed = _seals().where(_SEALS.c.kind == SealKind.DAY.value, _SEALS.c.day < before)
    row = session.execute(sealed.order_by(_SEALS.c.sequence.desc()).limit(1)).first()
    if row is None:
        return None
    last = _seal(row)
    covered = _LINE.sequence <= last.sequence
    count = session.scalar(select(func.count()).select_from(_EVENTS).where(covered)) or 0
    if not count:
        return None
    seal = make_seal(keys.audit, SealKind.CUT, last.link, day=now.date(), count=count, made_at=now)
    # The seal comes first: because of it the database lets the lines go.
    _add_seal(session, seal)
    session.execute(delete(_EVENTS).where(covered))
    note(session, by, act_on(AuditAction.AUDIT_CUT, RecordKind.AUDIT, last.sequence), now)
    return seal


def list_seals(session: Session) -> list[Seal]:
    """Return all seals, oldest first."""
    return [_seal(row) for row in session.execute(_seals().order_by(_SEALS.c.id))]


def chained_lines(
    session: Session, *conditions: ColumnElement[bool], most: int | None = None
) -> Iterator[ChainedLine]:
    """Yield the lines that have their place, `most` at most, in the order of the chain; in a snapshot."""
    query = select(*_LINE_COLUMNS, _LINE.sequence, _LINE.hash).where(_LINE.sequence.is_not(None), *conditions)
    ordered = query.order_by(_LINE.sequence).limit(most)
    rows = session.execute(ordered.execution_options(yield_per=1000))
    for row in rows:
        *line, sequence, hash_then = row
        yield ChainedLine(AuditLine(*line), Link(sequence, hash_then))


def check_trail(
    session: Session, keys: Keys, kept_elsewhere: Iterable[Seal], now: datetime
) -> Iterator[Finding]:
    """Yield what is wrong with the trail, compared with the seals in it and with those kept elsewhere.

    `now` tells what waits for too long. Read in one snapshot, or lines get their place meanwhile.
    """
    seals = list_seals(session)
    yield from check_chain(chained_lines(session), {*seals, *kept_elsewhere}, keys.audit)
    end = chain_end(session).sequence
    waiting = select(_LINE.id).where(_LINE.sequence.is_(None), _LINE.id < first_id_of(now - LONGEST_WAIT))
    if session.execute(waiting.limit(1)).first() is not None:
        yield Finding(Break.NOT_CHAINED, end + 1)
    sealed = max((seal.sequence for seal in seals), default=0)
    late = select(func.min(_LINE.sequence)).where(_LINE.sequence > sealed, _LINE.at < now - LONGEST_UNSEALED)
    first = session.scalar(late)
    if first is not None:
        yield Finding(Break.NOT_SEALED, first)


def _newest_seal(session: Session, kind: SealKind) -> Seal | None:
    query = _seals().where(_SEALS.c.kind == kind.value).order_by(_SEALS.c.sequence.desc()).limit(1)
    row = session.execute(query).first()
    return _seal(row) if row else None


def _seals() -> Select[Any]:
    return select(*(_SEALS.c[name] for name in Seal.__slots__))


def _seal(row: Any) -> Seal:
    return Seal(*row)


def _add_seal(session: Session, seal: Seal) -> None:
    values = {name: getattr(seal, name) for name in Seal.__slots__}
    session.execute(_SEALS.insert().values(id=new_id(seal.made_at), **values))
