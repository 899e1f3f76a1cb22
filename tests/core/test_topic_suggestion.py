"""Topics are suggested by the words that matched, in whatever language they were typed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from servicebalie.core.topic_lexicon import LanguageWords, TopicLexicon
from servicebalie.core.topic_suggestion import ANY_LANGUAGE, WORDS_READ, suggest_topics

LEXICON = TopicLexicon(
    {
        ANY_LANGUAGE: LanguageWords({"digid": ["DigiD"]}),
        "en": LanguageWords(
            {
                "school": ["school", "child?"],
                "childcare": ["day care", "child?"],
                "doctor": ["doctor", "sick", "medic*"],
                "fired": ["lost my job"],
                "job": ["job"],
                "care": ["home care", "care?", "-"],
            },
            common=["i", "my", "is", "where", "the", "for"],
        ),
        "nl": LanguageWords(
            {"doctor": ["dokter"], "school": ["school"], "rent": ["huur", "brand"]}, ["ik", "een"]
        ),
        "de": LanguageWords({"job": ["arbeit", "brand"]}, ["ich", "ein"]),
        "ar": LanguageWords({"rent": ["إيجار", "بيت للإيجار"]}),
        "zh-Hans": LanguageWords({"rent": ["租房", "房"], "doctor": ["医生"], "fired": ["失去 工作"]}),
    }
)


def topics(text: str, limit: int = 3) -> list[str]:
    return [suggestion.topic for suggestion in suggest_topics(text, LEXICON, limit=limit)]


def words(text: str) -> dict[str, tuple[str, ...]]:
    return {suggestion.topic: suggestion.words for suggestion in suggest_topics(text, LEXICON)}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Where is the DOCTOR?", "doctor"),
        ("ik zoek een dokter", "doctor"),
        ("doctors", "doctor"),
        ("doctro", "doctor"),
        ("doc", "doctor"),
        ("some medication", "doctor"),
        ("mijn digid", "digid"),
        ("كم الايجار", "rent"),
        ("我想租房", "rent"),
        ("找医生", "doctor"),
    ],
)
def test_a_topic_is_found_by_its_words_their_forms_beginnings_and_slips(text: str, topic: str) -> None:
    assert topics(text)[0] == topic


def test_a_suggestion_names_the_words_that_spoke_for_it_as_they_were_typed() -> None:
    assert words("Sick! I LOST, today, my Job") == {
        "fired": ("LOST", "my", "Job"),
        "doctor": ("Sick",),
        "job": ("Job",),
    }
    assert words("我想租房") == {"rent": ("租房",)}


def test_words_that_belong_together_must_all_be_there_and_near() -> None:
    assert topics("I lost my job")[0] == "fired"
    assert topics("my job") == ["job"]
    assert topics("lost. " + "and so on and on " * 3 + "this is my job") == ["job"]
    assert topics("失去了工作") == ["fired"]
    assert topics("失去" + "的" * 20 + "工作") == []


def test_a_word_of_many_topics_counts_less_than_one_of_a_single_topic() -> None:
    assert topics("child school")[0] == "school"
    assert topics("care doctor")[0] == "doctor"


def test_a_hint_is_enough_only_when_no_other_topic_has_more() -> None:
    assert topics("care") == ["care"]
    assert topics("day care")[0] == "childcare"


def test_words_count_most_in_the_language_of_the_text() -> None:
    assert topics("ik heb een brand")[0] == "rent"
    assert topics("ich habe ein brand")[0] == "job"


def test_a_common_word_is_no_other_form_of_a_word() -> None:
    lexicon = TopicLexicon({"en": LanguageWords({"meal": ["foretaste"]}, ["foretas"])})
    assert suggest_topics("foretas of what comes after", lexicon) == ()
    assert suggest_topics("foretast of what comes after", lexicon) != ()


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert topics("x " * (WORDS_READ - 1) + "doctor") == ["doctor"]
    assert topics("x " * WORDS_READ + "doctor") == []


@pytest.mark.parametrize("text", ["", "   ", "?!", "xyzzy", "\u0301", "'"])
def test_nothing_is_suggested_when_no_word_matches(text: str) -> None:
    assert topics(text) == []


def test_no_more_is_suggested_than_asked_for() -> None:
    assert len(topics("doctor job school", limit=2)) == 2
    assert topics("doctor", limit=0) == []


@given(st.text())
@example("\uf900")
def test_any_text_gets_different_topics_each_with_words_that_stand_in_it(text: str) -> None:
    found = suggest_topics(text, LEXICON)
    assert len({suggestion.topic for suggestion in found}) == len(found) <= 3
    for suggestion in found:
        assert suggestion.topic in LEXICON.topics
        assert suggestion.words
        assert all(word in text for word in suggestion.words)


@given(
    st.lists(
        st.sampled_from(["i", "lost", "my", "job", "day", "care", "sick", "child", "huur", "租房", "ايجار"]),
        max_size=8,
    )
)
def test_capitals_and_punctuation_do_not_change_what_is_suggested(typed: list[str]) -> None:
    assert topics(" ".join(typed)) == topics(", ".join(typed).upper())
