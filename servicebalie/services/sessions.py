"""Browsers in which somebody is signed in, until they sign out, too much time passes or the token ends."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.permissions import TABLE, Action, require
from servicebalie.models.accounts import Token, UserSession
from servicebalie.models.base import table_of
from servicebalie.services.accounts import (
    TOKENS,
    ExpiredToken,
    InvalidToken,
    Principal,
    digest_of,
    note_used,
    principal_of,
)

LONGEST = timedelta(hours=12)
"""How long somebody stays signed in at most: a working day."""

IDLE = timedelta(hours=1)
"""How long somebody stays signed in without doing anything."""

NOTED_EVERY = timedelta(minutes=5)
"""How exactly it is known when somebody last did something, so that most pages need not write."""

_SESSIONS, _TOKENS = table_of(UserSession), table_of(Token)
_ROW = _SESSIONS.c


class RoleWithoutPages(ServicebalieError):
    """There are no pages to sign in to for the role of whoever has this token."""

    code = "role-without-pages"


def open_session(session: Session, token: str, now: datetime) -> str:
    """Sign in the owner of a token, a partner, in a browser, and return the secret for its cookie.

    Each time it is another one, so that nobody can be made to use a known one. Raises `InvalidToken`,
    `ExpiredToken`, `RoleWithoutPages`, or `ScopeNotEnough` for a token that is for other things.
    """
    digest = digest_of(token)
    row = session.execute(TOKENS.where(_TOKENS.c.hash == digest)).first()
    if row is None:
        raise InvalidToken
    principal = principal_of(row, now)
    if principal.role not in TABLE[Action.READ_INBOX]:
        raise RoleWithoutPages
    require(principal, Action.READ_INBOX)
    note_used(session, principal.token_id, now)
    secret = secrets.token_urlsafe(32)
    session.execute(
        insert(_SESSIONS).values(
            hash=digest_of(secret), token_id=principal.token_id, opened_at=now, seen_at=now
        )
    )
    return secret


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in in a browser, and when it was last noted that they did something."""

    principal: Principal
    seen_at: datetime

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether it is time to note again that something is done (`note_seen`)."""
        return now - self.seen_at >= NOTED_EVERY


def find_signed_in(session: Session, secret: str, now: datetime) -> SignedIn | None:
    """Return who is signed in in the browser with this secret, or None."""
    row = session.execute(
        TOKENS.add_columns(_ROW.seen_at)
        .join(_SESSIONS, _ROW.token_id == _TOKENS.c.id)
        .where(_ROW.hash == digest_of(secret), _ROW.opened_at > now - LONGEST, _ROW.seen_at > now - IDLE)
    ).first()
    if row is None:
        return None
    *token, seen_at = row
    try:
        return SignedIn(principal_of(token, now), seen_at)
    except (InvalidToken, ExpiredToken):
        return None


def note_seen(session: Session, secret: str, now: datetime) -> None:
    """Note that something is done in the browser with this secret."""
    session.execute(update(_SESSIONS).where(_ROW.hash == digest_of(secret)).values(seen_at=now))


def close_session(session: Session, secret: str) -> None:
    """Sign out in the browser with this secret."""
    session.execute(delete(_SESSIONS).where(_ROW.hash == digest_of(secret)))


def forget_sessions(session: Session, now: datetime) -> None:
    """Delete the sessions that have ended by time."""
    session.execute(delete(_SESSIONS).where(or_(_ROW.opened_at <= now - LONGEST, _ROW.seen_at <= now - IDLE)))
