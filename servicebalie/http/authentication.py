"""Who sends an API request, and whether that role may."""

from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.vocabulary import Role
from servicebalie.services.accounts import Principal, authenticate


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
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NoToken
    principal = authenticate(session, token.strip(), now)
    if principal.role not in allowed:
        raise RoleNotAllowed
    return principal
