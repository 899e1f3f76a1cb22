"""Hours of every week become rules, and rules become hours."""

import pytest

from servicebalie.core.opening import check_opening_hours
from servicebalie.core.weekly_hours import NotWeekly, WeeklyRule, hours_of_rule, weekly_rules


@pytest.mark.parametrize(
    ("hours", "rules"),
    [
        ("Mo-Fr 09:00-17:00; PH off", [("MO,TU,WE,TH,FR", "09:00", "17:00")]),
        ("Th 14:00-17:00; PH,SH off", [("TH", "14:00", "17:00")]),
        ("Th 14:00-17:00; PH off; SH off", [("TH", "14:00", "17:00")]),
        ("SH 14:00-17:00", []),
        ("Th,SH 14:00-17:00", []),
        ("09:00-17:00", [("MO,TU,WE,TH,FR,SA,SU", "09:00", "17:00")]),
        ("Sa-Mo,We 09:00-17:00", [("MO,WE,SA,SU", "09:00", "17:00")]),
        (
            "Mo-Fr 09:00-12:00,13:00-17:00; Th 09:00-20:00; Fr off",
            [("MO,TU,WE", "09:00", "12:00"), ("MO,TU,WE", "13:00", "17:00"), ("TH", "09:00", "20:00")],
        ),
        ("24/7", []),
        ("", []),
        ("Mo[1] 10:00-12:00", []),
        ("PH 10:00-12:00", []),
        ("Mo,PH 10:00-12:00", []),
        ("Mo 10:00+", []),
        ("Mo 10:00-12:00:30", []),
    ],
)
def test_hours_that_are_the_same_every_week_have_rules(hours: str, rules: list[tuple[str, str, str]]) -> None:
    assert weekly_rules(hours) == tuple(WeeklyRule(*rule) for rule in rules)


@pytest.mark.parametrize(
    ("freq", "byday", "hours"),
    [
        ("WEEKLY", "MO, TU", "Mo,Tu 09:00-17:30"),
        (None, "SU", "Su 09:00-17:30"),
        ("MONTHLY", "2TU", "Tu[2] 09:00-17:30"),
    ],
)
def test_a_rule_becomes_hours(freq: str | None, byday: str, hours: str) -> None:
    assert hours_of_rule(freq, byday, "09:00:00+01:00", "17:30") == hours
    check_opening_hours(hours)


@pytest.mark.parametrize(
    ("freq", "byday", "opens"),
    [("YEARLY", "MO", "09:00"), ("MONTHLY", "MO", "09:00"), ("WEEKLY", "1MO", "09:00"), (None, "MO", "9")],
)
def test_a_rule_that_is_not_of_weeks_is_refused(freq: str | None, byday: str, opens: str) -> None:
    with pytest.raises(NotWeekly):
        hours_of_rule(freq, byday, opens, "17:00")
