"""What can be followed in a text that people wrote: addresses of pages and of mail, and telephone numbers.

Staff write them as they do in a letter. On a phone one touches them, and in a text from right to left a
number that is not set apart reads in the wrong order.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

_PAGE = (
    r"https?://[^\s<>\"]+|www\.[^\s<>\"]+|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:nl|eu|org|com)\b(?:/[^\s<>\"]*)?"
)
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_ADDRESS = re.compile(f"(?P<mail>{_MAIL})|(?P<page>{_PAGE})", re.IGNORECASE)
_AFTER = ".,;:!?)]}'»”’،؛؟。，"
"""Signs that end the sentence around an address rather than the address."""


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
    address = found["page"].rstrip(_AFTER)
    with_scheme = address.lower().startswith(("http://", "https://"))
    return Piece(address, address if with_scheme else f"https://{address}")


def _with_numbers(text: str) -> Iterator[Piece]:
    """Yield a text without addresses in pieces; numbers without a country are Dutch ones."""
    done = 0
    for found in PhoneNumberMatcher(text, "NL"):
        if found.start > done:
            yield Piece(text[done : found.start])
        yield Piece(found.raw_string, format_number(found.number, PhoneNumberFormat.RFC3966))
        done = found.end
    if done < len(text):
        yield Piece(text[done:])
