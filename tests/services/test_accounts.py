"""Users and their tokens."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Update, select, update

from servicebalie.core.vocabulary import Role
from servicebalie.models.accounts import Token, User
from servicebalie.models.desks import Desk
from servicebalie.services import accounts
from servicebalie.services.accounts import (
    ExpiredToken,
    InvalidToken,
    KnownTokens,
    Principal,
    issue_token,
    renew_tokens,
)
from servicebalie.services.prepared import find_row
from tests.support.workplace import NOW, SmallWorkplace


def sign_in(desk: SmallWorkplace, token: str, after: timedelta = timedelta()) -> Principal:
    """Return whose token it is, some time after it was given out."""
    return desk.read(lambda session: KnownTokens().authenticate(session, token, NOW + after))


def token_for(desk: SmallWorkplace, user: str, lifetime: timedelta = timedelta(days=1)) -> str:
    """Give a user a token of this moment."""
    return desk.database.write(lambda session: issue_token(session, desk.desk.users[user], NOW, lifetime))


def test_a_token_tells_who_signs_in_and_what_counts_for_what_they_may_see(small_desk: SmallWorkplace) -> None:
    principal = sign_in(small_desk, token_for(small_desk, "cleared-town"))
    town = small_desk.work.directory[small_desk.desk.services["town"]]
    assert principal.user_id == small_desk.desk.users["cleared-town"]
    assert (principal.desk_id, principal.desk_slug) == (small_desk.desk.id, "desk")
    assert (principal.role, principal.cleared) == (Role.PARTNER, True)
    assert principal.organisation_id == town.organisation_id
    assert principal.directory_version == small_desk.work.directory.version


def test_a_token_is_good_until_its_last_moment_and_no_longer(small_desk: SmallWorkplace) -> None:
    token = token_for(small_desk, "desk")
    last_moment = timedelta(days=1) - timedelta(microseconds=1)
    assert sign_in(small_desk, token, last_moment).user_id == small_desk.desk.users["desk"]
    with pytest.raises(ExpiredToken):
        sign_in(small_desk, token, timedelta(days=1))


def test_a_token_that_was_never_given_out_signs_nobody_in(small_desk: SmallWorkplace) -> None:
    token = token_for(small_desk, "desk")
    with pytest.raises(InvalidToken):
        sign_in(small_desk, token[:-1])


def test_a_token_is_not_stored_but_can_be_told_apart(small_desk: SmallWorkplace) -> None:
    token = token_for(small_desk, "desk")
    rows = small_desk.read(lambda session: session.scalars(select(Token)).all())
    stored = [row for row in rows if token.startswith(row.prefix)]
    assert len(stored) == 1
    assert token.encode() not in stored[0].hash
    assert len(stored[0].prefix) < len(token) / 3


def test_who_works_here_no_more_cannot_sign_in(small_desk: SmallWorkplace) -> None:
    token = token_for(small_desk, "desk")
    with small_desk.database.begin() as session:
        leaver = small_desk.desk.users["desk"]
        session.execute(update(User).where(User.id == leaver).values(active=False))
    with pytest.raises(InvalidToken):
        sign_in(small_desk, token)


def test_renewing_revokes_every_token_and_gives_one_to_the_first_user_of_each_role(
    small_desk: SmallWorkplace,
) -> None:
    old = [
        token_for(small_desk, "desk"),
        token_for(small_desk, "uncleared"),
        token_for(small_desk, "library"),
    ]
    renewed = small_desk.database.write(lambda session: renew_tokens(session, small_desk.desk.id, NOW))
    assert {role: sign_in(small_desk, token).role for role, token in renewed.items()} == {
        role: role for role in Role
    }
    assert sign_in(small_desk, renewed[Role.DESK]).user_id == small_desk.desk.users["desk"]
    for token in old:
        with pytest.raises(InvalidToken):
            sign_in(small_desk, token)


def test_what_a_token_was_found_to_be_is_remembered_until_it_expires(small_desk: SmallWorkplace) -> None:
    tokens, token = KnownTokens(), token_for(small_desk, "desk")
    assert tokens.recall(token, NOW) is None
    principal = small_desk.read(lambda session: tokens.authenticate(session, token, NOW))
    known = tokens.recall(token, NOW)
    assert known is not None
    assert known.principal == principal == sign_in(small_desk, token)
    assert tokens.recall(token, NOW + timedelta(days=1)) is None
    assert tokens.recall(token[:-1], NOW) is None


@pytest.mark.parametrize(
    "change",
    [
        update(Token).values(revoked_at=NOW),
        update(Token).values(expires_at=NOW),
        update(User).values(active=False),
        update(User).values(role=Role.ADMINISTRATOR),
        update(User).values(cleared=False),
        update(User).values(organisation_id=1),
        update(Desk).values(directory_version=99),
    ],
)
def test_the_guard_of_a_remembered_token_finds_every_change(
    small_desk: SmallWorkplace, change: Update
) -> None:
    tokens, token = KnownTokens(), token_for(small_desk, "desk")
    with small_desk.database.begin() as session:
        tokens.authenticate(session, token, NOW)
        known = tokens.recall(token, NOW)
        assert known is not None
        assert find_row(session, known.guard.query, known.guard.values) is not None
        session.execute(change)
        assert find_row(session, known.guard.query, known.guard.values) is None


def test_a_token_that_is_refused_is_forgotten(small_desk: SmallWorkplace) -> None:
    tokens, token = KnownTokens(), token_for(small_desk, "desk")
    with small_desk.database.begin() as session:
        tokens.authenticate(session, token, NOW)
        session.execute(update(Token).values(revoked_at=NOW))
        with pytest.raises(InvalidToken):
            tokens.authenticate(session, token, NOW)
    assert tokens.recall(token, NOW) is None


def test_no_more_tokens_are_remembered_than_fit(
    small_desk: SmallWorkplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "MOST_KNOWN", 2)
    tokens, given = KnownTokens(), [token_for(small_desk, "desk") for _ in range(3)]
    with small_desk.database.begin() as session:
        for token in given:
            tokens.authenticate(session, token, NOW)
    assert [tokens.recall(token, NOW) is not None for token in given] == [False, False, True]


def test_a_token_stays_known_to_other_requests_while_one_looks_it_up(
    small_desk: SmallWorkplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens, token, known = KnownTokens(), token_for(small_desk, "desk"), []

    def looked_up(*query: Any) -> Any:
        known.append(tokens.recall(token, NOW) is not None)
        return find_row(*query)

    monkeypatch.setattr(accounts, "find_row", looked_up)
    with small_desk.database.begin() as session:
        for _ in range(2):
            tokens.authenticate(session, token, NOW)
    assert known == [False, True]
