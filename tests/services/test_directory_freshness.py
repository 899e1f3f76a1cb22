"""What happened to referrals since a service was assured tells how far its entry can be relied on."""

from datetime import timedelta

import pytest

from servicebalie.core.freshness import Freshness, FreshnessReason, Level
from servicebalie.core.vocabulary import ReturnReason
from servicebalie.services.directory import read_directory
from servicebalie.services.directory_changes import assure_service
from servicebalie.services.directory_freshness import freshness_of_services
from servicebalie.services.referral_acts import ReferralCase, expire, return_referral
from servicebalie.services.visits import VisitFacts
from tests.support.small_desk import EINDHOVEN
from tests.support.statements import counted_statements
from tests.support.workplace import NOW, SmallWorkplace

AT_THE_LIBRARY = VisitFacts(municipality=EINDHOVEN)


def judged(desk: SmallWorkplace) -> dict[str, Freshness]:
    def ask(session):
        directory = read_directory(session, desk.desk.id)
        with counted_statements() as sent:
            found = freshness_of_services(session, desk.desk.id, directory.services, NOW)
        assert len(sent) == 1
        return found

    found = desk.read(ask)
    return {name: found[key] for name, key in desk.desk.services.items() if key in found}


def handed_over(desk: SmallWorkplace) -> ReferralCase:
    """Hand a question to the library."""
    (question,) = desk.register("dutch-course", facts=AT_THE_LIBRARY).questions
    return ReferralCase(question, question.referral)


def test_what_came_back_or_ran_out_since_the_assurance_counts(small_desk: SmallWorkplace) -> None:
    for days, reason in ((10, ReturnReason.WRONG_ENTRY), (3, ReturnReason.NOT_OUR_TASK)):
        then = small_desk.at(NOW - timedelta(days=days))
        then.do(return_referral, handed_over(then), reason)
    then = small_desk.at(NOW - timedelta(days=2))
    then.do(expire, handed_over(then))
    handed_over(then)
    everything = judged(small_desk)["library"]
    assert everything.score == 24 + 2 * 4 + 2
    assert everything.reasons[0] is FreshnessReason.NEVER_ASSURED
    library = small_desk.desk.services["library"]
    with small_desk.database.begin() as session:
        on = (NOW - timedelta(days=5)).date()
        assure_service(session, small_desk.desk.id, library, by="adviser", on=on)
    assert judged(small_desk)["library"] == Freshness(
        Level.AGEING, 6, (FreshnessReason.RETURNED_AS_WRONG, FreshnessReason.NOT_ANSWERED)
    )
    assert judged(small_desk)["school"].level is Level.STALE


def test_it_counts_when_something_came_back_and_not_when_it_was_handed_over(
    small_desk: SmallWorkplace,
) -> None:
    case = handed_over(small_desk.at(NOW - timedelta(days=10)))
    library = small_desk.desk.services["library"]
    with small_desk.database.begin() as session:
        on = (NOW - timedelta(days=5)).date()
        assure_service(session, small_desk.desk.id, library, by="adviser", on=on)
    small_desk.do(return_referral, case, ReturnReason.WRONG_ENTRY)
    assert judged(small_desk)["library"].score == 4


@pytest.mark.parametrize("reason", [ReturnReason.FULL_OR_WAITING_LIST, ReturnReason.DUPLICATE])
def test_what_says_nothing_of_the_entry_does_not_count(
    small_desk: SmallWorkplace, reason: ReturnReason
) -> None:
    small_desk.do(return_referral, handed_over(small_desk), reason)
    assert judged(small_desk)["library"].score == 24
