"""The revisions go up, down and up again on both databases, and end at the tables of the models."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select, text, update

from servicebalie.cli.database import alembic_config, migrate_database
from servicebalie.core.answer_file import parse_answer_file
from servicebalie.core.scopes import Scope
from servicebalie.core.vocabulary import ReferralStatus
from servicebalie.db import Database, migration_engine
from servicebalie.i18n.registry import LOCALES
from servicebalie.models import Base
from servicebalie.models.accounts import Token, User
from servicebalie.models.questions import Referral, ReferralEvent
from servicebalie.models.standard_answers import StandardAnswerRow, StandardAnswerText
from servicebalie.services.accounts import digest_of, issue_token
from servicebalie.services.former_users import forget_users
from servicebalie.services.referral_acts import accept
from servicebalie.services.standard_answers import import_answers
from servicebalie.services.users import close_user
from servicebalie.services.visits import VisitFacts
from tests.support.answers import answer_about, text_in
from tests.support.referrals import partner
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import NOW, open_small_desk

SHIPPED = Path(__file__).with_name("shipped_answers.toml")
"""A text of the first version and one of the second, as they came with servicebalie."""


@pytest.fixture
def connection(empty_database_url: str) -> Iterator[Connection]:
    engine = migration_engine(empty_database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _to(connection: Connection, revision: str, *, down: bool = False) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    # What was read before a migration has ended, as it has for whoever starts one.
    connection.commit()
    down = down or revision == "base" or revision.endswith("-1")
    (command.downgrade if down else command.upgrade)(config, revision)
    connection.commit()


def _tables(connection: Connection) -> set[str]:
    inspector = inspect(connection)
    inspector.clear_cache()
    return {*inspector.get_table_names(), *inspector.get_table_names(schema="published")} - {
        "alembic_version"
    }


def test_revisions_go_up_down_and_up_again(connection: Connection) -> None:
    _to(connection, "head")
    there = _tables(connection)
    assert {"question", "published_cell"} <= there
    _to(connection, "base")
    if connection.dialect.name == "postgresql":
        assert "published" not in inspect(connection).get_schema_names()
    else:
        assert _tables(connection) == set()
    _to(connection, "head")
    assert _tables(connection) == there


def test_revisions_end_at_the_tables_of_the_models(connection: Connection) -> None:
    _to(connection, "head")
    context = MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True,
            "include_name": lambda name, kind, _: kind != "schema" or name in {None, "published"},
            "compare_type": True,
        },
    )
    assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(empty_database_url: str) -> None:
    migrate_database(empty_database_url)
    migrate_database(empty_database_url)


def test_what_a_service_had_accepted_waits_for_it_again_after_going_down_and_up(
    connection: Connection, empty_database_url: str
) -> None:
    migrate_database(empty_database_url)
    database = Database(empty_database_url)
    desk = open_small_desk(database)
    [question] = desk.register("dutch-course", facts=VisitFacts(municipality=EINDHOVEN)).questions
    library = partner(desk, "library")
    library.do(accept, library.case(question))
    database.dispose()
    _to(connection, "0010-1")
    _to(connection, "head")
    row = connection.execute(select(Referral.status, Referral.respond_by, Referral.remind_on)).one()
    assert tuple(row) == (ReferralStatus.REQUESTED, question.due_on, question.due_on)
    assert connection.execute(select(func.count()).select_from(ReferralEvent)).scalar() == 0


def test_what_repeats_the_desk_has_it_after_going_down_and_up(
    connection: Connection, empty_database_url: str
) -> None:
    migrate_database(empty_database_url)
    database = Database(empty_database_url)
    desk = open_small_desk(database)
    desk.register("dutch-course", text="Where?", email="somebody@example.org")
    database.dispose()
    _to(connection, "0021-1")
    _to(connection, "head")
    for table in ("visit_contact", "question_text", "referral"):
        assert connection.scalars(text(f"SELECT desk_id FROM {table}")).all() == [desk.work.desk_id]
    connection.rollback()
    policies = text("SELECT count(*) FROM pg_policies")
    if connection.dialect.name == "postgresql":
        _to(connection, "0021-1")
        assert connection.scalar(policies) == 0


def test_the_place_of_a_service_is_kept_up_and_down(connection: Connection) -> None:
    _to(connection, "0007")
    _add_services(connection)
    _to(connection, "0008")
    places = "SELECT service_id, location_id, position FROM service_at_location"
    assert connection.execute(text(places)).all() == [(1, 1, 0)]
    for table in ("organisation", "location", "service", "schedule"):
        uids = connection.scalars(text(f"SELECT uid FROM {table}")).all()
        assert all(len(uid) == 36 for uid in uids)
        assert len({*uids}) == len(uids) > 0
    connection.execute(
        text(
            "INSERT INTO location SELECT 2, organisation_id, street, postal_code, city, "
            "municipality, 'x', NULL FROM location"
        )
    )
    connection.execute(text("INSERT INTO service_at_location VALUES (1, 2, 1)"))
    connection.commit()
    _to(connection, "0007", down=True)
    assert connection.execute(text("SELECT id, location_id FROM service ORDER BY id")).all() == [
        (1, 1),
        (2, None),
    ]
    _to(connection, "0008")
    assert connection.execute(text(places)).all() == [(1, 1, 0)]


def test_a_token_for_some_things_ends_when_it_would_be_for_all(
    connection: Connection, empty_database_url: str
) -> None:
    migrate_database(empty_database_url)
    database = Database(empty_database_url)
    desk = open_small_desk(database).desk
    with database.begin() as session:
        issue_token(session, desk.users["desk"], NOW, scopes=frozenset({Scope.TRENDS_READ}))
    database.dispose()
    _to(connection, "0017-1")
    _to(connection, "head")
    revoked = connection.execute(select(Token.revoked_at.is_not(None), Token.scopes).order_by(Token.id)).all()
    assert [tuple(row) for row in revoked] == [(False, None)] * len(desk.tokens) + [(True, None)]


def test_who_is_closed_has_a_moment_and_a_name_after_going_down_and_up(
    connection: Connection, empty_database_url: str
) -> None:
    migrate_database(empty_database_url)
    database = Database(empty_database_url)
    desk = open_small_desk(database).desk
    gone, named = desk.users["library"], desk.users["desk"]
    with database.begin() as session:
        for user in (gone, named):
            close_user(session, desk.id, user, NOW)
        forget_users(session, [gone])
        made = issue_token(session, desk.users["town"], NOW)
        first = select(func.min(Token.id)).where(Token.user_id == desk.users["town"]).scalar_subquery()
        session.execute(update(Token).where(Token.hash == digest_of(made)).values(made_with=first))
    database.dispose()
    _to(connection, "0022-1")
    names = text('SELECT id, name FROM "user" WHERE NOT active ORDER BY id')
    found = {row.id: row.name for row in connection.execute(names)}
    assert (found[gone], found[named] not in (None, found[gone])) == ("a former colleague", True)
    _to(connection, "head")
    closed = {row.id: row.closed_at for row in connection.execute(select(User.id, User.closed_at))}
    assert {user for user, at in closed.items() if at is not None} == {gone, named}
    assert all(at is None or at > NOW for at in closed.values())
    assert connection.scalar(select(func.count(Token.made_with))) == 0


def test_of_answers_that_were_there_those_that_came_with_the_program_count_as_shipped(
    connection: Connection, empty_database_url: str
) -> None:
    migrate_database(empty_database_url)
    database = Database(empty_database_url)
    desk = open_small_desk(database).desk
    (digid,) = parse_answer_file(SHIPPED.read_text(encoding="utf-8"), ("digid",), LOCALES)
    stolen = digid.texts["nl"].body
    own = [text_in("en"), text_in("tr", body=stolen), text_in("bg", version=2)]
    mixed = replace(digid, texts={**digid.texts, **{text.locale: text for text in own}})
    with database.begin() as session:
        import_answers(session, desk.id, [mixed, answer_about("bsn", text_in("nl", body=stolen))])
    database.dispose()
    for _ in range(2):
        _to(connection, "0023-1")
        _to(connection, "head")
        shipped = select(StandardAnswerRow.topic, StandardAnswerText.locale, StandardAnswerText.version)
        shipped = shipped.join(StandardAnswerText).where(StandardAnswerText.shipped)
        assert set(connection.execute(shipped)) == {("digid", "nl", 1), ("digid", "pl", 2)}


def _add_services(connection: Connection) -> None:
    """Add a service with a place and hours, and one without, as they were before 0008."""
    for statement in (
        "INSERT INTO municipality (code, name, corop, province, active) "
        "VALUES ('GM0001', 'A', 'CR01', 'PV01', true)",
        "INSERT INTO desk (id, slug, name, simulated, profile, directory_version, created_at) "
        "VALUES (1, 'desk', 'Desk', false, 'default', 1, '2026-01-01')",
        "INSERT INTO organisation (id, desk_id, name, kind) VALUES (1, 1, 'Library', 'library')",
        "INSERT INTO location (id, organisation_id, street, postal_code, city, municipality) "
        "VALUES (1, 1, 'A 1', '1234 AB', 'B', 'GM0001')",
        "INSERT INTO service (id, organisation_id, location_id, name, destination, response_days, "
        "takes_referrals, active) VALUES (1, 1, 1, 'Help', 'library', 5, true, true), "
        "(2, 1, NULL, 'By phone', 'library', 5, true, true)",
        "INSERT INTO schedule (id, service_id, opening_hours) VALUES (1, 1, '24/7')",
    ):
        connection.execute(text(statement))
    connection.commit()
