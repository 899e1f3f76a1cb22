"""Turns are given alike in memory and in Redis, and one store that is away stops nobody."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

from servicebalie import turns
from servicebalie.core.limits import HOUR, MINUTE, Pace
from servicebalie.turns import Refused, Turns, TurnsInMemory, TurnsInRedis, open_turns
from tests.support.redis_server import RedisServer

THREE = Pace(3, HOUR)
SHORT = Pace(2, 200)


@pytest.fixture(scope="module")
def store() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture(params=["memory", "redis"])
def counted(request: pytest.FixtureRequest) -> Turns:
    """Where turns are counted."""
    if request.param == "memory":
        return open_turns(None)
    return open_turns(request.getfixturevalue("store").url)


def test_turns_are_given_until_the_limit_and_then_again_when_time_has_passed(counted: Turns) -> None:
    assert [counted.take({"many": THREE}) for _ in range(3)] == [None] * 3
    refused = counted.take({"many": THREE})
    assert refused is not None
    assert refused.key == "many"
    assert HOUR // 3 - 2000 < refused.wait <= HOUR // 3


def test_a_short_while_is_over_soon(counted: Turns) -> None:
    import time

    assert [counted.take({"soon": SHORT}) for _ in range(2)] == [None] * 2
    refused = counted.take({"soon": SHORT})
    assert refused is not None
    time.sleep(refused.wait / 1000 + 0.01)
    assert counted.take({"soon": SHORT}) is None


def test_who_is_refused_by_one_limit_loses_no_turn_of_another(counted: Turns) -> None:
    for _ in range(3):
        assert counted.take({"address": THREE, "network": Pace(4, HOUR)}) is None
    for _ in range(5):
        refused = counted.take({"address": THREE, "network": Pace(4, HOUR)})
        assert refused is not None
        assert refused.key == "address"
    assert counted.take({"neighbour": THREE, "network": Pace(4, HOUR)}) is None
    assert counted.take({"neighbour": THREE, "network": Pace(4, HOUR)}) is not None


def test_no_turn_is_given_twice_at_once(counted: Turns) -> None:
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: counted.take({"crowd": Pace(50, HOUR)}), range(80)))
    assert given.count(None) == 50


def test_processes_share_what_is_in_the_store(store: RedisServer) -> None:
    one, other = TurnsInRedis(store.url), TurnsInRedis(store.url)
    assert [one.take({"shared": Pace(2, HOUR)}), other.take({"shared": Pace(2, HOUR)})] == [None, None]
    assert one.take({"shared": Pace(2, HOUR)}) is not None


def test_while_the_store_is_away_each_process_counts_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "TRIED_AGAIN_AFTER", 0.0)
    with RedisServer() as server, capture_logs() as logged:
        shared = TurnsInRedis(server.url)
        assert shared.take({"x": THREE}) is None
        assert shared.reachable()
        server.stop()
        assert not shared.reachable()
        assert [shared.take({"x": THREE}) for _ in range(3)] == [None] * 3
        assert shared.take({"x": THREE}) is not None
        server.start()
        assert shared.take({"x": THREE}) is None
    assert [entry["event"] for entry in logged] == ["limit-store-away", "limit-store-back"]


def test_a_store_that_is_away_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    with RedisServer() as server:
        shared = TurnsInRedis(server.url)
    monkeypatch.setattr(shared, "_take", lambda *_: asked.append(1) or _away())
    for _ in range(3):
        shared.take({"x": THREE})
    assert asked == [1]


def _away() -> None:
    raise turns.RedisError


def test_memory_is_not_filled_by_who_comes_from_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_COUNTED", 10)
    now = 0.0
    counted = TurnsInMemory(lambda: now)
    pace = Pace(1, MINUTE)
    for place in range(10):
        counted.take({f"place {place}": pace})
    now = 61.0
    counted.take({"late": pace})
    assert counted.take({"late": pace}) == Refused("late", MINUTE)
    for place in range(20):
        counted.take({f"place {place}": pace})
    assert counted.take({"late": pace}) is None
