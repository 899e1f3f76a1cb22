"""Asking a question in five short pages, with no account, cookie or script.

Every page posts what was typed to the page that comes next, or to an earlier one, or to itself in another
language. The page that is asked for is shown when all pages before it are in order, otherwise the first
one that is not; so nothing that was typed is lost, wherever somebody goes. The pages are in `steps`.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from servicebalie.core.errors import Fault
from servicebalie.core.holding_back import HeldBack
from servicebalie.http.audit import did_again
from servicebalie.http.locale import page_language
from servicebalie.http.runtime import runtime
from servicebalie.http.transaction import for_newcomers, job
from servicebalie.services.intake import register_visit
from servicebalie.services.recorded_answers import (
    Answer,
    AnswerSlot,
    KeyUsedForAnotherRequest,
    find_answer,
    record_answer,
)
from servicebalie.services.returning import ReturnCodeNotKnown
from servicebalie.services.standard_answers import Event
from servicebalie.web.confirmation import confirmation_page
from servicebalie.web.drafts import Draft, begin_draft, open_draft, seal_draft
from servicebalie.web.holding_back import TRAP, hold_back_once
from servicebalie.web.layout import addresses_of, desk_place, fault_sentences, render_page
from servicebalie.web.return_codes import find_code
from servicebalie.web.schemas import NONE_OF_THESE, Asked, typed_fields
from servicebalie.web.standard_answers import answer_about, count_use_of_answer, register_helped_once
from servicebalie.web.steps import (
    FIELDS,
    NUMBERED,
    STEPS,
    Reached,
    Step,
    is_sensitive,
    may_be_sensitive,
    reach,
    step_after,
    step_before,
)
from servicebalie.web.turned_away import turned_away

pages = Blueprint("ask", __name__)

FIRST, *LATER, LAST = (step.name for step in STEPS)
WHILE_OPEN = "private, no-cache"
"""Lets a browser show a page that was posted once more when somebody goes back, without posting it again."""

OFFERS = {"found", "suggested"}
"""Fields with a choice from topics that were offered."""


@pages.route("/<locale:locale>/ask", defaults={"step": FIRST}, methods=["GET", "POST"])
@pages.post(f"/<locale:locale>/ask/<any({', '.join(LATER)}):step>")
@for_newcomers()
def page(locale: str, step: str) -> Response:
    """Show a page of the form, when the ones before it are in order."""
    draft = _received_draft()
    if "answer" in request.form and (read := answer_about(draft.answers.get("topic"))):
        count_use_of_answer(read, Event.NOT_HELPED)
    return _show(step, draft)


@pages.get(f"/<locale:locale>/ask/<any({', '.join([*LATER, LAST, 'helped'])}):step>")
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
    slot = _slot(draft)
    try:
        sent = _already_sent(slot)
        held_back = None if sent else hold_back_once(draft, reached.asked)
        if held_back:
            # Of a double click, the other one may have been sent since we looked.
            sent = _already_sent(slot)
    except KeyUsedForAnotherRequest as error:
        return _show("check", draft, Fault("", error.code))
    if held_back and not sent:
        return _held_back_page(draft, held_back)
    if sent:
        did_again()
    return _confirmation(sent or _register(slot, reached.asked))


@pages.post("/<locale:locale>/ask/helped")
@for_newcomers(writes=True)
def helped(locale: str) -> Response:
    """Register, once, that a standard answer was enough, and keep nothing of what was typed."""
    draft = _received_draft()
    reached = reach("answer", draft.answers)
    chosen = answer_about(reached.asked.topic)
    if draft.fault or reached.step.name != "answer" or chosen is None:
        return _show("answer", draft)
    held_back = register_helped_once(draft.nonce, chosen)
    if held_back:
        response = _show("answer", draft, Fault("", held_back.value))
        return turned_away(response, runtime().limits.questions)
    sensitive = reached.asked.is_sensitive(job().work.directory.code_lists)
    return render_page("newcomer/helped.html", sensitive=sensitive, topics_in_need=[reached.asked.topic])


def _received_draft() -> Draft:
    """Return what was typed up to now, on this page and the ones before it."""
    work = job().work
    if "draft" in request.form:
        draft = open_draft(request.form["draft"], work.keys.form_state, work.now)
    else:
        draft = begin_draft({}, work.now)
    # A group of choices has an empty value before it, which counts when nothing is chosen.
    typed = {name: value for name, value in typed_fields().items() if name in FIELDS}
    return draft.with_answers(typed | _chosen_topic(typed, draft.answers))


def _chosen_topic(typed: Mapping[str, str], earlier: Mapping[str, str]) -> dict[str, str]:
    """Return the topic that was chosen on the page before, in whichever way that page offers it."""
    if "straight" in request.form:
        return {"topic": "", "found": NONE_OF_THESE, "found_for": typed.get("search", "")}
    if "topic" in typed:
        return {"topic": request.form.get(f"subtopic-{typed['topic']}", typed["topic"])}
    for offer in OFFERS & typed.keys():
        if typed[offer] == NONE_OF_THESE and earlier.get("topic") == earlier.get(offer):
            return {"topic": ""}
        if typed[offer] not in {"", NONE_OF_THESE}:
            return {"topic": typed[offer]}
    return {}


def _show(wanted: str, draft: Draft, *faults: Fault, **context: Any) -> Response:
    """Return the page that is wanted, or the first one that keeps the person from going there."""
    if draft.fault:
        faults = (Fault("", draft.fault), *faults)
    reached = reach(FIRST if draft.fault == "form-not-readable" else wanted, draft.answers)
    return _step_page(reached, draft, [*faults, *reached.faults], **context)


def _step_page(reached: Reached, draft: Draft, faults: list[Fault], **context: Any) -> Response:
    step, typed = reached.step, draft.answers
    before = step_before(step)
    choices = step.choices(typed, reached.asked)
    if step.name == "answer":
        count_use_of_answer(choices["answer"], Event.SHOWN)
    shown = _draft_page(
        step,
        draft,
        faults,
        number=step.number,
        numbered=NUMBERED,
        typed=typed,
        sensitive=is_sensitive(typed),
        topics_in_need=[typed.get("topic")],
        next_page=_address(step_after(step)),
        back=_address(before) if before else None,
        trap=TRAP,
        **choices,
        **context,
    )
    if request.method == "POST" and not may_be_sensitive(typed):
        shown.headers["Cache-Control"] = WHILE_OPEN
    return shown


def _draft_page(step: Step, draft: Draft, faults: list[Fault], **context: Any) -> Response:
    """Return a page of the form with the draft in it; one that tells of faults has the status 400."""
    return render_page(
        f"newcomer/{step.name}.html",
        400 if faults else 200,
        draft=seal_draft(draft, job().work.keys.form_state),
        faults=fault_sentences(faults),
        addresses=addresses_of("ask.page", step=step.name),
        posts=True,
        **context,
    )


def _address(step: Step) -> str:
    return url_for("ask.send") if step.name == LAST else url_for("ask.page", step=step.name)


def _held_back_page(draft: Draft, why: HeldBack) -> Response:
    """Return the page that checks the answers, with everything in it, for another try."""
    response = _show("check", draft, Fault("", why.value), held_back=why, **desk_place())
    if why is HeldBack.TOO_MANY:
        return turned_away(response, runtime().limits.questions)
    return response


def _slot(draft: Draft) -> AnswerSlot:
    return AnswerSlot.of(
        job().work.keys.answers,
        sender="form",
        idempotency_key=draft.nonce,
        request=orjson.dumps(dict(draft.answers), option=orjson.OPT_SORT_KEYS),
    )


def _already_sent(slot: AnswerSlot) -> str | None:
    """Return the return code of a draft that was sent before.

    Raises `KeyUsedForAnotherRequest` when it was sent with other answers.
    """
    recorded = find_answer(job().session, slot, job().work.now)
    return recorded.body.decode() if recorded else None


def _register(slot: AnswerSlot, asked: Asked) -> str:
    """Register the question and return its return code, which is kept for when the draft is sent again."""
    session, work = job().session, job().work
    visit = asked.visit(page_language(), work.directory.code_lists)
    registered = register_visit(session, work, visit, [asked.question()])
    return_code = registered.return_code or ""
    record_answer(session, slot, Answer(200, return_code.encode(), None), work.now)
    return return_code


def _confirmation(return_code: str) -> Response:
    try:
        return confirmation_page(find_code(return_code))
    except ReturnCodeNotKnown as error:
        sentences = fault_sentences([Fault("/code", error.code)])
        return render_page("newcomer/return.html", 404, typed="", faults=sentences)
