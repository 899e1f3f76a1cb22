"""Who sends an API request, and whether that role may."""

from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.vocabulary import Role
from servicebalie.http.runtime import runtime
from servicebalie.services.accounts import KnownToken, Principal


class NoToken(ServicebalieError):
    """The request carries no bearer token."""

    code = "no-token"


class RoleNotAllowed(ServicebalieError):
    """The user's role may not do this."""

    code = "role-not-allowed"


def identify(session: Session, now: datetime, allowed: frozenset[Role]) -> Principal:
    """Return who sends the request.

    Raises `NoToken`, `InvalidToken` or `ExpiredToken`, and `RoleNotAllowed` for a role not in `allowed`.
    """
    token = _bearer_token()
    if token is None:
        raise NoToken
    principal = runtime().tokens.authenticate(session, token, now)
    if principal.role not in allowed:
        raise RoleNotAllowed
    return principal


def recognise(now: datetime, allowed: frozenset[Role]) -> KnownToken | None:
    """Return what is remembered of the token of the request, if that was good and of an allowed role."""
    token = _bearer_token()
    known = runtime().tokens.recall(token, now) if token else None
    return known if known and known.principal.role in allowed else None


def known_sender() -> bytes | None:
    """Return the digest of the request's token, if that was good when it was last looked up here."""
    token = _bearer_token()
    return runtime().tokens.digest_of_known(token) if token else None


def _bearer_token() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
