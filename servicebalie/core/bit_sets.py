"""Sets of numbers as integers, whose bit n tells whether n is in the set.

Two sets of thousands are intersected in a fraction of a microsecond, and eight numbers take a byte.
"""

from collections.abc import Hashable, ItemsView, Iterator
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


def numbers_in(members: int) -> Iterator[int]:
    """The numbers in a set, the lowest first."""
    while members:
        lowest = members & -members
        yield lowest.bit_length() - 1
        members ^= lowest
