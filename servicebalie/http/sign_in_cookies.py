"""The cookies on the way to being signed in: the device, the password that was given, and the link."""

from datetime import timedelta
from hashlib import sha256

from flask import request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from servicebalie.core.keys import keyed_hash
from servicebalie.http.origin import request_origin
from servicebalie.http.runtime import runtime
from servicebalie.http.transaction import job
from servicebalie.services.known_devices import known_for
from servicebalie.services.local_sign_in import Caller, PasswordGiven, find_given

DEVICE = "__Host-servicebalie-device"
GIVEN = "__Host-servicebalie-given"
LINK = "__Host-servicebalie-link"

DEVICE_KNOWN_FOR = timedelta(days=180)
"""How long a browser is known after somebody signed in there."""

CODE_FOLLOWS_IN = timedelta(minutes=10)
"""How long after the password the code may come."""


def caller() -> Caller:
    """Return from where the current request tries to sign in."""
    return Caller(request_origin(), request.cookies.get(DEVICE, ""))


def remember_device(response: Response, login: str) -> None:
    """Let a browser be known as one in which this login was used."""
    cookie = known_for(job().work.keys, request.cookies.get(DEVICE, ""), login)
    _set(response, DEVICE, cookie, DEVICE_KNOWN_FOR)


def remember_given(response: Response, given: PasswordGiven) -> None:
    """Let a browser show that somebody gave the right password there just now."""
    facts = [given.user_id, int(job().work.now.timestamp()), _mark(given)]
    _set(response, GIVEN, _serializer().dumps(facts), CODE_FOLLOWS_IN)


def remembered_given() -> PasswordGiven | None:
    """Return who gave the password in this browser, if that was lately and it still is the password."""
    try:
        user_id, at, mark = _serializer().loads(request.cookies.get(GIVEN, ""))
    except (BadData, UnicodeEncodeError):
        return None
    if job().work.now.timestamp() - at >= CODE_FOLLOWS_IN.total_seconds():
        return None
    given = find_given(job().session, user_id)
    return given if given and _mark(given) == mark else None


def remember_link(response: Response, secret: str) -> None:
    """Keep the secret of a link out of the address; it comes from a mail, so the cookie may too."""
    _set(response, LINK, secret, timedelta(hours=1), same_site="Lax")


def forget(response: Response, name: str) -> None:
    """Let the browser that gets this response forget one of these cookies."""
    response.delete_cookie(name, secure=True, httponly=True)


def _set(response: Response, name: str, content: str, lasts: timedelta, *, same_site: str = "Strict") -> None:
    seconds = int(lasts.total_seconds())
    response.set_cookie(name, content, seconds, secure=True, httponly=True, samesite=same_site)


def _mark(given: PasswordGiven) -> str:
    """Return what is another text as soon as the password is another one."""
    return keyed_hash(runtime().keys.form_state, b"password given", given.password_hash.encode()).hex()


def _serializer() -> URLSafeSerializer:
    signer = {"key_derivation": "hmac", "digest_method": sha256}
    return URLSafeSerializer(runtime().keys.form_state, salt="password given 1", signer_kwargs=signer)
