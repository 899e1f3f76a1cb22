"""Acting on a referral: what it means for the referral, for its terms and for the question."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from servicebalie.core.directory import Directory
from servicebalie.core.errors import InvalidInput
from servicebalie.core.referral_states import End
from servicebalie.core.routing import ReasonCode
from servicebalie.core.vocabulary import (
    Actor,
    Author,
    Destination,
    Mark,
    Outcome,
    ReferralAction,
    ReferralKind,
    ReferralStatus,
    ReturnReason,
    Status,
    UnmetReason,
)
from servicebalie.models.directory import ServiceRow
from servicebalie.models.questions import Visit
from servicebalie.services.directory import read_directory
from servicebalie.services.intake import NewQuestion, NewVisit, register_visit
from servicebalie.services.messages import post_message
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import Correction, close_question, correct_question
from servicebalie.services.referral_acts import (
    ReferralCase,
    accept,
    answer,
    ask_back,
    complete,
    return_referral,
    revoke,
)
from servicebalie.services.referrals import refer_question
from servicebalie.services.visits import VisitFacts
from tests.support.referrals import PartnerAtWork, history, partner, stored
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import SmallWorkplace

MET = End(Outcome.MET)
FULL = End(Outcome.UNMET, UnmetReason.FULL_OR_WAITING_LIST)
S, A = ReferralStatus, ReferralAction


def beside(desk: SmallWorkplace, question: QuestionView, service: str = "town") -> None:
    """Refer a question to one more service."""
    desk.do(
        refer_question,
        question,
        service_id=desk.desk.services[service],
        kind=None,
        reason="Both can help",
        alongside=True,
    )


def days_later(desk: SmallWorkplace, days: int) -> SmallWorkplace:
    return desk.at(desk.work.now + timedelta(days=days))


def changed_late(desk: SmallWorkplace, question: QuestionView) -> bool:
    """Tell whether something that is counted of the visit changed after its month was frozen."""
    with desk.database.read() as session:
        return session.get_one(Visit, question.visit_id).changed_late


def by_newcomer(desk: SmallWorkplace) -> SmallWorkplace:
    """Return the desk as it is when the newcomer acts."""
    return replace(desk, work=replace(desk.work, user_id=None))


def test_a_new_referral_is_due_after_the_working_days_of_its_service(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    # From Tuesday 3 November: the Friday; and the Thursday before, to remind.
    assert question.referral.respond_by == question.due_on == date(2026, 11, 6)
    assert stored(small_desk, question.referral.id).remind_on == date(2026, 11, 5)


def test_who_accepts_has_the_whole_term_from_then_on(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    later = days_later(small_desk, 2)
    at_work = library.at(later)
    at_work.do(accept, at_work.case(question), note="Hanna does this")
    shown = later.show(question.reference)
    assert (shown.referral.status, shown.status) == (S.ACCEPTED, Status.REFERRED)
    # Three working days from Thursday the fifth.
    assert shown.due_on == shown.referral.respond_by == date(2026, 11, 10)
    (event,) = shown.referral.events
    assert (event.actor, event.action, event.from_state, event.to_state, event.note) == (
        Actor.PARTNER,
        A.ACCEPT,
        S.REQUESTED,
        S.ACCEPTED,
        "Hanna does this",
    )
    assert stored(later, question.referral.id).remind_on is None


@pytest.mark.parametrize("first", [None, accept])
def test_what_is_returned_is_open_at_the_desk_and_marked(
    small_desk: SmallWorkplace,
    question: QuestionView,
    library: PartnerAtWork,
    first: Callable[..., None] | None,
) -> None:
    if first:
        library.do(first, library.case(question))
    library.do(return_referral, library.case(question), ReturnReason.NOT_OUR_TASK, note="Ask the school")
    shown = small_desk.show(question.reference)
    assert (shown.status, shown.mark) == (Status.OPEN, Mark.RETURNED)
    assert shown.referral.destination is Destination.DESK
    assert [reason.code for reason in shown.referral.reasons] == [ReasonCode.RETURNED_BY_SERVICE]
    assert shown.due_on is not None
    returned = shown.referrals[0]
    assert (returned.status, returned.returned_reason, returned.respond_by) == (
        S.RETURNED,
        ReturnReason.NOT_OUR_TASK,
        None,
    )
    assert (returned.events[-1].reason, returned.events[-1].note) == ("not-our-task", "Ask the school")


def test_the_mark_goes_when_the_desk_sends_the_question_on_or_closes_it(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    library.do(return_referral, library.case(question), ReturnReason.OTHER)
    town = small_desk.desk.services["town"]
    small_desk.do(refer_question, question, service_id=town, kind=None, reason="Better")
    assert small_desk.show(question.reference).mark is None
    at_town = partner(small_desk, "town")
    at_town.do(return_referral, at_town.case(question), ReturnReason.OTHER)
    small_desk.do(close_question, question, Outcome.ANSWERED_AT_DESK, None)
    assert small_desk.show(question.reference).mark is None


@pytest.mark.parametrize("others", [False, True])
def test_what_comes_back_after_its_month_was_frozen_is_a_late_change(
    small_desk: SmallWorkplace, question: QuestionView, *, others: bool
) -> None:
    if others:
        beside(small_desk, question)
    later = days_later(small_desk, 60)
    library = partner(later, "library")
    library.do(accept, library.case(question))
    assert not changed_late(later, question)
    library.do(return_referral, library.case(question), ReturnReason.OTHER)
    assert changed_late(later, question)


def test_what_came_back_with_nobody_else_open_stays_with_those_who_are(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    beside(small_desk, question)
    library.do(return_referral, library.case(question), ReturnReason.OTHER)
    shown = small_desk.show(question.reference)
    assert (shown.status, shown.mark, shown.referral.service.name) == (Status.REFERRED, None, "Town hall")
    assert shown.due_on == shown.referral.respond_by


def test_a_question_with_two_services_is_due_when_the_first_of_them_is(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    beside(small_desk, question)
    shown = small_desk.show(question.reference)
    assert [referral.status for referral in shown.referrals] == [S.REQUESTED, S.REQUESTED]
    # The library has until the sixth, the town until the tenth.
    assert (shown.due_on, shown.referral.respond_by) == (date(2026, 11, 6), date(2026, 11, 10))


def test_a_service_that_has_the_question_does_not_get_it_twice(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    with pytest.raises(InvalidInput):
        beside(small_desk, question, "library")


def test_what_is_registered_late_gives_the_service_its_whole_term(small_desk: SmallWorkplace) -> None:
    visit = NewVisit(VisitFacts(municipality=EINDHOVEN), received_at=small_desk.work.now - timedelta(days=6))
    questions = [NewQuestion("dutch-course", consents=True), NewQuestion("gp-dentist")]
    handed, kept = small_desk.do(register_visit, visit, questions).questions
    assert handed.due_on == handed.referral.respond_by == date(2026, 11, 6)
    assert kept.due_on == date(2026, 11, 4)


@pytest.mark.parametrize(("days", "remind_on"), [(0, None), (1, date(2026, 11, 4)), (2, date(2026, 11, 4))])
def test_a_short_term_has_one_reminder_or_none(
    small_desk: SmallWorkplace, days: int, remind_on: date | None
) -> None:
    with small_desk.database.begin() as session:
        session.execute(update(ServiceRow).values(response_days=days))
    hurried = replace(small_desk, work=replace(small_desk.work, directory=directory_now(small_desk)))
    question = hurried.register("dutch-course", facts=VisitFacts(municipality=EINDHOVEN)).questions[0]
    assert stored(hurried, question.referral.id).remind_on == remind_on


def directory_now(desk: SmallWorkplace) -> Directory:
    return desk.read(lambda session: read_directory(session, desk.desk.id))


@pytest.mark.parametrize(
    ("ends", "outcome", "reason"),
    [
        ((MET, FULL), Outcome.MET, None),
        ((FULL, MET), Outcome.MET, None),
        ((FULL, End(Outcome.UNMET, UnmetReason.COST)), Outcome.UNMET, UnmetReason.COST),
    ],
)
def test_the_last_service_closes_the_question_which_is_met_if_any_met_it(
    small_desk: SmallWorkplace,
    question: QuestionView,
    library: PartnerAtWork,
    ends: tuple[End, End],
    outcome: Outcome,
    reason: UnmetReason | None,
) -> None:
    beside(small_desk, question)
    at_town = partner(small_desk, "town")
    library.do(complete, library.case(question), Actor.PARTNER, ends[0])
    between = small_desk.show(question.reference)
    assert (between.status, between.outcome) == (Status.REFERRED, None)
    at_town.do(complete, at_town.case(question), Actor.PARTNER, ends[1])
    shown = small_desk.show(question.reference)
    assert (shown.status, shown.outcome, shown.unmet_reason) == (Status.CLOSED, outcome, reason)
    assert (shown.due_on, shown.closed_at) == (None, small_desk.work.now)
    assert [referral.outcome for referral in shown.referrals] == [end.outcome for end in ends]


def test_while_the_person_is_asked_the_clock_stands_still(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    library.do(accept, library.case(question))
    wednesday = days_later(small_desk, 1)
    at_work = library.at(wednesday)
    at_work.do(ask_back, at_work.case(question), "Which day suits you?", language="nl")
    waiting = wednesday.show(question.reference)
    assert (waiting.status, waiting.due_on, waiting.days_left) == (Status.WAITING, None, 2)
    assert (waiting.referral.status, waiting.referral.respond_by) == (S.ASKED_BACK, None)
    much_later = days_later(small_desk, 20)
    assert not much_later.show(question.reference).overdue
    newcomer = by_newcomer(much_later)
    newcomer.do(post_message, much_later.show(question.reference), Author.NEWCOMER, "Monday")
    shown = much_later.show(question.reference)
    assert (shown.status, shown.referral.status, shown.days_left) == (Status.REFERRED, S.ACCEPTED, None)
    # Two working days from Monday 23 November.
    assert shown.due_on == shown.referral.respond_by == date(2026, 11, 25)
    assert history(small_desk, question.referral.id) == [
        (A.ACCEPT, S.ACCEPTED),
        (A.ASK_BACK, S.ASKED_BACK),
        (A.REPLY, S.ACCEPTED),
    ]


@pytest.mark.parametrize("asked_after", [6, 10])
def test_after_a_reply_there_is_a_working_day_also_when_nothing_was_left_of_the_term(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork, asked_after: int
) -> None:
    library.do(accept, library.case(question))
    assert small_desk.show(question.reference).referral.respond_by == date(2026, 11, 6)
    at_work = library.at(days_later(small_desk, asked_after - 3))
    at_work.do(ask_back, at_work.case(question), "Which day?")
    saturday = days_later(small_desk, 11)
    by_newcomer(saturday).do(post_message, saturday.show(question.reference), Author.NEWCOMER, "Monday")
    shown = saturday.show(question.reference)
    assert shown.due_on == shown.referral.respond_by == date(2026, 11, 16)


def test_who_asks_or_answers_without_having_accepted_has_accepted(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    later = days_later(small_desk, 1)
    at_work = library.at(later)
    at_work.do(answer, at_work.case(question), "Every Thursday at ten")
    answered = later.show(question.reference)
    assert (answered.referral.status, answered.due_on) == (S.ACCEPTED, date(2026, 11, 9))
    assert stored(later, question.referral.id).remind_on is None
    other = small_desk.register("dutch-course", facts=question.facts).questions[0]
    at_work.do(ask_back, at_work.case(other), "What level?")
    asked = later.show(other.reference)
    assert (asked.referral.status, asked.days_left) == (S.ASKED_BACK, 3)
    at_work.do(ask_back, at_work.case(other), "And when?")
    assert later.show(other.reference).days_left == 3


def test_an_answer_while_waiting_leaves_the_question_waiting(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    library.do(ask_back, library.case(question), "Which day?")
    library.do(answer, library.case(question), "Here is the list meanwhile")
    shown = small_desk.show(question.reference)
    assert (shown.status, shown.referral.status, shown.due_on) == (Status.WAITING, S.ASKED_BACK, None)


def test_when_the_service_that_asked_ends_its_part_nobody_waits_for_the_person(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    beside(small_desk, question)
    library.do(ask_back, library.case(question), "Which day?")
    beside(small_desk, small_desk.show(question.reference), "school")
    assert small_desk.show(question.reference).status is Status.WAITING
    at_town = partner(small_desk, "town")
    at_town.do(accept, at_town.case(question))
    assert small_desk.show(question.reference).status is Status.WAITING
    library.do(complete, library.case(question), Actor.PARTNER, FULL)
    shown = small_desk.show(question.reference)
    assert (shown.status, shown.days_left) == (Status.REFERRED, None)
    assert shown.due_on is not None


def test_a_reply_to_one_service_moves_the_term_of_that_one_only(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    beside(small_desk, question)
    library.do(ask_back, library.case(question), "Which day?")
    later = days_later(small_desk, 2)
    by_newcomer(later).do(post_message, later.show(question.reference), Author.NEWCOMER, "Friday")
    shown = later.show(question.reference)
    # Three working days from Thursday the fifth; the town still has five from the third.
    assert [(one.status, one.respond_by) for one in shown.referrals] == [
        (S.ACCEPTED, date(2026, 11, 10)),
        (S.REQUESTED, date(2026, 11, 10)),
    ]
    assert [action for action, _ in history(later, shown.referral.id)] == []


def test_the_desk_that_asks_stops_the_clock_of_what_it_keeps(small_desk: SmallWorkplace) -> None:
    kept = small_desk.register("gp-dentist").questions[0]
    small_desk.do(post_message, kept, Author.DESK, "Where do you live?", awaits_reply=True)
    waiting = small_desk.show(kept.reference)
    assert (waiting.status, waiting.due_on, waiting.days_left) == (Status.WAITING, None, 5)
    later = days_later(small_desk, 7)
    later.do(post_message, waiting, Author.NEWCOMER, "In Breda")
    shown = later.show(kept.reference)
    assert (shown.status, shown.due_on) == (Status.OPEN, date(2026, 11, 17))


def test_the_desk_takes_a_referral_back_and_has_the_question(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    small_desk.do(revoke, ReferralCase(question, question.referral), note="We do it ourselves")
    shown = small_desk.show(question.reference)
    assert (shown.status, shown.mark, shown.referral.kind) == (Status.OPEN, None, None)
    assert shown.referrals[0].status is S.REVOKED


def test_who_takes_consent_back_takes_back_what_was_handed_over(
    small_desk: SmallWorkplace, question: QuestionView
) -> None:
    taken = small_desk.do(correct_question, question, Correction({}, consents=False), question.version)
    assert (taken.consented_at, taken.status, taken.referral.destination) == (
        None,
        Status.OPEN,
        Destination.DESK,
    )
    assert [reason.code for reason in taken.referral.reasons] == [ReasonCode.NO_CONSENT]
    assert taken.referrals[0].status is S.REVOKED
    kept = small_desk.register("gp-dentist").questions[0]
    same = small_desk.do(correct_question, kept, Correction({}, consents=False), kept.version)
    assert (same.consented_at, same.referrals) == (None, kept.referrals)


def test_a_former_referral_that_was_accepted_is_revoked_by_a_new_one(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    library.do(accept, library.case(question))
    town = small_desk.desk.services["town"]
    small_desk.do(refer_question, question, service_id=town, kind=None, reason="Better")
    first, second = small_desk.show(question.reference).referrals
    assert (first.status, second.status) == (S.REVOKED, S.REQUESTED)
    assert first.events[-1].actor is Actor.DESK


def test_closing_a_question_completes_what_is_open_with_its_outcome(
    small_desk: SmallWorkplace, question: QuestionView, library: PartnerAtWork
) -> None:
    library.do(ask_back, library.case(question), "Which day?")
    small_desk.do(close_question, question, Outcome.UNMET, UnmetReason.COST)
    shown = small_desk.show(question.reference)
    assert (shown.referral.status, shown.referral.unmet_reason) == (S.COMPLETED, UnmetReason.COST)
    assert (shown.status, shown.due_on, shown.days_left) == (Status.CLOSED, None, None)


def test_a_warm_hand_over_is_a_referral_too(small_desk: SmallWorkplace, question: QuestionView) -> None:
    town = small_desk.desk.services["town"]
    small_desk.do(
        refer_question, question, service_id=town, kind=ReferralKind.WARM_HAND_OVER, reason="Urgent"
    )
    at_town = partner(small_desk, "town")
    at_town.do(accept, at_town.case(question))
    assert small_desk.show(question.reference).referral.status is S.ACCEPTED


def test_one_more_service_beside_one_that_waits_for_its_answer_at_the_desk_moves_it_there(
    small_desk: SmallWorkplace,
) -> None:
    kept = small_desk.register("gp-dentist").questions[0]
    beside(small_desk, kept)
    shown = small_desk.show(kept.reference)
    assert (shown.status, shown.due_on) == (Status.REFERRED, shown.referral.respond_by)
