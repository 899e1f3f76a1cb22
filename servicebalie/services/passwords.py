"""Passwords are kept as argon2id hashes, and a try costs the same whether or not there is an account."""

import secrets
from base64 import b64encode
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from servicebalie.core.local_accounts import PasswordCost
from servicebalie.core.passwords import BreachedPasswords, check_password
from servicebalie.shipped import reference_data

_SALT_BYTES, _HASH_BYTES = 16, 32


class Passwords:
    """Makes and compares the hashes of passwords, at one cost (RFC 9106)."""

    def __init__(self, cost: PasswordCost) -> None:
        self._hasher = PasswordHasher(
            cost.passes, cost.memory_kib, cost.lanes, hash_len=_HASH_BYTES, salt_len=_SALT_BYTES
        )
        self._nobodys = _hash_of_nothing(cost)

    def hash(self, password: str) -> str:
        """Return what is kept of a password; each time it is another text."""
        return self._hasher.hash(_bytes(password))

    def is_right(self, password: str, kept: str | None) -> bool:
        """Whether this is the password of which `kept` is the hash.

        Where there is no account nothing is kept, and the same work is done for nothing.
        """
        try:
            self._hasher.verify(kept or self._nobodys, _bytes(password))
        except VerificationError:
            return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(kept)

    def check(self, password: str, *about: str) -> None:
        """Raise `UnfitPassword` for one that may not be chosen; `about` is what others know of its owner."""
        check_password(password, _breached(), about)


def _hash_of_nothing(cost: PasswordCost) -> str:
    """Return a hash of today's cost that no password has: nobody hashed anything to get it."""
    salt, digest = (_base64(secrets.token_bytes(length)) for length in (_SALT_BYTES, _HASH_BYTES))
    return f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p={cost.lanes}${salt}${digest}"


def _base64(content: bytes) -> str:
    return b64encode(content).decode().rstrip("=")


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


@cache
def _breached() -> BreachedPasswords:
    return BreachedPasswords(reference_data("breached_passwords.bloom").read_bytes())
