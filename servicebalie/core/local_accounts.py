"""What accounts with a password agree on: how dear a try is, what links are for, how codes are written."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

RECOVERY_CODES = 10
"""How many codes somebody gets for when the authenticator is lost."""

RECOVERY_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and capitals that are not taken for each other."""

RECOVERY_LENGTH = 24
"""118 bits: more than 112, so that a plain hash protects a code (OWASP ASVS 5, 6.5.2)."""

_GROUP = 4

TOTP_PERIOD = 30
"""Seconds; also what every authenticator takes when nothing is said (RFC 6238, 4.1)."""


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """What one hash of a password takes: memory in KiB, passes over it, and lanes (RFC 9106, 3.1)."""

    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


OWASP_COST = PasswordCost()
"""The least that OWASP advises for argon2id (Password Storage Cheat Sheet)."""


class LinkPurpose(StrEnum):
    """What somebody does with a link: set everything up, or choose a password and prove the second factor."""

    INVITATION = "invitation"
    FORGOTTEN = "forgotten-password"


LINK_LASTS = {LinkPurpose.INVITATION: timedelta(hours=72), LinkPurpose.FORGOTTEN: timedelta(hours=1)}


def grouped_code(code: str) -> str:
    """Return a recovery code as people copy it, in groups of four."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def typed_code(text: str) -> str:
    """Return a code of an authenticator or for recovery as it is compared: without spaces and hyphens."""
    return "".join(sign for sign in text if sign.isalnum()).upper()


def totp_step(seconds: float) -> int:
    """Return the number of the step of a moment in seconds since 1970 (RFC 6238, 4.2)."""
    return int(seconds // TOTP_PERIOD)
