"""The desk that is measured: the partners of a middle-sized town, and somebody at the counter."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from servicebalie.core.directory import Location, Schedule, Service
from servicebalie.core.vocabulary import Destination, Role
from servicebalie.services.accounts import add_user, issue_token
from servicebalie.services.desks import create_desk
from servicebalie.services.directory import add_organisation, add_service

TOWN, NEIGHBOUR = "GM0772", "GM0858"
AREA = frozenset({TOWN, NEIGHBOUR})
HOURS = "Mo-Fr 09:00-17:00; PH off"

PARTNERS = (
    ("Library", Destination.LIBRARY, AREA, "nl en pl", "Tu,Th 14:00-17:00; PH off"),
    ("Library in the north", Destination.LIBRARY, frozenset({TOWN}), "nl en ar", "We 10:00-12:30"),
    ("Library next door", Destination.LIBRARY, frozenset({NEIGHBOUR}), "nl", "Fr 13:00-16:00"),
    ("Reception classes", Destination.SCHOOL, AREA, "nl en uk", "Mo-Fr 08:30-15:30; PH off"),
    ("International school", Destination.SCHOOL, AREA, "en", "Mo-Fr 08:30-16:00; PH off"),
    ("Town hall", Destination.MUNICIPALITY, frozenset({TOWN}), "nl en", HOURS),
    ("Town hall next door", Destination.MUNICIPALITY, frozenset({NEIGHBOUR}), "nl", HOURS),
)


@dataclass(frozen=True, slots=True)
class MeasuredDesk:
    """The id of the desk and the tokens of a desk worker and of a partner, the first library."""

    id: int
    desk_token: str
    partner_token: str


def set_up_desk(session: Session) -> MeasuredDesk:
    """Make the desk with its directory; every partner is told of its questions by e-mail."""
    now = datetime.now(UTC)
    counter = _service("Desk", 0, Destination.DESK, AREA, "nl en", HOURS)
    desk = create_desk(session, "Measured desk", sorted(AREA), counter, now)
    organisations = []
    for name, kind, area, languages, hours in PARTNERS:
        organisations.append(add_organisation(session, desk.id, name, kind))
        add_service(session, desk.id, _service(name, organisations[-1], kind, area, languages, hours))
    worker = add_user(session, desk.id, "Desk worker", Role.DESK, cleared=True)
    partner = add_user(session, desk.id, "Librarian", Role.PARTNER, organisation_id=organisations[0])
    return MeasuredDesk(desk.id, issue_token(session, worker, now), issue_token(session, partner, now))


def _service(
    name: str, organisation_id: int, kind: Destination, area: frozenset[str], languages: str, hours: str
) -> Service:
    return Service(
        id=0,
        name=name,
        organisation=name,
        organisation_id=organisation_id,
        destination=kind,
        municipalities=area,
        languages=frozenset(languages.split()),
        locations=(Location("Plein 1", "5611 AA", "Eindhoven", min(area)),),
        schedules=(Schedule(hours),),
        email="partner@example.org",
    )
