"""Tests get databases that are migrated, fresh, and on both systems."""

import psycopg
import pytest
from sqlalchemy import inspect

from servicebalie.db import migration_engine
from tests.support.postgres_server import as_superuser
from tests.support.reused_database import ReusedDatabase


@pytest.mark.parametrize("visit", ["first", "second"])
def test_a_database_has_all_tables_and_nothing_of_another_test(database_url: str, visit: str) -> None:
    engine = migration_engine(database_url)
    with engine.begin() as connection:
        tables = set(inspect(connection).get_table_names())
        published = set(inspect(connection).get_table_names(schema="published"))
        connection.exec_driver_sql("CREATE TABLE left_behind (number INTEGER)")
    engine.dispose()
    assert "question" in tables
    assert "published_cell" in published
    assert "left_behind" not in tables


def test_each_system_is_what_it_says(sqlite_database_url: str, postgresql_database_url: str) -> None:
    names = [migration_engine(url).dialect.name for url in (sqlite_database_url, postgresql_database_url)]
    assert names == ["sqlite", "postgresql"]


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE question ADD COLUMN more text",
        "ALTER TABLE question ALTER COLUMN topic SET DEFAULT 'bsn'",
        "ALTER TABLE question DISABLE TRIGGER ALL",
        "ALTER TABLE question NO FORCE ROW LEVEL SECURITY",
        "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "DROP POLICY of_one_desk ON question",
        "DELETE FROM municipality WHERE code = 'GM0772'",
    ],
)
def test_what_a_test_changes_of_what_was_migrated_is_gone_for_the_next(
    reused_database: ReusedDatabase, change: str
) -> None:
    url = reused_database.as_migrated()
    with psycopg.connect(as_superuser(url)) as connection:
        connection.execute(change)
    assert reused_database.as_migrated() != url


def test_rows_that_a_test_adds_are_gone_for_the_next_in_the_same_database(
    reused_database: ReusedDatabase,
) -> None:
    url = reused_database.as_migrated()
    with psycopg.connect(as_superuser(url)) as connection:
        connection.execute("INSERT INTO published.final_year VALUES ('desk', 2026, now(), false)")
    assert reused_database.as_migrated() == url
    with psycopg.connect(as_superuser(url)) as connection:
        assert connection.execute("SELECT count(*) FROM published.final_year").fetchone() == (0,)
