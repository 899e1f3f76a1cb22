"""`servicebalie release` lists and verifies what was published, and makes a year final."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import update

from servicebalie.db import Database
from servicebalie.models.releases import PublishedCell
from tests.cli.conftest import Terminal
from tests.support.counted_desk import CountedDesk, open_desk

pytestmark = pytest.mark.usefixtures("without_files")


@pytest.fixture(autouse=True)
def late_in_january() -> Iterator[None]:
    """A day on which all of the year before may be published."""
    with time_machine.travel(datetime(2026, 1, 20, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def desk(terminal: Terminal, database: Database) -> CountedDesk:
    """A desk that was there last year, with forty visitors in October."""
    desk = open_desk(database, datetime(2025, 10, 1, tzinfo=UTC), "Desk South")
    desk.crowd(datetime(2025, 10, 10, tzinfo=UTC), 40)
    terminal.run("publish")
    return desk


def test_releases_are_listed_newest_first_with_what_they_are(terminal: Terminal, desk: CountedDesk) -> None:
    lines = terminal.run("release", "list").output.splitlines()

    assert [line.split()[0] for line in lines] == ["2025-Q4", "2025-12", "2025-11", "2025-10"]
    assert lines[-1] == f"2025-10  edition 1  provisional  2026-01-20  {desk.release('2025-10').sha256}"


def test_what_is_as_it_was_published_is_verified(terminal: Terminal, desk: CountedDesk) -> None:
    verified = terminal.run("release", "verify")

    assert verified.status == 0
    assert verified.output.splitlines()[-1] == "4 releases, 0 wrong."
    assert verified.output.count("as published") == 4


def test_a_changed_number_is_found(terminal: Terminal, desk: CountedDesk) -> None:
    release_id = desk.release("2025-10").id
    change = update(PublishedCell).where(PublishedCell.release_id == release_id).values(value=1000)
    desk.database.write(lambda session: session.execute(change))

    verified = terminal.run("release", "verify")

    assert verified.status == 1
    (wrong,) = (line for line in verified.output.splitlines() if "WRONG" in line)
    assert wrong.startswith("2025-10  edition 1")
    assert wrong.endswith("WRONG: the stored numbers are not those of the document")
    assert verified.output.splitlines()[-1] == "4 releases, 1 wrong."


def test_a_year_is_made_final_once(terminal: Terminal, desk: CountedDesk) -> None:
    made = terminal.run("release", "finalise", "--year", "2025")
    assert made.output == (
        "2025 of Desk South is final: left as it was published, and its keys are destroyed.\n"
    )
    assert "provisional" not in terminal.run("release", "list").output

    again = terminal.run("release", "finalise", "--year", "2025")
    assert (again.status, again.error) == (1, "servicebalie: 2025 is final already.")
    refused = terminal.run("publish", "--period", "2025")
    assert refused.error == (
        "servicebalie: 2025 is final and its keys are destroyed, so nothing of it can be published."
    )


def test_a_year_that_is_not_published_to_its_end_is_not_made_final(
    terminal: Terminal, desk: CountedDesk
) -> None:
    open_desk(desk.database, datetime(2025, 12, 1, tzinfo=UTC), "Desk North")

    refused = terminal.run("release", "finalise", "--year", "2025", "--desk", "desk-north")

    assert refused.error == (
        "servicebalie: Publish 2025-12 first; a year is made final when all of it is published."
    )
