"""Consent: nothing is handed to another organisation unless the person agreed."""

from datetime import timedelta

import pytest

from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.core.routing import ReasonCode
from servicebalie.core.vocabulary import ReferralKind, ReferralStatus, Status
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import Correction, correct_question
from servicebalie.services.referrals import refer_question
from servicebalie.services.visits import VisitFacts
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import SmallWorkplace

FACTS = VisitFacts(municipality=EINDHOVEN)


@pytest.fixture
def question(small_desk: SmallWorkplace) -> QuestionView:
    """A question for the library of somebody who did not agree that it is passed on."""
    return small_desk.register("dutch-course", facts=FACTS, consents=False).questions[0]


def codes(question: QuestionView) -> set[ReasonCode]:
    return {reason.code for reason in question.referral.reasons}


def test_without_consent_the_library_is_named_but_gets_nothing(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    assert question.referral.service.id == small_desk.desk.services["library"]
    assert (question.referral.kind, question.referral.status) == (
        ReferralKind.INFORMATION_ONLY,
        ReferralStatus.GIVEN,
    )
    assert ReasonCode.NO_CONSENT in codes(question)
    assert question.consented_at is None


def test_who_agrees_is_noted_with_the_moment(small_desk: SmallWorkplace) -> None:
    agreed = small_desk.register("dutch-course", facts=FACTS).questions[0]
    assert (agreed.consented_at, agreed.referral.kind) == (small_desk.work.now, ReferralKind.REFERRAL)
    assert small_desk.show(agreed.reference).consented_at == small_desk.work.now


def test_the_desk_itself_needs_no_consent(small_desk: SmallWorkplace) -> None:
    kept = small_desk.register("gp-dentist", consents=False).questions[0]
    assert (kept.referral.kind, kept.status) == (None, Status.OPEN)
    assert ReasonCode.NO_CONSENT not in codes(kept)


@pytest.mark.parametrize("kind", [ReferralKind.REFERRAL, ReferralKind.WARM_HAND_OVER])
def test_staff_cannot_hand_over_what_the_person_did_not_agree_to(
    small_desk: SmallWorkplace, question: QuestionView, kind: ReferralKind
) -> None:
    town = small_desk.desk.services["town"]
    with pytest.raises(InvalidInput) as refused:
        small_desk.do(refer_question, question, service_id=town, kind=kind, reason="Better")
    assert refused.value.faults == (Fault("/consent", "consent-missing"),)
    assert small_desk.show(question.reference).version == question.version


def test_staff_who_choose_a_service_without_consent_only_tell_of_it(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    town = small_desk.desk.services["town"]
    small_desk.do(refer_question, question, service_id=town, kind=None, reason="Better")
    shown = small_desk.show(question.reference)
    assert (shown.referral.service.id, shown.referral.kind) == (town, ReferralKind.INFORMATION_ONLY)
    assert codes(shown) == {ReasonCode.CHOSEN_BY_STAFF, ReasonCode.NO_CONSENT}


def test_consent_that_is_given_later_goes_with_the_referral(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    later = small_desk.at(small_desk.work.now + timedelta(hours=1))
    later.do(refer_question, question, service_id=None, kind=None, reason=None, consents=True)
    shown = small_desk.show(question.reference)
    assert (shown.referral.kind, shown.consented_at) == (ReferralKind.REFERRAL, later.work.now)


def test_consent_is_recorded_once(small_desk: SmallWorkplace, question: QuestionView) -> None:
    agreed = small_desk.do(correct_question, question, Correction({}, consents=True), question.version)
    later = small_desk.at(small_desk.work.now + timedelta(hours=1))
    again = later.do(correct_question, agreed, Correction({}, consents=True), agreed.version)
    assert (agreed.consented_at, again.consented_at) == (small_desk.work.now, small_desk.work.now)
    later.do(refer_question, again, service_id=None, kind=None, reason=None, consents=True)
    assert small_desk.show(question.reference).consented_at == small_desk.work.now


def test_consent_that_was_taken_back_after_the_question_was_read_is_not_used(
    small_desk: SmallWorkplace,
) -> None:
    read = small_desk.register("dutch-course", facts=FACTS).questions[0]
    small_desk.do(correct_question, read, Correction({}, consents=False), read.version)
    town = small_desk.desk.services["town"]
    with pytest.raises(InvalidInput):
        small_desk.do(refer_question, read, service_id=town, kind=ReferralKind.REFERRAL, reason="Better")
    small_desk.do(refer_question, read, service_id=town, kind=None, reason="Better")
    shown = small_desk.show(read.reference)
    assert (shown.consented_at, shown.referral.kind) == (None, ReferralKind.INFORMATION_ONLY)
