"""What people change in their own visit: they ask more, and correct what is known of them.

Who has the question sees it as it is now; what stood there before is not kept. Figures of months that were
frozen before stay as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from servicebalie.core.rights import Right
from servicebalie.core.vocabulary import Actor, Author, ChosenBy, Status
from servicebalie.models.questions import Question, Visit
from servicebalie.services.intake import UNKNOWN_TOPIC, NewQuestion, add_questions
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import Correction, correct_question, read_question
from servicebalie.services.referrals import QuestionClosed, refer_question, route_now
from servicebalie.services.restriction import require_unrestricted
from servicebalie.services.rights_register import note_right
from servicebalie.services.translations import want_translations_of_visit
from servicebalie.services.visits import (
    Contact,
    VisitFacts,
    correct_facts,
    facts_of,
    read_contact,
    routing_facts,
    set_contact,
)
from servicebalie.services.workplace import Workplace


def ask_more(session: Session, work: Workplace, visit_id: int, question: NewQuestion) -> None:
    """Register one more question of a visit, and route it as any other.

    It is counted in the month in which it is asked, which is never a frozen one, as a question of the
    person of the visit.
    """
    registered = add_questions(session, work, visit_id, [question])
    _forget_needless_email(session, work, visit_id, registered.questions)


def correct_own_question(
    session: Session,
    work: Workplace,
    question: QuestionView,
    *,
    topic: str | None,
    text: str | None,
    version: int,
) -> None:
    """Replace the topic and the text of a question; None takes them away.

    With another topic the question is routed again, if nobody has acted on it. Raises `QuestionChanged`
    when `version` is not the newest.
    """
    correction = Correction({}, topic=topic or UNKNOWN_TOPIC, text=text or "")
    if (correction.topic, text) == (question.topic, question.text):
        return
    corrected = correct_question(session, work, question, correction, version)
    note_right(session, work, Right.RECTIFICATION, question.visit_id)
    _forget_needless_email(session, work, question.visit_id, [corrected])
    if corrected.topic != question.topic:
        _route_again(session, work, corrected)


def correct_own_facts(
    session: Session, work: Workplace, visit_id: int, said: Mapping[str, Any], contact: Contact
) -> None:
    """Replace what a person said about themselves, and how to reach them; None takes it away.

    `said` are facts by their name. Mail goes out in the language of the page from now on. With another
    language or municipality, and with other facts that make routing decide otherwise, questions on which
    nobody has acted are routed again.
    """
    require_unrestricted(session, visit_id)
    visit = session.get_one(Visit, visit_id)
    reads_another = visit.locale != work.locale
    session.execute(update(Visit).where(Visit.id == visit_id).values(locale=work.locale))
    facts = facts_of(visit)
    # "Not known", as the desk notes it, and nothing look the same on a form.
    changed = {
        name: value
        for name, value in said.items()
        if value != getattr(facts, name) and not (value is None and getattr(facts, name) == "unknown")
    }
    if changed:
        correct_facts(session, work, visit_id, replace(facts, **changed))
    set_contact(session, work, visit_id, contact)
    note_right(session, work, Right.RECTIFICATION, visit_id)
    session.expire_all()
    questions = [
        read_question(session, work, row)
        for row in session.scalars(select(Question).where(Question.visit_id == visit_id))
    ]
    _forget_needless_email(session, work, visit_id, questions)
    if reads_another:
        want_translations_of_visit(session, work, visit_id)
    for question in questions:
        if changed.keys() & {"language", "municipality"} or _goes_elsewhere(session, work, question, facts):
            _route_again(session, work, question)


def _goes_elsewhere(session: Session, work: Workplace, question: QuestionView, before: VisitFacts) -> bool:
    """Whether routing sends a question elsewhere now than by the facts that were known before."""
    consents = question.consented_at is not None
    former, new = (
        route_now(session, work, question.id, routing_facts(question.topic, facts, consents=consents))
        for facts in (before, question.facts)
    )
    return former.service.id != new.service.id


def decide_own_consent(session: Session, work: Workplace, question: QuestionView, *, consents: bool) -> None:
    """Note that a question may be handed to another organisation, or not any more.

    With consent it is routed again, unless staff chose its place. Consent that is taken back takes the
    question back from who has it (`correct_question`). Raises `QuestionClosed`, and `QuestionChanged` when
    somebody changes the question at the same moment.
    """
    if question.status is Status.CLOSED:
        raise QuestionClosed
    if consents == (question.consented_at is not None):
        return
    decided = correct_question(session, work, question, Correction({}, consents=consents), question.version)
    if consents and decided.referral.chosen_by is ChosenBy.ROUTING:
        _route_to_other_place(session, work, decided)


def _route_again(session: Session, work: Workplace, question: QuestionView) -> None:
    """Send a question to where it belongs now, unless people have acted on it: closed it, answered it,
    accepted or returned it, or chosen its place themselves.

    What came back to the desk is the desk's.
    """
    acted = (
        question.status is Status.CLOSED
        or question.referral.chosen_by is ChosenBy.STAFF
        or any(message.author is not Author.NEWCOMER for message in question.messages)
        or any(event.actor is Actor.PARTNER for referral in question.referrals for event in referral.events)
        or question.mark is not None
    )
    if not acted:
        _route_to_other_place(session, work, question)


def _route_to_other_place(session: Session, work: Workplace, question: QuestionView) -> None:
    """Send a question to where routing sends it now, if it is not there."""
    where = routing_facts(question.topic, question.facts, consents=question.consented_at is not None)
    decision = route_now(session, work, question.id, where)
    if (decision.service.id, decision.kind) != (question.referral.service.id, question.referral.kind):
        refer_question(session, work, question, service_id=None, kind=None, reason=None)


def _forget_needless_email(
    session: Session, work: Workplace, visit_id: int, questions: Iterable[QuestionView]
) -> None:
    """Delete the e-mail address when nobody is e-mailed about the visit any more.

    That is so when a topic is sensitive, unless the person said that mail is safe.
    """
    contact = read_contact(session, work.keys, visit_id)
    sensitive = any(question.sensitive for question in questions)
    if contact and contact.email and not contact.may_be_mailed(sensitive=sensitive):
        set_contact(session, work, visit_id, replace(contact, email=None))
