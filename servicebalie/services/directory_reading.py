"""The services of a desk's directory, read from their tables in a number of queries that never changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from servicebalie.core.directory import Closure, Eligibility, Fee, Location, Organisation, Schedule, Service
from servicebalie.core.school_holidays import in_school_holidays
from servicebalie.core.vocabulary import Destination, Group, Registration, Stay
from servicebalie.models.directory import (
    LocationAccessibility,
    LocationRow,
    OrganisationRow,
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
from servicebalie.services.school_holidays import shipped_school_holidays

_NOBODY_IN_PARTICULAR: Mapping[str, frozenset[str]] = {}


def read_organisations(session: Session, desk_id: int) -> tuple[Organisation, ...]:
    """Return the organisations of a desk's directory, in the order in which they were added."""
    rows = session.scalars(
        select(OrganisationRow).where(OrganisationRow.desk_id == desk_id).order_by(OrganisationRow.id)
    )
    return tuple(
        Organisation(row.id, row.name, row.kind, row.description, row.url, row.email, row.uid) for row in rows
    )


def read_services(session: Session, desk_id: int) -> Iterator[Service]:
    """Return all services of a desk, closed ones too, in the order in which they were added."""
    services = list(_services(session, desk_id))
    holidays = shipped_school_holidays()
    counter = next((each for each in services if each.destination is Destination.DESK), None)
    desk_region = holidays.region_of(counter) if counter else None
    return (in_school_holidays(service, desk_region, holidays) for service in services)


def _services(session: Session, desk_id: int) -> Iterator[Service]:
    rows = session.execute(
        select(ServiceRow, OrganisationRow.name)
        .join(OrganisationRow, OrganisationRow.id == ServiceRow.organisation_id)
        .where(OrganisationRow.desk_id == desk_id)
        .order_by(ServiceRow.id)
    ).all()
    own = services_of(desk_id)
    topics = _codes(session, ServiceTopic.service_id, ServiceTopic.topic, own)
    languages = _codes(session, ServiceLanguage.service_id, ServiceLanguage.language, own)
    areas = _codes(session, ServiceArea.service_id, ServiceArea.municipality, own)
    eligibility = _eligibility(session, own)
    closures = _closures(session, own)
    fees = _fees(session, own)
    places = _places(session, desk_id)
    locations = _locations(session, own, places)
    schedules = _schedules(session, own, places)
    for row, organisation in rows:
        yield Service(
            id=row.id,
            name=row.name,
            organisation=organisation,
            organisation_id=row.organisation_id,
            destination=row.destination,
            topics=topics.get(row.id, frozenset()),
            municipalities=areas.get(row.id),
            languages=languages.get(row.id, frozenset()),
            locations=tuple(locations.get(row.id, ())),
            schedules=tuple(schedules.get(row.id, ())),
            closures=tuple(closures.get(row.id, ())),
            eligibility=_eligible(eligibility.get(row.id, _NOBODY_IN_PARTICULAR)),
            capacity=row.capacity,
            phone=row.phone,
            email=row.email,
            url=row.url,
            response_days=row.response_days,
            takes_referrals=row.takes_referrals,
            active=row.active,
            description=row.description,
            fees=tuple(fees.get(row.id, ())),
            assured_on=row.assured_on,
            assured_by=row.assured_by,
            uid=row.uid,
        )


def services_of(desk_id: int) -> Select[int]:
    """Return the query for the ids of the services of a desk."""
    return (
        select(ServiceRow.id)
        .join(OrganisationRow, OrganisationRow.id == ServiceRow.organisation_id)
        .where(OrganisationRow.desk_id == desk_id)
    )


def locations_of(desk_id: int) -> Select[int]:
    """Return the query for the ids of the locations of a desk."""
    return (
        select(LocationRow.id)
        .join(OrganisationRow, OrganisationRow.id == LocationRow.organisation_id)
        .where(OrganisationRow.desk_id == desk_id)
    )


def _places(session: Session, desk_id: int) -> Mapping[int, Location]:
    own = locations_of(desk_id)
    accessibility = _codes(session, LocationAccessibility.location_id, LocationAccessibility.code, own)
    return {
        row.id: Location(
            street=row.street,
            postal_code=row.postal_code,
            city=row.city,
            municipality=row.municipality,
            accessibility=accessibility.get(row.id, frozenset()),
            accessibility_note=row.accessibility_note,
            uid=row.uid,
        )
        for row in session.scalars(select(LocationRow).where(LocationRow.id.in_(own)))
    }


def _locations(
    session: Session, services: Select[int], places: Mapping[int, Location]
) -> Mapping[int, list[Location]]:
    rows = session.execute(
        select(ServiceAtLocation.service_id, ServiceAtLocation.location_id)
        .where(ServiceAtLocation.service_id.in_(services))
        .order_by(ServiceAtLocation.service_id, ServiceAtLocation.position)
    )
    return _grouped((service, places[location]) for service, location in rows)


def _schedules(
    session: Session, services: Select[int], places: Mapping[int, Location]
) -> Mapping[int, list[Schedule]]:
    rows = session.scalars(
        select(ScheduleRow).where(ScheduleRow.service_id.in_(services)).order_by(ScheduleRow.id)
    ).all()
    own = select(ScheduleRow.id).where(ScheduleRow.service_id.in_(services))
    languages = _codes(session, ScheduleLanguage.schedule_id, ScheduleLanguage.language, own)
    return _grouped(
        (
            row.service_id,
            Schedule(
                opening_hours=row.opening_hours,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                languages=languages.get(row.id, frozenset()),
                note=row.note,
                location=None if row.location_id is None else places[row.location_id],
                uid=row.uid,
            ),
        )
        for row in rows
    )


def _closures(session: Session, services: Select[int]) -> Mapping[int, list[Closure]]:
    rows = session.scalars(
        select(ServiceClosure)
        .where(ServiceClosure.service_id.in_(services))
        .order_by(ServiceClosure.first_day, ServiceClosure.id)
    )
    return _grouped((row.service_id, Closure(row.first_day, row.last_day, row.note)) for row in rows)


def _fees(session: Session, services: Select[int]) -> Mapping[int, list[Fee]]:
    rows = session.scalars(
        select(ServiceFee).where(ServiceFee.service_id.in_(services)).order_by(ServiceFee.id)
    )
    return _grouped(
        (row.service_id, Fee(row.text, row.cents, row.currency, row.valid_from, row.valid_to)) for row in rows
    )


def _eligibility(session: Session, services: Select[int]) -> Mapping[int, Mapping[str, frozenset[str]]]:
    """Return for each service the codes of each list of which it has some."""
    found: defaultdict[int, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in session.scalars(select(ServiceEligibility).where(ServiceEligibility.service_id.in_(services))):
        found[row.service_id][row.kind].add(row.code)
    return {
        service: {kind: frozenset(codes) for kind, codes in lists.items()} for service, lists in found.items()
    }


def _eligible(codes: Mapping[str, frozenset[str]]) -> Eligibility:
    return Eligibility(
        groups=frozenset(map(Group, codes.get("group", ()))),
        stays=frozenset(map(Stay, codes.get("stay", ()))),
        registrations=frozenset(map(Registration, codes.get("registration", ()))),
    )


def _grouped(pairs: Iterable[tuple[int, Any]]) -> Mapping[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for owner, value in pairs:
        found[owner].append(value)
    return found


def _codes(session: Session, owner: Any, code: Any, owners: Select[int]) -> Mapping[int, frozenset[Any]]:
    """Return the set of codes of each owner in a table of pairs; owners without codes are absent."""
    found: defaultdict[int, set[Any]] = defaultdict(set)
    for owner_id, value in session.execute(select(owner, code).where(owner.in_(owners))):
        found[owner_id].add(value)
    return {owner_id: frozenset(values) for owner_id, values in found.items()}
