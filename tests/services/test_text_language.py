"""Telling in which language a text is written."""

import csv
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.i18n.registry import LOCALES
from servicebalie.services.text_language import (
    language_of,
    language_of_desk,
    language_of_locale,
    other_language,
)
from servicebalie.shipped import reference_data

EXPECTABLE = sorted({tag.partition("-")[0] for tag in LOCALES})
OF_OUR_LIST = [
    row["bcp47"]
    for row in csv.DictReader(reference_data("languages.csv").read_text(encoding="utf-8").splitlines())
]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Przyszło pismo z gminy i nie wiem, co mam zrobić.", "pl"),
        ("Am primit o scrisoare de la primărie și nu o înțeleg.", "ro"),
        ("Получих писмо от общината и не го разбирам.", "bg"),
        ("Я отримав листа від муніципалітету і не розумію його.", "uk"),
        ("وصلتني رسالة من البلدية ولا أفهمها.", "ar"),
        ("我想给孩子报名上学", "zh"),
        ("ካብ ምምሕዳር ደብዳበ መጺኡኒ ኣይተረድኣንን", "ti"),
        ("Nakatanggap ako ng sulat mula sa munisipyo at hindi ko ito naiintindihan.", "fil"),
    ],
)
def test_a_text_in_another_language_than_expected_is_recognised(text: str, language: str) -> None:
    assert other_language(text, "en") == language


def test_a_text_in_the_expected_language_is_not_put_right() -> None:
    assert other_language("Przyszło pismo z gminy i nie wiem, co mam zrobić.", "pl") is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nakatanggap ako ng sulat mula sa munisipyo at hindi ko ito naiintindihan.", "fil"),
        ("نامه‌ای از شاروالی رسیده و نمی‌دانم باید چه کار کنم.", "prs"),
        ("Mi a haña un karta di gemeente i mi no ta komprondé kiko mi mester hasi.", "pap"),
        ("Min nameyek ji şaredariyê wergirt û ez nizanim çi bikim.", "kmr"),
        ("我收到市政府嘅信，唔知點算好，可唔可以幫下我呀？", "yue"),
        ("Stiglo je pismo iz opštine i ne znam šta treba da uradim sa njim.", "cnr"),
    ],
)
def test_a_language_that_the_detector_does_not_know_or_calls_otherwise_can_be_expected(
    text: str, language: str
) -> None:
    assert language_of(text, language) == language


@pytest.mark.parametrize("expected", OF_OUR_LIST)
def test_every_language_of_our_list_can_be_expected(expected: str) -> None:
    assert language_of("Gdzie mam się zameldować, i czy muszę mieć adres?", expected) == "pl"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Tot morgen", "nl"),
        ("Kom morgen langs en neem de brief mee.", "nl"),
        ("Neem de brief van de gemeente mee, dan kijken we er samen naar.", "nl"),
        ("Come tomorrow", "nl"),
        ("Please bring the letter that you got from the municipality.", "en"),
        ("", "nl"),
    ],
)
def test_what_the_desk_writes_is_dutch_unless_a_longer_text_shows_otherwise(text: str, language: str) -> None:
    assert language_of_desk(text) == language


def test_a_locale_is_in_a_language() -> None:
    assert [language_of_locale(tag) for tag in ("pl", "zh-Hans")] == ["pl", "zh"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "BSN DigiD",
        "Huisarts",
        "123 456 789 0123 456 789 0123 456 789",
        "Gdzie mam się zameldować? Waar moet ik me inschrijven? وصلتني رسالة من البلدية ولا أفهمها.",
    ],
)
def test_what_is_short_or_mixed_is_left_as_it_is(text: str) -> None:
    assert other_language(text, "en") is None


def test_languages_that_are_told_apart_badly_are_not_put_right() -> None:
    assert other_language("Moj poslodavac ne plaća moju platu već dva meseca.", "hr") is None
    assert other_language("Moj poslodavac ne plaća moju platu već dva meseca.", "en") in {"bs", "hr", "sr"}


def test_texts_in_the_language_of_the_page_are_hardly_ever_taken_for_another() -> None:
    phrases = reference_data("demo/phrases.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [(one["text"], one["language"].partition("-")[0]) for one in map(json.loads, phrases)]
    ours = [(text, language) for text, language in asked if language in EXPECTABLE]
    wrong = [text for text, language in ours if other_language(text, language)]
    assert len(ours) > 500
    assert len(wrong) <= len(ours) / 100, wrong


@given(st.text(max_size=300), st.sampled_from(EXPECTABLE))
def test_whatever_is_typed_gets_an_answer(text: str, expected: str) -> None:
    assert other_language(text, expected) != expected


@given(st.text(st.characters(categories=["Cs", "Cc", "Co", "L"]), min_size=20))
def test_letters_without_a_meaning_do_no_harm(text: str) -> None:
    other_language(text, "nl")
