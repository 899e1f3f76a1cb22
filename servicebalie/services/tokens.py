"""Tokens after they were given out: listing, replacing and revoking them, and more of one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, aliased

from servicebalie.core.errors import Fault, InvalidInput, ServicebalieError
from servicebalie.core.permissions import scopes_to_give
from servicebalie.core.scopes import Scope, Scopes, read_stored_scopes
from servicebalie.core.vocabulary import Role
from servicebalie.models.accounts import Token, User
from servicebalie.services.accounts import PREFIX_LENGTH, Principal, issue_token
from servicebalie.services.users import NoSuchUser


class NoSuchToken(ServicebalieError):
    """No token that is still good begins like this, or it is not this user's or desk's."""

    code = "no-such-token"


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """A token that is still good, and whose; `used_at` is when use was last noted, to the hour.

    `made_with` is how the token begins that it was made with, or in whose place it came.
    """

    id: int
    prefix: str
    user_id: int
    user: str
    role: Role
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    scopes: Scopes
    made_with: str | None


@dataclass(frozen=True, slots=True)
class Revocation:
    """How many tokens ended, and how those begin that were made with them and are good still."""

    ended: int
    left: tuple[str, ...]


def list_tokens(session: Session, desk_id: int, now: datetime) -> list[TokenFacts]:
    """Return the good tokens of a desk's users, the oldest first."""
    return _read(session, _good(now), User.desk_id == desk_id)


def list_own_tokens(session: Session, principal: Principal, now: datetime) -> list[TokenFacts]:
    """Return the good tokens of whoever asks, the oldest first."""
    return _read(session, _good(now), *_own(principal))


def issue_token_for(
    session: Session, desk_id: int, user_id: int, scopes: Scopes, lifetime: timedelta, now: datetime
) -> str:
    """Give a user of a desk one more token, and return it this once; raises `NoSuchUser`."""
    found = select(User.id).where(User.id == user_id, User.desk_id == desk_id, User.active)
    if session.scalar(found) is None:
        raise NoSuchUser(user=user_id)
    return issue_token(session, user_id, now, lifetime, scopes=scopes)


def issue_own_token(
    session: Session, principal: Principal, scopes: Sequence[Scope], lifetime: timedelta, now: datetime
) -> tuple[TokenFacts, str]:
    """Give whoever asks one more token, for what they may with the one they have, and return it this once.

    It ends with that one at the latest, or who finds a token could make it last. Raises `InvalidInput` for
    scopes that they cannot use themselves.
    """
    usable = scopes_to_give(principal.role, principal.scopes)
    beyond = [number for number, scope in enumerate(scopes) if scope not in usable]
    if beyond:
        raise InvalidInput(*(Fault(f"/scopes/{number}", "scope-beyond-own") for number in beyond))
    until = session.scalar(select(Token.expires_at).where(Token.id == principal.token_id))
    lifetime = lifetime if until is None else min(lifetime, until - now)
    token = issue_token(
        session,
        principal.user_id,
        now,
        lifetime,
        scopes=frozenset(scopes),
        made_with=principal.token_id,
    )
    made = _read(session, *_own(principal), Token.prefix == token[:PREFIX_LENGTH])
    return made[-1], token


def revoke_own_token(
    session: Session, principal: Principal, prefix: str, now: datetime, *, with_descendants: bool = False
) -> Revocation:
    """End a token of whoever asks, also the one they ask with, as `revoke_token` does."""
    own = (*_own(principal), Token.prefix == prefix)
    return _revoke(session, now, *own, with_descendants=with_descendants)


def revoke_token(
    session: Session, desk_id: int, prefix: str, now: datetime, *, with_descendants: bool = False
) -> Revocation:
    """End a token of a desk's user, and the browsers signed in with it; raises `NoSuchToken`.

    Who stole it may have made others with it: `with_descendants` ends all that began with it as well, with
    those that came in its place, also when it has ended itself.
    """
    of_desk = (User.desk_id == desk_id, Token.prefix == prefix)
    return _revoke(session, now, *of_desk, with_descendants=with_descendants)


def rotate_token(session: Session, desk_id: int, prefix: str, overlap: timedelta, now: datetime) -> str:
    """Make a token in the place of another one, for the same things and as long, and return it this once.

    The old one is good for the `overlap` yet, so that programs can take over the new one one by one. Raises
    `NoSuchToken`.
    """
    old = _read(session, _good(now), User.desk_id == desk_id, Token.prefix == prefix)
    if len(old) != 1:
        raise NoSuchToken
    (facts,) = old
    end = min(facts.expires_at, now + overlap)
    session.execute(update(Token).where(Token.id == facts.id).values(expires_at=end))
    lifetime = facts.expires_at - facts.created_at
    return issue_token(session, facts.user_id, now, lifetime, scopes=facts.scopes, made_with=facts.id)


def _own(principal: Principal) -> tuple[ColumnElement[bool], ...]:
    return Token.user_id == principal.user_id, User.desk_id == principal.desk_id


def _good(now: datetime) -> ColumnElement[bool]:
    return User.active & Token.revoked_at.is_(None) & (Token.expires_at > now)


def _revoke(
    session: Session, now: datetime, *conditions: ColumnElement[bool], with_descendants: bool
) -> Revocation:
    """End all tokens for which this is so: two that begin alike are told apart by nobody."""
    named = [facts.id for facts in _read(session, *conditions)]
    ending = [facts.id for facts in _read(session, _good(now), Token.id.in_(named))]
    others = [facts for facts in _made_with(session, named, now) if facts.id not in ending]
    if with_descendants:
        ending += [facts.id for facts in others]
    if not ending:
        raise NoSuchToken
    session.execute(update(Token).where(Token.id.in_(ending)).values(revoked_at=now))
    left = () if with_descendants else tuple(facts.prefix for facts in others)
    return Revocation(len(ending), left)


def _made_with(session: Session, ids: Sequence[int], now: datetime) -> list[TokenFacts]:
    """Return the good tokens that were made with these, and with those that were, and so on."""
    made = select(Token.id).where(Token.made_with.in_(ids)).cte("made", recursive=True)
    made = made.union(select(Token.id).join(made, Token.made_with == made.c.id))
    return _read(session, _good(now), Token.id.in_(select(made.c.id)))


def _read(session: Session, *conditions: ColumnElement[bool]) -> list[TokenFacts]:
    rows = session.execute(_FACTS.where(*conditions).order_by(Token.id))
    return [
        TokenFacts(
            id=row.id,
            prefix=row.prefix,
            user_id=row.user_id,
            user=row.name,
            role=row.role,
            created_at=row.created_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
            scopes=read_stored_scopes(row.scopes),
            made_with=row.made_with,
        )
        for row in rows
    ]


_FIRST = aliased(Token)
_FACTS = (
    select(
        Token.id,
        Token.prefix,
        Token.user_id,
        User.name,
        User.role,
        Token.created_at,
        Token.expires_at,
        Token.used_at,
        Token.scopes,
        _FIRST.prefix.label("made_with"),
    )
    .join(User, User.id == Token.user_id)
    .outerjoin(_FIRST, _FIRST.id == Token.made_with)
)
