"""Asking a question in three short pages, with no account, cookie or script.

Every page posts what was typed to the page that comes next, or to an earlier one, or to itself in another
language. The page that is asked for is shown when all pages before it are in order, otherwise the first
one that is not; so nothing that was typed is lost, wherever somebody goes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from servicebalie.core.errors import Fault
from servicebalie.core.municipality_names import suggest_municipalities
from servicebalie.http.fields import InputSchema
from servicebalie.http.locale import current_tag
from servicebalie.http.transaction import for_newcomers, job
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.directory import desk_municipalities
from servicebalie.services.intake import register_visit
from servicebalie.services.recorded_answers import (
    Answer,
    AnswerSlot,
    KeyUsedForAnotherRequest,
    find_answer,
    record_answer,
)
from servicebalie.services.returning import ReturnCodeNotKnown
from servicebalie.web.choices import language_choices, municipality_names, topic_tree
from servicebalie.web.confirmation import confirmation_page
from servicebalie.web.drafts import Draft, begin_draft, open_draft, seal_draft
from servicebalie.web.layout import addresses_of, fault_sentences, render_page
from servicebalie.web.return_codes import find_code
from servicebalie.web.schemas import AboutSchema, Asked, ContactSchema, QuestionSchema, load

pages = Blueprint("ask", __name__)


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the form and what is asked on it."""

    name: str
    schema: InputSchema


STEPS = (
    Step("question", QuestionSchema()),
    Step("about", AboutSchema()),
    Step("contact", ContactSchema()),
)
FIELDS = tuple(name for step in STEPS for name in step.schema.fields)


@pages.route("/<locale:locale>/ask", methods=["GET", "POST"])
@for_newcomers()
def question(locale: str) -> Response:
    """Show the first page: the question."""
    return _show("question", _received_draft())


@pages.get("/<locale:locale>/ask/<any(about, contact, check, send):step>")
def beginning(locale: str, step: str) -> BaseResponse:
    """Lead to the first page, because a later one is empty without what was typed before."""
    return redirect(url_for("ask.question"))


@pages.post("/<locale:locale>/ask/<any(about, contact, check):step>")
@for_newcomers()
def further(locale: str, step: str) -> Response:
    """Show a later page, when the ones before it are in order."""
    return _show(step, _received_draft())


@pages.post("/<locale:locale>/ask/send")
@for_newcomers(writes=True)
def send(locale: str) -> Response:
    """Register the question, once, and tell what happens with it."""
    draft = _received_draft()
    asked, faulty, _ = _read(draft.answers, STEPS)
    if draft.fault or faulty:
        return _show("check", draft)
    try:
        return_code = _register_once(draft, asked)
    except KeyUsedForAnotherRequest as error:
        return _check_page(draft, asked, [Fault("", error.code)])
    return _confirmation(return_code)


def _received_draft() -> Draft:
    """Return what was typed up to now, on this page and the ones before it."""
    typed = {name: request.form[name] for name in FIELDS if name in request.form}
    if "topic" in typed:
        typed["topic"] = request.form.get(f"subtopic-{typed['topic']}", typed["topic"])
    work = job().work
    if "draft" in request.form:
        return open_draft(request.form["draft"], typed, work.keys.form_state, work.now)
    return begin_draft(typed, work.now)


def _show(wanted: str, draft: Draft) -> Response:
    """Return the page that is wanted, or the first one that keeps the person from going there."""
    faults = [Fault("", draft.fault)] if draft.fault else []
    if draft.fault == "form-not-readable":
        return _step_page(STEPS[0], draft, faults)
    names = [step.name for step in STEPS]
    before = STEPS[: names.index(wanted)] if wanted in names else STEPS
    asked, faulty, found = _read(draft.answers, before)
    if faulty:
        return _step_page(faulty, draft, [*faults, *found])
    if wanted in names:
        return _step_page(STEPS[names.index(wanted)], draft, faults)
    return _check_page(draft, asked, faults)


def _read(typed: Mapping[str, str], steps: tuple[Step, ...]) -> tuple[Asked, Step | None, list[Fault]]:
    """Return what was asked on these pages, the first of them that has faults, and those faults."""
    values: dict[str, Any] = {}
    for step in steps:
        loaded, faults = load(step.schema, typed)
        if faults:
            return Asked(**values), step, faults
        values |= loaded
    return Asked(**values), None, []


def _step_page(step: Step, draft: Draft, faults: list[Fault]) -> Response:
    lists = job().work.directory.code_lists
    topic = lists.topics.get(draft.answers.get("topic", ""))
    context: dict[str, Any] = {
        "number": STEPS.index(step) + 1,
        "typed": draft.answers,
        "sensitive": topic is not None and topic.sensitive,
    }
    match step.name:
        case "question":
            context["topics"] = topic_tree(lists)
            context["main_topic"] = (topic.parent or topic.code) if topic else None
        case "about":
            context |= _about_choices(draft.answers.get("municipality", ""))
    return _draft_page(step.name, draft, faults, **context)


def _about_choices(municipality: str) -> dict[str, Any]:
    """Return what can be chosen on the page about the person; `municipality` is as it was typed."""
    prepared = job()
    lists = prepared.work.directory.code_lists
    own = desk_municipalities(prepared.session, prepared.work.desk_id)
    return {
        "own_municipalities": municipality_names(lists, own),
        "suggestions": suggest_municipalities(municipality, lists.municipalities.values()),
        "language_choices": language_choices(lists, LOCALES[current_tag()]),
    }


def _check_page(draft: Draft, asked: Asked, faults: list[Fault]) -> Response:
    lists = job().work.directory.code_lists
    names = {choice.code: choice.own_name for choice in language_choices(lists, LOCALES[current_tag()])}
    return _draft_page(
        "check",
        draft,
        faults,
        asked=asked,
        sensitive=asked.is_sensitive(lists),
        language=names[asked.language or _page_language()],
        municipality=lists.municipalities[asked.municipality].name if asked.municipality else None,
    )


def _draft_page(name: str, draft: Draft, faults: list[Fault], **context: Any) -> Response:
    """Return a page of the form with the draft in it; one that tells of faults has the status 400."""
    match name:
        case "question":
            addresses = addresses_of("ask.question")
        case _:
            addresses = addresses_of("ask.further", step=name)
    return render_page(
        f"newcomer/{name}.html",
        400 if faults else 200,
        draft=seal_draft(draft, job().work.keys.form_state),
        faults=fault_sentences(faults),
        addresses=addresses,
        posts=True,
        **context,
    )


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
    visit = asked.visit(_page_language(), work.directory.code_lists)
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


def _page_language() -> str:
    """Return the code of the language of this page, without the script."""
    return current_tag().partition("-")[0]
