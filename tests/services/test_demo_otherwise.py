"""The demonstration, where it is played otherwise."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from servicebalie.core.population import Mix
from servicebalie.core.simulation import simulate
from servicebalie.core.vocabulary import (
    Destination,
    ReturnReason,
    Status,
)
from servicebalie.db import Database
from servicebalie.models.questions import Question, Referral
from servicebalie.services.demo import DemoDays, demo_partners, demo_population, open_demo_desk
from servicebalie.services.demo_stage import DemoDesk
from tests.core.demo_world import numbers
from tests.support.demo_stage import END, PERIOD, START, stage


@pytest.fixture
def desk(database: Database) -> DemoDesk:
    with database.begin() as session:
        return open_demo_desk(session, demo_partners(), START)


def test_what_no_other_partner_can_help_with_stays_at_the_desk(database: Database, desk: DemoDesk) -> None:
    library = next(s for s in desk.directory.services.values() if s.destination is Destination.LIBRARY)
    small = replace(desk, directory=replace(desk.directory, services={library.id: library}))
    population = demo_population()
    never = replace(
        population.partners[Destination.LIBRARY],
        returns=1.0,
        reasons=Mix.of([(ReturnReason.NOT_OUR_TASK, 1)]),
    )
    stubborn = replace(population, partners={Destination.LIBRARY: never})
    days = DemoDays(stage(small, stubborn), simulate(population, PERIOD, numbers(7)))
    with database.begin() as session:
        days.play(session, END)

    with database.read() as session:
        returned = session.scalars(select(Referral.question_id).where(Referral.returned_reason.is_not(None)))
        last = session.scalars(select(func.max(Referral.id)).group_by(Referral.question_id)).all()
        kinds = session.execute(select(Referral.question_id, Referral.kind).where(Referral.id.in_(last)))
        places = dict(kinds.all())
        came_back = set(returned)
    assert came_back
    assert {places[question] for question in came_back} == {None}


def test_a_question_waits_for_the_newcomer_until_the_reply(database: Database, desk: DemoDesk) -> None:
    simulated = simulate(demo_population(), PERIOD, numbers(7))
    asks_back, question = next(
        (visit, question)
        for visit in simulated
        for question in visit.questions
        if any(message.awaits_reply for message in question.messages)
    )
    days = DemoDays(stage(desk), [asks_back])
    statuses = []
    for message in question.messages[:2]:
        with database.begin() as session:
            days.play(session, message.at.replace(microsecond=1))
            row = session.scalars(select(Question).where(Question.topic == question.topic)).one()
            statuses.append(row.status)
    assert statuses[0] is Status.WAITING
    assert statuses[1] in (Status.OPEN, Status.REFERRED)
