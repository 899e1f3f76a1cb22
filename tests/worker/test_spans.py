"""Lines about questions go to the collector as spans, once they are taken; nothing stops when it is away."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from structlog.testing import capture_logs

from servicebalie.core.audit import AuditAction, RecordKind, error_code
from servicebalie.core.audit import AuditResult as Result
from servicebalie.services import audit_sending
from servicebalie.services.audit import Act, act_on, by_worker, note
from servicebalie.worker.chaining import chain_lines_that_wait
from servicebalie.worker.spans import PAUSE, SpanSender, open_span_sender
from tests.worker.conftest import NOW, Desk

ACTIVITIES = "https://register.example.org/activities"


@dataclass
class Collector:
    """A collector on loopback; it answers with these statuses and then with 200."""

    address: str
    statuses: list[int] = field(default_factory=list)
    taken: list[tuple[str, Any]] = field(default_factory=list)

    def spans(self) -> list[dict[str, Any]]:
        """Return all spans that came."""
        return [
            span
            for _, document in self.taken
            for scope in document["resourceSpans"][0]["scopeSpans"]
            for span in scope["spans"]
        ]


@contextmanager
def collector() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            status = here.statuses.pop(0) if here.statuses else 200
            if status == 200:
                here.taken.append((self.path, json.loads(content)))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Collector(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write(desk: Desk, *acts: Act) -> None:
    for act in acts:
        with desk.database.begin() as session:
            note(session, by_worker(1), act, NOW)
        chain_lines_that_wait(desk.database)


READ = act_on(AuditAction.QUESTION_READ, RecordKind.QUESTION, "22222222", "33333333")
DENIED = Act(
    AuditAction.QUESTION_READ, RecordKind.QUESTION, READ.records[:1], Result.REFUSED, error_code("role")
)
ADDED = act_on(AuditAction.USER_ADDED, RecordKind.USER, 7)


def test_every_question_of_a_line_becomes_a_span_that_names_the_activity_and_a_pseudonym(desk: Desk) -> None:
    with collector() as there:
        write(desk, READ, ADDED, DENIED)
        sender = SpanSender(there.address, ACTIVITIES)
        sender.send_new_lines(desk.database, NOW)
        write(desk, ADDED)
        sender.send_new_lines(desk.database, NOW)
    assert [path for path, _ in there.taken] == ["/v1/traces"]
    first, second, refused = there.spans()
    assert first["traceId"] == second["traceId"] != refused["traceId"]
    assert len({span["spanId"] for span in there.spans()}) == 3
    assert (first["name"], first["status"], refused["status"]) == ("question-read", {"code": 1}, {"code": 2})
    assert first["startTimeUnixNano"] == str(int(NOW.timestamp()) * 10**9)
    assert {one["key"]: one["value"]["stringValue"] for one in second["attributes"]} == {
        "dpl.core.processing_activity_id": f"{ACTIVITIES}/question-read",
        "dpl.core.data_subject_id": "33333333",
        "dpl.core.data_subject_id_type": "servicebalie-question",
    }


def test_what_was_not_taken_is_sent_again_after_a_pause(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(audit_sending, "AT_ONCE", 1)
    write(desk, READ, DENIED)
    with collector() as there, capture_logs() as logs:
        there.statuses = [200, 503]
        sender = SpanSender(there.address, ACTIVITIES)
        for moment in (NOW, NOW + PAUSE / 2, NOW + PAUSE):
            sender.send_new_lines(desk.database, moment)
    assert [entry["failure"] for entry in logs] == ["collector-503"]
    assert len(there.spans()) == 3


def test_a_collector_that_is_away_stops_nothing(desk: Desk) -> None:
    write(desk, READ)
    with collector() as gone:
        pass
    sender = open_span_sender(gone.address, ACTIVITIES)
    assert sender is not None
    with capture_logs() as logs:
        sender.send_new_lines(desk.database, NOW + timedelta(days=1))
    assert [entry["failure"] for entry in logs] == ["collector-away"]
    assert open_span_sender(None, ACTIVITIES) is None
