"""Tests get databases that are migrated, fresh, and on both systems."""

import pytest
from sqlalchemy import inspect

from servicebalie.db import migration_engine


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
