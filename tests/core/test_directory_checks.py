"""What is wrong between entries is found: ids that come twice, hours that overlap."""

from dataclasses import replace
from datetime import date

import pytest

from servicebalie.core.directory import Closure, Location, Organisation, Schedule, Service
from servicebalie.core.directory_checks import (
    ended_schedules,
    faults_of_entries,
    overlapping_schedules,
    silent_about_holidays,
)
from servicebalie.core.directory_entries import Entry
from servicebalie.core.vocabulary import Destination

TODAY = date(2026, 11, 26)
HERE = Location("A 1", "1234 AB", "B", "GM0001", uid="here")
THERE = Location("A 2", "1234 AB", "B", "GM0001", uid="there")
POLISH = frozenset({"pl"})


def service(*schedules: Schedule, **fields: object) -> Service:
    made = Service(0, "Help", "Library", 0, Destination.LIBRARY, locations=(HERE, THERE), schedules=schedules)
    return replace(made, **fields)


def entry(*services: Service, uid: str | None = None) -> Entry:
    organisation = Organisation(0, "Library", Destination.LIBRARY, uid=uid)
    return Entry(organisation, services, "/1", tuple(f"/{number}" for number in range(1, len(services) + 1)))


def faults(*entries: Entry) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in faults_of_entries(entries, TODAY)]


MONDAY = Schedule("Mo 09:00-12:00", location=HERE)


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        (MONDAY, True),
        (Schedule("Mo-Fr 11:00-13:00", location=HERE), True),
        (Schedule("24/7", location=HERE), True),
        (Schedule("Mo 12:00-13:00", location=HERE), False),
        (Schedule("Mo 11:00-13:00", location=THERE), False),
        (Schedule("Mo 11:00-13:00"), False),
        (Schedule("", location=HERE), False),
        (Schedule("Mo 11:00-13:00", languages=POLISH, location=HERE), False),
        (Schedule("Mo 11:00-13:00", valid_to=date(2026, 10, 1), location=HERE), False),
        (Schedule("Mo 11:00-13:00", date(2027, 1, 1), date(2027, 2, 1), location=HERE), True),
        (Schedule("Mo 11:00-13:00", date(2027, 1, 5), date(2027, 1, 6), location=HERE), False),
    ],
)
def test_hours_overlap_at_one_place_in_the_same_languages_at_one_time(other: Schedule, overlap: bool) -> None:
    assert bool(list(overlapping_schedules(service(MONDAY, other), TODAY))) == overlap
    assert faults(entry(service(MONDAY, other))) == ([("/1", "hours-overlap")] if overlap else [])


def test_a_schedule_that_has_ended_is_told() -> None:
    ended = Schedule("Mo 09:00-12:00", valid_to=date(2026, 11, 25))
    last_day = replace(ended, valid_to=TODAY)
    assert ended_schedules(service(ended, last_day, MONDAY), TODAY) == (ended,)


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([entry(service(uid="a"), service(uid="a"))], ["/2"]),
        ([entry(service(uid="a"), uid="a")], ["/1"]),
        ([entry(service(Schedule("24/7", uid="a"), uid="a"))], ["/1"]),
        ([entry(service(locations=(HERE, HERE)))], ["/1"]),
        ([entry(service(), service(locations=(replace(HERE, street="B 1"),)))], ["/2"]),
        ([entry(service(), service())], []),
        ([entry(service(locations=(replace(HERE, uid=None), replace(THERE, uid=None))))], []),
    ],
)
def test_an_id_comes_once_but_a_place_may_be_shared(entries: list[Entry], found: list[str]) -> None:
    assert faults(*entries) == [(pointer, "uid-repeated") for pointer in found]


@pytest.mark.parametrize(
    ("hours", "closures", "first"),
    [
        ("Mo-Fr 09:00-17:00", (), date(2026, 12, 25)),
        ("Mo 09:00-17:00", (), date(2027, 3, 29)),
        ("Mo-Fr 09:00-17:00", (Closure(date(2026, 12, 21), date(2027, 1, 3)),), date(2027, 3, 29)),
        ("Mo-Fr 09:00-17:00; PH off", (), None),
        ('Mo-Fr 09:00-17:00 "not on PH"', (), date(2026, 12, 25)),
        ("24/7", (), None),
        ("", (), None),
    ],
)
def test_hours_that_say_nothing_of_public_holidays_are_told_with_the_first_one(
    hours: str, closures: tuple[Closure, ...], first: date | None
) -> None:
    shown = replace(service(Schedule(hours)), closures=closures)

    found = list(silent_about_holidays(shown, date(2026, 11, 27)))

    assert [day for _, day in found] == ([first] if first else [])
