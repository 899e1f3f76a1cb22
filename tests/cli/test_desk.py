"""A desk is set up with one command, and its tokens are handed over safely."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from servicebalie.core.vocabulary import Role
from servicebalie.db import Database
from servicebalie.services.accounts import InvalidToken, KnownTokens
from servicebalie.services.desks import find_desk
from servicebalie.services.directory import desk_municipalities, read_directory
from servicebalie.services.publication import find_desk_row
from tests.cli.conftest import Terminal
from tests.support.counted_desk import open_desk


def read_tokens(file: Path) -> dict[str, str]:
    tokens: dict[str, str] = json.loads(file.read_text())
    return tokens


def test_a_new_desk_has_a_counter_and_the_municipalities_it_works_for(
    terminal: Terminal, database: Database
) -> None:
    made = terminal.run(
        *("desk", "create", "--name", "Desk South", "--municipality", "GM0772", "--municipality", "GM0758"),
        *("--opening-hours", "Tu 13:00-16:00", "--language", "pl"),
        *("--address", "Stationsplein 1", "5611 AA", "Eindhoven", "GM0772"),
        *("--phone", "040 260 4260", "--email", "desk@example.org"),
    )
    assert made.status == 0, made.error
    with database.read() as session:
        desk = find_desk(session, "desk-south")
        counter = read_directory(session, desk.id).desk_service
        assert desk_municipalities(session, desk.id) == {"GM0772", "GM0758"}
    assert not desk.simulated
    assert counter.municipalities == {"GM0772", "GM0758"}
    assert counter.languages == {"pl"}
    assert [schedule.opening_hours for schedule in counter.schedules] == ["Tu 13:00-16:00"]
    assert counter.location is not None
    assert counter.location.city == "Eindhoven"
    assert (counter.phone, counter.email) == ("040 260 4260", "desk@example.org")


def test_a_desk_needs_nothing_but_a_name(terminal: Terminal, database: Database) -> None:
    assert terminal.run("desk", "create", "--name", "My desk").status == 0
    with database.read() as session:
        counter = read_directory(session, find_desk(session, None).id).desk_service
    assert counter.municipalities is None
    assert counter.location is None
    assert counter.schedules


def test_the_tokens_of_a_new_desk_work_for_one_user_of_each_role(
    terminal: Terminal, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "tokens.json"
    terminal.run("desk", "create", "--name", "My desk", "--tokens-file", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with database.read() as session:
        users = {
            role: KnownTokens().authenticate(session, token, datetime.now(UTC))
            for role, token in read_tokens(file).items()
        }
    assert {role: user.role for role, user in users.items()} == {
        "administrator": Role.ADMINISTRATOR,
        "desk": Role.DESK,
        "policymaker": Role.POLICYMAKER,
    }
    assert [role for role, user in users.items() if user.cleared] == ["desk"]


def test_tokens_are_shown_when_no_file_is_named(terminal: Terminal) -> None:
    made = terminal.run("desk", "create", "--name", "My desk")
    assert "policymaker: sb_" in made.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--municipality", "GM9999"], "no municipality with the code GM9999"),
        (["--language", "tlh"], "no language with the code tlh"),
        (["--address", "A 1", "5611 AA", "B", "GM9999"], "no municipality with the code GM9999"),
        (["--opening-hours", "sometimes"], "These are no opening hours"),
    ],
)
def test_what_cannot_be_understood_is_refused_and_no_desk_is_made(
    terminal: Terminal, arguments: list[str], complaint: str
) -> None:
    refused = terminal.run("desk", "create", "--name", "My desk", *arguments)
    assert refused.status in (1, 2)
    assert complaint in refused.error
    assert json.loads(terminal.run("status", "--json").output)["desks"] == 0


def test_two_desks_cannot_have_the_same_name(terminal: Terminal) -> None:
    terminal.run("desk", "create", "--name", "My desk")
    again = terminal.run("desk", "create", "--name", "My  Desk!")
    assert again.status == 1
    assert again.error == "servicebalie: There is a desk with this name already: my-desk."


def test_a_desk_is_not_made_when_its_tokens_cannot_be_written(terminal: Terminal, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        terminal.run("desk", "create", "--name", "My desk", "--tokens-file", tmp_path / "no" / "tokens")
    assert json.loads(terminal.run("status", "--json").output)["desks"] == 0


def test_renewed_tokens_replace_the_old_ones(terminal: Terminal, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    terminal.run("desk", "create", "--name", "My desk", "--tokens-file", file)
    old = read_tokens(file)
    assert terminal.run("tokens", "renew", "--tokens-file", file).status == 0
    new = read_tokens(file)
    assert new.keys() == old.keys()
    with database.read() as session:
        assert KnownTokens().authenticate(session, new["desk"], datetime.now(UTC)).role is Role.DESK
        with pytest.raises(InvalidToken):
            KnownTokens().authenticate(session, old["desk"], datetime.now(UTC))


def test_tokens_are_renewed_for_the_desk_that_is_named(
    terminal: Terminal, database: Database, tmp_path: Path
) -> None:
    terminal.run("desk", "create", "--name", "First")
    terminal.run("desk", "create", "--name", "Second")
    file = tmp_path / "tokens.json"
    terminal.run("tokens", "renew", "--desk", "second", "--tokens-file", file)
    with database.read() as session:
        principal = KnownTokens().authenticate(session, read_tokens(file)["desk"], datetime.now(UTC))
    assert principal.desk_slug == "second"


def test_there_are_no_tokens_to_renew_without_a_desk(terminal: Terminal) -> None:
    refused = terminal.run("tokens", "renew")
    assert refused.status == 1
    assert "servicebalie desk create" in refused.error


def test_a_desk_publishes_under_the_profile_that_is_chosen(terminal: Terminal, database: Database) -> None:
    terminal.run("desk", "create", "--name", "First")
    terminal.run("desk", "create", "--name", "Second", "--profile", "detailed")

    chosen = terminal.run("desk", "profile", "census", "--desk", "first")

    assert (chosen.status, chosen.error) == (0, "")
    assert chosen.output == "First publishes under the profile census-1.\n"
    with database.read() as session:
        profiles = {slug: find_desk_row(session, slug).profile for slug in ("first", "second")}
    assert profiles == {"first": "census-1", "second": "detailed-1"}


def test_the_profile_is_kept_once_a_month_was_published(terminal: Terminal, database: Database) -> None:
    desk = open_desk(database, datetime(2026, 1, 2, 9, tzinfo=UTC), "Desk South")
    desk.publish("2026-01")

    refused = terminal.run("desk", "profile", "detailed")

    assert refused.status == 1
    assert refused.error == (
        "servicebalie: Desk South has published under the profile default-1, and so it keeps that."
    )


def test_a_profile_that_does_not_exist_is_refused(terminal: Terminal) -> None:
    refused = terminal.run("desk", "create", "--name", "My desk", "--profile", "coarse")

    assert refused.status == 2
    assert "'coarse' is not one of" in refused.error
