"""Sets of numbers as integers, whose bit n tells whether n is in the set.

Two sets of thousands are intersected in a fraction of a microsecond, and eight numbers take a byte.
"""

from bisect import bisect_left
from collections.abc import Hashable, ItemsView, Iterator
from datetime import date
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class BitSets(Generic[K]):
    """Sets by key; a key that nothing was added to has the empty set."""

    def __init__(self) -> None:
        self._sets: dict[K, int] = {}

    def add(self, key: K, members: int) -> None:
        """Add the members of a set to the set of a key."""
        self._sets[key] = self._sets.get(key, 0) | members

    def of(self, key: K) -> int:
        """The set of a key."""
        return self._sets.get(key, 0)

    def items(self) -> ItemsView[K, int]:
        """The keys with their sets."""
        return self._sets.items()


class LastingSet:
    """A set whose members are in it always, or up to and including a day."""

    def __init__(self) -> None:
        self._always = 0
        self._last_days: list[date] = []
        self._until: list[int] = []

    def add(self, members: int, last_day: date | None) -> None:
        """Add members, up to and including a day if one is given."""
        if last_day is None:
            self._always |= members
            return
        place = bisect_left(self._last_days, last_day)
        if place == len(self._last_days) or self._last_days[place] != last_day:
            self._last_days.insert(place, last_day)
            self._until.insert(place, self._until[place] if place < len(self._until) else 0)
        # For each last day it is known who is there then or later.
        for earlier in range(place + 1):
            self._until[earlier] |= members

    def on(self, day: date) -> int:
        """The set of a day."""
        place = bisect_left(self._last_days, day)
        return self._always | (self._until[place] if place < len(self._until) else 0)


def numbers_in(members: int) -> Iterator[int]:
    """The numbers in a set, the lowest first."""
    while members:
        lowest = members & -members
        yield lowest.bit_length() - 1
        members ^= lowest
