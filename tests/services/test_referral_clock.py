"""The clock: services are reminded twice, and what they do not respond to goes back to the desk."""

from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select

from servicebalie.core.referral_states import AlreadyAccepted, ReferralEnded
from servicebalie.core.routing import ReasonCode
from servicebalie.core.vocabulary import Actor, Mark, ReferralAction, ReferralStatus, Status
from servicebalie.models.delivery import OutboxMessage
from servicebalie.services.outbox import Delivery
from servicebalie.services.question_views import QuestionView
from servicebalie.services.referral_acts import accept
from servicebalie.services.referral_clock import DueReferral, due_referrals, keep_term
from servicebalie.services.returning import erase_visit
from servicebalie.services.visits import VisitFacts
from tests.support.referrals import history, partner, stored
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import SmallWorkplace


def on(day: int) -> datetime:
    """Return a moment of a day of November 2026; the third is a Tuesday, when the question comes in."""
    return datetime(2026, 11, day, 8, tzinfo=UTC)


@pytest.fixture
def question(small_desk: SmallWorkplace) -> QuestionView:
    """A question for the library, which has until Friday the sixth."""
    return small_desk.register("dutch-course", facts=VisitFacts(municipality=EINDHOVEN)).questions[0]


def keep(desk: SmallWorkplace, now: datetime) -> list[int]:
    """Let the clock do what it has to do, and return the referrals that it had to look at."""
    due = desk.read(lambda session: due_referrals(session, now))
    for one in due:
        desk.database.write(partial(keep_term, due=one, keys=desk.work.keys, now=now))
    return [one.id for one in due]


def reminders(desk: SmallWorkplace) -> list[OutboxMessage]:
    """Return the reminders that are to be sent."""
    return desk.read(
        lambda session: list(
            session.scalars(select(OutboxMessage).where(OutboxMessage.kind == Delivery.REFERRAL_REMINDER))
        )
    )


def test_a_service_is_reminded_the_day_before_and_on_the_last_day_once_each(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    counts = []
    for day in (3, 4, 5, 5, 6, 6):
        keep(small_desk, on(day))
        counts.append(len(reminders(small_desk)))
    assert counts == [0, 0, 1, 1, 2, 2]
    assert {message.payload["referral"] for message in reminders(small_desk)} == {question.referral.id}
    assert history(small_desk, question.referral.id) == [
        (ReferralAction.REMIND, ReferralStatus.REQUESTED),
        (ReferralAction.REMIND, ReferralStatus.REQUESTED),
    ]
    assert small_desk.show(question.reference).version == question.version


def test_a_clock_that_stood_still_until_the_last_day_reminds_once(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    assert keep(small_desk, on(6)) == [question.referral.id]
    assert keep(small_desk, on(6)) == []
    assert len(reminders(small_desk)) == 1


def test_what_is_not_responded_to_in_time_goes_back_to_the_desk_with_a_mark(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    keep(small_desk, on(7))
    shown = small_desk.at(on(7)).show(question.reference)
    assert (shown.status, shown.mark, shown.referral.kind) == (Status.OPEN, Mark.EXPIRED, None)
    assert [reason.code for reason in shown.referral.reasons] == [ReasonCode.NO_ANSWER_IN_TIME]
    (event,) = shown.referrals[0].events
    assert (event.actor, event.action, event.to_state) == (
        Actor.CLOCK,
        ReferralAction.EXPIRE,
        ReferralStatus.EXPIRED,
    )
    assert not shown.overdue
    assert reminders(small_desk) == []
    assert keep(small_desk, on(30)) == []


def test_what_was_accepted_is_neither_reminded_of_nor_ended(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    library = partner(small_desk, "library")
    library.do(accept, library.case(question))
    assert keep(small_desk, on(30)) == []
    assert small_desk.at(on(30)).show(question.reference).overdue


def test_the_clock_leaves_what_others_did_between_finding_and_acting(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    due = DueReferral(question.referral.id, question.id, small_desk.desk.id)
    library = partner(small_desk, "library")
    # Two workers found it: the first reminds, the second finds it done.
    for _ in range(2):
        small_desk.database.write(lambda session: keep_term(session, due, small_desk.work.keys, on(5)))
    assert len(reminders(small_desk)) == 1
    library.do(accept, library.case(question))
    for day, refusal in ((6, AlreadyAccepted), (30, AlreadyAccepted)):
        with pytest.raises(refusal):
            small_desk.database.write(partial(keep_term, due=due, keys=small_desk.work.keys, now=on(day)))
    assert stored(small_desk, due.id).status is ReferralStatus.ACCEPTED


def test_two_workers_end_a_referral_once(small_desk: SmallWorkplace, question: QuestionView) -> None:
    due = DueReferral(question.referral.id, question.id, small_desk.desk.id)
    small_desk.database.write(lambda session: keep_term(session, due, small_desk.work.keys, on(7)))
    with pytest.raises(ReferralEnded):
        small_desk.database.write(lambda session: keep_term(session, due, small_desk.work.keys, on(7)))
    assert len(history(small_desk, due.id)) == 1


def test_the_clock_passes_by_what_was_deleted(small_desk: SmallWorkplace, question: QuestionView) -> None:
    due = DueReferral(question.referral.id, question.id, small_desk.desk.id)
    keep(small_desk, on(5))
    small_desk.database.write(lambda session: erase_visit(session, question.visit_id, on(5)))
    small_desk.database.write(lambda session: keep_term(session, due, small_desk.work.keys, on(7)))
    assert keep(small_desk, on(7)) == []
    assert reminders(small_desk) == []


def test_a_service_without_an_address_is_not_mailed_but_the_reminder_is_noted(
    small_desk: SmallWorkplace,
) -> None:
    question = small_desk.register("bsn", facts=VisitFacts(municipality=EINDHOVEN)).questions[0]
    # The town hall has five working days: until the tenth.
    keep(small_desk, on(9))
    assert reminders(small_desk) == []
    assert [action for action, _ in history(small_desk, question.referral.id)] == [ReferralAction.REMIND]


def test_what_is_due_is_found_in_pieces(small_desk: SmallWorkplace) -> None:
    facts = VisitFacts(municipality=EINDHOVEN)
    small_desk.register("digid", "dutch-course", facts=facts)
    found = small_desk.read(lambda session: due_referrals(session, on(7)))
    assert [one.id for one in found] == sorted(one.id for one in found)
    rest = small_desk.read(lambda session: due_referrals(session, on(7), after=found[0].id))
    assert rest == found[1:]
