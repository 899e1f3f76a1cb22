"""Nothing is lost and nothing is sent twice unnoticed, whatever goes wrong on the way."""

import threading
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from enum import StrEnum

import pytest
from structlog.testing import capture_logs

from servicebalie.core.retries import MAX_ATTEMPTS
from servicebalie.db import Database
from servicebalie.services.outbox import LEASE, OutboxStatus, claim_delivery, enqueue
from servicebalie.worker.delivery import deliver_next
from servicebalie.worker.transports import NotSent
from tests.worker.conftest import LATER, NOW, Desk, Mailroom, post_of

NOTHING_LEFT = OutboxStatus(waiting=0, due=0, failed=0)


class PowerCut(BaseException):
    """Ends a worker on the spot, as nothing that it catches does."""


@dataclass
class Wire:
    """A transport that can go wrong before or after it has taken over a mail."""

    before: BaseException | None = None
    after: BaseException | None = None
    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        if self.before:
            raise self.before
        self.sent.append(message)
        if self.after:
            raise self.after


def test_no_delivery_is_due_at_an_empty_desk(desk: Desk, mailroom: Mailroom) -> None:
    assert not deliver_next(mailroom.post, NOW)


def test_a_delivered_mail_is_not_delivered_again(desk: Desk, mailroom: Mailroom) -> None:
    desk.register()
    assert deliver_next(mailroom.post, NOW)
    assert not deliver_next(mailroom.post, LATER)
    assert len(mailroom.mails()) == 1


@pytest.mark.parametrize("wire", [Wire(before=PowerCut()), Wire(after=PowerCut())], ids=["before", "after"])
def test_what_a_worker_did_not_finish_is_delivered_when_its_lease_has_ended(desk: Desk, wire: Wire) -> None:
    desk.register()
    wire = replace(wire, sent=[])
    with pytest.raises(PowerCut):
        deliver_next(post_of(desk, wire), NOW)
    next_worker = Wire()
    assert not deliver_next(post_of(desk, next_worker), NOW + LEASE / 2)
    assert deliver_next(post_of(desk, next_worker), NOW + LEASE)
    assert len(next_worker.sent) == 1
    assert desk.status(LATER) == NOTHING_LEFT
    # Sent by both workers, it is recognisable as the same mail.
    assert {mail["Message-ID"] for mail in wire.sent} <= {next_worker.sent[0]["Message-ID"]}


def test_two_mails_to_one_person_are_two_mails(desk: Desk) -> None:
    wire = Wire()
    visit = desk.register()
    desk.answer(visit, "Come by")
    for _ in range(2):
        deliver_next(post_of(desk, wire), NOW)
    first, second = (mail["Message-ID"] for mail in wire.sent)
    assert first != second
    assert first.endswith("@example.org>")


def test_a_mail_that_cannot_be_sent_now_is_sent_later(desk: Desk) -> None:
    desk.register()
    post = post_of(desk, Wire(before=NotSent("connection-lost", final=False)))
    assert deliver_next(post, NOW)
    assert desk.status(NOW) == OutboxStatus(waiting=1, due=0, failed=0)
    wire = Wire()
    assert deliver_next(post_of(desk, wire), LATER)
    assert len(wire.sent) == 1
    assert desk.status(LATER) == NOTHING_LEFT


def test_a_mail_that_is_refused_for_good_is_given_up(desk: Desk) -> None:
    desk.register()
    assert deliver_next(post_of(desk, Wire(before=NotSent("smtp-550", final=True))), NOW)
    assert desk.status(LATER) == OutboxStatus(waiting=0, due=0, failed=1)


def test_a_text_that_is_no_address_is_given_up(desk: Desk) -> None:
    desk.register(email="nobody")
    wire = Wire()
    assert deliver_next(post_of(desk, wire), NOW)
    assert wire.sent == []
    assert desk.status(LATER) == OutboxStatus(waiting=0, due=0, failed=1)


def test_an_unexpected_error_is_logged_without_its_words_and_the_mail_sent_later(desk: Desk) -> None:
    desk.register()
    with capture_logs() as logs:
        assert deliver_next(post_of(desk, Wire(before=RuntimeError("newcomer@example.net"))), NOW)
    assert [entry["event"] for entry in logs] == ["unexpected error", "failed"]
    assert logs[0]["error"] == "RuntimeError"
    assert "newcomer" not in str(logs)
    assert desk.status(LATER) == OutboxStatus(waiting=1, due=1, failed=0)


def test_the_log_tells_ids_and_codes_only(desk: Desk) -> None:
    desk.register()
    with capture_logs() as logs:
        deliver_next(post_of(desk, Wire(before=NotSent("smtp-451", final=False))), NOW)
    [entry] = logs
    assert {name: entry[name] for name in ("event", "kind", "attempts", "failure")} == {
        "event": "failed",
        "kind": "question-received",
        "attempts": 1,
        "failure": "smtp-451",
    }
    assert set(entry) == {"event", "kind", "attempts", "failure", "delivery", "log_level"}


def test_a_delivery_that_stops_every_worker_is_given_up_in_the_end(desk: Desk) -> None:
    desk.register()
    wire = Wire(before=PowerCut())
    now = NOW
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(PowerCut):
            deliver_next(post_of(desk, wire), now)
        now += LEASE
    assert deliver_next(post_of(desk, wire), now)
    assert desk.status(now) == OutboxStatus(waiting=0, due=0, failed=1)


def test_a_kind_that_only_a_newer_version_knows_waits_for_it(desk: Desk) -> None:
    class Newer(StrEnum):
        CARRIER_PIGEON = "carrier-pigeon"

    desk.database.write(lambda session: enqueue(session, 1, Newer.CARRIER_PIGEON, {}, "nl", NOW))
    assert deliver_next(post_of(desk, Wire()), NOW)
    assert desk.status(LATER) == OutboxStatus(waiting=1, due=1, failed=0)


def test_a_worker_that_took_too_long_decides_nothing(desk: Desk) -> None:
    class SlowWire(Wire):
        def send(self, message: EmailMessage) -> None:
            """Take so long that another worker has claimed the same delivery by the time this one is sent."""
            desk.database.write(lambda session: claim_delivery(session, NOW + LEASE))

    desk.register()
    with capture_logs() as logs:
        deliver_next(post_of(desk, SlowWire()), NOW)
    assert [entry["event"] for entry in logs] == ["delivered after the lease"]
    assert desk.status(LATER) == OutboxStatus(waiting=1, due=1, failed=0)


def test_workers_at_the_same_time_send_each_mail_once(desk: Desk, database_url: str) -> None:
    for number in range(20):
        desk.register(email=f"newcomer{number}@example.net")
    wires = [Wire() for _ in range(3)]
    start = threading.Barrier(len(wires))

    def work(wire: Wire) -> None:
        own = Database(database_url)
        post = replace(post_of(desk, wire), database=own)
        start.wait()
        while deliver_next(post, NOW):
            pass
        own.dispose()

    workers = [threading.Thread(target=work, args=(wire,)) for wire in wires]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    recipients = sorted(str(mail["To"]) for wire in wires for mail in wire.sent)
    assert recipients == sorted(f"newcomer{number}@example.net" for number in range(20))
    assert desk.status(LATER) == NOTHING_LEFT
