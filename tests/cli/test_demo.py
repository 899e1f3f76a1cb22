"""`servicebalie demo` fills an empty database with thirteen reported months and a running one."""

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from servicebalie.cli import demo
from servicebalie.cli.demo import first_month
from servicebalie.core.referral_states import REFERRAL_OUTCOMES
from servicebalie.core.simulation import Period
from servicebalie.core.vocabulary import ReferralStatus, Role
from servicebalie.db import Database
from servicebalie.documents.production import all_documents
from servicebalie.models.questions import Question, Referral, Visit
from servicebalie.models.releases import Release
from servicebalie.services.accounts import KnownTokens
from servicebalie.services.published_documents import documented_releases
from tests.cli.conftest import Terminal, make_no_files, terminal_of

SMALL = ("demo", "--persons", "12", "--until", "2026-11-12")
SMALLEST = ("demo", "--persons", "1", "--until", "2026-11-12")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The smallest demonstration: the address of its database, and the file with its tokens."""

    database_url: str
    tokens: Path


@pytest.fixture(scope="module")
def demonstration(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """The smallest demonstration, without files of its reports, for tests that change nothing in it."""
    tokens = tmp_path_factory.mktemp("demonstration") / "tokens.json"
    with pytest.MonkeyPatch.context() as patch:
        make_no_files(patch)
        made = terminal_of(module_database_url, patch).run(*SMALLEST, "--tokens-file", tokens)
    assert made.status == 0, made.error
    return Demonstration(module_database_url, tokens)


@pytest.fixture
def demonstrated(demonstration: Demonstration) -> Iterator[Database]:
    """The database of the smallest demonstration."""
    database = Database(demonstration.database_url)
    yield database
    database.dispose()


def coded_facts(url: str) -> list[tuple[object, ...]]:
    """Return all that is coded about the questions of a database, in the order of time."""
    database = Database(url)
    query = (
        select(
            Question.received_at,
            Question.topic,
            Question.status,
            Question.outcome,
            Question.unmet_reason,
            Question.destination,
            Question.service_id,
            Question.due_on,
            Question.closed_at,
            Visit.channel,
            Visit.language,
            Visit.language_served,
            Visit.municipality,
            Visit.group,
            Visit.stay,
            Visit.arrival,
            Visit.registration,
        )
        .join(Visit)
        .order_by(Question.received_at, Question.topic)
    )
    with database.read() as session:
        rows = [tuple(row) for row in session.execute(query)]
    database.dispose()
    return rows


def test_a_new_database_gets_thirteen_reports_that_say_that_they_are_simulated(
    demonstration: Demonstration, demonstrated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with demonstrated.published() as session:
        releases = session.scalars(select(Release).order_by(Release.period)).all()
    assert [release.period for release in releases] == [
        *(f"2025-{month:02}" for month in (10, 11, 12)),
        "2025-Q4",
        *(f"2026-{month:02}" for month in range(1, 11)),
        *(f"2026-Q{quarter}" for quarter in (1, 2, 3)),
    ]
    assert all(release.simulated for release in releases)
    assert max(release.published_at for release in releases).date() == date(2026, 11, 7), (
        "the eighth of November, Dutch time"
    )
    terminal = terminal_of(demonstration.database_url, monkeypatch)
    status = json.loads(terminal.run("status", "--json").output)
    assert (status["desks"], status["latest_release"], status["simulated"]) == (1, "2026-10", True)


def test_it_hands_over_a_token_of_each_role_to_nobody_else(
    demonstration: Demonstration, demonstrated: Database
) -> None:
    assert stat.S_IMODE(demonstration.tokens.stat().st_mode) == 0o600
    tokens = json.loads(demonstration.tokens.read_text())
    with demonstrated.read() as session:
        users = {
            role: KnownTokens().authenticate(session, token, datetime.now(UTC))
            for role, token in tokens.items()
        }
    assert {role: user.role.value for role, user in users.items()} == {
        role.value: role.value for role in Role
    }


def test_where_there_is_a_desk_nothing_is_simulated(
    demonstration: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens, before = demonstration.tokens.read_text(), coded_facts(demonstration.database_url)
    terminal = terminal_of(demonstration.database_url, monkeypatch)
    again = terminal.run(*SMALLEST, "--tokens-file", demonstration.tokens)
    assert (again.status, again.output) == (0, "There is a desk already, so nothing was simulated.\n")
    assert demonstration.tokens.read_text() == tokens
    assert coded_facts(demonstration.database_url) == before


@pytest.mark.usefixtures("one_report")
def test_its_reports_have_every_file_that_can_be_made_of_them(terminal: Terminal, database: Database) -> None:
    made = terminal.run(*SMALLEST)
    with database.published() as session:
        desk = session.scalars(select(Release.desk)).one()
        [release] = documented_releases(session, desk)
    without_pictures = {key for key in all_documents() if not key[0].startswith("chart-")}
    assert release.documents == without_pictures, "one person is too few for a picture"
    assert f"made {len(release.documents)} files of its reports." in made.output


@pytest.mark.usefixtures("without_files")
def test_the_same_seed_gives_the_same_facts_on_either_database(
    sqlite_database_url: str, postgresql_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICEBALIE_SECRET", "a secret of the tests that is long enough")
    monkeypatch.setenv("SERVICEBALIE_MASTER_KEY", "6d" * 32)
    facts = []
    for url in (sqlite_database_url, postgresql_database_url):
        monkeypatch.setenv("SERVICEBALIE_DATABASE_URL", url)
        monkeypatch.setenv("SERVICEBALIE_PUBLISHED_DATABASE_URL", "")
        assert Terminal().run(*SMALL, "--seed", "5", "--shock").status == 0
        facts.append(coded_facts(url))
    assert facts[0] == facts[1]
    assert len(facts[0]) > 100


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (date(2026, 11, 22), "2025-10"),
        (date(2026, 11, 7), "2025-10"),
        (date(2026, 11, 6), "2025-09"),
        (date(2026, 1, 31), "2024-12"),
        (date(2026, 2, 7), "2025-01"),
    ],
)
def test_the_first_month_is_thirteen_months_before_the_last_one_that_is_frozen(
    last: date, first: str
) -> None:
    assert str(first_month(last)) == first


def test_yesterday_is_the_last_day_unless_another_is_given(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived: list[Period] = []
    monkeypatch.setattr(demo, "live", lambda _database, _desk, _days, period, _keys: lived.append(period))
    # Past midnight in the Netherlands, where the thirteenth has begun.
    with time_machine.travel(datetime(2026, 11, 12, 23, 30, tzinfo=UTC), tick=False):
        assert terminal.run("demo", "--persons", "1").status == 0
    assert [period.last for period in lived] == [date(2026, 11, 12)]


def test_the_smallest_demonstration_ends_with_a_referral_in_every_state(demonstrated: Database) -> None:
    with demonstrated.read() as session:
        states = set(session.scalars(select(Referral.status)))
        ended = session.scalars(select(Referral.outcome).where(Referral.outcome.is_not(None))).all()
    assert states == set(ReferralStatus)
    assert {*ended} >= {*REFERRAL_OUTCOMES}


def test_nothing_is_simulated_on_a_server(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "MODE": "production",
        "PUBLIC_ADDRESS": "https://desk.example.org",
        "TRUSTED_PROXIES": "10.0.0.1",
        "MAIL_URL": "smtp://mail.example.org",
        "MAIL_FROM": "desk@example.org",
    }.items():
        monkeypatch.setenv(f"SERVICEBALIE_{name}", value)
    refused = terminal.run("demo")
    assert refused.status == 1
    assert "no demo" in refused.error
