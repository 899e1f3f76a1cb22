"""Messages about a question."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from servicebalie.core.vocabulary import Actor, Author, ReferralAction, ReferralStatus, Status
from servicebalie.core.working_days import add_working_days, working_days_until
from servicebalie.models.questions import Message, Question, Visit
from servicebalie.services.identity import new_id
from servicebalie.services.outbox import Delivery, enqueue
from servicebalie.services.question_views import MessageView, QuestionView, ReferralView
from servicebalie.services.referral_steps import NO_TERM, earliest_term, open_referrals, take_step
from servicebalie.services.referrals import QuestionNow, change_question, due_on, today
from servicebalie.services.visits import read_contact
from servicebalie.services.workplace import Workplace


def post_message(
    session: Session,
    work: Workplace,
    question: QuestionView,
    author: Author,
    text: str,
    *,
    language: str | None = None,
    awaits_reply: bool = False,
    referral: ReferralView | None = None,
) -> MessageView:
    """Add a message to a question.

    A message of the desk or a partner is announced by e-mail where the person left an address and, about a
    sensitive topic, said that mail is safe; with `awaits_reply` the question waits for the person. A message
    of the person ends that waiting; until then the clock stands still. `referral` is the one because of
    which a partner writes. Raises `QuestionClosed`, and for a partner what `take_step` raises.
    """
    now = change_question(session, work, question.id)
    if author is Author.NEWCOMER:
        _end_waiting(session, work, question, now)
    elif referral is not None:
        _act_by_writing(session, work, referral, awaits_reply=awaits_reply)
    if awaits_reply and now.status is not Status.WAITING:
        _wait(session, work, question, referral, now)
    elif referral is not None and now.status is not Status.WAITING:
        _set(session, question, due_on=earliest_term(session, question.id))
    message = MessageView(author, text, language, work.now)
    session.execute(
        insert(Message).values(
            id=new_id(work.now),
            question_id=question.id,
            author=author,
            user_id=work.user_id,
            language=language,
            body=text,
            sent_at=work.now,
        )
    )
    if author is not Author.NEWCOMER and _may_be_mailed(session, question):
        locale = session.scalars(select(Visit.locale).where(Visit.id == question.visit_id)).one()
        payload = {"visit": question.visit_id}
        enqueue(session, work.desk_id, Delivery.QUESTION_ANSWERED, payload, locale, work.now)
    return message


def _may_be_mailed(session: Session, question: QuestionView) -> bool:
    # Not by the contact of the view, which whoever writes may not be allowed to see.
    contact = read_contact(session, question.visit_id)
    return contact is not None and contact.may_be_mailed(sensitive=question.sensitive)


def _act_by_writing(session: Session, work: Workplace, referral: ReferralView, *, awaits_reply: bool) -> None:
    """Note that a service asked or answered; with that it has accepted the referral."""
    action = ReferralAction.ASK_BACK if awaits_reply else ReferralAction.ANSWER
    columns: dict[str, Any] = {}
    if awaits_reply:
        columns = NO_TERM
    elif referral.status is ReferralStatus.REQUESTED:
        columns = {"respond_by": due_on(work, referral.service), "remind_on": None}
    take_step(session, work, referral, action, Actor.PARTNER, **columns)


def _wait(
    session: Session,
    work: Workplace,
    question: QuestionView,
    referral: ReferralView | None,
    now: QuestionNow,
) -> None:
    """Let a question wait for its person, and keep how many working days remain for the answer."""
    service = (referral or question.referral).service
    if referral is not None and referral.status is ReferralStatus.REQUESTED:
        left = service.response_days
    else:
        last = referral.respond_by if referral else now.due_on
        left = working_days_until(today(work), last or today(work), service.closures)
    _set(session, question, status=Status.WAITING, due_on=None, days_left=left)


def _end_waiting(session: Session, work: Workplace, question: QuestionView, now: QuestionNow) -> None:
    """Go on with a question that waited for its person, with the working days that were left."""
    if now.status is not Status.WAITING:
        return
    service = question.referral.service
    left = service.response_days if now.days_left is None else now.days_left
    due = add_working_days(today(work), left, service.closures)
    still_open = open_referrals(session, question.id)
    for one in still_open:
        if one.status is ReferralStatus.ASKED_BACK:
            take_step(session, work, one, ReferralAction.REPLY, Actor.NEWCOMER, respond_by=due)
    _set(
        session,
        question,
        status=Status.OPEN if question.referral.kind is None and not still_open else Status.REFERRED,
        due_on=earliest_term(session, question.id) or due,
        days_left=None,
    )


def _set(session: Session, question: QuestionView, **columns: Any) -> None:
    session.execute(update(Question).where(Question.id == question.id).values(**columns))
