"""Browsers in which somebody is signed in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from servicebalie.core.limits import SessionLimits
from servicebalie.core.permissions import ScopeNotEnough
from servicebalie.core.scopes import Scope
from servicebalie.core.vocabulary import Role, SignedInWith
from servicebalie.models.accounts import Token, User, UserSession
from servicebalie.services.accounts import ExpiredToken, InvalidToken, Principal, issue_token
from servicebalie.services.sessions import (
    NOTED_EVERY,
    close_session,
    end_session,
    end_sessions,
    find_signed_in,
    forget_sessions,
    list_sessions,
    note_seen,
    open_session,
    open_session_of,
)
from tests.support.workplace import NOW, SmallWorkplace

MOMENT = timedelta(microseconds=1)
LIMITS = SessionLimits()
IDLE, LONGEST = LIMITS.idle, LIMITS.longest


def sign_in(desk: SmallWorkplace, user: str = "library", lifetime: timedelta = timedelta(days=1)) -> str:
    """Sign a user in and return the secret of the browser."""
    token = desk.database.write(lambda session: issue_token(session, desk.desk.users[user], NOW, lifetime))
    return desk.database.write(lambda session: open_session(session, token, NOW, LIMITS))


def signed_in(desk: SmallWorkplace, secret: str, after: timedelta = timedelta()) -> Principal | None:
    """Return who is signed in, some time after signing in."""
    found = desk.read(lambda session: find_signed_in(session, secret, NOW + after, LIMITS))
    return found and found.principal


def number_of_sessions(desk: SmallWorkplace) -> int:
    return desk.read(lambda session: session.scalars(select(func.count()).select_from(UserSession)).one())


def test_who_signs_in_with_a_token_is_its_owner_in_that_browser_and_in_no_other(
    small_desk: SmallWorkplace,
) -> None:
    secret = sign_in(small_desk)
    found = signed_in(small_desk, secret)
    assert found is not None
    assert (found.user_id, found.role) == (small_desk.desk.users["library"], Role.PARTNER)
    assert signed_in(small_desk, secret[:-1]) is None
    assert sign_in(small_desk) != secret


def test_nobody_signs_in_with_a_token_that_is_not_good(small_desk: SmallWorkplace) -> None:
    with pytest.raises(InvalidToken):
        small_desk.database.write(lambda session: open_session(session, "sb_nothing", NOW, LIMITS))
    token = small_desk.database.write(
        lambda session: issue_token(session, small_desk.desk.users["library"], NOW, timedelta(hours=1))
    )
    with pytest.raises(ExpiredToken):
        small_desk.database.write(
            lambda session: open_session(session, token, NOW + timedelta(hours=1), LIMITS)
        )
    assert number_of_sessions(small_desk) == 0


def test_who_does_nothing_for_an_hour_is_signed_out(small_desk: SmallWorkplace) -> None:
    secret = sign_in(small_desk)
    assert signed_in(small_desk, secret, IDLE - MOMENT)
    assert signed_in(small_desk, secret, IDLE) is None


def test_what_is_done_keeps_one_signed_in_but_no_longer_than_a_working_day(
    small_desk: SmallWorkplace,
) -> None:
    secret = sign_in(small_desk)
    hour = IDLE - MOMENT
    for number in range(1, 13):
        small_desk.database.write(
            lambda session, moment=NOW + number * hour: note_seen(session, secret, moment)
        )
    assert signed_in(small_desk, secret, LONGEST - MOMENT)
    assert signed_in(small_desk, secret, LONGEST) is None


def test_what_is_done_soon_after_need_not_be_noted(small_desk: SmallWorkplace) -> None:
    secret = sign_in(small_desk)
    found = small_desk.read(lambda session: find_signed_in(session, secret, NOW, LIMITS))
    assert found
    assert not found.is_to_be_noted(NOW + NOTED_EVERY - MOMENT)
    assert found.is_to_be_noted(NOW + NOTED_EVERY)


def test_a_session_ends_with_its_token_and_its_user(small_desk: SmallWorkplace) -> None:
    secret = sign_in(small_desk, lifetime=timedelta(minutes=30))
    assert signed_in(small_desk, secret, timedelta(minutes=30)) is None
    small_desk.database.write(
        lambda session: session.execute(
            update(User).where(User.id == small_desk.desk.users["library"]).values(active=False)
        )
    )
    assert signed_in(small_desk, secret) is None
    other = sign_in(small_desk, "town")
    small_desk.database.write(lambda session: session.execute(update(Token).values(revoked_at=NOW)))
    assert signed_in(small_desk, other) is None


def test_who_signs_out_is_signed_out_at_once_and_nobody_else_is(small_desk: SmallWorkplace) -> None:
    one, other = sign_in(small_desk), sign_in(small_desk, "town")
    small_desk.database.write(lambda session: close_session(session, one))
    assert signed_in(small_desk, one) is None
    assert signed_in(small_desk, other)


def test_who_signs_in_without_a_token_has_the_same_session_which_lasts_as_long_as_it_may(
    small_desk: SmallWorkplace,
) -> None:
    short = SessionLimits(longest=timedelta(minutes=30))
    user = small_desk.desk.users["town"]
    secret = small_desk.database.write(
        lambda session: open_session_of(session, user, SignedInWith.OIDC, NOW, short)
    )
    found = signed_in(small_desk, secret, timedelta(minutes=30) - MOMENT)
    assert found is not None
    assert (found.user_id, found.role) == (user, Role.PARTNER)
    assert signed_in(small_desk, secret, timedelta(minutes=30)) is None


def test_one_sees_ones_own_sessions_and_ends_them_one_by_one_or_all(small_desk: SmallWorkplace) -> None:
    first, second, others = sign_in(small_desk), sign_in(small_desk), sign_in(small_desk, "town")
    library = small_desk.desk.users["library"]
    shown = small_desk.read(lambda session: list_sessions(session, library, NOW, LIMITS))
    assert [(one.how, one.opened_at, one.seen_at) for one in shown] == [(SignedInWith.TOKEN, NOW, NOW)] * 2
    (town,) = small_desk.read(
        lambda session: list_sessions(session, small_desk.desk.users["town"], NOW, LIMITS)
    )
    for session_id in (shown[0].id, town.id):
        small_desk.database.write(lambda session, one=session_id: end_session(session, library, one))
    assert signed_in(small_desk, second) is None
    assert signed_in(small_desk, first)
    assert signed_in(small_desk, others)
    assert small_desk.database.write(lambda session: end_sessions(session, library)) == 1
    assert signed_in(small_desk, first) is None
    assert signed_in(small_desk, others)


def test_what_has_ended_is_forgotten(small_desk: SmallWorkplace) -> None:
    sign_in(small_desk)
    small_desk.database.write(lambda session: forget_sessions(session, NOW + LONGEST - MOMENT))
    assert number_of_sessions(small_desk) == 1
    small_desk.database.write(lambda session: forget_sessions(session, NOW + LONGEST))
    assert number_of_sessions(small_desk) == 0


def test_a_token_for_other_things_signs_nobody_in(small_desk: SmallWorkplace) -> None:
    scopes = frozenset({Scope.DIRECTORY_READ})
    token = small_desk.database.write(
        lambda session: issue_token(session, small_desk.desk.users["library"], NOW, scopes=scopes)
    )
    with pytest.raises(ScopeNotEnough):
        small_desk.database.write(lambda session: open_session(session, token, NOW, LIMITS))
    assert number_of_sessions(small_desk) == 0
