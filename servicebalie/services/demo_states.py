"""Every state of a referral in the demonstration, whatever was drawn: one question for each.

Most states last only days, so by chance a demonstration ends without some of them, a small one without most.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TypeAlias

from sqlalchemy.orm import Session

from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.referral_states import End
from servicebalie.core.simulation import write_message
from servicebalie.core.vocabulary import Actor, Channel, Outcome, ReturnReason, UnmetReason
from servicebalie.core.working_days import is_working_day
from servicebalie.services.demo_stage import Stage
from servicebalie.services.intake import NewQuestion, NewVisit, register_visit
from servicebalie.services.questions import close_question
from servicebalie.services.referral_acts import (
    ReferralCase,
    accept,
    ask_back,
    complete,
    expire,
    return_referral,
    revoke,
)
from servicebalie.services.visits import VisitFacts

_TOPIC, _PLACE = "letters-forms", "GM0772"
"""What these questions are about and where who asks them lives: one partner, a library, has them all."""

_ASKED, _ANSWERED = time(10), time(15)
_ONE_DAY = timedelta(days=1)

Act: TypeAlias = Callable[[Stage, Session, datetime, ReferralCase], object]


@dataclass(frozen=True, slots=True)
class _Scene:
    """A question that is asked some working days before the last one, and what becomes of its referral.

    The act follows `later` working days after that; without `later` when the partner's term is over.
    """

    language: str
    days_before: int
    act: Act | None = None
    later: int | None = 0

    @property
    def email(self) -> str:
        """The address that who asks leaves."""
        return f"person-{self.language}@example.org"


def plan_every_state(stage: Stage, last: date) -> int:
    """Plan a question for each state in which a referral to a partner can be at the end of the last day.

    They are asked by the web form in the two weeks before. Returns how many visits these are.
    """
    for number, scene in enumerate(_SCENES):
        day = _working_day_before(last, scene.days_before)
        # Each at a moment of its own: nothing tells two questions of one moment about one topic apart.
        at = datetime.combine(day, _ASKED, AMSTERDAM) + timedelta(minutes=number)
        stage.plan(at, partial(_ask, scene, stage, last))
    return len(_SCENES)


def _ask(scene: _Scene, stage: Stage, last: date, session: Session, at: datetime) -> None:
    """Register the question of a scene and plan what becomes of it."""
    facts = VisitFacts(channel=Channel.WEB_FORM, language=scene.language, municipality=_PLACE)
    text = stage.partners.population.phrases[_TOPIC, scene.language][-1]
    visit = NewVisit(facts, email=scene.email)
    question = NewQuestion(_TOPIC, text, consents=True)
    registered = register_visit(session, stage.work(at, None, scene.language), visit, [question])
    view = registered.questions[0]
    if scene.act is not None:
        acts_at = _acts_at(scene, last, view.referral.respond_by or last)
        stage.plan(acts_at, partial(_act, scene.act, stage, ReferralCase(view, view.referral)))


def _acts_at(scene: _Scene, last: date, respond_by: date) -> datetime:
    if scene.later is None:
        return datetime.combine(respond_by + _ONE_DAY, time(), AMSTERDAM)
    return datetime.combine(_working_day_before(last, scene.days_before - scene.later), _ANSWERED, AMSTERDAM)


def _act(act: Act, stage: Stage, case: ReferralCase, session: Session, at: datetime) -> None:
    act(stage, session, at, case)


def _partner(stage: Stage, case: ReferralCase) -> int:
    return stage.desk.partner_users[case.referral.service.organisation_id]


def _accept(stage: Stage, session: Session, at: datetime, case: ReferralCase) -> None:
    accept(session, stage.work(at, _partner(stage, case)), case)


def _ask_back(stage: Stage, session: Session, at: datetime, case: ReferralCase) -> None:
    language = case.question.facts.language or ""
    message = write_message(stage.partners.population, "partner-question", language, at)
    work = stage.work(at, _partner(stage, case), message.language)
    ask_back(session, work, case, message.text, language=message.language)


def _return(stage: Stage, session: Session, at: datetime, case: ReferralCase) -> None:
    work = stage.work(at, _partner(stage, case))
    return_referral(session, work, case, ReturnReason.FULL_OR_WAITING_LIST)


def _complete(end: End, stage: Stage, session: Session, at: datetime, case: ReferralCase) -> None:
    complete(session, stage.work(at, _partner(stage, case)), case, Actor.PARTNER, end)


def _expire(stage: Stage, session: Session, at: datetime, case: ReferralCase) -> None:
    expire(session, stage.work(at, None), case)


def _revoke(stage: Stage, session: Session, at: datetime, case: ReferralCase) -> None:
    """Let staff take it back, because the person needs it no more."""
    work = stage.work(at, stage.staff)
    revoke(session, work, case)
    close_question(session, work, case.question, Outcome.WITHDRAWN, None)


def _working_day_before(day: date, count: int) -> date:
    """Return the working day that is `count` working days before the last one up to a day."""
    while count or not is_working_day(day):
        count -= is_working_day(day)
        day -= _ONE_DAY
    return day


_SCENES = (
    _Scene("pl", 8, _expire, later=None),
    _Scene("ro", 7, partial(_complete, End(Outcome.MET)), later=2),
    _Scene("es", 6, partial(_complete, End(Outcome.UNMET, UnmetReason.HOURS)), later=3),
    _Scene("bg", 5, _revoke, later=1),
    _Scene("ar", 3, _return, later=1),
    _Scene("tr", 1, _accept, later=1),
    _Scene("fa", 0, _ask_back),
    _Scene("fr", 0),
)

ADDRESSES = frozenset(scene.email for scene in _SCENES)
"""The addresses that are left with these questions."""
