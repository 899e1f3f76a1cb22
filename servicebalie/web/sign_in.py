"""Signing in to the pages for people who work with a desk, and signing out."""

from collections.abc import Mapping

from flask import Blueprint, Flask, Response, abort, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from servicebalie.core.audit import RecordKind
from servicebalie.core.permissions import ScopeNotEnough
from servicebalie.core.vocabulary import Role, SignedInWith
from servicebalie.core.web_addresses import is_own_path
from servicebalie.http.audit import about, acts_for, did_not
from servicebalie.http.request_limits import take_turn_of_wrong_token
from servicebalie.http.runtime import runtime
from servicebalie.http.sign_in import (
    SignInNeeded,
    browser_secret,
    forget_browser,
    form_proof,
    refuse_foreign_sender,
    remember_browser,
)
from servicebalie.http.transaction import for_signing_in, job
from servicebalie.i18n.desk_words import OPENID_PROBLEMS, PROBLEMS
from servicebalie.i18n.registry import DESK_LOCALES, negotiate
from servicebalie.services.accounts import ExpiredToken, InvalidToken
from servicebalie.services.sessions import SignedIn, close_session, find_signed_in, open_session
from servicebalie.web.layout import addresses_of, render_page

pages = Blueprint("sign_in", __name__)


def set_up_sign_in(app: Flask) -> None:
    """Lead who is not signed in to where one can, and give templates the proof for their forms."""
    app.register_error_handler(SignInNeeded, _lead_to_form)
    app.jinja_env.globals["form_proof"] = form_proof


def desk_page(template: str, status: int = 200, **context: object) -> Response:
    """Return a page for people who work with the desk, which exists in the languages of the desk only."""
    return render_page(template, status, languages=tuple(DESK_LOCALES.values()), **context)


def refuse_other_locales(locale: str) -> None:
    """Answer that there is no such page in a language that people at the desk do not work in."""
    if locale not in DESK_LOCALES:
        abort(404)


@pages.get("/<locale:locale>/sign-in")
@for_signing_in()
def form(locale: str) -> Response:
    """Ask who it is, or tell why signing in failed."""
    refuse_other_locales(locale)
    fault = OPENID_PROBLEMS.get(request.args.get("fault", ""))
    return sign_in_page({"page": gettext(fault)} if fault else {})


@pages.get("/sign-in")
def without_language() -> BaseResponse:
    """Lead to where one signs in, in a language of the desk."""
    wanted = negotiate(request.headers.get("Accept-Language"), DESK_LOCALES)
    return redirect(url_for("sign_in.form", locale=wanted), 303)


@pages.post("/<locale:locale>/sign-in")
@for_signing_in(writes=True)
def sign_in(locale: str) -> BaseResponse:
    """Sign in with a token and lead to where one works."""
    refuse_other_locales(locale)
    refuse_foreign_sender()
    if SignedInWith.TOKEN not in runtime().sign_in:
        abort(404)
    token = request.form.get("token", "").strip()
    try:
        secret = open_session(job().session, token, job().work.now, runtime().sessions)
    except (InvalidToken, ExpiredToken, ScopeNotEnough) as error:
        # Counted before it is noted, so that nobody fills the trail with guesses.
        take_turn_of_wrong_token()
        did_not(error.code)
        return sign_in_page({"token": gettext(PROBLEMS[error.code], **error.params)})
    return enter(secret, request.form.get("return_to", ""))


@pages.post("/<locale:locale>/sign-out")
@for_signing_in(writes=True)
def sign_out(locale: str) -> BaseResponse:
    """Sign out in this browser, and tell who signed in elsewhere how to sign out there too."""
    refuse_foreign_sender()
    found = note_signed_in(browser_secret())
    close_session(job().session, browser_secret())
    elsewhere = found is not None and found.how is SignedInWith.OIDC
    response = redirect(url_for("openid.signed_out" if elsewhere else "sign_in.form"), 303)
    forget_browser(response)
    return response


def enter(secret: str, return_to: str = "") -> BaseResponse:
    """Let the browser keep the secret of a session that was just opened, and lead to where one works."""
    response = redirect(begin_work(secret, return_to), 303)
    remember_browser(response, secret)
    return response


def begin_work(secret: str, return_to: str) -> str:
    """End what was open in the browser before this session, and return the address where one works.

    That is the page that was asked for before signing in, when it is one of ours.
    """
    close_session(job().session, browser_secret())
    found = note_signed_in(secret)
    return return_to if is_own_path(return_to) else _workplace_of(found)


def note_signed_in(secret: str) -> SignedIn | None:
    """Note whose sign-in this is about, and return who is signed in with this secret, if anybody is."""
    found = find_signed_in(job().session, secret, job().work.now, runtime().sessions)
    if found:
        acts_for(found.principal)
        about(RecordKind.USER, found.principal.user_id)
    return found


def sign_in_page(faults: Mapping[str, str]) -> Response:
    """Return the page on which one signs in, with what went wrong."""
    return_to = request.values.get("return_to", "")
    addresses = addresses_of("sign_in.form", return_to=return_to or None)
    return desk_page(
        "desk/sign_in.html",
        400 if faults else 200,
        faults=faults,
        addresses=addresses,
        return_to=return_to if is_own_path(return_to) else None,
        ways=_ways(),
        done=request.args.get("done"),
    )


def _ways() -> frozenset[SignedInWith]:
    """Return the ways to sign in that were chosen and are there."""
    without = frozenset() if runtime().openid else frozenset({SignedInWith.OIDC})
    return runtime().sign_in - without


def _workplace_of(found: SignedIn | None) -> str:
    """Return the address of the page on which the user of a session begins."""
    is_partner = found is not None and found.principal.role is Role.PARTNER
    return url_for("inbox.overview" if is_partner else "account.overview")


def _lead_to_form(_error: Exception) -> BaseResponse:
    asked = request.path if request.method == "GET" and is_own_path(request.path) else None
    return redirect(url_for("sign_in.form", return_to=asked), 303)
