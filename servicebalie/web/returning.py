"""Coming back with a return code: to read, to reply, and to delete everything.

The code is posted and never stands in an address, where browsers and servers would remember it.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from servicebalie.core.errors import Fault
from servicebalie.core.vocabulary import Author
from servicebalie.http.transaction import for_newcomers, job
from servicebalie.services.messages import post_message
from servicebalie.services.question_views import QuestionView
from servicebalie.services.recorded_answers import Answer, AnswerSlot, find_answer, record_answer
from servicebalie.services.referrals import QuestionClosed
from servicebalie.services.returning import (
    ReturnCodeNotKnown,
    erase_visit,
    find_visit,
    read_visit_questions,
)
from servicebalie.web.layout import addresses_of, fault_sentences, render_page
from servicebalie.web.schemas import ReplySchema, ReturnSchema, load

pages = Blueprint("returning", __name__)

_NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Found:
    """The visit that belongs to the return code of this request."""

    code: str
    visit_id: int
    questions: tuple[QuestionView, ...]


@pages.get("/<locale:locale>/return")
@for_newcomers()
def form(locale: str) -> Response:
    """Ask for the return code."""
    return render_page("newcomer/return.html", typed="", faults={})


@pages.post("/<locale:locale>/return")
@for_newcomers()
def visit(locale: str) -> Response:
    """Show the questions of a visit, with the answers."""
    found, faults = _find()
    return _visit_page(found) if found else _refuse(faults)


@pages.post("/<locale:locale>/return/reply")
@for_newcomers(writes=True)
def reply(locale: str) -> Response:
    """Add a reply to one of the questions, once however often it is sent."""
    found, faults = _find()
    if found is None:
        return _refuse(faults)
    chosen = next((view for view in found.questions if view.reference == request.form.get("question")), None)
    if chosen is None:
        return _visit_page(found)
    field = f"reply-{chosen.reference}"
    given, faults = load(ReplySchema(), {"text": request.form.get(field, "")})
    if not faults:
        faults = _post_once(chosen, given["text"])
    if faults:
        return _visit_page(found, faults=[Fault(f"/{field}", fault.code, fault.params) for fault in faults])
    found, faults = _find()
    return _visit_page(found, replied=True) if found else _refuse(faults)


@pages.post("/<locale:locale>/return/delete")
@for_newcomers(writes=True)
def delete(locale: str) -> Response:
    """Delete everything about a visit, once the person has said so a second time."""
    found, faults = _find()
    if found is None:
        return _refuse(faults)
    if request.form.get("confirmed") != "yes":
        addresses = addresses_of("returning.delete")
        return render_page("newcomer/delete.html", code=found.code, addresses=addresses, posts=True)
    erase_visit(job().session, found.visit_id, job().work.now)
    return render_page("newcomer/deleted.html", addresses=addresses_of("start.welcome"))


def _find() -> tuple[_Found | None, list[Fault]]:
    """Return the visit of the posted return code, or what is wrong with that code.

    A code that never was and one whose visit was deleted are told apart by nobody.
    """
    given, faults = load(ReturnSchema(), request.form)
    if faults:
        return None, [Fault("/code", "invalid-return-code")]
    session, work = job().session, job().work
    try:
        visit_id = find_visit(session, work, given["code"])
    except ReturnCodeNotKnown as error:
        return None, [Fault("/code", error.code)]
    return _Found(given["code"], visit_id, read_visit_questions(session, work, visit_id)), []


def _refuse(faults: list[Fault]) -> Response:
    """Return the form for the code again, with what was typed."""
    return render_page(
        "newcomer/return.html",
        400,
        typed=request.form.get("code", ""),
        faults=fault_sentences(faults),
        addresses=addresses_of("returning.form"),
    )


def _visit_page(found: _Found, *, faults: list[Fault] | None = None, replied: bool = False) -> Response:
    """Return the page with all questions; replies that were typed but not sent stay."""
    context: dict[str, Any] = {
        "code": found.code,
        "questions": found.questions,
        "sensitive": any(view.sensitive for view in found.questions),
        "topics_in_need": [view.topic for view in found.questions],
        "typed": {} if replied else request.form,
        "replied": replied,
        "nonce": secrets.token_urlsafe(_NONCE_BYTES),
    }
    return render_page(
        "newcomer/visit.html",
        400 if faults else 200,
        faults=fault_sentences(faults or []),
        addresses=addresses_of("returning.visit"),
        posts=True,
        **context,
    )


def _post_once(question: QuestionView, text: str) -> list[Fault]:
    """Post a reply unless this page sent the same one before; return why the question takes none."""
    session, work = job().session, job().work
    slot = AnswerSlot.of(
        work.keys.answers,
        sender=f"reply {question.id}",
        idempotency_key=f"{request.form.get('nonce', '')} {text}",
        request=b"",
    )
    if find_answer(session, slot, work.now):
        return []
    try:
        post_message(session, work, question, Author.NEWCOMER, text)
    except QuestionClosed as error:
        return [Fault("", error.code)]
    record_answer(session, slot, Answer(200, b"", None), work.now)
    return []
