"""How many referrals the services have open, for routing to compare with what they can take."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, select, text

from servicebalie.core.routing_facts import OpenReferrals
from servicebalie.models.questions import IS_OPEN, Referral
from servicebalie.services.insertion import Writer, session_of


def referral_counts(writer: Writer) -> OpenReferrals:
    """Return what routing asks; it raises `NeedsTransaction` when asked where there is no session."""

    def ask(services: Collection[int]) -> Mapping[int, int]:
        query = (
            select(Referral.service_id, func.count())
            .where(Referral.service_id.in_(sorted(services)), text(IS_OPEN))
            .group_by(Referral.service_id)
        )
        return dict(session_of(writer).execute(query).tuples().all())

    return ask
