"""A schedule says of every class how long it is kept, and a period is counted by the calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.limits import SessionLimits
from servicebalie.core.retention import (
    Act,
    DataClass,
    InvalidRetention,
    Period,
    Trigger,
    Unit,
    changed_rule,
    own_schedule,
    parse_schedule,
)
from servicebalie.core.rights import answer_by
from servicebalie.core.working_days import is_working_day
from servicebalie.services.holding_back import SENT_AGAIN_WITHIN
from servicebalie.services.outbox import KEPT_FOR as DELIVERIES_KEPT_FOR
from servicebalie.services.recorded_answers import KEPT_FOR as ANSWERS_KEPT_FOR
from servicebalie.shipped import reference_data

NOON = datetime(2026, 3, 31, 10, tzinfo=UTC)
SHIPPED = reference_data("retention.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 hours", datetime(2026, 3, 30, 10, tzinfo=UTC)),
        ("1 day", datetime(2026, 3, 30, 10, tzinfo=UTC)),
        # At the same hour by a Dutch clock, which was another one then.
        ("1 month", datetime(2026, 2, 28, 11, tzinfo=UTC)),
        ("24 months", datetime(2024, 3, 31, 10, tzinfo=UTC)),
    ],
)
def test_a_period_ends_by_the_calendar(text: str, expected: datetime) -> None:
    assert Period.parse(text).before(NOON) == expected
    assert str(Period.parse(text)) == text


@given(st.integers(1, 240), st.integers(0, 350_000))
def test_more_months_never_end_later(months: int, hours: int) -> None:
    moment = NOON + timedelta(hours=hours)
    here = Period(months, Unit.MONTHS).before(moment)
    assert timedelta(days=27 * months) < moment - here < timedelta(days=32 * months)
    assert Period(months + 1, Unit.MONTHS).before(moment) < here


@pytest.mark.parametrize("text", ["", "0 days", "1 year", "-3 months", "241 months", "9999 months"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidRetention):
        Period.parse(text)


def test_the_fixed_periods_are_those_of_the_software() -> None:
    shipped = parse_schedule(SHIPPED)
    kept = {
        DataClass.SESSIONS: SessionLimits().longest,
        DataClass.DELIVERIES: DELIVERIES_KEPT_FOR,
        DataClass.RECORDED_ANSWERS: ANSWERS_KEPT_FOR,
        DataClass.TRACES: SENT_AGAIN_WITHIN,
    }
    assert {each: NOON - shipped[each].cut_off(NOON) for each in kept} == kept
    for each in kept:
        with pytest.raises(InvalidRetention, match="fixed"):
            changed_rule(shipped[each], period=Period(1, Unit.DAYS))


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("[traces]", "[footprints]"),
        ('act = "delete"', 'act = "forget"'),
        ('trigger = "last-activity"', 'trigger = "handled"'),
        ('reason = "To find out', 'reasons = "To find out'),
        ('reason = "Part of how signing in works: a working day at most."', 'reason = " "'),
    ],
)
def test_a_schedule_with_a_fault_is_refused(written: str, instead: str) -> None:
    assert written in SHIPPED
    with pytest.raises(InvalidRetention):
        parse_schedule(SHIPPED.replace(written, instead))


def test_a_desk_changes_what_it_may_and_the_rest_stays_as_shipped() -> None:
    shipped = parse_schedule(SHIPPED)
    own = changed_rule(shipped[DataClass.FACTS], act=Act.ANONYMISE, trigger=Trigger.CLOSED)
    assert own_schedule(shipped, [own]) == {**shipped, DataClass.FACTS: own}
    assert (own.period, own.reason) == (shipped[DataClass.FACTS].period, None)
    for data_class, change in (
        (DataClass.TEXTS, {"act": Act.ANONYMISE}),
        (DataClass.USERS, {"act": Act.DELETE}),
        (DataClass.TOKENS, {"trigger": Trigger.CLOSED}),
        (DataClass.CONTACT, {"period": Period(5, Unit.HOURS)}),
    ):
        with pytest.raises(InvalidRetention):
            changed_rule(shipped[data_class], **change)  # type: ignore[arg-type]  # each has its own type


@pytest.mark.parametrize(
    ("received", "extended", "expected"),
    [
        (date(2026, 3, 10), False, date(2026, 4, 10)),
        (date(2026, 1, 31), False, date(2026, 3, 2)),
        (date(2026, 11, 25), False, date(2026, 12, 28)),
        (date(2026, 11, 25), True, date(2027, 2, 25)),
    ],
)
def test_a_request_is_answered_within_a_month(received: date, extended: bool, expected: date) -> None:
    assert answer_by(received, extended=extended) == expected


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_the_last_day_for_an_answer_is_one_on_which_somebody_works(received: date) -> None:
    assert is_working_day(answer_by(received))
