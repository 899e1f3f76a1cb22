"""The partner directory of a desk: read as one value for routing, and built up."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from servicebalie.core.directory import Directory, Location, Service
from servicebalie.core.hours import minute_of
from servicebalie.core.opening import check_opening_hours
from servicebalie.core.theme_file import DeskContact
from servicebalie.core.vocabulary import Destination
from servicebalie.models.desks import Desk, DeskMunicipality
from servicebalie.models.directory import OrganisationRow, ScheduleRow, ServiceAtLocation, ServiceRow
from servicebalie.services.code_lists import read_code_lists
from servicebalie.services.directory_reading import read_services
from servicebalie.services.directory_rows import (
    insert_details,
    insert_locations,
    insert_services,
    known_locations,
    new_uid,
    with_uids,
)
from servicebalie.services.routing_rules import rules_in_force

WEEKS_AHEAD = 8
"""For how many weeks opening hours are read with a directory."""


def _now() -> datetime:
    return datetime.now(UTC)


class DirectoryCache:
    """The newest directory of each desk, kept as long as its version is the one in the database.

    A change raises the version in its own transaction and every request reads the version, so that all
    processes see a change at once. Opening hours of the weeks to come are read with it, because the first
    who asks in a week would have to wait for that; nothing that is decided depends on the clock.
    """

    def __init__(self, clock: Callable[[], datetime] = _now) -> None:
        self._clock = clock
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
            directory.offers.hours.read_weeks(minute_of(self._clock()), WEEKS_AHEAD)
            self._directories[desk_id] = directory
        return directory


def read_directory(session: Session, desk_id: int) -> Directory:
    """Return the directory of a desk as it is now."""
    version = session.execute(select(Desk.directory_version).where(Desk.id == desk_id)).scalar_one()
    services = {service.id: service for service in read_services(session, desk_id)}
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
    row = OrganisationRow(desk_id=desk_id, uid=new_uid(), name=name, kind=kind)
    session.add(row)
    session.flush()
    return row.id


def add_service(session: Session, desk_id: int, service: Service) -> int:
    """Add a service, whose `id` is ignored, to its organisation and return the id it got.

    A location with the uid of one that is there is that one. Raises `InvalidOpeningHours`, and `ValueError`
    for hours at a place that is not one of the service. Routing sees it from the end of the transaction.
    """
    for schedule in service.schedules:
        if schedule.opening_hours:
            check_opening_hours(schedule.opening_hours)
    service = with_uids(service)
    [service_id] = insert_services(session, desk_id, [service])
    places = known_locations(session, desk_id)
    new = [place for place in service.locations if place.uid not in places]
    places = insert_locations(session, desk_id, [(service.organisation_id, place) for place in new])
    insert_details(session, {service_id: service}, places)
    raise_version(session, desk_id)
    return service_id


def rename_counter(session: Session, desk_id: int, old: str, new: str) -> None:
    """Let the counter of a desk and its organisation bear the new name where they bear the old one."""
    counter = _counter(session, desk_id)
    organisation = session.get_one(OrganisationRow, counter.organisation_id)
    for named in (counter, organisation):
        if named.name == old:
            named.name = new
    raise_version(session, desk_id)


def change_counter(session: Session, desk_id: int, contact: DeskContact) -> None:
    """Change how the counter of a desk can be reached; what is None stays as it is."""
    counter = _counter(session, desk_id)
    counter.phone = contact.phone or counter.phone
    counter.email = contact.email or counter.email
    counter.url = contact.url or counter.url
    if contact.location:
        _move(session, desk_id, counter, contact.location)
    raise_version(session, desk_id)


def _move(session: Session, desk_id: int, service: ServiceRow, location: Location) -> None:
    """Let a service be at a new place instead of its first one, with the hours that it had there.

    The place gets a row of its own, because other services may be at the old one.
    """
    place = Location(
        location.street, location.postal_code, location.city, location.municipality, uid=new_uid()
    )
    new = insert_locations(session, desk_id, [(service.organisation_id, place)])[str(place.uid)]
    first = session.scalars(
        select(ServiceAtLocation)
        .where(ServiceAtLocation.service_id == service.id)
        .order_by(ServiceAtLocation.position)
        .limit(1)
    ).first()
    if first is None:
        session.add(ServiceAtLocation(service_id=service.id, location_id=new, position=0))
        return
    session.execute(
        update(ScheduleRow)
        .where(ScheduleRow.service_id == service.id, ScheduleRow.location_id == first.location_id)
        .values(location_id=new)
    )
    first.location_id = new


def _counter(session: Session, desk_id: int) -> ServiceRow:
    """Return the desk's own service."""
    return session.scalars(
        select(ServiceRow)
        .join(OrganisationRow, OrganisationRow.id == ServiceRow.organisation_id)
        .where(OrganisationRow.desk_id == desk_id, ServiceRow.destination == Destination.DESK)
        .order_by(ServiceRow.id)
        .limit(1)
    ).one()


def raise_version(session: Session, desk_id: int) -> None:
    """Tell all processes, at the end of the transaction, that the directory of a desk has changed.

    From here on until then nobody else changes it.
    """
    session.execute(
        update(Desk).where(Desk.id == desk_id).values(directory_version=Desk.directory_version + 1)
    )
    session.flush()
