"""The sheets of a report: one that explains, one with all numbers for pivot tables, one for each table."""

from collections.abc import Callable, Iterator
from itertools import chain

from servicebalie.core.disclosure import Estimate
from servicebalie.documents.model import Report, Substitute, Table
from servicebalie.documents.model import Row as Line
from servicebalie.documents.numbers import all_tables
from servicebalie.documents.numbers_csv import LABEL_COLUMNS
from servicebalie.documents.sheets import (
    Cell,
    Look,
    Row,
    Sheet,
    Workbook,
    clean,
    headings,
    number,
    sheet_names,
    text,
)
from servicebalie.i18n import data_words
from servicebalie.i18n.catalogues import translations

NOT_KEPT = "–"
"""What stands for a number of questions of which the persons were not published, as on the page."""

Words = Callable[[str], str]
Estimates = tuple[Estimate | None, Estimate | None]

_NUMBERS = (
    data_words.PERSONS,
    data_words.PERSONS_FROM,
    data_words.PERSONS_TO,
    data_words.QUESTIONS,
    data_words.QUESTIONS_FROM,
    data_words.QUESTIONS_TO,
)
_SIX = (12,) * len(_NUMBERS)
_SIX_MORE = (14,) * len(_NUMBERS)
_INSTEAD = (
    data_words.INSTEAD_PERSONS,
    data_words.INSTEAD_PERSONS_FROM,
    data_words.INSTEAD_PERSONS_TO,
    data_words.INSTEAD_QUESTIONS,
    data_words.INSTEAD_QUESTIONS_FROM,
    data_words.INSTEAD_QUESTIONS_TO,
)


def report_workbook(report: Report) -> Workbook:
    """Return the sheets of a report in its language."""
    words = translations(report.locale, "desk").gettext
    tables = all_tables(report)
    shown = (*tables, *report.series)
    titles = (
        words(data_words.EXPLANATION),
        words(data_words.ALL_NUMBERS),
        *(table.title for table in shown),
    )
    names = sheet_names(titles)
    first, second, *others = names
    return Workbook(
        locale=report.locale,
        title=clean(report.title),
        subject=clean(report.period_name),
        author=clean(report.desk.name),
        created_on=report.published_on,
        facts=tuple((clean(name), clean(value)) for name, value in dict(report.facts).items()),
        sheets=(
            _explanation(report, first, tuple(zip(names, titles, strict=True)), words),
            _all_numbers(report, second, tables, words),
            *(_table(report, name, table, words) for name, table in zip(others, shown, strict=True)),
        ),
    )


def _explanation(report: Report, name: str, contents: tuple[tuple[str, str], ...], words: Words) -> Sheet:
    """Return the sheet that says what the file is, in two columns: what a line is about, and what it says."""
    simulated = report.simulated_note if report.simulated else None
    at_the_top = {report.desk.name, report.period_name}
    rows = chain(
        [(text(report.title, Look.TITLE),)],
        _explained(words(data_words.DESK), report.desk.name),
        _explained(words(data_words.PERIOD), report.period_name),
        _explained(words(data_words.SIMULATED), simulated or words(data_words.NOT_SIMULATED)),
        _explained(words(data_words.WHAT_IT_SAYS), *report.lead),
        _explained(words(data_words.WHAT_CHANGED), *report.changes),
        _explained(words(data_words.HOW_TO_READ), *report.method),
        chain.from_iterable(_fact(report, *fact) for fact in report.facts if fact[1] not in at_the_top),
        _explained(words(data_words.LICENCE), report.licence),
        _explained(words(data_words.SOURCE), report.source),
        _explained(words(data_words.SHEETS), *(_content(*each) for each in contents)),
    )
    return Sheet(name, (30, 100), tuple(rows))


def _explained(about: str, *sentences: str) -> Iterator[Row]:
    """Yield a row for each sentence, with what it is about beside it."""
    for sentence in sentences:
        yield text(about, Look.HEADING), text(sentence, Look.WRAPPED)


def _fact(report: Report, name: str, value: str) -> Iterator[Row]:
    """Yield the row of a fact; the day of publication is a date, with which a spreadsheet can compute."""
    if value == report.published_on_name:
        yield text(name, Look.HEADING), Cell(report.published_on, Look.DAY)
    else:
        yield from _explained(name, value)


def _content(name: str, title: str) -> str:
    return name if name == title else f"{name}: {title}"


def _all_numbers(report: Report, name: str, tables: tuple[Table, ...], words: Words) -> Sheet:
    """Return the sheet with a row per number of the period; a sum over others would count persons twice."""
    columns = headings(
        words(data_words.PERIOD),
        words(data_words.TABLE_CODE),
        words(data_words.TABLE),
        *(
            words(heading) % {"number": position}
            for position in range(1, LABEL_COLUMNS + 1)
            for heading in (data_words.CODE, data_words.LABEL)
        ),
        words(data_words.MEASURE),
    )
    counts = headings(
        words(data_words.NUMBER), words(data_words.FROM), words(data_words.TO), look=Look.NUMBER_HEADING
    )
    remarks = headings(words(data_words.NOT_PUBLISHED), words(data_words.NOTE))
    measures = (words(data_words.PERSONS), words(data_words.QUESTIONS))
    rows = chain.from_iterable(
        _long_rows(report, table, line, measures) for table in tables for line in table.rows
    )
    labels = (18, 30) * LABEL_COLUMNS
    widths = (10, 26, 36, *labels, 14, 10, 10, 10, 18, 40)
    return Sheet(name, widths, ((*columns, *counts, *remarks), *rows), heading=0, filters=True)


def _long_rows(report: Report, table: Table, line: Line, measures: tuple[str, str]) -> Iterator[Row]:
    """Yield the rows of the numbers of persons and of questions of a line."""
    labels: list[Cell | None] = [text(part) for label in line.labels for part in (label.code, label.name)]
    labels += [None] * (2 * LABEL_COLUMNS - len(labels))
    note = text(table.note) if table.note else None
    about = (text(str(report.period)), text(table.name), text(table.title), *labels)
    estimates = (line.persons, line.questions)
    for measure, estimate, missing in zip(measures, estimates, (report.below, NOT_KEPT), strict=True):
        numbers = _estimate(estimate) if estimate else (None, None, None)
        absence = None if estimate else text(missing, Look.MISSING)
        yield *about, text(measure), *numbers, absence, note


def _table(report: Report, name: str, table: Table, words: Words) -> Sheet:
    """Return the sheet of a table: its title, what is particular about it, and its lines."""
    has_substitutes = any(line.substitute for line in table.rows)
    above = tuple(_above(report, table, words))
    columns = (
        *headings(*(dimension.name for dimension in table.dimensions)),
        *headings(*(words(each) for each in _NUMBERS), look=Look.NUMBER_HEADING),
        *(_instead(words) if has_substitutes else ()),
    )
    rows = [_line(report, line, has_substitutes=has_substitutes) for line in table.rows]
    if table.others:
        gaps = (None,) * (len(table.dimensions) - 1)
        rows.append((text(table.others), *gaps, *_numbers((None, None), report.below)))
    if not rows:
        rows.append((text(words(data_words.NO_LINES) % {"below": report.below}),))
    widths = (36,) * len(table.dimensions) + _SIX + ((36, *_SIX_MORE) if has_substitutes else ())
    return Sheet(name, widths, (*above, columns, *rows), heading=len(above))


def _instead(words: Words) -> Row:
    """Return the headings of the columns with substitutes."""
    numbers = headings(*(words(each) for each in _INSTEAD), look=Look.NUMBER_HEADING)
    return (*headings(words(data_words.INSTEAD)), *numbers)


def _above(report: Report, table: Table, words: Words) -> Iterator[Row]:
    """Yield the rows above the headings of a table."""
    yield (text(table.title, Look.TITLE),)
    yield (text(f"{report.desk.name}, {report.period_name}"),)
    for note in (report.simulated_note, table.note):
        if note:
            yield (text(note),)
    yield (text(words(data_words.HOW_TO_READ_A_SHEET) % {"below": report.below}),)
    if table.share is not None:
        yield text(words(data_words.SHARE), Look.WRAPPED), Cell(table.share, Look.SHARE)


def _line(report: Report, line: Line, *, has_substitutes: bool) -> Row:
    labels = tuple(text(label.name) for label in line.labels)
    numbers = _numbers((line.persons, line.questions), report.below)
    instead = _substitute(line.substitute) if has_substitutes else ()
    return (*labels, *numbers, *instead)


def _substitute(substitute: Substitute | None) -> Row:
    if substitute is None:
        return (None,) * (1 + len(_INSTEAD))
    return text(substitute.note), *_estimate(substitute.persons), *_estimate(substitute.questions)


def _numbers(estimates: Estimates, below: str) -> Row:
    """Return the cells of persons and questions, each with its interval or what stands for it."""
    persons, questions = estimates
    return (*_estimate_or(persons, below), *_estimate_or(questions, NOT_KEPT))


def _estimate_or(estimate: Estimate | None, missing: str) -> Row:
    return _estimate(estimate) if estimate else (text(missing, Look.MISSING), None, None)


def _estimate(estimate: Estimate) -> tuple[Cell, Cell, Cell]:
    return number(estimate.value), number(estimate.low), number(estimate.high)
