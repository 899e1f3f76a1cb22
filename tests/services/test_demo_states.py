"""Every state of a referral is in the demonstration, on whatever day it ends and however few people come."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from servicebalie.core.opening import AMSTERDAM
from servicebalie.core.referral_states import ACTS, OPEN, REFERRAL_OUTCOMES
from servicebalie.core.vocabulary import ReferralStatus
from servicebalie.db import Database
from servicebalie.models.questions import Referral
from servicebalie.services.demo import DemoDays, demo_partners, open_demo_desk
from servicebalie.services.demo_states import plan_every_state
from tests.support.demo_stage import START, stage

EVERY_STATE = {
    *((state, None) for act in ACTS.values() for state in act.leads.values()),
    *((state, None) for state in OPEN),
    *((ReferralStatus.COMPLETED, outcome) for outcome in REFERRAL_OUTCOMES),
} - {(ReferralStatus.COMPLETED, None)}


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(date(2026, 11, 26), id="a Thursday"),
        pytest.param(date(2026, 11, 29), id="a Sunday"),
        pytest.param(date(2027, 1, 1), id="after Christmas"),
        pytest.param(date(2026, 5, 5), id="after King's Day"),
    ],
)
def test_every_state_is_there_on_the_last_day_although_nobody_else_came(
    database: Database, last: date
) -> None:
    end = datetime.combine(last + timedelta(days=1), time(), AMSTERDAM)
    with database.begin() as session:
        desk = open_demo_desk(session, demo_partners(), START)
        played = stage(desk)
        planned = plan_every_state(played, last)
        DemoDays(played, []).play(session, end)
        rows = session.execute(
            select(Referral.status, Referral.outcome, Referral.respond_by, Referral.service_id)
        )
        states = {(row.status, row.outcome) for row in rows if row.service_id in desk.directory.services}
        waiting = session.scalars(select(Referral.respond_by).where(Referral.status.in_(OPEN))).all()
    assert states == EVERY_STATE
    assert planned == len(EVERY_STATE)
    assert all(respond_by is None or respond_by > last for respond_by in waiting)
