"""Numbers that nobody needs to give a desk, found in what people wrote.

A text is searched for citizen service numbers (BSN, by the eleven test), bank accounts (IBAN, ISO 13616),
payment cards (ISO/IEC 7812, by Luhn's formula) and the numbers of passports and identity cards: Dutch ones by
their form, others after a word for a passport. One in eleven numbers of nine digits looks like a BSN, so what
is found is a reason to look, and no proof.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from stdnum import iban, luhn
from stdnum.nl import bsn

MASK = "•"


class PersonalNumber(StrEnum):
    """What a number in a text seems to be."""

    BSN = "bsn"
    BANK_ACCOUNT = "bank-account"
    PAYMENT_CARD = "payment-card"
    PASSPORT = "passport"


@dataclass(frozen=True, slots=True)
class Found:
    """A number from `start` up to `end` of a text."""

    kind: PersonalNumber
    start: int
    end: int


_ANY_DIGIT = re.compile(r"\d")
_APART = r"[ .\-\u00a0]?"
_DIGITS = re.compile(rf"(?<![\w+])(?:\d{_APART}){{7,18}}\d(?!\w)")
_IBAN = re.compile(
    r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ \u00a0]?[A-Za-z0-9]{4}){2,7}(?:[ \u00a0]?[A-Za-z0-9]{1,3})?(?!\w)"
)
_DUTCH_DOCUMENT = re.compile(r"(?<!\w)[A-NP-Z]{2}[A-NP-Z0-9]{6}\d(?!\w)", re.IGNORECASE)
_FOREIGN_DOCUMENT = re.compile(
    r"(?:passport|paspoort|reisepass|passeport|pasaporte|passaporto|passaporte|paszport|pa[sșş]aport|"
    r"pa[sš]aport|útlevél|διαβατήρι|паспорт|پاسپورت|گذرنامه|جواز|ፓስፖርት|पासपोर्ट|护照)"
    r"\D{0,30}?(?<![A-Za-z0-9])([A-Za-z]{0,3}\d{5,9})(?!\w)",
    re.IGNORECASE,
)
_LEAST_DIGITS_OF_A_DOCUMENT = 3
_LENGTHS_OF_CARDS = range(13, 20)
_LENGTHS_OF_BSN = (8, 9)


def find_personal_numbers(text: str) -> tuple[Found, ...]:
    """Return what looks like a personal number, in the order of the text; none overlaps another.

    A text without any digit, as most are, is looked through once only.
    """
    if _ANY_DIGIT.search(text) is None:
        return ()
    found: list[Found] = []
    for search in (_bank_accounts, _digits, _documents):
        for one in search(text):
            if not any(_overlap(one, other) for other in found):
                found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def kinds_of_personal_numbers(*texts: str | None) -> tuple[PersonalNumber, ...]:
    """Return of what kinds the numbers in texts seem to be, each once, in the order of `PersonalNumber`."""
    kinds = {found.kind for text in texts if text for found in find_personal_numbers(text)}
    return tuple(kind for kind in PersonalNumber if kind in kinds)


def mask_personal_numbers(*texts: str) -> tuple[str, ...]:
    """Return texts with a dot for each letter and digit of what looks like a personal number in one of them.

    A number that only a translation tells to be that of a passport is so masked in the text itself too.
    """
    found = [(text, find_personal_numbers(text)) for text in texts]
    numbers = {text[one.start : one.end] for text, ones in found for one in ones}
    if not numbers:
        return texts
    known = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(numbers)))})(?!\w)")
    return tuple(known.sub(lambda match: _dots(match[0]), _masked(text, ones)) for text, ones in found)


def _masked(text: str, found: Iterable[Found]) -> str:
    for one in found:
        text = text[: one.start] + _dots(text[one.start : one.end]) + text[one.end :]
    return text


def _dots(number: str) -> str:
    return "".join(MASK if sign.isalnum() else sign for sign in number)


def _bank_accounts(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        if iban.is_valid(match[0]):
            yield Found(PersonalNumber.BANK_ACCOUNT, *match.span())


def _digits(text: str) -> Iterator[Found]:
    for match in _DIGITS.finditer(text):
        # Also those of other scripts, which the keyboards of newcomers write.
        digits = "".join(str(int(sign)) for sign in match[0] if sign.isdecimal())
        if len(digits) in _LENGTHS_OF_BSN and bsn.is_valid(digits.zfill(9)):
            yield Found(PersonalNumber.BSN, *match.span())
        elif len(digits) in _LENGTHS_OF_CARDS and luhn.is_valid(digits):
            yield Found(PersonalNumber.PAYMENT_CARD, *match.span())


def _documents(text: str) -> Iterator[Found]:
    for match in _DUTCH_DOCUMENT.finditer(text):
        if sum(map(str.isdecimal, match[0])) >= _LEAST_DIGITS_OF_A_DOCUMENT:
            yield Found(PersonalNumber.PASSPORT, *match.span())
    for match in _FOREIGN_DOCUMENT.finditer(text):
        yield Found(PersonalNumber.PASSPORT, *match.span(1))


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end
