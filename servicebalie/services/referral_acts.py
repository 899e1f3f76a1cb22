"""What a service, the desk and the clock do with a referral, and what that means for its question.

Of two who act on a referral at once, the first wins and the other gets `ReferralChanged`. Every act raises
`QuestionClosed`, and what `next_state` raises for the act.
"""

from dataclasses import dataclass
from typing import Any, assert_never

from sqlalchemy import update
from sqlalchemy.orm import Session

from servicebalie.core.referral_states import OPEN, End, Standing, joint_end, next_state, standing_after
from servicebalie.core.routing import Decision, Reason, ReasonCode
from servicebalie.core.vocabulary import (
    Actor,
    Author,
    ChosenBy,
    Mark,
    ReferralAction,
    ReferralStatus,
    ReturnReason,
    Status,
)
from servicebalie.models.questions import Question, Referral
from servicebalie.services.follow_up import note_follow_up
from servicebalie.services.late_changes import note_late_change
from servicebalie.services.messages import post_message
from servicebalie.services.outbox import Delivery, enqueue
from servicebalie.services.question_views import MessageView, QuestionView, ReferralView
from servicebalie.services.referral_steps import (
    NO_TERM,
    earliest_term,
    end_open_referrals,
    ends_before,
    other_states,
    take_step,
)
from servicebalie.services.referrals import (
    PARTNER_LOCALE,
    change_question,
    closing_columns,
    due_on,
    send_question,
    today,
)
from servicebalie.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class ReferralCase:
    """A referral and the question that it hands over, as they were read."""

    question: QuestionView
    referral: ReferralView


def accept(session: Session, work: Workplace, case: ReferralCase, *, note: str | None = None) -> None:
    """Take a referral on; from now the service has its whole term to help."""
    respond_by = due_on(work, case.referral.service)
    _act(
        session,
        work,
        case,
        ReferralAction.ACCEPT,
        Actor.PARTNER,
        note=note,
        respond_by=respond_by,
        remind_on=None,
    )


def return_referral(
    session: Session, work: Workplace, case: ReferralCase, reason: ReturnReason, *, note: str | None = None
) -> None:
    """Give a referral back to the desk, which has the question now unless another service does."""
    _act(
        session,
        work,
        case,
        ReferralAction.RETURN,
        Actor.PARTNER,
        reason=reason,
        note=note,
        returned_reason=reason,
        **NO_TERM,
    )


def ask_back(
    session: Session, work: Workplace, case: ReferralCase, text: str, *, language: str | None = None
) -> MessageView:
    """Ask the person something; until the reply the clock stands still."""
    return _write(session, work, case, text, language=language, awaits_reply=True)


def answer(
    session: Session, work: Workplace, case: ReferralCase, text: str, *, language: str | None = None
) -> MessageView:
    """Write to the person what helps them; the referral stays open until it is completed."""
    return _write(session, work, case, text, language=language, awaits_reply=False)


def complete(
    session: Session,
    work: Workplace,
    case: ReferralCase,
    actor: Actor,
    end: End,
    *,
    note: str | None = None,
) -> None:
    """End a referral with what came of it; the last open one closes the question."""
    _act(
        session,
        work,
        case,
        ReferralAction.COMPLETE,
        actor,
        end=end,
        reason=end.unmet_reason,
        note=note,
        outcome=end.outcome,
        unmet_reason=end.unmet_reason,
        **NO_TERM,
    )


def revoke(session: Session, work: Workplace, case: ReferralCase, *, note: str | None = None) -> None:
    """Take a referral back from a service."""
    _act(session, work, case, ReferralAction.REVOKE, Actor.DESK, note=note, **NO_TERM)


def expire(session: Session, work: Workplace, case: ReferralCase) -> None:
    """Take a referral back that the service did not respond to in time."""
    _act(session, work, case, ReferralAction.EXPIRE, Actor.CLOCK, **NO_TERM)


def remind(session: Session, work: Workplace, case: ReferralCase) -> bool:
    """Remind a service of a referral that waits, by mail if it has an address, when a reminder is due.

    Return whether it was. There are two: on the working day before the last, and on the last.
    """
    referral = case.referral
    next_state(referral.status, ReferralAction.REMIND, Actor.CLOCK)
    later = referral.respond_by is not None and referral.respond_by > today(work)
    claimed = session.execute(
        update(Referral)
        .where(
            Referral.id == referral.id,
            Referral.status == referral.status,
            Referral.remind_on <= today(work),
        )
        .values(remind_on=referral.respond_by if later else None)
        .returning(Referral.id)
    )
    if claimed.first() is None:
        return False
    take_step(session, work, referral, ReferralAction.REMIND, Actor.CLOCK)
    if referral.service.email:
        payload = {"question": case.question.id, "referral": referral.id}
        enqueue(session, work.desk_id, Delivery.REFERRAL_REMINDER, payload, PARTNER_LOCALE, work.now)
    return True


def take_back(session: Session, work: Workplace, question: QuestionView) -> None:
    """Revoke all open referrals of a question whose person took their consent back."""
    if any(referral.status in OPEN for referral in question.referrals):
        end_open_referrals(session, work, question.id, ReferralAction.REVOKE)
        _bring_back(session, work, question, ReasonCode.NO_CONSENT)


def _write(
    session: Session,
    work: Workplace,
    case: ReferralCase,
    text: str,
    *,
    language: str | None,
    awaits_reply: bool,
) -> MessageView:
    return post_message(
        session,
        work,
        case.question,
        Author.PARTNER,
        text,
        language=language,
        awaits_reply=awaits_reply,
        referral=case.referral,
    )


def _act(
    session: Session,
    work: Workplace,
    case: ReferralCase,
    action: ReferralAction,
    actor: Actor,
    *,
    end: End | None = None,
    reason: str | None = None,
    note: str | None = None,
    **columns: Any,
) -> None:
    """Take a step and move the question to whom it is with then."""
    question, referral = case.question, case.referral
    next_state(referral.status, action, actor)
    now = change_question(session, work, question.id)
    state = take_step(session, work, referral, action, actor, reason=reason, note=note, **columns)
    others = other_states(session, question.id, referral.id)
    standing = standing_after(action, state, others)
    match standing:
        case Standing.WITH_SERVICE:
            if state not in OPEN:
                note_late_change(session, question.visit_id, question.received_at, work.now)
            was_asked = (
                referral.status is ReferralStatus.ASKED_BACK and ReferralStatus.ASKED_BACK not in others
            )
            if now.status is not Status.WAITING or (was_asked and state not in OPEN):
                _keep_term(session, question)
        case Standing.AT_DESK:
            note_late_change(session, question.visit_id, question.received_at, work.now)
            _bring_back(session, work, question, _WHY_BACK[action], _MARKS.get(action))
        case Standing.CLOSED:
            assert end is not None  # noqa: S101 - only what is completed closes a question
            note_late_change(session, question.visit_id, question.received_at, work.now)
            _close(session, work, case, end)
        case _:
            assert_never(standing)


_WHY_BACK = {
    ReferralAction.RETURN: ReasonCode.RETURNED_BY_SERVICE,
    ReferralAction.EXPIRE: ReasonCode.NO_ANSWER_IN_TIME,
    ReferralAction.REVOKE: ReasonCode.CHOSEN_BY_STAFF,
}
_MARKS = {ReferralAction.RETURN: Mark.RETURNED, ReferralAction.EXPIRE: Mark.EXPIRED}


def _keep_term(session: Session, question: QuestionView) -> None:
    """Let a question that waits for nobody but services be due when the first of these is."""
    session.execute(
        update(Question)
        .where(Question.id == question.id)
        .values(due_on=earliest_term(session, question.id), days_left=None, status=Status.REFERRED)
    )


def _bring_back(
    session: Session, work: Workplace, question: QuestionView, why: ReasonCode, mark: Mark | None = None
) -> None:
    """Give a question that no service has any more to the desk."""
    desk = work.directory.desk_service
    decision = Decision(desk, desk.destination, None, (Reason(why),), None)
    chosen_by = ChosenBy.STAFF if why is ReasonCode.CHOSEN_BY_STAFF else ChosenBy.ROUTING
    send_question(session, work, question.id, decision, chosen_by, mark=mark)


def _close(session: Session, work: Workplace, case: ReferralCase, end: End) -> None:
    joint = joint_end([*ends_before(session, case.question.id, case.referral.id), end])
    session.execute(
        update(Question)
        .where(Question.id == case.question.id)
        .values(outcome=joint.outcome, unmet_reason=joint.unmet_reason, **closing_columns(work))
    )
    note_follow_up(session, work, case.question, joint.outcome)
