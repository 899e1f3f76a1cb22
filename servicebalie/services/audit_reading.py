"""Reading the audit trail: what was done on some days, to a record or by a user."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from servicebalie.core.audit import AuditAction, AuditLine, Link, line_values
from servicebalie.core.keys import Keys
from servicebalie.core.origins import Origin
from servicebalie.models.audit import AuditEvent
from servicebalie.models.base import table_of
from servicebalie.services.audit import origin_of_newcomer, origin_of_user
from servicebalie.services.identity import first_id_of

MOST_DAYS = 366
"""For how many days one can look which newcomers came from a network: their hash changes every day."""

_LINE = table_of(AuditEvent).c


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines to read: of a desk, from and until a day (UTC, both included), about a record, of a user.

    `origins` are keyed hashes of networks; see `origins_of`.
    """

    desk_id: int | None = None
    since: date | None = None
    until: date | None = None
    record: str | None = None
    user_id: int | None = None
    action: AuditAction | None = None
    origins: tuple[bytes, ...] = ()


COLUMNS = ("sequence", "hash", *(field.name for field in fields(AuditLine)))
"""The names of the values of a line, in their order."""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line, and its place in the chain unless it still waits for one."""

    line: AuditLine
    link: Link | None

    def values(self) -> dict[str, str | int | None]:
        """Return it as the values of JSON."""
        place: dict[str, str | int | None] = {"sequence": None, "hash": None}
        if self.link:
            place = {"sequence": self.link.sequence, "hash": self.link.hash.hex()}
        return {**place, **line_values(self.line)}


def newest_lines(
    session: Session, wanted: AuditFilter, *, before: int | None, limit: int
) -> list[PlacedLine]:
    """Return the newest lines, `limit` at most, older than the id `before`."""
    query = _select(wanted).order_by(_LINE.id.desc()).limit(limit)
    if before is not None:
        query = query.where(_LINE.id < before)
    return [_placed(row) for row in session.execute(query)]


def all_lines(session: Session, wanted: AuditFilter) -> Iterator[PlacedLine]:
    """Yield lines in the order of the chain, those that wait for their place last."""
    order = (_LINE.sequence.is_(None), _LINE.sequence, _LINE.id)
    query = _select(wanted).order_by(*order).execution_options(yield_per=1000)
    return map(_placed, session.execute(query))


def origins_of(keys: Keys, origin: Origin, wanted: AuditFilter) -> AuditFilter:
    """Return the filter for lines from the network of an address.

    Newcomers are found on the days of the filter only, `MOST_DAYS` at most, and only with a first day.
    """
    hashes = [origin_of_user(keys, origin)]
    if wanted.since is not None:
        first, last = wanted.since, wanted.until or wanted.since + timedelta(days=MOST_DAYS)
        days = (first + timedelta(days=day) for day in range(min((last - first).days + 1, MOST_DAYS)))
        hashes += (origin_of_newcomer(keys, origin, _midnight(day)) for day in days)
    return replace(wanted, origins=tuple(hashes))


def _select(wanted: AuditFilter) -> Select[Any]:
    columns = [_LINE[name] for name in AuditLine.__slots__]
    return select(*columns, _LINE.sequence, _LINE.hash).where(*_conditions(wanted))


def _conditions(wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    # Keys are in the order of time, so days are a range of keys.
    if wanted.since is not None:
        yield _LINE.id >= first_id_of(_midnight(wanted.since))
    if wanted.until is not None:
        yield _LINE.id < first_id_of(_midnight(wanted.until + timedelta(days=1)))
    if wanted.desk_id is not None:
        yield or_(_LINE.desk_id == wanted.desk_id, _LINE.desk_id.is_(None))
    if wanted.user_id is not None:
        yield _LINE.user_id == wanted.user_id
    if wanted.action is not None:
        yield _LINE.action == wanted.action.value
    if wanted.record is not None:
        padded = " " + _LINE.records + " "
        yield padded.contains(f" {wanted.record} ", autoescape=True)
    if wanted.origins:
        yield _LINE.origin.in_(wanted.origins)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _placed(row: Any) -> PlacedLine:
    *line, sequence, hash_then = row
    return PlacedLine(AuditLine(*line), None if sequence is None else Link(sequence, hash_then))
