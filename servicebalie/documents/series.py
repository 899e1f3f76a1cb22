"""Numbers over the months, as tables in the language of a report."""

from servicebalie.core.catalogue import Dimension
from servicebalie.core.cell_keys import Measure
from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import parse_period
from servicebalie.documents.model import Named, Row, Table
from servicebalie.documents.names import name_of
from servicebalie.documents.words import Words
from servicebalie.i18n.report_words import DIMENSIONS
from servicebalie.services.report_background import Background
from servicebalie.services.trends import Labels, SeriesAnswer

TOTAL_BY_MONTH = "total-by-month"
MAIN_TOPIC_BY_MONTH = "main-topic-by-month"
MONTH = "month"

FEWEST_MONTHS = 2
"""Fewer months show no course."""

MOST_TOPICS = 6
"""More lines in one picture are not told apart."""

_Values = tuple[Estimate | None, ...]


def series_tables(background: Background, words: Words) -> tuple[Table, ...]:
    """Return the total and the largest main topics over the months; none where nothing can be compared."""
    month = Named(MONTH, words.gettext("Month"))
    topic = Named(Dimension.MAIN_TOPIC, words.gettext(DIMENSIONS[Dimension.MAIN_TOPIC]))
    tables = (
        Table(
            TOTAL_BY_MONTH,
            words.gettext("All persons over the months"),
            (month,),
            _rows(background.totals, _largest(background.totals), words),
        ),
        Table(
            MAIN_TOPIC_BY_MONTH,
            words.gettext("The largest main topics over the months"),
            (topic, month),
            _rows(background.main_topics, _largest(background.main_topics), words),
        ),
    )
    return tuple(table for table in tables if table.rows)


def _largest(answer: SeriesAnswer) -> tuple[Labels, ...]:
    """Return the labels with numbers in several months, at most `MOST_TOPICS`, the largest first."""
    counted = (one for one in answer.series if one.measure == Measure.PERSONS)
    persons = {one.labels: one.values for one in counted if _shows(one.values)}
    sizes = {labels: sum(value.value for value in values if value) for labels, values in persons.items()}
    return tuple(sorted(sizes, key=lambda labels: (-sizes[labels], labels))[:MOST_TOPICS])


def _shows(values: _Values) -> bool:
    return sum(value is not None for value in values) >= FEWEST_MONTHS


def _rows(answer: SeriesAnswer, chosen: tuple[Labels, ...], words: Words) -> tuple[Row, ...]:
    """Return a row for every month of each of these labels, oldest first."""
    numbers = {(one.labels, one.measure): one.values for one in answer.series}
    return tuple(
        Row((*_names(labels, words), Named(period, words.period(parse_period(period)))), persons, questions)
        for labels in chosen
        for period, persons, questions in zip(
            answer.periods,
            numbers[labels, Measure.PERSONS],
            numbers[labels, Measure.QUESTIONS],
            strict=True,
        )
    )


def _names(labels: Labels, words: Words) -> tuple[Named, ...]:
    return tuple(Named(value, name_of(Dimension.MAIN_TOPIC, value, words.tag)) for value in labels)
