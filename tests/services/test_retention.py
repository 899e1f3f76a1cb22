"""What is kept no longer than its period goes, and nothing else does; published numbers stay."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from servicebalie.cli.release import finalise_year
from servicebalie.core.periods import Month, Quarter, Year
from servicebalie.core.retention import Act, DataClass, Period, Trigger, Unit, changed_rule
from servicebalie.core.rights import HoldReason, Right
from servicebalie.core.vocabulary import Author, Outcome, Role
from servicebalie.db import Database
from servicebalie.models.accounts import Token
from servicebalie.models.questions import (
    Message,
    Question,
    QuestionText,
    Visit,
    VisitContact,
)
from servicebalie.models.retention import RightExercised
from servicebalie.services.accounts import add_user, issue_token
from servicebalie.services.intake import NewQuestion, NewVisit
from servicebalie.services.messages import post_message
from servicebalie.services.publication import due_periods
from servicebalie.services.questions import close_question, read_question
from servicebalie.services.retention_due import AT_ONCE
from servicebalie.services.retention_holds import lift_hold, list_holds, place_hold
from servicebalie.services.retention_run import (
    Run,
    count_all_due,
    cut_audit,
    desks_to_run,
    list_destructions,
    run_retention,
)
from servicebalie.services.retention_schedule import (
    read_schedule,
    set_rule,
    shipped_schedule,
    use_shipped_rule,
)
from servicebalie.services.rights import exercise_right
from servicebalie.services.rights_register import register_request
from servicebalie.services.verification import verify_releases
from servicebalie.services.workplace import Workplace
from tests.support.counted_desk import KEYS, CountedDesk, open_desk

OPENED = datetime(2025, 1, 2, 9, tzinfo=UTC)
IN_MARCH = datetime(2025, 3, 10, 9, tzinfo=UTC)
LATER = datetime(2026, 2, 10, 9, tzinfo=UTC)
IN_2027 = datetime(2027, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def desk(database: Database) -> CountedDesk:
    """A desk that opened at the beginning of 2025."""
    return open_desk(database, OPENED)


def run(desk: CountedDesk, now: datetime, *, stops_after: int | None = None) -> bool:
    """Run retention; with `stops_after` stop after so many transactions that destroyed something."""
    turns = count(1)
    return run_retention(Run(desk.database, desk.id, now, "worker", lambda: next(turns) != stops_after))


def rows(desk: CountedDesk, model: type[Any]) -> int:
    with desk.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def rule(desk: CountedDesk, data_class: DataClass, **changes: Any) -> None:
    """Give the desk a rule of its own."""
    changed = changed_rule(shipped_schedule()[data_class], **changes)
    desk.database.write(lambda session: set_rule(session, desk.id, changed, OPENED))


def due(desk: CountedDesk, now: datetime) -> dict[DataClass, tuple[int, int, int]]:
    with desk.database.read() as session:
        return {
            each.rule.data_class: (each.due, each.held, each.waiting)
            for each in count_all_due(session, desk.id, now)
        }


def ask(desk: CountedDesk, at: datetime, number: int = 1) -> list[int]:
    """Register visits with a text and a way to reach the person, and return their ids."""
    visits = [NewVisit(email=f"text-{at:%Y%m%d}-{n}@example.org") for n in range(number)]
    asked = desk.visits(at, visits, [NewQuestion("bsn", "What is a BSN?")])
    return [visit.visit_id for visit in asked]


def answer(desk: CountedDesk, visit_id: int, at: datetime) -> None:
    """Let the desk write about the question of a visit."""
    work = Workplace(desk.id, desk.directory, KEYS, desk.asker_keys, at, "en")

    def write(session: Session) -> None:
        row = session.scalars(select(Question).where(Question.visit_id == visit_id)).one()
        post_message(session, work, read_question(session, work, row), Author.DESK, "Come by.")

    desk.database.write(write)


def close_year(desk: CountedDesk, year: Year, now: datetime) -> None:
    """Publish everything that is due, and make a year final."""
    with desk.database.read() as session:
        periods = due_periods(session, desk.slug, now)
    for period in periods:
        desk.publish(str(period), now)
    finalise_year(desk.database, desk.slug, year, KEYS, now)


def test_each_class_goes_when_its_own_period_is_over(desk: CountedDesk) -> None:
    (visit,) = ask(desk, IN_MARCH)
    answer(desk, visit, IN_MARCH + timedelta(days=1))
    half_a_year = IN_MARCH + timedelta(days=185)
    assert run(desk, half_a_year - timedelta(days=5))
    assert (rows(desk, VisitContact), rows(desk, QuestionText), rows(desk, Message)) == (1, 1, 1)
    assert run(desk, half_a_year)
    assert (rows(desk, VisitContact), rows(desk, QuestionText), rows(desk, Message)) == (0, 1, 1)
    assert run(desk, IN_MARCH + timedelta(days=370))
    assert (rows(desk, QuestionText), rows(desk, Message), rows(desk, Visit)) == (0, 0, 1)
    with desk.database.read() as session:
        records = list_destructions(session, desk.id)
    told = {(each.rule.data_class, str(each.rule.period), each.count, each.done_by) for each in records}
    assert told == {
        (DataClass.CONTACT, "6 months", 1, "worker"),
        (DataClass.TEXTS, "12 months", 1, "worker"),
        (DataClass.MESSAGES, "12 months", 1, "worker"),
    }
    assert all(each.finished_at and each.cut_off < each.started_at for each in records)


def test_what_went_is_not_due_again_while_others_still_have_texts(desk: CountedDesk) -> None:
    (old,) = ask(desk, IN_MARCH)
    answer(desk, old, IN_MARCH)
    (young,) = ask(desk, LATER)
    answer(desk, young, LATER)
    now = IN_MARCH + timedelta(days=370)
    assert due(desk, now)[DataClass.TEXTS] == due(desk, now)[DataClass.MESSAGES] == (1, 0, 0)
    assert run(desk, now)
    assert due(desk, now)[DataClass.TEXTS] == due(desk, now)[DataClass.MESSAGES] == (0, 0, 0)
    with desk.database.read() as session:
        before = list_destructions(session, desk.id)
    assert run(desk, now + timedelta(hours=1))
    with desk.database.read() as session:
        assert list_destructions(session, desk.id) == before


def test_a_visit_in_which_something_happened_since_is_left_alone(desk: CountedDesk) -> None:
    quiet, busy = ask(desk, IN_MARCH, 2)
    answer(desk, busy, LATER - timedelta(days=1))
    run(desk, LATER)
    with desk.database.read() as session:
        assert session.scalars(select(VisitContact.visit_id)).all() == [busy]
    rule(desk, DataClass.CONTACT, trigger=Trigger.CLOSED, period=Period(1, Unit.DAYS))
    assert due(desk, IN_2027)[DataClass.CONTACT] == (0, 0, 0), "it is still open"
    assert quiet != busy

    def close(session: Session) -> None:
        row = session.scalars(select(Question).where(Question.visit_id == busy)).one()
        work = Workplace(desk.id, desk.directory, KEYS, desk.asker_keys, LATER, "en")
        close_question(session, work, read_question(session, work, row), Outcome.MET, None)

    desk.database.write(close)
    assert due(desk, IN_2027)[DataClass.CONTACT] == (1, 0, 0)


def test_a_trial_counts_and_changes_nothing_and_tells_what_waits_and_what_is_held(desk: CountedDesk) -> None:
    first, *_ = ask(desk, IN_MARCH, 3)
    until = date(2027, 12, 1)
    hold = desk.database.write(
        lambda session: place_hold(
            session,
            desk.id,
            HoldReason.COMPLAINT,
            IN_2027,
            until=until,
            visit_id=first,
            case_number="2027/12",
        )
    )
    expected = {
        DataClass.CONTACT: (2, 1, 0),
        DataClass.TEXTS: (2, 1, 0),
        DataClass.MESSAGES: (0, 0, 0),
        DataClass.FACTS: (0, 1, 2),
        DataClass.RIGHTS: (0, 0, 0),
        DataClass.TOKENS: (0, 0, 0),
        DataClass.USERS: (0, 0, 0),
    }
    assert due(desk, IN_2027) == expected
    assert due(desk, IN_2027) == expected
    run(desk, IN_2027)
    assert rows(desk, VisitContact) == 1
    desk.database.write(lambda session: lift_hold(session, desk.id, hold, IN_2027))
    run(desk, IN_2027)
    assert rows(desk, VisitContact) == 0


def test_tokens_that_ended_and_rights_that_were_handled_go_and_others_stay(desk: CountedDesk) -> None:
    (visit,) = ask(desk, IN_MARCH)
    staff = Workplace(desk.id, desk.directory, KEYS, desk.asker_keys, IN_MARCH, "en")

    def fill(session: Session) -> None:
        user = add_user(session, desk.id, "Library", Role.DESK)
        issue_token(session, user, IN_MARCH, timedelta(days=1))
        issue_token(session, user, IN_MARCH, timedelta(days=3650))
        exercise_right(session, staff, Right.ACCESS, visit)
        register_request(session, staff, Right.ERASURE, IN_MARCH.date())

    desk.database.write(fill)
    assert due(desk, IN_2027)[DataClass.TOKENS] == (1, 0, 0)
    assert due(desk, IN_2027)[DataClass.RIGHTS] == (0, 0, 0)
    run(desk, datetime(2031, 1, 1, tzinfo=UTC))
    assert (rows(desk, Token), rows(desk, RightExercised)) == (1, 1)


def test_a_hold_on_the_desk_keeps_everything_until_it_ends(desk: CountedDesk) -> None:
    ask(desk, IN_MARCH, 2)
    until = LATER.date() + timedelta(days=30)
    desk.database.write(
        lambda session: place_hold(session, desk.id, HoldReason.INSPECTION, LATER, until=until)
    )
    run(desk, LATER)
    assert rows(desk, VisitContact) == 2
    with desk.database.read() as session:
        assert [hold.visit_id for hold in list_holds(session, desk.id, LATER)] == [None]
        assert list_holds(session, desk.id, LATER + timedelta(days=31)) == []
    run(desk, LATER + timedelta(days=31))
    assert rows(desk, VisitContact) == 0


def test_a_run_that_is_stopped_goes_on_with_the_same_record(desk: CountedDesk) -> None:
    ask(desk, IN_MARCH, AT_ONCE + 5)
    assert not run(desk, LATER, stops_after=1)
    assert rows(desk, VisitContact) == 5
    with desk.database.read() as session:
        assert desks_to_run(session, LATER + timedelta(minutes=5)) == []
        assert desks_to_run(session, LATER + timedelta(hours=2)) == [desk.id]
    next_day = LATER + timedelta(days=1)
    assert not run(desk, next_day, stops_after=1)
    assert run(desk, next_day)
    with desk.database.read() as session:
        assert desks_to_run(session, next_day + timedelta(hours=1)) == []
        (record,) = list_destructions(session, desk.id)
    assert (record.count, record.started_at, record.finished_at) == (AT_ONCE + 5, LATER, next_day)


def test_under_another_rule_a_stopped_run_is_not_gone_on_with(desk: CountedDesk) -> None:
    ask(desk, IN_MARCH, AT_ONCE + 5)
    assert not run(desk, LATER, stops_after=1)
    rule(desk, DataClass.CONTACT, period=Period.parse("36 months"))
    assert run(desk, LATER)
    assert rows(desk, VisitContact) == 5
    desk.database.write(lambda session: use_shipped_rule(session, desk.id, DataClass.CONTACT))
    with desk.database.read() as session:
        assert read_schedule(session, desk.id) == shipped_schedule()


@pytest.mark.parametrize("act", [Act.DELETE, Act.ANONYMISE])
def test_no_report_past_or_coming_is_another_after_a_run(desk: CountedDesk, act: Act) -> None:
    rule(desk, DataClass.FACTS, period=Period.parse("1 day"), act=act)
    old = desk.crowd(IN_MARCH, 30)
    desk.crowd(datetime(2026, 3, 10, 9, tzinfo=UTC), 30)
    now = datetime(2026, 4, 5, 9, tzinfo=UTC)
    run(desk, now)
    assert rows(desk, Visit) == 60, "2025 is not final"
    close_year(desk, Year(2025), now)
    coming = [Month(2026, 3), Quarter(2026, 1), Year(2026)]
    before = [desk.prepare(period).row["document"] for period in coming]

    run(desk, now)

    assert [desk.prepare(period).row["document"] for period in coming] == before
    with desk.database.published() as session:
        verdicts = verify_releases(session, desk.slug)
    assert len(verdicts) == 19
    assert not any(verdict.fault for verdict in verdicts)
    assert rows(desk, Visit) == (30 if act is Act.DELETE else 60)
    assert due(desk, now)[DataClass.FACTS] == (0, 0, 30)
    if act is Act.ANONYMISE:
        with desk.database.read() as session:
            kept = session.scalars(select(Visit).where(Visit.id.in_([one.visit_id for one in old]))).all()
        assert len({visit.asker for visit in kept}) == 30
        assert rows(desk, VisitContact) == 30


def test_without_a_desk_there_is_no_audit_trail_to_cut(database: Database) -> None:
    assert database.write(lambda session: cut_audit(session, KEYS, IN_MARCH)) is None
