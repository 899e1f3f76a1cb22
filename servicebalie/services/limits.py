"""Limits that all processes share, on where people act from, with no address kept.

A place is a keyed hash of the desk, the act, the day, and the address or network: the database tells nobody
which address that was, and the same place has another hash tomorrow. A row ends when the place is free again,
within the hour, and `forget_traces` then deletes it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Insert, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from servicebalie.core.keys import keyed_hash
from servicebalie.core.limits import HOUR, Limit, busy_for, free_from
from servicebalie.core.origins import Origin
from servicebalie.models.base import table_of
from servicebalie.models.limits import Trace
from servicebalie.services.workplace import Workplace

_TRACES = table_of(Trace)
_ROW = _TRACES.c
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class _Place:
    """An address or a network in which the acts of one kind are counted."""

    key_hash: bytes
    per_hour: int


def wait_until(session: Session, work: Workplace, limit: Limit, origin: Origin) -> datetime | None:
    """Return the moment from which one more act is allowed, or None when it is allowed now; only looks."""
    places = {place.key_hash: place.per_hour for place in _places(work, limit, origin)}
    rows = session.execute(select(_ROW.key_hash, _ROW.until).where(_ROW.key_hash.in_(places)))
    free = max((free_from(row.until, places[row.key_hash]) for row in rows), default=0)
    return _moment(free) if free > milliseconds(work.now) else None


def take_turn(session: Session, work: Workplace, limit: Limit, origin: Origin) -> datetime | None:
    """Note an act and return None, or note nothing and return the moment from which it is allowed.

    One statement compares and notes, so however many processes do so at once, no turn is given twice.
    """
    until = wait_until(session, work, limit, origin)
    if until is not None:
        return until
    places = tuple(_places(work, limit, origin))
    given = session.execute(_turns(session, places, milliseconds(work.now))).all()
    # Somebody else took the last turn since we looked. What one of the two places gave stays noted.
    return None if len(given) == len(places) else wait_until(session, work, limit, origin)


def forget_traces(session: Session, now: datetime) -> None:
    """Delete what no longer matters."""
    session.execute(delete(_TRACES).where(_ROW.until <= milliseconds(now)))


def milliseconds(moment: datetime) -> int:
    """Return a moment as it stands in a trace."""
    return (moment - _EPOCH) // _MILLISECOND


def _places(work: Workplace, limit: Limit, origin: Origin) -> Iterator[_Place]:
    """Yield the address and then the network; locks are thus always taken in this order."""
    day = work.now.date().isoformat()
    for kind, name, per_hour in (
        ("address", origin.address, limit.per_address),
        ("network", origin.network, limit.per_network),
    ):
        parts = (str(work.desk_id), limit.act, day, kind, name)
        yield _Place(keyed_hash(work.keys.limits, *(part.encode() for part in parts)), per_hour)


def _turns(session: Session, places: Sequence[_Place], now: int) -> Insert:
    """Return the statement that makes places busy for longer; it returns a row for each that gave a turn."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(_TRACES).values(
        [{"key_hash": place.key_hash, "until": now + busy_for(place.per_hour)} for place in places]
    )
    # What would be inserted is how long an act lasts in a place that was free.
    lasts = statement.excluded.until - now
    busy: ColumnElement[int] = case((_ROW.until > now, _ROW.until), else_=now) + lasts
    return statement.on_conflict_do_update(
        index_elements=[_ROW.key_hash], set_={"until": busy}, where=busy <= now + HOUR
    ).returning(_ROW.until)


def _moment(since_1970: int) -> datetime:
    return _EPOCH + since_1970 * _MILLISECOND
