"""Tables belong to one role, and another one works with them, which can change no table and no policy."""

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import ProgrammingError

from servicebalie.app import create_app
from servicebalie.config import Settings
from servicebalie.db import Database
from servicebalie.models.audit import AuditEvent
from tests.cli.conftest import SECRET, Finished, Terminal
from tests.support.small_desk import SmallDesk, make_small_desk

NOT_FOR_THE_APPLICATION = (
    "ALTER TABLE question ADD COLUMN more text",
    "ALTER TABLE question DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE question NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "DROP POLICY of_one_desk ON question",
    "CREATE POLICY everything ON question USING (true)",
    "DROP TABLE question",
    "TRUNCATE data_key",
    "CREATE TABLE more (id integer)",
    "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "UPDATE audit_event SET action = 'audit-read'",
    "UPDATE audit_seal SET count = 0",
    "DELETE FROM audit_seal",
    "DELETE FROM destruction",
    "UPDATE topic SET code = code",
    "DELETE FROM alembic_version",
    "SET session_replication_role = replica",
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment on PostgreSQL with two roles: the address with each."""

    owner: str
    application: str
    role: str


@pytest.fixture
def deployment(
    postgresql_database_url: str,
    postgresql_server_url: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Deployment]:
    """A migrated deployment in which the role of the application owns nothing."""
    role = f"Desk {secrets.token_hex(6)}"
    application = make_url(postgresql_database_url).set(username=role, password=None).render_as_string()
    (tmp_path / "password").write_text("it's 100% secret\n")
    for name, value in {
        "DATABASE_URL": application,
        "DATABASE_PASSWORD_FILE": str(tmp_path / "password"),
        "OWNER_DATABASE_URL": postgresql_database_url,
        "SECRET": SECRET,
        "MASTER_KEY": "6d" * 32,
        "MAIL_URL": f"directory:{tmp_path}/mail",
    }.items():
        monkeypatch.setenv(f"SERVICEBALIE_{name}", value)
    # The second time the role is there.
    for _ in range(2):
        migrated = Terminal().run("migrate")
        assert (migrated.status, migrated.error) == (0, "")
    yield Deployment(postgresql_database_url, Settings.from_env(os.environ).database_url, role)
    superuser = make_url(postgresql_server_url).set(database=make_url(postgresql_database_url).database)
    database = Database(superuser.render_as_string(hide_password=False))
    with database.begin() as session:
        session.execute(text(f'DROP OWNED BY "{role}"'))
        session.execute(text(f'DROP ROLE "{role}"'))
    database.dispose()


@pytest.fixture
def database(deployment: Deployment) -> Iterator[Database]:
    """The database with the role of the application."""
    database = Database(deployment.application)
    yield database
    database.dispose()


def run(*arguments: object) -> Finished:
    """Run a command that must do what it is for."""
    finished = Terminal().run(*arguments)
    assert finished.status == 0, finished.error
    return finished


def ask_and_sign_in(desk: SmallDesk) -> None:
    """Register a question by the API, and sign in and out on the pages."""
    app = create_app(Settings.from_env(os.environ))
    client = app.test_client()
    answer = client.post(
        "/api/v1/questions",
        json={"topic": "bsn", "text": "Hoe?", "contact": {"email": "anna@example.org"}},
        headers={"Authorization": f"Bearer {desk.tokens['desk']}"},
    )
    assert answer.status_code == 201
    signed_in = client.post("/en/sign-in", data={"token": desk.tokens["desk"]}, base_url="https://localhost")
    assert signed_in.status_code == 303
    page = client.get("/en/account", base_url="https://localhost")
    (proof,) = set(re.findall(r'name="proof"\s+value="(\w+)"', page.text))
    ended = client.post("/en/account/sessions/end", data={"proof": proof}, base_url="https://localhost")
    assert ended.status_code == 303
    app.extensions["servicebalie"].database.dispose()


def test_the_role_of_the_application_runs_the_desk(deployment: Deployment, database: Database) -> None:
    with database.begin() as session:
        desk = make_small_desk(session, "Desk")
    ask_and_sign_in(desk)
    run("worker", "--once")
    run("retention", "run")
    run("publish", "--month", f"{datetime.now(UTC):%Y}-01")
    run("audit", "verify")
    run("status")
    with database.read() as session:
        assert session.scalar(text("SELECT current_user")) == deployment.role
        chained = session.scalars(select(AuditEvent.sequence)).all()
    assert len([number for number in chained if number]) >= 3


def is_refused(database: Database, statement: str) -> bool:
    """Tell whether the role of the application may not do this."""
    try:
        with database.begin() as session:
            session.execute(text(statement))
    except ProgrammingError as refusal:
        return bool(re.search("permission denied|must be owner", str(refusal)))
    return False


def test_the_role_of_the_application_changes_no_table_and_takes_nothing_back(database: Database) -> None:
    # In one test, because a deployment with two roles takes longer than all of them.
    allowed = [statement for statement in NOT_FOR_THE_APPLICATION if not is_refused(database, statement)]
    assert allowed == []


def test_who_does_not_own_the_tables_is_told_so_when_migrating(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SERVICEBALIE_OWNER_DATABASE_URL")
    refused = Terminal().run("migrate")
    assert refused.status == 1
    assert refused.error.startswith(f"servicebalie: The role {deployment.role} does not own the tables.")


def test_only_the_owner_makes_the_database_forget_destroyed_keys_at_once(
    deployment: Deployment, database: Database
) -> None:
    assert database.scrub() is False
    both = Database(deployment.application, owner_url=deployment.owner)
    assert both.scrub() is True
    both.dispose()


def test_the_check_knows_who_owns_the_tables(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "MODE": "production",
        "PUBLIC_ADDRESS": "http://127.0.0.1:8000",
        "MAIL_FROM": "desk@example.org",
    }.items():
        monkeypatch.setenv(f"SERVICEBALIE_{name}", value)
    own = '"code": "tables-owner",\n    "level": "%s"'
    assert own % "right" in Terminal().run("check", "--json").output
    monkeypatch.setenv("SERVICEBALIE_DATABASE_URL", deployment.owner)
    assert own % "weak" in Terminal().run("check", "--json").output
