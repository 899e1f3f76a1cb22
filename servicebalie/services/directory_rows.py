"""The rows in which services are kept, written for many services at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from servicebalie.core.directory import Location, Schedule, Service
from servicebalie.models.base import Base, table_of
from servicebalie.models.directory import (
    LocationAccessibility,
    LocationRow,
    ScheduleLanguage,
    ScheduleRow,
    ServiceArea,
    ServiceAtLocation,
    ServiceClosure,
    ServiceEligibility,
    ServiceFee,
    ServiceLanguage,
    ServiceRow,
    ServiceTopic,
)
from servicebalie.services.directory_reading import locations_of

_DETAILS = (
    ServiceTopic,
    ServiceLanguage,
    ServiceArea,
    ServiceEligibility,
    ServiceClosure,
    ServiceFee,
    ServiceAtLocation,
    ScheduleRow,
)
_AT_A_TIME = 500
"""How many ids go into one statement; databases have a limit."""


def new_uid() -> str:
    """Return a new id by which other directories may know an entry."""
    return str(uuid4())


def with_uids(service: Service) -> Service:
    """Return a service in which everything has an id for other directories; what has one keeps it.

    Raises `ValueError` for hours at a place that is not one of the service.
    """
    locations = tuple(replace(place, uid=place.uid or new_uid()) for place in service.locations)

    def at_home(schedule: Schedule) -> Schedule:
        place = None if schedule.location is None else locations[service.position_of(schedule.location)]
        return replace(schedule, uid=schedule.uid or new_uid(), location=place)

    return replace(
        service,
        uid=service.uid or new_uid(),
        locations=locations,
        schedules=tuple(at_home(schedule) for schedule in service.schedules),
    )


def service_columns(service: Service) -> dict[str, Any]:
    """Return what stands in the row of a service itself."""
    return {
        "organisation_id": service.organisation_id,
        "uid": service.uid,
        "name": service.name,
        "description": service.description or None,
        "destination": service.destination,
        "phone": service.phone or None,
        "email": service.email or None,
        "url": service.url or None,
        "response_days": service.response_days,
        "takes_referrals": service.takes_referrals,
        "active": service.active,
        "capacity": service.capacity,
        "assured_on": service.assured_on,
        "assured_by": service.assured_by or None,
    }


def insert_services(session: Session, services: Sequence[Service]) -> list[int]:
    """Insert the rows of services that have their uids, without their details, and return their ids."""
    if not services:
        return []
    return list(
        session.scalars(
            insert(ServiceRow).returning(ServiceRow.id, sort_by_parameter_order=True),
            [service_columns(service) for service in services],
        )
    )


def location_columns(location: Location) -> dict[str, Any]:
    """Return what stands in the row of a location itself, but for its organisation."""
    return {
        "uid": location.uid,
        "street": location.street,
        "postal_code": location.postal_code,
        "city": location.city,
        "municipality": location.municipality,
        "accessibility_note": location.accessibility_note or None,
    }


def insert_locations(session: Session, locations: Sequence[tuple[int, Location]]) -> list[int]:
    """Insert locations that have their uids, each with its organisation, and return their ids."""
    if not locations:
        return []
    ids = list(
        session.scalars(
            insert(LocationRow).returning(LocationRow.id, sort_by_parameter_order=True),
            [{**location_columns(place), "organisation_id": owner} for owner, place in locations],
        )
    )
    insert_accessibility(session, {key: place for key, (_, place) in zip(ids, locations, strict=True)})
    return ids


def insert_accessibility(session: Session, locations: Mapping[int, Location]) -> None:
    """Insert what locations, by their ids, have for people who see, hear or move less well."""
    _insert(
        session,
        LocationAccessibility,
        [
            {"location_id": key, "code": code}
            for key, place in locations.items()
            for code in sorted(place.accessibility)
        ],
    )


def known_locations(session: Session, desk_id: int) -> dict[str, int]:
    """Return the ids of the locations of a desk by their uids."""
    rows = session.execute(
        select(LocationRow.uid, LocationRow.id).where(LocationRow.id.in_(locations_of(desk_id)))
    )
    return {row.uid: row.id for row in rows}


def insert_details(session: Session, services: Mapping[int, Service], places: Mapping[str, int]) -> None:
    """Insert what belongs to services, by their ids; `places` are the ids of locations by their uids."""
    rows: dict[type[Base], list[dict[str, Any]]] = {model: [] for model in _DETAILS}
    for key, service in services.items():
        for model, row in _details(service, places):
            rows[model].append({"service_id": key, **row})
    for model in _DETAILS:
        _insert(session, model, rows[model])
    _insert_schedule_languages(session, services)


def delete_details(session: Session, service_ids: Iterable[int]) -> None:
    """Delete what belongs to services, but not the services."""
    for ids in _portions(service_ids):
        own = select(ScheduleRow.id).where(ScheduleRow.service_id.in_(ids))
        session.execute(delete(ScheduleLanguage).where(ScheduleLanguage.schedule_id.in_(own)))
        for model in _DETAILS:
            table = table_of(model)
            session.execute(delete(table).where(table.c.service_id.in_(ids)))


def _details(service: Service, places: Mapping[str, int]) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    for topic in sorted(service.topics):
        yield ServiceTopic, {"topic": topic}
    for tag in sorted(service.languages):
        yield ServiceLanguage, {"language": tag}
    for code in sorted(service.municipalities or ()):
        yield ServiceArea, {"municipality": code}
    for kind, codes in (
        ("group", service.eligibility.groups),
        ("stay", service.eligibility.stays),
        ("registration", service.eligibility.registrations),
    ):
        for each in sorted(codes):
            yield ServiceEligibility, {"kind": kind, "code": each.value}
    for closure in service.closures:
        yield (
            ServiceClosure,
            {"first_day": closure.first_day, "last_day": closure.last_day, "note": closure.note or None},
        )
    for fee in service.fees:
        yield (
            ServiceFee,
            {
                "text": fee.text or None,
                "cents": fee.cents,
                "currency": fee.currency,
                "valid_from": fee.valid_from,
                "valid_to": fee.valid_to,
            },
        )
    for position, place in enumerate(service.locations):
        yield ServiceAtLocation, {"location_id": places[str(place.uid)], "position": position}
    for schedule in service.schedules:
        yield ScheduleRow, _schedule_columns(schedule, places)


def _schedule_columns(schedule: Schedule, places: Mapping[str, int]) -> dict[str, Any]:
    return {
        "uid": schedule.uid,
        "location_id": places[str(schedule.location.uid)] if schedule.location else None,
        "opening_hours": schedule.opening_hours,
        "valid_from": schedule.valid_from,
        "valid_to": schedule.valid_to,
        "note": schedule.note or None,
    }


def _insert_schedule_languages(session: Session, services: Mapping[int, Service]) -> None:
    spoken = {
        (key, schedule.uid): schedule.languages
        for key, service in services.items()
        for schedule in service.schedules
        if schedule.languages
    }
    owners = sorted({key for key, _ in spoken})
    rows: list[dict[str, Any]] = []
    for ids in _portions(owners):
        stored = select(ScheduleRow.id, ScheduleRow.service_id, ScheduleRow.uid).where(
            ScheduleRow.service_id.in_(ids)
        )
        for schedule_id, service_id, uid in session.execute(stored):
            tags = spoken.get((service_id, uid), frozenset())
            rows += [{"schedule_id": schedule_id, "language": tag} for tag in sorted(tags)]
    _insert(session, ScheduleLanguage, rows)


def _insert(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(model), rows)


def _portions(ids: Iterable[int]) -> Iterator[list[int]]:
    everything = list(ids)
    for start in range(0, len(everything), _AT_A_TIME):
        yield everything[start : start + _AT_A_TIME]
