"""What somebody does with a link to their account: set it up, or choose a new password."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from servicebalie.core.audit import RecordKind
from servicebalie.core.errors import ServicebalieError
from servicebalie.core.local_accounts import LinkPurpose
from servicebalie.core.passwords import UnfitPassword
from servicebalie.http.audit import about, did_not
from servicebalie.http.runtime import runtime
from servicebalie.http.sign_in import refuse_foreign_sender
from servicebalie.http.sign_in_cookies import LINK, caller, forget, remember_link
from servicebalie.http.transaction import for_signing_in, job
from servicebalie.services.local_accounts import (
    Link,
    LinkNotGood,
    choose_first_password,
    find_link,
    finish_invitation,
    replace_forgotten_password,
)
from servicebalie.services.local_sign_in import TooManyTries, WrongCode, find_given, give_code
from servicebalie.services.second_factors import totp_address
from servicebalie.web.drawn_codes import draw_code
from servicebalie.web.layout import addresses_of
from servicebalie.web.local_sign_in import refuse_where_not_offered, told
from servicebalie.web.sign_in import desk_page

pages = Blueprint("account_links", __name__)


@pages.get("/<locale:locale>/account-link/<string(maxlength=100):secret>")
@for_signing_in()
def open_link(locale: str, secret: str) -> BaseResponse:
    """Take the secret out of the address, where browsers and servers would remember it."""
    refuse_where_not_offered(locale)
    response = redirect(url_for("account_links.show"), 303)
    remember_link(response, secret)
    return response


@pages.get("/<locale:locale>/account-link")
@for_signing_in()
def show(locale: str) -> Response:
    """Show what is to be done with the link of this browser."""
    refuse_where_not_offered(locale)
    try:
        return _link_page(_link())
    except LinkNotGood:
        return _not_good()


@pages.post("/<locale:locale>/account-link/password")
@for_signing_in(writes=True)
def choose_password(locale: str) -> BaseResponse:
    """Take the password: of an invitation the first, after which the authenticator is added."""
    refuse_where_not_offered(locale)
    refuse_foreign_sender()
    session, work, typed = job().session, job().work, request.form.get("password", "")
    try:
        link = _link()
    except LinkNotGood:
        return _not_good()
    try:
        if link.purpose is LinkPurpose.FORGOTTEN:
            return _replace(link, typed)
        choose_first_password(session, work.keys, runtime().passwords, link, typed)
    except UnfitPassword as error:
        did_not(error.code)
        return _link_page(link, "password", error)
    except (WrongCode, TooManyTries) as error:
        did_not(error.code)
        return _link_page(link, "code", error)
    return redirect(url_for("account_links.show"), 303)


@pages.post("/<locale:locale>/account-link/authenticator")
@for_signing_in(writes=True)
def add_authenticator(locale: str) -> BaseResponse:
    """Take the first code of the authenticator, which ends the setting up, and show the recovery codes."""
    refuse_where_not_offered(locale)
    refuse_foreign_sender()
    session, work = job().session, job().work
    try:
        link = _link()
    except LinkNotGood:
        return _not_good()
    if link.totp_secret is None:
        return redirect(url_for("account_links.show"), 303)
    try:
        codes = finish_invitation(session, work.keys, link, request.form.get("code", ""), work.now)
    except WrongCode as error:
        did_not(error.code)
        return _link_page(link, "code", error)
    response = desk_page(
        "desk/recovery_codes.html",
        codes=codes,
        onwards="sign_in.form",
        addresses=addresses_of("sign_in.form"),
    )
    forget(response, LINK)
    return response


def _replace(link: Link, password: str) -> BaseResponse:
    """Give the account of a link a new password, if the code is right as well.

    The password is looked at first, so that one that is not fit costs no code.
    """
    runtime().passwords.check(password, link.login, link.name, link.desk)
    given = find_given(job().session, link.user_id)
    if given is None:
        return _not_good()
    give_code(job().session, job().work, caller(), given, request.form.get("code", ""))
    replace_forgotten_password(job().session, runtime().passwords, link, password, job().work.now)
    response = redirect(url_for("sign_in.form", done="password"), 303)
    forget(response, LINK)
    return response


def _link() -> Link:
    link = find_link(job().session, job().work.keys, request.cookies.get(LINK, ""), job().work.now)
    about(RecordKind.USER, link.user_id)
    return link


def _link_page(link: Link, field: str = "", error: ServicebalieError | None = None) -> Response:
    drawn = None
    if link.totp_secret:
        drawn = draw_code(totp_address(link.totp_secret, link.login, link.desk))
    return desk_page(
        "desk/account_link.html",
        400 if error else 200,
        faults={field: told(error)} if error else {},
        addresses=addresses_of("account_links.show"),
        link=link,
        drawn=drawn,
    )


def _not_good() -> Response:
    runtime().watch.tell(LinkNotGood.code, request.endpoint)
    return desk_page("desk/link_not_good.html", 404, addresses=addresses_of("account_links.show"))
