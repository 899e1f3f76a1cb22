"""Where somebody changes the password, the authenticator and the recovery codes of their own account.

Each change asks for the password of now: an open browser is not its owner.
"""

from cryptography.exceptions import InvalidTag
from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from servicebalie.core.audit import RecordKind
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.passwords import UnfitPassword
from servicebalie.core.permissions import Action
from servicebalie.core.vocabulary import SignedInWith
from servicebalie.http.audit import about, did_not
from servicebalie.http.runtime import runtime
from servicebalie.http.sign_in_cookies import caller
from servicebalie.http.transaction import for_signed_in, job
from servicebalie.services.account_changes import change_recovery_codes
from servicebalie.services.local_accounts import change_authenticator, change_password
from servicebalie.services.local_sign_in import (
    PasswordGiven,
    TooManyTries,
    WrongCode,
    WrongPassword,
    find_given,
    give_password,
)
from servicebalie.services.second_factors import (
    count_recovery_codes,
    new_totp_secret,
    open_totp_secret,
    seal_totp_secret,
    totp_address,
)
from servicebalie.services.sessions import open_session_of
from servicebalie.web.drawn_codes import draw_code
from servicebalie.web.layout import addresses_of
from servicebalie.web.local_sign_in import refuse_where_not_offered, told
from servicebalie.web.sign_in import desk_page, enter

pages = Blueprint("own_password", __name__)


@pages.get("/<locale:locale>/account/password")
@for_signed_in(Action.READ_ACCOUNT)
def show(locale: str) -> Response:
    """Show what can be changed."""
    refuse_where_not_offered(locale)
    return _page(_own())


@pages.post("/<locale:locale>/account/password")
@for_signed_in(Action.CHANGE_ACCOUNT, writes=True)
def change(locale: str) -> BaseResponse:
    """Change the password, sign out everywhere, and in again here."""
    refuse_where_not_offered(locale)
    own, session, now = _own(), job().session, job().work.now
    try:
        _give("current", own)
        change_password(session, own.user_id, runtime().passwords, request.form.get("password", ""), now)
    except UnfitPassword as error:
        did_not(error.code)
        return _page(own, "password", error)
    except (WrongPassword, TooManyTries) as error:
        did_not(error.code)
        return _page(own, "current", error)
    secret = open_session_of(session, own.user_id, SignedInWith.PASSWORD, now, runtime().sessions)
    return enter(secret, url_for("account.overview"))


@pages.post("/<locale:locale>/account/authenticator")
@for_signed_in(Action.CHANGE_ACCOUNT, writes=True)
def change_device(locale: str) -> BaseResponse:
    """Take codes of another authenticator from now on."""
    refuse_where_not_offered(locale)
    own, keys, now = _own(), job().work.keys, job().work.now
    try:
        _give("current_for_device", own)
        code = request.form.get("code", "")
        change_authenticator(job().session, keys, own.user_id, _new_secret(own), code=code, now=now)
    except WrongCode as error:
        did_not(error.code)
        return _page(own, "code", error)
    except (WrongPassword, TooManyTries) as error:
        did_not(error.code)
        return _page(own, "current_for_device", error)
    return redirect(url_for("account.overview"), 303)


@pages.post("/<locale:locale>/account/recovery-codes")
@for_signed_in(Action.CHANGE_ACCOUNT, writes=True)
def renew_codes(locale: str) -> Response:
    """Show new recovery codes, this once; the old ones end."""
    refuse_where_not_offered(locale)
    own = _own()
    try:
        _give("current_for_codes", own)
    except (WrongPassword, TooManyTries) as error:
        did_not(error.code)
        return _page(own, "current_for_codes", error)
    return desk_page(
        "desk/recovery_codes.html",
        codes=change_recovery_codes(job().session, own.user_id, job().work.now),
        onwards="account.overview",
        addresses=addresses_of("own_password.show"),
    )


def _own() -> PasswordGiven:
    own = find_given(job().session, job().user.user_id)
    if own is None:
        abort(404)
    about(RecordKind.USER, own.user_id)
    return own


def _give(field: str, own: PasswordGiven) -> None:
    """Raise `WrongPassword` or `TooManyTries` unless the password of now stands in a field."""
    typed = request.form.get(field, "")
    give_password(job().session, job().work, runtime().passwords, caller(), login=own.login, password=typed)


def _new_secret(own: PasswordGiven) -> str:
    """Return the secret that the page showed, which came back sealed; or a new one if it did not."""
    try:
        sealed = bytes.fromhex(request.form.get("new_secret", ""))
        return open_totp_secret(job().work.keys, own.user_id, sealed)
    except (ValueError, InvalidTag):
        return new_totp_secret()


def _page(own: PasswordGiven, field: str = "", error: ServicebalieError | None = None) -> Response:
    secret = _new_secret(own)
    return desk_page(
        "desk/own_password.html",
        400 if error else 200,
        faults={field: told(error)} if error else {},
        addresses=addresses_of("own_password.show"),
        secret=secret,
        sealed=seal_totp_secret(job().work.keys, own.user_id, secret).hex(),
        drawn=draw_code(totp_address(secret, own.login, _desk_name())),
        codes_left=count_recovery_codes(job().session, own.user_id),
    )


def _desk_name() -> str:
    desk = job().desk
    return desk.name if desk else ""
