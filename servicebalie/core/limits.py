"""How often something may be done from one place, and how long to wait after that.

Only one moment is kept of a place: until when it is busy. Every act makes it busy for a while longer, and an
act is refused when the place would be busy for more than an hour. So all acts of an hour may come at once,
as when a class or a canteen asks together, and a place that waits gets its turns back one by one (the
generic cell rate algorithm, ITU-T I.371). Moments are in milliseconds since 1970, with which every database
calculates alike.
"""

from dataclasses import dataclass
from datetime import timedelta

HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Limit:
    """How many acts of one kind there may be in an hour from one address, and from one network."""

    act: str
    per_address: int
    per_network: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a deployment.

    A library or a canteen is one address, so the limit of `questions` is above all that people ask there
    together. Of return codes only the wrong ones count; a typing error is none, because its check digit is
    wrong. Nobody needs less than `fastest_form` for filling in the form.
    """

    questions: Limit
    wrong_codes: Limit
    fastest_form: timedelta


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long somebody stays signed in in a browser: at most, and without doing anything."""

    longest: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=1)


def busy_for(per_hour: int) -> int:
    """Return how much longer a place is busy after each act, in milliseconds."""
    return max(HOUR // per_hour, 1)


def free_from(busy_until: int, per_hour: int) -> int:
    """Return the moment from which a place gets a turn, given until when it is busy."""
    return busy_until + busy_for(per_hour) - HOUR
