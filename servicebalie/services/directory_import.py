"""Taking over a directory from a file, all of it or nothing, and handing it out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from servicebalie.core.directory import Directory, Location, Organisation, Service
from servicebalie.core.directory_checks import faults_of_entries
from servicebalie.core.directory_entries import Entry, identity_of
from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.core.school_holidays import in_school_holidays
from servicebalie.core.vocabulary import Destination
from servicebalie.models.directory import (
    LocationAccessibility,
    LocationRow,
    OrganisationRow,
    ScheduleRow,
    ServiceAtLocation,
    ServiceRow,
)
from servicebalie.services.directory import raise_version, read_directory
from servicebalie.services.directory_reading import locations_of, read_organisations
from servicebalie.services.directory_rows import (
    delete_details,
    insert_accessibility,
    insert_details,
    insert_locations,
    insert_services,
    known_locations,
    location_columns,
    new_uid,
    service_columns,
    with_uids,
)
from servicebalie.services.school_holidays import shipped_school_holidays

MOST_FAULTS = 500
"""How many faults are told at once; with the wrong kind of file every line has some."""


MOST_NAMED = 20
"""How many services of a kind are named in a report of an import; the others are counted."""


class NamedService(NamedTuple):
    """A service as a report of an import names it."""

    organisation: str
    name: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the services of a file, and of those that it does not have."""

    added: tuple[NamedService, ...] = ()
    changed: tuple[NamedService, ...] = ()
    closed: tuple[NamedService, ...] = ()
    unchanged: int = 0


def directory_entries(session: Session, desk_id: int) -> tuple[Entry, ...]:
    """Return the whole directory of a desk, its own counter and closed services too."""
    return _entries(read_organisations(session, desk_id), read_directory(session, desk_id))


def import_directory(
    session: Session, desk_id: int, entries: Sequence[Entry], today: date, *, replace_all: bool = False
) -> ImportReport:
    """Store the organisations and services of a file: those that are known are changed, others added.

    An entry without an id is the one with its name. What the file does not have stays; with `replace_all` its
    services are closed, but never the desk's own. Raises `InvalidInput`, with nothing stored.
    """
    raise_version(session, desk_id)
    directory = read_directory(session, desk_id)
    there = {service.uid: service for service in (directory.desk_service, *directory.services.values())}
    organisations = read_organisations(session, desk_id)
    entries = [_recognised(entry, organisations, there.values()) for entry in entries]
    dated = [_in_school_holidays(entry, directory.desk_service) for entry in entries]
    refuse([*faults_of_entries(dated, today), *_faults_of_the_desk(entries, directory)])
    owners = _store_organisations(session, desk_id, entries, organisations)
    services = [
        with_uids(replace(service, organisation_id=owner, organisation=entry.organisation.name))
        for entry, owner in zip(entries, owners, strict=True)
        for service in entry.services
    ]
    added = [service for service in services if service.uid not in there]
    changed = {
        there[service.uid].id: service
        for service in services
        if service.uid in there and identity_of(service) != identity_of(there[service.uid])
    }
    _store_services(session, desk_id, added, changed)
    named = {service.uid for service in services} | {directory.desk_service.uid}
    absent = [each for uid, each in there.items() if replace_all and each.active and uid not in named]
    _close(session, [each.id for each in absent])
    _tidy_locations(session, desk_id)
    return ImportReport(
        _named(added),
        _named(changed.values()),
        _named(absent),
        unchanged=len(services) - len(added) - len(changed),
    )


def _named(services: Iterable[Service]) -> tuple[NamedService, ...]:
    return tuple(NamedService(service.organisation, service.name) for service in services)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise `InvalidInput` when there are faults; of very many it tells the first, and how many are left."""
    if len(faults) > MOST_FAULTS:
        more = Fault("", "more-faults", {"count": len(faults) - MOST_FAULTS})
        faults = [*faults[:MOST_FAULTS], more]
    if faults:
        raise InvalidInput(*faults)


def _entries(organisations: Iterable[Organisation], directory: Directory) -> tuple[Entry, ...]:
    services: dict[int, list[Service]] = {}
    for service in (directory.desk_service, *directory.services.values()):
        services.setdefault(service.organisation_id, []).append(service)
    return tuple(Entry(each, tuple(services.get(each.id, ()))) for each in organisations)


def _recognised(entry: Entry, organisations: Iterable[Organisation], there: Iterable[Service]) -> Entry:
    """Return an entry in which what has no id has that of what is here under its name."""
    organisation = entry.organisation
    if organisation.uid is None:
        by_name = next((each for each in organisations if each.name == organisation.name), None)
        organisation = replace(organisation, uid=by_name.uid if by_name else new_uid())
    owner = next((each.id for each in organisations if each.uid == organisation.uid), None)
    known = {each.name: each for each in there if each.organisation_id == owner}
    services = tuple(_with_known_uids(service, known.get(service.name)) for service in entry.services)
    return replace(entry, organisation=organisation, services=services)


def _in_school_holidays(entry: Entry, desk: Service) -> Entry:
    """Return an entry whose hours know the school holidays, so that it can be told which overlap."""
    holidays = shipped_school_holidays()
    region = holidays.region_of(desk)
    services = tuple(in_school_holidays(service, region, holidays) for service in entry.services)
    return replace(entry, services=services)


def _with_known_uids(service: Service, known: Service | None) -> Service:
    """Return a service with the ids of the one that is here, where it has none and says the same."""
    if service.uid is not None or known is None:
        return service
    places = {place: place.uid for place in known.locations}
    hours = {schedule: schedule.uid for schedule in known.schedules}
    locations = tuple(replace(place, uid=place.uid or places.get(place)) for place in service.locations)
    schedules = tuple(
        replace(
            each,
            uid=each.uid or hours.get(each),
            location=None if each.location is None else locations[service.position_of(each.location)],
        )
        for each in service.schedules
    )
    return replace(service, uid=known.uid, locations=locations, schedules=schedules)


def _faults_of_the_desk(entries: Iterable[Entry], directory: Directory) -> Iterable[Fault]:
    """Yield a fault for another desk's counter, and for the own one that would be closed."""
    own = directory.desk_service
    for entry in entries:
        for service, pointer in zip(entry.services, entry.service_pointers, strict=True):
            is_own = service.uid == own.uid
            if is_own != (service.destination is Destination.DESK) or (is_own and not service.active):
                yield Fault(pointer, "desk-is-fixed")


def _store_organisations(
    session: Session, desk_id: int, entries: Sequence[Entry], there: Iterable[Organisation]
) -> list[int]:
    """Store the organisation of each entry and return their ids."""
    known = {organisation.uid: organisation for organisation in there}
    new = []
    for entry in entries:
        own = entry.organisation
        if own.uid not in known:
            new.append({"desk_id": desk_id, **_organisation_columns(own)})
        elif replace(own, id=known[own.uid].id) != known[own.uid]:
            session.execute(
                update(OrganisationRow)
                .where(OrganisationRow.id == known[own.uid].id)
                .values(**_organisation_columns(own))
            )
    if new:
        session.execute(insert(OrganisationRow), new)
    ids = {each.uid: each.id for each in read_organisations(session, desk_id)}
    return [ids[entry.organisation.uid] for entry in entries]


def _organisation_columns(organisation: Organisation) -> dict[str, Any]:
    return {
        "uid": organisation.uid,
        "name": organisation.name,
        "kind": organisation.kind,
        "description": organisation.description,
        "url": organisation.url,
        "email": organisation.email,
    }


def _store_services(
    session: Session, desk_id: int, added: Sequence[Service], changed: Mapping[int, Service]
) -> None:
    places = _store_locations(session, desk_id, [*added, *changed.values()])
    delete_details(session, changed)
    for key, service in changed.items():
        session.execute(update(ServiceRow).where(ServiceRow.id == key).values(**service_columns(service)))
    ids = insert_services(session, desk_id, added)
    insert_details(session, {**changed, **dict(zip(ids, added, strict=True))}, places)


def _store_locations(session: Session, desk_id: int, services: Iterable[Service]) -> dict[str, int]:
    """Store the places of services, each once, and return the ids of all places by their uids."""
    known = known_locations(session, desk_id)
    wanted: dict[str, tuple[int, Location]] = {}
    for service in services:
        for place in service.locations:
            wanted.setdefault(str(place.uid), (service.organisation_id, place))
    again = {known[uid]: place for uid, (_, place) in wanted.items() if uid in known}
    for key, place in again.items():
        session.execute(update(LocationRow).where(LocationRow.id == key).values(**location_columns(place)))
        session.execute(delete(LocationAccessibility).where(LocationAccessibility.location_id == key))
    insert_accessibility(session, again)
    new = {uid: owned for uid, owned in wanted.items() if uid not in known}
    return insert_locations(session, desk_id, list(new.values()))


def _close(session: Session, service_ids: Sequence[int]) -> None:
    for key in service_ids:
        session.execute(update(ServiceRow).where(ServiceRow.id == key).values(active=False))


def _tidy_locations(session: Session, desk_id: int) -> None:
    """Delete the places where no service is any more."""
    unused = (
        select(LocationRow.id)
        .where(
            LocationRow.id.in_(locations_of(desk_id)),
            ~exists().where(ServiceAtLocation.location_id == LocationRow.id),
            ~exists().where(ScheduleRow.location_id == LocationRow.id),
        )
        .subquery()
    )
    ids = select(unused.c.id)
    session.execute(delete(LocationAccessibility).where(LocationAccessibility.location_id.in_(ids)))
    session.execute(delete(LocationRow).where(LocationRow.id.in_(ids)))
