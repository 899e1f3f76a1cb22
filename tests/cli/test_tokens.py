"""`servicebalie tokens`: listing, issuing, rotating and revoking."""

import pytest

from servicebalie.core.scopes import Scope
from servicebalie.db import Database
from servicebalie.services.accounts import InvalidToken, KnownTokens, Principal
from tests.cli.conftest import Terminal
from tests.support.workplace import NOW


@pytest.fixture
def user(terminal: Terminal) -> str:
    """The number of a user without a token that is good."""
    terminal.run("desk", "create", "--name", "My desk")
    terminal.run("users", "add", "Phone line", "--role", "desk")
    (line,) = [one for one in terminal.run("users", "list").output.splitlines() if "Phone line" in one]
    return line.split(" ", 1)[0]


def whose(database: Database, token: str) -> Principal:
    with database.read() as session:
        return KnownTokens().authenticate(session, token, NOW)


def line_of(terminal: Terminal, token: str) -> str:
    """Return what the list says of a token."""
    lines = terminal.run("tokens", "list").output.splitlines()
    return next((line for line in lines if token.startswith(line.split(" ", 1)[0])), "")


def test_a_token_can_be_for_some_things_only(terminal: Terminal, database: Database, user: str) -> None:
    scopes = ("--scope", "trends:read", "--scope", "questions:read")
    token = terminal.run("tokens", "issue", user, *scopes).output.strip()
    assert whose(database, token).scopes == {Scope.QUESTIONS_READ, Scope.TRENDS_READ}
    line = line_of(terminal, token)
    assert f"{user} Phone line: desk, for questions:read trends:read, from " in line
    assert line.endswith("never used")
    everything = terminal.run("tokens", "issue", user).output.strip()
    assert "for everything" in line_of(terminal, everything)


def test_a_token_is_rotated_and_revoked_by_how_it_begins(
    terminal: Terminal, database: Database, user: str
) -> None:
    old = terminal.run("tokens", "issue", user, "--scope", "questions:write").output.strip()
    new = terminal.run("tokens", "rotate", old[:10], "--overlap", "12h").output.strip()
    assert whose(database, new).scopes == whose(database, old).scopes == {Scope.QUESTIONS_WRITE}
    # Who pastes all of it does not put it into a log.
    assert terminal.run("tokens", "revoke", new).status == 0
    with pytest.raises(InvalidToken):
        whose(database, new)
    assert terminal.run("tokens", "rotate", old[:10], "--overlap", "0").status == 0
    assert line_of(terminal, old) == ""


def test_revoking_names_what_came_in_its_place_and_ends_that_too_when_asked(
    terminal: Terminal, database: Database, user: str
) -> None:
    old = terminal.run("tokens", "issue", user).output.strip()
    new = terminal.run("tokens", "rotate", old[:10]).output.strip()
    assert f"made with {old[:10]}, never used" in line_of(terminal, new)
    told = terminal.run("tokens", "revoke", old[:10]).output.splitlines()
    assert told[:2] == ["tokens that ended: 1", f"made with it, and good still: {new[:10]}"]
    assert whose(database, new)
    again = terminal.run("tokens", "revoke", old[:10], "--and-those-made-with-it")
    assert again.output == "tokens that ended: 1\n"
    with pytest.raises(InvalidToken):
        whose(database, new)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("revoke", "sb_nothing"), "No good token of this desk begins like this"),
        (("rotate", "sb_nothing"), "No good token of this desk begins like this"),
        (("rotate", "sb_nothing", "--overlap", "a week"), "Give a time such as 7d or 12h, or 0."),
        (("issue", "999"), "The desk has no user 999"),
        (("issue", "1", "--scope", "everything"), "is not one of"),
    ],
)
def test_what_cannot_be_is_told(terminal: Terminal, user: str, arguments: tuple[str, ...], told: str) -> None:
    refused = terminal.run("tokens", *arguments)
    assert refused.status != 0
    assert told in refused.error
