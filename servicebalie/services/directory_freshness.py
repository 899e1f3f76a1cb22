"""What happened to referrals since their service was assured, and what that says about its entry."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import case, func, select, text
from sqlalchemy.orm import Session

from servicebalie.core.directory import Service
from servicebalie.core.freshness import Freshness, freshness
from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.vocabulary import ReferralStatus, ReturnReason
from servicebalie.models.directory import OrganisationRow, ServiceRow
from servicebalie.models.questions import CAME_BACK, Referral, ReferralEvent

WRONG_ENTRY = (ReturnReason.WRONG_ENTRY, ReturnReason.NOT_OUR_TASK, ReturnReason.NOT_ELIGIBLE)
"""The reasons of returning a referral that say that the entry of the service led astray."""

_RETURNED = Referral.status == ReferralStatus.RETURNED
_EXPIRED = Referral.status == ReferralStatus.EXPIRED


def freshness_of_services(
    session: Session, desk_id: int, services: Mapping[int, Service], now: datetime
) -> Mapping[int, Freshness]:
    """Return how far each of a desk's services can be relied on, in one query however many there are."""
    counts = session.execute(
        select(
            Referral.service_id,
            func.sum(case((_RETURNED, 1), else_=0)),
            func.sum(case((_EXPIRED, 1), else_=0)),
        )
        .join(ReferralEvent, ReferralEvent.referral_id == Referral.id)
        .join(ServiceRow, ServiceRow.id == Referral.service_id)
        .join(OrganisationRow, OrganisationRow.id == ServiceRow.organisation_id)
        .where(
            OrganisationRow.desk_id == desk_id,
            text(f"referral.{CAME_BACK}"),
            ReferralEvent.to_state == Referral.status,
            _EXPIRED | Referral.returned_reason.in_(WRONG_ENTRY),
            # A day that was assured counts as good: what went wrong on it may be why somebody looked.
            ServiceRow.assured_on.is_(None) | (func.date(ReferralEvent.at) > ServiceRow.assured_on),
        )
        .group_by(Referral.service_id)
    )
    trouble = {service: (int(returned), int(expired)) for service, returned, expired in counts}
    today = now.astimezone(AMSTERDAM).date()
    return {
        key: freshness(service.assured_on, *trouble.get(key, (0, 0)), today)
        for key, service in services.items()
    }
