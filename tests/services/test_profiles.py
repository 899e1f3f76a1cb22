"""The profile of a desk: published under it, and kept from the first release on."""

from datetime import UTC, datetime

import orjson
import pytest
from sqlalchemy.orm import Session

from servicebalie.core.directory import Service
from servicebalie.core.periods import Month
from servicebalie.core.vocabulary import Destination
from servicebalie.db import Database
from servicebalie.services.desks import (
    DEFAULT_PROFILE,
    ProfileLocked,
    choose_profile,
    create_desk,
    find_desk,
    profile_of,
)
from servicebalie.services.publication import ProfileChanged, store_release
from servicebalie.services.publishing_rules import PROFILES, shipped_profile
from servicebalie.services.verification import verify_releases
from tests.support.counted_desk import CountedDesk, numbers, open_desk

OPENED = datetime(2026, 1, 2, 9, tzinfo=UTC)
IN_MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.fixture
def desk(database: Database) -> CountedDesk:
    """A desk with forty visitors in March and none in other months."""
    desk = open_desk(database, OPENED)
    desk.crowd(IN_MARCH, 40)
    return desk


def choose(desk: CountedDesk, profile: str) -> None:
    """Choose a profile in a transaction of its own."""
    desk.database.write(lambda session: choose_profile(session, desk.slug, profile))


def profile_now(desk: CountedDesk) -> str:
    """Return the profile that the desk has now."""
    with desk.database.read() as session:
        return profile_of(session, find_desk(session, desk.slug).id)


def test_a_desk_is_made_with_a_profile(database: Database) -> None:
    counter = Service(0, "Counter", "", 0, Destination.OTHER)

    def make(session: Session, name: str, profile: str = DEFAULT_PROFILE) -> str:
        created = create_desk(session, name, [], counter, OPENED, profile=profile)
        return profile_of(session, created.id)

    with database.begin() as session:
        assert make(session, "One") == "default-1"
        assert make(session, "Two", profile="detailed-1") == "detailed-1"


@pytest.mark.parametrize("name", PROFILES.values())
def test_a_month_is_published_under_the_chosen_profile(desk: CountedDesk, name: str) -> None:
    profile = shipped_profile(name)
    choose(desk, name)

    published = desk.publish("2026-03")

    document = orjson.loads(desk.release("2026-03").document)
    assert document["profile"] == {
        "name": name,
        "largestNoise": profile.distance,
        "variance": float(profile.variance),
        "threshold": profile.threshold,
    }
    assert document["ptableHash"] == profile.sha256
    (persons, _) = published["total"][()]
    assert abs(persons - 40) <= profile.distance
    assert all(count >= profile.threshold for table in published.values() for count, _ in table.values())
    with desk.database.published() as session:
        assert [verdict.fault for verdict in verify_releases(session, desk.slug)] == [None]


@pytest.mark.parametrize("size", range(1, 5))
def test_nobody_is_told_of_under_a_census_table_when_noise_could_not_reach_the_threshold(
    database: Database, size: int
) -> None:
    desk = open_desk(database, OPENED)
    desk.crowd(IN_MARCH, size)
    choose(desk, "census-1")

    assert not any(desk.publish("2026-03").values())


def test_the_profile_can_be_changed_until_the_first_release_only(desk: CountedDesk) -> None:
    choose(desk, "detailed-1")
    choose(desk, "census-1")
    desk.publish("2026-03")

    with pytest.raises(ProfileLocked) as refusal:
        choose(desk, "default-1")

    assert refusal.value.params == {"desk": "Desk", "profile": "census-1"}
    assert profile_now(desk) == "census-1"


def test_the_same_profile_may_be_chosen_again(desk: CountedDesk) -> None:
    desk.publish("2026-03")

    choose(desk, "default-1")

    assert profile_now(desk) == "default-1"


def test_the_releases_of_another_desk_lock_nothing(desk: CountedDesk) -> None:
    other = open_desk(desk.database, OPENED, "Desk North")
    desk.publish("2026-03")

    choose(other, "detailed-1")

    assert profile_now(other) == "detailed-1"


def test_a_release_that_was_counted_under_the_profile_before_is_not_stored(desk: CountedDesk) -> None:
    prepared = desk.prepare(Month(2026, 3))
    choose(desk, "detailed-1")

    with pytest.raises(ProfileChanged) as refusal:
        desk.database.write(lambda session: store_release(session, prepared))

    assert refusal.value.params == {"desk": "desk"}
    assert numbers(prepared.row["document"])["total"]
    desk.publish("2026-03")
    assert desk.release("2026-03").profile == "detailed-1"
