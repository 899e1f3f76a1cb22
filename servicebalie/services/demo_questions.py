"""One question of the demonstration, from the moment it is registered until it is closed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from servicebalie.core.directory import Service
from servicebalie.core.referral_states import OPEN, End, next_state
from servicebalie.core.simulated_partners import HandOver, SimulatedCourse
from servicebalie.core.simulation import SimulatedMessage, SimulatedQuestion
from servicebalie.core.vocabulary import (
    Actor,
    Author,
    Outcome,
    ReferralAction,
    ReferralStatus,
    ReturnReason,
)
from servicebalie.models.questions import Question
from servicebalie.services.demo_stage import Stage
from servicebalie.services.follow_up import answer_follow_up
from servicebalie.services.messages import post_message
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import close_question, read_question
from servicebalie.services.referral_acts import (
    ReferralCase,
    accept,
    answer,
    ask_back,
    complete,
    expire,
    return_referral,
    revoke,
)
from servicebalie.services.referrals import refer_question
from servicebalie.services.workplace import FOLLOW_UP_AFTER

WHY_ANOTHER = "The first one could not help, and this one does the same."
"""What staff note when they send a question to another partner than routing would."""

WHY_AGAIN = "They can help now: we spoke to the person and to them."
"""What staff note when they send a question once more to the partner from which it came back."""

_SAME_PARTNER_AGAIN = frozenset(
    {ReturnReason.DOCUMENTS_MISSING, ReturnReason.COULD_NOT_BE_REACHED, ReturnReason.DUPLICATE}
)
"""Why a question came back of which the desk can take away the reason."""


def plan_follow_up(
    stage: Stage, view: QuestionView, question: SimulatedQuestion, closed_at: datetime
) -> None:
    """Plan what a person who may be asked whether they were helped says of a question that was closed."""
    asked_at = closed_at + FOLLOW_UP_AFTER
    said = stage.follow_ups.answer(question.outcome, question.unmet_reason, asked_at)
    if said is None:
        return

    def tell(session: Session, at: datetime) -> None:
        answer_follow_up(session, stage.work(at, None), view, said.outcome, said.unmet_reason)

    stage.plan(said.at, tell)


class DemoQuestion:
    """A question that is under way: with whom it is, and what they do with it when."""

    def __init__(
        self,
        stage: Stage,
        view: QuestionView,
        question: SimulatedQuestion,
        language: str,
        closes_at: datetime,
        *,
        may_be_asked: bool,
    ) -> None:
        self._stage = stage
        self._view = view
        self._question = question
        self._language = language
        self._closes_at = closes_at
        self._may_be_asked = may_be_asked
        self._tried = {view.referral.service.id}

    def begin(self, at: datetime) -> None:
        """Plan what becomes of the question."""
        for message in self._question.messages:
            self._stage.plan(message.at, partial(self._write, message))
        self._hand_over(at, self._stage.partners.first_course)
        self._stage.plan(self._closes_at, self._close)

    @property
    def _partner(self) -> int | None:
        """The user of the partner who has the question, if one has."""
        referral = self._view.referral
        if referral.status not in OPEN:
            return None
        return self._stage.desk.partner_users.get(referral.service.organisation_id)

    @property
    def _case(self) -> ReferralCase:
        return ReferralCase(self._view, self._view.referral)

    def _hand_over(self, at: datetime, course_of: Callable[[HandOver], SimulatedCourse]) -> None:
        """Let a partner who has got the question draw what it does with it; at the desk nothing happens."""
        referral = self._view.referral
        if self._partner is not None and referral.respond_by is not None:
            handed = HandOver(
                self._question, self._language, referral.destination, at, referral.respond_by, self._closes_at
            )
            self._follow(course_of(handed))

    def _follow(self, course: SimulatedCourse) -> None:
        """Plan what a partner does with the question."""
        if course.accepts_at is not None:
            self._stage.plan(course.accepts_at, self._accept)
        for message in course.messages:
            self._stage.plan(message.at, partial(self._write, message))
        if course.sends_on_at is not None:
            self._stage.plan(course.ends_at, partial(self._come_back, course))
            self._stage.plan(course.sends_on_at, partial(self._send_on, course.reason))

    def _accept(self, session: Session, at: datetime) -> None:
        accept(session, self._stage.work(at, self._partner), self._case)
        self._note(ReferralAction.ACCEPT, Actor.PARTNER)

    def _write(self, message: SimulatedMessage, session: Session, at: datetime) -> None:
        text, language = message.text, message.language
        partner = self._partner
        if message.from_newcomer:
            work = self._stage.work(at, None, language)
            post_message(session, work, self._view, Author.NEWCOMER, text, language=language)
            if self._view.referral.status is ReferralStatus.ASKED_BACK:
                self._note(ReferralAction.REPLY, Actor.NEWCOMER)
        elif partner is not None:
            write = ask_back if message.awaits_reply else answer
            write(session, self._stage.work(at, partner, language), self._case, text, language=language)
            action = ReferralAction.ASK_BACK if message.awaits_reply else ReferralAction.ANSWER
            self._note(action, Actor.PARTNER)
        else:
            work = self._stage.work(at, self._stage.staff, language)
            post_message(
                session,
                work,
                self._view,
                Author.DESK,
                text,
                language=language,
                awaits_reply=message.awaits_reply,
            )

    def _come_back(self, course: SimulatedCourse, session: Session, at: datetime) -> None:
        """Let the partner return the question, or the clock take it back."""
        if course.reason is None:
            expire(session, self._stage.work(at, None), self._case)
            self._note(ReferralAction.EXPIRE, Actor.CLOCK)
        else:
            return_referral(session, self._stage.work(at, self._partner), self._case, course.reason)
            self._note(ReferralAction.RETURN, Actor.PARTNER)

    def _send_on(self, reason: ReturnReason | None, session: Session, at: datetime) -> None:
        """Let staff find another way for a question that came back, but for a need that stays unmet."""
        if self._question.outcome is not Outcome.MET:
            return
        service, why = self._where_next(reason)
        if reason is not None and service is None:
            return
        work = self._stage.work(at, self._stage.staff)
        service_id = service.id if service else None
        refer_question(session, work, self._view, service_id=service_id, kind=None, reason=why)
        self._read_again(session, at)
        self._hand_over(at, self._stage.partners.next_course)

    def _where_next(self, reason: ReturnReason | None) -> tuple[Service | None, str | None]:
        """Return the service that staff choose, and why; where nobody answered they let it be routed."""
        if reason is None:
            return None, None
        if reason in _SAME_PARTNER_AGAIN:
            return self._view.referral.service, WHY_AGAIN
        return self._another_service(), WHY_ANOTHER

    def _another_service(self) -> Service | None:
        """Return a partner's service that was not tried yet, helps with the topic and takes referrals."""
        directory, municipality = self._stage.desk.directory, self._view.facts.municipality
        topic = directory.code_lists.topics[self._view.topic]
        return next(
            (
                service
                for service in directory.services.values()
                if service.active
                and service.takes_referrals
                and service.id not in self._tried
                and service.handles(topic)
                and (municipality is None or service.serves(municipality))
            ),
            None,
        )

    def _close(self, session: Session, at: datetime) -> None:
        """Let whoever has the question close it."""
        outcome, unmet_reason = self._question.outcome, self._question.unmet_reason
        partner, work = self._partner, self._stage.work(at, self._stage.staff)
        if partner is None:
            close_question(session, work, self._view, outcome, unmet_reason)
        elif outcome is Outcome.WITHDRAWN:
            revoke(session, work, self._case)
            close_question(session, work, self._view, outcome, unmet_reason)
        else:
            end = End(outcome, unmet_reason)
            complete(session, self._stage.work(at, partner), self._case, Actor.PARTNER, end)
        if self._may_be_asked:
            plan_follow_up(self._stage, self._view, self._question, at)

    def _note(self, action: ReferralAction, actor: Actor) -> None:
        """Know in which state the referral is now, without reading it again."""
        referral = self._view.referral
        state = next_state(referral.status, action, actor)
        self._view = replace(self._view, referral=replace(referral, status=state))

    def _read_again(self, session: Session, at: datetime) -> None:
        session.expire_all()
        row = session.get_one(Question, self._view.id)
        self._view = read_question(session, self._stage.work(at, None), row)
        self._tried.add(self._view.referral.service.id)
