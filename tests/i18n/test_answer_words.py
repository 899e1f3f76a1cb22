"""What is filled in in a standard answer, in the language of its text."""

from datetime import datetime

import pytest

from servicebalie.core.directory import Location, Service
from servicebalie.core.opening import AMSTERDAM, Opening
from servicebalie.core.standard_answers import Placeholder
from servicebalie.core.vocabulary import Destination
from servicebalie.i18n.answer_words import placeholder_words
from servicebalie.i18n.registry import locale_of_language

POINT = Service(
    1,
    "Information point",
    "Library",
    1,
    Destination.LIBRARY,
    locations=(Location("Emmasingel 22", "5611 AZ", "Eindhoven", "GM0772"),),
)
STARTS = datetime(2026, 11, 26, 10, tzinfo=AMSTERDAM)
ENDS = datetime(2026, 11, 26, 12, 30, tzinfo=AMSTERDAM)


def test_a_service_is_named_with_its_organisation_and_its_address() -> None:
    assert placeholder_words(POINT, None, "en") == {
        Placeholder.SERVICE: "Library (Information point)",
        Placeholder.ADDRESS: "Emmasingel 22, 5611 AZ Eindhoven",
    }


def test_what_is_not_known_is_not_there_and_a_name_is_said_once() -> None:
    service = Service(1, "Desk", "Desk", 1, Destination.DESK)
    assert placeholder_words(service, None, "en") == {Placeholder.SERVICE: "Desk"}


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Thursday 26 November 2026, 10:00–12:30"),
        ("nl", "donderdag 26 november 2026, 10:00–12:30"),
        ("pl", "czwartek, 26 listopada 2026, 10:00–12:30"),
    ],
)
def test_opening_times_are_in_the_language_of_the_text(locale: str, words: str) -> None:
    known = placeholder_words(POINT, Opening(STARTS, ENDS), locale)
    assert known[Placeholder.OPENING].replace("Thursday, ", "Thursday ") == words


def test_a_service_that_does_not_close_in_sight_has_no_end() -> None:
    known = placeholder_words(POINT, Opening(STARTS, None), "nl")
    assert known[Placeholder.OPENING] == "donderdag 26 november 2026, 10:00"


@pytest.mark.parametrize(("code", "tag"), [("pl", "pl"), ("zh", "zh-Hans"), ("so", "so")])
def test_a_language_has_one_locale(code: str, tag: str) -> None:
    assert locale_of_language(code) == tag
