"""Lines in the log about attempts to get around what protects a desk, few enough that nobody fills it.

Each process tells of one kind once a minute, with how many it kept to itself before. A line has the code of
the refusal and the name of the view, and nothing of who was refused: the audit trail has a keyed hash.
"""

import time
from collections.abc import Callable
from threading import Lock

import structlog

EVERY_SECONDS = 60.0

ATTEMPTS = frozenset(
    {
        "expired-token",
        "foreign-form",
        "invalid-token",
        "link-asked-for",
        "link-not-good",
        "question-not-for-you",
        "referral-not-for-you",
        "return-code-not-known",
        "role-not-allowed",
        "scope-not-enough",
        "too-many-requests",
        "too-many-tries",
        "unknown-host",
        "wrong-code",
        "wrong-password",
    }
)
"""The codes of refusals that are told of: wrong secrets, forged forms, other hosts, limits, and what is not
theirs; and links for new passwords. That a record does not exist is none: who mistypes meets it every day."""

log = structlog.get_logger()


class Watch:
    """What a process told of lately; `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._told_at: dict[str, float] = {}
        self._kept: dict[str, int] = {}

    def tell(self, code: str, route: str | None) -> None:
        """Tell of a refusal that may be an attempt, or count it for the next line when its kind was told of
        within the minute."""
        if code not in ATTEMPTS:
            return
        now = self._clock()
        with self._lock:
            before = self._told_at.get(code)
            if before is not None and now - before < EVERY_SECONDS:
                self._kept[code] = self._kept.get(code, 0) + 1
                return
            self._told_at[code] = now
            kept = self._kept.pop(code, 0)
        log.warning("attempt", code=code, route=route, more_before=kept)
