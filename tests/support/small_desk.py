"""A small desk: a counter in Eindhoven, four partners, and somebody of each role."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from servicebalie.core.directory import Location, Schedule, Service
from servicebalie.core.vocabulary import Destination, Role
from servicebalie.services.accounts import add_user, issue_token
from servicebalie.services.desks import DeskFacts, create_desk
from servicebalie.services.directory import add_organisation, add_service

EINDHOVEN = "GM0772"
BREDA = "GM0758"
AMSTERDAM = "GM0363"


@dataclass(frozen=True, slots=True)
class SmallDesk:
    """A desk with the ids of its services, its users and their tokens, by a short name of each.

    Users: `desk` and `administrator` (both cleared), `uncleared` (desk), `library`, `town` and
    `cleared-town` (partners), `policymaker`.
    """

    id: int
    services: Mapping[str, int]
    users: Mapping[str, int]
    tokens: Mapping[str, str]


def make_small_desk(session: Session, name: str) -> SmallDesk:
    """Set up a small desk under a name that no other desk has."""
    now = datetime.now(UTC)
    desk = create_desk(session, name, [EINDHOVEN, BREDA], _counter(), now)
    organisations = {
        "library": add_organisation(session, desk.id, "Library Eindhoven", Destination.LIBRARY),
        "school": add_organisation(session, desk.id, "School Eindhoven", Destination.SCHOOL),
        "town": add_organisation(session, desk.id, "Town of Eindhoven", Destination.MUNICIPALITY),
        "shelter": add_organisation(session, desk.id, "Shelter", Destination.OTHER),
    }
    services = {key: add_service(session, desk.id, service) for key, service in _partners(organisations)}
    services["counter"] = min(services.values()) - 1
    users = _users(session, desk, organisations)
    tokens = {key: issue_token(session, user, now) for key, user in users.items()}
    return SmallDesk(desk.id, services, users, tokens)


def _users(session: Session, desk: DeskFacts, organisations: Mapping[str, int]) -> dict[str, int]:
    library, town = organisations["library"], organisations["town"]
    return {
        "desk": add_user(session, desk.id, "Desk worker", Role.DESK, cleared=True),
        "uncleared": add_user(session, desk.id, "New desk worker", Role.DESK),
        "administrator": add_user(session, desk.id, "Administrator", Role.ADMINISTRATOR, cleared=True),
        "policymaker": add_user(session, desk.id, "Policymaker", Role.POLICYMAKER),
        "library": add_user(session, desk.id, "Librarian", Role.PARTNER, organisation_id=library),
        "town": add_user(session, desk.id, "Clerk", Role.PARTNER, organisation_id=town),
        "cleared-town": add_user(
            session, desk.id, "Confidential adviser", Role.PARTNER, organisation_id=town, cleared=True
        ),
    }


def _counter() -> Service:
    return Service(
        id=0,
        name="Counter",
        organisation="",
        organisation_id=0,
        destination=Destination.DESK,
        languages=frozenset({"nl", "en"}),
        locations=(Location("Stationsplein 1", "5611 AA", "Eindhoven", EINDHOVEN),),
        schedules=(Schedule("Mo-Fr 09:00-17:00; PH off"),),
        phone="+31401234567",
    )


def _partners(organisations: Mapping[str, int]) -> list[tuple[str, Service]]:
    return [
        ("library", _library(organisations["library"])),
        ("school", _school(organisations["school"])),
        *_of_the_town(organisations["town"]),
        ("shelter", _shelter(organisations["shelter"])),
    ]


def _library(organisation: int) -> Service:
    return Service(
        id=0,
        name="Information point",
        organisation="",
        organisation_id=organisation,
        destination=Destination.LIBRARY,
        municipalities=frozenset({EINDHOVEN}),
        languages=frozenset({"nl"}),
        locations=(Location("Emmasingel 22", "5611 AZ", "Eindhoven", EINDHOVEN),),
        schedules=(
            Schedule("Mo-Sa 10:00-17:00; PH off"),
            Schedule("Th 18:00-20:00; PH off", languages=frozenset({"pl"})),
        ),
        email="information@library.example",
        url="https://library.example",
        response_days=3,
    )


def _school(organisation: int) -> Service:
    return Service(
        id=0,
        name="Newcomer class",
        organisation="",
        organisation_id=organisation,
        destination=Destination.SCHOOL,
        languages=frozenset({"nl", "en"}),
    )


def _of_the_town(organisation: int) -> list[tuple[str, Service]]:
    town = Service(
        id=0,
        name="Town hall",
        organisation="",
        organisation_id=organisation,
        destination=Destination.MUNICIPALITY,
        municipalities=frozenset({EINDHOVEN}),
        languages=frozenset({"nl", "en"}),
        schedules=(Schedule("24/7"),),
    )
    housing = Service(
        id=0,
        name="Housing inspection",
        organisation="",
        organisation_id=organisation,
        destination=Destination.MUNICIPALITY,
        topics=frozenset({"housing-abuse"}),
        municipalities=frozenset({EINDHOVEN}),
    )
    return [("town", town), ("housing", housing)]


def _shelter(organisation: int) -> Service:
    return Service(
        id=0,
        name="Help line",
        organisation="",
        organisation_id=organisation,
        destination=Destination.OTHER,
        topics=frozenset({"exploitation", "domestic-violence"}),
        takes_referrals=False,
    )
