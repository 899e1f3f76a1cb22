"""On PostgreSQL a query that forgets its filter sees, and changes, nothing of another desk."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Column, Table, func, select, text
from sqlalchemy.exc import ProgrammingError

from servicebalie.db import Database
from servicebalie.models import Base
from servicebalie.models.base import Code
from servicebalie.models.questions import Question
from servicebalie.services.row_security import ALL_DESKS, NO_DESK, Desks, one_desk, widen, work_for
from tests.support.reused_database import postgresql_database

OF_NO_DESK = {
    "topic": "a list of codes",
    "language": "a list of codes",
    "municipality": "a list of codes",
    "data_key": "wrapped, and good for records only that must be found themselves; backed up apart",
    "audit_seal": "hashes and a number, over the lines of all desks",
    "audit_sending": "a number, over the lines of all desks",
    "trace": "keyed hashes of acts, found by those who can make them only",
    "recorded_answer": "sealed with the key of its request, found by those who have that only",
}
"""The tables of the desk's database that hold nothing of one desk, and why."""
SHOWN_TO_ALL = {"desk", "desk_theme"}
"""What every page shows, so that only changing it is for one desk."""
OF_ONE_DESK = [
    table for table in Base.metadata.sorted_tables if table.schema is None and table.name not in OF_NO_DESK
]
ONE, OTHER = 1, 2

Rows = Mapping[int, Mapping[str, Mapping[str, Any]]]
"""A row of each table, by the desk and the name of the table."""


@pytest.fixture(scope="module")
def rows() -> Rows:
    return {desk: _rows_of(desk) for desk in (ONE, OTHER)}


def _rows_of(desk: int) -> dict[str, dict[str, Any]]:
    """Return a row of every table, each pointing at the others of this desk where it must point at one."""
    made: dict[str, dict[str, Any]] = {}
    for table in Base.metadata.sorted_tables:
        if table.schema is None:
            needed = [column for column in table.columns if not column.nullable or column.name == "desk_id"]
            made[table.name] = {column.name: _value(column, desk, made) for column in needed}
    return made


def _value(column: Column[Any], desk: int, made: Mapping[str, Mapping[str, Any]]) -> Any:
    for key in column.foreign_keys:
        return made[key.column.table.name][key.column.name]
    if isinstance(column.type, Code):
        return next(iter(column.type.codes))
    examples = {
        int: desk,
        str: f"D{desk}",
        bytes: bytes([desk]),
        bool: True,
        date: date(2026, 1, 1),
        datetime: datetime(2026, 1, 1, tzinfo=UTC),
    }
    # A type of ours is made of one that is known here.
    return examples.get(getattr(column.type, "impl", column.type).python_type, {})


@pytest.fixture(scope="module")
def database(postgresql_server_url: str, postgresql_template: str, rows: Rows) -> Iterator[Database]:
    with postgresql_database(postgresql_server_url, template=postgresql_template) as url:
        database = Database(url)
        with database.begin() as session:
            # The lists of codes are there already, and these codes are not in them.
            for of_desk in rows.values():
                for table in Base.metadata.sorted_tables:
                    if table.schema is None:
                        session.execute(table.insert().values(of_desk[table.name]))
        yield database
        database.dispose()


def _count(database: Database, table: Table, desks: Desks) -> int:
    with database.read(desks) as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.mark.parametrize("table", OF_ONE_DESK, ids=str)
def test_a_query_that_forgets_its_filter_sees_the_rows_of_its_desk(
    database: Database, rows: Rows, table: Table
) -> None:
    if table.name in SHOWN_TO_ALL:
        assert _count(database, table, NO_DESK) == 2
        return
    assert _count(database, table, ALL_DESKS) == 2
    assert _count(database, table, NO_DESK) == 0
    for desk, of_desk in rows.items():
        keys = list(table.primary_key.columns)
        with database.read(one_desk(desk)) as session:
            assert session.execute(select(*keys)).all() == [
                tuple(of_desk[table.name][column.name] for column in keys)
            ]


@pytest.mark.parametrize("table", OF_ONE_DESK, ids=str)
def test_a_row_of_another_desk_is_not_written(database: Database, rows: Rows, table: Table) -> None:
    foreign = table.insert().values(rows[OTHER][table.name])
    with (
        pytest.raises(ProgrammingError, match="violates row-level security policy"),
        database.begin(one_desk(ONE)) as session,
    ):
        session.execute(foreign)


@pytest.mark.parametrize("name", sorted(SHOWN_TO_ALL))
def test_what_is_shown_to_all_is_changed_by_its_desk_only(database: Database, name: str) -> None:
    table = Base.metadata.tables[name]
    key = next(iter(table.primary_key.columns))
    with database.begin(one_desk(ONE)) as session:
        changed = session.execute(table.update().values({key: key}).returning(key)).scalars().all()
    assert changed == [ONE]


def test_where_nobody_said_which_desk_there_is_nothing(database: Database) -> None:
    new = Database(database.url.render_as_string(hide_password=False))
    with new.read(None) as session:
        assert session.scalar(select(func.count()).select_from(Question)) == 0
    new.dispose()


def test_a_rollback_does_not_leave_a_connection_at_another_desk_than_is_known(database: Database) -> None:
    alone = Database(database.url.render_as_string(hide_password=False), pool_size=1)
    question = select(Question.desk_id)
    with alone.begin(one_desk(ONE)) as session:
        assert session.scalars(question).all() == [ONE]
    with alone.begin(one_desk(OTHER)) as session:
        assert session.scalars(question).all() == [OTHER]
        session.rollback()
    with alone.begin(one_desk(OTHER)) as session:
        assert session.scalars(question).all() == [OTHER]
    alone.dispose()


def test_a_session_goes_on_at_the_desk_that_was_found(database: Database) -> None:
    question = select(Question.desk_id).order_by(Question.desk_id)
    with database.read(NO_DESK) as session:
        assert session.scalars(question).all() == []
        assert widen(session)
        assert session.scalars(question).all() == [ONE, OTHER]
        assert not widen(session)
        work_for(session, one_desk(OTHER))
        assert session.scalars(question).all() == [OTHER]


def test_on_sqlite_nothing_is_hidden_and_nothing_can_be_widened(sqlite_database_url: str) -> None:
    database = Database(sqlite_database_url)
    with database.read(one_desk(ONE)) as session:
        assert not widen(session)
        assert session.scalar(text("SELECT 1")) == 1
    assert not database.bypasses_row_security()
    database.dispose()


def test_superusers_bypass_it_and_the_application_does_not(
    database: Database, postgresql_server_url: str
) -> None:
    superuser = Database(postgresql_server_url)
    assert superuser.bypasses_row_security()
    assert not database.bypasses_row_security()
    superuser.dispose()
