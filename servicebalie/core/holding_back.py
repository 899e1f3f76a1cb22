"""Whether a question from the form is taken at once, or held back for another look.

What holds back is never a wall: nothing that was typed is lost, and a person who presses the button again
gets through.
"""

from datetime import timedelta
from enum import StrEnum

SENT_AGAIN_WITHIN = timedelta(hours=1)
"""How long the same question counts as sent before."""


class HeldBack(StrEnum):
    """Why a question was not taken yet."""

    TRAP_FILLED_IN = "form-trap-filled-in"
    TOO_FAST = "form-too-fast"
    SENT_BEFORE = "question-sent-before"
    TOO_MANY = "too-many-questions"


def hold_back(
    *, trap: str, took: timedelta, at_least: timedelta, sent_before: bool, anyway: bool
) -> HeldBack | None:
    """Return why a question is held back, or None.

    `trap` is what stands in the field that people do not see; `took` is how long the form was being filled
    in, and `at_least` how long a person needs for that; `anyway` tells that the person knows of having sent
    it before.
    """
    if trap:
        return HeldBack.TRAP_FILLED_IN
    if took < at_least:
        return HeldBack.TOO_FAST
    if sent_before and not anyway:
        return HeldBack.SENT_BEFORE
    return None
