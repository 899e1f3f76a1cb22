"""The simulated translator knows the texts of the demonstration in several languages, and no others."""

import pytest

from servicebalie.core.simulated_translator import SimulatedTranslator
from tests.core.demo_world import shipped_population


@pytest.fixture(scope="module")
def translator() -> SimulatedTranslator:
    return SimulatedTranslator(shipped_population().parallel)


def test_what_staff_and_newcomers_write_is_known_in_the_languages_of_both(
    translator: SimulatedTranslator,
) -> None:
    for texts in shipped_population().messages.values():
        assert set(texts) == {"en", "nl", "pl", "ro", "bg", "uk", "ar", "tr", "es"}
        for language, text in texts.items():
            assert translator.translate(texts["nl"], language) == text
            assert translator.translate(text, "nl") == texts["nl"]


def test_a_question_of_a_newcomer_is_known_in_dutch(translator: SimulatedTranslator) -> None:
    assert translator.translate("I need a doctor", "nl") == "Ik heb een dokter nodig."


def test_other_texts_and_other_languages_are_left_alone(translator: SimulatedTranslator) -> None:
    assert translator.translate("Where is my bicycle?", "nl") is None
    assert translator.translate("I need a doctor", "xx") is None


def test_where_two_texts_are_the_same_the_first_one_counts() -> None:
    twice = [{"en": "Yes", "nl": "Ja"}, {"en": "Yes", "nl": "Jawel"}]
    assert SimulatedTranslator(twice).translate("Yes", "nl") == "Ja"


def test_it_says_that_it_is_simulated(translator: SimulatedTranslator) -> None:
    assert "simulated" in translator.engine
