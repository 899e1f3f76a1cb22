"""The published numbers over HTTP: exact, verifiable, and blind to everything that was not published."""

import csv
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker
from sqlalchemy import Dialect, Select, event
from werkzeug.test import TestResponse

from servicebalie.core.changes import Change, Changes, Difference, Direction, Expectation
from servicebalie.core.expectations import Model
from servicebalie.core.periods import PeriodKind
from servicebalie.core.vocabulary import Role
from servicebalie.documents.numbers_csv import LABEL_COLUMNS
from servicebalie.http.desk_database import DeskDatabase
from servicebalie.models.releases import FinalYear
from servicebalie.services import prepared
from servicebalie.services.publishing_rules import shipped_catalogue
from tests.support.releases import add_release, make_document
from tests.support.trend_reader import DESK, Reader, trend_reader

MONTHS = "/api/v1/trends/months"
SERIES = "/api/v1/trends/series"


@pytest.fixture
def reader(database_url: str) -> Iterator[Reader]:
    """A desk with a user of every role, and no report yet."""
    with trend_reader(database_url) as made:
        yield made


@contextmanager
def queries(database: DeskDatabase) -> Iterator[list[str]]:
    """Collect the queries of readers to both databases, but for that of the token."""
    seen: list[str] = []

    def note(statement: str) -> None:
        if statement.startswith("SELECT") and "FROM token" not in statement:
            seen.append(statement)

    def note_executed(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        note(statement)

    def note_prepared(query: Select[Any], dialect: Dialect) -> prepared.Prepared:
        found = prepared.prepare(query, dialect)
        note(found.sql)
        return found

    with database.shown_to_all() as desk, database.published() as published:
        engines = {desk.get_bind(), published.get_bind()}
    with pytest.MonkeyPatch.context() as patch:
        # What goes to the driver itself passes no event of SQLAlchemy.
        patch.setattr(prepared, "_prepared_query", note_prepared)
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note_executed)
        yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note_executed)


def rows_of(answer: TestResponse) -> list[dict[str, str]]:
    """Return the rows of a CSV answer."""
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


def test_a_month_is_the_document_byte_for_byte_and_its_etag_the_hash(reader: Reader) -> None:
    document = add_release(reader.database, DESK, "2026-10")
    answer = reader.get(f"{MONTHS}/2026-10")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.data == document
    assert answer.headers["ETag"] == f'"{hashlib.sha256(document).hexdigest()}"'
    assert answer.headers["Cache-Control"] == "private, max-age=86400"
    assert {"Accept", "Authorization"} <= set(answer.vary)


def test_a_month_with_changes_is_what_the_description_says(reader: Reader) -> None:
    """One number has all that can be told, another nothing; no key may be there that is not described."""
    expectation = Expectation(Model.SEASONAL, 53, 41, 66, True, Direction.MORE)
    within = Expectation(Model.LEVEL, 80, 60, 99, False, None)
    before, year_before = Difference(60, 24, 2, 46, False), Difference(40, 44, 20, 68, True)
    series = (
        Change("total", (), 147, None, None, within),
        Change("topic", ("debt",), 11, None, None, None),
        Change("topic", ("digid",), 84, before, year_before, expectation),
    )
    tables = {"total": {(): (147, 231)}}
    written = orjson.loads(make_document(DESK, "2026-10", tables, changes=Changes(4, series)))

    components = reader.client.get("/api/v1/openapi.json").json["components"]
    for schema in components["schemas"].values():
        schema.setdefault("additionalProperties", False)
    root = {"allOf": [{"$ref": "#/components/schemas/Report"}], "components": components}
    OAS30ReadValidator(root, format_checker=oas30_format_checker).validate(written)


def test_a_copy_that_is_still_the_report_is_not_sent_again(reader: Reader) -> None:
    add_release(reader.database, DESK, "2026-10")
    for form in ("application/json", "text/csv"):
        first = reader.get(f"{MONTHS}/2026-10", Accept=form)
        again = reader.get(f"{MONTHS}/2026-10", Accept=form, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
        assert again.vary.as_set() == first.vary.as_set()


def test_a_month_as_csv_has_one_row_per_number(reader: Reader) -> None:
    tables = {"total": {(): (147, 231)}, "municipality-by-main-topic": {("GM0772", "work"): (45, 60)}}
    add_release(reader.database, DESK, "2026-10", tables)
    answer = reader.get(f"{MONTHS}/2026-10", Accept="text/csv")
    assert answer.get_data(as_text=True) == (
        "table,label_1,label_2,measure,value,low,high\r\n"
        "total,,,persons,147,143,151\r\n"
        "total,,,questions,231,227,235\r\n"
        "municipality-by-main-topic,GM0772,work,persons,45,41,49\r\n"
        "municipality-by-main-topic,GM0772,work,questions,60,56,64\r\n"
    )
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="trends-2026-10.csv"'
    assert answer.headers["ETag"].endswith('-csv"')


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_no_label_becomes_a_formula_in_a_spreadsheet(reader: Reader, label: str) -> None:
    add_release(reader.database, DESK, "2026-10", {"topic": {(label,): (10, 10)}})
    text = reader.get(f"{MONTHS}/2026-10", Accept="text/csv").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [row[1] for row in rows[1:]] == [f"'{label}"] * 2


def test_csv_has_a_column_for_every_dimension_of_every_table() -> None:
    assert max(len(table.dimensions) for table in shipped_catalogue().tables) <= LABEL_COLUMNS


@pytest.mark.parametrize(
    ("accepted", "answered"),
    [
        ("*/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        ("application/json, text/csv;q=0.9", "application/json"),
        ("application/xml", "application/problem+json"),
        ("application/json;q=0", "application/problem+json"),
    ],
)
def test_the_sender_chooses_between_json_and_csv(reader: Reader, accepted: str, answered: str) -> None:
    add_release(reader.database, DESK, "2026-10")
    month = reader.get(f"{MONTHS}/2026-10", Accept=accepted)
    series = reader.get(f"{SERIES}?table=topic&from=2026-10&to=2026-10", Accept=accepted)
    assert [month.mimetype, series.mimetype] == [answered] * 2
    assert month.status_code == (406 if "problem" in answered else 200)


def test_a_list_of_reports_is_json_only(reader: Reader) -> None:
    assert reader.get("/api/v1/trends/releases", Accept="text/csv").status_code == 406


def test_the_newest_epoch_of_a_month_is_its_report(reader: Reader) -> None:
    add_release(reader.database, DESK, "2025-12", {"total": {(): (90, 95)}})
    revised = add_release(reader.database, DESK, "2025-12", {"total": {(): (93, 99)}}, epoch=2)
    assert reader.get(f"{MONTHS}/2025-12").data == revised
    (listed,) = reader.get("/api/v1/trends/releases").json["items"]
    assert listed["epoch"] == 2
    answer = reader.get(f"{SERIES}?table=total&from=2025-01&to=2025-12&measure=persons").json
    assert [one["values"][0]["value"] for one in answer["series"]] == [93]


def test_releases_are_listed_newest_first_with_their_hash(reader: Reader) -> None:
    add_release(reader.database, DESK, "2026-09")
    document = add_release(reader.database, DESK, "2026-10", simulated=True)
    newest, oldest = reader.get("/api/v1/trends/releases").json["items"]
    assert oldest["period"] == "2026-09"
    assert newest == {
        "period": "2026-10",
        "epoch": 1,
        "simulated": True,
        "publishedAt": "2026-11-04T09:30:00Z",
        "sha256": hashlib.sha256(document).hexdigest(),
        "catalogueVersion": "1",
        "profile": "default-1",
        "kind": "month",
        "final": False,
        "links": {"report": f"{MONTHS}/2026-10", "documents": f"{MONTHS}/2026-10/documents"},
    }


@pytest.mark.parametrize("month", ["2026-11", "2031-01"])
def test_a_month_without_report_is_refused_with_the_months_that_have_one(reader: Reader, month: str) -> None:
    add_release(reader.database, DESK, "2026-09")
    add_release(reader.database, DESK, "2026-10")
    answer = reader.get(f"{MONTHS}/{month}", Accept_Language="en")
    assert (answer.status_code, answer.json["code"]) == (404, "period-not-published")
    assert answer.json["detail"] == f"There is no report of {month}. Reports exist of: 2026-10, 2026-09."


@pytest.mark.parametrize("month", ["2026-13", "october", "2026-1", "2026-10-01", "2026-Q4"])
def test_what_is_no_month_is_refused_with_the_months_that_have_a_report(reader: Reader, month: str) -> None:
    add_release(reader.database, DESK, "2026-10")
    answer = reader.get(f"{MONTHS}/{month}", Accept_Language="nl")
    assert (answer.status_code, answer.json["code"]) == (400, "invalid-period")
    assert "2026-10" in answer.json["detail"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_before_the_first_report_a_refusal_names_no_month(reader: Reader) -> None:
    assert reader.get(f"{MONTHS}/2026-10", Accept_Language="en").json["detail"].endswith("of: –.")


def test_another_desk_has_reports_of_its_own(reader: Reader) -> None:
    add_release(reader.database, "elsewhere", "2026-10")
    assert reader.get(f"{MONTHS}/2026-10").status_code == 404
    assert reader.get("/api/v1/trends/releases").json == {"items": []}
    assert reader.get(f"{SERIES}?table=topic&from=2026-01&to=2026-12").json["periods"] == []


@pytest.mark.parametrize(
    "path", ["/api/v1/trends/releases", f"{MONTHS}/2026-10", f"{SERIES}?table=topic&from=2026-10&to=2026-10"]
)
def test_all_roles_but_partners_may_read(reader: Reader, path: str) -> None:
    add_release(reader.database, DESK, "2026-10")
    statuses = {role: reader.get(path, role).status_code for role in Role}
    assert statuses == {
        Role.DESK: 200,
        Role.POLICYMAKER: 200,
        Role.ADMINISTRATOR: 200,
        Role.PARTNER: 403,
    }
    assert reader.client.get(path).status_code == 401


def test_besides_the_token_a_month_costs_one_query(reader: Reader) -> None:
    add_release(reader.database, DESK, "2026-10")
    with queries(reader.served) as seen:
        reader.get(f"{MONTHS}/2026-10")
    assert len(seen) == 1
    assert "FROM published.release" in seen[0]


def test_besides_the_token_a_series_costs_two_queries_however_many_months(reader: Reader) -> None:
    for month in range(1, 10):
        add_release(reader.database, DESK, f"2026-0{month}")
    with queries(reader.served) as seen:
        reader.get(f"{SERIES}?table=topic&from=2026-01&to=2026-12")
    assert len(seen) == 2


def test_a_series_has_a_value_or_null_for_every_month_with_a_report(reader: Reader) -> None:
    add_release(reader.database, DESK, "2026-08", {"topic": {("dutch-course",): (40, 44)}})
    add_release(reader.database, DESK, "2026-10", {"topic": {("debt",): (11, 12)}}, simulated=True)
    answer = reader.get(f"{SERIES}?table=topic&from=2026-07&to=2026-12").json
    assert answer == {
        "table": "topic",
        "from": "2026-07",
        "to": "2026-12",
        "periods": ["2026-08", "2026-10"],
        "simulated": True,
        "series": [
            {
                "labels": ["debt"],
                "measure": "persons",
                "values": [None, {"value": 11, "low": 7, "high": 15}],
            },
            {
                "labels": ["debt"],
                "measure": "questions",
                "values": [None, {"value": 12, "low": 8, "high": 16}],
            },
            {
                "labels": ["dutch-course"],
                "measure": "persons",
                "values": [{"value": 40, "low": 36, "high": 44}, None],
            },
            {
                "labels": ["dutch-course"],
                "measure": "questions",
                "values": [{"value": 44, "low": 40, "high": 48}, None],
            },
        ],
    }


def test_a_series_can_be_narrowed_to_a_label_and_a_measure(reader: Reader) -> None:
    add_release(reader.database, DESK, "2026-10")
    query = "table=municipality-by-main-topic&from=2026-10&to=2026-10&label=GM0772|work&measure=questions"
    (series,) = reader.get(f"{SERIES}?{query}").json["series"]
    assert series["labels"] == ["GM0772", "work"]
    assert series["values"] == [{"value": 60, "low": 56, "high": 64}]


def test_a_withheld_label_is_answered_like_one_that_does_not_exist(reader: Reader) -> None:
    add_release(reader.database, DESK, "2026-10")
    answers = [
        reader.get(f"{SERIES}?table=topic&from=2026-10&to=2026-10&label={label}").json
        for label in ("debt", "no-such-topic")
    ]
    assert answers[0] == answers[1]
    assert (answers[0]["periods"], answers[0]["series"]) == (["2026-10"], [])


def test_a_series_as_csv_leaves_out_what_was_not_published(reader: Reader) -> None:
    add_release(reader.database, DESK, "2026-09", {"total": {}})
    add_release(reader.database, DESK, "2026-10", {"total": {(): (147, 231)}})
    answer = reader.get(f"{SERIES}?table=total&from=2026-09&to=2026-10", Accept="text/csv")
    assert [(row["period"], row["measure"], row["value"]) for row in rows_of(answer)] == [
        ("2026-10", "persons", "147"),
        ("2026-10", "questions", "231"),
    ]


def test_all_faults_of_a_series_are_told_at_once(reader: Reader) -> None:
    answer = reader.get(f"{SERIES}?table=salaries&from=2026-W1&measure=true", Accept_Language="en")
    assert answer.status_code == 400
    faults = {error["pointer"]: error for error in answer.json["errors"]}
    assert {pointer: fault["code"] for pointer, fault in faults.items()} == {
        "/table": "unknown-table",
        "/from": "invalid-period",
        "/to": "required",
        "/measure": "unknown-code",
    }
    for table in shipped_catalogue().tables_of(PeriodKind.MONTH):
        assert table.name in faults["/table"]["detail"]


def test_months_in_the_wrong_order_are_a_fault(reader: Reader) -> None:
    answer = reader.get(f"{SERIES}?table=topic&from=2026-10&to=2026-09")
    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [
        ("/from", "first-period-after-last")
    ]


@pytest.mark.parametrize(
    ("path", "period"),
    [("quarters/2026-Q3", "2026-Q3"), ("years/2025", "2025"), ("months/2026-10", "2026-10")],
)
def test_each_kind_of_period_has_its_own_address(reader: Reader, path: str, period: str) -> None:
    for each in ("2026-10", "2026-Q3", "2025"):
        add_release(reader.database, DESK, each)
    answer = reader.get(f"/api/v1/trends/{path}")
    assert (answer.status_code, answer.json["period"]) == (200, period)
    links = [item["links"]["report"] for item in reader.get("/api/v1/trends/releases").json["items"]]
    assert f"/api/v1/trends/{path}" in links


def test_releases_can_be_listed_by_kind(reader: Reader) -> None:
    for each in ("2026-09", "2026-Q3", "2026-10"):
        add_release(reader.database, DESK, each)
    of_kind = reader.get("/api/v1/trends/releases?kind=month").json["items"]
    assert [item["period"] for item in of_kind] == ["2026-10", "2026-09"]
    everything = reader.get("/api/v1/trends/releases").json["items"]
    assert [item["period"] for item in everything] == ["2026-10", "2026-Q3", "2026-09"]
    assert reader.get("/api/v1/trends/releases?kind=week").status_code == 400


def test_a_series_of_quarters_has_only_quarters(reader: Reader) -> None:
    for each in ("2026-09", "2026-Q2", "2026-Q3", "2026"):
        add_release(reader.database, DESK, each, {"main-topic": {("income",): (11, 12)}})
    answer = reader.get(f"{SERIES}?table=main-topic&from=2026-Q1&to=2026-Q4").json
    assert answer["periods"] == ["2026-Q2", "2026-Q3"]


@pytest.mark.parametrize(
    ("query", "pointer", "code", "told"),
    [
        ("table=topic&from=2026-09&to=2026-Q4", "/to", "different-periods", "two quarters"),
        ("table=stay-by-main-topic&from=2026-09&to=2026-10", "/table", "table-not-of-period", "main-topic"),
        ("table=channel&from=2026-Q1&to=2026-Q2", "/table", "table-not-of-period", "municipality-by-stay"),
        ("table=topic&from=2026-09&to=2026-10&label=a|b", "/label", "wrong-label", "topic"),
        ("table=total&from=2026-09&to=2026-10&label=a", "/label", "wrong-label", "0 values"),
        ("table=topic&from=2026-09&to=2026-10&group=x", "/group", "unknown-field", ""),
    ],
)
def test_what_a_series_cannot_be_asked_is_told_with_what_it_can(
    reader: Reader, query: str, pointer: str, code: str, told: str
) -> None:
    answer = reader.get(f"{SERIES}?{query}", Accept_Language="en")
    assert answer.status_code == 400
    (fault,) = answer.json["errors"]
    assert (fault["pointer"], fault["code"]) == (pointer, code)
    assert told in fault["detail"]


def test_a_final_revision_takes_the_place_of_the_first_release(reader: Reader) -> None:
    add_release(reader.database, DESK, "2025-10")
    revised = add_release(reader.database, DESK, "2025-10", {"total": {(): (99, 99)}}, epoch=2)
    with reader.database.begin() as session:
        session.add(FinalYear(desk=DESK, year=2025, finalised_at=datetime.now(UTC), revised=True))
    assert reader.get(f"{MONTHS}/2025-10").data == revised
    (item,) = reader.get("/api/v1/trends/releases").json["items"]
    assert (item["epoch"], item["final"]) == (2, True)
