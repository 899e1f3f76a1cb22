"""The page of a visit, to which everything that one does with a return code comes back."""

import secrets
from enum import StrEnum

from flask import Response, request

from servicebalie.core.errors import Fault
from servicebalie.http.locale import current_tag
from servicebalie.http.transaction import job
from servicebalie.i18n.language_names import language_name
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.recorded_answers import Answer, AnswerSlot, find_answer, record_answer
from servicebalie.web.layout import addresses_of, fault_sentences, render_page
from servicebalie.web.return_codes import Found

_NONCE_BYTES = 16


class Done(StrEnum):
    """What was done just now, which the page says first."""

    REPLIED = "replied"
    ASKED = "asked"
    CHANGED = "changed"
    DECIDED = "decided"


def visit_page(found: Found, *, faults: list[Fault] | None = None, done: Done | None = None) -> Response:
    """Return the page with all questions; replies that were typed but not sent stay.

    They stay too where something was decided on this page, which is not about them.
    """
    lists = job().work.directory.code_lists
    locale = LOCALES[current_tag()]
    facts = found.questions[0].facts
    return render_page(
        "newcomer/visit.html",
        400 if faults else 200,
        found=found,
        facts=facts,
        contact=found.questions[0].contact,
        municipality=lists.municipalities[facts.municipality].name if facts.municipality else None,
        language_names={code: language_name(one, locale.regional) for code, one in lists.languages.items()},
        sensitive=found.sensitive,
        topics_in_need=[view.topic for view in found.questions],
        typed=request.form if done in {None, Done.DECIDED} else {},
        done=done,
        nonce=new_nonce(),
        faults=fault_sentences(faults or []),
        addresses=addresses_of("returning.visit"),
        posts=True,
    )


def new_nonce() -> str:
    """Return what tells one page from all others, so that what it sends is done once."""
    return secrets.token_urlsafe(_NONCE_BYTES)


def once_slot(sender: str, content: str) -> AnswerSlot | None:
    """Return where to note (`note_done`) that the page of this request did something with this content;
    None when it did that already."""
    session, work = job().session, job().work
    slot = AnswerSlot.of(
        work.keys.answers,
        sender=sender,
        idempotency_key=f"{request.form.get('nonce', '')} {content}",
        request=b"",
    )
    return None if find_answer(session, slot, work.now) else slot


def note_done(slot: AnswerSlot) -> None:
    """Note for a day that what belongs to the slot was done."""
    record_answer(job().session, slot, Answer(200, b"", None), job().work.now)
