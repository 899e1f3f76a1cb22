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


def begin_draft(answers: Mapping[str, str], now: datetime, *, fault: str | None = None) -> Draft:
    """Return a new draft with these answers."""
    return Draft(secrets.token_urlsafe(_NONCE_BYTES), int(now.timestamp()), answers, fault)


def seal_draft(draft: Draft, key: bytes) -> str:
    """Return the draft as text that only we can have made."""
    return _serializer(key).dumps([draft.nonce, draft.began_at, dict(draft.answers)])


def open_draft(sealed: str, answers: Mapping[str, str], key: bytes, now: datetime) -> Draft:
    """Return the sealed draft with the answers of the page before added to it.

    A draft that we did not make leaves only those answers, with the fault `form-not-readable`; one that is
    too old begins anew with everything in it, with the fault `form-expired`.
    """
    try:
        nonce, began_at, earlier = _serializer(key).loads(sealed)
    except BadData:
        return begin_draft(answers, now, fault="form-not-readable")
    draft = Draft(nonce, began_at, {**earlier, **answers})
    if now.timestamp() - began_at < LIFETIME.total_seconds():
        return draft
    return replace(begin_draft(draft.answers, now), fault="form-expired")


def _serializer(key: bytes) -> URLSafeSerializer:
    # The salt names the layout of a draft; another layout gets another number.
    signer = {"key_derivation": "hmac", "digest_method": sha256}
    return URLSafeSerializer(key, salt="draft 1", signer_kwargs=signer)
