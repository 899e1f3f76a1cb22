"""What the form does against spam: a field that people do not see, and a second look before sending."""

from datetime import UTC, datetime

from flask import request

from servicebalie.core.holding_back import HeldBack
from servicebalie.http.origin import request_origin
from servicebalie.http.runtime import runtime
from servicebalie.http.transaction import job
from servicebalie.services.holding_back import Sending, hold_back_question
from servicebalie.web.drafts import Draft
from servicebalie.web.schemas import Asked

TRAP = "website"
"""The name of the field that people do not see. Programs that fill in whatever they find like it."""

ANYWAY = "anyway"
"""The name of the field that tells that the person knows of having sent the question before."""


def hold_back_once(draft: Draft, asked: Asked) -> HeldBack | None:
    """Return why the question that is being sent is not taken yet; or None, and then it counts as sent."""
    limits = runtime().limits
    sending = Sending(
        origin=request_origin(),
        began_at=datetime.fromtimestamp(draft.began_at, UTC),
        trap=request.form.get(TRAP, ""),
        anyway=ANYWAY in request.form,
        topic=asked.topic,
        text=asked.text,
        contacts=tuple(contact for contact in (asked.email, asked.phone) if contact),
    )
    return hold_back_question(job().session, job().work, limits.questions, limits.fastest_form, sending)
