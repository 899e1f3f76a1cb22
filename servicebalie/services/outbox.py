"""What must be delivered: written down in the transaction of the change that causes it, delivered later.

A worker claims one delivery for the length of a lease. Whoever holds the newest lease decides what becomes
of it; one that was not decided when the lease ended, because the worker was stopped, is claimed again. So
every delivery is made at least once, and more than once only when a worker stops between delivering and
saying so.
"""

import secrets
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from servicebalie.core.retries import delay_after
from servicebalie.models.base import table_of
from servicebalie.models.delivery import OutboxMessage
from servicebalie.services.identity import RANDOM_BITS, first_id_of, new_id
from servicebalie.services.insertion import Row, insert_rows

LEASE = timedelta(minutes=5)
"""How long a worker has for one delivery; longer than every timeout of a transport together."""

KEPT_FOR = timedelta(days=30)
"""How long one can see what became of a delivery."""

_LEASE_BYTES = 16
_ALL_RANDOM = (1 << RANDOM_BITS) - 1


class Delivery(StrEnum):
    """The kinds of delivery; the worker knows what to do with each."""

    QUESTION_RECEIVED = "question-received"
    REFERRAL_REQUESTED = "referral-requested"
    REFERRAL_REMINDER = "referral-reminder"
    QUESTION_ANSWERED = "question-answered"
    FOLLOW_UP = "follow-up"
    INVITATION = "invitation"
    FORGOTTEN_PASSWORD = "forgotten-password"  # noqa: S105 - the name of a letter, not a secret
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - as above
    AUTHENTICATOR_CHANGED = "authenticator-changed"
    RECOVERY_CODES_RENEWED = "recovery-codes-renewed"
    ACCOUNT_SET_UP_AGAIN = "account-set-up-again"
    TEXT_TO_TRANSLATE = "text-to-translate"


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours alone until the lease ends; `attempts` counts this one too.

    `kind` is a code of `Delivery`, or one that only a newer version of the software knows.
    """

    id: int
    kind: str
    payload: Mapping[str, int]
    locale: str
    attempts: int
    lease: bytes


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """How many deliveries wait, how many of these could be made now, and how many were given up lately."""

    waiting: int
    due: int
    failed: int


_OUTBOX = table_of(OutboxMessage)
_ROW = _OUTBOX.c


def enqueue(
    session: Session, desk_id: int, kind: Delivery, payload: Mapping[str, int], locale: str, now: datetime
) -> None:
    """Note a delivery, to be made after the commit; `payload` holds ids only."""
    insert_rows(session, [delivery_row(desk_id, kind, payload, locale, now)])


def delivery_row(
    desk_id: int,
    kind: Delivery,
    payload: Mapping[str, int],
    locale: str,
    now: datetime,
    *,
    about: datetime | None = None,
    later: timedelta = timedelta(),
) -> Row:
    """Return the row that notes a delivery, to be inserted with the rows of the change that causes it.

    `about` is the moment of what the delivery tells of, if that was there before. It is made as soon as it
    can be, or so much `later`.
    """
    row = {
        "id": new_id(about or now),
        "desk_id": desk_id,
        "kind": kind.value,
        "payload": dict(payload),
        "locale": locale,
        "created_at": now,
        "available_at": now + later,
        "attempts": 0,
    }
    return _OUTBOX, row


def claim_delivery(session: Session, now: datetime) -> Claim | None:
    """Claim the delivery that has been due longest, or return None when none is due.

    Texts are translated when nothing else is due, so that no mail waits for them.
    """
    translation = _ROW.kind == Delivery.TEXT_TO_TRANSLATE.value
    return _claim(session, now, ~translation) or _claim(session, now, translation)


def _claim(session: Session, now: datetime, condition: ColumnElement[bool]) -> Claim | None:
    """Claim the delivery of these that has been due longest.

    One statement finds, compares and sets. Where two workers meet at a row, PostgreSQL lets the later one
    pass on to the next row; SQLite has one writer at a time and ignores the clause.
    """
    due = (_ROW.finished_at.is_(None), _ROW.available_at <= now, condition)
    longest_due = (
        select(_ROW.id)
        .where(*due)
        .order_by(_ROW.available_at, _ROW.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    row = session.execute(
        update(_OUTBOX)
        .where(_ROW.id == longest_due, *due)
        .values(
            lease=secrets.token_bytes(_LEASE_BYTES),
            available_at=now + LEASE,
            attempts=_ROW.attempts + 1,
        )
        .returning(_ROW.id, _ROW.kind, _ROW.payload, _ROW.locale, _ROW.attempts, _ROW.lease)
    ).first()
    return None if row is None else Claim(*row)


def finish_delivery(session: Session, claim: Claim, now: datetime) -> bool:
    """Note that a delivery was made, or that there was nothing to deliver; False when the lease is lost."""
    return _decide(session, claim, finished_at=now, failure=None)


def give_up_delivery(session: Session, claim: Claim, failure: str, now: datetime) -> bool:
    """End a delivery that can never be made; `failure` is a code. False when the lease is lost."""
    return _decide(session, claim, finished_at=now, failure=failure)


def postpone_delivery(session: Session, claim: Claim, failure: str, now: datetime, jitter: float) -> bool:
    """Try a failed delivery again later, or give it up when that was its last attempt.

    `failure` is a code, kept until the delivery is made; `jitter` lies from 0 to 1. False when the lease
    is lost.
    """
    delay = delay_after(claim.attempts, jitter)
    if delay is None:
        return give_up_delivery(session, claim, failure, now)
    return _decide(session, claim, available_at=now + delay, failure=failure)


def deliveries_about(session: Session, moments: Iterable[datetime], about: Set[int]) -> list[OutboxMessage]:
    """Return the deliveries that name a visit or a question of `about` (ids), the oldest first.

    The key of a delivery begins with the moment of what it tells of: so it is found by its key, among
    however many others.
    """
    starts = {first_id_of(moment) for moment in moments}
    of_moments = or_(*(OutboxMessage.id.between(start, start | _ALL_RANDOM) for start in starts))
    rows = session.scalars(select(OutboxMessage).where(of_moments).order_by(OutboxMessage.id))
    return [row for row in rows if about & {row.payload.get("visit"), row.payload.get("question")}]


def outbox_status(session: Session, now: datetime) -> OutboxStatus:
    """Count the deliveries that wait, are due, and were given up in the last `KEPT_FOR`."""
    unfinished = _ROW.finished_at.is_(None)
    counts = select(
        func.count().filter(unfinished),
        func.count().filter(unfinished, _ROW.available_at <= now),
        func.count().filter(_ROW.finished_at > now - KEPT_FOR, _ROW.failure.is_not(None)),
    ).select_from(_OUTBOX)
    return OutboxStatus(*session.execute(counts).one())


def due_since(session: Session, now: datetime) -> datetime | None:
    """Return since when the delivery that is due the longest has been so; None when nothing is due.

    What a worker has claimed is due again only when its lease has ended.
    """
    due = select(func.min(_ROW.available_at)).where(_ROW.finished_at.is_(None), _ROW.available_at <= now)
    since: datetime | None = session.scalar(due)
    return since


def forget_deliveries(session: Session, now: datetime) -> None:
    """Delete what was finished and is older than `KEPT_FOR`; keys are in the order of time."""
    session.execute(
        delete(_OUTBOX).where(_ROW.id < first_id_of(now - KEPT_FOR), _ROW.finished_at.is_not(None))
    )


def discard_deliveries(session: Session, desk_id: int) -> None:
    """Delete all that a desk still has to deliver; nobody will be told."""
    session.execute(delete(_OUTBOX).where(_ROW.desk_id == desk_id, _ROW.finished_at.is_(None)))


def _decide(session: Session, claim: Claim, **columns: object) -> bool:
    """Set what became of a delivery and end its lease, unless another worker holds it by now."""
    decided = session.execute(
        update(_OUTBOX)
        .where(_ROW.id == claim.id, _ROW.lease == claim.lease)
        .values(lease=None, **columns)
        .returning(_ROW.id)
    )
    return decided.first() is not None
