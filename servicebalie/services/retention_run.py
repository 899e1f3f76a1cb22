"""A retention run: class by class, a bounded number of rows in each transaction, with a record of it.

It can be stopped at any moment. What was done is done, and on record, because both are one transaction; what
was not is due still, so the next run goes on with it under the same record.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from servicebalie.core.audit import Seal
from servicebalie.core.keys import Keys
from servicebalie.core.retention import Act, DataClass, Period, Rule
from servicebalie.models.desks import Desk
from servicebalie.models.retention import Destruction, RetentionRun, RightExercised
from servicebalie.services.audit import by_worker
from servicebalie.services.audit_chain import cut_lines
from servicebalie.services.erasing import (
    anonymise_visits,
    delete_visits,
    forget_contact,
    forget_messages,
    forget_texts,
)
from servicebalie.services.former_users import delete_tokens, forget_users
from servicebalie.services.identity import new_id
from servicebalie.services.retention_due import DueCount, count_due, find_due, still_due
from servicebalie.services.retention_schedule import read_schedule

T = TypeVar("T")

EVERY = timedelta(hours=23)
"""How long after the end of a run the next one begins; a worker looks every hour."""

GIVEN_UP_AFTER = timedelta(hours=1)
"""When a run that did not end is gone on with: it was stopped, or the worker with it."""


class Transactions(Protocol):
    """Where a run reads and writes: each time in a transaction of its own."""

    def read(self) -> AbstractContextManager[Session]:
        """Open a session that only reads."""

    def write(self, change: Callable[[Session], T]) -> T:
        """Run a change in a transaction of its own and commit it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run at one desk: when it began, by whom, and what to ask after each transaction.

    `goes_on` waits a moment, so that the desk gets its turn, and tells whether to go on.
    """

    database: Transactions
    desk_id: int
    now: datetime
    done_by: str
    goes_on: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class DestructionRecord:
    """What was destroyed of one class in one run; `finished_at` is None while it is not all that was due."""

    id: int
    rule: Rule
    cut_off: datetime
    started_at: datetime
    finished_at: datetime | None
    count: int
    done_by: str


def desks_to_run(session: Session, now: datetime) -> Sequence[int]:
    """Return the desks whose last run was long enough ago, or did not end."""
    ended = RetentionRun.finished_at <= now - EVERY
    stopped = RetentionRun.finished_at.is_(None) & (RetentionRun.started_at <= now - GIVEN_UP_AFTER)
    query = (
        select(Desk.id)
        .outerjoin(RetentionRun, RetentionRun.desk_id == Desk.id)
        .where(or_(RetentionRun.desk_id.is_(None), ended, stopped))
    )
    return session.scalars(query.order_by(Desk.id)).all()


def count_all_due(session: Session, desk_id: int, now: datetime) -> list[DueCount]:
    """Return what a run would do now, class by class; nothing is changed."""
    return [count_due(session, desk_id, rule, now) for rule in _rules(session, desk_id)]


def run_retention(run: Run) -> bool:
    """Do with everything that is due what its rule says; False when it was told to stop before the end."""
    run.database.write(lambda session: _note_run(session, run, finished_at=None))
    with run.database.read() as session:
        rules = list(_rules(session, run.desk_id))
    if not all(_run_class(run, rule) for rule in rules):
        return False
    run.database.write(lambda session: _note_run(session, run, finished_at=run.now))
    return True


def cut_audit(session: Session, keys: Keys, now: datetime) -> Seal | None:
    """Cut off the old end of the audit trail, which is one for all desks: by the longest of their periods.

    The seal of the cut is its record of destruction; None when nothing was old enough.
    """
    schedules = [read_schedule(session, desk_id) for desk_id in session.scalars(select(Desk.id))]
    if not schedules:
        return None
    longest = min(schedule[DataClass.AUDIT].cut_off(now) for schedule in schedules)
    return cut_lines(session, keys, longest.date(), now, by=by_worker(None))


def list_destructions(session: Session, desk_id: int, limit: int = 100) -> list[DestructionRecord]:
    """Return the records of what was destroyed at a desk, the newest first."""
    rows = select(Destruction).where(Destruction.desk_id == desk_id).order_by(Destruction.id.desc())
    return [_record(row) for row in session.scalars(rows.limit(limit))]


def last_run(session: Session, desk_id: int) -> datetime | None:
    """Return when the newest run began, if it came to its end, or None."""
    return session.scalar(select(RetentionRun.finished_at).where(RetentionRun.desk_id == desk_id))


def _rules(session: Session, desk_id: int) -> Iterator[Rule]:
    schedule = read_schedule(session, desk_id)
    return (schedule[each] for each in DataClass if each in _DELETE or each is DataClass.USERS)


def _note_run(session: Session, run: Run, finished_at: datetime | None) -> None:
    session.execute(delete(RetentionRun).where(RetentionRun.desk_id == run.desk_id))
    session.execute(
        insert(RetentionRun).values(desk_id=run.desk_id, started_at=run.now, finished_at=finished_at)
    )


def _run_class(run: Run, rule: Rule) -> bool:
    """Deal with one class: first with what a run that was stopped left, then with what is due now."""
    with run.database.read() as session:
        left = _unfinished(session, run.desk_id, rule.data_class)
    if left is not None:
        # Under another rule than that of its record nothing may go.
        same = left.rule == _without_reason(rule)
        if same and not _destroy_due(run, rule, left.cut_off, left):
            return False
        if not same:
            run.database.write(lambda session: _finish(session, left.id, run.now))
    return _destroy_due(run, rule, rule.cut_off(run.now), None)


def _destroy_due(run: Run, rule: Rule, cut_off: datetime, record: DestructionRecord | None) -> bool:
    """Destroy all that is due of a class, and end its record; False when told to stop before."""
    after = 0
    while True:
        with run.database.read() as session:
            ids = find_due(session, run.desk_id, rule, cut_off, run.now, after=after)
        if not ids:
            break
        batch = _Batch(run, rule, cut_off, ids)
        record = run.database.write(batch.destroy)
        cut_off, after = record.cut_off, ids[-1]
        if not run.goes_on():
            return False
    if record is not None:
        finished = record.id
        run.database.write(lambda session: _finish(session, finished, run.now))
    return True


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one transaction deals with."""

    run: Run
    rule: Rule
    cut_off: datetime
    ids: Sequence[int]

    def destroy(self, session: Session) -> DestructionRecord:
        """Destroy what is due still, and write down how much that was."""
        run, rule = self.run, self.rule
        record = _unfinished(session, run.desk_id, rule.data_class, ours=True) or self._begin_record(session)
        ids = still_due(session, run.desk_id, rule, record.cut_off, run.now, ids=self.ids)
        count = _act(session, rule, ids, run.now) if ids else 0
        session.execute(
            update(Destruction).where(Destruction.id == record.id).values(count=Destruction.count + count)
        )
        return record

    def _begin_record(self, session: Session) -> DestructionRecord:
        row = Destruction(
            id=new_id(self.run.now),
            desk_id=self.run.desk_id,
            data_class=self.rule.data_class,
            act=self.rule.act,
            counted_from=self.rule.trigger,
            period=str(self.rule.period),
            cut_off=self.cut_off,
            started_at=self.run.now,
            finished_at=None,
            count=0,
            done_by=self.run.done_by,
        )
        session.add(row)
        session.flush()
        return _record(row)


def _act(session: Session, rule: Rule, ids: Sequence[int], now: datetime) -> int:
    """Do what a rule says with these visits, or rows, and return how many rows that were."""
    if rule.data_class is DataClass.USERS:
        return forget_users(session, ids)
    if rule.act is Act.ANONYMISE:
        return anonymise_visits(session, ids, now)
    return _DELETE[rule.data_class](session, ids)


def _delete_tokens(session: Session, ids: Sequence[int]) -> int:
    delete_tokens(session, ids)
    return len(ids)


def _delete_rights(session: Session, ids: Sequence[int]) -> int:
    session.execute(delete(RightExercised).where(RightExercised.id.in_(ids)))
    return len(ids)


_DELETE: Mapping[DataClass, Callable[[Session, Sequence[int]], int]] = {
    DataClass.CONTACT: forget_contact,
    DataClass.TEXTS: forget_texts,
    DataClass.MESSAGES: forget_messages,
    DataClass.FACTS: delete_visits,
    DataClass.RIGHTS: _delete_rights,
    DataClass.TOKENS: _delete_tokens,
}
"""How a class is deleted. One without an entry, but for users, is no part of a run: the worker tidies it up
every hour, and the audit trail is cut for all desks together."""


def _unfinished(
    session: Session, desk_id: int, data_class: DataClass, *, ours: bool = False
) -> DestructionRecord | None:
    """Return the record that was not ended; `ours` keeps it so that two runs at once take turns."""
    query = select(Destruction).where(
        Destruction.desk_id == desk_id,
        Destruction.data_class == data_class,
        Destruction.finished_at.is_(None),
    )
    row = session.scalar(query.with_for_update() if ours else query)
    return _record(row) if row else None


def _finish(session: Session, record_id: int, now: datetime) -> None:
    session.execute(update(Destruction).where(Destruction.id == record_id).values(finished_at=now))


def _record(row: Destruction) -> DestructionRecord:
    rule = Rule(row.data_class, row.counted_from, Period.parse(row.period), row.act)
    return DestructionRecord(
        row.id, rule, row.cut_off, row.started_at, row.finished_at, row.count, row.done_by
    )


def _without_reason(rule: Rule) -> Rule:
    return Rule(rule.data_class, rule.trigger, rule.period, rule.act)
