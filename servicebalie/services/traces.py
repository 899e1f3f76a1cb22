"""Traces of what was done lately: keyed hashes that tell nobody by whom, each with an end."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from servicebalie.core.keys import keyed_hash
from servicebalie.models.base import table_of
from servicebalie.models.limits import Trace
from servicebalie.services.workplace import Workplace

TRACES = table_of(Trace)
_ROW = TRACES.c
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def trace_key(work: Workplace, *parts: str) -> bytes:
    """Return the keyed hash of something that was done at a desk."""
    return keyed_hash(work.keys.limits, str(work.desk_id).encode(), *(part.encode() for part in parts))


def find_traces(session: Session, keys: Collection[bytes], now: datetime) -> dict[bytes, int]:
    """Return until when those of the keys that still matter do so, in milliseconds since 1970."""
    rows = session.execute(
        select(_ROW.key_hash, _ROW.until).where(_ROW.key_hash.in_(keys), _ROW.until > milliseconds(now))
    )
    return {row.key_hash: row.until for row in rows}


def insert_traces(session: Session, until: Mapping[bytes, int]) -> postgresql.Insert | sqlite.Insert:
    """Return the statement that inserts traces, to be completed by what becomes of those that exist."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(TRACES).values([{"key_hash": key, "until": moment} for key, moment in until.items()])


def leave_traces(session: Session, keys: Collection[bytes], until: datetime) -> None:
    """Note under these keys that something was done, and that it matters until then."""
    statement = insert_traces(session, dict.fromkeys(keys, milliseconds(until)))
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[_ROW.key_hash], set_={"until": statement.excluded.until}
        )
    )


def forget_traces(session: Session, now: datetime) -> None:
    """Delete what no longer matters."""
    session.execute(delete(TRACES).where(_ROW.until <= milliseconds(now)))


def milliseconds(moment: datetime) -> int:
    """Return a moment as it stands in a trace."""
    return (moment - _EPOCH) // _MILLISECOND


def moment_of(since_1970: int) -> datetime:
    """Return the moment that stands in a trace."""
    return _EPOCH + since_1970 * _MILLISECOND
