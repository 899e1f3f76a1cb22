"""Answers that are kept for a day, so that a request sent twice is carried out once."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import keyed_hash
from servicebalie.models.base import table_of
from servicebalie.models.delivery import RecordedAnswer
from servicebalie.services.insertion import insert_rows
from servicebalie.services.prepared import find_row

KEPT_FOR = timedelta(hours=24)

_NONCE_BYTES = 12

_ANSWERS = table_of(RecordedAnswer)

_FIND = select(_ANSWERS.c.request_hash, _ANSWERS.c.sealed).where(
    _ANSWERS.c.key_hash == bindparam("key"), _ANSWERS.c.created_at > bindparam("moment")
)

_MAKE_PLACE = delete(_ANSWERS).where(
    _ANSWERS.c.key_hash == bindparam("key"), _ANSWERS.c.created_at <= bindparam("moment")
)


class KeyUsedForAnotherRequest(ServicebalieError):
    """The Idempotency-Key came before with another request."""

    code = "idempotency-key-reused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: status, body, the address of what was made, and its version."""

    status: int
    body: bytes
    location: str | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerSlot:
    """Where the answer to one request is kept.

    An answer may hold a return code, so it is sealed under a key that comes from the sender's own
    Idempotency-Key: the database alone cannot open it.
    """

    key_hash: bytes
    sealing_key: bytes
    request_hash: bytes

    @classmethod
    def of(cls, key: bytes, *, sender: str, idempotency_key: str, request: bytes) -> "AnswerSlot":
        """Make the slot of a sender's key; `request` is all that makes the request what it is."""
        name = (sender.encode(), idempotency_key.encode())
        return cls(
            key_hash=keyed_hash(key, b"find", *name),
            sealing_key=keyed_hash(key, b"seal", *name),
            request_hash=keyed_hash(key, b"request", request),
        )


def find_answer(session: Session, slot: AnswerSlot, now: datetime) -> Answer | None:
    """Return the answer given before, or None; raises `KeyUsedForAnotherRequest`."""
    row = find_row(session, _FIND, {"key": slot.key_hash, "moment": now - KEPT_FOR})
    if row is None:
        return None
    request_hash, sealed = row
    if request_hash != slot.request_hash:
        raise KeyUsedForAnotherRequest
    nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    opened = orjson.loads(AESGCM(slot.sealing_key).decrypt(nonce, content, slot.request_hash))
    return Answer(**{**opened, "body": opened["body"].encode()})


def record_answer(session: Session, slot: AnswerSlot, answer: Answer, now: datetime) -> None:
    """Keep an answer for a day; an older one under the same key makes place."""
    content = orjson.dumps({**asdict(answer), "body": answer.body.decode()})
    nonce = secrets.token_bytes(_NONCE_BYTES)
    session.connection().execute(_MAKE_PLACE, {"key": slot.key_hash, "moment": now - KEPT_FOR})
    row = {
        "key_hash": slot.key_hash,
        "request_hash": slot.request_hash,
        "sealed": nonce + AESGCM(slot.sealing_key).encrypt(nonce, content, slot.request_hash),
        "created_at": now,
    }
    insert_rows(session, [(_ANSWERS, row)])


def forget_old_answers(session: Session, now: datetime) -> None:
    """Delete the answers whose day is over."""
    session.execute(delete(RecordedAnswer).where(RecordedAnswer.created_at <= now - KEPT_FOR))
