"""Whether somebody was helped: whom to ask, when, and what they say beside the outcome."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from servicebalie.core.vocabulary import NewcomerOutcome, Outcome, Role, Status, UnmetReason
from servicebalie.models.delivery import OutboxMessage
from servicebalie.models.questions import Question, VisitContact
from servicebalie.services.follow_up import answer_follow_up
from servicebalie.services.intake import NewQuestion, NewVisit, add_questions, register_visit
from servicebalie.services.notices import NewcomerNotice, follow_up_notice
from servicebalie.services.outbox import Delivery
from servicebalie.services.question_views import NewcomerAnswer, QuestionView
from servicebalie.services.questions import Correction, close_question, correct_question, seen_by
from servicebalie.services.returning import erase_visit, read_visit_questions
from servicebalie.services.visits import VisitFacts
from servicebalie.services.workplace import FOLLOW_UP_AFTER
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import KEYS, NOW, SmallWorkplace

MET, PARTLY, UNMET = NewcomerOutcome
LATER = NOW + timedelta(days=1)


def asked(desk: SmallWorkplace, *topics: str, **visit: Any) -> tuple[QuestionView, ...]:
    """Register questions of somebody who may be asked later, unless told otherwise."""
    new = NewVisit(**{"email": "jan@example.org", "follow_up": True, **visit})
    questions = [NewQuestion(topic) for topic in topics or ("bsn",)]
    return desk.do(register_visit, new, questions).questions


def close(desk: SmallWorkplace, question: QuestionView, outcome: Outcome = Outcome.MET) -> None:
    desk.do(close_question, question, outcome, UnmetReason.COST if outcome is Outcome.UNMET else None)


def waiting(desk: SmallWorkplace) -> list[OutboxMessage]:
    """Return what was noted to be asked."""
    kind = OutboxMessage.kind == Delivery.FOLLOW_UP
    return desk.read(lambda session: list(session.scalars(select(OutboxMessage).where(kind))))


def notice(desk: SmallWorkplace, question: QuestionView) -> NewcomerNotice | None:
    return desk.read(lambda session: follow_up_notice(session, KEYS, question.visit_id, question.id))


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED_AT_DESK, Outcome.MET, Outcome.UNMET])
def test_who_may_be_asked_is_asked_a_while_after_the_end_in_the_language_of_the_visit(
    small_desk: SmallWorkplace, outcome: Outcome
) -> None:
    (question,) = asked(small_desk)
    by_staff = replace(small_desk, work=replace(small_desk.work, now=LATER, locale="nl"))
    close(by_staff, question, outcome)
    (row,) = waiting(small_desk)
    assert (row.created_at, row.available_at) == (LATER, LATER + FOLLOW_UP_AFTER)
    assert row.payload == {"visit": question.visit_id, "question": question.id}
    assert row.locale == "pl"
    assert notice(small_desk, question) == NewcomerNotice("jan@example.org", "Desk", None)


def test_how_long_later_is_a_setting(small_desk: SmallWorkplace) -> None:
    (question,) = asked(small_desk)
    close(
        replace(small_desk, work=replace(small_desk.work, follow_up_after=timedelta(days=3))),
        question,
    )
    assert waiting(small_desk)[0].available_at == NOW + timedelta(days=3)


@pytest.mark.parametrize(
    ("visit", "topic"),
    [
        ({"follow_up": False}, "bsn"),
        ({"email": None, "phone": "+31612345678"}, "bsn"),
        ({"email": None}, "bsn"),
        ({}, "trafficking"),
    ],
)
def test_nobody_is_to_be_asked_who_did_not_allow_it_or_cannot_be_mailed(
    small_desk: SmallWorkplace, visit: dict[str, Any], topic: str
) -> None:
    (question,) = asked(small_desk, topic, **visit)
    close(small_desk, question)
    assert waiting(small_desk) == []
    assert notice(small_desk, question) is None


def test_who_said_that_mail_is_safe_is_asked_about_something_sensitive_too(
    small_desk: SmallWorkplace,
) -> None:
    (question,) = asked(small_desk, "trafficking", email_safe=True)
    close(small_desk, question)
    assert len(waiting(small_desk)) == 1
    assert notice(small_desk, question)


def test_a_question_that_was_withdrawn_is_not_asked_about(small_desk: SmallWorkplace) -> None:
    (question,) = asked(small_desk)
    close(small_desk, question, Outcome.WITHDRAWN)
    assert waiting(small_desk) == []
    assert notice(small_desk, question) is None


def test_a_question_that_is_answered_on_the_spot_is_asked_about_too(small_desk: SmallWorkplace) -> None:
    ended = NewQuestion("bsn", outcome=Outcome.ANSWERED_AT_DESK)
    visit = NewVisit(email="jan@example.org", follow_up=True)
    registered = small_desk.do(register_visit, visit, [ended, NewQuestion("childcare")])
    small_desk.at(LATER).do(add_questions, registered.visit_id, [ended])
    rows = sorted(waiting(small_desk), key=lambda row: row.available_at)
    assert [row.available_at for row in rows] == [NOW + FOLLOW_UP_AFTER, LATER + FOLLOW_UP_AFTER]
    assert {row.locale for row in rows} == {"pl"}


def test_a_partner_who_does_not_see_the_address_still_has_the_person_asked(
    small_desk: SmallWorkplace,
) -> None:
    (question,) = asked(small_desk)
    close(small_desk, replace(question, contact=None))
    assert len(waiting(small_desk)) == 1


def test_of_several_questions_the_one_that_ended_last_asks_for_all(small_desk: SmallWorkplace) -> None:
    first, second, third = asked(small_desk, "bsn", "childcare", "work")
    close(small_desk.at(LATER), second)
    close(small_desk.at(LATER + timedelta(days=1)), first)
    assert [notice(small_desk, question) is not None for question in (first, second, third)] == [
        True,
        False,
        False,
    ]
    small_desk.do(answer_follow_up, first, MET, None)
    assert notice(small_desk, second)


def test_what_happens_before_the_mail_goes_out_can_make_it_needless(small_desk: SmallWorkplace) -> None:
    answered, reopened, deleted, refused, sensitive = (asked(small_desk)[0] for _ in range(5))
    for question in (answered, reopened, deleted, refused, sensitive):
        close(small_desk, question)
        assert notice(small_desk, question)
    small_desk.do(answer_follow_up, answered, PARTLY, None)
    small_desk.do(correct_question, sensitive, Correction({}, topic="trafficking"), sensitive.version + 1)
    small_desk.do(lambda session, work: erase_visit(session, deleted.visit_id, work.now))
    with small_desk.database.begin() as session:
        session.get_one(Question, reopened.id).status = Status.OPEN
        session.get_one(VisitContact, refused.visit_id).follow_up = False
    for question in (answered, reopened, deleted, refused, sensitive):
        assert notice(small_desk, question) is None
    assert len(waiting(small_desk)) == 4


def test_an_answer_stands_beside_the_outcome_and_replaces_the_answer_before(
    small_desk: SmallWorkplace,
) -> None:
    (question,) = asked(small_desk)
    close(small_desk, question)
    said = small_desk.at(LATER)
    assert said.do(answer_follow_up, question, UNMET, UnmetReason.HOURS)
    seen = small_desk.show(question.reference)
    assert (seen.outcome, seen.unmet_reason) == (Outcome.MET, None)
    assert seen.by_newcomer == NewcomerAnswer(UNMET, UnmetReason.HOURS, LATER)
    assert (seen.version, seen.updated_at) == (question.version + 2, LATER)
    assert said.do(answer_follow_up, question, PARTLY, None)
    assert small_desk.show(question.reference).by_newcomer == NewcomerAnswer(PARTLY, None, LATER)


def test_who_was_helped_has_no_reason(small_desk: SmallWorkplace) -> None:
    (question,) = asked(small_desk)
    close(small_desk, question, Outcome.UNMET)
    small_desk.do(answer_follow_up, question, MET, UnmetReason.HOURS)
    seen = small_desk.show(question.reference)
    assert seen.by_newcomer == NewcomerAnswer(MET, None, NOW)
    assert (seen.outcome, seen.unmet_reason) == (Outcome.UNMET, UnmetReason.COST)


def test_a_question_that_has_not_ended_takes_no_answer(small_desk: SmallWorkplace) -> None:
    (question,) = asked(small_desk)
    assert not small_desk.do(answer_follow_up, question, MET, None)
    assert small_desk.show(question.reference) == question


def test_a_partner_does_not_see_what_the_person_says(small_desk: SmallWorkplace) -> None:
    (question,) = small_desk.register("dutch-course", facts=VisitFacts(municipality=EINDHOVEN)).questions
    library = question.referral.service.organisation_id
    close(small_desk, question)
    small_desk.do(answer_follow_up, question, UNMET, UnmetReason.COULD_NOT_BE_REACHED)
    (seen,) = small_desk.read(
        lambda session: read_visit_questions(session, small_desk.work, question.visit_id)
    )
    partner = replace(small_desk.user("desk", Role.PARTNER), organisation_id=library)
    assert seen_by(partner, seen).by_newcomer is None
    assert seen_by(small_desk.user("desk", cleared=False), seen).by_newcomer


def test_staff_change_part_of_how_somebody_is_reached_and_the_rest_stays(small_desk: SmallWorkplace) -> None:
    (question,) = asked(small_desk, follow_up=False, phone="+31612345678")
    for contact, follow_up in (
        ({"follow_up": True}, True),
        ({"email": "ola@example.org"}, True),
        ({"follow_up": False}, False),
    ):
        seen = small_desk.show(question.reference)
        small_desk.do(correct_question, seen, Correction({}, contact=contact), seen.version)
        assert small_desk.show(question.reference).contact.follow_up is follow_up
    reached = small_desk.show(question.reference).contact
    assert (reached.email, reached.phone) == ("ola@example.org", "+31612345678")


def test_who_could_not_be_reached_can_be_from_now_on(small_desk: SmallWorkplace) -> None:
    (question,) = asked(small_desk, email=None)
    assert question.contact is None
    change = Correction({}, contact={"follow_up": True})
    small_desk.do(correct_question, question, change, question.version)
    assert small_desk.show(question.reference).contact is None
    change = Correction({}, contact={"email": "jan@example.org", "follow_up": True})
    small_desk.do(correct_question, question, change, question.version + 1)
    assert small_desk.show(question.reference).contact.follow_up
