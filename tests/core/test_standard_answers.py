"""Standard answers: the right text for a reader, with what is known here filled in, checked in time."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.directory import Closure, Directory, Location, Schedule, Service
from servicebalie.core.opening import AMSTERDAM, Opening
from servicebalie.core.routing import RoutingFacts
from servicebalie.core.standard_answers import (
    FOR_NEWCOMERS,
    FOR_STAFF,
    CheckReason,
    ChosenText,
    Placeholder,
    choose_text,
    fillable_paragraphs,
    filled_in,
    has_unknown_placeholder,
    service_to_name,
    why_to_check,
)
from servicebalie.core.vocabulary import Destination, TextStatus
from servicebalie.services.code_lists import shipped_code_lists
from tests.support.answers import CHECKED_ON, answer_about, text_in
from tests.support.workplace import NOW

UNCHECKED = TextStatus.CHECK_BEFORE_USE


def chosen(*locales: str, wanted: str) -> ChosenText | None:
    return choose_text(answer_about("bsn", *map(text_in, locales)), wanted, FOR_NEWCOMERS)


@pytest.mark.parametrize(
    ("there", "wanted", "shown"),
    [
        (("nl", "en", "pl"), "pl", "pl"),
        (("nl", "en"), "pl", "en"),
        (("nl",), "pl", "nl"),
        (("nl", "en", "zh-Hans"), "zh-Hans", "zh-Hans"),
        (("nl",), "nl", "nl"),
    ],
)
def test_somebody_gets_the_own_language_else_english_else_dutch(
    there: tuple[str, ...], wanted: str, shown: str
) -> None:
    found = chosen(*there, wanted=wanted)
    assert found is not None
    assert (found.text.locale, found.in_other_language) == (shown, shown != wanted)


def test_nobody_gets_a_language_that_is_neither_theirs_nor_a_fallback() -> None:
    assert chosen("pl", "tr", wanted="ro") is None


def test_newcomers_do_not_see_what_nobody_checked_and_staff_do() -> None:
    answer = answer_about("bsn", text_in("nl"), text_in("pl", status=UNCHECKED, checked_by=None))
    for_newcomers = choose_text(answer, "pl", FOR_NEWCOMERS)
    for_staff = choose_text(answer, "pl", FOR_STAFF)
    assert for_newcomers is not None
    assert for_staff is not None
    assert (for_newcomers.text.locale, for_staff.text.locale) == ("nl", "pl")


def test_nobody_sees_what_was_withdrawn() -> None:
    answer = answer_about("bsn", text_in("nl", status=TextStatus.WITHDRAWN))
    assert choose_text(answer, "nl", FOR_STAFF) is None


def test_an_outdated_translation_is_shown_as_such_rather_than_another_language() -> None:
    answer = answer_about("bsn", text_in("nl", version=2), text_in("en", translated_from=2), text_in("pl"))
    found = choose_text(answer, "pl", FOR_NEWCOMERS)
    assert found is not None
    assert (found.text.locale, found.outdated, found.in_other_language) == ("pl", True, False)


def test_the_source_text_and_translations_of_its_newest_version_are_not_outdated() -> None:
    nl, en = text_in("nl", version=2), text_in("en", translated_from=2)
    answer = answer_about("bsn", nl, en)
    assert not answer.is_outdated(nl)
    assert not answer.is_outdated(en)


def test_a_translation_without_a_source_text_is_not_outdated() -> None:
    assert not answer_about("bsn", text_in("pl")).is_outdated(text_in("pl"))


@pytest.mark.parametrize(
    ("body", "unknown"),
    [
        ("Go to {service}, {address}: {opening}.", False),
        ("No braces at all.", False),
        ("Call {phone}.", True),
        ("Go to { service }.", True),
        ("Go to {service.", True),
        ("Go to service}.", True),
        ("Go to {{service}}.", True),
    ],
)
def test_only_the_known_words_may_stand_between_braces(body: str, unknown: bool) -> None:
    assert has_unknown_placeholder(body) is unknown


def test_a_paragraph_that_needs_what_is_not_known_is_left_out() -> None:
    body = "Register.\n\n{service} helps.\n \nIt is at {address}.\n\nIt opens on {opening}."
    assert fillable_paragraphs(body, {Placeholder.SERVICE, Placeholder.OPENING}) == (
        ("Register.",),
        (Placeholder.SERVICE, " helps."),
        ("It opens on ", Placeholder.OPENING, "."),
    )
    words = {Placeholder.SERVICE: "The town", Placeholder.OPENING: "Monday"}
    assert filled_in(body, words) == "Register.\n\nThe town helps.\n\nIt opens on Monday."


@given(st.text())
def test_words_without_braces_stay_as_they_are(words: str) -> None:
    plain = words.replace("{", "").replace("}", "")
    assert "".join(filled_in(plain, {}).split()) == "".join(plain.split())


@pytest.mark.parametrize(
    ("changes", "today", "reason"),
    [
        ({}, date(2027, 2, 28), None),
        ({}, date(2027, 3, 1), CheckReason.CHECKED_LONG_AGO),
        ({"status": UNCHECKED}, CHECKED_ON, CheckReason.NEVER_CHECKED),
        ({"status": TextStatus.WITHDRAWN}, date(2030, 1, 1), None),
        ({"translated_from": 1}, CHECKED_ON, CheckReason.SOURCE_CHANGED),
        ({"checked_on": date(2026, 8, 31)}, date(2027, 2, 28), None),
        ({"checked_on": date(2026, 8, 31)}, date(2027, 3, 1), CheckReason.CHECKED_LONG_AGO),
    ],
)
def test_a_text_must_be_checked_for_the_most_urgent_reason(
    changes: dict[str, object], today: date, reason: CheckReason | None
) -> None:
    text = text_in("pl", **{"translated_from": 2, **changes})
    answer = answer_about("bsn", text_in("nl", version=2), text)
    assert why_to_check(answer, text, today, 6) is reason


EVERYWHERE = frozenset({"GM0772", "GM0758"})
DESK = Service(
    1,
    "Desk",
    "Desk",
    1,
    Destination.DESK,
    municipalities=EVERYWHERE,
    locations=(Location("Plein 1", "5611 AA", "Eindhoven", "GM0772"),),
    schedules=(Schedule("24/7"),),
)
TOWN = Service(2, "Town hall", "Eindhoven", 2, Destination.MUNICIPALITY, municipalities=frozenset({"GM0772"}))
REGION = replace(TOWN, id=3, name="Region", municipalities=EVERYWHERE)


def named(facts: RoutingFacts, *partners: Service) -> tuple[str, bool]:
    """Return the name of the service that an answer tells about, and whether it tells when it is open."""
    directory = Directory(1, DESK, {one.id: one for one in partners}, shipped_code_lists())
    found = service_to_name(facts, directory, NOW)
    return found.service.name, found.opening is not None


def test_the_service_is_the_one_that_the_question_would_go_to() -> None:
    assert named(RoutingFacts("bsn", "pl", "GM0772"), TOWN) == ("Town hall", False)


def test_without_a_municipality_only_a_service_for_everybody_is_named() -> None:
    unknown = RoutingFacts("bsn", "pl", None)
    assert named(unknown, TOWN) == ("Desk", True)
    assert named(unknown, TOWN, REGION) == ("Region", False)


def test_of_several_places_the_hours_of_the_nearest_are_told() -> None:
    near, far = (Location("Plein 1", "5611 AA", "City", code) for code in ("GM0772", "GM0758"))
    hours = (Schedule("We 09:00-17:00; SH off", dated=("We 10:00-17:00", "We 09:00-17:00")),)
    town = replace(TOWN, languages=frozenset({"nl"}), locations=(far, near), schedules=hours)
    directory = Directory(1, DESK, {town.id: town}, shipped_code_lists())
    at = datetime(2026, 4, 22, 14, 30, tzinfo=AMSTERDAM)
    opening = service_to_name(RoutingFacts("bsn", "nl", "GM0772"), directory, at).opening
    assert opening is not None
    assert opening.starts_at.hour == 9


def test_of_a_service_that_is_open_all_hours_of_today_are_told() -> None:
    at = datetime(2026, 4, 22, 14, 30, tzinfo=AMSTERDAM)
    hours = (Schedule("Mo-Fr 09:00-17:00"), Schedule("We 13:00-16:00", languages=frozenset({"pl"})))
    town = replace(TOWN, languages=frozenset({"nl"}), schedules=hours)
    directory = Directory(1, DESK, {town.id: town}, shipped_code_lists())
    starts = {}
    for language in ("nl", "pl"):
        opening = service_to_name(RoutingFacts("bsn", language, "GM0772"), directory, at).opening
        assert opening is not None
        starts[language] = (opening.starts_at.hour, opening.ends_at and opening.ends_at.hour)
    assert starts == {"nl": (9, 17), "pl": (13, 16)}


NEXT_WEDNESDAY = datetime(2026, 4, 22, 8, tzinfo=AMSTERDAM)
OTHER_END = Location("Ring 9", "5654 AB", "Eindhoven", "GM0772")


@pytest.mark.parametrize(("language", "where"), [("nl", "Plein 1"), ("pl", "Ring 9")])
def test_the_address_is_the_one_where_the_hours_are(language: str, where: str) -> None:
    places = (DESK.locations[0], OTHER_END)
    hours = (
        Schedule("We 09:00-12:00", languages=frozenset({"nl"}), location=places[0]),
        Schedule("We 13:00-17:00", languages=frozenset({"pl"}), location=places[1]),
    )
    region = replace(REGION, locations=places, schedules=hours)
    directory = Directory(1, DESK, {region.id: region}, shipped_code_lists())
    found = service_to_name(RoutingFacts("bsn", language, None), directory, NEXT_WEDNESDAY)
    assert found.location is not None
    assert found.opening is not None
    assert found.location.street == where
    assert found.opening.starts_at.hour == {"nl": 9, "pl": 13}[language]


def test_the_desk_is_not_said_to_be_open_on_days_on_which_it_is_closed() -> None:
    closed = Closure(date(2026, 4, 20), date(2026, 5, 8))
    desk = replace(DESK, schedules=(Schedule("Mo-Fr 09:00-17:00"),), closures=(closed,))
    directory = Directory(1, desk, {TOWN.id: TOWN}, shipped_code_lists())
    found = service_to_name(RoutingFacts("bsn", "pl", None), directory, NEXT_WEDNESDAY)
    assert found.service is desk
    assert found.opening == Opening(
        datetime(2026, 5, 11, 9, tzinfo=AMSTERDAM), datetime(2026, 5, 11, 17, tzinfo=AMSTERDAM)
    )


def test_of_a_desk_with_two_counters_the_address_is_the_one_where_it_is_open() -> None:
    hours = (
        Schedule("Fr 09:00-12:00", location=DESK.locations[0]),
        Schedule("We 13:00-17:00", location=OTHER_END),
    )
    desk = replace(DESK, locations=(DESK.locations[0], OTHER_END), schedules=hours)
    directory = Directory(1, desk, {TOWN.id: TOWN}, shipped_code_lists())
    found = service_to_name(RoutingFacts("bsn", "pl", None), directory, NEXT_WEDNESDAY)
    assert found.location == OTHER_END
    assert found.opening is not None
    assert found.opening.starts_at.day == 22
