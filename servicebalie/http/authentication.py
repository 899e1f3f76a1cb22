"""Who sends an API request."""

from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.permissions import Action
from servicebalie.http.audit import acts_for
from servicebalie.http.runtime import runtime
from servicebalie.services.accounts import KnownToken


class NoToken(ServicebalieError):
    """The request carries no bearer token."""

    code = "no-token"


def identify(session: Session, now: datetime) -> KnownToken:
    """Return by which token the request is sent; raises `NoToken`, `InvalidToken` or `ExpiredToken`."""
    token = _bearer_token()
    if token is None:
        raise NoToken
    known = runtime().tokens.look_up(session, token, now)
    acts_for(known.principal)
    return known


def recognise(now: datetime, action: Action) -> KnownToken | None:
    """Return what is remembered of the token of the request, if that was good for this action."""
    token = _bearer_token()
    known = runtime().tokens.recall(token, now) if token else None
    return known if known and action in known.actions else None


def known_sender() -> bytes | None:
    """Return the digest of the request's token, if that was good when it was last looked up here."""
    token = _bearer_token()
    return runtime().tokens.digest_of_known(token) if token else None


def _bearer_token() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
