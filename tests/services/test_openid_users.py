"""Users by the word of a provider of identities."""

from datetime import timedelta

import pytest

from servicebalie.core.limits import SessionLimits
from servicebalie.core.openid import Identity, RoleRule
from servicebalie.core.vocabulary import Role, SignedInWith
from servicebalie.services.accounts import InvalidToken, KnownTokens, issue_token
from servicebalie.services.openid_users import Refusal, admit
from servicebalie.services.sessions import list_sessions, open_session_of
from servicebalie.services.users import close_user, list_users
from tests.support.workplace import NOW, SmallWorkplace, open_small_desk

ANNA = Identity("https://id.example", "anna", "Anna")
DESK = RoleRule("desk", Role.DESK, cleared=True)
LIBRARY = RoleRule("library", Role.PARTNER, organisation="Library Eindhoven")
LIMITS = SessionLimits()


def come(
    place: SmallWorkplace, rule: RoleRule | None, identity: Identity = ANNA, desk_id: int | None = None
) -> int | Refusal:
    """Let somebody sign in, and return who they are or why not."""
    desk = desk_id or place.desk.id
    return place.database.write(lambda session: admit(session, identity, rule, desk, NOW))


def number_of_sessions(place: SmallWorkplace, user_id: int) -> int:
    return len(place.read(lambda session: list_sessions(session, user_id, NOW, LIMITS)))


def test_somebody_is_one_user_however_often_they_come_and_what_the_rule_says_last(
    small_desk: SmallWorkplace,
) -> None:
    user = come(small_desk, LIBRARY)
    assert come(small_desk, DESK, Identity(ANNA.issuer, ANNA.subject, "Anna B.")) == user
    assert come(small_desk, DESK, Identity("https://other.example", "anna", "Another")) != user
    (facts,) = [one for one in small_desk.read(lambda s: list_users(s, small_desk.desk.id)) if one.id == user]
    assert (facts.name, facts.role, facts.organisation, facts.cleared) == ("Anna B.", Role.DESK, None, True)


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        (None, Refusal.NO_ROLE),
        (RoleRule("b", Role.PARTNER, organisation="Bakery"), Refusal.NO_ORGANISATION),
    ],
)
def test_who_has_nothing_to_do_here_any_more_is_out_with_tokens_and_browsers(
    small_desk: SmallWorkplace, rule: RoleRule | None, refusal: Refusal
) -> None:
    assert come(small_desk, rule) is refusal
    user = come(small_desk, DESK)
    assert isinstance(user, int)
    token = small_desk.database.write(lambda session: issue_token(session, user, NOW, timedelta(days=1)))
    small_desk.database.write(lambda session: open_session_of(session, user, SignedInWith.OIDC, NOW, LIMITS))
    assert number_of_sessions(small_desk, user) == 1
    assert come(small_desk, rule) is refusal
    assert number_of_sessions(small_desk, user) == 0
    with pytest.raises(InvalidToken):
        small_desk.read(lambda session: KnownTokens().authenticate(session, token, NOW))


def test_who_works_at_another_desk_now_is_out_at_the_first(small_desk: SmallWorkplace) -> None:
    other = open_small_desk(small_desk.database, "Other").desk.id
    user = come(small_desk, DESK)
    assert isinstance(user, int)
    small_desk.database.write(lambda session: open_session_of(session, user, SignedInWith.OIDC, NOW, LIMITS))
    assert come(small_desk, DESK, desk_id=other) != user
    assert number_of_sessions(small_desk, user) == 0


def test_who_was_closed_stays_closed(small_desk: SmallWorkplace) -> None:
    user = come(small_desk, DESK)
    assert isinstance(user, int)
    small_desk.database.write(lambda session: close_user(session, small_desk.desk.id, user, NOW))
    assert come(small_desk, DESK) is Refusal.CLOSED
