"""The worker notes what it did, and chains and seals what everybody did."""

from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select
from structlog.testing import capture_logs

from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.db import Database
from servicebalie.models.audit import AuditEvent
from servicebalie.services.audit import act_on, by_worker, note
from servicebalie.services.audit_seals import read_seals
from servicebalie.services.returning import erase_visit
from servicebalie.worker.chaining import chain_lines_that_wait, keep_seals
from servicebalie.worker.delivery import deliver_next
from tests.worker.conftest import NOW, Desk, Mailroom, post_of


def lines(database: Database) -> list[tuple[str, str, str, str | None]]:
    with database.read() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [(row.actor, row.action, row.records, row.error) for row in rows]


def test_a_mail_is_noted_with_the_question_and_without_the_address(desk: Desk, mailroom: Mailroom) -> None:
    [question] = desk.register().questions
    mailroom.deliver_one()
    assert lines(desk.database) == [("worker", "mail-sent", question.reference, None)]


def test_a_mail_that_nobody_is_to_get_any_more_is_not_noted(desk: Desk, mailroom: Mailroom) -> None:
    visit = desk.register()
    with desk.database.begin() as session:
        erase_visit(session, visit.visit_id, NOW)
    assert mailroom.deliver() == []
    assert lines(desk.database) == []


def test_a_mail_about_what_is_erased_while_it_is_sent_is_not_noted(desk: Desk) -> None:
    visit = desk.register()

    @dataclass
    class Slow:
        sent: int = 0

        def send(self, _message: EmailMessage) -> None:
            desk.database.write(lambda session: erase_visit(session, visit.visit_id, NOW))
            self.sent += 1

    transport = Slow()
    assert deliver_next(post_of(desk, transport), NOW)
    assert transport.sent == 1
    assert lines(desk.database) == []


def test_where_the_chain_is_and_what_was_sealed_is_logged_and_written_down(
    desk: Desk, tmp_path: Path
) -> None:
    with desk.database.begin() as session:
        note(session, by_worker(None), act_on(AuditAction.AUDIT_CUT, RecordKind.AUDIT, 0), NOW)
    seals = tmp_path / "seals"
    with capture_logs() as logs:
        for _ in range(2):
            chain_lines_that_wait(desk.database)
            keep_seals(desk.database, desk.work.keys, seals, NOW + timedelta(days=1))
        keep_seals(desk.database, desk.work.keys, None, NOW + timedelta(days=1))
    [seal] = read_seals(seals)
    assert [(entry["event"], entry["sequence"], entry["hash"]) for entry in logs] == [
        ("audit lines chained", 1, seal.hash.hex()),
        ("audit sealed", 1, seal.hash.hex()),
    ]


def test_a_directory_that_cannot_be_written_is_told_and_stops_nothing(desk: Desk, tmp_path: Path) -> None:
    no_directory = tmp_path / "file"
    no_directory.touch()
    with capture_logs() as logs:
        keep_seals(desk.database, desk.work.keys, no_directory, NOW)
    assert [entry["event"] for entry in logs] == ["audit seals cannot be written"]
