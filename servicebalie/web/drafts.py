"""What somebody filled in so far: it travels with the pages, signed, and is nowhere kept."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from servicebalie.services.recorded_answers import KEPT_FOR

LIFETIME: timedelta = KEPT_FOR
"""How long a draft is good for: as long as it is remembered which drafts were sent."""

_NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers so far, by field and as they were typed.

    `nonce` tells one draft from all others, so that it becomes one question however often it is sent;
    `began_at` is in seconds since 1970; `fault` says what was wrong with the draft itself.
    """

    nonce: str
    began_at: int
    answers: Mapping[str, str]
    fault: str | None = None

    def with_answers(self, answers: Mapping[str, str]) -> "Draft":
        """Return the draft with these answers added, in the place of earlier ones to the same fields."""
        return replace(self, answers={**self.answers, **answers})


def begin_draft(answers: Mapping[str, str], now: datetime, *, fault: str | None = None) -> Draft:
    """Return a new draft with these answers."""
    return Draft(secrets.token_urlsafe(_NONCE_BYTES), int(now.timestamp()), answers, fault)


def seal_draft(draft: Draft, key: bytes) -> str:
    """Return the draft as text that only we can have made."""
    return _serializer(key).dumps([draft.nonce, draft.began_at, dict(draft.answers)])


def open_draft(sealed: str, key: bytes, now: datetime) -> Draft:
    """Return the sealed draft.

    Of a draft that we did not make nothing is left, and it has the fault `form-not-readable`; one that is
    too old begins anew with everything in it, with the fault `form-expired`.
    """
    try:
        nonce, began_at, answers = _serializer(key).loads(sealed)
    except (BadData, UnicodeEncodeError):
        return begin_draft({}, now, fault="form-not-readable")
    if now.timestamp() - began_at < LIFETIME.total_seconds():
        return Draft(nonce, began_at, answers)
    return begin_draft(answers, now, fault="form-expired")


def _serializer(key: bytes) -> URLSafeSerializer:
    # The salt names the layout of a draft; another layout gets another number.
    signer = {"key_derivation": "hmac", "digest_method": sha256}
    return URLSafeSerializer(key, salt="draft 1", signer_kwargs=signer)
