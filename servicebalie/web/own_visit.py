"""What people change with a return code: they ask more, and correct a question or what is known of them.

Each page is shown by one address and saved by another, so that a change of language saves nothing.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from servicebalie.core.errors import Fault
from servicebalie.core.holding_back import HeldBack
from servicebalie.http.locale import current_tag
from servicebalie.http.origin import request_origin
from servicebalie.http.runtime import runtime
from servicebalie.http.transaction import job
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.directory import desk_municipalities
from servicebalie.services.intake import UNKNOWN_TOPIC, NewQuestion
from servicebalie.services.limits import take_turn
from servicebalie.services.own_visit import ask_more, correct_own_facts, correct_own_question
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import QuestionChanged
from servicebalie.services.visits import Contact, VisitFacts
from servicebalie.web.choices import language_choices, municipality_names, topic_tree
from servicebalie.web.code_holders import for_askers, for_code_holders
from servicebalie.web.layout import addresses_of, fault_sentences, render_page
from servicebalie.web.return_codes import Found, find_code
from servicebalie.web.schemas import (
    AboutSchema,
    ContactSchema,
    MoreSchema,
    QuestionSchema,
    load,
    typed_fields,
)
from servicebalie.web.steps import nearest_municipalities
from servicebalie.web.turned_away import turned_away
from servicebalie.web.visit_page import Done, new_nonce, note_done, once_slot, visit_page

pages = Blueprint("own_visit", __name__)

FACTS = ("language", "municipality", "group", "stay", "arrival")
"""What a person can say of themselves, as on the form."""


@pages.post("/<locale:locale>/return/more")
@for_code_holders
def more(found: Found, locale: str) -> Response:
    """Show the page on which to ask one more question."""
    return _more_page(found)


@pages.post("/<locale:locale>/return/more/send")
@for_code_holders
def send_more(found: Found, locale: str) -> Response:
    """Register one more question, once however often it is sent."""
    given, faults = load(MoreSchema(), typed_fields())
    if faults:
        return _more_page(found, faults)
    slot = once_slot(f"more {found.visit_id}", f"{given.get('topic')} {given.get('text')}")
    if slot:
        if take_turn(job().session, job().work, runtime().limits.questions, request_origin()):
            return turned_away(_more_page(found, [Fault("", HeldBack.TOO_MANY)]), runtime().limits.questions)
        asked = NewQuestion(given.get("topic"), given.get("text"), consents=given.get("consents", False))
        ask_more(job().session, job().work, found.visit_id, asked)
        note_done(slot)
    return visit_page(find_code(found.code), done=Done.ASKED)


@pages.post("/<locale:locale>/return/question")
@for_askers
def question(found: Found, chosen: QuestionView, locale: str) -> Response:
    """Show a question to be corrected."""
    return _question_page(found, chosen, typed_fields() if "version" in request.form else _said_in(chosen))


@pages.post("/<locale:locale>/return/question/save")
@for_askers
def save_question(found: Found, chosen: QuestionView, locale: str) -> Response:
    """Correct a question, unless it changed since the person saw it."""
    given, faults = load(QuestionSchema(), typed_fields())
    if faults:
        return _question_page(found, chosen, typed_fields(), faults)
    try:
        correct_own_question(
            job().session,
            job().work,
            chosen,
            topic=given.get("topic"),
            text=given.get("text"),
            version=_version_seen(),
        )
    except QuestionChanged as error:
        typed = {**typed_fields(), "version": str(chosen.version)}
        return _question_page(found, chosen, typed, [Fault("", error.code)])
    return visit_page(find_code(found.code), done=Done.CHANGED)


@pages.post("/<locale:locale>/return/about")
@for_code_holders
def about(found: Found, locale: str) -> Response:
    """Show what is known of the person, to be corrected."""
    typed = typed_fields() if "municipality" in request.form else _known_of(found.questions[0])
    return _about_page(found, typed)


@pages.post("/<locale:locale>/return/about/save")
@for_code_holders
def save_about(found: Found, locale: str) -> Response:
    """Correct what is known of the person, and how to reach them."""
    said, faults = load(AboutSchema(), typed_fields())
    reach, more_faults = load(ContactSchema(), typed_fields())
    if faults or more_faults:
        return _about_page(found, typed_fields(), [*faults, *more_faults])
    correct_own_facts(
        job().session,
        job().work,
        found.visit_id,
        {name: said.get(name) for name in FACTS},
        Contact(
            reach.get("email"),
            reach.get("phone"),
            found.sensitive and reach.get("email_safe", False),
            reach.get("follow_up", False),
        ),
    )
    return visit_page(find_code(found.code), done=Done.CHANGED)


def _more_page(found: Found, faults: list[Fault] | None = None) -> Response:
    return _own_page(
        "more",
        found,
        faults,
        typed_fields(),
        nonce=request.form.get("nonce") or new_nonce(),
        topics=topic_tree(job().work.directory.code_lists),
    )


def _question_page(
    found: Found, chosen: QuestionView, typed: Mapping[str, str], faults: list[Fault] | None = None
) -> Response:
    return _own_page(
        "question",
        found,
        faults,
        typed,
        question=chosen,
        topics=topic_tree(job().work.directory.code_lists),
    )


def _about_page(found: Found, typed: Mapping[str, str], faults: list[Fault] | None = None) -> Response:
    prepared = job()
    lists = prepared.work.directory.code_lists
    own = desk_municipalities(prepared.session, prepared.work.desk_id)
    return _own_page(
        "about",
        found,
        faults,
        typed,
        own_municipalities=municipality_names(lists, own),
        nearest=nearest_municipalities(typed.get("municipality", ""), lists),
        language_choices=language_choices(lists, LOCALES[current_tag()]),
    )


def _own_page(
    name: str, found: Found, faults: list[Fault] | None, typed: Mapping[str, str], **context: Any
) -> Response:
    """Return one of these pages, with what was typed; one that tells of faults has the status 400."""
    return render_page(
        f"newcomer/own_{name}.html",
        400 if faults else 200,
        found=found,
        sensitive=found.sensitive,
        topics_in_need=[view.topic for view in found.questions],
        typed=typed,
        faults=fault_sentences(faults or []),
        addresses=addresses_of(f"own_visit.{name}"),
        posts=True,
        **context,
    )


def _said_in(question: QuestionView) -> dict[str, str]:
    """Return a question as the fields of its page."""
    return {
        "topic": "" if question.topic == UNKNOWN_TOPIC else question.topic,
        "text": question.text or "",
        "version": str(question.version),
    }


def _version_seen() -> int:
    """Return the version of the question that the person corrects; 0, which none has, for what is none."""
    version = request.form.get("version", "")
    return int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0


def _known_of(question: QuestionView) -> dict[str, str]:
    """Return what is known of the person of a question as the fields of the page."""
    contact = question.contact or Contact(None, None)
    said = {name: _fact(question.facts, name) for name in FACTS}
    reached = {"email": contact.email or "", "phone": contact.phone or ""}
    return {
        **said,
        **reached,
        "email_safe": "yes" if contact.email_safe else "no",
        "follow_up": "yes" if contact.follow_up else "",
    }


def _fact(facts: VisitFacts, name: str) -> str:
    value = getattr(facts, name) or ""
    if name == "municipality" and value:
        return job().work.directory.code_lists.municipalities[value].name
    return str(value)
