"""Signing in with a password and then a code, and asking for a new password."""

from datetime import datetime

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.limits import Limit
from servicebalie.core.passwords import UnfitPassword
from servicebalie.core.vocabulary import SignedInWith
from servicebalie.http.audit import did, did_not
from servicebalie.http.runtime import runtime
from servicebalie.http.sign_in import refuse_foreign_sender
from servicebalie.http.sign_in_cookies import (
    GIVEN,
    caller,
    forget,
    remember_device,
    remember_given,
    remembered_given,
)
from servicebalie.http.transaction import for_signing_in, job
from servicebalie.i18n.desk_words import SIGN_IN_FAULTS, UNFIT_PASSWORDS
from servicebalie.services.limits import take_turn
from servicebalie.services.local_accounts import ask_for_link
from servicebalie.services.local_sign_in import (
    TooManyTries,
    WrongCode,
    WrongPassword,
    give_code,
    give_password,
)
from servicebalie.services.sessions import open_session_of
from servicebalie.web.layout import addresses_of
from servicebalie.web.return_codes import clock_after
from servicebalie.web.sign_in import desk_page, enter, refuse_other_locales, sign_in_page

pages = Blueprint("local_sign_in", __name__)

ASKING = Limit("forgotten-password", per_address=10, per_network=50)
"""How often somebody may have a link sent."""


def refuse_where_not_offered(locale: str) -> None:
    """Answer that there is no such page where nobody signs in with a password, or in this language."""
    refuse_other_locales(locale)
    if SignedInWith.PASSWORD not in runtime().sign_in:
        abort(404)


def told(error: ServicebalieError) -> str:
    """Return a refusal in words."""
    if isinstance(error, UnfitPassword):
        return str(gettext(UNFIT_PASSWORDS[str(error.params["reason"])]))
    time = {"time": clock_after(error.until)} if isinstance(error, TooManyTries) else {}
    return str(gettext(SIGN_IN_FAULTS[error.code], **time))


@pages.post("/<locale:locale>/sign-in/password")
@for_signing_in(writes=True)
def password(locale: str) -> BaseResponse:
    """Take a login and a password, and lead to where the code is asked for."""
    refuse_where_not_offered(locale)
    refuse_foreign_sender()
    login, typed = request.form.get("login", ""), request.form.get("password", "")
    try:
        given = give_password(
            job().session, job().work, runtime().passwords, caller(), login=login, password=typed
        )
    except (WrongPassword, TooManyTries) as error:
        _note_refused(error)
        return sign_in_page({"login": told(error)})
    return_to = request.form.get("return_to") or None
    response = redirect(url_for("local_sign_in.code_form", return_to=return_to), 303)
    remember_given(response, given)
    return response


@pages.get("/<locale:locale>/sign-in/code")
@for_signing_in()
def code_form(locale: str) -> BaseResponse:
    """Ask for the code of the authenticator."""
    refuse_where_not_offered(locale)
    return _code_page() if remembered_given() else redirect(url_for("sign_in.form"), 303)


@pages.post("/<locale:locale>/sign-in/code")
@for_signing_in(writes=True)
def code(locale: str) -> BaseResponse:
    """Take the code and sign in."""
    refuse_where_not_offered(locale)
    refuse_foreign_sender()
    given = remembered_given()
    if given is None:
        return redirect(url_for("sign_in.form"), 303)
    session, work = job().session, job().work
    try:
        give_code(session, work, caller(), given, request.form.get("code", ""))
    except (WrongCode, TooManyTries) as error:
        _note_refused(error)
        return _code_page(told(error))
    secret = open_session_of(session, given.user_id, SignedInWith.PASSWORD, work.now, runtime().sessions)
    response = enter(secret, request.form.get("return_to", ""))
    remember_device(response, given.login)
    forget(response, GIVEN)
    return response


@pages.get("/<locale:locale>/sign-in/forgotten")
@for_signing_in()
def forgotten_form(locale: str) -> Response:
    """Ask for the address to which a link is sent."""
    refuse_where_not_offered(locale)
    return _forgotten_page()


@pages.post("/<locale:locale>/sign-in/forgotten")
@for_signing_in(writes=True)
def forgotten(locale: str) -> Response:
    """Have a link sent; whether anybody has this address is told by nothing."""
    refuse_where_not_offered(locale)
    refuse_foreign_sender()
    email = request.form.get("email", "").strip()
    if "@" not in email:
        return _forgotten_page(gettext(SIGN_IN_FAULTS["no-address"]))
    until: datetime | None = take_turn(job().session, job().work, ASKING, caller().origin)
    if until:
        runtime().watch.tell(TooManyTries.code, request.endpoint)
        return _forgotten_page(told(TooManyTries(until)))
    runtime().watch.tell("link-asked-for", request.endpoint)
    ask_for_link(job().session, job().work, email)
    return _forgotten_page(sent=True)


def _code_page(fault: str | None = None) -> Response:
    return_to = request.values.get("return_to") or None
    return desk_page(
        "desk/code.html",
        400 if fault else 200,
        faults={"code": fault} if fault else {},
        addresses=addresses_of("local_sign_in.code_form", return_to=return_to),
        return_to=return_to,
    )


def _forgotten_page(fault: str | None = None, *, sent: bool = False) -> Response:
    return desk_page(
        "desk/forgotten.html",
        400 if fault else 200,
        faults={"email": fault} if fault else {},
        addresses=addresses_of("local_sign_in.forgotten_form"),
        sent=sent,
    )


def _note_refused(error: ServicebalieError) -> None:
    """Note a wrong try; what is above the limit of tries is not looked at, so there is nothing to note."""
    if isinstance(error, TooManyTries):
        did(None)
        runtime().watch.tell(error.code, request.endpoint)
    else:
        did_not(error.code)
