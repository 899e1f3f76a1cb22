"""Words as people type them: found in a text, and folded so that a keyboard or an accent makes no difference."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, takewhile

_JOINERS = "\u200c\u200d"
_APOSTROPHES = "'’ʼ"
_LONGEST_SHORT_END = 2
"""Letters after an apostrophe that belong to the word before it: can't, Hollanda'ya; but l'adresse."""

_OTHER_LETTERS = str.maketrans(
    {
        **{"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"},
        # Arabic, Persian and Urdu keyboards have different letters for the same sound; the stretch is none.
        **{"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ؤ": "و"},
        **{"ک": "ك", "ة": "ه", "ۀ": "ه", "ھ": "ه", "ـ": None, "\u200c": None, "\u200d": None},
        # Devanagari: the dot below and the two signs of nasal vowels are often left out or mixed up.
        **{"\u093c": None, "ँ": "ं"},
        # Ethiopic has several rows of letters that sound alike in Tigrinya as it is written today.
        **{chr(0x1220 + n): chr(0x1230 + n) for n in range(8)},
        **{chr(0x1280 + n): chr(0x1210 + n) for n in range(7)},
        **{chr(0x1340 + n): chr(0x1338 + n) for n in range(7)},
        **{"አ": "ኣ", "ሀ": "ሃ"},
    }
)
_KEEPS_MARKS = ("\u0900", "\u0dff")
"""Marks are vowels in the scripts of India, and accents in the others."""


def runs(text: str) -> Iterator[str]:
    """Yield each run of letters, marks and digits in order; Chinese characters and other letters apart."""
    for kind, places in groupby(range(len(text)), key=lambda place: _kind(text, place)):
        if kind:
            yield "".join(text[place] for place in places)


def is_han(character: str) -> bool:
    """Whether a character is a Chinese one, which are written without spaces between words."""
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"


@lru_cache(maxsize=4096)
def folded(word: str) -> str:
    """Return a word without capitals, accents and differences of keyboard; nothing may be left of it."""
    plain = unicodedata.normalize("NFKC", word).casefold().translate(_OTHER_LETTERS)
    first, last = _KEEPS_MARKS
    kept = [
        character
        for character in unicodedata.normalize("NFD", plain)
        if unicodedata.category(character) != "Mn" or first <= character <= last
    ]
    letters = unicodedata.normalize("NFC", "".join(kept)).translate(_OTHER_LETTERS)
    return "".join(character for character in letters if _is_letter(character))


def _kind(text: str, place: int) -> str:
    character = text[place]
    if is_han(character):
        return "han"
    joined = character in _APOSTROPHES and _joins(text, place)
    return "word" if joined or _is_letter(character) else ""


def _joins(text: str, place: int) -> bool:
    if place == 0 or not _is_letter(text[place - 1]):
        return False
    end = "".join(takewhile(_is_letter, text[place + 1 : place + 2 + _LONGEST_SHORT_END]))
    return 0 < len(end) <= _LONGEST_SHORT_END


def _is_letter(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character)[0] in "LMN"
