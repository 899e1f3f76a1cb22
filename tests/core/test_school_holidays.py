"""Hours close on the school holidays of the place where they are, as long as these are known."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from servicebalie.core.code_lists import Municipality
from servicebalie.core.directory import Location, Schedule, Service
from servicebalie.core.directory_checks import overlapping_schedules
from servicebalie.core.opening import AMSTERDAM, next_opening
from servicebalie.core.school_holidays import (
    HolidayConcern,
    HolidayRegion,
    SchoolHolidays,
    holiday_concerns,
    in_school_holidays,
    parse_school_holidays,
)
from servicebalie.core.vocabulary import Destination

NOORD, MIDDEN, ZUID = HolidayRegion
TOWNS = [Municipality(f"GM{n}", f"Town {n}", "CR01", f"PV{n}") for n in (1, 2, 3)] + [
    Municipality("GM11", "Edge", "CR01", "PV1")
]
REGIONS = """
[regions.noord]
provinces = ["PV1"]
municipalities = []
[regions.midden]
provinces = ["PV2"]
municipalities = ["GM11"]
[regions.zuid]
provinces = ["PV3"]
municipalities = []
places = { GM11 = ["Village"] }
"""
ONE_DAY_EACH = "autumn = [2026-10-01, 2026-10-01]\nchristmas = [2026-12-24, 2026-12-24]\n"
LATER = "spring = [2027-02-01, 2027-02-01]\nmay = [2027-05-01, 2027-05-01]\n"
YEARS = f"""
[[years]]
name = "2026-2027"
[years.noord]
{ONE_DAY_EACH}{LATER}summer = [2027-07-05, 2027-07-11]
[years.midden]
{ONE_DAY_EACH}{LATER}summer = [2027-07-12, 2027-07-18]
[years.zuid]
{ONE_DAY_EACH}{LATER}summer = [2027-07-19, 2027-07-25]
"""
HOLIDAYS = parse_school_holidays(REGIONS + YEARS, TOWNS)
POLISH_HOUR = Schedule("Th 14:00-17:00; SH off", languages=frozenset({"pl"}))


def place(municipality: str, city: str = "City") -> Location:
    return Location("Street 1", "1234 AB", city, municipality, uid=f"{municipality}-{city}")


NORTH, MIDDLE, SOUTH = (place(f"GM{n}") for n in (1, 2, 3))


def service(*schedules: Schedule, at: tuple[Location, ...] = (), **fields: object) -> Service:
    made = Service(1, "Help", "Library", 1, Destination.LIBRARY, locations=at, schedules=schedules)
    return replace(made, **fields)


def opens(schedules: tuple[Schedule, ...], month: int, day: int) -> date:
    opening = next_opening(schedules, datetime(2027, month, day, tzinfo=AMSTERDAM))
    assert opening
    return opening.starts_at.date()


def test_a_place_has_the_region_of_its_municipality_unless_it_is_named() -> None:
    assert [HOLIDAYS.region_at(each) for each in (NORTH, MIDDLE, SOUTH)] == [NOORD, MIDDEN, ZUID]
    assert HOLIDAYS.region_at(place("GM11")) is MIDDEN
    assert HOLIDAYS.region_at(place("GM11", " VILLAGE ")) is ZUID
    assert HOLIDAYS.region_at(place("GM1", "Village")) is NOORD
    assert HOLIDAYS.region_at(place("GM9999")) is None


def test_a_desk_has_the_region_of_its_first_place_or_where_all_its_people_live() -> None:
    both = frozenset({"GM1", "GM2"})
    assert HOLIDAYS.region_of(service(at=(SOUTH, NORTH), municipalities=both)) is ZUID
    assert HOLIDAYS.region_of(service(municipalities=frozenset({"GM2", "GM11"}))) is MIDDEN
    assert HOLIDAYS.region_of(service(municipalities=both)) is None
    assert HOLIDAYS.region_of(service()) is None


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (REGIONS.replace('"GM11"', '"GM9999"') + YEARS, ValueError),
        (REGIONS.replace("municipalities = []", 'municipalities = ["GM11"]') + YEARS, ValueError),
        (REGIONS.replace('"PV1"', "") + YEARS, KeyError),
        (REGIONS + YEARS.replace("may", "mei"), KeyError),
    ],
)
def test_data_with_a_gap_is_refused(wrong: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_school_holidays(wrong, TOWNS)


def test_hours_are_closed_on_the_holidays_of_their_own_place() -> None:
    at_both = (replace(POLISH_HOUR, location=NORTH), replace(POLISH_HOUR, location=SOUTH))
    dated = in_school_holidays(service(*at_both, at=(NORTH, SOUTH)), MIDDEN, HOLIDAYS)
    assert opens(dated.schedules[:1], 7, 5) == date(2027, 7, 15)
    assert opens(dated.schedules[1:], 7, 19) == date(2027, 7, 29)


def test_hours_at_every_place_are_closed_on_the_holidays_of_each() -> None:
    dated = in_school_holidays(service(POLISH_HOUR, at=(NORTH, SOUTH)), MIDDEN, HOLIDAYS)
    north, south = dated.offers()
    assert (opens(north.schedules, 7, 5), opens(north.schedules, 7, 19)) == (
        date(2027, 7, 15),
        date(2027, 7, 22),
    )
    assert (opens(south.schedules, 7, 5), opens(south.schedules, 7, 19)) == (
        date(2027, 7, 8),
        date(2027, 7, 29),
    )
    anywhere = dated.schedules_for("pl", date(2027, 7, 5))
    assert (opens(anywhere, 7, 5), opens(anywhere, 7, 19)) == (date(2027, 7, 8), date(2027, 7, 22))


def test_without_a_place_they_are_those_of_the_desk() -> None:
    assert opens(in_school_holidays(service(POLISH_HOUR), MIDDEN, HOLIDAYS).schedules, 7, 12) == date(
        2027, 7, 22
    )


def test_where_the_region_is_not_known_hours_are_as_if_there_were_no_holidays() -> None:
    assert opens(in_school_holidays(service(POLISH_HOUR), None, HOLIDAYS).schedules, 7, 12) == date(
        2027, 7, 15
    )


def test_what_was_written_stays_and_so_does_a_service_without_school_holidays() -> None:
    dated = in_school_holidays(service(POLISH_HOUR, at=(NORTH,)), None, HOLIDAYS)
    assert dated == service(POLISH_HOUR, at=(NORTH,))
    assert dated.schedules[0].opening_hours == POLISH_HOUR.opening_hours
    other = service(Schedule("Th 14:00-17:00; PH off"))
    assert in_school_holidays(other, NOORD, HOLIDAYS) is other


def test_hours_in_holidays_and_outside_them_do_not_overlap() -> None:
    both = service(POLISH_HOUR, replace(POLISH_HOUR, opening_hours="SH Th 14:00-17:00"), at=(NORTH, SOUTH))
    assert not list(overlapping_schedules(in_school_holidays(both, None, HOLIDAYS), date(2026, 11, 26)))
    only_south = replace(POLISH_HOUR, opening_hours="2027 Jul 08 14:00-17:00")
    mixed = in_school_holidays(service(POLISH_HOUR, only_south, at=(NORTH, SOUTH)), None, HOLIDAYS)
    assert len(list(overlapping_schedules(mixed, date(2026, 11, 26)))) == 1


def concerns(
    wanted: Service, today: date, desk: HolidayRegion | None = None, known: SchoolHolidays = HOLIDAYS
) -> list[tuple[HolidayConcern, date | None]]:
    dated = in_school_holidays(wanted, desk, known)
    return [(concern, until) for _, concern, until in holiday_concerns(dated, desk, known, today)]


def test_half_a_year_before_the_last_known_holiday_ends_it_is_told() -> None:
    polish = service(POLISH_HOUR, at=(SOUTH, NORTH))
    assert concerns(polish, date(2027, 1, 8)) == []
    assert concerns(polish, date(2027, 1, 9)) == [(HolidayConcern.ENDING, date(2027, 7, 11))]
    assert concerns(polish, date(2028, 1, 1)) == [(HolidayConcern.ENDING, date(2027, 7, 11))]


def test_hours_that_end_before_are_no_concern() -> None:
    until = service(replace(POLISH_HOUR, valid_to=date(2027, 7, 11)), at=(NORTH,))
    assert concerns(until, date(2027, 7, 1)) == []
    longer = service(replace(POLISH_HOUR, valid_to=date(2027, 7, 12)), at=(NORTH,))
    assert concerns(longer, date(2027, 7, 1)) == [(HolidayConcern.ENDING, date(2027, 7, 11))]
    assert concerns(longer, date(2027, 7, 13)) == []


def test_what_cannot_be_read_and_where_it_is_unknown_are_told() -> None:
    unclear = service(Schedule("week 10 SH off"), at=(NORTH,))
    assert concerns(unclear, date(2026, 11, 26)) == [(HolidayConcern.UNCLEAR, None)]
    assert concerns(service(POLISH_HOUR), date(2026, 11, 26)) == [(HolidayConcern.NO_REGION, None)]
    assert concerns(service(POLISH_HOUR), date(2026, 11, 26), desk=ZUID) == []
    assert concerns(service(Schedule("24/7")), date(2026, 11, 26)) == []
