"""Keys that give the same set of people the same noise wherever it appears.

Every person has a record key; the key of a cell is the sum of its people's record keys modulo 2**128, so
it can be added up like a count. A last keyed hash turns it into random numbers: with the bare sum, the
noise in two cells would constrain the noise in their union. Month and cell label stay out of that hash.
"""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import derive_key

MODULUS = 2**128
SHORTEST_SALT = 16
SHORTEST_SECRET = 32


class WeakYearKeys(ServicebalieError):
    """The master secret or the salt is too short to keep the keys of a year secret; `part` tells which."""

    code = "weak-year-keys"


class Measure(StrEnum):
    """What a number counts."""

    PERSONS = "persons"
    QUESTIONS = "questions"


DRAWS: Mapping[Measure, int] = MappingProxyType({Measure.PERSONS: 1, Measure.QUESTIONS: 4})
"""How many independent deviations the noise of a measure is the sum of."""


@dataclass(frozen=True, slots=True)
class YearKeys:
    """The three keys of one desk and one year; they never show themselves."""

    person: bytes = field(repr=False)
    noise: bytes = field(repr=False)
    cap: bytes = field(repr=False)

    @classmethod
    def derive(cls, master_secret: bytes, salt: bytes) -> "YearKeys":
        """Derive the keys (HKDF-SHA256) from the master secret and the salt of the desk and year.

        Without the salt they cannot be made again. Raises WeakYearKeys for a secret of less than 32 bytes
        or a salt of less than 16.
        """
        if len(master_secret) < SHORTEST_SECRET:
            raise WeakYearKeys(part="secret")
        if len(salt) < SHORTEST_SALT:
            raise WeakYearKeys(part="salt")
        return cls(
            person=derive_key(master_secret, "record keys", salt),
            noise=derive_key(master_secret, "cell noise", salt),
            cap=derive_key(master_secret, "contribution cap", salt),
        )


def record_key(key: bytes, person: bytes, count: int) -> int:
    """Return the 128-bit key of a person who counts `count` times, 1 to 255; `key` is K_person."""
    return int.from_bytes(hmac.digest(key, person + count.to_bytes(1), "sha256")[:16])


def random_numbers(key: bytes, measure: Measure, epoch: int, cell_key: int) -> Iterator[int]:
    """Yield the 64-bit random numbers of a cell, one for each draw of the measure; `key` is K_noise.

    `cell_key` is reduced modulo 2**128. A new epoch draws all cells anew.
    """
    cell = epoch.to_bytes(4) + (cell_key % MODULUS).to_bytes(16)
    for draw in range(1, DRAWS[measure] + 1):
        message = f"{measure}-{draw}".encode() + b"\0" + cell
        yield int.from_bytes(hmac.digest(key, message, "sha256")[:8])


def cap_rank(key: bytes, person: bytes, month: str, dimension: str, value: str) -> bytes:
    """Return where a value comes in the fixed random order of a person and month; `key` is K_cap.

    Of too many values of one dimension those with the smallest rank are counted.
    """
    message = b"\0".join((month.encode(), dimension.encode(), value.encode(), person))
    return hmac.digest(key, message, "sha256")
