"""A desk and its partners as a readable file (TOML), for setting up a desk at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from servicebalie.core.directory import Closure, Eligibility, Fee, Location, Schedule, Service
from servicebalie.core.directory_entries import WHOLE_COUNTRY
from servicebalie.core.toml_text import read_toml
from servicebalie.core.vocabulary import Accessibility, Destination, Group, Registration, Stay

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

    `area` is a list of codes of municipalities and of names defined under `areas`, or NL for the whole
    country. A service has one `address` or a list of `addresses`; the `at` of a schedule is the number of one
    of them, counted from 1.
    """
    document = read_toml(text)
    try:
        return _partner_file(document)
    except (AttributeError, IndexError, TypeError) as error:
        raise ValueError("something in the file is of another kind than it must be") from error


def _partner_file(document: Mapping[str, Any]) -> PartnerFile:
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
    addresses = table.get("addresses", [table["address"]] if "address" in table else [])
    locations = tuple(_location(address) for address in addresses)
    return Service(
        id=0,
        name=table["name"],
        organisation=organisation,
        organisation_id=0,
        destination=kind,
        topics=frozenset(table.get("topics", ())),
        municipalities=_served(table, areas),
        languages=frozenset(table["languages"]),
        locations=locations,
        schedules=tuple(_schedule(schedule, locations) for schedule in table["schedules"]),
        closures=tuple(Closure(**closure) for closure in table.get("closures", ())),
        eligibility=_eligibility(table.get("eligibility", {})),
        capacity=table.get("capacity"),
        phone=table.get("phone"),
        email=table.get("email"),
        url=table.get("url"),
        response_days=table.get("response_days", DEFAULT_RESPONSE_DAYS),
        takes_referrals=table.get("takes_referrals", True),
        description=table.get("description"),
        fees=tuple(Fee(**fee) for fee in table.get("fees", ())),
        assured_on=table.get("assured_on"),
        assured_by=table.get("assured_by"),
    )


def _area(names: Iterable[str], areas: Mapping[str, list[str]]) -> frozenset[str]:
    return frozenset(code for name in names for code in areas.get(name, [name]))


def _served(table: Mapping[str, Any], areas: Mapping[str, list[str]]) -> frozenset[str] | None:
    if table.get("area", [WHOLE_COUNTRY]) == [WHOLE_COUNTRY]:
        return None
    return _area(table["area"], areas)


def _location(address: Mapping[str, Any]) -> Location:
    return Location(
        street=address["street"],
        postal_code=address["postal_code"],
        city=address["city"],
        municipality=address["municipality"],
        accessibility=frozenset(map(Accessibility, address.get("accessibility", ()))),
        accessibility_note=address.get("accessibility_note"),
    )


def _eligibility(table: Mapping[str, Any]) -> Eligibility:
    return Eligibility(
        groups=frozenset(map(Group, table.get("groups", ()))),
        stays=frozenset(map(Stay, table.get("stays", ()))),
        registrations=frozenset(map(Registration, table.get("registrations", ()))),
    )


def _schedule(table: Mapping[str, Any], locations: Sequence[Location]) -> Schedule:
    return Schedule(
        opening_hours=table["opening_hours"],
        valid_from=table.get("valid_from"),
        valid_to=table.get("valid_to"),
        languages=frozenset(table.get("languages", ())),
        note=table.get("note"),
        location=locations[table["at"] - 1] if "at" in table else None,
    )
