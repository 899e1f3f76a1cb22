from datetime import date

import pytest

from servicebalie.core.code_lists import CodeLists, Topic
from servicebalie.core.directory import Directory, Eligibility, Location, Schedule, Service
from servicebalie.core.vocabulary import Destination, Group, Registration, Stay

TODAY = date(2026, 4, 22)
LANGUAGE = Topic("language", None, Destination.LIBRARY, sensitive=False)
DUTCH_COURSE = Topic("dutch-course", "language", Destination.LIBRARY, sensitive=False)
EXPLOITATION = Topic("exploitation", None, Destination.OTHER, sensitive=True)
TRAFFICKING = Topic("trafficking", "exploitation", Destination.OTHER, sensitive=True)
TOPICS = (LANGUAGE, DUTCH_COURSE, EXPLOITATION, TRAFFICKING)


def library(id: int = 1, **fields) -> Service:
    return Service(id, "Library", "City library", 1, Destination.LIBRARY, **fields)


def polish_hour(valid_to: date | None = None) -> Schedule:
    return Schedule("We 13:00-15:00", valid_to=valid_to, languages=frozenset({"pl"}))


@pytest.mark.parametrize(
    ("named", "handled"),
    [
        (set(), {LANGUAGE, DUTCH_COURSE}),
        ({"language"}, {LANGUAGE, DUTCH_COURSE}),
        ({"dutch-course"}, {DUTCH_COURSE}),
        ({"exploitation"}, {EXPLOITATION, TRAFFICKING}),
        ({"trafficking"}, {TRAFFICKING}),
        ({"tax"}, set()),
    ],
)
def test_a_service_helps_with_the_topics_it_names_and_their_subtopics_and_sensitive_ones_only_if_named(
    named: set[str], handled: set[Topic]
) -> None:
    service = library(topics=frozenset(named))

    assert {topic for topic in TOPICS if service.handles(topic)} == handled


def test_a_service_without_municipalities_serves_the_whole_country() -> None:
    assert library().serves("GM0772")
    assert library().covers(frozenset({"GM0772", "GM0758"}))
    assert library().covers(None)


def test_a_service_with_municipalities_serves_those() -> None:
    service = library(municipalities=frozenset({"GM0772", "GM0758"}))

    assert service.serves("GM0772")
    assert not service.serves("GM0363")
    assert service.covers(frozenset({"GM0758"}))
    assert not service.covers(frozenset({"GM0758", "GM0363"}))
    assert not service.covers(None)


def test_a_service_speaks_its_own_languages_and_those_of_its_consulting_hours() -> None:
    service = library(languages=frozenset({"nl"}), schedules=(polish_hour(),))

    assert service.speaks("nl", TODAY)
    assert service.speaks("pl", TODAY)
    assert not service.speaks("ar", TODAY)


def test_a_consulting_hour_counts_on_its_last_day_and_not_after() -> None:
    assert library(schedules=(polish_hour(valid_to=TODAY),)).speaks("pl", TODAY)
    assert not library(schedules=(polish_hour(valid_to=date(2026, 4, 21)),)).speaks("pl", TODAY)


def test_the_hours_for_a_language_are_its_consulting_hours_and_otherwise_all_hours() -> None:
    always, polish = Schedule("Mo-Fr 09:00-17:00"), polish_hour()
    service = library(languages=frozenset({"nl"}), schedules=(always, polish))

    assert service.schedules_for("pl", TODAY) == (polish,)
    assert service.schedules_for("nl", TODAY) == (always, polish)
    assert service.schedules_for("ar", TODAY) == (always, polish)
    assert service.schedules_for(None, TODAY) == (always, polish)


def test_the_candidates_for_a_topic_are_the_active_services_of_the_destination_in_order_of_id() -> None:
    services = [
        library(9, topics=frozenset({"language"})),
        library(2),
        library(5, active=False),
        library(7, topics=frozenset({"tax"})),
        Service(3, "School", "School", 2, Destination.SCHOOL),
    ]
    desk = Service(1, "Desk", "Desk", 3, Destination.DESK)
    lists = CodeLists({topic.code: topic for topic in TOPICS}, {}, {})
    directory = Directory(1, desk, {service.id: service for service in services}, lists)

    assert [service.id for service in directory.candidates(Destination.LIBRARY, DUTCH_COURSE)] == [2, 9]
    assert directory.candidates(Destination.MUNICIPALITY, DUTCH_COURSE) == ()


@pytest.mark.parametrize(
    ("group", "admitted"),
    [
        (Group.FAMILY_MIGRANT, True),
        (Group.STATUS_HOLDER, False),
        (Group.UNKNOWN, True),
        (None, True),
    ],
)
def test_a_service_for_a_group_keeps_out_who_is_known_to_be_in_another(
    group: Group | None, admitted: bool
) -> None:
    families = Eligibility(groups=frozenset({Group.FAMILY_MIGRANT}))

    assert families.admits(group, Stay.OVER_5_YEARS, Registration.BRP) is admitted


def test_who_may_come_is_a_matter_of_stay_and_registration_too() -> None:
    settled = Eligibility(stays=frozenset({Stay.OVER_5_YEARS}), registrations=frozenset({Registration.BRP}))

    assert settled.admits(None, Stay.OVER_5_YEARS, Registration.BRP)
    assert not settled.admits(None, Stay.UNDER_4_MONTHS, Registration.BRP)
    assert not settled.admits(None, Stay.OVER_5_YEARS, Registration.RNI)


def test_people_are_sent_to_the_first_location_unless_there_is_a_reason() -> None:
    first, second = (Location(street, "1234 AB", "City", "GM0001") for street in ("A 1", "B 2"))

    assert library(locations=(first, second)).location == first
    assert library().location is None


def test_consulting_hours_with_different_last_days_count_each_until_its_own() -> None:
    services = {
        number: library(number, schedules=(polish_hour(last_day),))
        for number, last_day in enumerate(
            [date(2026, 4, 30), date(2026, 4, 10), date(2026, 4, 20), date(2026, 4, 20), None], start=1
        )
    }
    lists = CodeLists({topic.code: topic for topic in TOPICS}, {}, {})
    offers = Directory(1, Service(9, "Desk", "Desk", 3, Destination.DESK), services, lists).offers

    def speaking(day: int) -> list[int]:
        return [offer.service.id for offer in offers.listed(offers.speaking("pl", date(2026, 4, day)))]

    assert speaking(1) == [1, 2, 3, 4, 5]
    assert speaking(15) == [1, 3, 4, 5]
    assert speaking(20) == [1, 3, 4, 5]
    assert speaking(21) == [1, 5]
    assert offers.speaking("ar", TODAY) == 0
