"""A question that came back is not sent in a circle."""

from dataclasses import replace

import pytest

from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.core.vocabulary import ReferralStatus, ReturnReason
from servicebalie.services.question_views import QuestionView
from servicebalie.services.referral_acts import return_referral
from servicebalie.services.referrals import RETURNED_FOR_GOOD, refer_question
from tests.support.referrals import PartnerAtWork
from tests.support.workplace import SmallWorkplace


def come_back(
    desk: SmallWorkplace, library: PartnerAtWork, question: QuestionView, reason: ReturnReason
) -> QuestionView:
    library.do(return_referral, library.case(question), reason)
    return desk.show(question.reference)


@pytest.mark.parametrize("reason", ReturnReason)
def test_routing_does_not_lead_back_to_who_returned_it_for_good(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork, reason: ReturnReason
) -> None:
    back = come_back(small_desk, library, question, reason)
    if reason not in RETURNED_FOR_GOOD:
        small_desk.do(refer_question, back, service_id=None, kind=None, reason=None)
        assert small_desk.show(question.reference).referral.status is ReferralStatus.REQUESTED
        return
    with pytest.raises(InvalidInput) as refused:
        small_desk.do(refer_question, back, service_id=None, kind=None, reason=None)
    assert refused.value.faults == (Fault("/service", "service-returned-it"),)
    assert small_desk.show(question.reference).version == back.version


def test_staff_may_choose_who_returned_it_with_a_reason(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    back = come_back(small_desk, library, question, ReturnReason.FULL_OR_WAITING_LIST)
    again = small_desk.desk.services["library"]
    small_desk.do(refer_question, back, service_id=again, kind=None, reason="They have room since Monday")
    assert small_desk.show(question.reference).referral.service.id == again


def test_who_corrects_their_own_question_is_not_refused(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    back = come_back(small_desk, library, question, ReturnReason.NOT_OUR_TASK)
    newcomer = replace(small_desk, work=replace(small_desk.work, user_id=None))
    newcomer.do(refer_question, back, service_id=None, kind=None, reason=None)
    assert small_desk.show(question.reference).referral.status is ReferralStatus.REQUESTED
