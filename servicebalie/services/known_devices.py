"""Browsers in which somebody signed in before, so that what strangers try never shuts the owner out.

This is the device cookie of OWASP (Blocking Brute Force Attacks): a random number, and for each login that
was used there a code that only we can make. Nothing of it is stored.
"""

import hmac
import secrets

from servicebalie.core.keys import Keys, keyed_hash

MOST_LOGINS = 8
"""How many people one browser is known for; who signed in least lately is forgotten."""

_DEVICE_BYTES = 16
_CODE_BYTES = 16


def device_of(keys: Keys, cookie: str, login: str) -> str | None:
    """Return the number of a browser in which this login was used before, or None."""
    device, *codes = cookie.split(".")
    right = _code(keys, device, login)
    known = [hmac.compare_digest(code.encode(), right.encode()) for code in codes[:MOST_LOGINS]]
    return device if any(known) else None


def known_for(keys: Keys, cookie: str, login: str) -> str:
    """Return the cookie of a browser in which this login was used now."""
    device, *codes = cookie.split(".")
    if not codes:
        device = secrets.token_urlsafe(_DEVICE_BYTES)
    code = _code(keys, device, login)
    return ".".join([device, code, *(other for other in codes if other != code)][: MOST_LOGINS + 1])


def _code(keys: Keys, device: str, login: str) -> str:
    return keyed_hash(keys.devices, device.encode(), login.encode())[:_CODE_BYTES].hex()
