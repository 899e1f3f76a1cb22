"""The delivery loop: delivers what is due, waits, tidies up, keeps terms and schedules, and stops cleanly."""

import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType

import structlog

from servicebalie.db import Database, DatabaseUnavailable
from servicebalie.services.local_accounts import forget_links
from servicebalie.services.outbox import forget_deliveries
from servicebalie.services.recorded_answers import forget_old_answers
from servicebalie.services.sessions import forget_sessions
from servicebalie.services.traces import forget_traces
from servicebalie.worker.chaining import chain_lines_that_wait, keep_seals
from servicebalie.worker.delivery import Post, deliver_next
from servicebalie.worker.retaining import keep_schedules
from servicebalie.worker.terms import keep_terms

POLL_SECONDS = 1.0
TIDY_EVERY = timedelta(hours=1)

log = structlog.get_logger()


class Stop:
    """A request to stop, which takes effect between two deliveries, within `POLL_SECONDS` when idle."""

    def __init__(self) -> None:
        self.asked = False

    def on_signals(self) -> None:
        """Let SIGTERM and SIGINT ask to stop instead of ending the process at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def deliver_due(post: Post, stop: Stop) -> None:
    """Make every delivery that is due, until there is none or stopping is asked."""
    while not stop.asked and deliver_next(post, datetime.now(UTC)):
        pass


def deliver_until_stopped(post: Post, stop: Stop, sleep: Callable[[float], None] = time.sleep) -> None:
    """Deliver and tidy up until stopping is asked; while the database is away, wait for it."""
    tidied_at: datetime | None = None
    while not stop.asked:
        now = datetime.now(UTC)
        try:
            if tidied_at is None or now - tidied_at >= TIDY_EVERY:
                tidy(post.database, now)
                keep_terms(post.database, post.keys, now)
                keep_schedules(post.database, post.keys, now, lambda: not stop.asked)
                chain_lines_that_wait(post.database)
                keep_seals(post.database, post.keys, post.audit_seals, now)
                tidied_at = now
            deliver_due(post, stop)
            chain_lines_that_wait(post.database)
            if post.spans:
                post.spans.send_new_lines(post.database, now)
        except DatabaseUnavailable:
            log.warning("the database is not available")
        if not stop.asked:
            sleep(POLL_SECONDS)


def tidy(database: Database, now: datetime) -> None:
    """Forget what need not be kept any longer: recorded answers, deliveries, traces, sessions, links."""
    database.write(lambda session: forget_old_answers(session, now))
    database.write(lambda session: forget_deliveries(session, now))
    database.write(lambda session: forget_traces(session, now))
    database.write(lambda session: forget_sessions(session, now))
    database.write(lambda session: forget_links(session, now))
