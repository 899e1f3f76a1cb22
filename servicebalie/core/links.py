"""What can be followed in a text that people wrote: addresses of pages and of mail, and telephone numbers.

Staff write them as they do in a letter. On a phone one touches them, and in a text from right to left a
number that is not set apart reads in the wrong order.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PAGE = (
    r"https?://[^\s<>\"]+|www\.[^\s<>\"]+|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:nl|eu|org|com)\b(?:/[^\s<>\"]*)?"
)
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_PHONE = r"(?<![\w+./-])(?<!(?-i:[A-Z]{4}) )(?:\+|0)[\d()][\d() \u00a0-]{5,18}\d(?![\w/-])"
_FOUND = re.compile(f"(?P<mail>{_MAIL})|(?P<page>{_PAGE})|(?P<phone>{_PHONE})", re.IGNORECASE)
_AFTER = ".,;:!?)]}'»”’،؛؟。，"
"""Signs that end the sentence around an address rather than the address."""

_DUTCH = re.compile(r"0[1-9]\d{8}|0[89]00\d{4}(\d{3})?")
_ABROAD = re.compile(r"(\+|00)[1-9]\d{8,13}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and where it leads; None for plain words."""

    text: str
    link: str | None = None


def pieces_of(text: str) -> Iterator[Piece]:
    """Yield a text in pieces, which together are the text."""
    done = 0
    for found in _FOUND.finditer(text):
        piece = _piece(found)
        if piece is None:
            continue
        if found.start() > done:
            yield Piece(text[done : found.start()])
        yield piece
        done = found.start() + len(piece.text)
    if done < len(text):
        yield Piece(text[done:])


def _piece(found: re.Match[str]) -> Piece | None:
    """Return what was found as a piece that leads somewhere, or None for what only looked like it."""
    written = found[0]
    match found.lastgroup:
        case "mail":
            return Piece(written, f"mailto:{written}")
        case "page":
            address = written.rstrip(_AFTER)
            if address.lower().startswith(("http://", "https://")):
                return Piece(address, address)
            return Piece(address, f"https://{address}")
        case _:
            number = re.sub(r"[^\d+]", "", written.replace("(0)", ""))
            known = _DUTCH.fullmatch(number) or _ABROAD.fullmatch(number)
            return Piece(written, f"tel:{number}") if known else None
