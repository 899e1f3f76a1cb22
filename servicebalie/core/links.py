"""What can be followed in a text that people wrote: addresses of pages and of mail, and telephone numbers.

Staff write them as they do in a letter. On a phone one touches them, and in a text from right to left a
number that is not set apart reads in the wrong order. What is shown is where it leads: an address has a name
of a site, nothing before that, and plain letters only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from phonenumbers import (
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberMatcher,
    can_be_internationally_dialled,
    format_number,
)

_LABELS = r"(?:[a-z0-9-]+\.)+"
_ENDS = r"(?![\w@%]|[.:-]\w)"
_REST = r"(?:[/?#][!#-;=?-~]*)?"
_PAGE = (
    rf"(?:https?://|www\.){_LABELS}[a-z]{{2,}}(?::\d{{1,5}})?{_ENDS}{_REST}"
    rf"|(?<![\w@.-]){_LABELS}(?:nl|eu|org|com){_ENDS}{_REST}"
)
_MAIL = rf"(?<![\w.+%/-])[\w.+-]+@{_LABELS}[a-z]{{2,}}{_ENDS}"
_ADDRESS = re.compile(f"(?P<mail>{_MAIL})|(?P<page>{_PAGE})", re.IGNORECASE | re.ASCII)
_AFTER = ".,;:!?)]}'"
"""Signs that end the sentence around an address rather than the address."""

_DAY = r"\d{1,2}([-./])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
_HOURS = (
    r"\d{1,2}[.:]\d{2} ?[-\u2013\u2014] ?\d{1,2}[.:]\d{2}"
    r"|\d{1,2}(?:00|15|30|45) ?[-\u2013\u2014] ?(?:1\d|2[0-4])(?:00|15|30|45)"
)
_WHEN = re.compile(rf"(?<![\d-])(?:{_DAY}|{_HOURS})(?![\d-])")
"""Days and opening hours, which look like telephone numbers to the library that finds these."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and where it leads; None for plain words."""

    text: str
    link: str | None = None


def pieces_of(text: str) -> Iterator[Piece]:
    """Yield a text in pieces, which together are the text."""
    done = 0
    for found in _ADDRESS.finditer(text):
        piece = _followed(found)
        yield from _with_numbers(text[done : found.start()])
        yield piece
        done = found.start() + len(piece.text)
    yield from _with_numbers(text[done:])


def _followed(found: re.Match[str]) -> Piece:
    if found["mail"]:
        return Piece(found["mail"], f"mailto:{found['mail']}")
    address = found["page"]
    while address[-1] in _AFTER and not (address[-1] == ")" and "(" in address):
        address = address[:-1]
    with_scheme = address.lower().startswith(("http://", "https://"))
    return Piece(address, address if with_scheme else f"https://{address}")


def _with_numbers(text: str) -> Iterator[Piece]:
    """Yield a text without addresses in pieces; numbers without a country are Dutch ones."""
    done = 0
    without_when = _WHEN.sub(lambda found: "x" * len(found[0]), text)
    for found in PhoneNumberMatcher(without_when, "NL"):
        if found.start > done:
            yield Piece(text[done : found.start])
        yield Piece(found.raw_string, _dialled(found.number))
        done = found.end
    if done < len(text):
        yield Piece(text[done:])


def _dialled(number: PhoneNumber) -> str:
    """Return the address of a number; 14 040 of a municipality is dialled as it is, and only here."""
    if can_be_internationally_dialled(number):
        return str(format_number(number, PhoneNumberFormat.RFC3966))
    national = format_number(number, PhoneNumberFormat.NATIONAL)
    return "tel:" + "".join(filter(str.isdigit, national))
