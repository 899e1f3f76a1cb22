"""What people of the demonstration write has translations beside it, said to be those of a machine."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from servicebalie.core.sealing import Sealed
from servicebalie.core.simulated_translator import ENGINE
from servicebalie.core.simulation import simulate
from servicebalie.core.vocabulary import Author
from servicebalie.db import Database
from servicebalie.models.questions import Message, Question, Translation, Visit
from servicebalie.services.demo import DemoDays, demo_partners, demo_population, open_demo_desk
from tests.core.demo_world import numbers
from tests.support.demo_stage import END, PERIOD, START, stage
from tests.support.sealed import opened

KNOWN_IN_DUTCH = {text for texts in demo_population().parallel if "nl" in texts for text in texts.values()}


@pytest.fixture(scope="module")
def database(module_database_url: str) -> Iterator[Database]:
    """Three months of visits at the desk of the demonstration."""
    database = Database(module_database_url)
    with database.begin() as session:
        desk = open_demo_desk(session, demo_partners(), START)
        DemoDays(stage(desk), simulate(demo_population(), PERIOD, numbers(7))).play(session, END)
    yield database
    database.dispose()


def test_messages_are_translated_in_both_directions(database: Database) -> None:
    with database.read() as session:
        rows = session.execute(
            select(Message.author, Message.language, Translation.language, Visit.locale)
            .join(Translation, Translation.message_id == Message.id)
            .join(Question, Question.id == Message.question_id)
            .join(Visit)
        ).all()
    to_newcomers = [row for row in rows if row[0] is not Author.NEWCOMER]
    to_staff = [row for row in rows if row[0] is Author.NEWCOMER]
    assert {author for author, *_ in to_newcomers} == {Author.DESK, Author.PARTNER}
    assert to_staff
    assert all((source, target) == ("nl", locale) for _, source, target, locale in to_newcomers)
    assert {target for _, _, target, _ in to_staff} == {"nl"}
    assert all(source != "nl" for _, source, *_ in to_staff)


def test_questions_are_translated_for_staff(database: Database) -> None:
    with database.read() as session:
        found = session.scalars(select(Translation.language).where(Translation.message_id.is_(None)))
        assert set(found) == {"nl"}


def test_each_says_that_a_simulated_machine_made_it_after_the_text_was_written(database: Database) -> None:
    with database.read() as session:
        rows = session.execute(
            select(Translation.machine, Translation.engine, Translation.made_at, Message.sent_at).join(
                Message, Translation.message_id == Message.id
            )
        ).all()
    assert {(machine, engine) for machine, engine, *_ in rows} == {(True, ENGINE)}
    assert all(made_at > sent_at for *_, made_at, sent_at in rows)


def test_the_words_of_a_translation_are_those_of_the_text_in_the_other_language(database: Database) -> None:
    parallel = demo_population().parallel
    with database.read() as session:
        written, made = opened(session, Sealed.MESSAGE), opened(session, Sealed.TRANSLATION)
        pairs = session.execute(
            select(Translation.id, Translation.message_id, Translation.language).where(
                Translation.message_id.is_not(None)
            )
        ).all()
    for translation_id, message_id, language in pairs:
        same = next(texts for texts in parallel if written[message_id] in texts.values())
        assert made[translation_id] == same[language] != written[message_id]


def test_a_visit_with_a_sensitive_question_is_not_translated(database_url: str) -> None:
    written = next(
        visit
        for visit in simulate(demo_population(), PERIOD, numbers(7))
        if visit.language not in ("nl", "en") and visit.questions[0].text in KNOWN_IN_DUTCH
    )
    safe, other = replace(written, questions=written.questions[:1]), written.questions[0]
    sensitive = replace(other, topic="labour-exploitation", text=None, messages=())
    database = Database(database_url)
    with database.begin() as session:
        desk = open_demo_desk(session, demo_partners(), START)
        made = []
        for visit in (safe, replace(safe, questions=(other, sensitive))):
            DemoDays(stage(desk), [visit]).play(session, END)
            made.append(session.scalars(select(func.count()).select_from(Translation)).one())
    database.dispose()
    assert 0 < made[0] == made[1]
