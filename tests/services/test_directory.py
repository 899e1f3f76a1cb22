"""The directory: what is put in comes out, and every process sees a change at once."""

from dataclasses import replace
from datetime import date

import pytest

from servicebalie.core.directory import Closure, Eligibility, Fee, Location, Schedule, Service
from servicebalie.core.errors import InvalidOpeningHours
from servicebalie.core.theme_file import DeskContact
from servicebalie.core.vocabulary import Accessibility, Destination, Group, Registration, Stay
from servicebalie.db import Database
from servicebalie.services.accounts import KnownTokens
from servicebalie.services.desks import create_desk
from servicebalie.services.directory import (
    DirectoryCache,
    add_organisation,
    add_service,
    change_counter,
    desk_municipalities,
    read_directory,
)
from tests.support.small_desk import BREDA, EINDHOVEN
from tests.support.statements import counted_statements
from tests.support.workplace import NOW, SmallWorkplace

MILL = Location(
    "Molenstraat 6",
    "4811 GS",
    "Breda",
    BREDA,
    frozenset({Accessibility.LIFT, Accessibility.STEP_FREE}),
    "Ring at the side door",
)
STATION = Location("Stationsplein 2", "5611 AB", "Eindhoven", EINDHOVEN)

FULL = Service(
    id=0,
    name="Language café",
    organisation="Café",
    organisation_id=0,
    destination=Destination.LIBRARY,
    topics=frozenset({"language", "digid"}),
    municipalities=frozenset({BREDA, EINDHOVEN}),
    languages=frozenset({"nl", "ar"}),
    locations=(MILL, STATION),
    schedules=(
        Schedule("Mo 10:00-12:00", date(2026, 1, 1), date(2026, 12, 31), frozenset({"pl", "uk"}), "Upstairs"),
        Schedule("24/7"),
        Schedule("Th 10:00-12:00", location=STATION),
    ),
    closures=(
        Closure(date(2026, 12, 24), date(2027, 1, 2), "Christmas"),
        Closure(date(2027, 4, 27), date(2027, 4, 27)),
    ),
    eligibility=Eligibility(
        frozenset({Group.STATUS_HOLDER, Group.FAMILY_MIGRANT}),
        frozenset({Stay.OVER_5_YEARS}),
        frozenset({Registration.BRP}),
    ),
    capacity=12,
    description="Talk and drink coffee.",
    fees=(Fee("Free"), Fee("A course", 1250, "EUR", date(2026, 1, 1), date(2026, 12, 31))),
    assured_on=date(2026, 10, 1),
    assured_by="coordinator",
    phone="+31761234567",
    email="cafe@library.example",
    url="https://library.example/cafe",
    response_days=2,
    takes_referrals=False,
    active=False,
)


def add(desk: SmallWorkplace, service: Service) -> Service:
    """Add a service of a new organisation, and return it with the ids that it got."""
    with desk.database.begin() as session:
        organisation = add_organisation(session, desk.desk.id, service.organisation, service.destination)
        service = replace(service, organisation_id=organisation)
        return replace(service, id=add_service(session, desk.desk.id, service))


BARE = Service(0, "Bare", "Bare", 0, Destination.OTHER, schedules=(Schedule(""),))


@pytest.mark.parametrize("service", [FULL, BARE], ids=["full", "bare"])
def test_a_service_is_read_as_it_was_added(small_desk: SmallWorkplace, service: Service) -> None:
    added = add(small_desk, service)
    read = small_desk.read(lambda session: read_directory(session, small_desk.desk.id))
    assert read.services[added.id] == added


def test_everything_gets_a_uid_that_stays(small_desk: SmallWorkplace) -> None:
    added = add(small_desk, FULL)
    first, again = (
        small_desk.read(lambda session: read_directory(session, small_desk.desk.id)).services[added.id]
        for _ in range(2)
    )
    uids = [first.uid, *(place.uid for place in first.locations), *(each.uid for each in first.schedules)]
    assert all(uids)
    assert len({*uids}) == 6
    assert first.schedules[2].location is not None
    assert first.schedules[2].location.uid == first.locations[1].uid
    assert [first.uid, *(place.uid for place in again.locations)] == [again.uid, *uids[1:3]]


def test_a_place_with_a_known_uid_is_the_same_place(small_desk: SmallWorkplace) -> None:
    first = add(small_desk, FULL)
    there = small_desk.read(lambda session: read_directory(session, small_desk.desk.id)).services[first.id]
    second = add(small_desk, replace(BARE, locations=there.locations))
    read = small_desk.read(lambda session: read_directory(session, small_desk.desk.id))
    assert [place.uid for place in read.services[second.id].locations] == [
        place.uid for place in there.locations
    ]


def test_hours_at_a_place_where_the_service_is_not_are_refused(small_desk: SmallWorkplace) -> None:
    with pytest.raises(ValueError, match="not a location"):
        add(small_desk, replace(BARE, schedules=(Schedule("24/7", location=MILL),)))


def test_hours_at_the_counter_move_with_it(small_desk: SmallWorkplace) -> None:
    desk_id = small_desk.desk.id
    with small_desk.database.begin() as session:
        change_counter(session, desk_id, DeskContact(location=MILL))
    counter = small_desk.read(lambda session: read_directory(session, desk_id)).desk_service
    assert [place.city for place in counter.locations] == ["Breda"]


def test_a_counter_that_is_nowhere_can_get_a_place(database: Database) -> None:
    with database.begin() as session:
        desk = create_desk(session, "Nowhere", [], replace(BARE, schedules=()), NOW)
        change_counter(session, desk.id, DeskContact(location=STATION))
        assert read_directory(session, desk.id).desk_service.locations == (STATION,)


def test_hours_that_cannot_be_read_are_refused_and_nothing_is_added(small_desk: SmallWorkplace) -> None:
    with pytest.raises(InvalidOpeningHours):
        add(small_desk, replace(FULL, schedules=(Schedule("sometimes"),)))
    read = small_desk.read(lambda session: read_directory(session, small_desk.desk.id))
    assert read == small_desk.work.directory


def test_the_directory_takes_the_same_number_of_statements_however_large_it_is(
    small_desk: SmallWorkplace,
) -> None:
    counts = []
    for _ in range(2):
        with counted_statements() as sent, small_desk.database.read() as session:
            read_directory(session, small_desk.desk.id)
        counts.append(len(sent))
        for _ in range(5):
            add(small_desk, FULL)
    assert counts[0] == counts[1]


def test_a_change_is_seen_with_the_next_request_and_nothing_is_read_without_one(
    small_desk: SmallWorkplace,
) -> None:
    cache, desk = DirectoryCache(), small_desk.desk

    def directory_of_a_request() -> tuple[int, int]:
        with small_desk.database.read() as session:
            version = KnownTokens().authenticate(session, desk.tokens["desk"], NOW).directory_version
            with counted_statements() as sent:
                directory = cache.get(session, desk.id, version)
            return len(directory.services), len(sent)

    before, _ = directory_of_a_request()
    assert directory_of_a_request() == (before, 0)
    add(small_desk, FULL)
    after, statements = directory_of_a_request()
    assert after == before + 1
    assert statements > 0


def test_a_request_that_is_late_does_not_bring_an_old_directory_back(small_desk: SmallWorkplace) -> None:
    cache = DirectoryCache()
    old = small_desk.work.directory.version
    add(small_desk, FULL)
    with small_desk.database.read() as session:
        new = cache.get(session, small_desk.desk.id, old + 1)
        assert cache.get(session, small_desk.desk.id, old) is new


def test_a_desk_works_for_the_municipalities_it_was_set_up_for(small_desk: SmallWorkplace) -> None:
    served = small_desk.read(lambda session: desk_municipalities(session, small_desk.desk.id))
    assert served == {EINDHOVEN, BREDA}


def test_a_directory_is_kept_only_as_the_version_that_it_is(small_desk: SmallWorkplace) -> None:
    cache, desk_id = DirectoryCache(), small_desk.desk.id
    version = small_desk.work.directory.version
    assert cache.cached(desk_id, version) is None
    directory = small_desk.read(lambda session: cache.get(session, desk_id, version))
    assert cache.cached(desk_id, version) is directory
    assert cache.cached(desk_id, version - 1) is None
    assert cache.cached(desk_id, version + 1) is None
