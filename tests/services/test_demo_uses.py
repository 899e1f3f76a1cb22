"""The demonstration uses what a desk has: standard answers, a checked directory, interpreters."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from servicebalie.core.freshness import Level
from servicebalie.core.simulation import SimulatedVisit, simulate
from servicebalie.core.vocabulary import Channel
from servicebalie.db import Database
from servicebalie.i18n.registry import LOCALES
from servicebalie.models.questions import Visit
from servicebalie.services.demo import (
    DemoDays,
    assure_demo_services,
    check_demo_answers,
    demo_partners,
    demo_population,
    open_demo_desk,
)
from servicebalie.services.demo_stage import DemoDesk
from servicebalie.services.directory import read_directory
from servicebalie.services.directory_freshness import freshness_of_services
from servicebalie.services.standard_answers import Event, list_texts
from tests.core.demo_world import numbers
from tests.support.demo_stage import END, PERIOD, START, stage

TODAY = END.date()


@pytest.fixture(scope="module")
def database(module_database_url: str) -> Iterator[Database]:
    database = Database(module_database_url)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def visits() -> list[SimulatedVisit]:
    return simulate(demo_population(), PERIOD, numbers(7))[:120]


@pytest.fixture(scope="module")
def desk(database: Database, visits: list[SimulatedVisit]) -> DemoDesk:
    """The desk, its answers and directory checked, after some visits."""
    with database.begin() as session:
        desk = open_demo_desk(session, demo_partners(), START)
        check_demo_answers(session, desk, LOCALES, TODAY)
        assure_demo_services(session, desk, TODAY)
        DemoDays(stage(desk), visits).play(session, END)
    return desk


def test_answers_are_shown_to_who_asks_by_the_form_and_help_some_others(
    database: Database, desk: DemoDesk, visits: list[SimulatedVisit]
) -> None:
    with database.read() as session:
        texts = list(list_texts(session, desk.id, TODAY, 6))
        received = Counter(session.scalars(select(Visit.channel)))
    topics = {text.topic for text in texts}
    read = sum(q.topic in topics for v in visits if v.channel is Channel.WEB_FORM for q in v.questions)
    helped = sum(text.counts[Event.HELPED] for text in texts)
    assert sum(text.counts[Event.NOT_HELPED] for text in texts) == read > 10
    assert 0 < helped < read
    assert sum(text.counts[Event.SHOWN] for text in texts) == read + helped
    # Who was helped left a question that the answer settled.
    asked = Counter(visit.channel for visit in visits)
    assert received - asked == Counter({Channel.WEB_FORM: helped})


def test_entries_of_the_directory_are_fresh_ageing_or_stale(database: Database, desk: DemoDesk) -> None:
    with database.read() as session:
        services = read_directory(session, desk.id).services
        judged = freshness_of_services(session, desk.id, services, END)
    levels = Counter(one.level for one in judged.values())
    assert set(levels) == set(Level)
    assert levels[Level.FRESH] > len(services) / 3
    assert all(service.assured_on is None or service.assured_on <= TODAY for service in services.values())
    assert any(service.assured_on == TODAY - timedelta(weeks=7) for service in services.values())


def test_some_ask_for_an_interpreter_and_not_all_get_one(database: Database, desk: DemoDesk) -> None:
    with database.read() as session:
        rows = session.execute(
            select(Visit.interpreter_requested, Visit.interpreter_used, func.count()).group_by(
                Visit.interpreter_requested, Visit.interpreter_used
            )
        )
        found = {(requested, used): number for requested, used, number in rows}
    assert set(found) == {(None, None), (False, False), (True, False), (True, True)}
