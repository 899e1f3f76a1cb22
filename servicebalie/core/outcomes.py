"""Which outcomes go with which reasons."""

from servicebalie.core.vocabulary import Outcome, UnmetReason


def outcome_fault(outcome: Outcome | None, unmet_reason: UnmetReason | None) -> str | None:
    """Return the code of what is wrong with an outcome and its reason, or None.

    An unmet need has a reason, because "unmet" alone tells policy nothing; other outcomes have none.
    """
    if outcome is Outcome.UNMET and unmet_reason is None:
        return "unmet-reason-missing"
    if outcome is not Outcome.UNMET and unmet_reason is not None:
        return "unmet-reason-not-expected"
    return None
