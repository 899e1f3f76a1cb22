"""`servicebalie status` tells what is there."""

import json
from datetime import UTC, datetime

import pytest

from servicebalie.db import Database
from servicebalie.models.releases import Release
from servicebalie.services.outbox import Delivery, enqueue
from tests.cli.conftest import Terminal

EMPTY_OUTBOX = {"waiting": 0, "due": 0, "failed": 0}


def publish(database: Database, desk: str, period: str) -> None:
    with database.begin() as session:
        session.add(
            Release(
                desk=desk,
                desk_name=desk,
                period=period,
                epoch=0,
                catalogue_version="1",
                profile="default-1",
                ptable_hash="",
                simulated=False,
                published_at=datetime(2026, 11, 4, tzinfo=UTC),
                sha256=period,
                document=b"{}",
            )
        )


def test_an_empty_database_has_no_desk_and_no_report(terminal: Terminal) -> None:
    answer = json.loads(terminal.run("status", "--json").output)
    assert answer == {"desks": 0, "latest_release": None, "simulated": False, "outbox": EMPTY_OUTBOX}


def test_the_latest_report_is_the_newest_month_of_the_desk(terminal: Terminal, database: Database) -> None:
    terminal.run("desk", "create", "--name", "My desk")
    for period in ("2026-09", "2026-10", "2026-08", "2026-Q3", "2026"):
        publish(database, "my-desk", period)
    publish(database, "another-desk", "2026-11")
    answer = json.loads(terminal.run("status", "--json").output)
    assert (answer["desks"], answer["latest_release"]) == (1, "2026-10")


def test_what_waits_to_be_delivered_is_counted(terminal: Terminal, database: Database) -> None:
    terminal.run("desk", "create", "--name", "My desk")
    long_ago = datetime(2020, 11, 4, tzinfo=UTC)
    database.write(
        lambda session: enqueue(session, 1, Delivery.QUESTION_RECEIVED, {"visit": 1}, "nl", long_ago)
    )
    answer = json.loads(terminal.run("status", "--json").output)
    assert answer["outbox"] == {"waiting": 1, "due": 1, "failed": 0}


def test_people_get_words(terminal: Terminal) -> None:
    assert terminal.run("status").output.splitlines() == [
        "desks: 0",
        "latest monthly report: none",
        "simulated: no",
        "outbox: 0 waiting, 0 of them due, 0 failed",
    ]


def test_a_database_without_tables_is_told_how_to_get_them(
    terminal: Terminal, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICEBALIE_DATABASE_URL", empty_database_url)
    refused = terminal.run("status")
    assert refused.status == 1
    assert "servicebalie migrate" in refused.error
    assert terminal.run("migrate").status == 0
    assert terminal.run("status").status == 0
