"""The language that a text is written in, as far as a program can tell (Compact Language Detector 2)."""

import unicodedata
from collections.abc import Mapping

import pycld2

_OTHER_CODES: Mapping[str, str] = {"jw": "jv", "nb": "no", "sr-ME": "cnr", "tl": "fil", "zh-Hant": "zh"}
"""Codes of the detector that are others in our list."""

_KNOWN_TO_DETECTOR = frozenset(code for _, code in pycld2.LANGUAGES)
_THEIR_CODES: Mapping[str, str] = {ours: theirs for theirs, ours in _OTHER_CODES.items()}

_TOLD_APART_BADLY = (
    frozenset({"bs", "cnr", "hr", "sr"}),
    frozenset({"fa", "prs"}),
    frozenset({"fy", "li", "nds", "nl"}),
    frozenset({"kmr", "ku"}),
    frozenset({"yue", "zh"}),
)
"""Languages that are written so much alike that a few sentences do not show which of them it is."""

DESK_LANGUAGE = "nl"
"""The language of the desk and its partners: they write in it unless they say, or it shows, otherwise."""

_FEWEST_LETTERS = 18
_FEWEST_LETTERS_OF_DESK = 40
_FEWEST_SYLLABLES = 6
_MOST_OF_THE_TEXT = 85


def other_language(text: str, expected: str) -> str | None:
    """Return the code (BCP 47) of the language that a text is in, when it is surely not the expected one.

    None where the text is in the expected language, which may be any, short, mixed or not clear. The
    detector is told what is expected, if it knows that language: of the phrases of the demonstration in
    languages of our pages, 3 in 563 are then taken for another language.
    """
    clean = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)
    if not _is_long_enough(clean):
        return None
    reliable, _, ((_, code, percent, _), *_) = pycld2.detect(clean, hintLanguage=_hint(expected))
    found = _OTHER_CODES.get(code, code)
    clear = reliable and percent >= _MOST_OF_THE_TEXT and not _may_be_same(found, expected)
    return found if clear else None


def language_of(text: str, expected: str) -> str:
    """Return the code of the language of a text: the expected one, unless it is surely in another."""
    return other_language(text, expected) or expected


def language_of_desk(text: str) -> str:
    """Return the code of the language in which the desk or a partner wrote.

    They nearly always write Dutch, so a short text is taken for that: of 424 Dutch sentences of our own, 5
    are taken for English or Afrikaans, of which 4 have fewer than 40 letters.
    """
    letters = sum(character.isalpha() for character in text)
    return language_of(text, DESK_LANGUAGE) if letters >= _FEWEST_LETTERS_OF_DESK else DESK_LANGUAGE


def language_of_locale(tag: str) -> str:
    """Return the code of the language of a locale, without the script."""
    return tag.partition("-")[0]


def _hint(expected: str) -> str | None:
    """Return what the detector is told to expect: nothing where it does not know the language."""
    names = (expected, _THEIR_CODES.get(expected))
    return next((name for name in names if name in _KNOWN_TO_DETECTOR), None)


def _may_be_same(one: str, other: str) -> bool:
    return one == other or any({one, other} <= alike for alike in _TOLD_APART_BADLY)


def _is_long_enough(text: str) -> bool:
    """Whether there is enough to go by; a sign of Chinese, Japanese or Ethiopic is more than a letter."""
    letters = [character for character in text if character.isalpha()]
    syllables = [letter for letter in letters if "\u1200" <= letter <= "\u139f" or letter >= "\u3040"]
    return len(letters) >= _FEWEST_LETTERS or len(syllables) >= _FEWEST_SYLLABLES
