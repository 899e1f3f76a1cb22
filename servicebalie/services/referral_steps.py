"""One step of a referral, noted with who took it.

Who takes one has changed the question first (`change_question`), so that its row is theirs until the end of
the transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.referral_states import REFERRAL_OUTCOMES, End, next_state
from servicebalie.core.sealing import Owner, Sealed
from servicebalie.core.vocabulary import Actor, ReferralAction, ReferralStatus
from servicebalie.models.questions import IS_OPEN, Referral, ReferralEvent
from servicebalie.services.identity import new_id
from servicebalie.services.sealing import sealer_of
from servicebalie.services.workplace import Workplace

OPEN_REFERRAL = text(f"referral.{IS_OPEN}")
"""The condition of an open referral in a statement."""

NO_TERM: dict[str, Any] = {"respond_by": None, "remind_on": None}
"""The columns of a referral whose service has nothing to do in time."""


class ReferralChanged(ServicebalieError):
    """Somebody else acted on the referral since it was read."""

    code = "referral-changed"


class Known(Protocol):
    """A referral in the state in which it was read."""

    @property
    def id(self) -> int:
        """Its key."""

    @property
    def status(self) -> ReferralStatus:
        """Its state."""


@dataclass(frozen=True, slots=True)
class KnownReferral:
    """A referral in the state in which it was read, and the service that it is with."""

    id: int
    status: ReferralStatus
    service_id: int


def acting(work: Workplace) -> Actor:
    """Return who acts where it is no partner: staff, or without a user the newcomer."""
    return Actor.NEWCOMER if work.user_id is None else Actor.DESK


def take_step(
    session: Session,
    work: Workplace,
    referral: Known,
    action: ReferralAction,
    actor: Actor,
    *,
    reason: str | None = None,
    note: str | None = None,
    **columns: Any,
) -> ReferralStatus:
    """Do something with a referral, note it, and return the state it is in now.

    Raises `ReferralChanged` when it is not in the state any more in which it was read, and what `next_state`
    raises.
    """
    state = next_state(referral.status, action, actor)
    changed = session.execute(
        update(Referral)
        .where(Referral.id == referral.id, Referral.status == referral.status)
        .values(status=state, **columns)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE returns a CursorResult
        raise ReferralChanged
    event_id = _next_event_id(session, work, referral.id)
    session.execute(
        insert(ReferralEvent).values(
            id=event_id,
            referral_id=referral.id,
            at=work.now,
            actor=actor,
            user_id=work.user_id,
            action=action,
            from_state=referral.status,
            to_state=state,
            reason=reason,
            note=_sealed_note(session, work, referral.id, event_id, note) if note else None,
        )
    )
    return state


def end_open_referrals(
    session: Session, work: Workplace, question_id: int, action: ReferralAction, end: End | None = None
) -> None:
    """End all open referrals of a question in one way, as far as it may be ended so."""
    columns = {"outcome": end.outcome, "unmet_reason": end.unmet_reason} if end else {}
    reason = end.unmet_reason if end else None
    for referral in open_referrals(session, question_id):
        take_step(session, work, referral, action, acting(work), reason=reason, **NO_TERM, **columns)


def open_referrals(session: Session, question_id: int) -> Sequence[KnownReferral]:
    """Return the open referrals of a question, the oldest first."""
    rows = session.execute(
        select(Referral.id, Referral.status, Referral.service_id)
        .where(Referral.question_id == question_id, OPEN_REFERRAL)
        .order_by(Referral.id)
    )
    return [KnownReferral(*row) for row in rows]


def other_states(session: Session, question_id: int, referral_id: int) -> Sequence[ReferralStatus]:
    """Return the states of the other referrals of a question."""
    return session.scalars(
        select(Referral.status).where(Referral.question_id == question_id, Referral.id != referral_id)
    ).all()


def tried_services(session: Session, question_id: int) -> list[tuple[int, ReferralStatus]]:
    """Return the services to which a question went and how each referral stands, the oldest first."""
    rows = session.execute(
        select(Referral.service_id, Referral.status)
        .where(Referral.question_id == question_id)
        .order_by(Referral.id)
    )
    return [(row.service_id, row.status) for row in rows]


def earliest_term(session: Session, question_id: int) -> date | None:
    """Return the first day by which a service must have ended or accepted an open referral of a question."""
    return session.scalar(
        select(func.min(Referral.respond_by)).where(Referral.question_id == question_id, OPEN_REFERRAL)
    )


def ends_before(session: Session, question_id: int, referral_id: int) -> list[End]:
    """Return how the referrals of a question that were completed, other than this one, ended."""
    rows = session.execute(
        select(Referral.outcome, Referral.unmet_reason)
        .where(
            Referral.question_id == question_id,
            Referral.id != referral_id,
            Referral.outcome.in_(REFERRAL_OUTCOMES),
        )
        .order_by(Referral.id)
    )
    return [End(outcome, reason) for outcome, reason in rows if outcome is not None]


def _sealed_note(session: Session, work: Workplace, referral_id: int, event_id: int, note: str) -> bytes:
    question = session.scalars(select(Referral.question_id).where(Referral.id == referral_id)).one()
    sealer = sealer_of(session, work.keys.master_keys, Owner.QUESTION, question)
    return sealer.seal(note, Sealed.NOTE, event_id)


def _next_event_id(session: Session, work: Workplace, referral_id: int) -> int:
    """Return a key above those of the events before, whatever the clocks of two machines say."""
    last = session.scalar(select(func.max(ReferralEvent.id)).where(ReferralEvent.referral_id == referral_id))
    return max(new_id(work.now), (last or 0) + 1)
