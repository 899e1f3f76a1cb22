"""The school holidays of the three regions of the Netherlands, and what they mean for the hours of a service.

`SH` in opening hours means the school holidays of the region of the place where these are the hours.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from servicebalie.core.code_lists import Municipality
from servicebalie.core.directory import Location, Schedule, Service
from servicebalie.core.errors import SchoolHolidaysUnclear
from servicebalie.core.holiday_hours import Days, need_school_holidays, with_days

HOLIDAYS_OF_A_YEAR = ("autumn", "christmas", "spring", "may", "summer")
IN_TIME = timedelta(days=183)
"""How long before the end of what is known it is told, so that a newer version can be there by then."""


class HolidayRegion(StrEnum):
    """Where schools have the same holidays, by their Dutch names."""

    NOORD = "noord"
    MIDDEN = "midden"
    ZUID = "zuid"


@dataclass(frozen=True, slots=True)
class SchoolHolidays:
    """The holidays of each region in the order of time, as far as they are known, and whose they are.

    `municipalities` are CBS codes; `places` are the parts of a municipality that have another region than the
    rest of it: its code and the name of the place in small letters.
    """

    days: Mapping[HolidayRegion, tuple[Days, ...]]
    municipalities: Mapping[str, HolidayRegion]
    places: Mapping[tuple[str, str], HolidayRegion]

    def region_at(self, location: Location) -> HolidayRegion | None:
        """The region of a location; None for a municipality that is not known."""
        part = (location.municipality, location.city.strip().casefold())
        return self.places.get(part) or self.municipalities.get(location.municipality)

    def region_of(self, desk: Service) -> HolidayRegion | None:
        """The region of a desk, by its counter: of its first location, or else where all its people live."""
        if desk.location:
            return self.region_at(desk.location)
        regions = {self.municipalities.get(code) for code in desk.municipalities or ()}
        return regions.pop() if len(regions) == 1 else None

    def known_until(self, region: HolidayRegion) -> date:
        """The last day of the last holiday that is known."""
        return self.days[region][-1][1]


def parse_school_holidays(text: str, municipalities: Iterable[Municipality]) -> SchoolHolidays:
    """Read the holidays and the regions (TOML) of municipalities.

    Raises KeyError for what is missing, and ValueError for a municipality that is named twice or not known.
    """
    table = tomllib.loads(text)
    provinces: dict[str, HolidayRegion] = {}
    named: dict[str, HolidayRegion] = {}
    places: dict[tuple[str, str], HolidayRegion] = {}
    for region in HolidayRegion:
        part = table["regions"][region]
        provinces |= dict.fromkeys(part["provinces"], region)
        if not named.keys().isdisjoint(part["municipalities"]):
            raise ValueError("a municipality is in two regions")
        named |= dict.fromkeys(part["municipalities"], region)
        for code, cities in part.get("places", {}).items():
            places |= {(code, city.casefold()): region for city in cities}
    listed = {place.code: place.province for place in municipalities}
    if not named.keys() <= listed.keys():
        raise ValueError("a municipality is not known")
    return SchoolHolidays(
        days={region: tuple(_days(table["years"], region)) for region in HolidayRegion},
        municipalities={code: named.get(code) or provinces[province] for code, province in listed.items()},
        places=places,
    )


def in_school_holidays(
    service: Service, desk_region: HolidayRegion | None, holidays: SchoolHolidays
) -> Service:
    """Return a service whose schedules know the days of the school holidays that their hours speak of.

    They are those of the region of a schedule's location, or for hours at each location of each of them;
    without any, those of the desk. Hours that cannot be written out stay as they are.
    """
    if not any(need_school_holidays(schedule.opening_hours) for schedule in service.schedules):
        return service
    schedules = tuple(_dated(each, service, desk_region, holidays) for each in service.schedules)
    return replace(service, schedules=schedules)


class HolidayConcern(StrEnum):
    """Why the school holidays that hours speak of are not, or soon no longer, known."""

    UNCLEAR = "unclear"
    """The hours were stored in a form that cannot be written out."""
    NO_REGION = "no-region"
    """It is not known where these hours are."""
    ENDING = "ending"
    """The last holiday that is known is near or over."""


def holiday_concerns(
    service: Service, desk_region: HolidayRegion | None, holidays: SchoolHolidays, today: date
) -> Iterator[tuple[Schedule, HolidayConcern, date | None]]:
    """Yield schedules whose school holidays are not all known, or soon will not be: why, and after which day.

    `service` is as `in_school_holidays` returns it. What ends before that is no concern.
    """
    for schedule in service.schedules:
        ends = schedule.valid_to or date.max
        if ends < today or not need_school_holidays(schedule.opening_hours):
            continue
        regions = _regions(schedule, service, desk_region, holidays)
        known = [holidays.known_until(region) for region in regions if region]
        if not schedule.dated:
            yield schedule, HolidayConcern.UNCLEAR, None
        elif len(known) < len(regions):
            yield schedule, HolidayConcern.NO_REGION, None
        elif min(known) - IN_TIME <= today and min(known) < ends:
            yield schedule, HolidayConcern.ENDING, min(known)


def _regions(
    schedule: Schedule, service: Service, desk_region: HolidayRegion | None, holidays: SchoolHolidays
) -> tuple[HolidayRegion | None, ...]:
    """The regions of the places where a schedule holds, in the order of the service's locations."""
    places = (schedule.location,) if schedule.location else service.locations
    return tuple(holidays.region_at(place) for place in places) or (desk_region,)


def _dated(
    schedule: Schedule, service: Service, desk_region: HolidayRegion | None, holidays: SchoolHolidays
) -> Schedule:
    regions = _regions(schedule, service, desk_region, holidays)
    days = [holidays.days[region] if region else () for region in regions]
    try:
        dated = tuple(with_days(schedule.opening_hours, each) for each in days)
    except SchoolHolidaysUnclear:
        return schedule
    return replace(schedule, dated=dated if len({*dated}) > 1 else dated[:1])


def _days(years: Iterable[Mapping[str, Any]], region: HolidayRegion) -> Iterator[Days]:
    for year in years:
        for holiday in HOLIDAYS_OF_A_YEAR:
            first, last = year[region][holiday]
            yield first, last
