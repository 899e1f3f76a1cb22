"""Users and their tokens."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.permissions import Action, actions_of
from servicebalie.core.scopes import Scopes, read_stored_scopes, stored_scopes
from servicebalie.core.vocabulary import Role
from servicebalie.models.accounts import Token, User
from servicebalie.models.base import table_of
from servicebalie.models.desks import Desk
from servicebalie.services.prepared import Guard, find_row, still_so, values_before

PREFIX_LENGTH = 10
DEFAULT_LIFETIME = timedelta(days=365)

NOTED_EVERY = timedelta(hours=1)
"""How exactly it is known when a token was last used, so that next to no request needs to write it."""


class InvalidToken(ServicebalieError):
    """The token is unknown, revoked, or belongs to a user who may no longer work here."""

    code = "invalid-token"


class ExpiredToken(ServicebalieError):
    """The token was good until a moment that has passed."""

    code = "expired-token"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: a user of one desk, and what counts for what they may see.

    `directory_version` is the desk's at this moment, so that a request needs no query of its own for it.
    `token_id` and `scopes` are those of the token, None for who is signed in without one, or without limits.
    """

    user_id: int
    desk_id: int
    desk_slug: str
    role: Role
    organisation_id: int | None
    cleared: bool
    directory_version: int
    token_id: int | None = None
    scopes: Scopes = None


_TOKENS, _USERS, _DESKS = table_of(Token), table_of(User), table_of(Desk)

TOKENS = (
    select(
        _TOKENS.c.expires_at,
        _TOKENS.c.revoked_at,
        _USERS.c.active,
        _USERS.c.id,
        _USERS.c.desk_id,
        _DESKS.c.slug,
        _USERS.c.role,
        _USERS.c.organisation_id,
        _USERS.c.cleared,
        _DESKS.c.directory_version,
        _TOKENS.c.id,
        _TOKENS.c.scopes,
    )
    .join(_USERS, _USERS.c.id == _TOKENS.c.user_id)
    .join(_DESKS, _DESKS.c.id == _USERS.c.desk_id)
)
"""Three columns that decide whether a token is good, and then the fields of `Principal`."""

_BY_DIGEST = TOKENS.where(_TOKENS.c.hash == bindparam("digest"))
_FIND = _BY_DIGEST.add_columns(_TOKENS.c.used_at)

_STILL_SO = still_so(_BY_DIGEST)

MOST_KNOWN = 1000
"""How many tokens a process remembers; then it begins anew."""


@dataclass(frozen=True, slots=True)
class KnownToken:
    """Whose token it was when it was last looked up; `guard` finds out whether all of that is still so.

    `actions` are all that it may be used for, `until` is when it must be looked up again, and with `unnoted`
    it is time to note that it is used (`note_used`).
    """

    principal: Principal
    actions: frozenset[Action]
    until: datetime
    unnoted: bool
    guard: Guard


class KnownTokens:
    """What the tokens that were used here were found to be, by their digest.

    Nothing that is remembered may be trusted by itself: what is done with it must be done under its guard.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, KnownToken] = {}

    def authenticate(self, session: Session, token: str, now: datetime) -> Principal:
        """Return whose token this is now, and remember it; raises what `look_up` does."""
        return self.look_up(session, token, now).principal

    def look_up(self, session: Session, token: str, now: datetime) -> KnownToken:
        """Return what a token is now, and remember it.

        Raises `InvalidToken` or `ExpiredToken`. A token has 256 random bits, so one SHA-256 protects it.
        """
        digest = digest_of(token)
        try:
            known = _look_up(session, digest, now)
        except (InvalidToken, ExpiredToken):
            self._known.pop(digest, None)
            raise
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[digest] = known
        return known

    def recall(self, token: str, now: datetime) -> KnownToken | None:
        """Return what is remembered of a token that has not expired, or None.

        Once in `NOTED_EVERY` that is None too, so that the use of a token gets noted.
        """
        known = self._known.get(digest_of(token))
        return known if known and now < known.until else None

    def digest_of_known(self, token: str) -> bytes | None:
        """Return the digest of a token that was good when it was last looked up here, or None."""
        digest = digest_of(token)
        return digest if digest in self._known else None


def digest_of(secret: str) -> bytes:
    """Return the SHA-256 under which a secret of ours is kept; it has 256 random bits, so that is enough."""
    return hashlib.sha256(secret.encode()).digest()


def _look_up(session: Session, digest: bytes, now: datetime) -> KnownToken:
    row = find_row(session, _FIND, {"digest": digest})
    if row is None:
        raise InvalidToken
    *facts, used_at = row
    principal = principal_of(facts, now)
    unnoted = used_at is None or now - used_at >= NOTED_EVERY
    return KnownToken(
        principal,
        actions_of(principal.role, principal.scopes),
        min(facts[0], (now if unnoted else used_at) + NOTED_EVERY),
        unnoted,
        Guard(_STILL_SO, {"digest": digest, **values_before(facts)}),
    )


def principal_of(row: Sequence[Any], now: datetime) -> Principal:
    """Return whose token a row of `TOKENS` is about; raises `InvalidToken` or `ExpiredToken`."""
    expires_at, revoked_at, active, *facts, scopes = row
    if revoked_at is not None or not active:
        raise InvalidToken
    if expires_at <= now:
        raise ExpiredToken
    return Principal(*[*facts, read_stored_scopes(scopes)])


def note_used(session: Session, token_id: int | None, now: datetime) -> None:
    """Note that a token is used, unless that was noted shortly before."""
    session.execute(
        update(Token)
        .where(Token.id == token_id, or_(Token.used_at.is_(None), Token.used_at <= now - NOTED_EVERY))
        .values(used_at=now)
    )


def add_user(
    session: Session,
    desk_id: int,
    name: str,
    role: Role,
    *,
    organisation_id: int | None = None,
    cleared: bool = False,
) -> int:
    """Add a user to a desk and return the id."""
    user = User(
        desk_id=desk_id, name=name, role=role, organisation_id=organisation_id, cleared=cleared, active=True
    )
    session.add(user)
    session.flush()
    return user.id


def issue_token(
    session: Session,
    user_id: int,
    now: datetime,
    lifetime: timedelta = DEFAULT_LIFETIME,
    *,
    scopes: Scopes = None,
    made_with: int | None = None,
) -> str:
    """Make a token for a user; this is the only time it can be read.

    `made_with` is the token that was used to make it, or in whose place it comes.
    """
    token = f"sb_{secrets.token_urlsafe(32)}"
    session.add(
        Token(
            user_id=user_id,
            hash=digest_of(token),
            prefix=token[:PREFIX_LENGTH],
            created_at=now,
            expires_at=now + lifetime,
            revoked_at=None,
            scopes=stored_scopes(scopes),
            made_with=made_with,
        )
    )
    session.flush()
    return token


def renew_tokens(session: Session, desk_id: int, now: datetime) -> dict[Role, str]:
    """Revoke all tokens of a desk's users and return a new one for the first user of each role."""
    users = session.execute(
        select(User.id, User.role).where(User.desk_id == desk_id, User.active).order_by(User.id)
    ).all()
    session.execute(
        update(Token)
        .where(Token.user_id.in_([user.id for user in users]), Token.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    first: dict[Role, int] = {}
    for user in users:
        first.setdefault(user.role, user.id)
    return {role: issue_token(session, user_id, now) for role, user_id in first.items()}
