"""Who of thousands is open, and who opens next, without asking each of them.

Offers are looked up by the minute for all of them at once; they are sets of bits (see
`servicebalie.core.bit_sets`).
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from heapq import merge
from typing import Protocol

from servicebalie.core.bit_sets import BitSets, LastingSet
from servicebalie.core.hours import READINGS, WEEK, Span, is_in_sight
from servicebalie.core.open_spans import Closed, ClosedDays, Hours, OpenTimes, spans_of_week

MOST_WEEKS = 16
"""Of so many weeks what was found out is kept, those that were first asked for last."""


class SpokenHours(Hours, Protocol):
    """Opening hours in which some languages are spoken."""

    @property
    def languages(self) -> frozenset[str]:
        """The codes of the languages."""


class HoursIndex:
    """Offers by their opening hours, those in which a language is spoken apart.

    What is found out about a week is kept.
    """

    def __init__(self) -> None:
        self._with: dict[str | None, BitSets[OpenTimes]] = {None: BitSets()}
        self._own: dict[str, LastingSet] = {}
        self._weeks: dict[int, dict[str | None, _Week]] = {}

    def add(
        self, bit: int, hours: Iterable[SpokenHours], closures: Iterable[Closed], always: Collection[str]
    ) -> None:
        """Add an offer, with the languages that are always spoken there, whatever its hours."""
        closed = tuple(sorted({ClosedDays(each.first_day, each.last_day) for each in closures}))
        for each in hours:
            times = OpenTimes(each.hours, each.valid_from, each.valid_to, closed)
            self._with[None].add(times, bit)
            for language in each.languages.difference(always):
                self._with.setdefault(language, BitSets()).add(times, bit)
                self._own.setdefault(language, LastingSet()).add(bit, each.valid_to)

    def open_among(self, offers: int, minute: int, today: date, language: str | None) -> int:
        """Those of some offers that are open in a minute of today, in the language if they ever are."""
        own = self._with_own_hours(offers, today, language)
        found = offers & ~own & self._week_of(minute, None).open_at(minute)
        return found | (own & self._week_of(minute, language).open_at(minute) if own else 0)

    def starting(
        self, offers: int, minute: int, today: date, language: str | None
    ) -> Iterator[tuple[int, int]]:
        """When some offers are open from a minute of today on: minutes in their order, with sets of offers.

        An offer may come again, when it opens another time.
        """
        yield minute, self.open_among(offers, minute, today, language)
        own = self._with_own_hours(offers, today, language)
        opening = self._week_of(minute, None).opening_after(minute, offers & ~own)
        yield from (
            merge(opening, self._week_of(minute, language).opening_after(minute, own)) if own else opening
        )

    def read_weeks(self, minute: int, weeks: int) -> None:
        """Read the hours of the week of a minute and of those after it, as far as they can be remembered."""
        first = minute // WEEK
        texts = {times.hours for times, _ in self._with[None].items()}
        for week in range(first, first + min(weeks, MOST_WEEKS, READINGS // (len(texts) or 1))):
            for language in self._with:
                self._week_of(week * WEEK, language)

    def _with_own_hours(self, offers: int, today: date, language: str | None) -> int:
        """Those with hours in which the language is spoken, besides others, that have not ended."""
        return offers & self._own[language].on(today) if language in self._own else 0

    def _week_of(self, minute: int, language: str | None) -> "_Week":
        number = minute // WEEK
        weeks = self._weeks.setdefault(number, {})
        if language not in weeks:
            weeks[language] = _Week(self._with[language], number)
            if len(self._weeks) > MOST_WEEKS:
                # Read at once, as another thread may add a week meanwhile.
                first_asked, *_ = self._weeks
                self._weeks.pop(first_asked, None)
        return weeks[language]


class _Week:
    """The spans of offers in a week and the first ones after it."""

    def __init__(self, offers_with: BitSets[OpenTimes], number: int) -> None:
        self._spans: BitSets[Span] = BitSets()
        self._opening: BitSets[int] = BitSets()
        for times, offers in offers_with.items():
            for span in spans_of_week(times, number):
                self._spans.add(span, offers)
                self._opening.add(span[0], offers)
        self._starts = sorted(start for start, _ in self._opening.items())
        self._changes = sorted({minute for span, _ in self._spans.items() for minute in span})
        self._open: dict[int, int] = {}

    def open_at(self, minute: int) -> int:
        """Who is open does not change until somebody opens or closes, and is remembered until then."""
        since = bisect_right(self._changes, minute)
        found = self._open.get(since)
        if found is None:
            found = 0
            for (start, end), offers in self._spans.items():
                if start <= minute < end:
                    found |= offers
            self._open[since] = found
        return found

    def opening_after(self, minute: int, offers: int) -> Iterator[tuple[int, int]]:
        """The minutes after one in which some of the offers open, in their order, with those that do."""
        for start in self._starts[bisect_right(self._starts, minute) :]:
            if is_in_sight(start, minute):
                yield start, offers & self._opening.of(start)
