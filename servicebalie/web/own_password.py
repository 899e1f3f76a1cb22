"""Where somebody changes the password, the authenticator and the recovery codes of their own account.

Each change asks for the password of now and a code of the authenticator that is there until now.
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
from servicebalie.http.transaction import for_signed_in, job
from servicebalie.services.account_changes import change_recovery_codes
from servicebalie.services.local_accounts import change_authenticator, change_password, check_new_password
from servicebalie.services.local_sign_in import PasswordGiven, WrongCode, find_given
from servicebalie.services.second_factors import (
    count_recovery_codes,
    matching_step,
    new_totp_secret,
    open_totp_secret,
    seal_totp_secret,
    totp_address,
)
from servicebalie.services.sessions import open_session_of
from servicebalie.web.drawn_codes import draw_code
from servicebalie.web.layout import addresses_of
from servicebalie.web.local_sign_in import refuse_where_not_offered, told
from servicebalie.web.proving import Refusal, code_refusal, password_refusal
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
    new = request.form.get("password", "")
    refusal = password_refusal(own) or _unfit(own, new) or code_refusal(own)
    if refusal:
        return _page(own, *refusal)
    change_password(session, own.user_id, runtime().passwords, new, now)
    secret = open_session_of(session, own.user_id, SignedInWith.PASSWORD, now, runtime().sessions)
    return enter(secret, url_for("account.overview"))


@pages.post("/<locale:locale>/account/authenticator")
@for_signed_in(Action.CHANGE_ACCOUNT, writes=True)
def change_device(locale: str) -> BaseResponse:
    """Take codes of another authenticator from now on."""
    refuse_where_not_offered(locale)
    own, work = _own(), job().work
    secret = _new_secret(own)
    code = request.form.get("code", "")
    purpose = "_for_device"
    refusal = password_refusal(own, purpose) or _not_of(secret, code) or code_refusal(own, purpose)
    if refusal:
        return _page(own, *refusal)
    change_authenticator(job().session, work.keys, own.user_id, secret, code=code, now=work.now)
    return redirect(url_for("account.overview"), 303)


@pages.post("/<locale:locale>/account/recovery-codes")
@for_signed_in(Action.CHANGE_ACCOUNT, writes=True)
def renew_codes(locale: str) -> Response:
    """Show new recovery codes, this once; the old ones end."""
    refuse_where_not_offered(locale)
    own = _own()
    refusal = password_refusal(own, "_for_codes") or code_refusal(own, "_for_codes")
    if refusal:
        return _page(own, *refusal)
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


def _unfit(own: PasswordGiven, password: str) -> Refusal | None:
    try:
        check_new_password(job().session, own.user_id, runtime().passwords, password)
    except UnfitPassword as error:
        did_not(error.code)
        return "password", error
    return None


def _not_of(secret: str, code: str) -> Refusal | None:
    """Return why a new authenticator cannot take the place of the old one: it does not give this code."""
    if matching_step(secret, code, job().work.now) is not None:
        return None
    did_not(WrongCode.code)
    return "code", WrongCode()


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
