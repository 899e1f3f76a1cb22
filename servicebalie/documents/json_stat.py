"""A report as JSON-stat 2.0 (json-stat.org): a collection with a dataset for each table that has lines.

Every dataset has, besides the dimensions of its table, one with the period, one with what is counted, and
one with the number and the ends of its interval. A cell that was not published has a status and no value.
"""

from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

import orjson

from servicebalie.core.catalogue import Dimension
from servicebalie.core.cell_keys import Measure
from servicebalie.core.disclosure import Estimate
from servicebalie.documents import licence
from servicebalie.documents.model import Named, Report, Row, Table
from servicebalie.documents.numbers import all_tables
from servicebalie.i18n import data_words
from servicebalie.i18n.catalogues import translations

Json: TypeAlias = dict[str, object]
Axis: TypeAlias = tuple[Named, tuple[Named, ...]]
"""A dimension with its categories in order."""

PERIOD = "period"
MEASURE = "measure"
ESTIMATE = "estimate"
BOUNDS = ("value", "low", "high")
AREAS = (Dimension.MUNICIPALITY, Dimension.COROP, Dimension.PROVINCE)


def render_json_stat(report: Report) -> bytes:
    """Return the report as a JSON-stat collection, without substitutes: they are numbers of other tables."""
    tables = all_tables(report)
    return orjson.dumps(
        {
            "version": "2.0",
            "class": "collection",
            "label": report.title,
            "source": report.source,
            "updated": f"{report.published_on}",
            "note": _notes(report),
            "link": {
                "license": [{"href": licence.ADDRESS}],
                "item": [_dataset(report, table) for table in tables if table.rows],
            },
            "extension": {
                **_release(report),
                "tablesWithoutLines": [
                    {"name": table.name, "label": table.title} for table in tables if not table.rows
                ],
            },
        },
        # The codes of dimensions may be members of an enumeration.
        option=orjson.OPT_NON_STR_KEYS,
    )


def _notes(report: Report) -> list[str]:
    simulated = [report.simulated_note] if report.simulated_note else []
    return [*simulated, *report.lead, *report.method, report.licence]


def _release(report: Report) -> Json:
    """Return what identifies the release, how its numbers are protected, and what the status means."""
    words = translations(report.locale, "desk").gettext
    below = words(data_words.BELOW_MEANS) % {"threshold": report.threshold}
    return {
        "language": report.locale,
        "desk": {"slug": report.desk.code, "name": report.desk.name},
        "period": str(report.period),
        "sha256": report.sha256,
        "simulated": report.simulated,
        "final": report.final,
        "epoch": report.epoch,
        "profile": report.profile,
        "threshold": report.threshold,
        "largestNoise": report.largest_noise,
        "catalogueVersion": report.catalogue_version,
        "status": {"label": {report.below: below}},
    }


def _dataset(report: Report, table: Table) -> Json:
    axes = tuple(_axes(report, table))
    values, status = _cells(report, table, axes)
    particular = [note for note in (table.note, table.others and f"{table.others}: {report.below}") if note]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": table.title,
        "source": report.source,
        "updated": f"{report.published_on}",
        "note": [*particular, *_notes(report)],
        "id": [dimension.code for dimension, _ in axes],
        "size": [len(categories) for _, categories in axes],
        "role": _roles(table),
        "dimension": {dimension.code: _dimension(dimension, categories) for dimension, categories in axes},
        "value": values,
        **({"status": status} if status else {}),
        "extension": {"table": table.name, **_release(report)},
    }


def _axes(report: Report, table: Table) -> Iterator[Axis]:
    """Yield the dimensions of the dataset of a table, the one that changes fastest last."""
    words = translations(report.locale, "desk").gettext
    yield Named(PERIOD, words(data_words.PERIOD)), (Named(str(report.period), report.period_name),)
    for position, dimension in enumerate(table.dimensions):
        labels = {line.labels[position].code: line.labels[position] for line in table.rows}
        yield dimension, tuple(labels.values())
    yield (
        Named(MEASURE, words(data_words.MEASURE)),
        (
            Named(Measure.PERSONS.value, words(data_words.PERSONS)),
            Named(Measure.QUESTIONS.value, words(data_words.QUESTIONS)),
        ),
    )
    bounds = (data_words.NUMBER, data_words.FROM, data_words.TO)
    names = tuple(Named(code, words(name)) for code, name in zip(BOUNDS, bounds, strict=True))
    yield Named(ESTIMATE, words(data_words.NUMBER)), names


def _roles(table: Table) -> Json:
    areas = [dimension.code for dimension in table.dimensions if dimension.code in AREAS]
    return {"time": [PERIOD], **({"geo": areas} if areas else {}), "metric": [MEASURE]}


def _dimension(dimension: Named, categories: tuple[Named, ...]) -> Json:
    category: Json = {
        "index": [each.code for each in categories],
        "label": {each.code: each.name for each in categories},
    }
    if dimension.code == MEASURE:
        category["unit"] = {each.code: {"decimals": 0, "label": each.name} for each in categories}
    return {"label": dimension.name, "category": category}


def _cells(report: Report, table: Table, axes: tuple[Axis, ...]) -> tuple[dict[str, int], dict[str, str]]:
    """Return the values by their place in the cube, in row-major order, and the status of the others."""
    lines = {tuple(label.code for label in line.labels): line for line in table.rows}
    labels = axes[1:-2]
    values, status = {}, {}
    combinations = product(*([each.code for each in categories] for _, categories in labels))
    numbers = (number for combination in combinations for number in _line(lines.get(combination)))
    for place, amount in enumerate(numbers):
        if amount is None:
            status[str(place)] = report.below
        else:
            values[str(place)] = amount
    return values, status


def _line(line: Row | None) -> Iterator[int | None]:
    """Yield the numbers of a line: persons with both ends, then questions; None where not published."""
    for estimate in (line.persons, line.questions) if line else (None, None):
        yield from _bounds(estimate)


def _bounds(estimate: Estimate | None) -> tuple[int | None, int | None, int | None]:
    return (estimate.value, estimate.low, estimate.high) if estimate else (None, None, None)
