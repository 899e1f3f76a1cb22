"""Texts and contact details, sealed: AES-256-GCM (NIST SP 800-38D) under a data key of their own record.

A data key belongs to one question or one visit, and is itself sealed ("wrapped") by a master key that is not
in the database. What is sealed opens only in its own place: the column and the key of its row are
authenticated with it, so that nobody who can write to the database can move it to another row. Nonces and
new keys come from the caller and must be random; with 96 random bits one key may seal 2^32 values.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from servicebalie.core.errors import ServicebalieError

KEY_BYTES = 32
NONCE_BYTES = 12


class Owner(StrEnum):
    """What a data key belongs to."""

    VISIT = "visit"
    QUESTION = "question"


class Sealed(StrEnum):
    """What is sealed, by table and column: contact details by the key of the visit, texts of the question.

    The codes are authenticated with what is sealed, so they stay, whatever a column is called later.
    """

    EMAIL = "visit_contact.email"
    PHONE = "visit_contact.phone"
    QUESTION_TEXT = "question_text.body"
    MESSAGE = "message.body"
    TRANSLATION = "translation.body"
    NOTE = "referral_event.note"
    OVERRIDE_REASON = "referral.override_reason"


class SealingFault(ServicebalieError):
    """Something is wrong with keys or with what is sealed: for operators to mend, no fault of who asks."""

    code = "sealing-fault"


class NoMasterKey(SealingFault):
    """Something is to be sealed and this process has no master key."""

    code = "no-master-key"


class MasterKeyMissing(SealingFault):
    """A data key is wrapped by a master key that this process was not given; `key` is its id."""

    code = "master-key-missing"


class SealBroken(SealingFault):
    """What was sealed was changed since, or stands in another place."""

    code = "seal-broken"


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as the database keeps it, and the id of the master key that opens it."""

    master_key_id: str
    wrapped: bytes


class DataKey:
    """The key of one question or one visit."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, text: str, what: Sealed, record_id: int, nonce: bytes) -> bytes:
        """Return the nonce and the sealed text of the row with this key."""
        return nonce + self._cipher.encrypt(nonce, text.encode(), _place(what, record_id))

    def open(self, sealed: bytes, what: Sealed, record_id: int) -> str:
        """Return the text that was sealed in this place; raises `SealBroken`."""
        return _open(self._cipher, sealed, _place(what, record_id)).decode()


class MasterKeys:
    """The master keys of a deployment: the first one wraps, the others unwrap what is not rewrapped yet."""

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        self._ciphers = {master_key_id(key): AESGCM(key) for key in keys}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, the current one first."""
        return tuple(self._ciphers)

    @property
    def current(self) -> str:
        """The id of the key that wraps; raises `NoMasterKey`."""
        if not self._ciphers:
            raise NoMasterKey
        return next(iter(self._ciphers))

    def wrap(self, key: bytes, owner: Owner, record_id: int, nonce: bytes) -> WrappedKey:
        """Return the data key of a record, wrapped by the current master key; raises `NoMasterKey`."""
        current = self.current
        sealed = self._ciphers[current].encrypt(nonce, key, _place(owner, record_id))
        return WrappedKey(current, nonce + sealed)

    def unwrap(self, wrapped: WrappedKey, owner: Owner, record_id: int) -> bytes:
        """Return the data key of a record; raises `MasterKeyMissing` and `SealBroken`."""
        cipher = self._ciphers.get(wrapped.master_key_id)
        if cipher is None:
            raise MasterKeyMissing(key=wrapped.master_key_id)
        return _open(cipher, wrapped.wrapped, _place(owner, record_id))

    def rewrap(self, wrapped: WrappedKey, owner: Owner, record_id: int, nonce: bytes) -> WrappedKey:
        """Return a data key that another master key wrapped, wrapped by the current one."""
        return self.wrap(self.unwrap(wrapped, owner, record_id), owner, record_id, nonce)


NO_MASTER_KEYS = MasterKeys()
"""Those of a program that neither seals nor opens anything."""


def master_key_id(key: bytes) -> str:
    """Return the name of a master key: 16 hexadecimal digits of its SHA-256, which tell nothing of it."""
    return hashlib.sha256(b"servicebalie master key" + key).hexdigest()[:16]


def _place(what: Sealed | Owner, record_id: int) -> bytes:
    return f"{what} {record_id}".encode()


def _open(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
    except (InvalidTag, ValueError):
        raise SealBroken from None
