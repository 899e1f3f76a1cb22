"""Keys of rows in the order of time."""

import secrets
from datetime import UTC, datetime, timedelta

RANDOM_BITS = 22
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def first_id_of(moment: datetime) -> int:
    """Return the smallest key that a row of this moment can have.

    A range of time is therefore a range of keys, which every list index already has at its end.
    """
    milliseconds = (moment - _EPOCH) // _MILLISECOND
    return max(milliseconds, 0) << RANDOM_BITS


def new_id(moment: datetime) -> int:
    """Return a new 63-bit key: milliseconds since 2020, then 22 random bits.

    Made here rather than by the database, the keys of all rows of a change are known before the first is
    written. Two rows of the same millisecond clash once in four million; the transaction is then repeated.
    """
    return first_id_of(moment) | secrets.randbits(RANDOM_BITS)
