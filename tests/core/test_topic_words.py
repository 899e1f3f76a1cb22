"""Words as they stand in what people type."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.topic_words import folded, is_han, runs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("My boss, he's late!", ["My", "boss", "he's", "late"]),
        ("I can't", ["I", "can't"]),
        ("changer l'adresse", ["changer", "l", "adresse"]),
        ("Hollanda’ya", ["Hollanda’ya"]),
        ("сім'ї", ["сім'ї"]),
        ("'s avonds'", ["s", "avonds"]),
        ("e-mail/post", ["e", "mail", "post"]),
        ("30%-regeling", ["30", "regeling"]),
        ("我的BSN号码", ["我的", "BSN", "号码"]),
        ("डॉक्टर चाहिए", ["डॉक्टर", "चाहिए"]),
        ("", []),
        ("?!…", []),
    ],
)
def test_words_are_parted_by_what_is_no_letter(text: str, words: list[str]) -> None:
    assert list(runs(text)) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zasiłek", "zasilek"),
        ("naïve", "NAIVE"),
        ("Größe", "grosse"),
        ("ışık", "isik"),
        ("İş", "is"),
        ("إقامة", "اقامه"),
        ("کار", "كار"),
        ("مُحامي", "محامى"),
        ("می‌خواهم", "میخواهم"),
        ("फ़ोन", "फोन"),
        ("ሠራሕ", "ሰራሕ"),
        ("ｄｉｇｉｄ", "digid"),
        ("can't", "cant"),
    ],
)
def test_accents_capitals_and_keyboards_make_no_difference(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_vowel_signs_of_devanagari_are_kept() -> None:
    assert folded("किराया") != folded("करया")


def test_chinese_characters_are_told_from_other_letters() -> None:
    assert is_han("荷")
    assert is_han("𠀀")
    assert not is_han("к")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text())
def test_words_hold_all_letters_of_a_text_and_stand_in_its_order(text: str) -> None:
    joined = "".join(runs(text))
    position = -1
    for character in joined:
        position = text.index(character, position + 1)
    assert {c for c in text if unicodedata.category(c).startswith("L")} <= {*joined}
