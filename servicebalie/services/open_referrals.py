"""How many referrals the services have open, for routing to compare with what they can take."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, select

from servicebalie.core.routing_facts import OpenReferrals
from servicebalie.models.questions import Referral
from servicebalie.services.insertion import Writer, session_of

UNDER_WAY = ("requested", "accepted")
"""The statuses of a referral that a service has work with; those of `ix_referral_service_id_under_way`."""


def open_referrals(writer: Writer) -> OpenReferrals:
    """Return what routing asks; it raises `NeedsTransaction` when asked where there is no session."""

    def ask(services: Collection[int]) -> Mapping[int, int]:
        query = (
            select(Referral.service_id, func.count())
            .where(Referral.service_id.in_(sorted(services)), Referral.status.in_(UNDER_WAY))
            .group_by(Referral.service_id)
        )
        return {service: count for service, count in session_of(writer).execute(query)}

    return ask
