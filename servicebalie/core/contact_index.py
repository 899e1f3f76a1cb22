"""A blind index: finding a visit by how its person is reached, without that standing anywhere in the open.

The index is a keyed hash of the normalised e-mail address or telephone number, for each desk another one: two
desks that know the same person cannot find that out by comparing. Who has the database but not the key
cannot try addresses against it.
"""

import unicodedata
from enum import StrEnum

from servicebalie.core.keys import keyed_hash


class Reach(StrEnum):
    """The ways in which a person can be reached."""

    EMAIL = "email"
    PHONE = "phone"


def contact_index(key: bytes, desk_id: int, reach: Reach, value: str) -> bytes:
    """Return 32 bytes that are the same for one address or number at one desk, however it is written."""
    return keyed_hash(key, str(desk_id).encode(), reach.encode(), _normalised(reach, value).encode())


def _normalised(reach: Reach, value: str) -> str:
    text = unicodedata.normalize("NFKC", value).casefold()
    if reach is Reach.PHONE:
        return "".join(letter for letter in text if letter.isdigit() or letter == "+")
    return "".join(text.split())
