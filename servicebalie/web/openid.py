"""Signing in with the account of one's organisation, and signing out there."""

import secrets
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import structlog
from flask import Blueprint, abort, redirect, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from servicebalie.core.keys import keyed_hash
from servicebalie.core.openid import Identity, RoleRule, TooWeak, check_strength, first_rule, name_of
from servicebalie.core.vocabulary import SignedInWith
from servicebalie.core.web_addresses import is_own_path
from servicebalie.http.audit import did_not
from servicebalie.http.locale import answer_in
from servicebalie.http.openid import BeginAgain, OpenidProblem, Provider, Secrets
from servicebalie.http.runtime import runtime
from servicebalie.http.sign_in import browser_secret, refuse_foreign_sender, remember_browser
from servicebalie.http.transaction import for_signing_in, job
from servicebalie.i18n.registry import DESK_LOCALES, negotiate
from servicebalie.services.accounts import digest_of
from servicebalie.services.desks import find_desk
from servicebalie.services.openid_users import Refusal, admit
from servicebalie.services.sessions import close_session_known_by, open_session_of
from servicebalie.web.layout import addresses_of
from servicebalie.web.sign_in import begin_work, desk_page, refuse_other_locales

CALLBACK = "/sign-in/openid/callback"
"""Where the provider sends browsers back: one address, without a language, as it is registered there."""

COOKIE = "__Host-servicebalie-openid"
LONGEST = timedelta(minutes=10)
"""How long somebody may take at the provider."""

log = structlog.get_logger()
pages = Blueprint("openid", __name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun in this browser: what tells it from others, where it leads, what it replaces.

    `before` is the digest of the session that the browser had then, in hexadecimal: when it comes back from
    another site it does not show that.
    """

    seed: str
    locale: str
    return_to: str
    before: str

    @property
    def secrets(self) -> Secrets:
        """What binds it together, each of which tells nothing of the others."""
        key, seed = runtime().keys.form_state, self.seed.encode()
        purposes = (b"state", b"nonce", b"verifier")
        return Secrets(*(keyed_hash(key, b"openid", purpose, seed).hex() for purpose in purposes))


@pages.get("/<locale:locale>/sign-in/openid")
def begin(locale: str) -> Response:
    """Lead to the provider."""
    refuse_other_locales(locale)
    # A page of another site must not sign somebody in here who did not ask for it.
    refuse_foreign_sender()
    asked = request.args.get("return_to", "")
    return_to = asked if is_own_path(asked) else ""
    begun = Begun(secrets.token_urlsafe(32), locale, return_to, digest_of(browser_secret()).hex())
    try:
        address = _provider().authorization_address(begun.secrets, locale, datetime.now(UTC))
    except OpenidProblem as problem:
        return _tell(problem)
    response = redirect(address, 303)
    sealed = _serializer().dumps(astuple(begun))
    # Lax, because the provider, which is another site, sends the browser back.
    response.set_cookie(
        COOKIE, sealed, max_age=int(LONGEST.total_seconds()), secure=True, httponly=True, samesite="Lax"
    )
    return response


@pages.get(CALLBACK)
def callback() -> Response:
    """Take what the browser brings back from the provider, and sign in."""
    begun = _begun()
    answer_in(begun.locale if begun else negotiate(request.headers.get("Accept-Language"), DESK_LOCALES))
    try:
        response = _finish(begun)
    except (OpenidProblem, TooWeak) as problem:
        response = _tell(problem)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Lax")
    return response


@pages.get("/<locale:locale>/signed-out")
@for_signing_in()
def signed_out(locale: str) -> Response:
    """Tell that one is signed out here, and how to sign out at the organisation, where there is one."""
    refuse_other_locales(locale)
    return desk_page("desk/signed_out.html", has_provider=runtime().openid is not None)


@pages.get("/<locale:locale>/sign-out/openid")
def sign_out(locale: str) -> Response:
    """Lead to where one signs out at the provider, which leads back."""
    refuse_other_locales(locale)
    back_to = runtime().public_address + url_for("sign_in.without_language")
    try:
        address = _provider().sign_out_address(back_to, datetime.now(UTC))
    except OpenidProblem as problem:
        return _tell(problem)
    return redirect(address or url_for("sign_in.form"), 303)


def _finish(begun: Begun | None) -> Response:
    """Ask the provider who it is, outside of a transaction because that takes a while; then let them in."""
    if begun is None:
        raise BeginAgain(step="cookie")
    provider = _provider()
    claims = provider.claims(request.args, begun.secrets, datetime.now(UTC))
    check_strength(claims, provider.settings)
    rule = first_rule(provider.settings.rules, claims, provider.settings.claim)
    identity = Identity(provider.settings.issuer, claims["sub"], name_of(claims))
    return for_signing_in(writes=True)(_let_in)(identity, rule, begun)


def _let_in(identity: Identity, rule: RoleRule | None, begun: Begun) -> Response:
    session, now = job().session, job().work.now
    slug = rule.desk if rule and rule.desk else runtime().desk
    admitted = admit(session, identity, rule, find_desk(session, slug).id, now)
    if isinstance(admitted, Refusal):
        log.warning("not signed in", code=admitted.value)
        did_not(admitted.value)
        return _lead_to_form(admitted)
    close_session_known_by(session, bytes.fromhex(begun.before))
    secret = open_session_of(session, admitted, SignedInWith.OIDC, now, runtime().sessions)
    address = begin_work(secret, begun.return_to)
    return _lead_on(address, secret)


def _lead_on(address: str, secret: str) -> Response:
    """Return a page that leads on by itself.

    A redirect would not do: the browser came from another site, and until a page of ours has begun to load
    it sends no cookie that is `SameSite=Strict`.
    """
    response = desk_page("desk/signed_in.html", address=address, addresses=addresses_of("account.overview"))
    response.headers["Refresh"] = f"0; url={address}"
    remember_browser(response, secret)
    return response


def _tell(problem: OpenidProblem | TooWeak) -> Response:
    log.warning("not signed in", code=problem.code, **problem.params)
    return _lead_to_form(problem.code)


def _lead_to_form(fault: str) -> Response:
    return redirect(url_for("sign_in.form", fault=fault), 303)


def _begun() -> Begun | None:
    """Return the sign-in that was begun in this browser, if it was and not too long ago."""
    sealed = request.cookies.get(COOKIE, "")
    try:
        return Begun(*_serializer().loads(sealed, max_age=int(LONGEST.total_seconds())))
    except (BadData, UnicodeEncodeError):
        return None


def _serializer() -> URLSafeTimedSerializer:
    signer = {"key_derivation": "hmac", "digest_method": sha256}
    return URLSafeTimedSerializer(runtime().keys.form_state, salt="openid", signer_kwargs=signer)


def _provider() -> Provider:
    return runtime().openid or abort(404)
