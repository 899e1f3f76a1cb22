"""The retention schedule of a desk: the shipped rules, and those that it chose itself."""

from datetime import datetime
from functools import cache

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from servicebalie.core.retention import DataClass, Period, Rule, Schedule, own_schedule, parse_schedule
from servicebalie.models.retention import RetentionRule
from servicebalie.shipped import reference_data


@cache
def shipped_schedule() -> Schedule:
    """Return the schedule that comes with this version; raises `InvalidRetention`."""
    return parse_schedule(reference_data("retention.toml").read_text(encoding="utf-8"))


def read_schedule(session: Session, desk_id: int) -> Schedule:
    """Return the schedule that is in force at a desk."""
    rows = session.scalars(select(RetentionRule).where(RetentionRule.desk_id == desk_id))
    own = [Rule(row.data_class, row.counted_from, Period.parse(row.period), row.act) for row in rows]
    return own_schedule(shipped_schedule(), own)


def set_rule(session: Session, desk_id: int, rule: Rule, now: datetime) -> None:
    """Let a rule be in force at a desk, in the place of the one before."""
    use_shipped_rule(session, desk_id, rule.data_class)
    row = {
        "desk_id": desk_id,
        "data_class": rule.data_class,
        "counted_from": rule.trigger,
        "period": str(rule.period),
        "act": rule.act,
        "changed_at": now,
    }
    session.execute(insert(RetentionRule).values(row))


def use_shipped_rule(session: Session, desk_id: int, data_class: DataClass) -> None:
    """Let the shipped rule of a class be in force at a desk again."""
    session.execute(
        delete(RetentionRule).where(RetentionRule.desk_id == desk_id, RetentionRule.data_class == data_class)
    )
