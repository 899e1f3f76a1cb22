"""Keys that give the same set of people nearly the same noise wherever it appears.

Every person has a record key; the key of a cell is the sum of its people's record keys modulo 2**128, so
it can be added up like a count. A last keyed hash turns it into random numbers: with the bare sum, the
noise in two cells would constrain the noise in their union. Period, table and label stay out of that hash,
and come in with a second one, which moves the number by a bounded step (docs/adr/0013): with quite the same
noise everywhere, two numbers that differ would prove that somebody is in one cell and not in the other; with
noise of its own in each, the average of many would be exact.
"""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import derive_key

MODULUS = 2**128
NUMBERS = 2**64
"""Random numbers lie below this."""

LONGEST_STEP = NUMBERS * 3 // 8
"""How far the place of a cell moves the random number of its people at most, in either direction."""

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


def random_numbers(key: bytes, measure: Measure, epoch: int, cell_key: int, *, place: bytes) -> Iterator[int]:
    """Yield the 64-bit random numbers of a cell, one for each draw of the measure; `key` is K_noise.

    `cell_key` is reduced modulo 2**128, and `place` tells the cell from all others of the year. A new epoch
    draws all cells anew.
    """
    people = epoch.to_bytes(4) + (cell_key % MODULUS).to_bytes(16)
    for draw in range(1, DRAWS[measure] + 1):
        message = f"{measure}-{draw}".encode() + b"\0" + people
        yield move(_number(key, message), _number(key, message + place))


def move(number: int, step: int) -> int:
    """Move a number by a step and turn back at the ends; both are 64-bit random numbers.

    The step covers `LONGEST_STEP` to either side evenly. When both are uniform the result is too: its chances
    are off by less than 2**-62.
    """
    moved = number + step * 2 * LONGEST_STEP // NUMBERS - LONGEST_STEP
    if moved < 0:
        return -1 - moved
    return moved if moved < NUMBERS else 2 * NUMBERS - 1 - moved


def _number(key: bytes, message: bytes) -> int:
    return int.from_bytes(hmac.digest(key, message, "sha256")[:8])


def cap_rank(key: bytes, person: bytes, month: str, dimension: str, value: str) -> bytes:
    """Return where a value comes in the fixed random order of a person and month; `key` is K_cap.

    Of too many values of one dimension those with the smallest rank are counted.
    """
    message = b"\0".join((month.encode(), dimension.encode(), value.encode(), person))
    return hmac.digest(key, message, "sha256")
