"""Acting on a referral that has ended, or at the same moment as somebody else."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.referral_states import AlreadyAccepted, End, NotYourAct, ReferralEnded
from servicebalie.core.vocabulary import (
    Actor,
    Outcome,
    ReferralStatus,
    ReturnReason,
)
from servicebalie.services.question_views import QuestionView
from servicebalie.services.referral_acts import (
    ReferralCase,
    accept,
    answer,
    complete,
    expire,
    remind,
    return_referral,
    revoke,
)
from servicebalie.services.referral_steps import ReferralChanged
from servicebalie.services.referrals import QuestionClosed
from tests.support.referrals import PartnerAtWork, history, partner, stored
from tests.support.workplace import SmallWorkplace

MET = End(Outcome.MET)
S = ReferralStatus


def return_it(desk: SmallWorkplace, case: ReferralCase) -> None:
    partner(desk, "library").do(return_referral, case, ReturnReason.OTHER)


def accept_it(desk: SmallWorkplace, case: ReferralCase) -> None:
    partner(desk, "library").do(accept, case)


def complete_it(desk: SmallWorkplace, case: ReferralCase) -> None:
    partner(desk, "library").do(complete, case, Actor.PARTNER, MET)


def write_it(desk: SmallWorkplace, case: ReferralCase) -> None:
    partner(desk, "library").do(answer, case, "Come along")


def revoke_it(desk: SmallWorkplace, case: ReferralCase) -> None:
    desk.do(revoke, case)


def expire_it(desk: SmallWorkplace, case: ReferralCase) -> None:
    desk.do(expire, case)


Act = Callable[[SmallWorkplace, ReferralCase], None]
ALL_ACTS = [return_it, accept_it, complete_it, write_it, revoke_it, expire_it]


@pytest.mark.parametrize("second", ALL_ACTS)
@pytest.mark.parametrize("first", [return_it, revoke_it, expire_it])
def test_who_comes_after_another_ended_the_referral_does_nothing(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork, first: Act, second: Act
) -> None:
    case = library.case(question)
    first(small_desk, case)
    before = small_desk.show(question.reference)
    with pytest.raises(ReferralChanged):
        second(small_desk, case)
    assert small_desk.show(question.reference) == before


@pytest.mark.parametrize("second", [accept_it, complete_it, write_it, expire_it])
def test_who_comes_after_the_question_was_closed_does_nothing(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork, second: Act
) -> None:
    case = library.case(question)
    complete_it(small_desk, case)
    with pytest.raises(QuestionClosed):
        second(small_desk, case)


@pytest.mark.parametrize("second", [complete_it, accept_it, return_it])
def test_nothing_can_be_done_with_a_referral_that_was_returned(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork, second: Act
) -> None:
    return_it(small_desk, library.case(question))
    with pytest.raises(ReferralEnded):
        second(small_desk, library.case(question))


def test_what_was_accepted_is_neither_accepted_again_nor_expires(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    library.do(accept, library.case(question))
    for act in (accept_it, expire_it):
        with pytest.raises(AlreadyAccepted):
            act(small_desk, library.case(question))
    with pytest.raises(AlreadyAccepted):
        small_desk.do(remind, library.case(question))
    with pytest.raises(NotYourAct):
        small_desk.do(complete, library.case(question), Actor.CLOCK, MET)


@pytest.mark.parametrize(
    ("acts", "possible"),
    [
        ((accept_it, accept_it), {S.ACCEPTED}),
        ((accept_it, return_it), {S.ACCEPTED, S.RETURNED}),
        ((expire_it, accept_it), {S.ACCEPTED, S.EXPIRED}),
        ((complete_it, revoke_it), {S.COMPLETED, S.REVOKED}),
    ],
)
def test_of_two_who_act_at_once_only_one_wins(
    small_desk: SmallWorkplace,
    question: QuestionView,
    library: PartnerAtWork,
    acts: tuple[Act, Act],
    possible: set[ReferralStatus],
) -> None:
    case, start = library.case(question), Barrier(2)
    refused: list[ServicebalieError] = []

    def run(act: Act) -> None:
        start.wait()
        try:
            act(small_desk, case)
        except ServicebalieError as refusal:
            refused.append(refusal)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert isinstance(refused[0], ReferralChanged | QuestionClosed)
    assert len(history(small_desk, case.referral.id)) == 1
    assert stored(small_desk, case.referral.id).status in possible
