"""What the columns and codes of the CSV of a report mean: its metadata (W3C, CSV on the Web, 2015).

Programs look for it beside the CSV, at the address of that with `-metadata.json` behind it.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import orjson

from servicebalie.core.cell_keys import Measure
from servicebalie.documents import licence
from servicebalie.documents.model import Named, Report, Table
from servicebalie.documents.numbers import all_tables
from servicebalie.documents.numbers_csv import KEY, LABEL_COLUMNS
from servicebalie.i18n import data_words
from servicebalie.i18n.catalogues import translations
from servicebalie.i18n.registry import DESK_LOCALES

Json: TypeAlias = dict[str, object]

CSV_NAME = "numbers.csv"
"""The last part of the address of the CSV, to which the metadata lead from theirs."""

_DIALECT: Json = {
    "encoding": "utf-8",
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "lineTerminators": ["\r\n"],
}


def render_csvw(report: Report) -> bytes:
    """Return the metadata of the CSV of a report as JSON, with titles of columns in every language."""
    described: Json = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": report.locale}],
        "url": CSV_NAME,
        **_about(report),
        "schema:additionalProperty": list(_facts(report)),
        "notes": list(_code_lists(report)),
        "dialect": _DIALECT,
        "tableSchema": {"columns": list(_columns(report)), "primaryKey": list(KEY)},
    }
    return orjson.dumps(described, option=orjson.OPT_INDENT_2)


def _about(report: Report) -> Json:
    """Return what the file says about itself in the words of Dublin Core."""
    note = [report.simulated_note] if report.simulated_note else []
    return {
        "dc:title": report.title,
        "dc:description": " ".join([*note, *report.lead]),
        "dc:publisher": report.desk.name,
        "dc:issued": {"@value": f"{report.published_on}", "@type": "xsd:date"},
        "dc:temporal": {"@value": str(report.period)},
        "dc:license": {"@id": licence.ADDRESS},
        "dc:rights": report.licence,
        "dc:source": report.source,
        "dc:provenance": " ".join(report.method),
    }


def _facts(report: Report) -> Iterator[Json]:
    """Yield what identifies the release and how its numbers are protected."""
    facts: dict[str, object] = {
        "sha256": report.sha256,
        "simulated": report.simulated,
        "final": report.final,
        "epoch": report.epoch,
        "profile": report.profile,
        "threshold": report.threshold,
        "largestNoise": report.largest_noise,
        "catalogueVersion": report.catalogue_version,
    }
    for name, value in facts.items():
        yield {"@type": "schema:PropertyValue", "schema:propertyID": name, "schema:value": {"@value": value}}


def _code_lists(report: Report) -> Iterator[Json]:
    """Yield the names of the tables, and of the codes of every dimension, as the report calls them."""
    words = translations(report.locale, "desk").gettext
    tables = all_tables(report)
    yield _code_list(
        Named("table", words(data_words.TABLE)), (Named(each.name, each.title) for each in tables)
    )
    for dimension, values in _values(tables).items():
        yield _code_list(dimension, values)


def _values(tables: Iterable[Table]) -> dict[Named, dict[Named, None]]:
    """Return the values of each dimension, in the order in which they come."""
    values: dict[Named, dict[Named, None]] = {}
    for table in tables:
        for line in table.rows:
            for dimension, label in zip(table.dimensions, line.labels, strict=True):
                values.setdefault(dimension, {})[label] = None
    return values


def _code_list(named: Named, values: Iterable[Named]) -> Json:
    concepts = [{"skos:notation": {"@value": value.code}, "skos:prefLabel": value.name} for value in values]
    return {
        "@type": "skos:ConceptScheme",
        "dc:identifier": {"@value": named.code},
        "dc:title": named.name,
        "skos:hasTopConcept": concepts,
    }


def _columns(report: Report) -> Iterator[Json]:
    """Yield the descriptions of the columns."""
    yield _column("table", data_words.TABLE_CODE, "string", required=True)
    for position in range(1, LABEL_COLUMNS + 1):
        # Empty where a table has fewer dimensions.
        yield _column(f"label_{position}", data_words.CODE, "string", position=position, required=False)
    measures = {"base": "string", "format": "|".join(Measure)}
    yield _column("measure", data_words.MEASURE, measures, required=True)
    words = translations(report.locale, "desk").gettext
    below = words(data_words.BELOW_MEANS) % {"threshold": report.threshold}
    yield {
        **_column("value", data_words.NUMBER, "integer", required=True),
        "dc:description": f"{report.below}: {below}",
    }
    yield _column("low", data_words.FROM, "integer", required=True)
    yield _column("high", data_words.TO, "integer", required=True)


def _column(name: str, title: str, datatype: object, *, required: bool, position: int = 0) -> Json:
    """Return a column with its titles; the one in the file is among them, so that programs recognise it."""
    titles = {
        tag: [translations(tag, "desk").gettext(title) % {"number": position}, name] for tag in DESK_LOCALES
    }
    null = {} if required else {"null": ""}
    return {"name": name, "titles": titles, "datatype": datatype, "required": required, **null}
