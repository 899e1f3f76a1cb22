"""`servicebalie users`: adding, listing and closing."""

from datetime import UTC, datetime

import pytest

from servicebalie.core.keys import Keys
from servicebalie.core.limits import SessionLimits
from servicebalie.core.vocabulary import Destination, Role
from servicebalie.db import Database
from servicebalie.services.accounts import InvalidToken, KnownTokens, Principal, add_user
from servicebalie.services.desks import find_desk
from servicebalie.services.directory import add_organisation
from servicebalie.services.former_users import forget_users
from servicebalie.services.local_accounts import find_link
from servicebalie.services.sessions import find_signed_in, list_sessions, open_session
from tests.cli.conftest import SECRET, Terminal
from tests.support.workplace import NOW


@pytest.fixture
def library(terminal: Terminal, database: Database) -> int:
    """A desk with a library in its directory."""
    terminal.run("desk", "create", "--name", "My desk")
    with database.begin() as session:
        return add_organisation(session, find_desk(session, None).id, "Library", Destination.LIBRARY)


def add_librarian(terminal: Terminal, *options: str) -> str:
    """Add somebody at the library and return the token."""
    added = terminal.run(
        "users", "add", "Front desk", "--role", "partner", "--organisation", "Library", *options
    )
    assert added.status == 0, added.error
    return added.output.strip()


def whose(database: Database, token: str) -> Principal:
    with database.read() as session:
        return KnownTokens().authenticate(session, token, NOW)


def test_somebody_at_a_partner_gets_a_token_for_that_organisation(
    terminal: Terminal, database: Database, library: int
) -> None:
    ordinary = whose(database, add_librarian(terminal))
    assert (ordinary.role, ordinary.organisation_id, ordinary.cleared) == (Role.PARTNER, library, False)
    assert whose(database, add_librarian(terminal, "--cleared")).cleared


def test_others_are_of_no_organisation(terminal: Terminal, database: Database, library: int) -> None:
    token = terminal.run("users", "add", "Policy", "--role", "policymaker").output.strip()
    assert (whose(database, token).role, whose(database, token).organisation_id) == (Role.POLICYMAKER, None)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--role", "partner"), "A partner has an --organisation"),
        (("--role", "desk", "--organisation", "Library"), "A partner has an --organisation"),
        (("--role", "partner", "--organisation", "Bakery"), "no organisation of this name"),
    ],
)
def test_an_organisation_that_is_missing_or_too_much_is_told(
    terminal: Terminal, library: int, options: tuple[str, ...], told: str
) -> None:
    refused = terminal.run("users", "add", "Front desk", *options)
    assert refused.status != 0
    assert told in refused.error
    assert "Front desk" not in terminal.run("users", "list").output


def test_who_is_closed_can_do_nothing_any_more(terminal: Terminal, database: Database, library: int) -> None:
    token = add_librarian(terminal, "--cleared")
    (line,) = [one for one in terminal.run("users", "list").output.splitlines() if "Front desk" in one]
    assert "partner, Library, cleared, token until" in line
    number = line.split(" ", 1)[0]
    assert terminal.run("users", "close", number).status == 0
    assert f"{number} Front desk: partner, Library, cleared, closed" in terminal.run("users", "list").output
    with pytest.raises(InvalidToken):
        whose(database, token)


def test_who_is_signed_out_everywhere_may_come_back(
    terminal: Terminal, database: Database, library: int
) -> None:
    token, now, limits = add_librarian(terminal), datetime.now(UTC), SessionLimits()
    secret = database.write(lambda session: open_session(session, token, now, limits))
    number = whose(database, token).user_id
    assert "1" in terminal.run("users", "sign-out", number).output
    with database.read() as session:
        assert find_signed_in(session, secret, now, limits) is None
    secret = database.write(lambda session: open_session(session, token, now, limits))
    terminal.run("users", "close", number)
    with database.read() as session:
        assert list_sessions(session, number, now, limits) == []


@pytest.mark.parametrize("act", ["close", "sign-out"])
def test_a_number_of_nobody_is_told(terminal: Terminal, library: int, act: str) -> None:
    refused = terminal.run("users", act, 999)
    assert (refused.status, refused.error) == (
        1,
        "servicebalie: The desk has no user 999. See: servicebalie users list",
    )


def test_who_never_had_a_token_is_listed_too(terminal: Terminal, database: Database, library: int) -> None:
    with database.begin() as session:
        add_user(session, find_desk(session, None).id, "Nobody yet", Role.DESK)
    assert "Nobody yet: desk, no token" in terminal.run("users", "list").output


def test_who_is_invited_gets_a_link_and_again_when_it_is_needed(
    terminal: Terminal, database: Database, library: int
) -> None:
    invite = ("users", "invite", "Front desk", "--role", "partner", "--organisation", "Library")
    first = terminal.run(*invite, "--email", "Front@library.example", "--locale", "en")
    assert first.output.startswith("http://127.0.0.1:8000/en/account-link/")
    (line,) = [one for one in terminal.run("users", "list").output.splitlines() if "Front desk" in one]
    assert "front@library.example" in line
    again = terminal.run("users", "invite", line.split(" ", 1)[0], "--again")
    assert again.output.startswith("http://127.0.0.1:8000/en/account-link/")
    assert again.output != first.output
    keys = Keys.from_secret(SECRET.encode())
    with database.read() as session:
        for each in (first, again):
            link = find_link(session, keys, each.output.strip().rpartition("/")[2], datetime.now(UTC))
            assert (link.login, link.name) == ("front@library.example", "Front desk")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Clerk", "--role", "desk"), "Give an --email or a --login"),
        (("Clerk", "--login", "clerk"), "Give a --role"),
        (("1", "--again", "--login", "clerk"), "With --again NAME is a number"),
        (("999", "--again"), "no user 999 with a login"),
        (("Clerk", "--role", "desk", "--login", " Taken "), "Somebody has this login already"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(
    terminal: Terminal, library: int, arguments: tuple[str, ...], told: str
) -> None:
    assert terminal.run("users", "invite", "First", "--role", "desk", "--login", "taken").status == 0
    refused = terminal.run("users", "invite", *arguments)
    assert refused.status != 0
    assert told in refused.error
    assert "Clerk" not in terminal.run("users", "list").output


def test_a_former_colleague_is_listed_without_a_name(terminal: Terminal, database: Database) -> None:
    terminal.run("desk", "create", "--name", "My desk")
    terminal.run("users", "add", "Anna", "--role", "desk")
    (line,) = [one for one in terminal.run("users", "list").output.splitlines() if "Anna" in one]
    number = line.split(" ", 1)[0]
    terminal.run("users", "close", number)
    with database.begin() as session:
        forget_users(session, [int(number)])
    assert f"{number} a former colleague: desk, closed" in terminal.run("users", "list").output.splitlines()
