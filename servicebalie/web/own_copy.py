"""The copy of everything that is held about a visit: a page to keep and read, and data for a program.

Both are files that stand on their own. The page tells in words what matters to its reader and has the data
below, so that nothing is left out of it.
"""

from enum import StrEnum
from typing import Any

import orjson
from flask import Blueprint, Response, request

from servicebalie.core.reference_codes import encode_visit
from servicebalie.http.locale import current_tag
from servicebalie.http.transaction import for_newcomers, job
from servicebalie.i18n.language_names import language_name
from servicebalie.i18n.registry import LOCALES
from servicebalie.services.holdings import (
    HeldDelivery,
    HeldQuestion,
    HeldReferral,
    Holdings,
    read_holdings,
)
from servicebalie.services.question_views import EventView, MessageView
from servicebalie.services.visits import Contact
from servicebalie.web.layout import render_page
from servicebalie.web.return_codes import find_posted, refuse

pages = Blueprint("own_copy", __name__)


class Form(StrEnum):
    """In what form a copy is; the value is the end of the name of its file."""

    PAGE = "html"
    DATA = "json"


@pages.post("/<locale:locale>/return/copy")
@for_newcomers(writes=True)
def copy(locale: str) -> Response:
    """Send everything that is held about a visit as a file."""
    found, faults = find_posted()
    if found is None:
        return refuse(faults)
    prepared = job()
    held = read_holdings(prepared.session, prepared.work, found.visit_id)
    data = _as_json(held)
    if request.form.get("as") == Form.DATA:
        return _as_file(Response(data, mimetype="application/json"), Form.DATA)
    return _as_file(_as_page(held, data.decode()), Form.PAGE)


def _as_file(response: Response, form: Form) -> Response:
    """Let the browser keep a copy as a file; nothing on the way may keep it."""
    name = f"servicebalie-{job().work.now:%Y-%m-%d}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _as_page(held: Holdings, data: str) -> Response:
    lists = job().work.directory.code_lists
    locale = LOCALES[current_tag()].regional
    place = held.facts.municipality
    return render_page(
        "newcomer/own_copy.html",
        held=held,
        data=data,
        municipality=lists.municipalities[place].name if place else None,
        language_names={code: language_name(one, locale) for code, one in lists.languages.items()},
    )


def _as_json(held: Holdings) -> bytes:
    """Return everything as JSON (RFC 8259): codes as they are stored, moments in UTC."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
    desk = job().desk
    document = {
        "desk": desk.name if desk else None,
        "madeAt": job().work.now,
        "visit": {
            "reference": encode_visit(held.visit_id),
            "receivedAt": held.received_at,
            "pageLanguage": held.locale,
            **_facts(held),
            "contact": _contact(held.contact) if held.contact else None,
            "pseudonymForStatistics": held.asker.hex(),
            "changedAfterItWasCounted": held.changed_late,
        },
        "questions": [_question(question) for question in held.questions],
        "mails": [_mail(delivery) for delivery in held.deliveries],
    }
    return orjson.dumps(document, option=options)


def _facts(held: Holdings) -> dict[str, Any]:
    facts = held.facts
    return {
        "channel": facts.channel,
        "language": facts.language,
        "languageServed": facts.language_served,
        "interpreterUsed": facts.interpreter_used,
        "municipality": facts.municipality,
        "group": facts.group,
        "stay": facts.stay,
        "arrival": facts.arrival,
        "registration": facts.registration,
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {"email": contact.email, "phone": contact.phone, "emailSafe": contact.email_safe}


def _question(question: HeldQuestion) -> dict[str, Any]:
    view = question.view
    return {
        "reference": view.reference,
        "topic": view.topic,
        "text": view.text,
        "status": view.status,
        "receivedAt": view.received_at,
        "updatedAt": view.updated_at,
        "version": view.version,
        "answerExpectedBy": view.due_on,
        "workingDaysLeftAfterReply": view.days_left,
        "backAtDeskBecause": view.mark,
        "closedAt": view.closed_at,
        "outcome": view.outcome,
        "unmetReason": view.unmet_reason,
        "consentedAt": view.consented_at,
        "messages": [_message(message) for message in view.messages],
        "referrals": [_referral(referral) for referral in question.referrals],
    }


def _message(message: MessageView) -> dict[str, Any]:
    return {
        "author": message.author,
        "sentAt": message.sent_at,
        "language": message.language,
        "text": message.text,
    }


def _referral(referral: HeldReferral) -> dict[str, Any]:
    return {
        "service": referral.service,
        "organisation": referral.organisation,
        "destination": referral.destination,
        "kind": referral.kind,
        "status": referral.status,
        "chosenBy": referral.chosen_by,
        "reasonOfStaff": referral.override_reason,
        "reasons": [{"code": reason.code, "value": reason.value} for reason in referral.reasons],
        "directoryVersion": referral.directory_version,
        "rulesVersion": referral.rules_version,
        "decidedAt": referral.decided_at,
        "answerExpectedBy": referral.respond_by,
        "reminderFrom": referral.remind_on,
        "returnedReason": referral.returned_reason,
        "outcome": referral.outcome,
        "unmetReason": referral.unmet_reason,
        "history": [_event(event) for event in referral.events],
    }


def _event(event: EventView) -> dict[str, Any]:
    return {
        "happenedAt": event.at,
        "actor": event.actor,
        "action": event.action,
        "from": event.from_state,
        "to": event.to_state,
        "reason": event.reason,
        "note": event.note,
    }


def _mail(delivery: HeldDelivery) -> dict[str, Any]:
    return {
        "kind": delivery.kind,
        "language": delivery.locale,
        "createdAt": delivery.created_at,
        "notBefore": delivery.available_at,
        "attempts": delivery.attempts,
        "finishedAt": delivery.finished_at,
        "failure": delivery.failure,
        "keptUntil": delivery.kept_until,
    }
