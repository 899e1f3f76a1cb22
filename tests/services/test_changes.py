"""What changed is told from published numbers alone, and frozen with the release."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from servicebalie.cli.release import finalise_year
from servicebalie.core.changes import Change, Changes, Difference, Direction, Expectation
from servicebalie.core.expectations import Model
from servicebalie.core.periods import Month, PeriodKind, Year
from servicebalie.db import Database
from servicebalie.services.change_records import read_changes, write_changes
from servicebalie.services.changes import describe_changes
from servicebalie.services.code_lists import shipped_levels
from servicebalie.services.counted_facts import read_levels
from servicebalie.services.trends import Document, read_document, read_report
from servicebalie.services.verification import verify_releases
from tests.support.counted_desk import KEYS, CountedDesk, open_desk
from tests.support.releases import add_release, make_document

DESK = "balie"
NOW = Month(2026, 10)
BIG = {(): (500, 600)}


def content(month: Month, persons: int, topic: int | None = None, **more: Any) -> dict[str, Any]:
    """Return the document of a month, before its changes are told."""
    return orjson.loads(make_document(DESK, str(month), tables(persons, topic))) | more


def tables(persons: int, topic: int | None = None) -> Mapping[str, Mapping[tuple[str, ...], tuple[int, int]]]:
    topics = {} if topic is None else {("digid",): (topic, topic)}
    main = {("registration",): (persons // 2, persons // 2)}
    return {"total": {(): (persons, persons)}, "main-topic": main, "topic": topics}


def publish(
    database: Database, back: int, persons: int = 200, topic: int | None = 50, epoch: int = 1
) -> None:
    add_release(database, DESK, str(NOW.later(-back)), tables(persons, topic), epoch=epoch)


def told(database: Database, document: Mapping[str, Any], **more: Any) -> Mapping[tuple[str, ...], Change]:
    """Return the changes by table and label."""
    with database.snapshot() as session:
        written = describe_changes(session, document, NOW, levels=shipped_levels(), **more)
    changes = read_changes({"changes": orjson.loads(orjson.dumps(written))})
    assert changes is not None
    return {(change.table, *change.labels): change for change in changes.series}


def test_a_number_is_held_against_the_months_before_it(database: Database) -> None:
    for back in range(1, 31):
        publish(database, back)
    found = told(database, content(NOW, 200, 110))
    topic = found["topic", "digid"]
    assert topic.expected is not None
    assert (topic.expected.model, topic.expected.value) == (Model.SEASONAL, 50)
    assert topic.expected.direction is Direction.MORE
    assert topic.previous is not None
    assert (topic.previous.value, topic.previous.beyond_chance) == (50, True)
    assert topic.year_before is not None
    assert topic.year_before.difference == 60
    total = found["total",].expected
    assert total is not None
    assert not total.beyond_chance


def test_a_first_month_is_compared_with_nothing(database: Database) -> None:
    found = told(database, content(NOW, 200, 110))
    assert found["topic", "digid"] == Change("topic", ("digid",), 110, None, None, None)


def test_the_newest_epoch_of_an_earlier_month_counts_and_later_months_and_other_desks_do_not(
    database: Database,
) -> None:
    publish(database, 1, topic=50)
    publish(database, 1, topic=70, epoch=2)
    publish(database, 0, topic=90)
    publish(database, -1, topic=90)
    add_release(database, "elsewhere", str(NOW.previous), tables(200, 33), epoch=3)
    add_release(database, DESK, "2026-Q3", tables(600, 99))
    previous = told(database, content(NOW, 200, 60))["topic", "digid"].previous
    assert previous is not None
    assert previous.value == 70


def test_a_month_that_is_revised_together_with_this_one_counts_as_revised(database: Database) -> None:
    publish(database, 1, topic=50)
    publish(database, 2, topic=50)
    revised = content(NOW.previous, 200, 72)
    previous = told(database, content(NOW, 200, 60), beside=[revised])["topic", "digid"].previous
    assert previous is not None
    assert previous.value == 72


def test_a_month_without_release_or_number_is_not_a_zero(database: Database) -> None:
    publish(database, 2)
    publish(database, 12, topic=None)
    change = told(database, content(NOW, 200, 60))["topic", "digid"]
    assert (change.previous, change.year_before) == (None, None)


def test_a_topic_that_was_never_published_may_appear(database: Database) -> None:
    for back in range(1, 15):
        publish(database, back, topic=None)
    expected = told(database, content(NOW, 200, 45))["topic", "digid"].expected
    assert expected is not None
    assert (expected.model, expected.direction) == (Model.HIDDEN, Direction.MORE)


def test_months_more_than_five_years_ago_are_forgotten(database: Database) -> None:
    for back in range(61, 75):
        publish(database, back)
    assert told(database, content(NOW, 200, 60))["topic", "digid"].expected is None


def test_changes_are_read_as_they_were_written() -> None:
    expected = Expectation(Model.LEVEL, 50, 38, 63, True, Direction.MORE)
    change = Change("topic", ("digid",), 84, Difference(60, 24, 2, 46, False), None, expected)
    hidden = Change("total", (), 200, None, Difference(90, 110, 60, 160, True), None)
    changes = Changes(4, (hidden, change))
    written = orjson.loads(orjson.dumps(write_changes(changes, NOW)))
    assert read_changes({"changes": written}) == changes
    assert (written["previousPeriod"], written["yearBeforePeriod"]) == ("2026-09", "2025-10")


def test_a_release_of_before_changes_were_told_is_read_without() -> None:
    assert read_report(Document(make_document(DESK, "2026-10", {"total": BIG}), "unused")).changes is None


OPENED = datetime(2025, 1, 2, 9, tzinfo=UTC)


@pytest.fixture
def desk(database: Database) -> CountedDesk:
    return open_desk(database, OPENED)


def reported(desk: CountedDesk, period: str) -> Changes | None:
    with desk.database.published() as session:
        return read_report(read_document(session, desk.slug, period, PeriodKind.MONTH)).changes


def test_a_month_is_published_with_its_changes_and_verifies(desk: CountedDesk) -> None:
    desk.crowd(datetime(2025, 1, 10, 9, tzinfo=UTC), 60)
    desk.crowd(datetime(2025, 2, 10, 9, tzinfo=UTC), 90, first=100)
    numbers = [desk.publish(period)["total"][()][0] for period in ("2025-01", "2025-02")]

    first, second = reported(desk, "2025-01"), reported(desk, "2025-02")
    assert first is not None
    assert first.series[0] == Change("total", (), numbers[0], None, None, None)
    assert second is not None
    total = second.series[0].previous
    assert total is not None
    assert (total.value, total.difference) == (numbers[0], numbers[1] - numbers[0])
    with desk.database.published() as session:
        assert [verdict.fault for verdict in verify_releases(session, desk.slug)] == [None, None]


def test_a_quarter_and_a_year_tell_no_changes(desk: CountedDesk) -> None:
    desk.crowd(datetime(2025, 1, 10, 9, tzinfo=UTC), 60)
    desk.publish("2025-Q1")
    assert b'"changes"' not in desk.release("2025-Q1").document
    desk.publish("2025")
    assert b'"changes"' not in desk.release("2025").document


def test_a_final_revision_compares_revised_months_with_each_other(desk: CountedDesk) -> None:
    visits = desk.crowd(datetime(2025, 1, 10, 9, tzinfo=UTC), 80)
    desk.crowd(datetime(2025, 2, 10, 9, tzinfo=UTC), 90, first=100)
    for number in range(1, 13):
        desk.publish(f"2025-{number:02}")
    for period in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025"):
        desk.publish(period)
    now = datetime(2026, 2, 1, 9, tzinfo=UTC)
    desk.erase(visits[:30], now)
    assert finalise_year(desk.database, desk.slug, Year(2025), KEYS, now)

    january, february = reported(desk, "2025-01"), reported(desk, "2025-02")
    assert january is not None
    assert february is not None
    assert february.series[0].previous is not None
    assert february.series[0].previous.value == january.series[0].persons < 65


def test_the_levels_of_the_shipped_lists_are_those_in_the_database(desk: CountedDesk) -> None:
    with desk.database.read() as session:
        stored = read_levels(session)
    assert {key: dict(value) for key, value in shipped_levels().items()} == {
        key: dict(value) for key, value in stored.items()
    }
