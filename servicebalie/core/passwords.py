"""What a password must be: long, not among those that leaked, and not made of words that anybody would try.

There are no rules about capitals, digits and signs: they make passwords worse (NIST SP 800-63B-4, 3.1.1.2;
OWASP ASVS 5, 6.2).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from servicebalie.core.errors import ServicebalieError

SHORTEST, LONGEST = 12, 128
"""In characters."""

OBVIOUS_WORDS = ("servicebalie", "balie", "servicedesk", "welkom", "welcome", "wachtwoord", "password")
"""Words that people who guess try first here, besides the login and the name of the desk."""

_LEFT_AT_LEAST = 8
_SHORTEST_WORD = 4

PROBES = 10
"""How many bits of the filter each password sets: the best number for 14.4 bits to a password."""


class UnfitPassword(ServicebalieError):
    """A password that may not be chosen; `reason` says why."""

    code = "unfit-password"


@dataclass(frozen=True, slots=True)
class BreachedPasswords:
    """The passwords that are known to have leaked, as a Bloom filter: one in a thousand others is in it too.

    Capitals do not count. Nothing can be read back from it.
    """

    bits: bytes

    def __contains__(self, password: str) -> bool:
        """Whether a password leaked."""
        return all(self.bits[bit >> 3] >> (bit & 7) & 1 for bit in probes(password, len(self.bits)))


def probes(password: str, size: int) -> Iterator[int]:
    """Yield the bits that a password sets in a filter of so many bytes.

    They are made from two hashes (Kirsch and Mitzenmacher, Less hashing, same performance, 2008).
    """
    digest = sha256(fold(password).encode("utf-8", "surrogatepass")).digest()
    first, step = int.from_bytes(digest[:8]), int.from_bytes(digest[8:16]) | 1
    return ((first + number * step) % (size * 8) for number in range(PROBES))


def fold(text: str) -> str:
    """Return a text with nothing left of how it was typed: capitals, wide letters, joined accents."""
    return unicodedata.normalize("NFKC", text).casefold()


def check_password(password: str, breached: BreachedPasswords, about: Iterable[str]) -> None:
    """Raise `UnfitPassword` for a password that may not be chosen.

    `about` holds what others know: the login, the name of the desk. A password that has fewer than eight
    characters besides the words in it is one that can be guessed.
    """
    if len(password) < SHORTEST:
        raise UnfitPassword(reason="short")
    if len(password) > LONGEST:
        raise UnfitPassword(reason="long")
    if password in breached:
        raise UnfitPassword(reason="breached")
    if len(_without_words(fold(password), about)) < _LEFT_AT_LEAST:
        raise UnfitPassword(reason="obvious")


def _without_words(folded: str, about: Iterable[str]) -> str:
    words = {word for text in (*OBVIOUS_WORDS, *about) for word in _words(fold(text))}
    for word in sorted(words, key=len, reverse=True):
        folded = folded.replace(word, "")
    return folded


def _words(text: str) -> list[str]:
    spaced = "".join(sign if sign.isalnum() else " " for sign in text)
    return [word for word in spaced.split() if len(word) >= _SHORTEST_WORD]
