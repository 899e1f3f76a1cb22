"""Turns that are given for a while and not kept: counted in this process, or in Redis for several processes.

Who is counted is a keyed hash made elsewhere. Nothing here is ever written to the database of the desk: a
count that is lost with its process costs nobody anything.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from servicebalie.core.limits import Pace

MOST_COUNTED = 50_000
"""How many counts a process keeps; above that those that ended go, and if need be all."""

PATIENCE_SECONDS = 0.25
"""How long a request waits for the store at most. It stands beside us and answers at once."""

TRIED_AGAIN_AFTER = 5.0
"""How many seconds a process counts for itself before it asks a store again that was away."""

_TAKE = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local busy, longest, which = {}, 0, 0
for i, key in ipairs(KEYS) do
  local lasts, window = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  busy[i] = math.max(tonumber(redis.call('GET', key) or '0'), now) + lasts
  local wait = busy[i] - now - window
  if wait > longest then longest, which = wait, i end
end
if which == 0 then
  for i, key in ipairs(KEYS) do
    redis.call('SET', key, string.format('%.0f', busy[i]), 'PX', string.format('%.0f', busy[i] - now))
  end
end
return {which, longest}
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Refused:
    """No turn is given: `key` says whose limit was met, and `wait` how many milliseconds that lasts."""

    key: str
    wait: int


class Turns(Protocol):
    """Gives turns."""

    def take(self, wanted: Mapping[str, Pace]) -> Refused | None:
        """Count one act under each of the keys; or count nothing and say who has to wait the longest."""


class TurnsInMemory:
    """Turns of this process alone; `clock` is in seconds."""

    def __init__(self, clock: Any = time.monotonic) -> None:
        self._clock = clock
        self._busy: dict[str, int] = {}
        self._lock = Lock()

    def take(self, wanted: Mapping[str, Pace]) -> Refused | None:
        """Count one act under each of the keys; or count nothing and say who has to wait the longest."""
        now = int(self._clock() * 1000)
        with self._lock:
            busy = self._busy
            longest: Refused | None = None
            for key, pace in wanted.items():
                wait = pace.wait_for(busy.get(key, 0), now)
                if wait and (longest is None or wait > longest.wait):
                    longest = Refused(key, wait)
            if longest is None:
                for key, pace in wanted.items():
                    busy[key] = pace.busy_until(busy.get(key, 0), now)
                if len(busy) > MOST_COUNTED:
                    self._forget(now)
            return longest

    def _forget(self, now: int) -> None:
        self._busy = {key: until for key, until in self._busy.items() if until > now}
        if len(self._busy) > MOST_COUNTED // 2:
            # Somebody acts from very many places, and our memory is not theirs to fill.
            self._busy.clear()


class TurnsInRedis:
    """Turns that all processes share in a Redis or Valkey; while that is away, each counts for itself.

    One script compares and counts, by the clock of the store, so no turn is given twice.
    """

    def __init__(self, url: str) -> None:
        self._store = Redis.from_url(
            url,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 1),
        )
        self._take = self._store.register_script(_TAKE)
        self._alone = TurnsInMemory()
        self._away_until: float | None = None

    def take(self, wanted: Mapping[str, Pace]) -> Refused | None:
        """Count one act under each of the keys; or count nothing and say who has to wait the longest."""
        if self._away_until is not None and time.monotonic() < self._away_until:
            return self._alone.take(wanted)
        keys = list(wanted)
        numbers = [number for pace in wanted.values() for number in (pace.lasts, pace.window)]
        try:
            which, wait = self._take(keys, numbers)
        except RedisError as failure:
            self._note_away(failure)
            return self._alone.take(wanted)
        if self._away_until is not None:
            self._away_until = None
            log.info("limit-store-back")
        return Refused(keys[which - 1], wait) if which else None

    def reachable(self) -> bool:
        """Whether the store answers now."""
        try:
            return bool(self._store.ping())
        except RedisError:
            return False

    def _note_away(self, failure: RedisError) -> None:
        if self._away_until is None:
            log.warning("limit-store-away", kind=type(failure).__qualname__)
        self._away_until = time.monotonic() + TRIED_AGAIN_AFTER


def open_turns(url: str | None) -> TurnsInMemory | TurnsInRedis:
    """Return where turns are counted: at the address of a store, or without one in this process."""
    return TurnsInRedis(url) if url else TurnsInMemory()
