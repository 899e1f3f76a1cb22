"""Sealing what was written before anything was sealed: what revision 0014 works with.

The revision is frozen and imports nothing of this software, so this object keeps its words: keys, places and
owners come and go as plain bytes and text.
"""

import secrets

from servicebalie.core.contact_index import Reach, contact_index
from servicebalie.core.keys import Keys
from servicebalie.core.sealing import KEY_BYTES, NONCE_BYTES, DataKey, Owner, Sealed, WrappedKey


class OldTextSealer:
    """Makes and opens data keys, and seals and opens with them; raises what `MasterKeys` raises.

    `sealed` is how many texts were sealed so far.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self.sealed = 0

    def new_key(self, owner: str, record_id: int) -> tuple[bytes, str, bytes]:
        """Return a new data key, the id of the master key that wraps it, and the data key wrapped."""
        key = secrets.token_bytes(KEY_BYTES)
        nonce = secrets.token_bytes(NONCE_BYTES)
        wrapped = self._keys.master_keys.wrap(key, Owner(owner), record_id, nonce)
        return key, wrapped.master_key_id, wrapped.wrapped

    def known_key(self, owner: str, record_id: int, master_key_id: str, wrapped: bytes) -> bytes:
        """Return the data key of a record."""
        return self._keys.master_keys.unwrap(WrappedKey(master_key_id, wrapped), Owner(owner), record_id)

    def seal(self, key: bytes, text: str, place: str, row_id: int) -> bytes:
        """Return a text, sealed for this place."""
        self.sealed += 1
        return DataKey(key).seal(text, Sealed(place), row_id, secrets.token_bytes(NONCE_BYTES))

    def open(self, key: bytes, sealed: bytes, place: str, row_id: int) -> str:
        """Return the text that was sealed in this place."""
        return DataKey(key).open(sealed, Sealed(place), row_id)

    def index(self, desk_id: int, reach: str, value: str) -> bytes:
        """Return what a visit is found by."""
        return contact_index(self._keys.contact_index, desk_id, Reach(reach), value)
