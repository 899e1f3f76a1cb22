"""The school holidays that this version ships are complete, and the hours of a directory know them."""

import tomllib
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.directory import Location, Schedule, Service
from servicebalie.core.directory_files import Format, read_directory_file, write_directory
from servicebalie.core.errors import InvalidInput
from servicebalie.core.opening import AMSTERDAM, next_opening, openings_within
from servicebalie.core.routing import RoutingFacts, route
from servicebalie.core.school_holidays import HOLIDAYS_OF_A_YEAR, HolidayRegion, in_school_holidays
from servicebalie.core.vocabulary import Destination
from servicebalie.services.code_lists import read_code_lists, shipped_code_lists
from servicebalie.services.directory import read_directory
from servicebalie.services.school_holidays import shipped_school_holidays
from servicebalie.shipped import reference_data
from tests.services.test_directory import add
from tests.services.test_directory_import import entries_of, entry, helped, imported
from tests.support.small_desk import AMSTERDAM as IN_NORTH
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import SmallWorkplace

HOLIDAYS = shipped_school_holidays()
TABLE = tomllib.loads(reference_data("school_holidays.toml").read_text(encoding="utf-8"))
MUNICIPALITIES = {one.name: one for one in shipped_code_lists().municipalities.values()}
WEEKS = {"autumn": 1, "christmas": 2, "spring": 1, "may": 1, "summer": 6}
SOUTH = Location("Molenstraat 6", "5611 AZ", "Eindhoven", EINDHOVEN)
NORTH = Location("Damrak 1", "1012 LG", "Amsterdam", IN_NORTH)
POLISH_HOUR = Schedule("Th 14:00-17:00; SH off", languages=frozenset({"pl"}))
HELP = Service(
    0, "Help", "New library", 0, Destination.LIBRARY, locations=(SOUTH, NORTH), schedules=(POLISH_HOUR,)
)


def test_every_school_year_is_there_from_the_first_to_the_last() -> None:
    first = int(TABLE["years"][0]["name"][:4])
    names = [year["name"] for year in TABLE["years"]]
    assert names == [f"{year}-{year + 1}" for year in range(first, first + len(names))]
    assert all(year["origin"] for year in TABLE["years"])
    assert TABLE["checked_on"] >= date(2026, 11, 27)


@pytest.mark.parametrize("region", HolidayRegion)
def test_every_region_has_five_holidays_of_whole_weeks_in_each_school_year(region: HolidayRegion) -> None:
    for year in TABLE["years"]:
        assert set(year[region]) == set(HOLIDAYS_OF_A_YEAR)
        autumn = int(year["name"][:4])
        for holiday, (first, last) in year[region].items():
            assert (first.weekday(), last.weekday()) == (5, 6), (year["name"], holiday)
            assert (last - first).days + 1 == WEEKS[holiday] * 7 + 2, (year["name"], holiday)
            assert first.year == autumn + (holiday not in {"autumn", "christmas"})
    for (_, before), (after, _) in pairwise(HOLIDAYS.days[region]):
        assert timedelta(weeks=4) < after - before < timedelta(weeks=13)


def test_what_is_set_for_the_whole_country_is_the_same_in_every_region() -> None:
    for year in TABLE["years"]:
        for holiday in ("christmas", "may"):
            assert len({tuple(year[region][holiday]) for region in HolidayRegion}) == 1
        assert len({tuple(year[region]["summer"]) for region in HolidayRegion}) == 3


def test_every_municipality_has_one_region_and_none_is_named_twice() -> None:
    named = [code for part in TABLE["regions"].values() for code in part["municipalities"]]
    provinces = [code for part in TABLE["regions"].values() for code in part["provinces"]]
    assert len({*named}) == len(named)
    assert len({*provinces}) == len(provinces)
    assert HOLIDAYS.municipalities.keys() == shipped_code_lists().municipalities.keys()
    assert len(HOLIDAYS.municipalities) == 342


@pytest.mark.parametrize(
    ("region", "names"),
    [
        ("noord", "Groningen, Leeuwarden, Amsterdam, Hilversum, Zwolle, Deventer, Almere, Eemnes, Hattem"),
        (
            "midden",
            "Utrecht, Soest, De Ronde Venen, Vijfheerenlanden, Rotterdam, Goeree-Overflakkee, Zeewolde",
        ),
        (
            "midden",
            "Apeldoorn, Ede, Wageningen, Zutphen, Winterswijk, Tiel, West Betuwe, Montferland, Altena",
        ),
        ("zuid", "Arnhem, Nijmegen, Renkum, Zevenaar, Berg en Dal, Maasdriel, Zaltbommel, West Maas en Waal"),
        (
            "zuid",
            "Breda, Geertruidenberg, Heusden, Land van Cuijk, Maastricht, Venlo, Gennep, Vlissingen, Tholen",
        ),
    ],
)
def test_the_borders_of_the_regions_run_through_provinces(region: str, names: str) -> None:
    for name in names.split(", "):
        assert HOLIDAYS.municipalities[MUNICIPALITIES[name].code] == region, name


@pytest.mark.parametrize(
    ("municipality", "city", "region"),
    [
        ("De Ronde Venen", "Abcoude", "noord"),
        ("De Ronde Venen", "Mijdrecht", "midden"),
        ("Montferland", "Didam", "zuid"),
        ("Montferland", "'s-Heerenberg", "midden"),
        ("Neder-Betuwe", "Dodewaard", "zuid"),
        ("Neder-Betuwe", "Opheusden", "midden"),
        ("Altena", "Hank", "zuid"),
        ("Altena", "Woudrichem", "midden"),
    ],
)
def test_some_run_through_municipalities(municipality: str, city: str, region: str) -> None:
    place = Location("Street 1", "1234 AB", city, MUNICIPALITIES[municipality].code)
    assert HOLIDAYS.region_at(place) == region


@given(
    st.sampled_from(list(HolidayRegion)),
    st.sampled_from(["Th 14:00-17:00", "Mo-Fr 09:00-17:00", "24/7", "Sa[1] 10:00-12:00; PH off"]),
    st.dates(date(2025, 10, 1), date(2030, 9, 30)),
)
def test_with_school_holidays_off_it_is_closed_on_these_and_otherwise_as_without(
    region: HolidayRegion, hours: str, day: date
) -> None:
    service = replace(HELP, locations=(), schedules=(Schedule(f"{hours}; SH off"),))
    dated = in_school_holidays(service, region, HOLIDAYS)
    midnight = datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM)
    in_holidays = any(first <= day <= last for first, last in HOLIDAYS.days[region])

    def minutes_open(schedule: Schedule) -> list[bool]:
        moments = (midnight + timedelta(minutes=15 * quarter) for quarter in range(96))
        return [bool(openings_within([schedule], each, timedelta(microseconds=1))) for each in moments]

    expected = [False] * 96 if in_holidays else minutes_open(Schedule(hours))
    assert minutes_open(dated.schedules[0]) == expected


def test_each_place_of_a_service_is_closed_in_the_holidays_of_its_own_region(
    small_desk: SmallWorkplace,
) -> None:
    key = add(small_desk, HELP).id
    service = small_desk.read(lambda session: read_directory(session, small_desk.desk.id)).services[key]
    in_summer = datetime(2027, 7, 19, tzinfo=AMSTERDAM)
    opens = [next_opening(offer.schedules, in_summer) for offer in service.offers()]
    assert [each and each.starts_at.date() for each in opens] == [date(2027, 7, 22), date(2027, 8, 26)]


def test_a_question_is_told_when_it_opens_after_the_holidays(small_desk: SmallWorkplace) -> None:
    key = add(small_desk, replace(HELP, locations=(SOUTH,), languages=frozenset({"pl"}))).id
    directory = small_desk.read(lambda session: read_directory(session, small_desk.desk.id))
    alone = replace(directory, services={key: directory.services[key]})
    decision = route(
        RoutingFacts("dutch-course", "pl", EINDHOVEN), alone, datetime(2026, 12, 18, tzinfo=AMSTERDAM)
    )
    assert decision.service.id == key
    assert decision.opening
    assert decision.opening.starts_at == datetime(2027, 1, 7, 14, tzinfo=AMSTERDAM)


def test_the_desk_tells_the_region_of_a_service_without_a_place(small_desk: SmallWorkplace) -> None:
    key = add(small_desk, replace(HELP, locations=())).id
    service = small_desk.read(lambda session: read_directory(session, small_desk.desk.id)).services[key]
    opening = next_opening(service.schedules, datetime(2027, 7, 23, tzinfo=AMSTERDAM))
    assert opening
    assert opening.starts_at.date() == date(2027, 9, 9)


@pytest.mark.parametrize("form", Format)
def test_hours_go_out_and_come_in_as_they_were_written(small_desk: SmallWorkplace, form: Format) -> None:
    add(small_desk, HELP)
    lists = small_desk.read(read_code_lists)
    content = write_directory(entries_of(small_desk), lists, form)
    assert "Th 14:00-17:00; SH off" in content.decode()
    entries, faults = read_directory_file(content, lists, form)
    assert faults == []
    report = imported(small_desk, *entries)
    assert (report.added, report.changed) == ((), ())
    assert write_directory(entries_of(small_desk), lists, form) == content


def test_other_hours_in_the_holidays_do_not_overlap(small_desk: SmallWorkplace) -> None:
    holidays = replace(POLISH_HOUR, opening_hours="SH Th 14:00-16:00")
    imported(small_desk, entry(replace(HELP, schedules=(POLISH_HOUR, holidays))))
    assert len(helped(small_desk, "Help").schedules) == 2
    always = replace(POLISH_HOUR, opening_hours="Th 16:00-18:00")
    with pytest.raises(InvalidInput):
        imported(small_desk, entry(replace(HELP, schedules=(POLISH_HOUR, always))))
