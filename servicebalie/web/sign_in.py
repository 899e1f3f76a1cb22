"""Signing in to the pages for partners, with the token that the administrator of the desk gave."""

from collections.abc import Mapping

from flask import Blueprint, Flask, Response, abort, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from servicebalie.core.audit import RecordKind
from servicebalie.core.permissions import ScopeNotEnough
from servicebalie.http.audit import about, acts_for
from servicebalie.http.sign_in import (
    SignInNeeded,
    browser_secret,
    forget_browser,
    form_proof,
    refuse_foreign_sender,
    remember_browser,
)
from servicebalie.http.transaction import for_newcomers, job
from servicebalie.i18n.desk_words import PROBLEMS
from servicebalie.i18n.registry import DESK_LOCALES
from servicebalie.services.accounts import ExpiredToken, InvalidToken
from servicebalie.services.row_security import widen
from servicebalie.services.sessions import (
    RoleWithoutPages,
    close_session,
    find_signed_in,
    open_session,
)
from servicebalie.web.layout import addresses_of, render_page

pages = Blueprint("sign_in", __name__)


def set_up_sign_in(app: Flask) -> None:
    """Lead who is not signed in to where one can, and give templates the proof for their forms."""
    app.register_error_handler(SignInNeeded, lambda _error: redirect(url_for("sign_in.form"), 303))
    app.jinja_env.globals["form_proof"] = form_proof


def desk_page(template: str, status: int = 200, **context: object) -> Response:
    """Return a page for people who work with the desk, which exists in the languages of the desk only."""
    return render_page(template, status, languages=tuple(DESK_LOCALES.values()), **context)


def refuse_other_locales(locale: str) -> None:
    """Answer that there is no such page in a language that people at the desk do not work in."""
    if locale not in DESK_LOCALES:
        abort(404)


@pages.get("/<locale:locale>/sign-in")
@for_newcomers()
def form(locale: str) -> Response:
    """Ask for the token."""
    refuse_other_locales(locale)
    return _form({})


@pages.post("/<locale:locale>/sign-in")
@for_newcomers(writes=True)
def sign_in(locale: str) -> BaseResponse:
    """Sign in and lead to the inbox."""
    refuse_other_locales(locale)
    refuse_foreign_sender()
    # Somebody of another desk may sign in on the pages of this one.
    widen(job().session)
    try:
        secret = open_session(job().session, request.form.get("token", "").strip(), job().work.now)
    except (InvalidToken, ExpiredToken, RoleWithoutPages, ScopeNotEnough) as error:
        return _form({"token": gettext(PROBLEMS[error.code], **error.params)})
    _note_user(secret)
    response = redirect(url_for("inbox.overview"), 303)
    remember_browser(response, secret)
    return response


@pages.post("/<locale:locale>/sign-out")
@for_newcomers(writes=True)
def sign_out(locale: str) -> BaseResponse:
    """Sign out in this browser."""
    refuse_foreign_sender()
    widen(job().session)
    _note_user(browser_secret())
    close_session(job().session, browser_secret())
    response = redirect(url_for("sign_in.form"), 303)
    forget_browser(response)
    return response


def _note_user(secret: str) -> None:
    """Note whose sign-in this is about, if somebody is signed in with this secret."""
    found = find_signed_in(job().session, secret, job().work.now)
    if found:
        acts_for(found.principal)
        about(RecordKind.USER, found.principal.user_id)


def _form(faults: Mapping[str, str]) -> Response:
    addresses = addresses_of("sign_in.form")
    return desk_page("desk/sign_in.html", 400 if faults else 200, faults=faults, addresses=addresses)
