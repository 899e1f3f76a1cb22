"""Rights over what is kept: restriction, objection, erasure, and the register of what was asked."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.core.periods import Month, Period, Quarter, Year
from servicebalie.core.rights import Right, RightResult
from servicebalie.core.vocabulary import Actor, Author, Outcome, Role
from servicebalie.models.questions import Question, Visit
from servicebalie.services.accounts import Principal
from servicebalie.services.intake import NewQuestion, NewVisit, RegisteredVisit, add_questions
from servicebalie.services.late_changes import count_late_changes
from servicebalie.services.messages import post_message
from servicebalie.services.notices import newcomer_notice
from servicebalie.services.own_visit import correct_own_facts
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import (
    Correction,
    QuestionNotForYou,
    QuestionNotFound,
    close_question,
    correct_question,
    read_question,
)
from servicebalie.services.referrals import refer_question
from servicebalie.services.restriction import VisitRestricted
from servicebalie.services.retention_due import count_due
from servicebalie.services.retention_schedule import shipped_schedule
from servicebalie.services.rights import exercise_right, find_visit_of
from servicebalie.services.rights_register import (
    RequestNotFound,
    answer_request,
    extend_request,
    list_rights,
    register_request,
    rights_of_visit,
)
from servicebalie.services.visits import Contact
from servicebalie.services.workplace import Workplace
from tests.support.counted_desk import KEYS, CountedDesk, open_desk

OPENED = datetime(2025, 1, 2, 9, tzinfo=UTC)
IN_MARCH = datetime(2025, 3, 10, 9, tzinfo=UTC)
IN_MAY = datetime(2025, 5, 10, 9, tzinfo=UTC)


@pytest.fixture
def desk(database: Any) -> CountedDesk:
    return open_desk(database, OPENED)


def work_at(desk: CountedDesk, now: datetime, user_id: int | None = None) -> Workplace:
    return Workplace(desk.id, desk.directory, KEYS, desk.asker_keys, now, "en", user_id=user_id)


def use(desk: CountedDesk, right: Right, visits: list[RegisteredVisit], now: datetime) -> None:
    for visit in visits:
        desk.database.write(
            lambda session, of=visit.visit_id: exercise_right(session, work_at(desk, now), right, of)
        )


def ask(desk: CountedDesk) -> QuestionView:
    (visit,) = desk.visits(IN_MARCH, [NewVisit(email="anna@example.org")], [NewQuestion("bsn", "What?")])
    return visit.questions[0]


_ACTS: list[Callable[[Session, Workplace, QuestionView], object]] = [
    lambda session, work, view: correct_question(
        session, work, view, Correction({}, topic="debt"), view.version
    ),
    lambda session, work, view: post_message(session, work, view, Author.DESK, "Come by."),
    lambda session, work, view: close_question(session, work, view, Outcome.MET, None),
    lambda session, work, view: refer_question(session, work, view, service_id=None, kind=None, reason=None),
    lambda session, work, view: add_questions(session, work, view.visit_id, [NewQuestion("debt")]),
    lambda session, work, view: correct_own_facts(session, work, view.visit_id, {}, Contact(None, None)),
]


def test_what_is_restricted_is_kept_and_nothing_is_done_with_it_until_that_is_lifted(
    desk: CountedDesk,
) -> None:
    view = ask(desk)

    def exercise(right: Right, now: datetime) -> None:
        desk.database.write(lambda session: exercise_right(session, work_at(desk, now), right, view.visit_id))

    def read(session: Session) -> QuestionView:
        return read_question(session, work_at(desk, IN_MAY), session.get_one(Question, view.id))

    exercise(Right.RESTRICTION, IN_MAY)
    for act in _ACTS:
        with pytest.raises(VisitRestricted):
            desk.database.write(lambda session, act=act: act(session, work_at(desk, IN_MAY), read(session)))
    with desk.database.read() as session:
        assert read(session).restricted
        assert newcomer_notice(session, KEYS, view.visit_id) is None
        contact = shipped_schedule()["contact"]  # type: ignore[index]  # a class is its code
        count = count_due(session, desk.id, contact, IN_MAY + timedelta(days=400))
    assert (count.due, count.held) == (0, 1)
    exercise(Right.RESTRICTION_LIFTED, IN_MAY + timedelta(minutes=1))
    for act in (_ACTS[0], _ACTS[1], _ACTS[4]):
        desk.database.write(lambda session, act=act: act(session, work_at(desk, IN_MAY), read(session)))
    with desk.database.read() as session:
        assert newcomer_notice(session, KEYS, view.visit_id) is not None
        used = [
            (each.right, each.actor, each.count, each.result)
            for each in rights_of_visit(session, view.visit_id)
        ]
    assert used == [
        (Right.RESTRICTION, Actor.NEWCOMER, 1, RightResult.DONE),
        (Right.RESTRICTION_LIFTED, Actor.NEWCOMER, 1, RightResult.DONE),
    ]


@pytest.mark.parametrize("right", [Right.OBJECTION, Right.RESTRICTION])
def test_who_objects_is_in_no_coming_report_just_as_who_was_erased(desk: CountedDesk, right: Right) -> None:
    visits = desk.crowd(IN_MARCH, 40)
    desk.publish("2025-03")
    published = desk.release("2025-03").document
    coming: list[Period] = [Quarter(2025, 1), Year(2025)]
    use(desk, right, visits[:12], IN_MAY)
    with desk.database.read() as session:
        assert count_late_changes(session, desk.id, 2025) == 12
    objected = [desk.prepare(period).row["document"] for period in coming]
    desk.erase(visits[:12], IN_MAY)
    assert [desk.prepare(period).row["document"] for period in coming] == objected
    assert desk.release("2025-03").document == published


def test_who_objects_in_time_was_never_counted_and_who_withdraws_that_is(desk: CountedDesk) -> None:
    everybody = desk.crowd(IN_MARCH, 40)
    month = Month(2025, 3)
    counted = desk.prepare(month).row["document"]
    use(desk, Right.OBJECTION, everybody[:5], IN_MARCH + timedelta(days=1))
    assert desk.prepare(month).row["document"] != counted
    use(desk, Right.OBJECTION_WITHDRAWN, everybody[:5], IN_MARCH + timedelta(days=2))
    assert desk.prepare(month).row["document"] == counted
    with desk.database.read() as session:
        assert count_late_changes(session, desk.id, 2025) == 0


def test_what_was_asked_stands_there_until_it_was_answered(desk: CountedDesk) -> None:
    view = ask(desk)
    work = work_at(desk, IN_MAY)

    def do(act: Any, *arguments: Any) -> Any:
        return desk.database.write(lambda session: act(session, work, *arguments))

    erasure = do(register_request, Right.ERASURE, date(2025, 5, 1), view.visit_id)
    access = do(register_request, Right.ACCESS, date(2025, 4, 9))
    assert (erasure.due_on, access.due_on) == (date(2025, 6, 2), date(2025, 5, 9))
    with desk.database.read() as session:
        assert [each.id for each in list_rights(session, desk.id, waiting=True)] == [access.id, erasure.id]
    assert do(extend_request, erasure.id).due_on == date(2025, 8, 1)
    for late_or_twice in (access, erasure):
        with pytest.raises(RequestNotFound):
            do(extend_request, late_or_twice.id)
    assert do(answer_request, access.id, RightResult.NOT_IDENTIFIED).handled_at == IN_MAY
    with pytest.raises(RequestNotFound):
        do(answer_request, access.id, RightResult.DONE)
    done = do(exercise_right, Right.ERASURE, view.visit_id, erasure.id)
    assert (done.id, done.visit_id, done.count, done.result) == (erasure.id, None, 1, RightResult.DONE)
    with desk.database.read() as session:
        assert session.scalars(select(Visit)).all() == []
        assert list_rights(session, desk.id, waiting=True) == []
        assert len(list_rights(session, desk.id, waiting=False)) == 2


def test_staff_use_rights_for_visits_of_their_own_desk_that_they_may_see(desk: CountedDesk) -> None:
    (visit,) = desk.visits(IN_MARCH, [NewVisit()], [NewQuestion("exploitation")])
    work = work_at(desk, IN_MAY)

    def who(desk_id: int, *, cleared: bool) -> Principal:
        return Principal(1, desk_id, "desk", Role.DESK, None, cleared, 1)

    with desk.database.read() as session:
        assert find_visit_of(session, work, who(desk.id, cleared=True), visit.visit_id) == visit.visit_id
        with pytest.raises(QuestionNotForYou):
            find_visit_of(session, work, who(desk.id, cleared=False), visit.visit_id)
        with pytest.raises(QuestionNotFound):
            find_visit_of(session, work, who(desk.id + 1, cleared=True), visit.visit_id)
