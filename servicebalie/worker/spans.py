"""Sending the audit trail as spans to an OpenTelemetry collector, where one is configured."""

from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

import requests
import structlog

from servicebalie.core.audit_spans import is_about_persons, spans_of
from servicebalie.db import Database
from servicebalie.services.audit_sending import lines_to_send, note_sent

TIMEOUT = (5.0, 20.0)
"""Seconds to connect, and seconds between two parts of an answer."""

PAUSE = timedelta(minutes=1)
"""How long to wait after a collector did not take what was sent."""

log = structlog.get_logger()


class SpanSender:
    """Sends lines to the collector at an address, OTLP over HTTP as JSON, until it has taken them.

    It is not followed to another address: the lines are for the collector that was named.
    """

    def __init__(self, url: str, activities: str) -> None:
        self._url = f"{url}/v1/traces"
        self._receiver = sha256(url.encode()).hexdigest()
        self._activities = activities
        self._not_before: datetime | None = None

    def send_new_lines(self, database: Database, now: datetime) -> None:
        """Send the lines that have a place in the chain and were not sent; after a failure pause first."""
        if self._not_before is not None and now < self._not_before:
            return
        while True:
            with database.snapshot() as session:
                found = lines_to_send(session, self._receiver)
            if not found:
                return
            lines = [each.line for each in found]
            if any(map(is_about_persons, lines)) and not self._take(spans_of(lines, self._activities)):
                self._not_before = now + PAUSE
                return
            last = found[-1].link.sequence
            database.write(partial(note_sent, receiver=self._receiver, sequence=last))

    def _take(self, document: object) -> bool:
        try:
            answer = requests.post(self._url, json=document, timeout=TIMEOUT, allow_redirects=False)
        except (requests.RequestException, OSError):
            log.warning("audit spans not taken", failure="collector-away")
            return False
        if answer.status_code != requests.codes.ok:
            log.warning("audit spans not taken", failure=f"collector-{answer.status_code}")
            return False
        return True


def open_span_sender(url: str | None, activities: str) -> SpanSender | None:
    """Return what sends lines to the collector at a checked address, or None where there is none."""
    return SpanSender(url, activities) if url else None
