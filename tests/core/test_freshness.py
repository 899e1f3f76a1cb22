"""An entry gets staler with time and trouble, and never fresher by them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.freshness import Freshness, FreshnessReason, Level, freshness

TODAY = date(2026, 11, 26)
DAYS = st.dates(date(2020, 1, 1), TODAY)
ASSURED = st.none() | DAYS
COUNTS = st.integers(0, 20)
ORDER = list(Level)


def not_fresher(one: Freshness, other: Freshness) -> bool:
    return one.score >= other.score and ORDER.index(one.level) >= ORDER.index(other.level)


@given(assured=ASSURED, returned=COUNTS, expired=COUNTS, more=COUNTS, silence=COUNTS)
def test_more_trouble_never_makes_an_entry_fresher(
    assured: date | None, returned: int, expired: int, more: int, silence: int
) -> None:
    before = freshness(assured, returned, expired, TODAY)
    assert not_fresher(freshness(assured, returned + more, expired + silence, TODAY), before)


@given(earlier=ASSURED, later=DAYS, returned=COUNTS, expired=COUNTS, left=COUNTS)
def test_a_newer_assurance_never_makes_an_entry_staler(
    earlier: date | None, later: date, returned: int, expired: int, left: int
) -> None:
    first, last = sorted([earlier or later, later])
    old = freshness(earlier and first, returned, expired, TODAY)
    assert not_fresher(old, freshness(last, min(left, returned), min(left, expired), TODAY))


@given(assured=ASSURED, days=st.integers(0, 2000))
def test_time_never_makes_an_entry_fresher(assured: date | None, days: int) -> None:
    later = freshness(assured, 0, 0, TODAY + timedelta(days=days))
    assert not_fresher(later, freshness(assured, 0, 0, TODAY))


@pytest.mark.parametrize(
    ("assured", "returned", "expired", "level", "score", "reasons"),
    [
        (date(2026, 11, 1), 0, 0, Level.FRESH, 0, ()),
        (date(2026, 12, 1), 0, 0, Level.FRESH, 0, ()),
        (date(2026, 5, 27), 0, 0, Level.FRESH, 5, ()),
        (date(2026, 5, 26), 0, 0, Level.AGEING, 6, (FreshnessReason.ASSURED_LONG_AGO,)),
        (date(2025, 11, 26), 0, 0, Level.STALE, 12, (FreshnessReason.ASSURED_LONG_AGO,)),
        (
            date(2026, 11, 1),
            1,
            1,
            Level.AGEING,
            6,
            (FreshnessReason.RETURNED_AS_WRONG, FreshnessReason.NOT_ANSWERED),
        ),
        (date(2026, 11, 1), 3, 0, Level.STALE, 12, (FreshnessReason.RETURNED_AS_WRONG,)),
        (None, 0, 0, Level.STALE, 24, (FreshnessReason.NEVER_ASSURED,)),
    ],
)
def test_the_level_follows_from_age_and_trouble(
    assured: date | None, returned: int, expired: int, level: Level, score: int, reasons: tuple[str, ...]
) -> None:
    assert freshness(assured, returned, expired, TODAY) == Freshness(level, score, reasons)
