"""The words, numbers and days of one language, without a web request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import Period, PeriodKind
from servicebalie.i18n.catalogues import translations
from servicebalie.i18n.registry import LOCALES

DOMAINS = ("desk", "newcomer")
"""Where sentences are looked up: those for policymakers first, then the labels that everybody shares."""

_PERIODS = {PeriodKind.MONTH: "MMMM yyyy", PeriodKind.QUARTER: "QQQQ yyyy", PeriodKind.YEAR: "yyyy"}


# A report has thousands of numbers, most of them small and many the same.
@lru_cache(maxsize=10_000)
def _written(number: int, tag: str) -> str:
    written: str = format_decimal(number, locale=LOCALES[tag].babel)
    return written


@dataclass(frozen=True, slots=True)
class Words:
    """What speaks a locale of the registry, by its tag."""

    tag: str

    @property
    def locale(self) -> Locale:
        """The locale as Babel knows it."""
        return LOCALES[self.tag].babel

    def gettext(self, sentence: str, **values: str) -> str:
        """Return a sentence of the catalogues in this language, with `values` in its named places."""
        return self._translated(sentence) % values if values else self._translated(sentence)

    def number(self, number: int) -> str:
        """Return a whole number, such as 1,470."""
        return _written(number, self.tag)

    def share(self, share: float) -> str:
        """Return a part of 1 in whole per cents."""
        return format_percent(share, "#,##0%", locale=self.locale)

    def estimate(self, estimate: Estimate) -> str:
        """Return a number with its interval, such as 85 (81–89)."""
        low, high = self.number(estimate.low), self.number(estimate.high)
        return f"{self.number(estimate.value)} ({low}–{high})"

    def day(self, day: date) -> str:
        """Return a day, such as 7 November 2026."""
        return format_date(day, "long", locale=LOCALES[self.tag].regional)

    def period(self, period: Period) -> str:
        """Return the name of a month, quarter or year, such as October 2026."""
        return format_date(period.starts_at.date(), _PERIODS[period.kind], locale=self.locale)

    def listed(self, things: Iterable[str]) -> str:
        """Return things as a list within a sentence, such as A, B and C."""
        return format_list(list(things), locale=LOCALES[self.tag].regional)

    def _translated(self, sentence: str) -> str:
        for domain in DOMAINS:
            found = translations(self.tag, domain).gettext(sentence)
            if found != sentence:
                return found
        return sentence
