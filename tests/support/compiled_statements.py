"""Statements of the database are compiled once by a process, not once for the database of each test.

A server compiles a statement when it first needs it and keeps that for as long as its engine lives. Tests
make engines all the time, and compiling again for each of them took a third of the time of many. An engine
made here gets what an earlier one of its kind compiled; it has connections of its own, as everywhere else.
"""

from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event

from servicebalie import db

AT_MOST = 5000
"""How many compiled statements are kept: more than the application has."""


class SharingEngines:
    """Makes engines that share what they compile with the first one of their kind that was connected."""

    def __init__(self) -> None:
        self._first: dict[tuple[object, ...], Engine] = {}

    def create_engine(self, url: Any, **options: Any) -> Engine:
        """Make an engine as SQLAlchemy does."""
        engine = create_engine(url, query_cache_size=AT_MOST, **options)
        kind = engine.dialect.name, options.get("isolation_level")
        first = self._first.get(kind)
        if first is None:
            # Only a dialect that has seen its server knows how to compile.
            event.listen(engine, "first_connect", lambda *_: self._first.setdefault(kind, engine))
            return engine
        # What it would ask its server is known.
        engine.dialect.initialize = lambda _: None
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
        return engine


@pytest.fixture(scope="session", autouse=True)
def _shared_statements() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "create_engine", SharingEngines().create_engine)
        yield
