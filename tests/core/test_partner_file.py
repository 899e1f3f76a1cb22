"""A desk and its partners can be written down as a readable file."""

from datetime import date

import pytest

from servicebalie.core.directory import Closure, Eligibility, Fee, Location, Schedule
from servicebalie.core.opening import check_opening_hours
from servicebalie.core.partner_file import parse_partner_file
from servicebalie.core.vocabulary import Accessibility, Destination, Group, Registration, Stay
from tests.core.demo_world import codes, text

FILE = """
[areas]
north = ["GM0001", "GM0002"]

[desk]
name = "Desk"
area = ["north", "GM0003"]
languages = ["nl"]
schedules = [{ opening_hours = "Mo-Fr 09:00-17:00" }]

[[organisations]]
name = "Library"
kind = "library"

[[organisations.services]]
name = "Help"
topics = ["digid"]
area = ["GM0001"]
languages = ["nl", "en"]
phone = "040-5550001"
email = "library@example.org"
url = "https://library.example.org/"
address = { street = "A 1", postal_code = "1234 AB", city = "B", municipality = "GM0001" }
schedules = [{ opening_hours = "Th 14:00-17:00", languages = ["pl"], note = "Polish hour" }]
response_days = 2
takes_referrals = false

[[organisations.services]]
name = "More help"
languages = []
schedules = []
"""


def test_a_service_is_read_with_everything_about_it() -> None:
    file = parse_partner_file(FILE)
    library = file.organisations[0]
    assert (library.name, library.kind) == ("Library", Destination.LIBRARY)
    service = library.services[0]
    assert (service.name, service.organisation, service.destination) == (
        "Help",
        "Library",
        Destination.LIBRARY,
    )
    assert (service.topics, service.municipalities, service.languages) == (
        {"digid"},
        {"GM0001"},
        {"nl", "en"},
    )
    assert service.location == Location("A 1", "1234 AB", "B", "GM0001")
    assert service.schedules == (Schedule("Th 14:00-17:00", languages=frozenset({"pl"}), note="Polish hour"),)
    assert (service.phone, service.email) == ("040-5550001", "library@example.org")
    assert (service.url, service.response_days, service.takes_referrals) == (
        "https://library.example.org/",
        2,
        False,
    )


WHOLE = """
[areas]

[desk]
name = "Desk"
area = ["GM0001"]
languages = []
schedules = []

[[organisations]]
name = "Library"
kind = "library"

[[organisations.services]]
name = "Café"
description = "Talk"
area = ["NL"]
languages = ["nl"]
schedules = [{ opening_hours = "Mo 10:00-12:00", at = 2, valid_from = 2026-01-01, valid_to = 2026-06-30 }]
closures = [{ first_day = 2026-04-27, last_day = 2026-04-27, note = "King's Day" }]
eligibility = { groups = ["status-holder"], stays = ["over-5-years"], registrations = ["brp"] }
capacity = 4
fees = [{ text = "Coffee", cents = 150 }]
assured_on = 2026-01-02
assured_by = "coordinator"

[[organisations.services.addresses]]
street = "A 1"
postal_code = "1234 AB"
city = "B"
municipality = "GM0001"

[[organisations.services.addresses]]
street = "A 2"
postal_code = "1234 AB"
city = "B"
municipality = "GM0001"
accessibility = ["lift"]
accessibility_note = "Ring"
"""


def test_a_service_can_say_everything_that_the_directory_keeps() -> None:
    [service] = parse_partner_file(WHOLE).organisations[0].services
    first, second = service.locations
    assert (second.accessibility, second.accessibility_note) == ({Accessibility.LIFT}, "Ring")
    assert service.schedules == (
        Schedule("Mo 10:00-12:00", date(2026, 1, 1), date(2026, 6, 30), location=second),
    )
    assert service.closures == (Closure(date(2026, 4, 27), date(2026, 4, 27), "King's Day"),)
    assert service.eligibility == Eligibility({Group.STATUS_HOLDER}, {Stay.OVER_5_YEARS}, {Registration.BRP})
    assert (service.capacity, service.fees, service.municipalities) == (4, (Fee("Coffee", 150),), None)
    assert (service.description, service.assured_on, service.assured_by) == (
        "Talk",
        date(2026, 1, 2),
        "coordinator",
    )
    assert first.accessibility == frozenset()


def test_what_is_left_out_means_every_topic_everywhere_and_five_days() -> None:
    service = parse_partner_file(FILE).organisations[0].services[1]
    assert service.topics == frozenset()
    assert service.municipalities is None
    assert service.location is None
    assert (service.response_days, service.takes_referrals) == (5, True)


def test_the_desk_works_for_its_areas_and_its_counter_is_a_service_of_its_own() -> None:
    file = parse_partner_file(FILE)
    assert file.desk_name == "Desk"
    assert file.municipalities == {"GM0001", "GM0002", "GM0003"} == file.counter.municipalities
    assert file.counter.destination is Destination.DESK


@pytest.mark.parametrize(
    ("right", "wrong"), [('kind = "library"', 'kind = "pub"'), ('name = "Desk"', ""), ("[areas]", "[areas")]
)
def test_a_file_that_cannot_be_read_is_refused(right: str, wrong: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        parse_partner_file(FILE.replace(right, wrong))


def test_the_shipped_partners_speak_in_known_codes_and_hours() -> None:
    file = parse_partner_file(text("demo/directory.toml"))
    services = [file.counter, *(service for partner in file.organisations for service in partner.services)]
    municipalities = codes("municipalities_2026.csv", 0)
    assert len(file.municipalities) == 14
    for service in services:
        assert service.topics <= codes("topics.csv", 0)
        assert (
            service.municipalities is None or service.municipalities <= file.municipalities <= municipalities
        )
        for schedule in service.schedules:
            check_opening_hours(schedule.opening_hours)
            assert service.languages | schedule.languages <= codes("languages.csv", 3)


def test_the_shipped_partners_are_fictitious() -> None:
    file = parse_partner_file(text("demo/directory.toml"))
    for partner in file.organisations:
        for service in partner.services:
            assert service.phone is None or "-555" in service.phone
            assert service.email is None or service.email.endswith("@example.org")
            assert service.url is None or service.url.endswith(".example.org/")


def test_every_municipality_of_the_demonstration_has_a_library_a_school_and_a_counter() -> None:
    file = parse_partner_file(text("demo/directory.toml"))
    for kind in (Destination.LIBRARY, Destination.SCHOOL, Destination.MUNICIPALITY):
        services = [
            service for partner in file.organisations if partner.kind is kind for service in partner.services
        ]
        assert all(any(service.serves(code) for service in services) for code in file.municipalities)


def test_what_is_only_signposted_takes_no_referrals() -> None:
    file = parse_partner_file(text("demo/directory.toml"))
    for partner in file.organisations:
        for service in partner.services:
            assert service.takes_referrals is (partner.kind is not Destination.OTHER)
