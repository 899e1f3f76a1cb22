"""How long what is kept, and what happens then: the schedule of a desk.

Each class of data has one rule: a period, counted from a trigger, and an act. The rules that come with
servicebalie stand in a TOML file with their reasons; a desk may choose other periods within bounds.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.opening import AMSTERDAM

MOST_MONTHS = 240
"""Twenty years: more is keeping without an end."""


class DataClass(StrEnum):
    """What is kept, in classes that are each needed for a time of their own.

    The order is that in which a run deals with them.
    """

    CONTACT = "contact"
    TEXTS = "texts"
    MESSAGES = "messages"
    FACTS = "facts"
    RIGHTS = "rights"
    TOKENS = "tokens"
    USERS = "users"
    AUDIT = "audit"
    SESSIONS = "sessions"
    DELIVERIES = "deliveries"
    RECORDED_ANSWERS = "recorded-answers"
    TRACES = "traces"


OF_VISITS = (DataClass.CONTACT, DataClass.TEXTS, DataClass.MESSAGES, DataClass.FACTS)
"""The classes that are about newcomers: a visit at a time is dealt with, unless it is held."""


class Trigger(StrEnum):
    """From when a period counts."""

    LAST_ACTIVITY = "last-activity"
    CLOSED = "closed"
    HANDLED = "handled"
    ENDED = "ended"
    MADE = "made"


class Act(StrEnum):
    """What happens at the end of a period.

    To anonymise is to cut what leads to a person, so that what remains can only be counted.
    """

    DELETE = "delete"
    ANONYMISE = "anonymise"


class Unit(StrEnum):
    """What a period is counted in."""

    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"


_ACTIVITY = frozenset({Trigger.LAST_ACTIVITY, Trigger.CLOSED})

_TRIGGERS: Mapping[DataClass, frozenset[Trigger]] = {
    **dict.fromkeys(OF_VISITS, _ACTIVITY),
    DataClass.RIGHTS: frozenset({Trigger.HANDLED}),
    DataClass.TOKENS: frozenset({Trigger.ENDED}),
    DataClass.USERS: frozenset({Trigger.CLOSED}),
    DataClass.AUDIT: frozenset({Trigger.MADE}),
    DataClass.SESSIONS: frozenset({Trigger.MADE}),
    DataClass.DELIVERIES: frozenset({Trigger.MADE}),
    DataClass.RECORDED_ANSWERS: frozenset({Trigger.MADE}),
    DataClass.TRACES: frozenset({Trigger.MADE}),
}

_ACTS: Mapping[DataClass, frozenset[Act]] = {
    **dict.fromkeys(DataClass, frozenset({Act.DELETE})),
    DataClass.FACTS: frozenset(Act),
    # The row of a user stays, because the audit trail and others name its number.
    DataClass.USERS: frozenset({Act.ANONYMISE}),
}

FIXED = frozenset({DataClass.SESSIONS, DataClass.DELIVERIES, DataClass.RECORDED_ANSWERS, DataClass.TRACES})
"""The classes whose periods are part of how the software works; no desk can choose them."""


class InvalidRetention(ServicebalieError):
    """A rule or period cannot be used; `reason` is a code."""

    code = "invalid-retention"


@dataclass(frozen=True, slots=True)
class Period:
    """A number of hours, days or months."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read a period such as `90 days` or `24 months`; raises `InvalidRetention`."""
        match = re.fullmatch(r"([1-9][0-9]{0,3}) (hour|day|month)s?", text.strip())
        if match is None:
            raise InvalidRetention(reason="malformed-period")
        period = cls(int(match[1]), Unit(f"{match[2]}s"))
        if period.before(_LATE) < cls(MOST_MONTHS, Unit.MONTHS).before(_LATE):
            raise InvalidRetention(reason="period-too-long")
        return period

    def __str__(self) -> str:
        return f"{self.count} {self.unit.removesuffix('s') if self.count == 1 else self.unit}"

    def before(self, moment: datetime) -> datetime:
        """Return the moment that lies so long before; months are those of the calendar, in Dutch time."""
        match self.unit:
            case Unit.HOURS:
                return moment - timedelta(hours=self.count)
            case Unit.DAYS:
                return moment - timedelta(days=self.count)
        local = moment.astimezone(AMSTERDAM)
        months = local.year * 12 + local.month - 1 - self.count
        first = local.replace(year=months // 12, month=months % 12 + 1, day=1)
        # The 31st of a month without one is its last day, so that nothing is deleted a day too early.
        following = (first + timedelta(days=31)).replace(day=1)
        last_day = (following - timedelta(days=1)).day
        return first.replace(day=min(local.day, last_day))


_LATE = datetime(2100, 1, 1, tzinfo=AMSTERDAM)


@dataclass(frozen=True, slots=True)
class Rule:
    """How long a class of data is kept, counted from when, and what happens then.

    `reason` tells why so long and not longer, in English; that of a desk's own rule is None.
    """

    data_class: DataClass
    trigger: Trigger
    period: Period
    act: Act
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.trigger not in _TRIGGERS[self.data_class]:
            raise InvalidRetention(reason="trigger-does-not-fit")
        if self.act not in _ACTS[self.data_class]:
            raise InvalidRetention(reason="act-does-not-fit")
        if self.period.unit is Unit.HOURS and self.data_class not in FIXED:
            raise InvalidRetention(reason="malformed-period")

    def cut_off(self, now: datetime) -> datetime:
        """Return the moment up to which the trigger must have come, for the act to be due."""
        return self.period.before(now)


Schedule = Mapping[DataClass, Rule]
"""The rule of every class of data."""


def parse_schedule(text: str) -> Schedule:
    """Read a schedule: a table for each class with `trigger`, `period`, `act` and `reason`.

    Raises `InvalidRetention` for a class that is missing or not known, too, and without a reason.
    """
    tables = tomllib.loads(text)
    if set(tables) != set(DataClass):
        raise InvalidRetention(reason="classes-differ")
    return {each: _parse_rule(each, tables[each]) for each in DataClass}


def own_schedule(shipped: Schedule, own: Iterable[Rule]) -> Schedule:
    """Return the schedule of a desk: the shipped rules, and in their place those that it chose itself."""
    return {**shipped, **{rule.data_class: rule for rule in own}}


def changed_rule(
    rule: Rule, *, period: Period | None = None, trigger: Trigger | None = None, act: Act | None = None
) -> Rule:
    """Return a rule as a desk changes it; raises `InvalidRetention` for what does not fit or is fixed."""
    if rule.data_class in FIXED:
        raise InvalidRetention(reason="fixed")
    return replace(
        rule,
        period=period or rule.period,
        trigger=trigger or rule.trigger,
        act=act or rule.act,
        reason=None,
    )


def _parse_rule(data_class: DataClass, table: Mapping[str, Any]) -> Rule:
    try:
        trigger, act = Trigger(table["trigger"]), Act(table["act"])
        period, reason = Period.parse(table["period"]), table["reason"]
    except (KeyError, ValueError):
        raise InvalidRetention(reason="malformed-rule") from None
    if not reason.strip():
        raise InvalidRetention(reason="without-reason")
    return Rule(data_class, trigger, period, act, " ".join(reason.split()))
