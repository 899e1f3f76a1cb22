"""How far an entry of the directory can be relied on, from when it was assured and what happened since.

Age counts in whole months since the entry was assured, at most `MOST_AGE`; one that never was is that old. A
referral that came back because the entry led astray weighs `WEIGHT_OF_RETURN` months, one that nobody
answered in time `WEIGHT_OF_SILENCE`. The sum is the score: the higher, the less it can be relied on. So more
trouble never makes an entry fresher, and a later assurance never staler, as it leaves behind what was before.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

WEIGHT_OF_RETURN = 4
WEIGHT_OF_SILENCE = 2
AGEING_FROM = 6
"""The score, so also the months after a check in which nothing went wrong, from which an entry is ageing."""
STALE_FROM = 12
MOST_AGE = 24


class Level(StrEnum):
    """How far an entry can be relied on."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"


class FreshnessReason(StrEnum):
    """Why an entry is not fresh."""

    NEVER_ASSURED = "never-assured"
    ASSURED_LONG_AGO = "assured-long-ago"
    RETURNED_AS_WRONG = "returned-as-wrong"
    NOT_ANSWERED = "not-answered"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far an entry can be relied on, and each reason against it."""

    level: Level
    score: int
    reasons: tuple[FreshnessReason, ...]


def freshness(assured_on: date | None, returned: int, expired: int, today: date) -> Freshness:
    """Judge an entry by the day it was assured and by what came back or ran out since then."""
    age = MOST_AGE if assured_on is None else min(MOST_AGE, max(0, _months_between(assured_on, today)))
    score = age + WEIGHT_OF_RETURN * returned + WEIGHT_OF_SILENCE * expired
    found = {
        FreshnessReason.NEVER_ASSURED: assured_on is None,
        FreshnessReason.ASSURED_LONG_AGO: assured_on is not None and age >= AGEING_FROM,
        FreshnessReason.RETURNED_AS_WRONG: returned > 0,
        FreshnessReason.NOT_ANSWERED: expired > 0,
    }
    return Freshness(_level(score), score, tuple(reason for reason, is_so in found.items() if is_so))


def _level(score: int) -> Level:
    if score >= STALE_FROM:
        return Level.STALE
    return Level.AGEING if score >= AGEING_FROM else Level.FRESH


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
