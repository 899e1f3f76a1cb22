"""A question that came back is not sent in a circle."""

from dataclasses import replace

import pytest

from servicebalie.core.routing import Reason, ReasonCode
from servicebalie.core.vocabulary import ChosenBy, Mark, ReferralStatus, ReturnReason
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import find_question
from servicebalie.services.referral_acts import expire, return_referral, revoke
from servicebalie.services.referrals import refer_question
from tests.support.referrals import PartnerAtWork, partner
from tests.support.workplace import SmallWorkplace


def come_back(
    desk: SmallWorkplace, library: PartnerAtWork, question: QuestionView, reason: ReturnReason
) -> QuestionView:
    library.do(return_referral, library.case(question), reason)
    return desk.show(question.reference)


def route_again(desk: SmallWorkplace, question: QuestionView) -> QuestionView:
    desk.do(refer_question, question, service_id=None, kind=None, reason=None)
    return desk.show(question.reference)


def codes(question: QuestionView) -> list[ReasonCode]:
    return [reason.code for reason in question.referral.reasons]


@pytest.mark.parametrize("reason", ReturnReason)
def test_what_was_returned_stays_at_the_desk_with_its_mark_where_nobody_else_is_left(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork, reason: ReturnReason
) -> None:
    back = come_back(small_desk, library, question, reason)
    again = route_again(small_desk, back)

    assert (again.referral.kind, again.referral.chosen_by) == (None, ChosenBy.ROUTING)
    named = small_desk.work.directory[small_desk.desk.services["library"]].full_name
    assert again.referral.reasons[0] == Reason(ReasonCode.PASSED_OVER_RETURNED, named)
    assert codes(again)[-2:] == [ReasonCode.NOBODY_ELSE_LEFT, ReasonCode.DESK_IS_LAST_RESORT]
    assert again.mark is Mark.RETURNED


def test_what_lay_too_long_is_not_sent_there_again(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    small_desk.do(expire, library.case(question))
    again = route_again(small_desk, small_desk.show(question.reference))

    assert codes(again)[0] is ReasonCode.PASSED_OVER_NO_ANSWER
    assert again.mark is Mark.EXPIRED


def test_the_second_best_gets_what_the_best_returned(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    town = partner(small_desk, "town")
    small_desk.do(
        refer_question, question, service_id=small_desk.desk.services["town"], kind=None, reason="x"
    )
    town.do(return_referral, town.case(question), ReturnReason.NOT_OUR_TASK)
    again = route_again(small_desk, small_desk.show(question.reference))

    # The library had it first, but staff took it from there: it did not give it back.
    assert again.referral.service.id == small_desk.desk.services["library"]
    assert again.referral.status is ReferralStatus.REQUESTED
    assert codes(again)[0] is ReasonCode.PASSED_OVER_RETURNED
    assert again.mark is None


def test_a_partner_does_not_learn_who_was_passed_over_before_it_got_the_question(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    test_the_second_best_gets_what_the_best_returned(small_desk, question, library)
    shown = small_desk.read(
        lambda session: find_question(session, small_desk.work, library.principal, question.reference)
    )

    assert codes(shown)
    assert ReasonCode.PASSED_OVER_RETURNED not in codes(shown)


def test_what_staff_took_back_themselves_may_be_sent_there_again(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    small_desk.do(revoke, library.case(question))
    again = route_again(small_desk, small_desk.show(question.reference))

    assert again.referral.service.id == small_desk.desk.services["library"]


def test_who_returned_it_between_reading_and_acting_is_passed_over(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    come_back(small_desk, library, question, ReturnReason.NOT_OUR_TASK)

    assert route_again(small_desk, question).referral.kind is None


def test_staff_may_choose_who_returned_it_with_a_reason(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    back = come_back(small_desk, library, question, ReturnReason.FULL_OR_WAITING_LIST)
    again = small_desk.desk.services["library"]
    small_desk.do(refer_question, back, service_id=again, kind=None, reason="They have room since Monday")
    assert small_desk.show(question.reference).referral.service.id == again
    assert small_desk.show(question.reference).mark is None


def test_nor_does_who_corrects_their_own_question_send_it_in_a_circle(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    back = come_back(small_desk, library, question, ReturnReason.NOT_OUR_TASK)
    newcomer = replace(small_desk, work=replace(small_desk.work, user_id=None))
    assert route_again(newcomer, back).referral.kind is None
