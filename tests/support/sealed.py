"""What stands sealed in the database, opened as the services open it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from servicebalie.core.sealing import Owner, Sealed
from servicebalie.models.questions import (
    Message,
    QuestionText,
    Referral,
    ReferralEvent,
    Translation,
    VisitContact,
)
from servicebalie.services.sealing import opener_of
from tests.support.workplace import KEYS

_EVENTS = select(Referral.question_id, ReferralEvent.id, ReferralEvent.note).join_from(
    ReferralEvent, Referral
)

ROWS: Mapping[Sealed, tuple[Owner, Select[Any, Any, Any]]] = {
    Sealed.EMAIL: (
        Owner.VISIT,
        select(VisitContact.visit_id, VisitContact.visit_id.label("row"), VisitContact.email),
    ),
    Sealed.PHONE: (
        Owner.VISIT,
        select(VisitContact.visit_id, VisitContact.visit_id.label("row"), VisitContact.phone),
    ),
    Sealed.QUESTION_TEXT: (
        Owner.QUESTION,
        select(QuestionText.question_id, QuestionText.question_id.label("row"), QuestionText.body),
    ),
    Sealed.MESSAGE: (Owner.QUESTION, select(Message.question_id, Message.id, Message.body)),
    Sealed.TRANSLATION: (Owner.QUESTION, select(Translation.question_id, Translation.id, Translation.body)),
    Sealed.OVERRIDE_REASON: (
        Owner.QUESTION,
        select(Referral.question_id, Referral.id, Referral.override_reason),
    ),
    Sealed.NOTE: (Owner.QUESTION, _EVENTS),
}
"""Of each column that is sealed: whose key it is, the record of that key, the row, what stands there."""


def opened(session: Session, what: Sealed) -> dict[int, str | None]:
    """Return what a sealed column says, by the key of the row, in the order of the keys."""
    owner, rows = ROWS[what]
    found = sorted(tuple(row) for row in session.execute(rows))
    return {
        row_id: opener_of(session, KEYS.master_keys, owner, record_id).open(sealed, what, row_id)
        for record_id, row_id, sealed in found
    }
