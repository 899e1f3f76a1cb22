"""Many tests at once, with one chance of any false finding."""

from collections.abc import Sequence


def beyond_chance(chances: Sequence[float], false_alarms: float) -> tuple[bool, ...]:
    """Tell which of the p-values stand, so that the chance of any false one is at most `false_alarms`.

    Holm's step-down method (Holm 1979); it holds whatever the tests have to do with one another.
    """
    stands = [False] * len(chances)
    for rank, index in enumerate(sorted(range(len(chances)), key=lambda index: chances[index])):
        if chances[index] * (len(chances) - rank) > false_alarms:
            break
        stands[index] = True
    return tuple(stands)
