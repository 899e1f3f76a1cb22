"""What must be delivered, written down in the transaction of the change that causes it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from servicebalie.models.base import table_of
from servicebalie.models.delivery import OutboxMessage
from servicebalie.services.identity import new_id


class Delivery(StrEnum):
    """The kinds of delivery; the worker knows what to do with each."""

    QUESTION_RECEIVED = "question-received"
    REFERRAL_REQUESTED = "referral-requested"
    QUESTION_ANSWERED = "question-answered"


_OUTBOX = table_of(OutboxMessage)


def enqueue(
    session: Session, desk_id: int, kind: Delivery, payload: Mapping[str, int], locale: str, now: datetime
) -> None:
    """Note a delivery, to be made after the commit; `payload` holds ids only."""
    session.connection().execute(
        _OUTBOX.insert(),
        {
            "id": new_id(now),
            "desk_id": desk_id,
            "kind": kind.value,
            "payload": dict(payload),
            "locale": locale,
            "created_at": now,
            "available_at": now,
            "attempts": 0,
        },
    )
