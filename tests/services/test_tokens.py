"""Tokens after they were given out."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from servicebalie.core.errors import InvalidInput
from servicebalie.core.permissions import Action
from servicebalie.core.scopes import Scope
from servicebalie.models.accounts import Token, User
from servicebalie.services.accounts import (
    NOTED_EVERY,
    PREFIX_LENGTH,
    ExpiredToken,
    InvalidToken,
    KnownTokens,
    Principal,
    issue_token,
    note_used,
)
from servicebalie.services.former_users import delete_tokens
from servicebalie.services.tokens import (
    NoSuchToken,
    Revocation,
    TokenFacts,
    issue_own_token,
    issue_token_for,
    list_own_tokens,
    list_tokens,
    revoke_own_token,
    revoke_token,
    rotate_token,
)
from servicebalie.services.users import NoSuchUser
from tests.support.workplace import NOW, SmallWorkplace, open_small_desk

DAY = timedelta(days=1)
READER = frozenset({Scope.QUESTIONS_READ})


@pytest.fixture
def token(small_desk: SmallWorkplace) -> str:
    """A token of the desk worker, for reading questions, that is good for ten days."""
    worker = small_desk.desk.users["desk"]
    return small_desk.database.write(
        lambda session: issue_token(session, worker, NOW, 10 * DAY, scopes=READER)
    )


def whose(desk: SmallWorkplace, token: str, after: timedelta = timedelta()) -> Principal:
    return desk.read(lambda session: KnownTokens().authenticate(session, token, NOW + after))


def listed(desk: SmallWorkplace, token: str) -> TokenFacts | None:
    """Return what the list tells of a token."""
    found = desk.read(lambda session: list_tokens(session, desk.desk.id, NOW))
    return next((one for one in found if token.startswith(one.prefix)), None)


def rotate(desk: SmallWorkplace, token: str, overlap: timedelta = DAY) -> str:
    prefix = token[:PREFIX_LENGTH]
    return desk.database.write(lambda session: rotate_token(session, desk.desk.id, prefix, overlap, NOW))


def test_a_token_is_listed_with_what_it_is_for(small_desk: SmallWorkplace, token: str) -> None:
    facts = listed(small_desk, token)
    assert facts is not None
    assert (facts.user, facts.scopes, facts.used_at) == ("Desk worker", READER, None)
    assert facts.expires_at - facts.created_at == 10 * DAY
    assert whose(small_desk, token).scopes == READER


def test_a_token_that_is_rotated_ends_after_the_overlap(small_desk: SmallWorkplace, token: str) -> None:
    new = rotate(small_desk, token)
    assert whose(small_desk, new, 9 * DAY).scopes == READER
    assert whose(small_desk, token, DAY / 2) == whose(small_desk, token)
    with pytest.raises(ExpiredToken):
        whose(small_desk, token, DAY)


def test_an_overlap_never_makes_a_token_last_longer(small_desk: SmallWorkplace, token: str) -> None:
    rotate(small_desk, token, 20 * DAY)
    with pytest.raises(ExpiredToken):
        whose(small_desk, token, 10 * DAY)


def test_what_was_revoked_is_neither_good_nor_listed_nor_rotated(
    small_desk: SmallWorkplace, token: str
) -> None:
    prefix = token[:PREFIX_LENGTH]
    small_desk.database.write(lambda session: revoke_token(session, small_desk.desk.id, prefix, NOW))
    with pytest.raises(InvalidToken):
        whose(small_desk, token)
    assert listed(small_desk, token) is None
    with pytest.raises(NoSuchToken):
        rotate(small_desk, token)


def test_nothing_is_done_with_a_token_of_another_desk(small_desk: SmallWorkplace, token: str) -> None:
    other = open_small_desk(small_desk.database, "Other").desk.id
    prefix = token[:PREFIX_LENGTH]
    with pytest.raises(NoSuchToken):
        small_desk.database.write(lambda session: revoke_token(session, other, prefix, NOW))
    with pytest.raises(NoSuchToken):
        small_desk.database.write(lambda session: rotate_token(session, other, prefix, DAY, NOW))
    worker = small_desk.desk.users["desk"]
    with pytest.raises(NoSuchUser):
        small_desk.database.write(lambda session: issue_token_for(session, other, worker, None, DAY, NOW))
    assert whose(small_desk, token).user_id == worker


def test_nobody_who_left_gets_a_token(small_desk: SmallWorkplace) -> None:
    worker, desk = small_desk.desk.users["desk"], small_desk.desk.id
    new = small_desk.database.write(lambda session: issue_token_for(session, desk, worker, READER, DAY, NOW))
    assert whose(small_desk, new).scopes == READER
    small_desk.database.write(lambda session: session.execute(update(User).values(active=False)))
    with pytest.raises(NoSuchUser):
        small_desk.database.write(lambda session: issue_token_for(session, desk, worker, None, DAY, NOW))
    assert small_desk.read(lambda session: list_tokens(session, desk, NOW)) == []


def test_who_makes_a_token_gives_away_no_more_and_no_longer_than_they_have(
    small_desk: SmallWorkplace, token: str
) -> None:
    me = whose(small_desk, token)
    facts, made = small_desk.database.write(
        lambda session: issue_own_token(session, me, [Scope.QUESTIONS_READ], 90 * DAY, NOW)
    )
    assert made.startswith(facts.prefix)
    assert facts.expires_at == NOW + 10 * DAY
    beyond = [Scope.QUESTIONS_READ, Scope.QUESTIONS_WRITE, Scope.TRENDS_READ]
    with pytest.raises(InvalidInput) as refusal:
        small_desk.database.write(lambda session: issue_own_token(session, me, beyond, DAY, NOW))
    assert [fault.pointer for fault in refusal.value.faults] == ["/scopes/1", "/scopes/2"]


def test_who_is_signed_in_without_a_token_chooses_how_long_one_is_good(small_desk: SmallWorkplace) -> None:
    facts, _ = small_desk.database.write(
        lambda session: issue_own_token(session, small_desk.user("desk"), [*READER], 3 * DAY, NOW)
    )
    assert facts.expires_at == NOW + 3 * DAY


def test_everybody_sees_and_ends_their_own_tokens_only(small_desk: SmallWorkplace, token: str) -> None:
    me, prefix = whose(small_desk, token), token[:PREFIX_LENGTH]
    other = small_desk.user("administrator")
    own = small_desk.read(lambda session: list_own_tokens(session, me, NOW))
    others = small_desk.read(lambda session: list_own_tokens(session, other, NOW))
    assert [one.id == me.token_id for one in own] == [False, True]
    assert not {one.id for one in own} & {one.id for one in others}
    with pytest.raises(NoSuchToken):
        small_desk.database.write(lambda session: revoke_own_token(session, other, prefix, NOW))
    small_desk.database.write(lambda session: revoke_own_token(session, me, prefix, NOW))
    assert listed(small_desk, token) is None


def test_the_use_of_a_token_is_noted_once_an_hour_and_asked_for_as_often(
    small_desk: SmallWorkplace, token: str
) -> None:
    tokens, moment = KnownTokens(), timedelta(microseconds=1)
    with small_desk.database.begin() as session:
        first = tokens.look_up(session, token, NOW)
        assert first.unnoted
        assert first.actions >= {Action.READ_QUESTION}
        note_used(session, first.principal.token_id, NOW)
        note_used(session, first.principal.token_id, NOW + NOTED_EVERY - moment)
        used = session.scalar(select(Token.used_at).where(Token.id == first.principal.token_id))
        assert used == NOW
        assert tokens.recall(token, NOW + NOTED_EVERY - moment) is not None
        assert tokens.recall(token, NOW + NOTED_EVERY) is None
        again = tokens.look_up(session, token, NOW + NOTED_EVERY - moment)
        assert not again.unnoted
        assert tokens.recall(token, NOW + NOTED_EVERY) is None
        assert tokens.look_up(session, token, NOW + NOTED_EVERY).unnoted


def test_those_made_with_a_token_are_named_and_end_with_it_when_that_is_asked(
    small_desk: SmallWorkplace, token: str
) -> None:
    desk, write = small_desk.desk.id, small_desk.database.write
    read_and_make = [Scope.QUESTIONS_READ, Scope.TOKENS_WRITE]

    def make(using: str) -> str:
        principal = whose(small_desk, using)
        return write(lambda s: issue_own_token(s, principal, read_and_make, DAY, NOW))[1]

    worker = small_desk.desk.tokens["desk"]
    stolen, own = make(worker), make(worker)
    child = make(stolen)
    grandchild = make(child)
    rotated = write(lambda s: rotate_token(s, desk, stolen[:PREFIX_LENGTH], timedelta(), NOW))
    made = [one[:PREFIX_LENGTH] for one in (child, grandchild, rotated)]
    found = {one.prefix: one.made_with for one in small_desk.read(lambda s: list_tokens(s, desk, NOW))}
    assert [found[one] for one in made] == [
        stolen[:PREFIX_LENGTH],
        child[:PREFIX_LENGTH],
        stolen[:PREFIX_LENGTH],
    ]
    # It has ended by the rotation, so there is nothing to end but what was made with it.
    prefix = stolen[:PREFIX_LENGTH]
    with pytest.raises(NoSuchToken):
        write(lambda s: revoke_token(s, desk, prefix, NOW))
    shorter = write(lambda s: revoke_token(s, desk, child[:PREFIX_LENGTH], NOW))
    assert shorter == Revocation(1, (grandchild[:PREFIX_LENGTH],))
    assert write(lambda s: revoke_token(s, desk, prefix, NOW, with_descendants=True)) == Revocation(2, ())
    for ended in (child, grandchild, rotated):
        with pytest.raises(InvalidToken):
            whose(small_desk, ended)
    for good in (worker, own, token):
        assert whose(small_desk, good)


def test_a_token_whose_first_was_deleted_names_none(small_desk: SmallWorkplace) -> None:
    first = whose(small_desk, small_desk.desk.tokens["desk"])
    write = small_desk.database.write
    facts, _ = write(lambda s: issue_own_token(s, first, [Scope.QUESTIONS_READ], DAY, NOW))
    write(lambda s: delete_tokens(s, [first.token_id or 0]))
    (left,) = small_desk.read(lambda s: list_own_tokens(s, first, NOW))
    assert (left.prefix, left.made_with) == (facts.prefix, None)
