"""What comes in from the forms of partners."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from servicebalie.core.outcomes import outcome_fault
from servicebalie.core.vocabulary import Outcome, ReturnReason, UnmetReason
from servicebalie.http.fields import Code, InputSchema, Text
from servicebalie.web.schemas import MAX_REPLY, MAX_TEXT


class NoteForm(InputSchema):
    """A word to the staff of the desk."""

    note = Text(MAX_TEXT)


class LetterForm(InputSchema):
    """What is written to the person."""

    text = Text(MAX_REPLY, required=True)


class ReturningForm(NoteForm):
    """Why a referral is given back."""

    return_reason = Code(ReturnReason, required=True)


class CompletingForm(NoteForm):
    """What came of a referral."""

    outcome = Code(Outcome, required=True)
    unmet_reason = Code(UnmetReason)

    @validates_schema
    def _check_outcome(self, data: Mapping[str, Any], **_: Any) -> None:
        fault = outcome_fault(data.get("outcome"), data.get("unmet_reason"))
        if fault:
            raise ValidationError(fault, "unmet_reason")
