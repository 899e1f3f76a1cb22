"""Keys for one purpose each, derived from the master secret (HKDF-SHA256, RFC 5869)."""

import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from servicebalie.core.sealing import NO_MASTER_KEYS, MasterKeys


def derive_key(secret: bytes, purpose: str, salt: bytes | None = None) -> bytes:
    """Return 32 bytes that depend on the secret, the purpose and the salt, and tell nothing of them."""
    info = f"servicebalie {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(secret)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a deployment; `statistics` is itself the master of the yearly keys.

    The `master_keys` do not come from the secret: they are replaced and destroyed on their own.
    """

    return_codes: bytes
    answers: bytes
    contact_index: bytes
    form_state: bytes
    limits: bytes
    audit: bytes
    second_factors: bytes
    devices: bytes
    statistics: bytes
    master_keys: MasterKeys = NO_MASTER_KEYS

    @classmethod
    def from_secret(cls, secret: bytes, master_keys: MasterKeys = NO_MASTER_KEYS) -> "Keys":
        """Derive all keys from the master secret; without `master_keys` nothing can be sealed or opened."""
        return cls(
            return_codes=derive_key(secret, "return codes"),
            answers=derive_key(secret, "recorded answers"),
            contact_index=derive_key(secret, "contact index"),
            form_state=derive_key(secret, "form state"),
            limits=derive_key(secret, "limits"),
            audit=derive_key(secret, "audit"),
            second_factors=derive_key(secret, "second factors"),
            devices=derive_key(secret, "devices"),
            statistics=derive_key(secret, "statistics"),
            master_keys=master_keys,
        )


def keyed_hash(key: bytes, *parts: bytes) -> bytes:
    """Return HMAC-SHA256 of the parts, each with its length, so that no two lists of parts look alike."""
    message = b"".join(len(part).to_bytes(4) + part for part in parts)
    return hmac.digest(key, message, "sha256")
