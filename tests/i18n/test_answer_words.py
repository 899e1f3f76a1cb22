"""What is filled in in a standard answer, in the language of its text."""

from datetime import datetime

import pytest

from servicebalie.core.directory import Location, Service
from servicebalie.core.opening import AMSTERDAM, Opening
from servicebalie.core.standard_answers import LocalService, Placeholder
from servicebalie.core.vocabulary import Destination
from servicebalie.i18n.answer_words import placeholder_words
from servicebalie.i18n.registry import locale_of_language

PLACE = Location("Emmasingel 22", "5611 AZ", "Eindhoven", "GM0772")
POINT = Service(
    1,
    "Information point",
    "Library",
    1,
    Destination.LIBRARY,
    locations=(Location("Bijhuis 1", "5600 AA", "Eindhoven", "GM0772"), PLACE),
)
STARTS = datetime(2026, 11, 26, 10, tzinfo=AMSTERDAM)
ENDS = datetime(2026, 11, 26, 12, 30, tzinfo=AMSTERDAM)


def test_a_service_is_named_with_its_organisation_and_its_address() -> None:
    assert placeholder_words(LocalService(POINT, PLACE, None), "en") == {
        Placeholder.SERVICE: "Library (Information point)",
        Placeholder.ADDRESS: "Emmasingel 22, 5611 AZ Eindhoven",
    }


def test_what_is_not_known_is_not_there_and_a_name_is_said_once() -> None:
    service = Service(1, "Desk", "Desk", 1, Destination.DESK)
    assert placeholder_words(LocalService(service, None, None), "en") == {Placeholder.SERVICE: "Desk"}


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Thursday 26 November 2026, 10:00–12:30"),
        ("nl", "donderdag 26 november 2026, 10:00–12:30"),
        ("pl", "czwartek, 26 listopada 2026, 10:00–12:30"),
    ],
)
def test_opening_times_are_in_the_language_of_the_text(locale: str, words: str) -> None:
    known = placeholder_words(LocalService(POINT, PLACE, Opening(STARTS, ENDS)), locale)
    assert known[Placeholder.OPENING].replace("Thursday, ", "Thursday ") == words


def test_a_service_that_does_not_close_in_sight_has_no_end() -> None:
    known = placeholder_words(LocalService(POINT, PLACE, Opening(STARTS, None)), "nl")
    assert known[Placeholder.OPENING] == "donderdag 26 november 2026, 10:00"


def test_hours_that_run_for_days_say_on_which_day_they_end() -> None:
    ends = datetime(2026, 11, 28, tzinfo=AMSTERDAM)
    known = placeholder_words(LocalService(POINT, PLACE, Opening(STARTS, ends)), "nl")
    words = "donderdag 26 november 2026, 10:00 – zaterdag 28 november 2026, 00:00"
    assert known[Placeholder.OPENING] == words


def test_hours_of_exactly_a_day_do_not_seem_to_have_no_length() -> None:
    starts = STARTS.replace(hour=0)
    known = placeholder_words(LocalService(POINT, PLACE, Opening(starts, starts.replace(day=27))), "nl")
    words = "donderdag 26 november 2026, 00:00 – vrijdag 27 november 2026, 00:00"
    assert known[Placeholder.OPENING] == words


def test_hours_up_to_midnight_or_past_it_name_one_day() -> None:
    ends = datetime(2026, 11, 27, 2, tzinfo=AMSTERDAM)
    known = placeholder_words(LocalService(POINT, PLACE, Opening(STARTS, ends)), "nl")
    assert known[Placeholder.OPENING] == "donderdag 26 november 2026, 10:00–02:00"


def test_what_is_always_open_does_not_seem_to_open_at_midnight() -> None:
    always = Opening(STARTS.replace(hour=0), None)
    known = placeholder_words(LocalService(POINT, PLACE, always), "nl")
    assert known[Placeholder.OPENING] == "24/7"


@pytest.mark.parametrize(("code", "tag"), [("pl", "pl"), ("zh", "zh-Hans"), ("so", "so")])
def test_a_language_has_one_locale(code: str, tag: str) -> None:
    assert locale_of_language(code) == tag
