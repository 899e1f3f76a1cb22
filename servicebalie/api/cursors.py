"""Where a page of a list begins: opaque outside, a key inside."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from servicebalie.core.errors import Fault, InvalidInput


def make_cursor(key: int) -> str:
    """Return the cursor for what comes after the row with this key, of at most 64 bits."""
    return urlsafe_b64encode(key.to_bytes(8)).decode().rstrip("=")


def read_cursor(cursor: str, *, most: int = 63) -> int:
    """Return the key in a cursor, of `most` bits; raises `InvalidInput`."""
    try:
        content = urlsafe_b64decode(f"{cursor}=")
    except (NotBase64, ValueError):
        content = b""
    key = int.from_bytes(content)
    if len(content) != 8 or key >> most:
        raise InvalidInput(Fault("/cursor", "invalid-cursor"))
    return key
