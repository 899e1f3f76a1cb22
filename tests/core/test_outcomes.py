"""An unmet need has a reason, and nothing else has one."""

import pytest

from servicebalie.core.outcomes import outcome_fault
from servicebalie.core.vocabulary import Outcome, UnmetReason


@pytest.mark.parametrize("reason", UnmetReason)
def test_an_unmet_need_may_have_any_reason(reason: UnmetReason) -> None:
    assert outcome_fault(Outcome.UNMET, reason) is None


def test_an_unmet_need_without_a_reason_tells_policy_nothing() -> None:
    assert outcome_fault(Outcome.UNMET, None) == "unmet-reason-missing"


@pytest.mark.parametrize("outcome", [None, *(outcome for outcome in Outcome if outcome is not Outcome.UNMET)])
def test_a_need_that_is_not_unmet_has_no_reason(outcome: Outcome | None) -> None:
    assert outcome_fault(outcome, None) is None
    assert outcome_fault(outcome, UnmetReason.COST) == "unmet-reason-not-expected"
