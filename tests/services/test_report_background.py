"""What surrounds a report: what was published by then, and nothing that came later."""

from datetime import UTC, datetime, timedelta

from servicebalie.core.periods import Month, PeriodKind, Quarter, Year, parse_period
from servicebalie.db import Database
from servicebalie.services.report_background import MONTHS_SHOWN, Background, read_background
from servicebalie.services.trends import Report, read_document, read_report
from tests.support.releases import PUBLISHED_AT, add_release

DESK = "balie"
LATER = PUBLISHED_AT + timedelta(days=30)


def background(database: Database, period: str) -> tuple[Report, Background]:
    """Return a report and what surrounds it."""
    kind = parse_period(period).kind
    with database.published() as session:
        report = read_report(read_document(session, DESK, period, kind))
        return report, read_background(session, report)


def test_the_quarter_and_the_year_that_ended_by_then_are_the_longer_periods(database: Database) -> None:
    for period in ("2025", "2026-Q3", "2026-Q4", "2026-09", "2026-10"):
        add_release(database, DESK, period)
    _, around = background(database, "2026-10")
    assert [one.period for one in around.longer] == [Quarter(2026, 3), Year(2025)]
    _, around = background(database, "2026-Q3")
    assert [one.period for one in around.longer] == [Year(2025)]
    _, around = background(database, "2025")
    assert around.longer == ()


def test_what_was_published_later_does_not_take_part(database: Database) -> None:
    for period in ("2026-09", "2026-10"):
        add_release(database, DESK, period)
    add_release(database, DESK, "2026-Q3", published_at=LATER)
    add_release(database, DESK, "2026-09", {"total": {(): (999, 999)}}, epoch=2, published_at=LATER)
    _, around = background(database, "2026-10")
    assert around.longer == ()
    assert [one.values[0] and one.values[0].value for one in around.totals.series] == [147, 231]


def test_a_revision_is_surrounded_by_the_revisions_of_its_year(database: Database) -> None:
    for period in ("2025-12", "2025-Q4"):
        add_release(database, DESK, period)
        add_release(database, DESK, period, {"total": {(): (150, 240)}}, epoch=2, published_at=LATER)
    report, around = background(database, "2025-12")
    assert report.epoch == 2
    assert [one.epoch for one in around.longer] == [2]
    assert [one.values[-1] and one.values[-1].value for one in around.totals.series] == [150, 240]


def test_the_months_are_two_years_up_to_the_report_and_its_month_before_them(database: Database) -> None:
    last = Month(2026, 10)
    for back in range(MONTHS_SHOWN + 3):
        add_release(database, DESK, str(last.later(-back)), {"total": {(): (100 + back, 200)}})
    add_release(database, DESK, "2026-11")
    add_release(database, "elsewhere", "2026-10")
    _, around = background(database, "2026-10")
    assert len(around.totals.periods) == MONTHS_SHOWN
    assert (around.totals.periods[0], around.totals.periods[-1]) == ("2024-10", "2026-10")
    assert around.main_topics.series == ()


def test_a_quarter_shows_the_months_up_to_its_end(database: Database) -> None:
    for period in ("2026-08", "2026-09", "2026-10", "2026-Q3"):
        add_release(database, DESK, period)
    _, around = background(database, "2026-Q3")
    assert around.totals.periods == ("2026-08", "2026-09")
    assert {one.labels for one in around.main_topics.series} == {("language",), ("work",)}


def test_a_report_knows_its_hash_and_desk(database: Database) -> None:
    add_release(database, DESK, "2026-10")
    with database.published() as session:
        document = read_document(session, DESK, "2026-10", PeriodKind.MONTH)
    report = read_report(document)
    assert (report.sha256, report.desk_slug) == (document.sha256, DESK)
    assert report.published_at == datetime(2026, 11, 4, 9, 30, tzinfo=UTC)
