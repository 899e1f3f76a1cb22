"""Registering a visit and its questions: the path that every question comes in by."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.reference_codes import RANDOM_BYTES, make_reference, make_return_code
from servicebalie.core.routing import (
    Decision,
    answered_by_information,
    explain_override,
    route,
)
from servicebalie.core.sealing import Owner, Sealed
from servicebalie.core.vocabulary import ChosenBy, Outcome, ReferralStatus, Status, UnmetReason
from servicebalie.models.base import table_of
from servicebalie.models.questions import Question, QuestionText, Visit, VisitContact
from servicebalie.services.follow_up import follow_up_rows
from servicebalie.services.identity import new_id
from servicebalie.services.insertion import Row, Writer, insert_rows, session_of
from servicebalie.services.outbox import Delivery, delivery_row
from servicebalie.services.question_views import QuestionView, build_view, referral_view
from servicebalie.services.referral_counts import referral_counts
from servicebalie.services.referral_steps import NO_TERM
from servicebalie.services.referrals import (
    due_on,
    referral_columns,
    referral_rows,
    send_to,
    status_after,
    today,
)
from servicebalie.services.restriction import VisitRestricted
from servicebalie.services.sealing import Sealer, make_key
from servicebalie.services.translations import translation_wanted
from servicebalie.services.visits import (
    Contact,
    VisitFacts,
    contact_columns,
    facts_columns,
    facts_of,
    hash_return_code,
    read_contact,
    routing_facts,
)
from servicebalie.services.workplace import Workplace

UNKNOWN_TOPIC = "unknown"


@dataclass(frozen=True, slots=True)
class NewVisit:
    """An encounter to register; `return_code` is that of an earlier visit of the same person.

    `received_at` is when it was, if not now: while the network was down, or earlier in a day's
    consulting hour. `email_safe` tells that the person said that mail is safe, also about a sensitive topic,
    `follow_up` that they may be asked later by e-mail whether they were helped. `locale` is the one in which
    they are written to, if not that of the request.
    """

    facts: VisitFacts = field(default_factory=VisitFacts)
    email: str | None = None
    phone: str | None = None
    return_code: str | None = None
    received_at: datetime | None = None
    locale: str | None = None
    email_safe: bool = False
    follow_up: bool = False


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question to register.

    `service_id` overrules routing and needs `override_reason`; `outcome` closes the question at once, and
    `informed` tells that a standard answer did. `consents` tells that the person agrees to the question
    being handed to another organisation; nobody is assumed to.
    """

    topic: str | None = None
    text: str | None = None
    service_id: int | None = None
    override_reason: str | None = None
    outcome: Outcome | None = None
    unmet_reason: UnmetReason | None = None
    informed: bool = False
    consents: bool = False


@dataclass(frozen=True, slots=True)
class RegisteredVisit:
    """A visit with new questions; `return_code` is there only when the visit itself is new."""

    visit_id: int
    return_code: str | None
    questions: tuple[QuestionView, ...]


_VISITS = table_of(Visit)
_CONTACTS = table_of(VisitContact)
_QUESTIONS = table_of(Question)
_TEXTS = table_of(QuestionText)


def register_visit(
    writer: Writer, work: Workplace, visit: NewVisit, questions: Sequence[NewQuestion]
) -> RegisteredVisit:
    """Register a visit with its questions, route each, and note what must be delivered.

    All of it happens at the moment of the visit. Raises `InvalidInput` for an unknown service or return
    code, and `NeedsTransaction` where it takes more than new rows.
    """
    # A service could not know of the question before today, however long ago the visit was.
    start = today(work)
    work = replace(work, now=visit.received_at or work.now, locale=visit.locale or work.locale)
    visit_id = new_id(work.now)
    return_code = make_return_code(secrets.token_bytes(RANDOM_BYTES))
    code_hash = hash_return_code(work, return_code)
    visit_columns = {
        "id": visit_id,
        "desk_id": work.desk_id,
        "asker": _asker(writer, work, visit, code_hash),
        "return_code_hash": code_hash,
        "locale": work.locale,
        "received_at": work.now,
        **facts_columns(visit.facts),
    }
    rows: list[Row] = [(_VISITS, visit_columns)]
    contact = _contact(visit)
    if contact:
        sealer, key = make_key(work.keys.master_keys, Owner.VISIT, visit_id)
        rows += key, (_CONTACTS, contact_columns(work, visit_id, contact, sealer))
    drafts = [_draft(writer, work, visit_id, visit.facts, question, start) for question in questions]
    rows += chain.from_iterable(_rows(work, draft) for draft in drafts)
    views = tuple(_view(work, draft, visit.facts, contact) for draft in drafts)
    if contact and contact.may_be_mailed(sensitive=any(view.sensitive for view in views)):
        payload = {"visit": visit_id}
        rows.append(delivery_row(work.desk_id, Delivery.QUESTION_RECEIVED, payload, work.locale, work.now))
    rows += _follow_ups(work, views, contact, work.locale)
    insert_rows(writer, rows)
    return RegisteredVisit(visit_id, return_code, views)


def add_questions(
    session: Session, work: Workplace, visit_id: int, questions: Sequence[NewQuestion]
) -> RegisteredVisit:
    """Register more questions of a visit that is there already.

    Raises `InvalidInput` when there is no such visit at this desk, and `VisitRestricted`.
    """
    row = session.execute(select(Visit).where(Visit.id == visit_id, Visit.desk_id == work.desk_id)).scalar()
    if row is None:
        raise InvalidInput(Fault("/visit", "unknown-visit"))
    if row.restricted_at is not None:
        raise VisitRestricted
    facts, contact = facts_of(row), read_contact(session, work.keys, visit_id)
    drafts = [_draft(session, work, visit_id, facts, question, today(work)) for question in questions]
    views = tuple(_view(work, draft, facts, contact) for draft in drafts)
    rows = list(chain.from_iterable(_rows(work, draft) for draft in drafts))
    insert_rows(session, [*rows, *_follow_ups(work, views, contact, row.locale)])
    return RegisteredVisit(visit_id, None, views)


def _follow_ups(
    work: Workplace, views: Sequence[QuestionView], contact: Contact | None, locale: str
) -> Iterator[Row]:
    """Yield what notes that the person is to be asked about the questions that ended at once."""
    for view in views:
        yield from follow_up_rows(work, view, view.outcome, contact, locale)


def _contact(visit: NewVisit) -> Contact | None:
    """Return how the person can be reached; what is said about mail says nothing without an address."""
    if not visit.email and not visit.phone:
        return None
    has_email = visit.email is not None
    return Contact(visit.email, visit.phone, visit.email_safe and has_email, visit.follow_up and has_email)


def _asker(writer: Writer, work: Workplace, visit: NewVisit, code_hash: bytes) -> bytes:
    """Return the pseudonym of the person: the one of the earlier visit, of the contact, or a new one."""
    identity = b"code:" + code_hash
    if visit.return_code is not None:
        earlier_hash = hash_return_code(work, visit.return_code)
        earlier = (
            session_of(writer)
            .execute(
                select(Visit.asker, Visit.received_at).where(
                    Visit.return_code_hash == earlier_hash, Visit.desk_id == work.desk_id
                )
            )
            .first()
        )
        if earlier is None:
            raise InvalidInput(Fault("/returnCode", "unknown-return-code"))
        if _dutch_year(earlier.received_at) == _dutch_year(work.now):
            known: bytes = earlier.asker
            return known
        # Pseudonyms end with the year; in a new year the code itself ties the visits of this person.
        identity = b"code:" + earlier_hash
    elif visit.email:
        identity = b"email:" + visit.email.casefold().encode()
    elif visit.phone:
        identity = b"phone:" + visit.phone.encode()
    return work.asker_keys.pseudonym(writer, work.desk_id, work.now, identity)


@dataclass(frozen=True, slots=True)
class _Draft:
    """The columns of one question and its referral, as they are about to be written."""

    question: dict[str, Any]
    referral: dict[str, Any]
    text: str | None


def _draft(
    writer: Writer, work: Workplace, visit_id: int, facts: VisitFacts, question: NewQuestion, start: date
) -> _Draft:
    """Return what to write about a question, of which the term of a service begins at `start`."""
    topic = question.topic or UNKNOWN_TOPIC
    chosen_by, decision = _decide(writer, work, topic, facts, question)
    question_id = new_id(work.now)
    closed = question.outcome is not None
    referral = referral_columns(work, question_id, decision, chosen_by, question.override_reason, start)
    columns = {
        "id": question_id,
        "desk_id": work.desk_id,
        "visit_id": visit_id,
        "reference": make_reference(secrets.token_bytes(RANDOM_BYTES)),
        "topic": topic,
        "language": facts.language,
        "municipality": facts.municipality,
        "channel": facts.channel,
        "status": Status.CLOSED if closed else status_after(decision),
        "outcome": question.outcome,
        "unmet_reason": question.unmet_reason,
        "destination": decision.destination,
        "service_id": decision.service.id,
        "due_on": None if closed else referral["respond_by"] or due_on(work, decision.service),
        "received_at": work.now,
        "updated_at": work.now,
        "closed_at": work.now if closed else None,
        "consented_at": work.now if question.consents else None,
        "version": 1,
    }
    if closed and referral["status"] is ReferralStatus.REQUESTED:
        # Nobody waits for an answer, just as when a question that was handed over is closed.
        referral |= {"status": ReferralStatus.COMPLETED, **NO_TERM}
        referral |= {"outcome": question.outcome, "unmet_reason": question.unmet_reason}
    return _Draft(columns, referral, question.text)


def _rows(work: Workplace, draft: _Draft) -> Iterator[Row]:
    question_id = draft.question["id"]
    yield _QUESTIONS, draft.question
    sealer: Sealer | None = None
    if draft.text or draft.referral["override_reason"]:
        sealer, key = make_key(work.keys.master_keys, Owner.QUESTION, question_id)
        yield key
    if draft.text and sealer:
        body = sealer.seal(draft.text, Sealed.QUESTION_TEXT, question_id)
        yield _TEXTS, {"question_id": question_id, "desk_id": work.desk_id, "body": body}
        if work.translates and not _is_sensitive(work, draft):
            yield translation_wanted(work, draft.question["visit_id"], question_id)
    yield from referral_rows(work, draft.referral, sealer)


def _is_sensitive(work: Workplace, draft: _Draft) -> bool:
    return work.directory.code_lists.topics[draft.question["topic"]].sensitive


def _view(work: Workplace, draft: _Draft, facts: VisitFacts, contact: Contact | None) -> QuestionView:
    referral = referral_view(work, draft.referral, facts)
    return build_view(work, draft.question, facts, [referral], draft.text, contact=contact)


def _decide(
    writer: Writer, work: Workplace, topic: str, facts: VisitFacts, question: NewQuestion
) -> tuple[ChosenBy, Decision]:
    """Return where the question goes: where staff send it, nowhere when it is answered, else by routing."""
    where = routing_facts(topic, facts, consents=question.consents)
    if question.service_id is not None:
        return ChosenBy.STAFF, send_to(work, question.service_id, where)
    if question.informed:
        return ChosenBy.ROUTING, answered_by_information(where, work.directory, work.now)
    if question.outcome is not None:
        return ChosenBy.STAFF, explain_override(work.directory.desk_service, where, work.directory, work.now)
    return ChosenBy.ROUTING, route(where, work.directory, work.now, referral_counts(writer))


def _dutch_year(moment: datetime) -> int:
    return moment.astimezone(AMSTERDAM).year
