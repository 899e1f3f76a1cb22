"""What a look at a deployment finds, how bad that is, and how hard its secret is to guess."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from math import log2

from servicebalie.core.errors import ParamValue
from servicebalie.core.origins import Network

ENOUGH_BITS = 128
"""How much a master secret has to be unpredictable (NIST SP 800-57, 5.6.1: security strength)."""

_BITS_OF_PROSE = 1.5
"""What a letter of written text adds at most for whoever knows the language (Shannon 1951)."""


class Level(IntEnum):
    """How bad a finding is; the value is the exit status."""

    RIGHT = 0
    WEAK = 1
    MISSING = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `params` are for its sentence and hold no secret."""

    code: str
    level: Level
    params: Mapping[str, ParamValue] = field(default_factory=dict)


def worst(findings: Iterable[Finding]) -> Level:
    """Return the worst level that was found."""
    return max((finding.level for finding in findings), default=Level.RIGHT)


def guessing_bits(secret: bytes) -> float:
    """Return about how many bits of a secret nobody can guess, at most.

    By how often each character occurs; what has spaces and small letters only is taken for words.
    """
    counts = [secret.count(each) for each in set(secret)]
    by_character = -sum(count / len(secret) * log2(count / len(secret)) for count in counts)
    is_prose = b" " in secret or (secret.isalpha() and secret.islower())
    return len(secret) * (min(by_character, _BITS_OF_PROSE) if is_prose else by_character)


def is_anybody(network: Network) -> bool:
    """Whether a network that is trusted holds more than proxies of ours can need: public and large."""
    return not network.is_private and network.num_addresses > 1 << (network.max_prefixlen // 4)
