"""The shipped standard answers say the same in every language: numbers, addresses, names and blanks."""

import re
from collections import Counter

import pytest

from servicebalie.core.standard_answers import AnswerText, StandardAnswer
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.standard_answers import shipped_answers

NUMBER_WORDS = {
    "nl": {2: "twee", 3: "drie", 4: "vier", 5: "vijf", 6: "zes", 8: "acht"},
    "en": {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 8: "eight"},
    "es": {2: "dos", 3: "tres", 4: "cuatro", 5: "cinco", 6: "seis", 8: "ocho"},
    "pl": {
        2: "dwa|dwóch",
        3: "trzy|trzech",
        4: "cztery|czterech",
        5: "pięć|pięciu",
        6: "sześciu",
        8: "osiem",
    },
    "ro": {2: "două", 3: "trei", 4: "patru", 5: "cinci", 6: "șase", 8: "opt"},
    "tr": {2: "iki", 3: "üç", 4: "dört", 5: "beş", 6: "altı", 8: "sekiz"},
    "bg": {2: "две", 3: "три", 4: "четири", 5: "пет", 6: "шест", 8: "осем"},
    "uk": {
        2: "двох",
        3: "три|трьох",
        4: "чотири|чотирьох",
        5: "п’ять|п’яти",
        6: "шести",
        8: "вісім",
    },
    "ar": {2: "أسبوعين", 3: "ثلاثة", 4: "أربعة", 5: "خمسة|خمس", 6: "ستة", 8: "ثمانية"},
}
"""The words for numbers in the answers, in the forms that are used there; one is also an article."""

SAME_SITE = {"government.nl": "rijksoverheid.nl"}
"""The government's site in English, and the same one in Dutch."""

FOREIGN_SIGNS = {
    "ro": "şţŞŢ",
    "bg": "ыэёіїєґ'",
    "uk": "ыэёъ'",
    "ar": ",;?یک",
    "pl": "'",
    "tr": "'",
    "nl": "'",
}
"""Signs that only look right: of another alphabet or keyboard than the one of the language."""

ANSWERS = shipped_answers(LOCALES)
BY_TOPIC = pytest.mark.parametrize("answer", ANSWERS, ids=[answer.topic for answer in ANSWERS])


def told(text: AnswerText) -> str:
    """Return an answer without what is in brackets, where the Dutch names are."""
    return re.sub(r"\([^)]*\)", "", text.body)


def numbers(text: AnswerText) -> Counter[int]:
    """Return the numbers of an answer, in digits or words."""
    body = told(text)
    found = Counter(map(int, re.findall(r"\d+", body)))
    for number, words in NUMBER_WORDS[text.locale].items():
        found[number] += len(re.findall(rf"\b(?:{words})\b", body, re.IGNORECASE))
    return +found


def sites(text: AnswerText) -> Counter[str]:
    """Return the sites that an answer sends people to."""
    named = (site.lower() for site in re.findall(r"[a-z0-9-]+\.nl\b", text.body, re.IGNORECASE))
    return Counter(SAME_SITE.get(site, site) for site in named)


def blanks(text: AnswerText) -> list[list[str]]:
    """Return the placeholders of each paragraph."""
    return [re.findall(r"{\w+}", paragraph) for paragraph in text.body.split("\n\n")]


@BY_TOPIC
def test_numbers_and_sites_are_those_of_the_source_text(answer: StandardAnswer) -> None:
    source = answer.texts[answer.source_locale]
    for text in answer.texts.values():
        assert numbers(text) == numbers(source), text.locale
        assert sites(text) == sites(source), text.locale
        assert (text.source_name, text.source_url) == (source.source_name, source.source_url), text.locale


@BY_TOPIC
def test_every_language_has_the_same_paragraphs_with_the_same_blanks(answer: StandardAnswer) -> None:
    source = answer.texts[answer.source_locale]
    for text in answer.texts.values():
        assert blanks(text) == blanks(source), text.locale


@BY_TOPIC
def test_people_find_the_short_names_that_they_will_meet_in_letters(answer: StandardAnswer) -> None:
    names = set(re.findall(r"\b[A-Z]{3,}\b", answer.texts[answer.source_locale].body))
    for text in answer.texts.values():
        assert not {name for name in names if name not in text.body}, text.locale


@BY_TOPIC
def test_the_municipality_has_its_dutch_name_too(answer: StandardAnswer) -> None:
    if "gemeente" not in answer.texts["nl"].body:
        return
    for text in answer.texts.values():
        assert "gemeente" in text.body, text.locale


@BY_TOPIC
def test_the_letters_are_those_of_the_language(answer: StandardAnswer) -> None:
    for text in answer.texts.values():
        found = set(told(text)) & set(FOREIGN_SIGNS.get(text.locale, ""))
        assert not found, text.locale
        assert "  " not in text.body, text.locale
