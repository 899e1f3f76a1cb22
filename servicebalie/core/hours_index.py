"""Who of thousands is open, and who opens next, without asking each of them.

Offers whose hours are the same every week are looked up by the minute for all of them at once; offers are
sets of bits (see `servicebalie.core.bit_sets`). The others must be asked one by one.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from heapq import merge

from servicebalie.core.bit_sets import BitSets
from servicebalie.core.hours import READINGS, WEEK, Span, is_in_sight, spans_from

MOST_WEEKS = 16
"""Of so many weeks what was found out is kept, the latest ones."""


class HoursIndex:
    """Offers by their opening hours, those in which a language is spoken apart.

    What is found out about a week is kept.
    """

    def __init__(self) -> None:
        self.known = 0
        self._texts: set[str] = set()
        self._with: dict[str | None, BitSets[str]] = {None: BitSets()}
        self._own: BitSets[str | None] = BitSets()
        self._weeks: dict[int, dict[str | None, _Week]] = {}

    def add_texts(self, texts: Collection[str]) -> None:
        """Add hours that are read by `read_weeks`, whoever has them."""
        self._texts.update(texts)

    def add(self, bit: int, texts: Mapping[str | None, Collection[str]]) -> None:
        """Add an offer to those that are known; its hours in a language, and under None all its hours.

        A language that is spoken in all hours needs none.
        """
        self.known |= bit
        for language, hours in texts.items():
            self._own.add(language, bit)
            for text in hours:
                self._with.setdefault(language, BitSets()).add(text, bit)

    def open_among(self, offers: int, minute: int, language: str | None) -> int:
        """Those of some known offers that are open in a minute, in hours of the language if there are any."""
        own = self._with_own_hours(offers, language)
        found = offers & ~own & self._week_of(minute, None).open_at(minute)
        return found | (own & self._week_of(minute, language).open_at(minute) if own else 0)

    def starting(self, offers: int, minute: int, language: str | None) -> Iterator[tuple[int, int]]:
        """When some known offers are open from a minute on: minutes in their order, with sets of offers.

        An offer may come again, when it opens another time.
        """
        yield minute, self.open_among(offers, minute, language)
        own = self._with_own_hours(offers, language)
        opening = self._week_of(minute, None).opening_after(minute, offers & ~own)
        yield from (
            merge(opening, self._week_of(minute, language).opening_after(minute, own)) if own else opening
        )

    def read_weeks(self, minute: int, weeks: int) -> None:
        """Read the hours of the week of a minute and of those after it, as far as they can be remembered."""
        first = minute // WEEK
        for week in range(first, first + min(weeks, MOST_WEEKS, READINGS // (len(self._texts) or 1))):
            for text in self._texts:
                spans_from(text, week)
            for language in self._with:
                self._week_of(week * WEEK, language)

    def _with_own_hours(self, offers: int, language: str | None) -> int:
        return offers & self._own.of(language) if language else 0

    def _week_of(self, minute: int, language: str | None) -> "_Week":
        number = minute // WEEK
        weeks = self._weeks.setdefault(number, {})
        if language not in weeks:
            weeks[language] = _Week(self._with[language], number)
            if len(self._weeks) > MOST_WEEKS:
                self._weeks.pop(min(self._weeks), None)
        return weeks[language]


class _Week:
    """The spans of offers in a week and the first ones after it."""

    def __init__(self, offers_with: BitSets[str], number: int) -> None:
        self._spans: BitSets[Span] = BitSets()
        self._opening: BitSets[int] = BitSets()
        for text, offers in offers_with.items():
            for span in spans_from(text, number):
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
