"""A small country for the tests of routing, and strategies that fill it with services."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from servicebalie.core.code_lists import CodeLists, Municipality, Topic
from servicebalie.core.directory import Directory, Location, Schedule, Service
from servicebalie.core.routing import RoutingFacts
from servicebalie.core.vocabulary import Destination

NOW = datetime(
    2026, 4, 22, 16, 30, tzinfo=UTC
)  # a Wednesday, half past six in the evening in the Netherlands

TOPICS = {
    code: Topic(code, parent, destination, sensitive)
    for code, parent, destination, sensitive in [
        ("language", None, Destination.LIBRARY, False),
        ("dutch-course", "language", Destination.LIBRARY, False),
        ("civic-integration", "language", Destination.MUNICIPALITY, False),
        ("health", None, Destination.DESK, False),
        ("mental-health", "health", Destination.OTHER, False),
        ("exploitation", None, Destination.OTHER, True),
        ("trafficking", "exploitation", Destination.OTHER, True),
        ("housing-abuse", "exploitation", Destination.MUNICIPALITY, True),
    ]
}
MUNICIPALITIES = {
    code: Municipality(code, code, corop, province)
    for code, corop, province in [
        ("GM0001", "CR01", "PV01"),
        ("GM0002", "CR01", "PV01"),
        ("GM0003", "CR02", "PV01"),
        ("GM0004", "CR03", "PV02"),
    ]
}
LANGUAGES = ("nl", "pl", "ar")
DESK_AREA = frozenset({"GM0001", "GM0002", "GM0003"})


def service(
    id: int, destination: Destination = Destination.LIBRARY, at: str | None = None, **fields
) -> Service:
    locations = (Location("Street 1", "1234 AB", "City", at),) if at else ()
    return Service(id, f"Service {id}", "Organisation", 1, destination, locations=locations, **fields)


def directory_of(*services: Service, desk_at: str | None = "GM0001") -> Directory:
    desk = service(100, Destination.DESK, at=desk_at, municipalities=DESK_AREA)
    return Directory(
        1, desk, {partner.id: partner for partner in services}, CodeLists(TOPICS, {}, MUNICIPALITIES)
    )


def _sets(values: Any) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(values)), max_size=3)


_bounds = st.none() | st.dates(date(2026, 4, 1), date(2026, 5, 31))
_schedules = st.builds(
    Schedule,
    opening_hours=st.sampled_from(
        ["Mo-Fr 09:00-17:00; PH off", "We 18:00-20:00", "Sa 10:00-16:00", "24/7", "bad"]
    ),
    valid_from=_bounds,
    valid_to=_bounds,
    languages=_sets(LANGUAGES),
)
_services = st.lists(
    st.builds(
        dict,
        destination=st.sampled_from([place for place in Destination if place is not Destination.DESK]),
        at=st.none() | st.sampled_from(sorted(MUNICIPALITIES)),
        topics=_sets(TOPICS),
        municipalities=st.none() | _sets(MUNICIPALITIES),
        languages=_sets(LANGUAGES),
        schedules=st.lists(_schedules, max_size=2).map(tuple),
        takes_referrals=st.booleans(),
        active=st.booleans(),
    ),
    max_size=8,
)
directories = _services.map(
    lambda kinds: directory_of(*(service(n, **kind) for n, kind in enumerate(kinds, 1)))
)
facts = st.builds(
    RoutingFacts,
    topic=st.none() | st.sampled_from([*TOPICS, "no-such-topic"]),
    language=st.none() | st.sampled_from([*LANGUAGES, "ti"]),
    municipality=st.none() | st.sampled_from([*MUNICIPALITIES, "GM9999"]),
    consents=st.booleans(),
)
moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
