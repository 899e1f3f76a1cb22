"""What the clock does when nobody does: it reminds services of referrals that wait, and ends their waiting.

A worker does this in a transaction for each referral. Of two workers that meet at one, the later finds that
it is done (`ReferralChanged`, or a reminder that is not due any more).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.keys import Keys
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.vocabulary import ReferralStatus
from servicebalie.models.questions import Question, Referral
from servicebalie.services.askers import AskerKeys
from servicebalie.services.audit import act_on, by_worker, note
from servicebalie.services.directory import read_directory
from servicebalie.services.question_views import QuestionView
from servicebalie.services.questions import read_question
from servicebalie.services.referral_acts import ReferralCase, expire, remind
from servicebalie.services.referral_steps import OPEN_REFERRAL
from servicebalie.services.referrals import PARTNER_LOCALE
from servicebalie.services.restriction import question_restricted
from servicebalie.services.workplace import Workplace

AT_ONCE = 1000
"""How many referrals are looked for at a time."""


@dataclass(frozen=True, slots=True)
class DueReferral:
    """A referral about which the clock has something to do."""

    id: int
    question_id: int
    desk_id: int


def due_referrals(session: Session, now: datetime, *, after: int = 0) -> Sequence[DueReferral]:
    """Return referrals that wait for their service and are to be reminded of or ended, `AT_ONCE` at most.

    They are those with the lowest keys above `after`.
    """
    day = _day(now)
    rows = session.execute(
        select(Referral.id, Referral.question_id, Question.desk_id)
        .join(Question)
        .where(
            OPEN_REFERRAL,
            ~question_restricted(),
            Referral.status == ReferralStatus.REQUESTED,
            (Referral.remind_on <= day) | (Referral.respond_by < day),
            Referral.id > after,
        )
        .order_by(Referral.id)
        .limit(AT_ONCE)
    )
    return [DueReferral(*row) for row in rows]


def keep_term(session: Session, due: DueReferral, keys: Keys, now: datetime) -> None:
    """End a referral whose day has passed, or remind its service; nothing, when it is neither any more.

    Raises `QuestionClosed`, `ReferralChanged`, or what `next_state` raises, when somebody acted meanwhile.
    """
    row = session.get(Question, due.question_id)
    if row is None:
        return
    work = Workplace(
        desk_id=due.desk_id,
        directory=read_directory(session, due.desk_id),
        keys=keys,
        asker_keys=AskerKeys(keys.statistics),
        now=now,
        locale=PARTNER_LOCALE,
    )
    question = read_question(session, work, row)
    referral = next(one for one in question.referrals if one.id == due.id)
    if referral.respond_by is not None and referral.respond_by < _day(now):
        expire(session, work, ReferralCase(question, referral))
        _note(session, work, AuditAction.REFERRAL_EXPIRED, question)
    elif remind(session, work, ReferralCase(question, referral)):
        _note(session, work, AuditAction.REFERRAL_REMINDED, question)


def _note(session: Session, work: Workplace, action: AuditAction, question: QuestionView) -> None:
    act = act_on(action, RecordKind.QUESTION, question.reference)
    note(session, by_worker(work.desk_id), act, work.now)


def _day(now: datetime) -> date:
    return now.astimezone(AMSTERDAM).date()
