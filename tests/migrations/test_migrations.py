"""The revisions go up, down and up again on both databases, and end at the tables of the models."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select

from servicebalie.cli.database import alembic_config, migrate_database
from servicebalie.core.vocabulary import ReferralStatus
from servicebalie.db import Database, migration_engine
from servicebalie.models import Base
from servicebalie.models.questions import Referral, ReferralEvent
from servicebalie.services.referral_acts import accept
from servicebalie.services.visits import VisitFacts
from tests.support.referrals import partner
from tests.support.small_desk import EINDHOVEN
from tests.support.workplace import open_small_desk


@pytest.fixture
def connection(empty_database_url: str) -> Iterator[Connection]:
    engine = migration_engine(empty_database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _to(connection: Connection, revision: str) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    down = revision == "base" or revision.endswith("-1")
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
