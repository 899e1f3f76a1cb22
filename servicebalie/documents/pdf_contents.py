"""What the layout of the PDF prints: the sentences, names and numbers of a report, written out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from gettext import NullTranslations
from itertools import groupby
from typing import TypeAlias

from babel.numbers import format_decimal, format_percent

from servicebalie.core.disclosure import Estimate
from servicebalie.documents.model import Chart, Named, Report, Row, Substitute, Table
from servicebalie.documents.pdf_text import printable
from servicebalie.i18n import pdf_words
from servicebalie.i18n.catalogues import translations

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
"""What JSON can hold."""

FONT = "Libertinus Serif"
"""The font of all text, that of charts included; it comes inside typst."""

FONT_OF_FINGERPRINTS = "DejaVu Sans Mono"

_FONT_OF_CHART = re.compile(r'(?<=\sfont-family=")[^"]*(?=")')
_WIDTH_IN_NUMBER = 0.5
_WIDTH_IN_INTERVAL = 0.45
_WIDTH_AROUND = 1.0
_LEAST_WIDTH = 5.5


def contents_of(report: Report) -> Json:
    """Return what report.typ prints, with nothing in it that the fonts cannot print (`printable`)."""
    language = _Language(report.locale, translations(report.locale, "desk"))
    return _printable(
        _about(report, language)
        | {
            "language": report.locale,
            "fonts": [FONT, FONT_OF_FINGERPRINTS],
            "font_of_fingerprints": FONT_OF_FINGERPRINTS,
            "words": _words(language),
            "below": report.below,
            "total": _row(report.total, language),
            "lead": [*report.lead],
            "changes": [*report.changes],
            "charts": [_chart(chart, report) for chart in report.charts],
            "tables": [_table(table, report.below, language) for table in report.tables],
            "widths": _widths(report, language),
            "method": [*report.method],
        }
    )


@dataclass(frozen=True, slots=True)
class _Language:
    """Sentences and numbers in the language of the report."""

    locale: str
    translations: NullTranslations

    def sentence(self, sentence: str, **values: str) -> str:
        """Return a translated sentence with these values in it."""
        translated = self.translations.gettext(sentence)
        return translated % values if values else translated

    def number(self, number: int) -> str:
        """Return a number as it is written in the language."""
        return _number(number, self.locale)

    def interval(self, estimate: Estimate) -> str:
        """Return between what numbers the true one lies, such as `75–93`."""
        return f"{self.number(estimate.low)}–{self.number(estimate.high)}"


@lru_cache(maxsize=10_000)
def _number(number: int, locale: str) -> str:
    """Return a number in a language; kept, because a report has the same small numbers many times."""
    return format_decimal(number, locale=locale)


def _printable(value: Json) -> Json:
    match value:
        case str():
            return printable(value)
        case list():
            return [_printable(each) for each in value]
        case dict():
            return {name: _printable(each) for name, each in value.items()}
        case _:
            return value


def _words(language: _Language) -> Json:
    """Return what stands around the report; the layout fills in `{page}`, `{pages}` and `{table}`."""
    return {
        **{name: language.sentence(sentence) for name, sentence in pdf_words.WORDS.items()},
        "page": language.sentence(pdf_words.PAGE, page="{page}", pages="{pages}"),
        "same_numbers": language.sentence(pdf_words.SAME_NUMBERS, page="{page}", table="{table}"),
    }


def _about(report: Report, language: _Language) -> dict[str, Json]:
    """Return what the report is, who published it and when."""
    edition = pdf_words.FINAL_EDITION if report.final else pdf_words.PROVISIONAL_EDITION
    published = report.published_on
    return {
        "title": report.title,
        "desk": report.desk.name,
        "period": report.period_name,
        "published": {"year": published.year, "month": published.month, "day": published.day},
        "edition": language.sentence(edition, date=report.published_on_name, edition=str(report.epoch)),
        "simulated": report.simulated,
        "simulated_note": report.simulated_note or "",
        "facts": [
            {"name": name, "value": value, "is_fingerprint": value == report.sha256}
            for name, value in report.facts
        ],
        "licence": report.licence,
        "source": report.source,
    }


def _chart(chart: Chart, report: Report) -> Json:
    """Return a chart in the font of the document, with where its numbers are if the report has that table."""
    titles = {table.name: table.title for table in report.tables}
    return {
        "title": chart.title,
        "description": chart.description,
        "svg": _FONT_OF_CHART.sub(FONT, chart.svg),
        "table": chart.table if chart.table in titles else None,
        "table_title": titles.get(chart.table),
    }


def _table(table: Table, below: str, language: _Language) -> Json:
    share = table.share is not None and format_percent(table.share, locale=language.locale)
    is_grouped = len(table.dimensions) > 1
    return {
        "name": table.name,
        "title": table.title,
        "heading": table.dimensions[-1].name,
        "groups": [
            {"name": name, "rows": [_row(row, language) for row in rows]} for name, rows in _groups(table)
        ],
        # In a table with groups a last line would belong to the last group.
        "last_line": None if is_grouped else table.others,
        "remarks": [
            *([f"{table.others}: {below}"] if is_grouped and table.rows and table.others else []),
            *([language.sentence(pdf_words.SHARE, share=share)] if share else []),
        ],
        "empty": None
        if table.rows or (table.others and not is_grouped)
        else language.sentence(pdf_words.NOTHING_PUBLISHED, below=below),
        "note": table.note,
    }


def _groups(table: Table) -> Iterator[tuple[str | None, Iterator[Row]]]:
    """Yield the lines that share all labels but the last, with a name for them if there are such labels."""
    for labels, rows in groupby(table.rows, key=lambda row: row.labels[:-1]):
        yield _name_of_group(table.dimensions[:-1], labels), rows


def _name_of_group(dimensions: tuple[Named, ...], labels: tuple[Named, ...]) -> str | None:
    pairs = zip(dimensions, labels, strict=True)
    return ", ".join(f"{dimension.name}: {label.name}" for dimension, label in pairs) or None


def _row(row: Row, language: _Language) -> Json:
    return {
        "name": row.labels[-1].name if row.labels else "",
        "persons": _estimate(row.persons, language),
        "questions": _estimate(row.questions, language),
        "substitute": _substitute(row.substitute, language) if row.substitute else None,
    }


def _estimate(estimate: Estimate | None, language: _Language) -> Json:
    if estimate is None:
        return None
    low, high = language.number(estimate.low), language.number(estimate.high)
    return {
        "value": language.number(estimate.value),
        "interval": language.interval(estimate),
        "between": language.sentence(pdf_words.BETWEEN, low=low, high=high),
    }


def _substitute(substitute: Substitute, language: _Language) -> str:
    return language.sentence(
        pdf_words.SUBSTITUTE,
        note=substitute.note,
        persons=language.number(substitute.persons.value),
        persons_interval=language.interval(substitute.persons),
        questions=language.number(substitute.questions.value),
        questions_interval=language.interval(substitute.questions),
    )


def _widths(report: Report, language: _Language) -> Json:
    """Return how wide numbers and intervals are at most, in em, so that the columns of all tables align."""
    rows = [row for table in report.tables for row in table.rows]
    estimates = [estimate for row in rows for estimate in (row.persons, row.questions) if estimate]
    largest = max(estimates, key=lambda estimate: estimate.high, default=Estimate(0, 0, 0))
    return {
        "number": _width(language.number(largest.value), _WIDTH_IN_NUMBER),
        "interval": _width(language.interval(largest), _WIDTH_IN_INTERVAL),
    }


def _width(longest: str, of_character: float) -> float:
    return max(_LEAST_WIDTH, len(longest) * of_character + _WIDTH_AROUND)
