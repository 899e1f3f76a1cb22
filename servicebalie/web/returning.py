"""Coming back with a return code: to read, to reply, and to delete everything.

What one changes in a visit is in `own_visit`, the copy of everything in `own_copy`.
"""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from servicebalie.core.audit import AuditAction
from servicebalie.core.errors import Fault
from servicebalie.core.rights import Right
from servicebalie.core.vocabulary import Author
from servicebalie.http.audit import did
from servicebalie.http.transaction import for_newcomers, job
from servicebalie.services.messages import post_message
from servicebalie.services.question_views import QuestionView
from servicebalie.services.referrals import QuestionClosed
from servicebalie.services.rights import exercise_right
from servicebalie.web.code_holders import for_askers, for_code_holders
from servicebalie.web.layout import addresses_of, render_page
from servicebalie.web.return_codes import Found, find_code
from servicebalie.web.schemas import ReplySchema, load
from servicebalie.web.visit_page import Done, note_done, once_slot, visit_page

pages = Blueprint("returning", __name__)


@pages.get("/<locale:locale>/return")
@for_newcomers()
def form(locale: str) -> Response:
    """Ask for the return code."""
    return render_page("newcomer/return.html", typed="", faults={})


@pages.get("/<locale:locale>/return/<path:further>")
@for_newcomers()
def beginning(locale: str, further: str) -> BaseResponse:
    """Lead to the form for the code, because all further pages are empty without it."""
    return redirect(url_for("returning.form"))


@pages.post("/<locale:locale>/return")
@for_code_holders
def visit(found: Found, locale: str) -> Response:
    """Show the questions of a visit, with the answers."""
    return visit_page(found)


@pages.post("/<locale:locale>/return/reply")
@for_askers
def reply(found: Found, chosen: QuestionView, locale: str) -> Response:
    """Add a reply to one of the questions, once however often it is sent."""
    field = f"reply-{chosen.reference}"
    given, faults = load(ReplySchema(), {"text": request.form.get(field, "")})
    if not faults:
        faults = _post_once(chosen, given["text"])
    if faults:
        return visit_page(found, faults=[Fault(f"/{field}", fault.code, fault.params) for fault in faults])
    return visit_page(find_code(found.code), done=Done.REPLIED)


@pages.post("/<locale:locale>/return/delete")
@for_code_holders
def delete(found: Found, locale: str) -> Response:
    """Delete everything about a visit, once the person has said so a second time."""
    if request.form.get("confirmed") != "yes":
        did(AuditAction.VISIT_READ)
        addresses = addresses_of("returning.delete")
        return render_page("newcomer/delete.html", found=found, addresses=addresses, posts=True)
    exercise_right(job().session, job().work, Right.ERASURE, found.visit_id)
    return render_page("newcomer/deleted.html", addresses=addresses_of("start.welcome"))


def _post_once(question: QuestionView, text: str) -> list[Fault]:
    """Post a reply unless this page sent the same one before; return why the question takes none."""
    slot = once_slot(f"reply {question.id}", text)
    if slot is None:
        return []
    try:
        post_message(job().session, job().work, question, Author.NEWCOMER, text)
    except QuestionClosed as error:
        return [Fault("", error.code)]
    note_done(slot)
    return []
