"""Partners of the small desk at work on referrals."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import select

from servicebalie.core.vocabulary import ReferralAction, ReferralStatus, Role
from servicebalie.models.questions import Referral, ReferralEvent
from servicebalie.services.accounts import Principal
from servicebalie.services.question_views import QuestionView
from servicebalie.services.referral_acts import ReferralCase
from servicebalie.services.referral_inbox import find_referral
from tests.support.workplace import SmallWorkplace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PartnerAtWork:
    """A user of a partner of the small desk."""

    desk: SmallWorkplace
    principal: Principal

    def at(self, desk: SmallWorkplace) -> "PartnerAtWork":
        """Return the same user at the desk at another moment."""
        return replace(self, desk=desk)

    def case(self, question: QuestionView) -> ReferralCase:
        """Return the newest referral of a question to this partner, as the partner sees it."""
        own = self.desk.work.directory[self.desk.desk.services["library"]].organisation_id
        assert own
        ids = [
            referral.id
            for referral in self.desk.show(question.reference).referrals
            if referral.service.organisation_id == self.principal.organisation_id
        ]
        return self.find(ids[-1])

    def find(self, referral_id: int) -> ReferralCase:
        """Return a referral as this partner sees it."""
        return self.desk.read(
            lambda session: find_referral(session, self.desk.work, self.principal, referral_id)
        )

    def do(self, act: Callable[..., T], case: ReferralCase, *arguments: Any, **options: Any) -> T:
        """Act on a referral as this user, and commit."""
        work = replace(self.desk.work, user_id=self.principal.user_id)
        return self.desk.database.write(lambda session: act(session, work, case, *arguments, **options))


def partner(desk: SmallWorkplace, name: str) -> PartnerAtWork:
    """Return a partner of the small desk: `library`, `town`, or `cleared-town`."""
    service = desk.work.directory[desk.desk.services[name.removeprefix("cleared-")]]
    principal = Principal(
        desk.desk.users[name],
        desk.desk.id,
        "desk",
        Role.PARTNER,
        service.organisation_id,
        name.startswith("cleared"),
        desk.work.directory.version,
    )
    return PartnerAtWork(desk, principal)


def history(desk: SmallWorkplace, referral_id: int) -> list[tuple[ReferralAction, ReferralStatus]]:
    """Return what was done with a referral and where that led, in order."""
    rows = desk.read(
        lambda session: session.execute(
            select(ReferralEvent.action, ReferralEvent.to_state)
            .where(ReferralEvent.referral_id == referral_id)
            .order_by(ReferralEvent.id)
        ).all()
    )
    return [(action, state) for action, state in rows]


def stored(desk: SmallWorkplace, referral_id: int) -> Referral:
    """Return the row of a referral."""
    return desk.read(lambda session: session.get_one(Referral, referral_id))
