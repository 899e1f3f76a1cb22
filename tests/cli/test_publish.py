"""`servicebalie publish` makes the release of a month, or says in one sentence why not."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from servicebalie.core.keys import Keys
from servicebalie.core.periods import Month
from servicebalie.db import Database
from tests.cli.conftest import SECRET, Terminal
from tests.support.counted_desk import CountedDesk, numbers, open_desk

OPENED = datetime(2026, 1, 2, 9, tzinfo=UTC)
IN_MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
MARCH = Month(2026, 3)

pytestmark = pytest.mark.usefixtures("without_files")


@pytest.fixture(autouse=True)
def fourth_of_april() -> Iterator[None]:
    """The first day on which March may be published, just after midnight in the Netherlands."""
    with time_machine.travel(datetime(2026, 4, 7, 22, 0, 1, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def desk(terminal: Terminal, database: Database) -> CountedDesk:
    """A desk with forty visitors in March."""
    desk = open_desk(database, OPENED, "Desk South")
    desk.crowd(IN_MARCH, 40)
    return desk


def published_periods(output: str) -> list[str]:
    """Return the periods that were published, in order."""
    return [line.split()[1] for line in output.splitlines() if line.startswith("Published ")]


def test_a_month_is_published_and_its_hash_is_told(terminal: Terminal, desk: CountedDesk) -> None:
    published = terminal.run("publish", "--month", "2026-03")

    release = desk.release("2026-03")
    cells = sum(2 * len(table) for table in numbers(release.document).values())
    assert (published.status, published.error) == (0, "")
    assert published.output.splitlines()[0] == (
        f"Published 2026-03 for Desk South: {cells} numbers, SHA-256 {release.sha256}"
    )
    assert release.published_at == datetime(2026, 4, 7, 22, 0, 1, tzinfo=UTC)


def test_the_noise_depends_on_the_secret_of_the_deployment(terminal: Terminal, desk: CountedDesk) -> None:
    expected, *others = (
        numbers(desk.prepare(MARCH, Keys.from_secret(secret)).row["document"])
        for secret in (SECRET.encode(), b"1" * 32, b"2" * 32, b"3" * 32)
    )

    terminal.run("publish", "--month", "2026-03")

    assert numbers(desk.release("2026-03").document) == expected
    assert expected not in others


def test_a_month_that_is_published_already_is_refused(terminal: Terminal, desk: CountedDesk) -> None:
    terminal.run("publish", "--month", "2026-03")

    refused = terminal.run("publish", "--month", "2026-03")

    assert (refused.status, refused.output) == (1, "")
    assert refused.error == "servicebalie: 2026-03 is published already, and a release never changes."


def test_a_month_that_can_still_change_is_refused_with_the_day(terminal: Terminal, desk: CountedDesk) -> None:
    refused = terminal.run("publish", "--month", "2026-04")

    assert refused.status == 1
    assert refused.error == "servicebalie: 2026-04 can still change; publish it from 2026-05-08 on."


def test_what_is_no_month_is_refused(terminal: Terminal, desk: CountedDesk) -> None:
    refused = terminal.run("publish", "--month", "2026-3")

    assert refused.status == 1
    assert refused.error == "servicebalie: Give a month as 2026-10, a quarter as 2026-Q4 or a year as 2026."


def test_without_a_period_everything_that_is_due_is_published_once(
    terminal: Terminal, desk: CountedDesk
) -> None:
    published = terminal.run("publish")

    assert published_periods(published.output) == [
        "2026-01",
        "2026-02",
        "2026-03",
        "2026-Q1",
    ]
    assert terminal.run("publish").output == "Nothing is due for Desk South.\n"


def test_a_year_that_the_desk_was_there_for_comes_before_the_months_after_it(
    terminal: Terminal, desk: CountedDesk
) -> None:
    open_desk(desk.database, datetime(2025, 1, 3, tzinfo=UTC), "Old desk")

    refused = terminal.run("publish", "--period", "2026-03", "--desk", "old-desk")

    assert refused.error == (
        "servicebalie: Publish 2025 first: it tells which languages and places are rare."
    )
    published = terminal.run("publish", "--desk", "old-desk")
    assert published_periods(published.output)[-5:] == [
        "2025",
        "2026-01",
        "2026-02",
        "2026-03",
        "2026-Q1",
    ]


def test_of_several_desks_one_is_named(terminal: Terminal, desk: CountedDesk) -> None:
    other = open_desk(desk.database, OPENED, "Desk North")

    published = terminal.run("publish", "--month", "2026-03", "--desk", "desk-north")

    assert published.output.startswith("Published 2026-03 for Desk North: 0 numbers, SHA-256 ")
    assert other.release("2026-03").sha256 in published.output
    assert terminal.run("publish", "--month", "2026-03").output.startswith("Published 2026-03 for Desk South")


def test_a_desk_that_is_not_there_is_refused(terminal: Terminal, desk: CountedDesk) -> None:
    refused = terminal.run("publish", "--month", "2026-03", "--desk", "desk-east")

    assert refused.status == 1
    assert refused.error.startswith("servicebalie: ")


def test_a_quiet_month_has_a_release_too(terminal: Terminal, desk: CountedDesk) -> None:
    published = terminal.run("publish", "--month", "2026-02")

    assert published.status == 0
    assert not any(numbers(desk.release("2026-02").document).values())
