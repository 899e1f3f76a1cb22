"""Where a language is spoken, for thousands of offers at once."""

from bisect import bisect_left
from datetime import date


class Speakers:
    """Where a language is spoken: always, or up to and including a day."""

    def __init__(self) -> None:
        self._always = 0
        self._last_days: list[date] = []
        self._until: list[int] = []

    def add(self, bit: int, last_day: date | None) -> None:
        """Add an offer; `_until` holds for each last day who speaks the language then or later."""
        if last_day is None:
            self._always |= bit
            return
        place = bisect_left(self._last_days, last_day)
        if place == len(self._last_days) or self._last_days[place] != last_day:
            self._last_days.insert(place, last_day)
            self._until.insert(place, self._until[place] if place < len(self._until) else 0)
        for earlier in range(place + 1):
            self._until[earlier] |= bit

    def on(self, day: date) -> int:
        """The offers where the language is spoken on a day or later."""
        place = bisect_left(self._last_days, day)
        return self._always | (self._until[place] if place < len(self._until) else 0)
