"""Browsers in which somebody is signed in, until they sign out, too much time passes or their token ends."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from servicebalie.core.limits import SessionLimits
from servicebalie.core.permissions import Action, require
from servicebalie.core.scopes import read_stored_scopes
from servicebalie.core.vocabulary import Role, SignedInWith
from servicebalie.models.accounts import Token, User, UserSession
from servicebalie.models.base import table_of
from servicebalie.models.desks import Desk
from servicebalie.services.accounts import (
    TOKENS,
    InvalidToken,
    Principal,
    digest_of,
    note_used,
    principal_of,
)

NOTED_EVERY = timedelta(minutes=5)
"""How exactly it is known when somebody last did something, so that most pages need not write."""

_SESSIONS, _TOKENS, _USERS, _DESKS = (table_of(model) for model in (UserSession, Token, User, Desk))
_ROW = _SESSIONS.c

_SIGNED_IN = (
    select(
        _ROW.id,
        _ROW.how,
        _ROW.seen_at,
        _USERS.c.id,
        _USERS.c.desk_id,
        _DESKS.c.slug,
        _USERS.c.role,
        _USERS.c.organisation_id,
        _USERS.c.cleared,
        _DESKS.c.directory_version,
        _ROW.token_id,
        _TOKENS.c.scopes,
    )
    .join(_USERS, _USERS.c.id == _ROW.user_id)
    .join(_DESKS, _DESKS.c.id == _USERS.c.desk_id)
    .outerjoin(_TOKENS, _TOKENS.c.id == _ROW.token_id)
    .where(_USERS.c.active)
)
"""Three columns of the session and then the fields of `Principal`, the scopes as they are stored."""


def open_session(session: Session, token: str, now: datetime, limits: SessionLimits) -> str:
    """Sign in the owner of a token in a browser, and return the secret for its cookie.

    The session ends with the token. Raises `InvalidToken`, `ExpiredToken`, or `ScopeNotEnough` for a token
    that is for other things than where its user would begin.
    """
    digest = digest_of(token)
    row = session.execute(TOKENS.where(_TOKENS.c.hash == digest)).first()
    if row is None:
        raise InvalidToken
    principal = principal_of(row, now)
    require(principal, Action.READ_INBOX if principal.role is Role.PARTNER else Action.READ_ACCOUNT)
    note_used(session, principal.token_id, now)
    return _open(session, principal.user_id, SignedInWith.TOKEN, now, limits, token_id=principal.token_id)


def open_session_of(
    session: Session, user_id: int, how: SignedInWith, now: datetime, limits: SessionLimits
) -> str:
    """Sign in a user in a browser, and return the secret for its cookie.

    Whoever calls this has made sure that it is the user and that they may: nothing is checked here.
    """
    return _open(session, user_id, how, now, limits, token_id=None)


def _open(
    session: Session,
    user_id: int,
    how: SignedInWith,
    now: datetime,
    limits: SessionLimits,
    *,
    token_id: int | None,
) -> str:
    """Return a secret that is new each time, so that nobody can be made to use a known one."""
    secret = secrets.token_urlsafe(32)
    session.execute(
        insert(_SESSIONS).values(
            hash=digest_of(secret),
            user_id=user_id,
            token_id=token_id,
            how=how,
            opened_at=now,
            seen_at=now,
            ends_at=now + limits.longest,
        )
    )
    return secret


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in in a browser, in which session, and when it was last noted that they did something."""

    session_id: int
    how: SignedInWith
    seen_at: datetime
    principal: Principal

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether it is time to note again that something is done (`note_seen`)."""
        return now - self.seen_at >= NOTED_EVERY


def find_signed_in(session: Session, secret: str, now: datetime, limits: SessionLimits) -> SignedIn | None:
    """Return who is signed in in the browser with this secret, or None."""
    found = _SIGNED_IN.where(_ROW.hash == digest_of(secret), *_going_on(now, limits))
    row = session.execute(found).first()
    if row is None:
        return None
    session_id, how, seen_at, *facts, scopes = row
    return SignedIn(session_id, how, seen_at, Principal(*[*facts, read_stored_scopes(scopes)]))


def note_seen(session: Session, secret: str, now: datetime) -> None:
    """Note that something is done in the browser with this secret."""
    session.execute(update(_SESSIONS).where(_ROW.hash == digest_of(secret)).values(seen_at=now))


def close_session(session: Session, secret: str) -> None:
    """Sign out in the browser with this secret."""
    close_session_known_by(session, digest_of(secret))


def close_session_known_by(session: Session, digest: bytes) -> None:
    """Sign out in the browser whose secret has this digest."""
    session.execute(delete(_SESSIONS).where(_ROW.hash == digest))


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A browser in which a user is signed in, as it is shown to them; `id` opens nothing."""

    id: int
    how: SignedInWith
    opened_at: datetime
    seen_at: datetime


def list_sessions(session: Session, user_id: int, now: datetime, limits: SessionLimits) -> list[SessionFacts]:
    """Return the browsers in which a user is signed in now, the newest first."""
    rows = session.execute(
        select(_ROW.id, _ROW.how, _ROW.opened_at, _ROW.seen_at)
        .outerjoin(_TOKENS, _TOKENS.c.id == _ROW.token_id)
        .where(_ROW.user_id == user_id, *_going_on(now, limits))
        .order_by(_ROW.opened_at.desc(), _ROW.id.desc())
    )
    return [SessionFacts(*row) for row in rows]


def end_session(session: Session, user_id: int, session_id: int) -> None:
    """Sign a user out in one browser; nothing happens when it is somebody else's or has ended."""
    session.execute(delete(_SESSIONS).where(_ROW.id == session_id, _ROW.user_id == user_id))


def end_sessions(session: Session, user_id: int) -> int:
    """Sign a user out everywhere, and return in how many browsers a session was kept."""
    ended = delete(_SESSIONS).where(_ROW.user_id == user_id).returning(_ROW.id)
    return len(session.execute(ended).all())


def forget_sessions(session: Session, now: datetime) -> None:
    """Delete the sessions that cannot be going on any more; those without a sign of life go a while later."""
    session.execute(delete(_SESSIONS).where(_ROW.ends_at <= now))


def _going_on(now: datetime, limits: SessionLimits) -> tuple[ColumnElement[bool], ...]:
    """Return what is so of a session that has not ended; the query must know the token, if there is one."""
    by_token = and_(_TOKENS.c.revoked_at.is_(None), _TOKENS.c.expires_at > now)
    return (
        _ROW.ends_at > now,
        _ROW.opened_at > now - limits.longest,
        _ROW.seen_at > now - limits.idle,
        or_(_ROW.token_id.is_(None), by_token),
    )
