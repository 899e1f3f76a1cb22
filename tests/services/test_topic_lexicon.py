"""The words by which topics are found, as they are shipped."""

from collections import defaultdict

import pytest

from benchmarks.phrases import Phrase, phrasebook, subtopics, topic_labels, written_phrases
from servicebalie.core.topic_suggestion import ANY_LANGUAGE, suggest_topics
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.topic_lexicon import shipped_topic_words, topic_lexicon

PHRASES = (*written_phrases(), *phrasebook())
PARTLY_FOUND = {"held-out": 0.95, "story": 0.45, "phrasebook": 0.55}
"""The share of phrases that must be found: slightly less than in the language that benchmarks/README.md
tells to be the worst."""


LANGUAGES = sorted({*shipped_topic_words()} - {ANY_LANGUAGE})


def found(phrase: Phrase) -> bool:
    suggestions = suggest_topics(phrase.text, topic_lexicon())
    return phrase.topic in [suggestion.topic for suggestion in suggestions]


def test_there_are_words_in_all_languages_that_newcomers_of_today_need() -> None:
    """A language that is added later can do without, until somebody writes them."""
    assert len(LANGUAGES) >= 25
    assert {*LANGUAGES} <= {*LOCALES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_words_and_phrases_in_every_language(language: str) -> None:
    entries = shipped_topic_words()[language].topics
    assert {*entries} == subtopics()
    assert all(len(words) >= 3 for words in entries.values())
    assert shipped_topic_words()[language].common
    for part in ("held-out", "train"):
        assert {p.topic for p in PHRASES if (p.language, p.part) == (language, part)} == subtopics()


def test_no_word_stands_for_a_topic_that_is_not_there() -> None:
    assert {*topic_lexicon().topics} == subtopics()


@pytest.mark.parametrize("language", ["nl", "en", "pl"])
def test_there_are_ten_phrases_a_topic_in_the_languages_most_spoken(language: str) -> None:
    counts: defaultdict[str, int] = defaultdict(int)
    for phrase in written_phrases():
        if phrase.language == language:
            counts[phrase.topic] += 1
    assert min(counts.values()) >= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_is_found_by_its_name_in_every_language(language: str) -> None:
    labels = [label for label in topic_labels() if label.language == language]
    assert [label for label in labels if not found(label)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_ask_is_found_as_often_as_we_say(language: str) -> None:
    for part, share in PARTLY_FOUND.items():
        phrases = [phrase for phrase in PHRASES if (phrase.language, phrase.part) == (language, part)]
        assert sum(map(found, phrases)) >= share * len(phrases), part


@pytest.mark.parametrize("part", ["held-out", "phrasebook"])
def test_who_is_in_danger_is_seldom_overlooked(part: str) -> None:
    sensitive = {"labour-exploitation", "underpayment", "housing-abuse", "trafficking", "domestic-violence"}
    phrases = [phrase for phrase in PHRASES if phrase.part == part and phrase.topic in sensitive]
    assert sum(map(found, phrases)) >= 0.7 * len(phrases)


def test_the_lexicon_is_made_once() -> None:
    assert topic_lexicon() is topic_lexicon()
