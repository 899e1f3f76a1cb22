"""Words, numbers and days in the languages of the desk, without a web request."""

from datetime import date

import pytest

from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import parse_period
from servicebalie.documents.words import Words
from servicebalie.i18n.registry import DESK_LOCALES

DUTCH, ENGLISH = Words("nl"), Words("en")


def test_numbers_are_written_as_in_the_language() -> None:
    assert (DUTCH.number(12345), ENGLISH.number(12345)) == ("12.345", "12,345")
    assert DUTCH.estimate(Estimate(1470, 1466, 1474)) == "1.470 (1.466–1.474)"
    assert (DUTCH.share(0.826), ENGLISH.share(1.0)) == ("83%", "100%")


@pytest.mark.parametrize(
    ("period", "dutch", "english"),
    [
        ("2026-10", "oktober 2026", "October 2026"),
        ("2026-Q3", "3e kwartaal 2026", "3rd quarter 2026"),
        ("2026", "2026", "2026"),
    ],
)
def test_periods_have_names(period: str, dutch: str, english: str) -> None:
    given = parse_period(period)
    assert (DUTCH.period(given), ENGLISH.period(given)) == (dutch, english)


def test_a_day_is_written_as_people_here_write_it() -> None:
    day = date(2026, 11, 7)
    assert (DUTCH.day(day), ENGLISH.day(day)) == ("7 november 2026", "7 November 2026")


def test_sentences_of_both_catalogues_are_translated() -> None:
    assert DUTCH.gettext("%(name)s as a whole", name="Werk") == "Werk als geheel"
    assert DUTCH.gettext("Work") == "Werk"
    assert DUTCH.gettext("Nobody wrote this down.") == "Nobody wrote this down."


def test_things_are_listed_as_in_a_sentence() -> None:
    assert DUTCH.listed(["a", "b", "c"]) == "a, b en c"
    assert ENGLISH.listed(iter(["a", "b"])) == "a and b"


@pytest.mark.parametrize("tag", DESK_LOCALES)
def test_a_sign_for_per_cent_in_a_translation_is_no_place_for_a_value(tag: str) -> None:
    assert Words(tag).gettext("100%") == "100%"
