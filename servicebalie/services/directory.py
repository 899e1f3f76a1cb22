"""The partner directory of a desk: read as one value for routing, and built up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from servicebalie.core.directory import Directory, Location, Schedule, Service
from servicebalie.core.opening import check_opening_hours
from servicebalie.core.theme_file import DeskContact
from servicebalie.core.vocabulary import Destination
from servicebalie.models.desks import Desk, DeskMunicipality
from servicebalie.models.directory import (
    LocationRow,
    OrganisationRow,
    ScheduleLanguage,
    ScheduleRow,
    ServiceArea,
    ServiceLanguage,
    ServiceRow,
    ServiceTopic,
)
from servicebalie.services.code_lists import read_code_lists
from servicebalie.services.routing_rules import rules_in_force


class DirectoryCache:
    """The newest directory of each desk, kept as long as its version is the one in the database.

    A change raises the version in its own transaction and every request reads the version, so that all
    processes see a change at once.
    """

    def __init__(self) -> None:
        self._directories: dict[int, Directory] = {}

    def cached(self, desk_id: int, version: int) -> Directory | None:
        """Return the directory of a desk if it is kept in exactly this version."""
        directory = self._directories.get(desk_id)
        return directory if directory is not None and directory.version == version else None

    def get(self, session: Session, desk_id: int, version: int) -> Directory:
        """Return the directory of a desk at this version or a newer one."""
        directory = self._directories.get(desk_id)
        if directory is None or directory.version < version:
            directory = read_directory(session, desk_id)
            self._directories[desk_id] = directory
        return directory


def read_directory(session: Session, desk_id: int) -> Directory:
    """Return the directory of a desk as it is now."""
    version = session.execute(select(Desk.directory_version).where(Desk.id == desk_id)).scalar_one()
    services = {service.id: service for service in _services(session, desk_id)}
    desk_service = next(s for s in services.values() if s.destination is Destination.DESK)
    return Directory(
        version=version,
        desk_service=desk_service,
        services={id_: s for id_, s in services.items() if id_ != desk_service.id},
        code_lists=read_code_lists(session),
        rules=rules_in_force(session, desk_id),
    )


def desk_municipalities(session: Session, desk_id: int) -> frozenset[str]:
    """Return the codes of the municipalities that a desk works for."""
    return frozenset(
        session.scalars(select(DeskMunicipality.municipality).where(DeskMunicipality.desk_id == desk_id))
    )


def add_organisation(session: Session, desk_id: int, name: str, kind: Destination) -> int:
    """Add an organisation to a desk's directory and return its id."""
    row = OrganisationRow(desk_id=desk_id, name=name, kind=kind)
    session.add(row)
    session.flush()
    return row.id


def add_service(session: Session, desk_id: int, service: Service) -> int:
    """Add a service, whose `id` is ignored, to its organisation and return the id it got.

    Raises `InvalidOpeningHours`. Routing sees the service from the end of the transaction.
    """
    row = ServiceRow(
        organisation_id=service.organisation_id,
        location_id=_add_location(session, service),
        name=service.name,
        destination=service.destination,
        phone=service.phone or None,
        email=service.email or None,
        url=service.url or None,
        response_days=service.response_days,
        takes_referrals=service.takes_referrals,
        active=service.active,
    )
    session.add(row)
    session.flush()
    session.add_all(ServiceTopic(service_id=row.id, topic=topic) for topic in sorted(service.topics))
    session.add_all(ServiceLanguage(service_id=row.id, language=tag) for tag in sorted(service.languages))
    session.add_all(
        ServiceArea(service_id=row.id, municipality=code) for code in sorted(service.municipalities or ())
    )
    for schedule in service.schedules:
        _add_schedule(session, row.id, schedule)
    _raise_version(session, desk_id)
    return row.id


def rename_counter(session: Session, desk_id: int, old: str, new: str) -> None:
    """Let the counter of a desk and its organisation bear the new name where they bear the old one."""
    counter = _counter(session, desk_id)
    organisation = session.get_one(OrganisationRow, counter.organisation_id)
    for named in (counter, organisation):
        if named.name == old:
            named.name = new
    _raise_version(session, desk_id)


def change_counter(session: Session, desk_id: int, contact: DeskContact) -> None:
    """Change how the counter of a desk can be reached; what is None stays as it is."""
    counter = _counter(session, desk_id)
    counter.phone = contact.phone or counter.phone
    counter.email = contact.email or counter.email
    counter.url = contact.url or counter.url
    if contact.location:
        # A row of its own, because other services may be at the old place.
        counter.location_id = _insert_location(session, counter.organisation_id, contact.location)
    _raise_version(session, desk_id)


def _counter(session: Session, desk_id: int) -> ServiceRow:
    """Return the desk's own service."""
    return session.scalars(
        select(ServiceRow)
        .join(OrganisationRow, OrganisationRow.id == ServiceRow.organisation_id)
        .where(OrganisationRow.desk_id == desk_id, ServiceRow.destination == Destination.DESK)
        .order_by(ServiceRow.id)
        .limit(1)
    ).one()


def _raise_version(session: Session, desk_id: int) -> None:
    session.execute(
        update(Desk).where(Desk.id == desk_id).values(directory_version=Desk.directory_version + 1)
    )
    session.flush()


def _add_location(session: Session, service: Service) -> int | None:
    if service.location is None:
        return None
    return _insert_location(session, service.organisation_id, service.location)


def _insert_location(session: Session, organisation_id: int, location: Location) -> int:
    row = LocationRow(
        organisation_id=organisation_id,
        street=location.street,
        postal_code=location.postal_code,
        city=location.city,
        municipality=location.municipality,
    )
    session.add(row)
    session.flush()
    return row.id


def _add_schedule(session: Session, service_id: int, schedule: Schedule) -> None:
    if schedule.opening_hours:
        check_opening_hours(schedule.opening_hours)
    row = ScheduleRow(
        service_id=service_id,
        opening_hours=schedule.opening_hours,
        valid_from=schedule.valid_from,
        valid_to=schedule.valid_to,
        note=schedule.note or None,
    )
    session.add(row)
    session.flush()
    session.add_all(ScheduleLanguage(schedule_id=row.id, language=tag) for tag in sorted(schedule.languages))


def _services(session: Session, desk_id: int) -> Iterable[Service]:
    """Yield all services of a desk; the number of queries does not depend on how many there are."""
    rows = session.execute(
        select(ServiceRow, OrganisationRow, LocationRow)
        .join(OrganisationRow, OrganisationRow.id == ServiceRow.organisation_id)
        .outerjoin(LocationRow, LocationRow.id == ServiceRow.location_id)
        .where(OrganisationRow.desk_id == desk_id)
        .order_by(ServiceRow.id)
    ).all()
    ids = [row.ServiceRow.id for row in rows]
    topics = _codes(session, ServiceTopic.service_id, ServiceTopic.topic, ids)
    languages = _codes(session, ServiceLanguage.service_id, ServiceLanguage.language, ids)
    areas = _codes(session, ServiceArea.service_id, ServiceArea.municipality, ids)
    schedules = _schedules(session, ids)
    for row, organisation, location in rows:
        yield Service(
            id=row.id,
            name=row.name,
            organisation=organisation.name,
            organisation_id=organisation.id,
            destination=row.destination,
            topics=topics.get(row.id, frozenset()),
            municipalities=areas.get(row.id),
            languages=languages.get(row.id, frozenset()),
            locations=_locations(location),
            schedules=tuple(schedules.get(row.id, ())),
            phone=row.phone,
            email=row.email,
            url=row.url,
            response_days=row.response_days,
            takes_referrals=row.takes_referrals,
            active=row.active,
        )


def _locations(row: LocationRow | None) -> tuple[Location, ...]:
    return (Location(row.street, row.postal_code, row.city, row.municipality),) if row else ()


def _schedules(session: Session, service_ids: list[int]) -> Mapping[int, list[Schedule]]:
    rows = session.scalars(
        select(ScheduleRow).where(ScheduleRow.service_id.in_(service_ids)).order_by(ScheduleRow.id)
    ).all()
    languages = _codes(
        session, ScheduleLanguage.schedule_id, ScheduleLanguage.language, [row.id for row in rows]
    )
    found: defaultdict[int, list[Schedule]] = defaultdict(list)
    for row in rows:
        schedule = Schedule(
            opening_hours=row.opening_hours,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            languages=languages.get(row.id, frozenset()),
            note=row.note,
        )
        found[row.service_id].append(schedule)
    return found


def _codes(session: Session, owner: Any, code: Any, owners: list[int]) -> dict[int, frozenset[str]]:
    """Return the set of codes of each owner in a table of pairs; owners without codes are absent."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for owner_id, value in session.execute(select(owner, code).where(owner.in_(owners))):
        found[owner_id].add(value)
    return {owner_id: frozenset(values) for owner_id, values in found.items()}
