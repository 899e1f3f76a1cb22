"""`servicebalie retention`: the schedule, a trial, a run, its records, and holds."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from servicebalie.core.keys import Keys
from servicebalie.core.reference_codes import RANDOM_BYTES, make_reference
from servicebalie.core.sealing import MasterKeys
from servicebalie.db import Database
from servicebalie.models.questions import VisitContact
from servicebalie.services.askers import AskerKeys
from servicebalie.services.desks import find_desk
from servicebalie.services.directory import read_directory
from servicebalie.services.intake import NewQuestion, NewVisit, register_visit
from servicebalie.services.workplace import Workplace
from tests.cli.conftest import SECRET, Terminal


@pytest.fixture
def reference(terminal: Terminal, database: Database) -> str:
    """A desk to which somebody came seven months ago, and the reference of the question."""
    terminal.run("desk", "create", "--name", "My desk")
    keys = Keys.from_secret(SECRET.encode(), MasterKeys([b"m" * 32]))
    with database.begin() as session:
        desk = find_desk(session, None)
        then = datetime.now(UTC) - timedelta(days=215)
        work = Workplace(
            desk.id, read_directory(session, desk.id), keys, AskerKeys(keys.statistics), then, "en"
        )
        visit = NewVisit(email="anna@example.org")
        return register_visit(session, work, visit, [NewQuestion("bsn")]).questions[0].reference


def test_what_is_over_is_counted_then_deleted_then_on_record(
    terminal: Terminal, database: Database, reference: str
) -> None:
    assert "contact           1 due\n" in terminal.run("retention", "run", "--dry-run").output
    assert terminal.run("retention", "records").output == ""
    assert terminal.run("retention", "run").status == 0
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(VisitContact)) == 0
    (record,) = terminal.run("retention", "records").output.splitlines()
    assert "contact         1" in record
    assert record.endswith("delete 6 months after last-activity, by command")
    assert f"last run: {datetime.now(UTC):%Y-%m-%d}" in terminal.run("retention", "show").output


def test_what_is_held_stays_until_it_is_let_go(terminal: Terminal, reference: str) -> None:
    until = datetime.now(UTC).date() + timedelta(days=60)
    place = ("retention", "holds", "place", "complaint", "--until", until)
    held = terminal.run(*place, "--question", reference, "--case", "Z-2026/17")
    assert held.output == f"Hold 1 is in force until {until}.\n"
    assert f"complaint until {until}, case Z-2026/17" in terminal.run("retention", "holds", "list").output
    assert "contact           0 due, 1 held\n" in terminal.run("retention", "run", "--dry-run").output
    assert terminal.run("retention", "holds", "lift", 1).status == 0
    assert "no such hold in force" in terminal.run("retention", "holds", "lift", 1).error
    assert terminal.run(*place).status == 2
    for wrong in (("--case", "Mrs. Jansen"), ("--until", "2099-01-01")):
        assert "cannot be placed" in terminal.run(*place, "--all", *wrong).error
    assert "cannot be placed" in terminal.run(*place, "--question", make_reference(bytes(RANDOM_BYTES))).error
    terminal.run(*place, "--all")
    assert "the whole desk: complaint" in terminal.run("retention", "holds", "list").output


def test_a_desk_chooses_other_periods_and_goes_back(terminal: Terminal, reference: str) -> None:
    changed = terminal.run("retention", "set", "facts", "--act", "anonymise", "--period", "36 months")
    assert changed.output == "facts: anonymise 36 months after last-activity\n"
    shown = terminal.run("retention", "show").output
    assert "anonymise 36 months after last-activity (chosen by the desk)" in shown
    assert "traces            delete 1 hour after made (fixed)" in shown
    assert terminal.run("retention", "set", "facts", "--shipped").output.startswith("facts: delete 24 months")
    assert "last run: none" in terminal.run("retention", "show").output
    assert terminal.run("retention", "set", "facts").status == 2
    assert "part of how the software" in terminal.run("retention", "set", "traces", "--act", "delete").error
    assert "such as 90 days" in terminal.run("retention", "set", "facts", "--period", "a while").error
