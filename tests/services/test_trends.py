"""Reading published numbers: from the published store alone, and the same on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import inspect

from servicebalie.core.cell_keys import Measure
from servicebalie.core.disclosure import Estimate
from servicebalie.core.periods import InvalidPeriod, Month, PeriodKind
from servicebalie.db import Database
from servicebalie.services.releases import (
    PeriodNotPublished,
    latest_month,
    list_releases,
    published_periods,
)
from servicebalie.services.trends import (
    Document,
    ReportCell,
    SeriesWanted,
    read_document,
    read_report,
    read_series,
    split_label,
)
from tests.support.releases import PUBLISHED_AT, add_release, make_document

DESK = "balie"
ALL_YEAR = SeriesWanted("topic", Month(2026, 1), Month(2026, 12))


def test_on_sqlite_the_reading_side_opens_no_table_but_the_published_ones(sqlite_database_url: str) -> None:
    database = Database(sqlite_database_url)
    with database.published() as session:
        tables = inspect(session.connection())
        assert tables.get_table_names(schema="main") == []
        assert set(tables.get_table_names(schema="published")) == {
            "release",
            "published_cell",
            "final_year",
            "published_document",
        }
    database.dispose()


def test_without_releases_there_is_no_latest_month(database: Database) -> None:
    with database.published() as session:
        assert latest_month(session, DESK) is None
        assert list_releases(session, DESK) == ()


def test_months_are_listed_once_and_newest_first(database: Database) -> None:
    add_release(database, DESK, "2025-12")
    add_release(database, DESK, "2025-12", epoch=2)
    add_release(database, DESK, "2026-01")
    add_release(database, "elsewhere", "2026-02")
    with database.published() as session:
        assert published_periods(session, DESK, PeriodKind.MONTH) == ("2026-01", "2025-12")
        assert latest_month(session, DESK) == "2026-01"
        assert [(one.period, one.epoch) for one in list_releases(session, DESK)] == [
            ("2026-01", 1),
            ("2025-12", 2),
        ]


def test_a_quarter_is_not_taken_for_a_month(database: Database) -> None:
    add_release(database, DESK, "2026-Q3")
    with database.published() as session:
        assert published_periods(session, DESK, PeriodKind.MONTH) == ()
        with pytest.raises(InvalidPeriod):
            read_document(session, DESK, "2026-Q3", PeriodKind.MONTH)


def test_the_document_of_the_newest_epoch_is_read_whole(database: Database) -> None:
    add_release(database, DESK, "2026-10", {"total": {(): (20, 25)}})
    newest = add_release(database, DESK, "2026-10", {"total": {(): (22, 25)}}, epoch=2)
    with database.published() as session:
        assert read_document(session, DESK, "2026-10", PeriodKind.MONTH).content == newest


def test_a_refusal_names_the_months_there_are(database: Database) -> None:
    add_release(database, DESK, "2026-09")
    add_release(database, DESK, "2026-10")
    with database.published() as session:
        with pytest.raises(PeriodNotPublished) as not_published:
            read_document(session, DESK, "2026-11", PeriodKind.MONTH)
        with pytest.raises(InvalidPeriod) as invalid:
            read_document(session, DESK, "2026-00", PeriodKind.MONTH)
    assert not_published.value.params == {"period": "2026-11", "periods": "2026-10, 2026-09"}
    assert invalid.value.params == {"kind": "month", "periods": "2026-10, 2026-09"}


def test_a_report_holds_what_its_document_says() -> None:
    tables = {"total": {(): (147, 231)}, "municipality-by-main-topic": {("GM0772", "work"): (45, 60)}}
    content = make_document(DESK, "2026-10", tables, simulated=True)
    report = read_report(Document(content, "unused"))
    assert (report.period, report.simulated, report.published_at) == (Month(2026, 10), True, PUBLISHED_AT)
    assert (report.threshold, report.largest_noise, report.epoch) == (10, 9, 1)
    total, combined = report.tables
    assert total.cells == (ReportCell((), Estimate(147, 143, 151), Estimate(231, 227, 235)),)
    assert combined.dimensions == ("municipality", "main-topic")
    assert combined.cells[0].labels == ("GM0772", "work")


def test_a_series_has_none_where_a_number_was_not_published(database: Database) -> None:
    add_release(database, DESK, "2026-03", {"topic": {("debt",): (11, 12)}})
    add_release(database, DESK, "2026-04", {"topic": {}, "stay": {("unknown",): (50, 60)}})
    add_release(database, DESK, "2027-01", {"topic": {("debt",): (90, 99)}})
    with database.published() as session:
        answer = read_series(session, DESK, ALL_YEAR)
    assert answer.periods == ("2026-03", "2026-04")
    assert [(one.labels, one.measure, one.values) for one in answer.series] == [
        (("debt",), "persons", (Estimate(11, 7, 15), None)),
        (("debt",), "questions", (Estimate(12, 8, 16), None)),
    ]


def test_a_series_of_one_measure_or_label_leaves_out_the_others(database: Database) -> None:
    add_release(database, DESK, "2026-03", {"topic": {("debt",): (11, 12), ("bsn",): (30, 30)}})
    with database.published() as session:
        persons = read_series(session, DESK, replace(ALL_YEAR, measure=Measure.PERSONS))
        debt = read_series(session, DESK, replace(ALL_YEAR, label="debt"))
    assert [one.labels for one in persons.series] == [("bsn",), ("debt",)]
    assert [one.measure for one in debt.series] == ["persons", "questions"]


def test_series_are_simulated_when_any_month_is(database: Database) -> None:
    add_release(database, DESK, "2026-03")
    with database.published() as session:
        assert not read_series(session, DESK, ALL_YEAR).simulated
    add_release(database, DESK, "2026-04", simulated=True)
    with database.published() as session:
        assert read_series(session, DESK, ALL_YEAR).simulated


@pytest.mark.parametrize(
    ("label", "values"), [("", ()), ("debt", ("debt",)), ("GM0772|work", ("GM0772", "work"))]
)
def test_a_label_is_its_values_joined(label: str, values: tuple[str, ...]) -> None:
    assert split_label(label) == values
