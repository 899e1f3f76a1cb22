"""A desk and its partners as a readable file (TOML), for setting up a desk at once."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from servicebalie.core.directory import Location, Schedule, Service
from servicebalie.core.vocabulary import Destination

DEFAULT_RESPONSE_DAYS = 5


@dataclass(frozen=True, slots=True)
class PartnerOrganisation:
    """An organisation with its services, which have no ids yet."""

    name: str
    kind: Destination
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class PartnerFile:
    """A desk, the municipalities it works for, its counter, and its partners in the order of the file."""

    desk_name: str
    municipalities: frozenset[str]
    counter: Service
    organisations: tuple[PartnerOrganisation, ...]


def parse_partner_file(text: str) -> PartnerFile:
    """Read a desk and its partners; raises ValueError or KeyError for what is missing or cannot be read.

    `area` is a list of codes of municipalities and of names defined under `areas`.
    """
    document = tomllib.loads(text)
    areas: Mapping[str, list[str]] = document["areas"]
    desk = document["desk"]
    counter = _service(desk["name"], Destination.DESK, desk, areas)
    return PartnerFile(
        desk_name=desk["name"],
        municipalities=_area(desk["area"], areas),
        counter=counter,
        organisations=tuple(_organisation(table, areas) for table in document["organisations"]),
    )


def _organisation(table: Mapping[str, Any], areas: Mapping[str, list[str]]) -> PartnerOrganisation:
    kind = Destination(table["kind"])
    services = tuple(_service(table["name"], kind, service, areas) for service in table["services"])
    return PartnerOrganisation(table["name"], kind, services)


def _service(
    organisation: str, kind: Destination, table: Mapping[str, Any], areas: Mapping[str, list[str]]
) -> Service:
    return Service(
        id=0,
        name=table["name"],
        organisation=organisation,
        organisation_id=0,
        destination=kind,
        topics=frozenset(table.get("topics", ())),
        municipalities=_area(table["area"], areas) if "area" in table else None,
        languages=frozenset(table["languages"]),
        locations=(Location(**table["address"]),) if "address" in table else (),
        schedules=tuple(_schedule(schedule) for schedule in table["schedules"]),
        phone=table.get("phone"),
        email=table.get("email"),
        url=table.get("url"),
        response_days=table.get("response_days", DEFAULT_RESPONSE_DAYS),
        takes_referrals=table.get("takes_referrals", True),
    )


def _area(names: Iterable[str], areas: Mapping[str, list[str]]) -> frozenset[str]:
    return frozenset(code for name in names for code in areas.get(name, [name]))


def _schedule(table: Mapping[str, Any]) -> Schedule:
    return Schedule(
        opening_hours=table["opening_hours"],
        languages=frozenset(table.get("languages", ())),
        note=table.get("note"),
    )
