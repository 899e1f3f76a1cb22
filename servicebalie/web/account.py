"""What somebody who works with a desk sees of themselves: who they are here, and where they are signed in."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from servicebalie.core.audit import RecordKind
from servicebalie.core.permissions import Action
from servicebalie.http.audit import about, did
from servicebalie.http.runtime import runtime
from servicebalie.http.sign_in import browser_secret, forget_browser
from servicebalie.http.transaction import for_signed_in, job
from servicebalie.i18n import desk_words
from servicebalie.services.local_sign_in import find_given
from servicebalie.services.sessions import end_session, end_sessions, find_signed_in, list_sessions
from servicebalie.services.users import find_oneself
from servicebalie.web.layout import addresses_of
from servicebalie.web.local_sign_in import told
from servicebalie.web.proving import code_refusal, password_refusal
from servicebalie.web.sign_in import desk_page, refuse_other_locales

pages = Blueprint("account", __name__)


@pages.get("/<locale:locale>/account")
@for_signed_in(Action.READ_ACCOUNT)
def overview(locale: str) -> Response:
    """Show who is signed in, and in which browsers."""
    refuse_other_locales(locale)
    session, user_id, now = job().session, job().user.user_id, job().work.now
    here = find_signed_in(session, browser_secret(), now, runtime().sessions)
    return desk_page(
        "desk/account.html",
        oneself=find_oneself(session, user_id),
        sessions=list_sessions(session, user_id, now, runtime().sessions),
        here=here.session_id if here else None,
        desk_words=desk_words,
        has_password=find_given(session, user_id) is not None,
    )


@pages.post("/<locale:locale>/account/sessions/<int:session_id>/end")
@for_signed_in(Action.CHANGE_ACCOUNT, writes=True)
def end_one(locale: str, session_id: int) -> BaseResponse:
    """Sign out in one browser; in this one the page then leads to where one signs in."""
    about(RecordKind.USER, job().user.user_id)
    asked = _ask_for_proof()
    if asked:
        return asked
    end_session(job().session, job().user.user_id, session_id)
    return redirect(url_for("account.overview"), 303)


@pages.post("/<locale:locale>/account/sessions/end")
@for_signed_in(Action.CHANGE_ACCOUNT, writes=True)
def end_all(locale: str) -> BaseResponse:
    """Sign out everywhere, here too."""
    about(RecordKind.USER, job().user.user_id)
    asked = _ask_for_proof(everywhere=True)
    if asked:
        return asked
    end_sessions(job().session, job().user.user_id)
    response = redirect(url_for("sign_in.form"), 303)
    forget_browser(response)
    return response


def _ask_for_proof(*, everywhere: bool = False) -> Response | None:
    """Return a page that asks who has a password for it and for a code; None when they came and are right.

    Who signed in at their organisation has neither here (docs/operating/signing-in.md).
    """
    own = find_given(job().session, job().user.user_id)
    if own is None:
        return None
    refusal = None
    if "current" in request.form:
        refusal = password_refusal(own) or code_refusal(own)
        if refusal is None:
            return None
    else:
        did(None)
    field, error = refusal or ("", None)
    return desk_page(
        "desk/prove.html",
        400 if error else 200,
        faults={field: told(error)} if error else {},
        everywhere=everywhere,
        action=request.path,
        addresses=addresses_of("account.overview"),
    )
