"""A report as JSON-stat: valid, every number in its place, and what was not published with a status."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.catalogue import Dimension
from servicebalie.core.disclosure import Estimate
from servicebalie.documents.json_stat import BOUNDS, render_json_stat
from servicebalie.documents.model import Named, Report, Row, Table
from tests.support.json_stat_rules import Json, check_collection, place_of
from tests.support.sample_report import ARRIVALS, REAL, SAMPLE, SHA256, about

CODES = st.text(max_size=8)
LINES = st.dictionaries(st.tuples(CODES, CODES), st.one_of(st.none(), st.integers(10, 999)), max_size=8)


def collection(report: Report = SAMPLE) -> dict[str, Any]:
    """Return the JSON-stat document of a report, which keeps the rules."""
    document: dict[str, Any] = orjson.loads(render_json_stat(report))
    check_collection(document)
    return document


def dataset(name: str, report: Report = SAMPLE) -> Json:
    """Return the dataset of a table."""
    (found,) = [item for item in collection(report)["link"]["item"] if item["extension"]["table"] == name]
    return found


def numbers_at(found: Json, line: Row, dimensions: tuple[Named, ...], measure: str) -> list[int | None]:
    """Return the number and the bounds that a dataset has for a line of a table."""
    labels = {d.code.replace("-", "_"): label.code for d, label in zip(dimensions, line.labels, strict=True)}
    places = [
        place_of(found, period="2026-09", **labels, measure=measure, estimate=bound) for bound in BOUNDS
    ]
    return [found["value"].get(place) for place in places]


def as_list(estimate: Estimate | None) -> list[int | None]:
    """Return a number with its bounds, or three times nothing."""
    return [estimate.value, estimate.low, estimate.high] if estimate else [None] * 3


@pytest.mark.parametrize("report", [SAMPLE, REAL, replace(SAMPLE, locale="en")], ids=["nl", "real", "en"])
def test_every_table_with_lines_is_a_dataset_and_the_others_are_named(report: Report) -> None:
    document = collection(report)
    names = [item["extension"]["table"] for item in document["link"]["item"]]
    assert names == ["total", "main-topic", "stay", "municipality", "municipality-by-main-topic"]
    assert document["extension"]["tablesWithoutLines"] == [{"name": "arrival", "label": "Aankomst"}]


def test_every_number_is_in_its_place_and_no_other_place_has_one() -> None:
    for table in (Table("total", "Totaal", (), (SAMPLE.total,)), *SAMPLE.tables):
        if table is ARRIVALS:
            continue
        found, published = dataset(table.name), 0
        for line in table.rows:
            for measure, estimate in (("persons", line.persons), ("questions", line.questions)):
                assert numbers_at(found, line, table.dimensions, measure) == as_list(estimate)
                published += 3 if estimate else 0
        assert len(found["value"]) == published


def test_what_was_not_published_has_a_status_that_is_explained() -> None:
    found = dataset("municipality-by-main-topic")
    missing = place_of(
        found,
        period="2026-09",
        municipality="GM0861",
        main_topic="language",
        measure="persons",
        estimate="value",
    )
    assert found["status"][missing] == "<10"
    assert set(found["status"].values()) == {"<10"}
    assert not set(found["status"]) & set(found["value"])
    assert "minder dan 10" in found["extension"]["status"]["label"]["<10"]


def test_a_table_of_which_everything_was_published_has_no_status() -> None:
    assert "status" not in dataset("total")


def test_substitutes_are_not_among_the_numbers() -> None:
    assert 14 not in dataset("stay")["value"].values()


def test_dimensions_have_roles_and_labels_in_the_language_of_the_report() -> None:
    found = dataset("municipality-by-main-topic", replace(SAMPLE, locale="en"))
    assert found["id"] == ["period", "municipality", "main-topic", "measure", "estimate"]
    assert found["role"] == {"time": ["period"], "geo": ["municipality"], "metric": ["measure"]}
    measure = found["dimension"]["measure"]
    assert measure["label"] == "What is counted"
    assert measure["category"]["label"] == {"persons": "Persons", "questions": "Questions"}
    assert found["dimension"]["municipality"]["category"]["label"]["GM0772"] == "Eindhoven"
    assert found["dimension"]["period"]["category"]["label"] == {"2026-09": "september 2026"}


def test_a_table_without_areas_has_no_geographical_role() -> None:
    assert dataset("main-topic")["role"] == {"time": ["period"], "metric": ["measure"]}


@pytest.mark.parametrize("report", [SAMPLE, REAL], ids=["simulated", "real"])
def test_the_collection_and_every_dataset_say_where_the_numbers_come_from(report: Report) -> None:
    document = collection(report)
    for part in (document, *document["link"]["item"]):
        said = part["extension"]
        assert (said["sha256"], said["profile"]) == (SHA256, "default-1")
        assert (said["simulated"], said["final"]) == (report.simulated, False)
        assert (said["threshold"], said["largestNoise"], said["catalogueVersion"]) == (10, 9, "2")
        assert set(report.method) <= set(part["note"])
        assert (SAMPLE.simulated_note in part["note"]) is report.simulated
        assert part["source"] == report.source
        assert part["updated"] == "2026-10-08"
    assert document["link"]["license"] == [{"href": "https://creativecommons.org/licenses/by/4.0/"}]


def test_what_is_particular_about_a_table_stands_first_in_its_notes() -> None:
    notes = dataset("municipality-by-main-topic")["note"]
    assert notes[:2] == [
        "Alleen combinaties met genoeg personen staan in deze tabel.",
        "Elke andere combinatie: <10",
    ]


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_json_stat(SAMPLE) == render_json_stat(replace(SAMPLE))


@given(LINES)
def test_any_codes_make_a_valid_cube_with_every_number_in_place(
    lines: dict[tuple[str, str], int | None],
) -> None:
    dimensions = (Named(Dimension.CHANNEL, "Kanaal"), Named(Dimension.GROUP, "Reden"))
    rows = tuple(
        Row((Named(first, "a"), Named(second, "b")), *((value and (about(value), about(value + 1))) or ()))
        for (first, second), value in lines.items()
    )
    report = replace(SAMPLE, tables=(Table("odd", "Tabel", dimensions, rows),))
    document = collection(report)
    found = document["link"]["item"][-1]
    assert found["extension"]["table"] == ("odd" if rows else "total")
    for row in rows:
        assert numbers_at(found, row, dimensions, "persons") == as_list(row.persons)
        assert numbers_at(found, row, dimensions, "questions") == as_list(row.questions)
