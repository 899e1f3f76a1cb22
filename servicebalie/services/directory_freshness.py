"""What happened to referrals since their service was assured, and what that says about its entry."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, case, func, select, type_coerce
from sqlalchemy.orm import Session

from servicebalie.core.directory import Service
from servicebalie.core.freshness import Freshness, freshness
from servicebalie.core.opening import AMSTERDAM
from servicebalie.models.base import table_of
from servicebalie.models.directory import OrganisationRow, ServiceRow
from servicebalie.models.questions import Referral

RETURNED, EXPIRED = "returned", "expired"
"""The statuses of a referral that came back, and of one that nobody answered in time."""

_REFERRALS = table_of(Referral)


def freshness_of_services(
    session: Session, desk_id: int, services: Mapping[int, Service], now: datetime
) -> Mapping[int, Freshness]:
    """Return how far each of a desk's services can be relied on, in one query however many there are."""
    status = type_coerce(_REFERRALS.c.status, String)
    counts = session.execute(
        select(
            _REFERRALS.c.service_id,
            func.sum(case((status == RETURNED, 1), else_=0)),
            func.sum(case((status == EXPIRED, 1), else_=0)),
        )
        .join(ServiceRow, ServiceRow.id == _REFERRALS.c.service_id)
        .join(OrganisationRow, OrganisationRow.id == ServiceRow.organisation_id)
        .where(
            OrganisationRow.desk_id == desk_id,
            status.in_([RETURNED, EXPIRED]),
            # A day that was assured counts as good: what went wrong on it may be why somebody looked.
            ServiceRow.assured_on.is_(None) | (func.date(_REFERRALS.c.decided_at) > ServiceRow.assured_on),
        )
        .group_by(_REFERRALS.c.service_id)
    )
    trouble = {service: (int(returned), int(expired)) for service, returned, expired in counts}
    today = now.astimezone(AMSTERDAM).date()
    return {
        key: freshness(service.assured_on, *trouble.get(key, (0, 0)), today)
        for key, service in services.items()
    }
