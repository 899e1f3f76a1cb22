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
MINUTE = 60_000


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


@dataclass(frozen=True, slots=True)
class Pace:
    """So many acts in so many milliseconds, all at once or spread."""

    acts: int
    window: int

    @property
    def lasts(self) -> int:
        """How much longer something is busy after each act, in milliseconds."""
        return max(self.window // self.acts, 1)

    def busy_until(self, busy: int, now: int) -> int:
        """Return until when something is busy after one act more, given until when it is."""
        return max(busy, now) + self.lasts

    def wait_for(self, busy: int, now: int) -> int:
        """Return how many milliseconds to wait before one act more; 0 when it may be now."""
        return max(self.busy_until(busy, now) - now - self.window, 0)


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """How many requests there may be: in a minute with one token, and without one from an address or network;
    in an hour with one return code; and how many tokens that nobody has from an address or network."""

    per_token: Pace
    per_address: Pace
    per_network: Pace
    per_code: Pace
    wrong_tokens: Limit

    @classmethod
    def a_minute(cls, token: int, address: int, network: int, *, per_code: int = 300) -> "RequestLimits":
        """Return limits on requests in a minute; those in an hour are the usual ones."""
        return cls(
            Pace(token, MINUTE),
            Pace(address, MINUTE),
            Pace(network, MINUTE),
            Pace(per_code, HOUR),
            Limit("wrong-tokens", per_address=60, per_network=300),
        )


SERVER_LIMITS = RequestLimits.a_minute(6_000, 3_000, 12_000)
"""A hundred requests a second with one token, and fifty from one address, such as that of a library."""

LAPTOP_LIMITS = RequestLimits.a_minute(600_000, 600_000, 1_200_000)
"""More than one process answers, so that nobody who tries things out or measures them meets a limit."""


def busy_for(per_hour: int) -> int:
    """Return how much longer a place is busy after each act, in milliseconds."""
    return max(HOUR // per_hour, 1)


def free_from(busy_until: int, per_hour: int) -> int:
    """Return the moment from which a place gets a turn, given until when it is busy."""
    return busy_until + busy_for(per_hour) - HOUR
