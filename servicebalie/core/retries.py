"""When something that failed is tried again: ever later, and not for ever."""

from datetime import timedelta

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)

MAX_ATTEMPTS = 30
"""With these delays about four days pass before the last attempt, as RFC 5321, 4.5.4.1 asks for mail."""


def delay_after(attempts: int, jitter: float) -> timedelta | None:
    """Return how long to wait after so many failed attempts (1 or more), or None after the last one.

    The delay doubles from `FIRST_DELAY` up to `LONGEST_DELAY`; half of it is fixed and `jitter`, from 0 to
    1, decides the other half, so that what failed together is not tried again together.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    delay = min(FIRST_DELAY * (1 << attempts - 1), LONGEST_DELAY)
    return delay * (1 + jitter) / 2
