"""The second factor of local accounts: an authenticator (RFC 6238), and codes for when it is lost."""

import hmac
import secrets
from datetime import datetime

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from servicebalie.core.keys import Keys
from servicebalie.core.local_accounts import (
    RECOVERY_ALPHABET,
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    TOTP_PERIOD,
    grouped_code,
    totp_step,
    typed_code,
)
from servicebalie.models.base import table_of
from servicebalie.models.local_accounts import LocalAccount, RecoveryCode
from servicebalie.services.accounts import digest_of

_NONCE_BYTES = 12
_ACCOUNTS, _CODES = table_of(LocalAccount), table_of(RecoveryCode)


def new_totp_secret() -> str:
    """Return 160 random bits in base32, as authenticators take them (RFC 4226, 4)."""
    return pyotp.random_base32()


def totp_address(secret: str, login: str, issuer: str) -> str:
    """Return the address that an authenticator reads from a picture."""
    return pyotp.TOTP(secret, interval=TOTP_PERIOD).provisioning_uri(name=login, issuer_name=issuer)


def seal_totp_secret(keys: Keys, user_id: int, secret: str) -> bytes:
    """Return a secret that is readable with our keys only, and only as that of this user."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(keys.second_factors).encrypt(nonce, secret.encode(), str(user_id).encode())


def open_totp_secret(keys: Keys, user_id: int, sealed: bytes) -> str:
    """Return the secret that was sealed for this user; raises `InvalidTag` for anything else."""
    nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    return AESGCM(keys.second_factors).decrypt(nonce, content, str(user_id).encode()).decode()


def matching_step(secret: str, typed: str, now: datetime) -> int | None:
    """Return the step of which this is the code, or None: the one of now, or one before or after it.

    All are compared, so that the time tells nothing.
    """
    code, authenticator = typed_code(typed).encode(), pyotp.TOTP(secret, interval=TOTP_PERIOD)
    steps = [totp_step(now.timestamp()) + apart for apart in (-1, 0, 1)]
    right = [step for step in steps if hmac.compare_digest(authenticator.generate_otp(step).encode(), code)]
    return right[-1] if right else None


def take_second_factor(session: Session, keys: Keys, user_id: int, typed: str, now: datetime) -> bool:
    """Use up a code of the authenticator or one for recovery, and say whether it was good.

    Each is good once: of the authenticator no code of the same step or an earlier one is taken after it.
    """
    is_good = _take_code(session, keys, user_id, typed, now)
    return is_good or _take_recovery_code(session, user_id, typed)


def renew_recovery_codes(session: Session, user_id: int) -> list[str]:
    """Return new codes for a user, in groups; the old ones end. This is the only time they can be read."""
    session.execute(delete(_CODES).where(_CODES.c.user_id == user_id))
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    session.execute(insert(_CODES), [{"hash": digest_of(code), "user_id": user_id} for code in codes])
    return [grouped_code(code) for code in codes]


def count_recovery_codes(session: Session, user_id: int) -> int:
    """Return how many codes for recovery a user has left."""
    counted = select(func.count()).select_from(_CODES).where(_CODES.c.user_id == user_id)
    return session.execute(counted).scalar_one()


def _take_code(session: Session, keys: Keys, user_id: int, typed: str, now: datetime) -> bool:
    """Note the step of a good code, in one statement, so that of two tries at once one is too late."""
    sealed = session.scalar(select(_ACCOUNTS.c.totp_sealed).where(_ACCOUNTS.c.user_id == user_id))
    step = matching_step(open_totp_secret(keys, user_id, sealed), typed, now) if sealed else None
    if step is None:
        return False
    taken = session.execute(
        update(_ACCOUNTS)
        .where(_ACCOUNTS.c.user_id == user_id, _ACCOUNTS.c.totp_step < step)
        .values(totp_step=step)
        .returning(_ACCOUNTS.c.user_id)
    )
    return taken.first() is not None


def _take_recovery_code(session: Session, user_id: int, typed: str) -> bool:
    taken = session.execute(
        delete(_CODES)
        .where(_CODES.c.hash == digest_of(typed_code(typed)), _CODES.c.user_id == user_id)
        .returning(_CODES.c.user_id)
    )
    return taken.first() is not None


def _new_recovery_code() -> str:
    return "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH))
