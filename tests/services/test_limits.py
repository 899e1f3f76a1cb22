"""Limits hold for all processes together, give way with time, and remember no address."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from servicebalie.core.limits import Limit
from servicebalie.core.origins import Origin
from servicebalie.db import Database
from servicebalie.models.limits import Trace
from servicebalie.services.limits import take_turn, wait_until
from servicebalie.services.traces import forget_traces
from tests.support.workplace import NOW, SmallWorkplace

LIMIT = Limit("test", per_address=3, per_network=5)
HERE = Origin("203.0.113.7", "203.0.113.0/24")
NEXT_DOOR = Origin("203.0.113.8", "203.0.113.0/24")
ELSEWHERE = Origin("198.51.100.1", "198.51.100.0/24")
TURN_OF_ADDRESS = timedelta(minutes=20)
TURN_OF_NETWORK = timedelta(minutes=12)


def turns(desk: SmallWorkplace, *origins: Origin, limit: Limit = LIMIT) -> list[datetime | None]:
    """Let each of these try to act, in order; what each was told."""
    return [desk.do(take_turn, limit, origin) for origin in origins]


def looks(desk: SmallWorkplace, origin: Origin, limit: Limit = LIMIT) -> datetime | None:
    """Look when this one may act."""
    return desk.read(lambda session: wait_until(session, desk.work, limit, origin))


def rows(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Trace)) or 0


def test_who_has_done_nothing_need_not_wait(small_desk: SmallWorkplace) -> None:
    assert looks(small_desk, HERE) is None


def test_what_is_within_the_limit_may_come_at_once_and_the_next_is_told_when(
    small_desk: SmallWorkplace,
) -> None:
    assert turns(small_desk, *[HERE] * 5) == [None, None, None, NOW + TURN_OF_ADDRESS, NOW + TURN_OF_ADDRESS]
    assert looks(small_desk, HERE) == NOW + TURN_OF_ADDRESS


def test_neighbours_share_the_limit_of_their_network_and_others_do_not(small_desk: SmallWorkplace) -> None:
    assert turns(small_desk, *[HERE] * 3, *[NEXT_DOOR] * 3) == [None] * 5 + [NOW + TURN_OF_NETWORK]
    assert looks(small_desk, NEXT_DOOR) == NOW + TURN_OF_NETWORK
    assert turns(small_desk, ELSEWHERE) == [None]


def test_trying_too_early_does_not_make_anybody_wait_longer(small_desk: SmallWorkplace) -> None:
    turns(small_desk, *[HERE] * 9)
    later = small_desk.at(NOW + TURN_OF_ADDRESS)
    assert looks(later, HERE) is None
    assert turns(later, HERE, HERE) == [None, NOW + 2 * TURN_OF_ADDRESS]


def test_after_a_quiet_hour_the_whole_limit_is_there_again(small_desk: SmallWorkplace) -> None:
    turns(small_desk, *[HERE] * 3)
    later = small_desk.at(NOW + timedelta(hours=1))
    assert turns(later, *[HERE] * 3) == [None] * 3


def test_acts_of_different_kinds_and_at_different_desks_do_not_count_together(
    small_desk: SmallWorkplace,
) -> None:
    turns(small_desk, *[HERE] * 3)
    assert looks(small_desk, HERE, replace(LIMIT, act="other")) is None
    assert looks(replace(small_desk, work=replace(small_desk.work, desk_id=99)), HERE) is None


def test_however_many_ask_at_once_no_more_than_the_limit_get_a_turn(small_desk: SmallWorkplace) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: turns(small_desk, HERE)[0], range(24)))
    assert answers.count(None) == LIMIT.per_address


def test_looking_notes_nothing_and_what_was_noted_ends(small_desk: SmallWorkplace) -> None:
    looks(small_desk, HERE)
    assert rows(small_desk.database) == 0
    turns(small_desk, HERE, ELSEWHERE)
    assert rows(small_desk.database) == 4

    def forget(after: timedelta) -> int:
        small_desk.database.write(lambda session: forget_traces(session, NOW + after))
        return rows(small_desk.database)

    assert forget(TURN_OF_NETWORK) == 2
    assert forget(TURN_OF_ADDRESS) == 0


def test_a_trace_does_not_hold_the_address_and_is_another_one_tomorrow(small_desk: SmallWorkplace) -> None:
    turns(small_desk, HERE)
    turns(small_desk.at(NOW + timedelta(days=1)), HERE)
    hashes = small_desk.read(lambda session: session.scalars(select(Trace.key_hash)).all())
    assert len(set(hashes)) == 4
    assert all(len(each) == 32 and b"203.0.113" not in each for each in hashes)
