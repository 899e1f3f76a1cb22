"""Limits that all processes share, on where people act from, with no address kept.

A place is a keyed hash of the desk, the act, the day, and the address or network: the database tells nobody
which address that was, and the same place has another hash tomorrow. A trace ends when the place is quite
free again, within the hour.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import Session

from servicebalie.core.limits import HOUR, Limit, busy_for, free_from
from servicebalie.core.origins import Origin
from servicebalie.services.traces import (
    TRACES,
    find_traces,
    insert_traces,
    milliseconds,
    moment_of,
    trace_key,
)
from servicebalie.services.workplace import Workplace


def wait_until(session: Session, work: Workplace, limit: Limit, origin: Origin) -> datetime | None:
    """Return the moment from which one more act is allowed, or None when it is allowed now; only looks."""
    per_hour = dict(_places(work, limit, origin))
    busy = find_traces(session, per_hour, work.now)
    free = max((free_from(until, per_hour[place]) for place, until in busy.items()), default=0)
    return moment_of(free) if free > milliseconds(work.now) else None


def take_turn(session: Session, work: Workplace, limit: Limit, origin: Origin) -> datetime | None:
    """Note an act and return None, or note nothing and return the moment from which it is allowed.

    One statement compares and notes, so however many processes do so at once, no turn is given twice.
    """
    until = wait_until(session, work, limit, origin)
    if until is not None:
        return until
    per_hour = dict(_places(work, limit, origin))
    if _keep_busy(session, per_hour, milliseconds(work.now)) == len(per_hour):
        return None
    # Somebody else took the last turn since we looked. What one of the two places gave stays noted.
    return wait_until(session, work, limit, origin)


def _places(work: Workplace, limit: Limit, origin: Origin) -> Iterator[tuple[bytes, int]]:
    """Yield the address and then the network, with the acts of an hour; so locks are taken in this order."""
    day = work.now.date().isoformat()
    yield trace_key(work, limit.act, day, "address", origin.address), limit.per_address
    yield trace_key(work, limit.act, day, "network", origin.network), limit.per_network


def _keep_busy(session: Session, per_hour: dict[bytes, int], now: int) -> int:
    """Make places busy for longer, and return how many of them were not too busy for that."""
    statement = insert_traces(session, {place: now + busy_for(often) for place, often in per_hour.items()})
    until = TRACES.c.until
    # What would be inserted is how long an act lasts in a place that was free.
    lasts = statement.excluded.until - now
    busy: ColumnElement[int] = case((until > now, until), else_=now) + lasts
    turns = statement.on_conflict_do_update(
        index_elements=[TRACES.c.key_hash], set_={"until": busy}, where=busy <= now + HOUR
    ).returning(until)
    return len(session.execute(turns).all())
