"""The private PostgreSQL of the tests behaves as the tests that use it need."""

import psycopg
import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import NullPool

from tests.support.postgres_server import PostgresServer


def test_durable_server_keeps_what_was_committed_before_a_crash(durable_postgresql: PostgresServer) -> None:
    with psycopg.connect(durable_postgresql.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    durable_postgresql.crash()
    durable_postgresql.start()
    with psycopg.connect(durable_postgresql.url()) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]


def test_durable_server_writes_through_to_disk(durable_postgresql: PostgresServer) -> None:
    with psycopg.connect(durable_postgresql.url()) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


@pytest.mark.parametrize("visit", ["first", "second"])
def test_an_empty_database_has_nothing_of_another_test(empty_database_url: str, visit: str) -> None:
    engine = create_engine(empty_database_url, poolclass=NullPool)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.exec_driver_sql("CREATE TABLE left_behind (number INTEGER)")
