"""Keys for one purpose each, derived from the master secret (HKDF-SHA256, RFC 5869)."""

import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive_key(secret: bytes, purpose: str, salt: bytes | None = None) -> bytes:
    """Return 32 bytes that depend on the secret, the purpose and the salt, and tell nothing of them."""
    info = f"servicebalie {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(secret)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a deployment; `statistics` is itself the master of the yearly keys."""

    return_codes: bytes
    answers: bytes
    form_state: bytes
    limits: bytes
    second_factors: bytes
    devices: bytes
    statistics: bytes

    @classmethod
    def from_secret(cls, secret: bytes) -> "Keys":
        """Derive all keys from the master secret."""
        return cls(
            return_codes=derive_key(secret, "return codes"),
            answers=derive_key(secret, "recorded answers"),
            form_state=derive_key(secret, "form state"),
            limits=derive_key(secret, "limits"),
            second_factors=derive_key(secret, "second factors"),
            devices=derive_key(secret, "devices"),
            statistics=derive_key(secret, "statistics"),
        )


def keyed_hash(key: bytes, *parts: bytes) -> bytes:
    """Return HMAC-SHA256 of the parts, each with its length, so that no two lists of parts look alike."""
    message = b"".join(len(part).to_bytes(4) + part for part in parts)
    return hmac.digest(key, message, "sha256")
