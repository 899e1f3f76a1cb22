"""The CSV of a report and the metadata beside it (CSV on the Web): one CSV, and what its columns mean."""

import csv
import io
import re
from dataclasses import replace
from typing import Any

import orjson
import pytest

from servicebalie.documents import model
from servicebalie.documents.csvw import render_csvw
from servicebalie.documents.numbers_csv import render_csv, report_csv
from servicebalie.services.trends import Document, Report, read_report
from tests.support.releases import make_document
from tests.support.sample_report import REAL, SAMPLE, SHA256

COMMON_PROPERTY = re.compile(r"(dc|schema|skos):[a-zA-Z]+")
"""Properties with these prefixes may stand anywhere in a description (Tabular Metadata, 5.8)."""

OF_A_TABLE = {"@context", "url", "notes", "dialect", "tableSchema"}
OF_A_COLUMN = {"name", "titles", "datatype", "required", "null"}


def release_of(report: model.Report) -> Report:
    """Return the release that a report was made from: what was published, in the order of labels."""
    lines = {"total": (report.total,), **{table.name: table.rows for table in report.tables}}
    published = {
        name: {tuple(label.code for label in row.labels): numbers_of(row) for row in rows if row.persons}
        for name, rows in lines.items()
    }
    tables = {name: dict(sorted(cells.items())) for name, cells in published.items()}
    document = make_document(report.desk.code, str(report.period), tables)
    return read_report(Document(document, SHA256))


def numbers_of(row: model.Row) -> tuple[int, int]:
    """Return the numbers of persons and questions of a published line."""
    assert row.persons is not None
    assert row.questions is not None
    return row.persons.value, row.questions.value


def described(report: model.Report = SAMPLE) -> dict[str, Any]:
    """Return the metadata of the CSV of a report."""
    document: dict[str, Any] = orjson.loads(render_csvw(report))
    return document


def rows_of(report: model.Report = SAMPLE) -> list[dict[str, str]]:
    """Return the rows of the CSV of a report."""
    return list(csv.DictReader(io.StringIO(render_csv(report).decode(), newline="")))


def facts_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return the facts about the release in a description."""
    return {
        fact["schema:propertyID"]: fact["schema:value"]["@value"]
        for fact in document["schema:additionalProperty"]
    }


def test_there_is_one_csv_whether_made_from_the_report_or_from_its_release() -> None:
    assert render_csv(SAMPLE) == report_csv(release_of(SAMPLE)).encode()


def test_every_published_number_has_a_row_with_its_interval_and_nothing_else_has_one() -> None:
    found = {
        (row["table"], row["label_1"], row["label_2"], row["measure"]): (
            row["value"],
            row["low"],
            row["high"],
        )
        for row in rows_of()
    }
    wanted = {}
    for name, line in [
        ("total", SAMPLE.total),
        *((table.name, row) for table in SAMPLE.tables for row in table.rows),
    ]:
        first, second = (*(label.code for label in line.labels), "", "")[:2]
        for measure, estimate in (("persons", line.persons), ("questions", line.questions)):
            if estimate:
                numbers = (estimate.value, estimate.low, estimate.high)
                wanted[name, first, second, measure] = tuple(map(str, numbers))
    assert found == wanted
    assert len(rows_of()) == len(wanted)


def test_a_number_of_persons_without_one_of_questions_has_one_row() -> None:
    report = replace(SAMPLE, total=replace(SAMPLE.total, questions=None), tables=())
    assert [row["measure"] for row in rows_of(report)] == ["persons"]


@pytest.mark.parametrize("code", ["=1+1", "@x", "-1", "+1", "\t=1", "\r=1"])
def test_no_code_becomes_a_formula(code: str) -> None:
    line = replace(SAMPLE.tables[0].rows[0], labels=(model.Named(code, "Naam"),))
    report = replace(SAMPLE, tables=(replace(SAMPLE.tables[0], rows=(line,)),))
    assert [row["label_1"] for row in rows_of(report)][2:] == [f"'{code}"] * 2


def test_the_csv_is_the_same_in_every_language() -> None:
    assert render_csv(SAMPLE) == render_csv(replace(SAMPLE, locale="en"))


def test_the_metadata_describe_every_column_in_the_order_of_the_file() -> None:
    columns = described()["tableSchema"]["columns"]
    header = render_csv(SAMPLE).decode().partition("\r\n")[0].split(",")
    assert [column["name"] for column in columns] == header
    for column in columns:
        # A program compares the heading in the file with the titles, whatever their language.
        assert all(column["name"] in titles for titles in column["titles"].values())
        assert set(column["titles"]) == {"nl", "en"}
    assert [column["titles"]["nl"][0] for column in columns] == [
        "Code van de tabel",
        "Code 1",
        "Code 2",
        "Wat er geteld wordt",
        "Aantal",
        "Van",
        "Tot",
    ]


def test_every_row_is_as_the_metadata_say() -> None:
    schema = described()["tableSchema"]
    keys = set()
    for row in rows_of():
        for column in schema["columns"]:
            value, datatype = row[column["name"]], column["datatype"]
            assert value or not column["required"]
            if datatype == "integer":
                assert re.fullmatch(r"-?[0-9]+", value)
            elif isinstance(datatype, dict):
                assert re.fullmatch(datatype["format"], value)
            else:
                assert datatype == "string"
        keys.add(tuple(row[name] for name in schema["primaryKey"]))
    assert len(keys) == len(rows_of())


def test_the_metadata_tell_how_the_file_is_written() -> None:
    dialect = described()["dialect"]
    assert (dialect["encoding"], dialect["delimiter"], dialect["header"]) == ("utf-8", ",", True)
    assert dialect["lineTerminators"] == ["\r\n"]
    assert render_csv(SAMPLE).endswith(b"\r\n")


def test_the_metadata_use_only_what_the_standard_knows() -> None:
    document = described()
    context, local = document["@context"]
    assert (context, local) == ("http://www.w3.org/ns/csvw", {"@language": "nl"})
    for name in set(document) - OF_A_TABLE:
        assert COMMON_PROPERTY.fullmatch(name)
    for column in document["tableSchema"]["columns"]:
        assert all(COMMON_PROPERTY.fullmatch(name) for name in set(column) - OF_A_COLUMN)


@pytest.mark.parametrize("report", [SAMPLE, REAL], ids=["simulated", "real"])
def test_the_metadata_say_where_the_numbers_come_from_and_what_may_be_done_with_them(
    report: model.Report,
) -> None:
    document = described(report)
    assert document["url"] == "numbers.csv"
    assert document["dc:title"] == report.title
    assert document["dc:issued"] == {"@value": "2026-10-08", "@type": "xsd:date"}
    assert document["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert document["dc:rights"] == report.licence
    assert document["dc:source"] == report.source
    assert all(sentence in document["dc:provenance"] for sentence in report.method)
    note = [report.simulated_note] if report.simulated_note else []
    assert document["dc:description"] == " ".join([*note, *report.lead])
    assert facts_of(document) == {
        "sha256": SHA256,
        "simulated": report.simulated,
        "final": False,
        "epoch": 1,
        "profile": "default-1",
        "threshold": 10,
        "largestNoise": 9,
        "catalogueVersion": "2",
    }


@pytest.mark.parametrize(("locale", "word"), [("nl", "minder dan 10"), ("en", "less than 10")])
def test_the_metadata_say_what_it_means_that_a_number_is_not_there(locale: str, word: str) -> None:
    columns = described(replace(SAMPLE, locale=locale))["tableSchema"]["columns"]
    (meaning,) = [column["dc:description"] for column in columns if "dc:description" in column]
    assert meaning.startswith("<10: ")
    assert word in meaning


def test_every_code_in_the_csv_has_a_name_in_the_metadata() -> None:
    names = {
        scheme["dc:identifier"]["@value"]: {
            concept["skos:notation"]["@value"]: concept["skos:prefLabel"]
            for concept in scheme["skos:hasTopConcept"]
        }
        for scheme in described()["notes"]
    }
    dimensions = {table.name: [d.code for d in table.dimensions] for table in SAMPLE.tables} | {"total": []}
    for row in rows_of():
        assert row["table"] in names["table"]
        labels = [row["label_1"], row["label_2"]]
        for dimension, code in zip(dimensions[row["table"]], labels, strict=False):
            assert code in names[dimension]
    assert names["municipality"] == {"GM0772": "Eindhoven", "GM0861": "Veldhoven"}
    assert names["table"]["total"] == "Totaal"
