"""The rules of a desk for routing: keeping every version, and which is in force."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.routing_rules import NO_RULES, Rule, RuleSet, rule_values, stored_rule
from servicebalie.models.desks import Desk
from servicebalie.models.routing import RoutingRules

MAX_NOTE = 300


class RulesChanged(ServicebalieError):
    """Somebody else set rules since these were read."""

    code = "rules-changed"


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """When a version of the rules was set, and what was noted about it; None when no rules were ever set."""

    version: int
    rules: int
    created_at: datetime | None
    note: str | None


def rules_in_force(session: Session, desk_id: int) -> RuleSet:
    """Return the newest rules of a desk."""
    newest = (
        select(RoutingRules.version, RoutingRules.rules)
        .where(RoutingRules.desk_id == desk_id)
        .order_by(RoutingRules.version.desc())
        .limit(1)
    )
    row = session.execute(newest).first()
    return RuleSet(row.version, tuple(map(stored_rule, row.rules))) if row else NO_RULES


def list_versions(session: Session, desk_id: int, limit: int) -> Iterator[RulesVersion]:
    """Yield the newest versions of the rules of a desk, the newest first."""
    rows = session.scalars(
        select(RoutingRules)
        .where(RoutingRules.desk_id == desk_id)
        .order_by(RoutingRules.version.desc())
        .limit(limit)
    )
    for row in rows:
        yield RulesVersion(row.version, len(row.rules), row.created_at, row.note)


def set_rules(
    session: Session,
    desk_id: int,
    rules: Sequence[Rule],
    *,
    after: int,
    now: datetime,
    user_id: int | None = None,
    note: str | None = None,
) -> int:
    """Put rules in force that were checked, and return their version.

    Every process routes by them from the end of the transaction on. Raises `RulesChanged` when `after` is not
    the version in force.
    """
    # It comes first: from here to the end of the transaction nobody else changes the rules of this desk.
    session.execute(
        update(Desk).where(Desk.id == desk_id).values(directory_version=Desk.directory_version + 1)
    )
    if rules_in_force(session, desk_id).version != after:
        raise RulesChanged
    session.add(
        RoutingRules(
            desk_id=desk_id,
            version=after + 1,
            rules=[rule_values(rule) for rule in rules],
            created_at=now,
            user_id=user_id,
            note=note,
        )
    )
    session.flush()
    return after + 1
