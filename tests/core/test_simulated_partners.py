"""Simulated partners deal with questions, return them or let them lie, in the time that a question has."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.simulated_partners import HandOver, SimulatedCourse, SimulatedPartners
from servicebalie.core.simulation import Period, SimulatedMessage, SimulatedQuestion, simulate
from servicebalie.core.vocabulary import Destination, Outcome, ReferralStatus, ReturnReason, UnmetReason
from servicebalie.core.working_days import add_working_days, is_working_day
from tests.core.demo_world import numbers, shipped_population

SEEDS = st.integers(0, 2**32)
MONDAY = datetime(2026, 3, 2, 10, tzinfo=AMSTERDAM)
FRIDAY = datetime(2026, 3, 13, 16, tzinfo=AMSTERDAM)
WEDNESDAY = date(2026, 3, 11)
KINDS = [Destination.LIBRARY, Destination.SCHOOL, Destination.MUNICIPALITY, Destination.OTHER]


def handed(
    outcome: Outcome = Outcome.MET,
    unmet_reason: UnmetReason | None = None,
    *,
    text: str | None = None,
    messages: tuple[SimulatedMessage, ...] = (),
    respond_by: date = date(2026, 3, 13),
) -> HandOver:
    """Return a hand-over to a municipality that is closed on the Friday of the next week."""
    question = SimulatedQuestion("bsn", text, messages, FRIDAY, outcome, unmet_reason)
    return HandOver(question, "pl", Destination.MUNICIPALITY, MONDAY, respond_by, FRIDAY)


def courses(hand_over: HandOver) -> list[SimulatedCourse]:
    """Return what a partner does with many questions like one."""
    partners = SimulatedPartners(shipped_population(), numbers(1))
    return [partners.first_course(hand_over) for _ in range(400)]


def ends(found: list[SimulatedCourse]) -> Counter[ReferralStatus]:
    return Counter(course.end for course in found)


@given(SEEDS)
def test_what_a_partner_does_lies_between_the_hand_over_and_the_end(seed: int) -> None:
    partners = SimulatedPartners(shipped_population(), numbers(seed))
    visits = simulate(shipped_population(), Period(date(2026, 3, 1), date(2026, 3, 31), 10), numbers(seed))
    for visit in visits:
        for question in visit.questions:
            if question.closes_at:
                kind = KINDS[seed % len(KINDS)]
                respond_by = add_working_days(visit.at.date(), 3)
                hand_over = HandOver(question, visit.language, kind, visit.at, respond_by, question.closes_at)
                course = partners.first_course(hand_over)
                accepted = [course.accepts_at] if course.accepts_at else []
                sent_on = [course.sends_on_at] if course.sends_on_at else []
                written = [message.at for message in course.messages]
                moments = [visit.at, *accepted, *written, course.ends_at, *sent_on, question.closes_at]
                assert moments == sorted(moments)
                for at in (*accepted, *written, *sent_on):
                    assert is_working_day(at.date())
                    assert 9 <= at.hour < 17


def test_questions_that_are_met_are_sometimes_returned_for_any_reason_of_the_kind() -> None:
    found = courses(handed())
    assert set(ends(found)) == {ReferralStatus.COMPLETED, ReferralStatus.RETURNED}
    assert 0.05 < ends(found)[ReferralStatus.RETURNED] / len(found) < 0.25
    reasons = {course.reason for course in found} - {None}
    assert reasons == set(shipped_population().partners[Destination.MUNICIPALITY].reasons.values)
    for course in found:
        assert (course.reason is not None) is (course.end is ReferralStatus.RETURNED)
        assert course.end is ReferralStatus.RETURNED or course.ends_at == FRIDAY


def test_what_nobody_can_help_with_is_mostly_returned_for_that_very_reason() -> None:
    found = courses(handed(Outcome.UNMET, UnmetReason.NOT_ELIGIBLE))
    share = shipped_population().returned_unmet
    assert ends(found)[ReferralStatus.RETURNED] / len(found) == pytest.approx(share, abs=0.1)
    assert {course.reason for course in found} == {None, ReturnReason.NOT_ELIGIBLE}


def test_a_reason_that_partners_do_not_give_is_none_to_return_a_question_for() -> None:
    assert set(ends(courses(handed(Outcome.UNMET, UnmetReason.DISTANCE)))) == {ReferralStatus.COMPLETED}


def test_what_the_newcomer_withdraws_is_taken_back() -> None:
    found = courses(handed(Outcome.WITHDRAWN))
    assert set(ends(found)) == {ReferralStatus.REVOKED}
    assert {course.ends_at for course in found} == {FRIDAY}


def test_only_what_outlasts_the_time_to_respond_is_never_answered() -> None:
    late = courses(handed(respond_by=WEDNESDAY))
    silent = [course for course in late if course.end is ReferralStatus.EXPIRED]
    share = shipped_population().partners[Destination.MUNICIPALITY].silent
    assert ReferralStatus.EXPIRED not in ends(courses(handed()))
    assert len(silent) / len(late) == pytest.approx(share, abs=0.1)
    assert {(course.accepts_at, course.messages, course.reason) for course in silent} == {(None, (), None)}
    assert {course.ends_at for course in silent} == {datetime(2026, 3, 12, tzinfo=AMSTERDAM)}


def test_what_outlasts_the_time_to_respond_is_accepted_or_returned_in_time() -> None:
    for course in courses(handed(respond_by=WEDNESDAY)):
        first = course.accepts_at or course.ends_at
        assert first <= datetime(2026, 3, 12, tzinfo=AMSTERDAM)


def test_a_partner_who_has_no_time_to_respond_says_at_once_that_it_takes_the_question_on() -> None:
    found = courses(handed(Outcome.WITHDRAWN, respond_by=date(2026, 3, 1)))
    assert {course.accepts_at for course in found} == {None, MONDAY}


def test_partners_ask_back_in_dutch_about_questions_in_writing_and_newcomers_reply_in_their_language() -> (
    None
):
    asked = [course for course in courses(handed(text="Pomocy")) if course.messages]
    assert asked
    for question, reply in (course.messages for course in asked):
        assert (question.from_newcomer, question.awaits_reply) == (False, True)
        assert (reply.from_newcomer, reply.awaits_reply) == (True, False)
        assert (question.language, reply.language) == ("nl", "pl")
    assert not any(course.messages for course in courses(handed()))


def test_who_asked_something_already_waits_for_the_reply_and_does_not_ask_again() -> None:
    replied_at = MONDAY + timedelta(days=9)
    exchange = (
        SimulatedMessage(MONDAY + timedelta(days=1), False, True, "pl", "?"),
        SimulatedMessage(replied_at, True, False, "pl", "!"),
    )
    found = courses(handed(text="Pomocy", messages=exchange))
    assert not any(course.messages for course in found)
    assert {course.accepts_at for course in found} == {None}, "who asks has taken the question on"
    returned = [course.ends_at for course in found if course.end is ReferralStatus.RETURNED]
    assert returned
    assert min(returned) > replied_at


def test_the_next_partner_never_returns_a_question() -> None:
    partners = SimulatedPartners(shipped_population(), numbers(1))
    assert {partners.next_course(handed()).end for _ in range(100)} == {ReferralStatus.COMPLETED}
