"""Asking a question in five short pages, with no account, cookie or script.

Every page posts what was typed to the page that comes next, or to an earlier one, or to itself in another
language. The page that is asked for is shown when all pages before it are in order, otherwise the first
one that is not; so nothing that was typed is lost, wherever somebody goes. The pages are in `steps`.
"""

from typing import Any

import orjson
from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from servicebalie.core.errors import Fault
from servicebalie.http.transaction import for_newcomers, job
from servicebalie.services.intake import register_visit
from servicebalie.services.recorded_answers import (
    Answer,
    AnswerSlot,
    KeyUsedForAnotherRequest,
    find_answer,
    record_answer,
)
from servicebalie.services.returning import ReturnCodeNotKnown, find_visit, read_visit_questions
from servicebalie.web.drafts import Draft, begin_draft, open_draft, seal_draft
from servicebalie.web.layout import addresses_of, fault_sentences, render_page
from servicebalie.web.schemas import Asked
from servicebalie.web.steps import (
    FIELDS,
    NUMBERED,
    STEPS,
    Reached,
    Step,
    page_language,
    reach,
    step_after,
    step_before,
)

pages = Blueprint("ask", __name__)

FIRST, *LATER, LAST = (step.name for step in STEPS)


@pages.route("/<locale:locale>/ask", defaults={"step": FIRST}, methods=["GET", "POST"])
@pages.post(f"/<locale:locale>/ask/<any({', '.join(LATER)}):step>")
@for_newcomers()
def page(locale: str, step: str) -> Response:
    """Show a page of the form, when the ones before it are in order."""
    return _show(step, _received_draft())


@pages.get(f"/<locale:locale>/ask/<any({', '.join([*LATER, LAST])}):step>")
def beginning(locale: str, step: str) -> BaseResponse:
    """Lead to the first page, because a later one is empty without what was typed before."""
    return redirect(url_for("ask.page", step=FIRST))


@pages.post(f"/<locale:locale>/ask/{LAST}")
@for_newcomers(writes=True)
def send(locale: str) -> Response:
    """Register the question, once, and tell what happens with it."""
    draft = _received_draft()
    reached = reach(LAST, draft.answers)
    if draft.fault or reached.step.name != LAST:
        return _show("check", draft)
    try:
        return_code = _register_once(draft, reached.asked)
    except KeyUsedForAnotherRequest as error:
        return _show("check", draft, Fault("", error.code))
    return _confirmation(draft, return_code)


def _received_draft() -> Draft:
    """Return what was typed up to now, on this page and the ones before it."""
    typed = {name: request.form[name] for name in FIELDS if name in request.form}
    if "topic" in typed:
        typed["topic"] = request.form.get(f"subtopic-{typed['topic']}", typed["topic"])
    if "straight" in request.form:
        typed["topic"] = ""
    work = job().work
    if "draft" in request.form:
        return open_draft(request.form["draft"], typed, work.keys.form_state, work.now)
    return begin_draft(typed, work.now)


def _show(wanted: str, draft: Draft, *faults: Fault) -> Response:
    """Return the page that is wanted, or the first one that keeps the person from going there."""
    if draft.fault:
        faults = (Fault("", draft.fault), *faults)
    reached = reach(FIRST if draft.fault == "form-not-readable" else wanted, draft.answers)
    return _step_page(reached, draft, [*faults, *reached.faults])


def _step_page(reached: Reached, draft: Draft, faults: list[Fault]) -> Response:
    step, typed = reached.step, draft.answers
    topic = job().work.directory.code_lists.topics.get(typed.get("topic", ""))
    before = step_before(step)
    return _draft_page(
        step,
        draft,
        faults,
        number=step.number,
        numbered=NUMBERED,
        typed=typed,
        sensitive=topic is not None and topic.sensitive,
        topics_in_need=[typed.get("topic")],
        next_page=_address(step_after(step)),
        back=_address(before) if before else None,
        **step.choices(typed, reached.asked),
    )


def _draft_page(step: Step, draft: Draft, faults: list[Fault], **context: Any) -> Response:
    """Return a page of the form with the draft in it; one that tells of faults has the status 400."""
    return render_page(
        f"newcomer/{step.name}.html",
        400 if faults else 200,
        draft=seal_draft(draft, job().work.keys.form_state),
        faults=fault_sentences(faults),
        addresses=addresses_of("ask.send") if step.name == LAST else addresses_of("ask.page", step=step.name),
        posts=True,
        **context,
    )


def _address(step: Step) -> str:
    return url_for("ask.send") if step.name == LAST else url_for("ask.page", step=step.name)


def _register_once(draft: Draft, asked: Asked) -> str:
    """Register the question unless this draft was sent before, and return its return code.

    Raises `KeyUsedForAnotherRequest` when the draft was sent before with other answers.
    """
    session, work = job().session, job().work
    slot = AnswerSlot.of(
        work.keys.answers,
        sender="form",
        idempotency_key=draft.nonce,
        request=orjson.dumps(dict(draft.answers), option=orjson.OPT_SORT_KEYS),
    )
    recorded = find_answer(session, slot, work.now)
    if recorded:
        return recorded.body.decode()
    visit = asked.visit(page_language(), work.directory.code_lists)
    registered = register_visit(session, work, visit, [asked.question()])
    return_code = registered.return_code or ""
    record_answer(session, slot, Answer(200, return_code.encode(), None), work.now)
    return return_code


def _confirmation(draft: Draft, return_code: str) -> Response:
    session, work = job().session, job().work
    try:
        visit_id = find_visit(session, work, return_code)
    except ReturnCodeNotKnown as error:
        sentences = fault_sentences([Fault("/code", error.code)])
        return render_page("newcomer/return.html", 404, typed="", faults=sentences)
    (view,) = read_visit_questions(session, work, visit_id)
    return _draft_page(
        STEPS[-1],
        draft,
        [],
        question=view,
        return_code=return_code,
        sensitive=view.sensitive,
        topics_in_need=[view.topic],
    )
