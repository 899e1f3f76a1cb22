"""The worker delivers what comes, tidies up, outlives a database that is away, and stops when asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from functools import partial

import pytest
import time_machine
from sqlalchemy import select
from structlog.testing import capture_logs

from servicebalie.core.limits import Limit
from servicebalie.core.origins import Origin
from servicebalie.core.vocabulary import Mark, Status
from servicebalie.db import Database
from servicebalie.models.questions import Question, VisitContact
from servicebalie.services.limits import take_turn
from servicebalie.services.outbox import (
    KEPT_FOR,
    Delivery,
    OutboxStatus,
    claim_delivery,
    enqueue,
    give_up_delivery,
)
from servicebalie.services.recorded_answers import Answer, AnswerSlot, find_answer, record_answer
from servicebalie.services.referral_steps import ReferralChanged
from servicebalie.services.retention_run import list_destructions
from servicebalie.worker import terms
from servicebalie.worker.loop import POLL_SECONDS, TIDY_EVERY, Stop, deliver_due, deliver_until_stopped, tidy
from servicebalie.worker.retaining import keep_schedules
from tests.worker.conftest import NOW, Desk, Mailroom, post_of

SLOT = AnswerSlot.of(b"key", sender="form", idempotency_key="1", request=b"{}")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the worker, which stands still at NOW until it is moved."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@dataclass
class Naps:
    """Stands for sleeping: something happens in each nap, and in the last one the worker is asked to stop."""

    stop: Stop
    happenings: list[Callable[[], object]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let the next thing happen."""
        self.seconds.append(seconds)
        if len(self.seconds) <= len(self.happenings):
            self.happenings[len(self.seconds) - 1]()
        else:
            self.stop.asked = True


def test_what_is_noted_while_the_worker_waits_is_delivered_at_its_next_look(
    desk: Desk, mailroom: Mailroom
) -> None:
    naps = Naps(Stop(), [desk.register, desk.register])
    deliver_until_stopped(mailroom.post, naps.stop, naps.sleep)
    assert len(mailroom.mails()) == 2
    assert naps.seconds == [POLL_SECONDS] * 3


def test_everything_that_is_due_is_delivered_before_the_worker_waits(desk: Desk, mailroom: Mailroom) -> None:
    for _ in range(3):
        desk.register()
    naps = Naps(Stop())
    deliver_until_stopped(mailroom.post, naps.stop, naps.sleep)
    assert len(mailroom.mails()) == 3
    assert len(naps.seconds) == 1


def test_a_request_to_stop_lets_the_delivery_in_hand_end_and_begins_no_other(desk: Desk) -> None:
    class StoppingWire:
        def send(self, message: EmailMessage) -> None:
            stop.asked = True

    stop = Stop()
    desk.register()
    desk.register()
    deliver_until_stopped(post_of(desk, StoppingWire()), stop, pytest.fail)
    assert desk.status() == OutboxStatus(waiting=1, due=1, failed=0)


def test_a_worker_that_was_asked_to_stop_delivers_nothing(desk: Desk, mailroom: Mailroom) -> None:
    desk.register()
    stop = Stop()
    stop.asked = True
    deliver_due(mailroom.post, stop)
    assert mailroom.mails() == []


def test_the_worker_waits_for_a_database_that_is_away(desk: Desk, mailroom: Mailroom) -> None:
    nowhere = Database("postgresql://127.0.0.1:1/nobody")
    naps = Naps(Stop(), [lambda: None])
    with capture_logs() as logs:
        deliver_until_stopped(replace(mailroom.post, database=nowhere), naps.stop, naps.sleep)
    nowhere.dispose()
    assert [entry["event"] for entry in logs] == ["the database is not available"] * 2
    assert len(naps.seconds) == 2


def record(desk: Desk) -> None:
    """Keep an answer."""
    desk.database.write(lambda session: record_answer(session, SLOT, Answer(201, b"{}", None), NOW))


def is_kept(desk: Desk) -> bool:
    """Whether the answer is still in the database, however old."""
    with desk.database.read() as session:
        return find_answer(session, SLOT, NOW) is not None


def test_old_answers_are_forgotten_at_the_start_and_then_once_an_hour(
    desk: Desk, mailroom: Mailroom, clock: time_machine.Traveller
) -> None:
    def just_before_the_hour_is_over() -> None:
        assert not is_kept(desk)
        record(desk)
        clock.move_to(NOW + timedelta(days=3) + TIDY_EVERY - timedelta(seconds=1))

    def when_the_hour_is_over() -> None:
        assert is_kept(desk)
        clock.move_to(NOW + timedelta(days=3) + TIDY_EVERY)

    record(desk)
    clock.move_to(NOW + timedelta(days=3))
    naps = Naps(Stop(), [just_before_the_hour_is_over, when_the_hour_is_over])
    deliver_until_stopped(mailroom.post, naps.stop, naps.sleep)
    assert not is_kept(desk)


def test_tidying_forgets_finished_deliveries(desk: Desk) -> None:
    with desk.database.begin() as session:
        enqueue(session, 1, Delivery.QUESTION_RECEIVED, {"visit": 1}, "nl", NOW)
        claim = claim_delivery(session, NOW)
        assert claim is not None
        give_up_delivery(session, claim, "smtp-550", NOW + KEPT_FOR)
    later = NOW + KEPT_FOR + timedelta(seconds=1)
    assert desk.status(later).failed == 1
    tidy(desk.database, later)
    assert desk.status(later).failed == 0


def test_tidying_forgets_who_has_used_up_what(desk: Desk) -> None:
    limit, origin = Limit("test", per_address=1, per_network=1), Origin("203.0.113.7", "203.0.113.0/24")
    assert desk.database.write(lambda session: take_turn(session, desk.work, limit, origin)) is None
    for moment, left in ((NOW, 2), (NOW + TIDY_EVERY, 0)):
        tidy(desk.database, moment)
        with desk.database.read() as session:
            assert len(session.connection().exec_driver_sql("SELECT 1 FROM trace").all()) == left


def test_once_an_hour_services_are_reminded_and_what_they_left_goes_back_to_the_desk(
    desk: Desk, mailroom: Mailroom, clock: time_machine.Traveller
) -> None:
    [question] = desk.register(email=None, topic="dutch-course").questions
    assert question.due_on is not None
    moments = [datetime.combine(question.due_on + timedelta(days=days), time(9), UTC) for days in (-1, 0, 1)]
    naps = Naps(Stop(), [partial(clock.move_to, moment) for moment in moments])
    deliver_until_stopped(mailroom.post, naps.stop, naps.sleep)
    assert len(mailroom.mails()) == 3
    with desk.database.read() as session:
        row = session.get_one(Question, question.id)
        assert (row.status, row.mark) == (Status.OPEN, Mark.EXPIRED)


def test_what_others_did_meanwhile_does_not_stop_the_round(
    desk: Desk, mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        desk.register(email=None, topic="dutch-course")
    tried = []

    def refused(_session: object, due: object, **_rest: object) -> None:
        tried.append(due)
        raise ReferralChanged

    monkeypatch.setattr(terms, "keep_term", refused)
    with capture_logs() as logged:
        terms.keep_terms(mailroom.post.database, mailroom.post.keys, NOW + timedelta(days=30))
    assert len(tried) == len(logged) == 2
    assert {entry["refusal"] for entry in logged} == {"referral-changed"}


def test_once_a_day_what_is_over_goes_and_a_request_to_stop_is_heard(desk: Desk, mailroom: Mailroom) -> None:
    desk.register()
    long_after = NOW + timedelta(days=400)
    turns = iter((True, False, False))
    with capture_logs() as told:
        keep_schedules(mailroom.post.database, long_after, lambda: next(turns), sleep=lambda _: None)
    assert [(each["event"], each["ended"]) for each in told] == [("retention", False)]
    tomorrow = long_after + timedelta(days=1)
    keep_schedules(mailroom.post.database, tomorrow, lambda: False)
    for _ in range(2):
        keep_schedules(mailroom.post.database, tomorrow, lambda: True)
    with mailroom.post.database.read() as session:
        records = list_destructions(session, desk.work.desk_id)
        assert session.scalars(select(VisitContact)).all() == []
    assert [(each.count, each.started_at) for each in records if each.rule.data_class == "contact"] == [
        (1, long_after)
    ]
