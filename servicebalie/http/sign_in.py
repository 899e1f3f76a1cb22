"""Who is signed in in the browser that sends a request, and whether a form comes from a page of ours."""

import hmac
from datetime import datetime

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import keyed_hash
from servicebalie.core.permissions import Action, require
from servicebalie.http.audit import acts_for
from servicebalie.http.runtime import runtime
from servicebalie.services.sessions import SignedIn, find_signed_in

# A browser takes a cookie with this prefix from this host only, over TLS only (RFC 6265bis, 4.1.3.2).
COOKIE = "__Host-servicebalie"


class SignInNeeded(ServicebalieError):
    """Nobody is signed in in this browser, or not any more."""

    code = "sign-in-needed"


class ForeignForm(ServicebalieError):
    """The form was not sent from a page that we made for this browser."""

    code = "foreign-form"


def browser_secret() -> str:
    """Return the secret of the browser that sends the request; empty when it has none."""
    return request.cookies.get(COOKIE, "")


def identify_browser(session: Session, now: datetime, action: Action) -> SignedIn:
    """Return who is signed in.

    Raises `SignInNeeded`, what `require` raises for who may not, and `ForeignForm` when something is sent
    without the `form_proof` of this browser.
    """
    found = find_signed_in(session, browser_secret(), now, runtime().sessions)
    if found is None:
        raise SignInNeeded
    acts_for(found.principal)
    require(found.principal, action)
    if request.method == "POST" and not hmac.compare_digest(request.form.get("proof", ""), form_proof()):
        raise ForeignForm
    return found


def refuse_foreign_sender() -> None:
    """Raise `ForeignForm` when the browser says that a page of another site sends this form.

    It says so in Sec-Fetch-Site. Origin would not help: pages with our Referrer-Policy send it as `null`.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ForeignForm


def form_proof() -> str:
    """Return what the forms of this browser carry, which no other site can know or make."""
    return keyed_hash(runtime().keys.form_state, b"proof", browser_secret().encode()).hex()


def remember_browser(response: Response, secret: str) -> None:
    """Let the browser that gets this response keep a secret for as long as one can be signed in."""
    longest = int(runtime().sessions.longest.total_seconds())
    response.set_cookie(COOKIE, secret, max_age=longest, secure=True, httponly=True, samesite="Strict")


def forget_browser(response: Response) -> None:
    """Let the browser that gets this response forget its secret, and what it kept of pages that were open."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict")
