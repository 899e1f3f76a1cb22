"""`servicebalie audit`: the trail of what commands did is checked, read, exported and cut."""

import csv
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from servicebalie.core.audit import START, AuditAction, AuditActor, RecordKind
from servicebalie.core.keys import Keys
from servicebalie.core.origins import Origin
from servicebalie.db import Database
from servicebalie.services.audit import Trail, act_on, note, origin_of_newcomer, origin_of_user
from servicebalie.worker.chaining import chain_lines_that_wait, keep_seals
from tests.cli.conftest import SECRET, Terminal

KEYS = Keys.from_secret(SECRET.encode())
NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
HOME, OFFICE = "203.0.113.7", "198.51.100.4"


def write(database: Database, days: int, action: AuditAction, reference: str, *, user: int | None) -> None:
    """Write a line of some days after NOW: of a user at the office, or of a newcomer at home."""
    moment = NOW + timedelta(days=days)
    home, office = Origin(HOME, "203.0.113.0/24"), Origin(OFFICE, "198.51.100.0/24")
    if user is None:
        trail = Trail(AuditActor.NEWCOMER, 1, None, origin_of_newcomer(KEYS, home, moment))
    else:
        trail = Trail(AuditActor.USER, 1, user, origin_of_user(KEYS, office))
    with database.begin() as session:
        note(session, trail, act_on(action, RecordKind.QUESTION, reference), moment)


@pytest.fixture
def trail(terminal: Terminal, database: Database, tmp_path: Path) -> Path:
    """Two days of lines, and the directory with their seals."""
    write(database, 0, AuditAction.VISIT_READ, "22222222", user=None)
    chain_lines_that_wait(database)
    write(database, 0, AuditAction.QUESTION_READ, "22222222", user=7)
    seal(database, tmp_path, 1)
    write(database, 1, AuditAction.QUESTION_READ, "33333333", user=8)
    seal(database, tmp_path, 2)
    return tmp_path


def seal(database: Database, directory: Path, days: int) -> None:
    """Let the worker come by some days after NOW."""
    chain_lines_that_wait(database)
    keep_seals(database, KEYS, directory, NOW + timedelta(days=days))


def lines(terminal: Terminal, *options: object) -> list[str]:
    listed = terminal.run("audit", "list", *options)
    assert listed.status == 0, listed.error
    return [line.split(",")[0] for line in listed.output.splitlines() if "audit-read" not in line]


READ_BY_7 = "2 2026-11-03T10:00:00Z user 7: question-read question 22222222: done"
READ_BY_8 = "3 2026-11-04T10:00:00Z user 8: question-read question 33333333: done"
READ_AT_HOME = "1 2026-11-03T10:00:00Z newcomer: visit-read question 22222222: done"


FOUND: list[tuple[tuple[object, ...], list[str]]] = [
    ((), [READ_AT_HOME, READ_BY_7, READ_BY_8]),
    (("--record", "2222-2222"), [READ_AT_HOME, READ_BY_7]),
    (("--record", "22"), []),
    (("--user", 8), [READ_BY_8]),
    (("--action", "visit-read"), [READ_AT_HOME]),
    (("--since", "2026-11-04", "--until", "2026-11-04"), [READ_BY_8]),
    (("--until", "2026-11-03"), [READ_AT_HOME, READ_BY_7]),
    (("--from", OFFICE), [READ_BY_7, READ_BY_8]),
    (("--from", HOME, "--since", "2026-11-01"), [READ_AT_HOME]),
    (("--from", HOME, "--since", "2026-11-04"), []),
]


def test_lines_are_found_by_what_one_knows(terminal: Terminal, trail: Path) -> None:
    for options, found in FOUND:
        assert lines(terminal, *options) == found


def test_an_address_that_is_none_is_refused(terminal: Terminal) -> None:
    assert "no IP address" in terminal.run("audit", "list", "--from", "home").error


def test_what_was_exported_shows_by_itself_that_it_is_complete(
    terminal: Terminal, trail: Path, tmp_path: Path
) -> None:
    file = tmp_path / "audit.jsonl"
    assert terminal.run("audit", "export", file).status == 0
    before = START.hash
    exported = [json.loads(line) for line in file.read_text().splitlines()]
    for values in exported[:3]:
        expected = values.pop("hash")
        words = json.dumps(values, sort_keys=True, separators=(",", ":"))
        before = sha256(before + words.encode()).digest()
        assert before.hex() == expected
    assert exported[3]["action"] == "audit-read"
    sheet = tmp_path / "audit.csv"
    assert terminal.run("audit", "export", sheet, "--format", "csv", "--user", 7).status == 0
    [row] = csv.DictReader(sheet.read_text().splitlines())
    assert (row["records"], row["error"]) == ("22222222", "")
    assert terminal.run("audit", "export", sheet, "--format", "csv", "--user", 99).status == 0
    # Without a line it is a table still, of the same columns.
    assert csv.DictReader(sheet.read_text().splitlines()).fieldnames == list(row)
    assert len(sheet.read_text().splitlines()) == 1


def test_a_trail_in_order_is_told_with_what_it_was_compared_with(
    terminal: Terminal, trail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = terminal.run("audit", "verify")
    assert alone.status == 0, alone.error
    assert alone.output.startswith("In order up to line 3, ")
    assert "the seals in the database only" in alone.output
    assert f"2 seals in {trail}" in terminal.run("audit", "verify", "--seals", trail).output
    monkeypatch.setenv("SERVICEBALIE_AUDIT_SEALS", str(trail))
    assert f"2 seals in {trail}" in terminal.run("audit", "verify").output


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DELETE FROM audit_event WHERE sequence = 2", "missing from line 2 on"),
        (
            "DELETE FROM audit_event WHERE sequence = 3",
            "knows of lines that are missing from line 3 on",
        ),
        ("UPDATE audit_event SET user_id = 9 WHERE sequence = 2", "line 2 is not as it was written"),
    ],
)
def test_a_line_that_was_removed_or_changed_is_told_and_ends_with_status_1(
    terminal: Terminal, trail: Path, database: Database, sql: str, told: str
) -> None:
    sqlite = database.url.get_backend_name() == "sqlite"
    with database.begin() as session:
        if sqlite:
            session.execute(text("DROP TRIGGER audit_event_no_update"))
            session.execute(text("DROP TRIGGER audit_event_no_delete"))
        else:
            session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        session.execute(text(sql))
    verdict = terminal.run("audit", "verify", "--seals", trail)
    assert verdict.status == 1
    assert told in verdict.error.lower()


def test_what_is_no_seal_in_the_directory_is_told(terminal: Terminal, trail: Path) -> None:
    (trail / "day-2026-11-09-9.json").write_text("{}")
    assert "day-2026-11-09-9.json is no seal" in terminal.run("audit", "verify", "--seals", trail).error


def test_the_old_end_is_cut_off_and_the_rest_still_in_order(terminal: Terminal, trail: Path) -> None:
    assert "deleted: 2." in terminal.run("audit", "cut", "--before", "2026-11-04").output
    assert "deleted: 0." in terminal.run("audit", "cut", "--before", "2026-11-04").output
    assert terminal.run("audit", "verify", "--seals", trail).status == 0
    assert READ_BY_8 in lines(terminal)
    (told,) = [line for line in terminal.run("audit", "list").output.splitlines() if "audit-cut" in line]
    assert " command-line: audit-cut audit " in told


def test_what_commands_do_is_noted_without_names(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("desk", "create", "--name", "My desk", "--tokens-file", tmp_path / "tokens.json")
    terminal.run("users", "add", "Anna de Vries", "--role", "desk")
    terminal.run("users", "close", 3)
    terminal.run("tokens", "renew", "--tokens-file", tmp_path / "tokens.json")
    terminal.run("answers", "import", "--shipped", "--dry-run")
    listed = terminal.run("audit", "list", "--desk", "my-desk").output
    acts = [line.split("command-line: ")[1].split(":")[0] for line in listed.splitlines()]
    assert acts[:4] == [
        "desk-changed desk 1",
        "user-added user 4",
        "user-closed user 3",
        "tokens-renewed desk 1",
    ]
    assert acts[4:] == ["audit-read audit"]
    assert "Anna" not in listed
