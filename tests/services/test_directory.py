"""The directory: what is put in comes out, and every process sees a change at once."""

from dataclasses import replace
from datetime import date

import pytest

from servicebalie.core.directory import Location, Schedule, Service
from servicebalie.core.errors import InvalidOpeningHours
from servicebalie.core.vocabulary import Destination
from servicebalie.services.accounts import KnownTokens
from servicebalie.services.directory import (
    DirectoryCache,
    add_organisation,
    add_service,
    desk_municipalities,
    read_directory,
)
from tests.support.small_desk import BREDA, EINDHOVEN
from tests.support.statements import counted_statements
from tests.support.workplace import NOW, SmallWorkplace

FULL = Service(
    id=0,
    name="Language café",
    organisation="Café",
    organisation_id=0,
    destination=Destination.LIBRARY,
    topics=frozenset({"language", "digid"}),
    municipalities=frozenset({BREDA, EINDHOVEN}),
    languages=frozenset({"nl", "ar"}),
    locations=(Location("Molenstraat 6", "4811 GS", "Breda", BREDA),),
    schedules=(
        Schedule("Mo 10:00-12:00", date(2026, 1, 1), date(2026, 12, 31), frozenset({"pl", "uk"}), "Upstairs"),
        Schedule("24/7"),
    ),
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
