"""Engines that share what they compile stay apart in everything else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, column, insert, select, table, text
from sqlalchemy.sql.compiler import SQLCompiler

from tests.support.compiled_statements import SharingEngines

WORDS = table("word", column("word"))


@pytest.fixture
def engine_with(tmp_path: Path) -> Callable[..., Engine]:
    """Makes an engine on a new database that knows a word."""
    engines = SharingEngines()

    def make(word: str, **options: object) -> Engine:
        engine = engines.create_engine(f"sqlite:///{tmp_path / word}", **options)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE word (word text)"))
            connection.execute(insert(WORDS).values(word=word))
        return engine

    return make


def words(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        found = list(connection.scalars(select(WORDS)))
    engine.dispose()
    return found


def test_each_engine_reads_its_own_database(engine_with: Callable[..., Engine]) -> None:
    first, second = engine_with("first"), engine_with("second")
    assert (words(first), words(second), words(first)) == (["first"], ["second"], ["first"])


def test_a_statement_is_compiled_once_for_all_engines_of_a_kind(
    engine_with: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    words(engine_with("first"))
    compiled: list[str] = []
    visit = SQLCompiler.visit_select
    monkeypatch.setattr(
        SQLCompiler, "visit_select", lambda *given, **more: (compiled.append(""), visit(*given, **more))[1]
    )
    words(engine_with("second"))
    assert compiled == []
    words(engine_with("third", isolation_level="AUTOCOMMIT"))
    assert len(compiled) == 1
