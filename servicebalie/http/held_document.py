"""Everything that is held about a visit as a document for programs (GDPR, articles 15 and 20)."""

from datetime import datetime
from typing import Any

import orjson

from servicebalie.core.reference_codes import encode_visit
from servicebalie.services.holdings import HeldDelivery, HeldQuestion, HeldReferral, Holdings
from servicebalie.services.question_views import EventView, MessageView, NewcomerAnswer, TranslationView
from servicebalie.services.retention_holds import Hold
from servicebalie.services.rights_register import RightRecord
from servicebalie.services.visits import Contact


def write_copy(held: Holdings, desk: str | None, now: datetime) -> bytes:
    """Return everything as JSON (RFC 8259): codes as they are stored, moments in UTC.

    `desk` is the name of the desk.
    """
    options = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(held_document(held, desk, now), option=options)


def held_document(held: Holdings, desk: str | None, now: datetime) -> dict[str, Any]:
    """Return everything that is held about a visit, as names and values."""
    return {
        "desk": desk,
        "madeAt": now,
        "visit": {
            "reference": encode_visit(held.visit_id),
            "receivedAt": held.received_at,
            "pageLanguage": held.locale,
            **_facts(held),
            "contact": _contact(held.contact) if held.contact else None,
            "pseudonymForStatistics": held.asker.hex(),
            "changedAfterItWasCounted": held.changed_late,
            "restrictedAt": held.restricted_at,
            "objectedAt": held.objected_at,
        },
        "questions": [_question(question) for question in held.questions],
        "mails": [_mail(delivery) for delivery in held.deliveries],
        "rights": [_right(right) for right in held.rights],
        "holds": [_hold(hold) for hold in held.holds],
    }


def _facts(held: Holdings) -> dict[str, Any]:
    facts = held.facts
    return {
        "channel": facts.channel,
        "language": facts.language,
        "languageServed": facts.language_served,
        "interpreterRequested": facts.interpreter_requested,
        "interpreterUsed": facts.interpreter_used,
        "municipality": facts.municipality,
        "group": facts.group,
        "stay": facts.stay,
        "arrival": facts.arrival,
        "registration": facts.registration,
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "email": contact.email,
        "phone": contact.phone,
        "emailSafe": contact.email_safe,
        "followUp": contact.follow_up,
    }


def _question(question: HeldQuestion) -> dict[str, Any]:
    view = question.view
    return {
        "reference": view.reference,
        "topic": view.topic,
        "text": view.text,
        "translations": [_translation(translation) for translation in view.translations],
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
        "outcomeByNewcomer": _newcomer_answer(view.by_newcomer) if view.by_newcomer else None,
        "messages": [_message(message) for message in view.messages],
        "referrals": [_referral(referral) for referral in question.referrals],
    }


def _newcomer_answer(answer: NewcomerAnswer) -> dict[str, Any]:
    return {
        "outcome": answer.outcome,
        "unmetReason": answer.unmet_reason,
        "answeredAt": answer.answered_at,
    }


def _message(message: MessageView) -> dict[str, Any]:
    return {
        "author": message.author,
        "sentAt": message.sent_at,
        "language": message.language,
        "text": message.text,
        "translations": [_translation(translation) for translation in message.translations],
    }


def _translation(translation: TranslationView) -> dict[str, Any]:
    return {
        "language": translation.language,
        "text": translation.text,
        "madeByMachine": translation.machine,
        "engine": translation.engine,
        "madeAt": translation.made_at,
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


def _right(right: RightRecord) -> dict[str, Any]:
    return {
        "right": right.right,
        "carriedOutBy": right.actor,
        "receivedAt": right.received_at,
        "answerExpectedBy": right.due_on,
        "extended": right.extended,
        "handledAt": right.handled_at,
        "result": right.result,
        "questions": right.count,
    }


def _hold(hold: Hold) -> dict[str, Any]:
    return {
        "reason": hold.reason,
        "caseNumber": hold.case_number,
        "placedAt": hold.placed_at,
        "until": hold.until,
        "liftedAt": hold.lifted_at,
    }
