"""A7: tell from the number itself whether nobody, one person or two are in a cell.

Exact: the total variation distance between the outputs for both true numbers, from the p-table. It is the
most by which any attacker's chance of being right can differ between the two.
"""

from tests.attacks.mechanisms import Mechanism


def distance(mechanism: Mechanism, one: int, other: int) -> float:
    """Return the total variation distance between the outputs of two true numbers."""
    first, second = mechanism.chances(one), mechanism.chances(other)
    return sum(abs(first.get(out, 0) - second.get(out, 0)) for out in {*first, *second}) / 2
